"""The trail: who did what to what, and when, written in the transaction of the change itself."""

from datetime import datetime
from uuid import UUID

import msgspec

from migrations.database import execute
from migrations.trail.chain import Trail

COMMAND_LINE = "command line"  # the actor behind a command, which knows no principal
WORKER = "worker"  # the actor behind a chore
TRAIL = Trail(events="audit_event", links="trail_link", head="trail_head", purpose="trail")

# Together with other writes of one command (migrations.database.execute_all); its row is `event`.
EVENT = "insert into audit_event (at, actor, action, subject, subject_id, detail) values ($1, $2, $3, $4, $5, $6)"


async def note_event(
    action: str, *, of: str, id: UUID, by: str, at: datetime, **detail: str | int | bool | None
) -> None:
    """Write that `by` did `action` to the `of` with that id; inside transaction().

    `detail` never holds a note, a place, a score or a secret.
    """
    await execute(EVENT, *event(action, of=of, id=id, by=by, at=at, **detail))


def event(
    action: str, *, of: str, id: UUID, by: str, at: datetime, **detail: str | int | bool | None
) -> tuple[object, ...]:
    """The row of EVENT, see note_event."""
    return at, by, action, of, str(id), msgspec.json.encode(detail).decode() if detail else None
