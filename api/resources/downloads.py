"""Downloads: files sent piece by piece while they are read from the database, few at a time, always let go of."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from litestar.response import Stream
from litestar.types import ASGIApp, Receive, Scope, Send

from api.problems import ExportsBusy

# A download keeps a connection as long as its reader takes; SQLite has four for everybody.
MAX_AT_ONCE = 2
_under_way: set[object] = set()


class Download(Stream):
    """A stream whose pieces are closed however it ends: sent whole, left by its reader, or cut off."""

    def __init__(self, first: bytes, rest: AsyncGenerator[bytes, None], *, name: str, media_type: str) -> None:
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        super().__init__(_after(first, rest), media_type=media_type, headers=headers)
        self.rest = rest

    def to_asgi_response(self, *args: Any, **options: Any) -> ASGIApp:  # type: ignore[override]
        """Litestar leaves what its reader left to the garbage collector, which may close the inner before the outer."""
        respond = super().to_asgi_response(*args, **options)

        async def respond_and_close(scope: Scope, receive: Receive, send: Send) -> None:
            async with aclosing(self.rest):
                await respond(scope, receive, send)

        return respond_and_close


async def begin(pieces: AsyncGenerator[bytes, None], *, name: str, media_type: str) -> Download:
    """A download of the file `name`. Its first piece is fetched before the answer begins.

    So whatever fails by then has a status and a sentence; later, only the connection can be cut. Raises ExportsBusy.
    """
    one = _one_of_few(pieces)
    first = await anext(one)
    return Download(first, one, name=name, media_type=media_type)


async def _one_of_few(pieces: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    if len(_under_way) >= MAX_AT_ONCE:
        raise ExportsBusy("Many files are being downloaded just now. Try again in a few seconds.")
    place = object()
    _under_way.add(place)
    try:
        async with aclosing(pieces):
            async for piece in pieces:
                yield piece
    finally:
        _under_way.discard(place)


async def _after(first: bytes, rest: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    yield first
    async for piece in rest:
        yield piece
