"""The session's cookie, and whose pages may use it: our own, and nobody else's."""

from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie

from api.drafts.cookie import ForeignForm
from api.sessions.lasting import LONGEST
from api.settings import Settings
from api.wire import address_parts

NAME = "night-safety"
MAX_COOKIE_LENGTH = 100
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")

Connection = ASGIConnection[Any, Any, Any, Any]


def cookie_name(settings: Settings) -> str:
    """Its name: with the prefix, browsers refuse it from anybody but this host over HTTPS; loopback has no HTTPS."""
    return f"__Host-{NAME}" if settings.https else NAME


def cookie_of(connection: Connection, settings: Settings) -> str:
    """What the browser holds; empty without one."""
    return connection.cookies.get(cookie_name(settings), "")[:MAX_COOKIE_LENGTH]


def session_cookie(token: str, settings: Settings) -> Cookie:
    """The cookie that carries a session; an empty token takes it away."""
    return Cookie(
        key=cookie_name(settings),
        value=token,
        path="/",
        max_age=int(LONGEST.total_seconds()) if token else 0,
        httponly=True,
        secure=settings.https,
        samesite="lax",
    )


def refuse_foreign(connection: Connection, settings: Settings, *, signed_in: bool) -> None:
    """Raises ForeignForm for a write that another site's page sent, or that uses a session without saying whence.

    Every browser tells the origin of what it posts; a program that has no session need not.
    """
    if connection.scope.get("method") in SAFE_METHODS:
        return
    origin = connection.headers.get("origin")
    if origin is None:
        if signed_in:
            raise ForeignForm
        return
    # The Host header is what the browser itself asked for; the base address, what a proxy may have hidden from us.
    ours = {connection.headers.get("host", ""), urlsplit(settings.base_url).netloc}
    parts = address_parts(origin)
    if parts.netloc not in ours or (settings.https and parts.scheme != "https"):
        raise ForeignForm
