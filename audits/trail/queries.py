"""Questions about what was done: the newest first, of everything or of one kind of thing."""

from datetime import datetime

import msgspec

from migrations.database import fetch

LAST = 2**63 - 1


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """An event of the trail; `detail` is a JSON object, or None."""

    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    subject_id: str
    detail: str | None


async def done(*, subject: str | None = None, before: int | None = None, limit: int = 50) -> list[Done]:
    """What was done, newest first, before the event of that number; by the trail's key, read backwards."""
    of_subject = "subject = $3" if subject else "cast($3 as text) is null"
    rows = await fetch(
        f"select number, at, actor, action, subject, subject_id, detail from audit_event "  # noqa: S608 - our own texts
        f"where number < $1 and {of_subject} order by number desc limit $2",
        *(LAST if before is None else before, limit, subject),
    )
    return [Done(**row) for row in rows]
