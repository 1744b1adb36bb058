"""The page that a letter's link opens: one button, because a mail scanner's GET must consume nothing."""

from datetime import datetime

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody
from litestar.response import Template

from charter.errors import LinkIsOver
from charter.register import confirm

EMPTY = "Enter the code from your letter"
OVER = "This code was used before, or has run out. Check that you copied all of it; else sign again for a new letter"


class Pasted(msgspec.Struct, frozen=True):
    """What was typed or filled in: the code, or the whole link that ends in it."""

    code: str = ""

    @property
    def token(self) -> str:
        """The code alone."""
        return self.code.strip().rpartition("#")[2]


@get("/charter/confirm", include_in_schema=False)
async def confirm_form() -> Template:
    """The form; a small script fills in the code that the link carries after its #, which no server ever sees."""
    return Template("confirm.html", context={"error": None})


@post("/charter/confirm", include_in_schema=False, status_code=200)
async def confirm_code(data: URLEncodedBody[Pasted], now: NamedDependency[datetime]) -> Template:
    """Confirm, and say what happens next; or show the form again with what is wrong."""
    if not data.token:
        return Template("confirm.html", context={"error": EMPTY}, status_code=422)
    try:
        state = await confirm(data.token, now=now)
    except LinkIsOver:
        return Template("confirm.html", context={"error": OVER}, status_code=410)
    return Template("confirmed.html", context={"state": state})


HANDLERS = [confirm_form, confirm_code]
