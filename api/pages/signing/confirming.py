"""The page that a letter's link opens: one button, because a mail scanner's GET must consume nothing."""

from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.response import Template

from api.pages.kit.forms import Form, typed
from charter.errors import LinkIsOver
from charter.register import Desk, confirm

EMPTY = "Enter the code from your letter"
OVER = (
    "This code was used before, was replaced by a newer one, or has run out. Check that you copied all of it, or sign "
    "again for a new letter"
)


@get("/charter/confirm", include_in_schema=False)
async def confirm_form() -> Template:
    """The form; a small script fills in the code that the link carries after its #, which no server ever sees."""
    return Template("signing/confirm.html", context={"form": Form()})


@post("/charter/confirm", include_in_schema=False, status_code=200)
async def confirm_code(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Template:
    """Confirm, and say what happens next; or show the form again with what is wrong."""
    form = Form(await typed(request))
    # The code alone, or the whole link that ends in it.
    token = form.text("code").strip().rpartition("#")[2]
    if not token:
        form.refuse("code", EMPTY)
        return Template("signing/confirm.html", context={"form": form}, status_code=form.status)
    try:
        followed = await confirm(token, desk=desk)
    except LinkIsOver:
        form.refuse("code", OVER)
        return Template("signing/confirm.html", context={"form": form}, status_code=410)
    return Template("signing/confirmed.html", context={"role": followed.role, "state": followed.state})


HANDLERS = [confirm_form, confirm_code]
