"""The decision beside that about a walk: whether an open note may be quoted."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from audits.errors import NoSuchWalk
from audits.events import note_event
from audits.queries import VISIBLE, Caller, sight
from migrations.database import execute, fetch_one, transaction

NOTE = f"""
    select stop.number, stop.note_review, walk.id as walk_id from stop
    join walk on walk.number = stop.walk join programme on programme.number = stop.programme
    where stop.id = $4 and stop.note is not null and {VISIBLE}
"""  # noqa: S608 - our own texts


async def review_note(
    stop_id: UUID, decision: Literal["publishable", "withheld"], *, by: Caller, now: datetime
) -> UUID:
    """Say whether an open note may be quoted in an edition, without any mark of who wrote it; gives its walk's id.

    Raises NoSuchWalk where there is no such note, or it is not the caller's to review.
    """
    async with transaction():
        found = await fetch_one(NOTE, *sight(by), stop_id)
        if found is None:
            raise NoSuchWalk("There is no such note, or it is not yours to review.")
        if found["note_review"] != decision:
            await execute("update stop set note_review = $1 where number = $2", decision, found["number"])
            await note_event(f"note {decision}", of="stop", id=stop_id, by=by.id, at=now, before=found["note_review"])
    return UUID(str(found["walk_id"]))
