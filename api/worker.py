"""The chores that no request waits for, done in turn: letters, retention."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from api.postman import Postman
from audits.photo_store import PhotoStore
from migrations.sealing import Seal

ROUND_S = 1.0
logger = logging.getLogger("night_safety.worker")


@dataclass(frozen=True, kw_only=True)
class Tools:
    """What the chores work with."""

    clock: Callable[[], datetime]
    postman: Postman
    photo_store: PhotoStore
    seal: Seal


Chore = Callable[[Tools], Awaitable[int]]
CHORES: tuple[Chore, ...] = ()


async def work_until(stop: asyncio.Event, tools: Tools) -> None:
    """Do every chore once a round, until `stop`; a chore that fails is logged and done again next round."""
    while not stop.is_set():
        for chore in CHORES:
            await _attempt(chore, tools)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), ROUND_S)


async def _attempt(chore: Chore, tools: Tools) -> None:
    try:
        done = await chore(tools)
    except Exception:  # one chore's fault must not stop the others
        logger.exception("chore failed", extra={"chore": chore.__name__})
        return
    if done:
        logger.info("chore done", extra={"chore": chore.__name__, "count": done})


@asynccontextmanager
async def working(tools: Tools) -> AsyncIterator[None]:
    """Do the chores beside whatever the block does, and finish the present one before leaving."""
    stop = asyncio.Event()
    work = asyncio.create_task(work_until(stop, tools), name="chores")
    try:
        yield
    finally:
        stop.set()
        await work
