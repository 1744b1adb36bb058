"""Adding to the chain: events as they are written, and again what an erasure has left of them.

A worker links what has been written every few seconds: were each request to link its own events, all of them would wait
for one another. One row, locked, keeps linkers in turn.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_bytes
from typing import Any

from migrations.database import execute, execute_many, fetch, fetch_value, lock, transaction
from migrations.sealing import Seal
from migrations.trail.chain import SAID, SALT_BYTES, Cause, Head, Link, Trail, commitment
from migrations.trail.standing import HEAD

AT_ONCE = 1_000
# Numbers are given before transactions end, so that on PostgreSQL a lower one may appear after a higher one was linked:
# usually within these, and never after so long, because no transaction lasts.
NEAR = 1_000
SETTLED = timedelta(hours=2)
COLUMNS = ", ".join(("number", *SAID))
LINKED_IN = "exists (select 1 from {links} where {links}.event = {events}.number)"
UNLINKED = f"select {COLUMNS} from {{events}} where number > $1 and not {LINKED_IN} order by number limit $2"  # noqa: S608 - our names
LINKED = f"select {COLUMNS} from {{events}} where number in ({{places}}) and {LINKED_IN} order by number"  # noqa: S608 - our names
HIGHEST = "select max(event) from {links}"
LAST_SETTLED = "select event from {links} where linked_at < $1 order by linked_at desc, number desc limit 1"
LINK = """
    insert into {links} (number, event, cause, salt, commitment, linked_at, mac) values ($1, $2, $3, $4, $5, $6, $7)
"""
FORGET_SALT = "update {links} set salt = null where event = $1"
# Of two linkers that begin the chain one makes the row, and both find it.
BEGIN = "insert into {head} (number, position, mac) values (1, 0, $1) on conflict do nothing"
MOVE = "update {head} set position = $1, mac = $2 where number = 1"


async def link_events(trail: Trail, *, seal: Seal, now: datetime) -> int:
    """Link what was written since the last time; gives how much. A chore of every few seconds."""
    return await _link_after(trail, (await fetch_value(trail.of(HIGHEST)) or 0) - NEAR, seal, now)


async def link_late_events(trail: Trail, *, seal: Seal, now: datetime) -> int:
    """Link what came in out of turn and was passed over; gives how much. A chore of every hour."""
    return await _link_after(trail, await fetch_value(trail.of(LAST_SETTLED), now - SETTLED) or 0, seal, now)


async def _link_after(trail: Trail, floor: int, seal: Seal, now: datetime) -> int:
    linked, unlinked = 0, trail.of(UNLINKED)
    # Asked before a transaction begins, because nearly always there is nothing to write.
    while await fetch(unlinked, floor, 1):
        async with transaction():
            chain = _Chain(trail, seal, now, await _locked_head(trail))
            events = await fetch(unlinked, floor, AT_ONCE)
            await chain.append(events, "written")
        linked += len(events)
    return linked


async def relink_erased(trail: Trail, events: Iterable[int], *, seal: Seal, now: datetime) -> None:
    """Let the chain agree with events that an erasure has just scrubbed; the last thing in its transaction.

    Their salts go, so that nobody can try what they said; what was not linked yet is linked as it is now.
    """
    wanted = sorted(set(events))
    chain = _Chain(trail, seal, now, await _locked_head(trail))
    for start in range(0, len(wanted), AT_ONCE // 2):
        some = wanted[start : start + AT_ONCE // 2]
        places = ", ".join(f"${place}" for place in range(1, len(some) + 1))
        rows = await fetch(trail.of(LINKED, places=places), *some)
        await execute_many(trail.of(FORGET_SALT), [(row["number"],) for row in rows])
        await chain.append(rows, "erased")


async def _locked_head(trail: Trail) -> Head:
    head = trail.of(HEAD)
    if not await lock(head):
        await execute(trail.of(BEGIN), b"")
    (row,) = await lock(head)
    return Head(row["position"], row["mac"])


@dataclass
class _Chain:
    """A chain as far as it has come, its head locked."""

    trail: Trail
    seal: Seal
    now: datetime
    head: Head

    async def append(self, events: Sequence[dict[str, Any]], cause: Cause) -> None:
        """A link for each event, and the head moved to the last."""
        rows = [self._link(event, cause) for event in events]
        await execute_many(self.trail.of(LINK), rows)
        await execute(self.trail.of(MOVE), self.head.position, self.head.mac)

    def _link(self, event: dict[str, Any], cause: Cause) -> tuple[Any, ...]:
        salt = token_bytes(SALT_BYTES)
        made = commitment(event, salt)
        link = Link(
            number=self.head.position + 1, event=event["number"], cause=cause, commitment=made, linked_at=self.now
        )
        self.head = Head(link.number, link.mac_after(self.head.mac, self.seal, purpose=self.trail.purpose))
        return (link.number, link.event, cause, salt, made, self.now, self.head.mac)
