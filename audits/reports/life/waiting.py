"""Editions that somebody waits for: ordered in a request, made by the worker, whole or failed with a sentence."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from audits.errors import AuditError, EditionNotAcceptable, FieldError
from audits.queries import OPERATOR, Caller
from audits.reports.editions import FAULT, NewEdition, Press, begin, give_up, set_edition, what_it_takes
from audits.reports.gathered import Order
from audits.reports.queries import EditionFacts, edition
from migrations.database import ConstraintViolated, claim, execute, transaction

# Ten times as long as London takes: who still has it after that died on the way. Were she only slow, the first one
# to finish it would be kept, and the other dropped.
LEASE = timedelta(minutes=5)
CUT_OFF = "The service stopped twice while it was made. Nothing of it was kept; make it again later."
# An order is in the queue until it was taken twice: what two workers died of is not tried on a third.
LEFT = """
    update edition set state = 'failed', failure = $1, step = null
    where state = 'making' and queued_at is null and leased_until < $2
"""
NEXT = """
    select id, title, audience, from_on, to_on, programme_ids, made_by, leased_until is not null as "again [BOOLEAN]"
    from edition where state = 'making' and queued_at is not null and (leased_until is null or leased_until < $1)
    order by number limit 1
"""
TAKE = "update edition set leased_until = $1, queued_at = case when $2 then null else queued_at end where id = $3"
HAND_BACK = (
    "update edition set leased_until = null, queued_at = made_at, step = null where id = $1 and state = 'making'"
)


async def order_edition(new: NewEdition, press: Press, *, by: Caller, now: datetime) -> EditionFacts:
    """Write down an edition for the worker to make, or answer again for one that was ordered under this id.

    Raises EditionNotAcceptable or NoSuchProgramme before anything is written.
    """
    await what_it_takes(new, press, by=by, now=now)
    if new.order.as_of is not None:
        message = "An edition as of an earlier moment is made at once. Ask the interface for it, or the command line."
        raise EditionNotAcceptable(message, [FieldError("as_of", message)])
    # A button pressed twice orders once.
    with suppress(ConstraintViolated):
        await begin(new, by=by, now=now, queued=True)
    return await edition(new.id, caller=replace(by, sees_all=True))


async def make_next_edition(press: Press, *, now: datetime) -> bool:
    """Make the edition that has waited longest; false where none waits. A fault of making is raised again.

    What a worker died of is made once more; what is cancelled, because the service stops, waits again.
    """
    taken = await _take(now)
    if taken is None:
        return False
    order = Order(**{name: taken[name] for name in ("title", "audience", "from_on", "to_on")})
    ids = tuple(map(UUID, msgspec.json.decode(taken["programme_ids"])))
    new = NewEdition(id=taken["id"], order=order, programme_ids=ids)

    async def told(step: str) -> None:
        async with transaction():
            await execute("update edition set step = $1 where id = $2", step, new.id)

    # Whoever ordered it was allowed to; the trail names her.
    by = replace(OPERATOR, id=taken["made_by"])
    press = replace(press, told=told)
    try:
        takes = await what_it_takes(new, press, by=by, now=now)
    except Exception as fault:
        await give_up(new.id, str(fault) if isinstance(fault, AuditError) else FAULT)
        raise
    try:
        await set_edition(new, takes, press, by=by, now=now)
    except asyncio.CancelledError:
        with suppress(Exception):
            async with transaction():
                await execute(HAND_BACK, new.id)
        raise
    return True


async def _take(now: datetime) -> dict[str, Any] | None:
    """Lease the next one, once among all workers; what two dead workers left is given up first."""
    async with transaction():
        await execute(LEFT, CUT_OFF, now)
        found = await claim(NEXT, now)
        if not found:
            return None
        await execute(TAKE, now + LEASE, found[0]["again"], found[0]["id"])
        return found[0]
