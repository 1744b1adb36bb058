"""The trail of the register: who did what to what, and when, written in the transaction of the change itself."""

from datetime import datetime
from uuid import UUID

import msgspec

from migrations.database import execute
from migrations.trail.chain import Trail

WORKER = "worker"  # the actor behind a chore
TRAIL = Trail(events="charter_event", links="charter_link", head="charter_head", purpose="the register's trail")


async def note_event(
    action: str, *, of: str, id: UUID, by: str, at: datetime, **detail: str | int | bool | None
) -> None:
    """Write that `by` did `action` to the `of` with that id; inside transaction().

    `detail` never holds a name, an address or a secret.
    """
    # Subjects are named by id and not by reference: the trail outlives what it is about.
    await execute(
        "insert into charter_event (at, actor, action, subject, subject_id, detail) values ($1, $2, $3, $4, $5, $6)",
        at,
        by,
        action,
        of,
        str(id),
        msgspec.json.encode(detail).decode() if detail else None,
    )
