"""Signing in for programs: ask for a link, follow it, sign out."""

from typing import Any, Literal

import msgspec
from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from api.limits import LETTERS_TO_SIGN_IN, slow_down_each
from api.roles import Principal
from api.sessions import links, sessions
from api.sessions.cookie import cookie_of, session_cookie
from api.settings import Settings
from charter.register import Desk
from charter.signing import known_as


class Address(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the letter goes, if anybody whom we know has the address."""

    email: str


class Token(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the letter's link holds after its #."""

    token: str


class Noted(msgspec.Struct, frozen=True, kw_only=True):
    """The same for everybody."""

    detail: str = "If we know this address, a letter with a link is on its way. The link works once, for ten minutes."


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a second factor comes next: it is shown at /sign-in/code, or set up at /sign-in/second-factor."""

    second_factor: Literal["none", "show", "set_up"]


@post("/api/sign-in", status_code=202, tags=["sign-in"], summary="Ask for a link to sign in by")
async def ask(data: JSONBody[Address], desk: NamedDependency[Desk], settings: NamedDependency[Settings]) -> Noted:
    """The same words, and the same time, whether anybody has the address or nobody."""
    whose = known_as(data.email.strip())
    await slow_down_each(LETTERS_TO_SIGN_IN, whose, settings=settings, seal=desk.seal, now=desk.now)
    await links.ask(data.email, next="", desk=desk)
    return Noted()


@post("/api/sign-in/confirm", status_code=200, tags=["sign-in"], summary="Follow a link: open a session")
async def confirm(
    request: Request[Any, Any, Any],
    data: JSONBody[Token],
    desk: NamedDependency[Desk],
    settings: NamedDependency[Settings],
) -> Response[Begun]:
    """A token works once; 410 for one that was used, has run out, or was never written. The session is a cookie."""
    opened = await sessions.follow_link(data.token, former=cookie_of(request, settings), desk=desk)
    owed: Literal["none", "show", "set_up"] = "show" if opened.second_factor else "set_up"
    answer = Begun(second_factor=owed if opened.staff else "none")
    return Response(answer, cookies=[session_cookie(opened.token, settings)])


@post("/api/sign-out", status_code=204, tags=["sign-in"], summary="End this session")
async def sign_out(
    who: NamedDependency[Principal], desk: NamedDependency[Desk], settings: NamedDependency[Settings]
) -> Response[None]:
    """The cookie opens nothing any more, wherever a copy of it is."""
    assert who.session is not None, "the matrix lets in sessions only"
    await sessions.sign_out(who.session, by=who.id, now=desk.now)
    return Response(None, status_code=204, cookies=[session_cookie("", settings)])


SIGN_IN = [ask, confirm, sign_out]
