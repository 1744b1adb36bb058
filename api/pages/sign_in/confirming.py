"""The page that a sign-in letter's link opens, with one button, because a mail scanner's GET must consume nothing."""

from typing import Any
from urllib.parse import urlencode

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from api.pages.kit.forms import Form, typed
from api.roles import Principal
from api.sessions.cookie import cookie_of, session_cookie
from api.sessions.errors import SignInLinkIsOver
from api.sessions.sessions import Opened, follow_link, sign_out
from api.settings import Settings
from charter.register import Desk

EMPTY = "Enter the code from your letter"
OVER = "This code was used before, or has run out. Check that you copied all of it, or ask for a new letter"
CHAMPIONS_HOME, STAFFS_HOME = "/desk", "/work"


@get("/sign-in/confirm", include_in_schema=False)
async def confirm_form() -> Template:
    """The button; a small script fills in the code that the link carries after its #, which no server ever sees."""
    return Template("sign_in/confirm.html", context={"form": Form()})


@post("/sign-in/confirm", include_in_schema=False)
async def confirm(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], settings: NamedDependency[Settings]
) -> Template | Redirect:
    """Open the session and go on, staff to their second factor; or show the form again with what is wrong."""
    form = Form(await typed(request))
    token = form.text("code").strip().rpartition("#")[2]
    if not token:
        form.refuse("code", EMPTY)
        return Template("sign_in/confirm.html", context={"form": form}, status_code=422)
    try:
        opened = await follow_link(token, former=cookie_of(request, settings), desk=desk)
    except SignInLinkIsOver:
        form.refuse("code", OVER)
        return Template("sign_in/confirm.html", context={"form": form}, status_code=410)
    return Redirect(_onwards(opened), status_code=303, cookies=[session_cookie(opened.token, settings)])


@post("/sign-out", include_in_schema=False)
async def leave(
    who: NamedDependency[Principal], desk: NamedDependency[Desk], settings: NamedDependency[Settings]
) -> Redirect:
    """End this session."""
    assert who.session is not None, "the matrix lets in sessions only"
    await sign_out(who.session, by=who.id, now=desk.now)
    return Redirect("/", status_code=303, cookies=[session_cookie("", settings)])


def _onwards(opened: Opened) -> str:
    if not opened.staff:
        return opened.next or CHAMPIONS_HOME
    page = "/sign-in/code" if opened.second_factor else "/sign-in/second-factor"
    return f"{page}?{urlencode({'next': opened.next})}" if opened.next else page


HANDLERS = [confirm_form, confirm, leave]
