"""Questions about what was done: the newest first, of everything or of one kind of thing."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from migrations.database import fetch, fetch_one, fetch_value, snapshot

LAST = 2**63 - 1
UNLINKED_SINCE = """
    select count(*) from audit_event where number > $1
    and not exists (select 1 from trail_link where trail_link.event = audit_event.number)
"""


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """An event of the trail; `detail` is a JSON object, or None."""

    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    subject_id: str
    detail: str | None


@dataclass(frozen=True, kw_only=True)
class Chained:
    """How far the chain has come: its links, the last one's HMAC and day, and how many newer events wait."""

    links: int
    mac: bytes
    linked_at: datetime | None
    waiting: int


async def done(*, subject: str | None = None, before: int | None = None, limit: int = 50) -> list[Done]:
    """What was done, newest first, before the event of that number; by the trail's key, read backwards."""
    of_subject = "subject = $3" if subject else "cast($3 as text) is null"
    rows = await fetch(
        f"select number, at, actor, action, subject, subject_id, detail from audit_event "  # noqa: S608 - our own texts
        f"where number < $1 and {of_subject} order by number desc limit $2",
        *(LAST if before is None else before, limit, subject),
    )
    return [Done(**row) for row in rows]


async def chained() -> Chained:
    """How far the chain has come."""
    async with snapshot():
        head = await fetch_one("select position, mac from trail_head where number = 1") or {"position": 0, "mac": b""}
        last = await fetch_one("select event, linked_at from trail_link where number = $1", head["position"])
        waiting = await fetch_value(UNLINKED_SINCE, last["event"] if last else 0)
    at = last["linked_at"] if last else None
    return Chained(links=head["position"], mac=head["mac"], linked_at=at, waiting=waiting)
