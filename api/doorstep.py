"""What every request passes on its way in and out: an id, a deadline, strict headers, one log line."""

import asyncio
import logging
import time
import uuid
from collections.abc import Mapping
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

DEADLINE_S = 60.0
NO_BODY = {"type": "http.response.body", "body": b"", "more_body": False}
logger = logging.getLogger("night_safety.requests")

SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; script-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(self), microphone=(), payment=(), usb=()",
}
HSTS = ("Strict-Transport-Security", "max-age=63072000; includeSubDomains")


def request_id(scope: Mapping[str, Any]) -> str:
    """The id that the answer, its problem and its log line share."""
    return str(scope["state"].get("request_id", ""))


class Doorstep:
    """The outermost ASGI layer; it wraps the whole application, unknown addresses included."""

    def __init__(self, app: ASGIApp, *, https: bool, deadline_s: float = DEADLINE_S) -> None:
        self.app = app
        self.deadline_s = deadline_s
        extra = dict([HSTS]) if https else {}
        self.headers = [(k.lower().encode(), v.encode()) for k, v in {**SECURITY_HEADERS, **extra}.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or pass on what is not a request."""
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        visit = Visit(self, scope, send)
        try:
            async with asyncio.timeout(self.deadline_s) as visit.deadline:
                await self.app(scope, receive, visit.send)
        except TimeoutError:
            await visit.give_up()
        finally:
            visit.log()


class Visit:
    """One request on the doorstep: what was answered so far, and since when."""

    def __init__(self, doorstep: Doorstep, scope: HTTPScope, send: Send) -> None:
        self.doorstep, self.scope, self._send = doorstep, scope, send
        self.began = time.perf_counter()
        self.deadline: asyncio.Timeout | None = None
        self.status = 0
        self.headless = scope["method"] == "HEAD"
        # Litestar answers HEAD on no GET route; HTTP asks for the same answer without its body.
        if self.headless:
            scope["method"] = "GET"
        scope.setdefault("state", {})["request_id"] = uuid.uuid4().hex

    async def send(self, message: Message) -> None:
        """Pass a message on, with our headers on the first and no body after a HEAD."""
        if message["type"] == "http.response.start":
            self._start(message)
        elif self.headless and message["type"] == "http.response.body":
            if message.get("more_body"):
                return
            message = NO_BODY  # type: ignore[assignment]
        await self._send(message)

    def _start(self, message: Any) -> None:
        self.status = message["status"]
        # An answer that has begun may take its time: a large export is not a stuck request.
        if self.deadline is not None:
            self.deadline.reschedule(None)
        present = {name.lower() for name, _ in message["headers"]}
        ours = [*self.doorstep.headers, (b"x-request-id", request_id(self.scope).encode())]
        if b"cache-control" not in present:
            ours.append((b"cache-control", b"no-store"))
        message["headers"] = [*message["headers"], *((n, v) for n, v in ours if n not in present)]

    async def give_up(self) -> None:
        """Answer 503 in a fixed sentence; nothing of the application can be trusted to answer any more."""
        if self.status:
            return
        self.deadline = None
        body = (
            '{"type":"/problems/took-too-long","title":"This took too long","status":503,"detail":"The service is '
            f'busy. Nothing was lost; try again in a few seconds.","request_id":"{request_id(self.scope)}"}}'
        ).encode()
        headers = [(b"content-type", b"application/problem+json"), (b"retry-after", b"5")]
        await self.send({"type": "http.response.start", "status": 503, "headers": headers})
        await self.send({"type": "http.response.body", "body": body, "more_body": False})

    def log(self) -> None:
        """One line of an allow-list: never a body, a query, a header, an address or an id of a person."""
        who = self.scope.get("user")
        logger.info(
            "request",
            extra={
                "request_id": request_id(self.scope),
                "method": "HEAD" if self.headless else self.scope["method"],
                "route": self.scope.get("path_template") or "unknown",
                "status": self.status,
                "duration_ms": round((time.perf_counter() - self.began) * 1000, 1),
                "role": getattr(who, "role", "public"),
            },
        )
