"""Waiting that ends: for a turn, in time; for what must be finished, whoever cancels us."""

import asyncio
from collections.abc import Awaitable, Coroutine
from typing import Any, TypeVar

from migrations.errors import DatabaseUnavailable

Answer = TypeVar("Answer")


async def in_turn(turn: Awaitable[Answer], timeout_s: float) -> Answer:
    """What `turn` gives, or DatabaseUnavailable when it has not come after `timeout_s`."""
    try:
        async with asyncio.timeout(timeout_s):
            return await turn
    except TimeoutError:
        raise DatabaseUnavailable(f"The database was busy for {timeout_s:g} s. Try again in a moment.") from None


async def finished(work: "asyncio.Future[Answer] | Coroutine[Any, Any, Answer]") -> Answer:
    """What `work` gives, waiting for its end even when we are cancelled; the cancellation is raised after it."""
    future = asyncio.ensure_future(work)
    # A scope of anyio cancels again at every turn of the loop, so once is not enough to wait for.
    cancelled: asyncio.CancelledError | None = None
    while not future.done():
        try:
            await asyncio.wait([future])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is None:
        return future.result()
    future.exception()  # looked at, so that nobody reports it as forgotten
    raise cancelled
