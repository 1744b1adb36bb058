"""The worker: chores in turn, each when it is due, inside `serve` or alone; a chore that fails is tried again."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.limits import HOUR_S, forget_counts
from api.postman import LetterRefused, NotSent, Postman
from audits.darkroom.receiving import drop_unclaimed_photos, files_in_use
from audits.photo_store import PhotoStore
from audits.responses import drop_unclaimed_responses
from charter.outbox import Taken, letter_failed, letter_given_up, letter_sent, take_letter
from charter.register import forget_unconfirmed
from migrations.sealing import CannotUnseal, Seal

PAUSE_S = 0.5  # how long the worker rests when nothing is due
AFTER_A_FAULT_S = 5.0
GRACE_S = 10.0  # how long a chore may finish what it is at when the service stops
logger = logging.getLogger("night_safety.worker")


@dataclass(frozen=True, kw_only=True)
class Tools:
    """What the chores work with."""

    clock: Callable[[], datetime]
    postman: Postman
    photo_store: PhotoStore
    seal: Seal


@dataclass(frozen=True)
class Chore:
    """Something to be done every so often; it gives how many things it did."""

    name: str
    every_s: float
    do: Callable[[Tools], Awaitable[int]]


async def send_letters(tools: Tools) -> int:
    """Send every letter that is due, the oldest first, until the mail server refuses all; gives how many went."""
    sent = 0
    while (taken := await take_letter(now=tools.clock())) is not None:
        try:
            await tools.postman.send(taken.opened(tools.seal))
        except Exception as error:  # whatever befalls a letter, it must be kept, and the next one tried
            if not await _kept(taken, error, tools):
                return sent
            continue
        await letter_sent(taken, now=tools.clock())
        sent += 1
    return sent


async def _kept(taken: Taken, error: Exception, tools: Tools) -> bool:
    """Keep a letter that was not sent for later, or give it up; whether others may fare better."""
    failure = _category(error)
    logger.warning("letter not sent", extra={"chore": "letters", "outcome": failure})
    if isinstance(error, LetterRefused) and error.for_good:
        await letter_given_up(taken, failure, now=tools.clock())
    else:
        await letter_failed(taken, failure, now=tools.clock())
    return isinstance(error, LetterRefused | CannotUnseal)


def _category(error: Exception) -> str:
    """Why, without what the error says: that may hold an address."""
    if isinstance(error, NotSent):
        return error.category
    return "cannot-unseal" if isinstance(error, CannotUnseal) else "postman-failed"


async def delete_unconfirmed(tools: Tools) -> int:
    """Delete the signatures that nobody confirmed within 30 days."""
    # In portions, each a transaction of its own, so that requests have their turn between them.
    deleted = 0
    while some := await forget_unconfirmed(now=tools.clock()):
        deleted += some
    return deleted


async def delete_counts(tools: Tools) -> int:
    """Forget how often networks asked, once their windows are over."""
    await forget_counts(before=tools.clock() - timedelta(seconds=2 * HOUR_S))
    return 0


async def drop_unclaimed(tools: Tools) -> int:
    """Let go of photos and responses whose walk has not come in 30 days."""
    now = tools.clock()
    return await drop_unclaimed_photos(now=now) + await drop_unclaimed_responses(now=now)


async def sweep_files(tools: Tools) -> int:
    """Remove files that nothing refers to any more, or that a crash left without their row."""
    return await tools.photo_store.sweep(files_in_use, now=tools.clock())


# In this order. To add a chore, write `async def (tools) -> int` where its work is, and give it a line here.
CHORES: tuple[Chore, ...] = (
    Chore("letters", 1.0, send_letters),
    Chore("unconfirmed signatures", HOUR_S, delete_unconfirmed),
    Chore("request counts", HOUR_S, delete_counts),
    Chore("unclaimed photos and responses", HOUR_S, drop_unclaimed),
    Chore("orphaned files", 24 * HOUR_S, sweep_files),
)


async def work_until(stop: asyncio.Event, tools: Tools, *, chores: tuple[Chore, ...] = CHORES) -> None:
    """Do the chores in turn, each when it is due, until `stop` is set; what is begun is finished."""
    # The loop's own clock never jumps; the service's clock may be set, or moved by a test.
    now = asyncio.get_running_loop().time
    due_at = dict.fromkeys(chores, now())
    while not stop.is_set():
        for chore in chores:
            if due_at[chore] <= now() and not stop.is_set():
                done = await _did(chore, tools)
                due_at[chore] = now() + (chore.every_s if done else max(chore.every_s, AFTER_A_FAULT_S))
        await _rest(stop)


@asynccontextmanager
async def working(tools: Tools, *, chores: tuple[Chore, ...] = CHORES) -> AsyncIterator[None]:
    """The chores are done beside whatever happens inside the block; at its end they finish, within GRACE_S."""
    stop = asyncio.Event()
    task = asyncio.create_task(work_until(stop, tools, chores=chores), name="worker")
    try:
        yield
    finally:
        # Asked first and cancelled later: a letter that is being sent should be marked as sent.
        stop.set()
        await asyncio.wait({task}, timeout=GRACE_S)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _did(chore: Chore, tools: Tools) -> bool:
    try:
        count = await chore.do(tools)
    except Exception as error:  # a fault of one chore must not end the others
        logger.warning("chore failed", exc_info=error, extra={"chore": chore.name})
        return False
    if count:
        logger.info("chore done", extra={"chore": chore.name, "count": count})
    return True


async def _rest(stop: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(stop.wait(), PAUSE_S)
    except TimeoutError:
        return
