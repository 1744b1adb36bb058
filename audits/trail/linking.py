"""Adding to the chain: events as they are written, and again what an erasure has left of them.

A worker links what has been written every few seconds: were each request to link its own events, all of them would wait
for one another. One row, locked, keeps linkers in turn.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from secrets import token_bytes
from typing import Any

from audits.trail.chain import SAID, SALT_BYTES, Cause, Head, Link, commitment
from migrations.database import execute, execute_many, fetch, fetch_value, lock, transaction
from migrations.sealing import Seal

AT_ONCE = 1_000
# Numbers are given before transactions end, so that on PostgreSQL a lower one may appear after a higher one was linked:
# usually within these, and never after so long, because no transaction lasts.
NEAR = 1_000
SETTLED = timedelta(hours=2)
COLUMNS = ", ".join(("number", *SAID))
UNLINKED = f"""
    select {COLUMNS} from audit_event
    where number > $1 and not exists (select 1 from trail_link where trail_link.event = audit_event.number)
    order by number limit $2
"""  # noqa: S608 - our own names
LINKED = f"""
    select {COLUMNS} from audit_event
    where number in ({{places}}) and exists (select 1 from trail_link where trail_link.event = audit_event.number)
    order by number
"""  # noqa: S608 - our own names
HEAD = "select position, mac from trail_head where number = 1"
HIGHEST = "select max(event) from trail_link"
LAST_SETTLED = "select event from trail_link where linked_at < $1 order by linked_at desc, number desc limit 1"
LINK = """
    insert into trail_link (number, event, cause, salt, commitment, linked_at, mac)
    values ($1, $2, $3, $4, $5, $6, $7)
"""


async def link_events(*, seal: Seal, now: datetime) -> int:
    """Link what was written since the last time; gives how much. A chore of every few seconds."""
    return await _link_after((await fetch_value(HIGHEST) or 0) - NEAR, seal, now)


async def link_late_events(*, seal: Seal, now: datetime) -> int:
    """Link what came in out of turn and was passed over; gives how much. A chore of every hour."""
    return await _link_after(await fetch_value(LAST_SETTLED, now - SETTLED) or 0, seal, now)


async def _link_after(floor: int, seal: Seal, now: datetime) -> int:
    linked = 0
    # Asked before a transaction begins, because nearly always there is nothing to write.
    while await fetch(UNLINKED, floor, 1):
        async with transaction():
            head = await _locked_head()
            events = await fetch(UNLINKED, floor, AT_ONCE)
            await _append(events, "written", after=head, seal=seal, now=now)
        linked += len(events)
    return linked


async def relink_erased(events: Iterable[int], *, seal: Seal, now: datetime) -> None:
    """Let the chain agree with events that an erasure has just scrubbed; the last thing in its transaction.

    Their salts go, so that nobody can try what they said; what was not linked yet is linked as it is now.
    """
    wanted = sorted(set(events))
    head = await _locked_head()
    for start in range(0, len(wanted), AT_ONCE // 2):
        some = wanted[start : start + AT_ONCE // 2]
        places = ", ".join(f"${place}" for place in range(1, len(some) + 1))
        rows = await fetch(LINKED.format(places=places), *some)
        await execute_many("update trail_link set salt = null where event = $1", [(row["number"],) for row in rows])
        head = await _append(rows, "erased", after=head, seal=seal, now=now)


async def _locked_head() -> Head:
    if not await lock(HEAD):
        # The first link of all: of two linkers one makes the row, and both find it.
        await execute("insert into trail_head (number, position, mac) values (1, 0, $1) on conflict do nothing", b"")
    (row,) = await lock(HEAD)
    return Head(row["position"], row["mac"])


async def _append(events: Sequence[dict[str, Any]], cause: Cause, *, after: Head, seal: Seal, now: datetime) -> Head:
    rows, head = [], after
    for event in events:
        salt = token_bytes(SALT_BYTES)
        made = commitment(event, salt)
        link = Link(number=head.position + 1, event=event["number"], cause=cause, commitment=made, linked_at=now)
        head = Head(link.number, link.mac_after(head.mac, seal))
        rows.append((link.number, link.event, cause, salt, made, now, head.mac))
    await execute_many(LINK, rows)
    await execute("update trail_head set position = $1, mac = $2 where number = 1", head.position, head.mac)
    return head
