"""Making an edition: gather in one moment, compute, keep the files, then say that it is ready; or say why not.

The files are made from the contents alone and are kept under the hash of their bytes before any row names them, so
an edition is whole or it is not there. What a fault leaves behind are files that nobody names, which are swept.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from audits.errors import AuditError, EditionNotAcceptable, EditionNotReady, FieldError
from audits.events import note_event
from audits.memory import set_apart, without_collecting
from audits.nights import LONDON
from audits.photo_store.store import PhotoStore
from audits.queries import Caller, ProgrammeFacts, programme
from audits.reports import disclosure
from audits.reports.compose import compose
from audits.reports.contents import Contents, data_sha256
from audits.reports.evidence import ACCEPTED, COUNTED, Scope
from audits.reports.files.every import MEDIA_TYPES, set_files
from audits.reports.gathered import Order, by_content
from audits.reports.gathering import gather
from audits.reports.queries import EditionFacts, FileFacts, edition, file_of, ids_kept
from geo.hotspots import METHOD_VERSION
from migrations.database import execute, execute_many, lock, transaction
from migrations.sealing import Seal

MAX_PROGRAMMES = 100
# Longer than any edition takes: one that is still being made after that was cut off with its process.
ABANDONED_AFTER = timedelta(hours=1)
HUNG_UP = "The connection was closed before it was made. Make it again."
FAULT = "It could not be made. The fault is ours and was logged; make it again."

STEPS = ("Gathering the walks", "Looking for hotspots", "Setting the files", "Keeping the files")
Told = Callable[[str], Awaitable[None]]


async def nobody_waits(step: str) -> None:
    """Nobody hears of progress."""


@dataclass(frozen=True, kw_only=True)
class Press:
    """What editions are made with: where files are kept, what opens equality answers to be counted, how old public
    nights must be, and who hears of progress."""

    photo_store: PhotoStore
    seal: Seal
    public_delay_days: int
    told: Told = nobody_waits


@dataclass(frozen=True, kw_only=True)
class NewEdition:
    """What is asked for; `id` is the edition's own."""

    id: UUID
    order: Order
    programme_ids: tuple[UUID, ...]


async def make_edition(new: NewEdition, press: Press, *, by: Caller, now: datetime) -> EditionFacts:
    """Make an edition and all its files; the same data, order and `as_of` give the same bytes.

    Raises EditionNotAcceptable or NoSuchProgramme before anything is written. Any later fault is raised too, after
    the edition was marked as failed with a sentence.
    """
    takes = await what_it_takes(new, press, by=by, now=now)
    await begin(new, by=by, now=now)
    try:
        return await set_edition(new, takes, press, by=by, now=now)
    except asyncio.CancelledError:
        with suppress(Exception):
            await give_up(new.id, HUNG_UP)
        raise


@dataclass(frozen=True, kw_only=True)
class Takes:
    """What an edition is made from, once its order was found to be one that can be met."""

    programmes: Sequence[ProgrammeFacts]
    scope: Scope


async def what_it_takes(new: NewEdition, press: Press, *, by: Caller, now: datetime) -> Takes:
    """The programmes and walks of an order. Raises EditionNotAcceptable or NoSuchProgramme."""
    if new.order.as_of and new.order.as_of > now:
        message = "That moment is still to come. Leave as_of out to take every walk that counts now."
        raise EditionNotAcceptable(message, [FieldError("as_of", message)])
    programmes = await _programmes(new, by=by)
    scope = _scope(new.order, programmes, today=now.astimezone(LONDON).date(), press=press)
    return Takes(programmes=programmes, scope=scope)


async def set_edition(new: NewEdition, takes: Takes, press: Press, *, by: Caller, now: datetime) -> EditionFacts:
    """Make what `begin` wrote down: whole and ready, or failed with a sentence, in which case the fault is raised.

    One that is cancelled is still being made: whoever has it gives it up, or hands it back.
    """
    try:
        contents, files = await _made(new.order, takes, press)
        await press.told(STEPS[3])
        keys = [await press.photo_store.put(content) for _, content in files]
        kept = [
            FileFacts(name=name, media_type=MEDIA_TYPES[name], sha256=key, bytes=len(content))
            for (name, content), key in zip(files, keys, strict=True)
        ]
        await _finish(new, contents, kept, by=by, now=now)
    except Exception as fault:
        with suppress(Exception):
            await give_up(new.id, str(fault) if isinstance(fault, AuditError) else FAULT)
        raise
    return await edition(new.id, caller=replace(by, sees_all=True))


async def hand_out(edition_id: UUID, name: str, *, caller: Caller, now: datetime) -> FileFacts:
    """The file of an edition that the caller may read; reading what is not public is noted in the trail.

    Raises NoSuchEdition.
    """
    facts = await edition(edition_id, caller=caller)
    file = await file_of(facts, name)
    if facts.audience == "gla":
        async with transaction():
            await note_event("edition read", of="edition", id=facts.id, by=caller.id, at=now, file=name)
    return file


async def _programmes(new: NewEdition, *, by: Caller) -> list[ProgrammeFacts]:
    ids = sorted(set(new.programme_ids))
    if not 1 <= len(ids) <= MAX_PROGRAMMES:
        message = f"Name between 1 and {MAX_PROGRAMMES} programmes."
        raise EditionNotAcceptable(message, [FieldError("programme_ids", message)])
    if not new.order.title.strip() or len(new.order.title) > 200:
        message = "Give the edition a title of 1 to 200 characters."
        raise EditionNotAcceptable(message, [FieldError("title", message)])
    return by_content([await programme(programme_id, caller=by) for programme_id in ids])


def _scope(order: Order, programmes: Sequence[ProgrammeFacts], *, today: date, press: Press) -> Scope:
    """Which walks count for this audience; raises EditionNotAcceptable."""
    numbers = tuple(found.number for found in programmes)
    if order.from_on and order.to_on and order.from_on > order.to_on:
        message = "The period ends before it begins. Turn the dates round."
        raise EditionNotAcceptable(message, [FieldError("to", message)])
    if order.audience == "gla":
        return Scope(programmes=numbers, states=COUNTED, from_on=order.from_on, to_on=order.to_on, as_of=order.as_of)
    newest = disclosure.newest_public_night(today, delay_days=press.public_delay_days)
    _check_public(order, programmes, newest)
    last = min(order.to_on or newest, disclosure.last_night_by(order.as_of) if order.as_of else newest)
    return Scope(programmes=numbers, states=ACCEPTED, from_on=order.from_on, to_on=last, as_of=order.as_of)


def _check_public(order: Order, programmes: Sequence[ProgrammeFacts], newest: date) -> None:
    disclosure.check_whole_months(order.from_on, order.to_on, order.as_of)
    if any(found.state != "closed" for found in programmes):
        message = "A public edition needs closed programmes. Close them first."
        raise EditionNotAcceptable(message, [FieldError("programme_ids", message)])
    if order.to_on and order.to_on > newest:
        message = f"Nights after {newest:%d %B %Y} are not old enough to be public. End the edition earlier."
        raise EditionNotAcceptable(message, [FieldError("to", message)])


async def _made(order: Order, takes: Takes, press: Press) -> tuple[Contents, list[tuple[str, bytes]]]:
    # One thread for both: what the first step lets go, the second can have, which no other thread's memory would give.
    thread = ThreadPoolExecutor(1)
    try:
        with without_collecting():
            contents = await contents_of(order, takes, press, thread)
        await press.told(STEPS[2])
        with set_apart():
            return contents, await set_files(contents, press.photo_store, thread)
    finally:
        # Not waited for: where it was cut off, everybody else would wait with it.
        thread.shutdown(wait=False)


async def contents_of(order: Order, takes: Takes, press: Press, thread: Executor | None = None) -> Contents:
    """What the edition says; what it was computed from, millions of scores, is let go with the return."""
    await press.told(STEPS[0])
    gathered = await gather(order, takes.programmes, takes.scope, seal=press.seal)
    await press.told(STEPS[1])
    return await asyncio.get_running_loop().run_in_executor(thread, compose, gathered)


async def begin(new: NewEdition, *, by: Caller, now: datetime, queued: bool = False) -> None:
    """Write that it is being made, or waits for the worker, and give up what a killed process left unfinished."""
    async with transaction():
        await execute(
            "update edition set state = 'failed', failure = $1 where state = 'making' and queued_at is null "
            "and leased_until is null and made_at < $2",
            "The service stopped while it was made. Make it again.",
            now - ABANDONED_AFTER,
        )
        await execute(
            """
            insert into edition (id, title, audience, state, method_version, from_on, to_on, as_of, programme_ids,
                                 made_at, made_by, queued_at)
            values ($1, $2, $3, 'making', $4, $5, $6, $7, $8, $9, $10, $11)
            """,
            new.id,
            new.order.title,
            new.order.audience,
            str(METHOD_VERSION),
            new.order.from_on,
            new.order.to_on,
            new.order.as_of or now,
            ids_kept(new.programme_ids),
            now,
            by.id,
            now if queued else None,
        )


async def _finish(new: NewEdition, contents: Contents, kept: Sequence[FileFacts], *, by: Caller, now: datetime) -> None:
    async with transaction():
        found = (await lock("select number, state from edition where id = $1", new.id))[0]
        if found["state"] != "making":
            raise EditionNotReady("It took longer than it may, and was given up meanwhile. Make it again.")
        await execute_many(
            "insert into edition_file (edition, name, media_type, sha256, bytes) values ($1, $2, $3, $4, $5)",
            [(found["number"], file.name, file.media_type, file.sha256, file.bytes) for file in kept],
        )
        await execute(
            "update edition set state = 'ready', as_of = $1, data_sha256 = $2, step = null where id = $3",
            contents.as_of,
            data_sha256(contents),
            new.id,
        )
        await note_event("edition made", of="edition", id=new.id, by=by.id, at=now, audience=contents.audience)


async def give_up(edition_id: UUID, why: str) -> None:
    """Mark an edition that is being made as failed, with a sentence for whoever asked; one that is over stays so."""
    async with transaction():
        await execute(
            "update edition set state = 'failed', failure = $1, step = null where id = $2 and state = 'making'",
            why,
            edition_id,
        )
