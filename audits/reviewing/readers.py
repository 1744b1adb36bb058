"""Who may read the flagged notes of a programme: named by an administrator, and never by herself."""

from uuid import UUID

from audits.actions.keeping import Acting
from audits.events import note_event
from audits.queries import programme
from audits.reviewing.errors import CannotNameOneself
from migrations.database import fetch_one, transaction

NAMED = "reader named"
WITHDRAWN = "reader withdrawn"
GRANT = """
    insert into note_reader (programme, principal, granted_at, granted_by) values ($1, $2, $3, $4)
    on conflict (programme, principal) do nothing returning number
"""


async def name_reader(programme_id: UUID, principal: str, *, acting: Acting) -> None:
    """Let somebody read this programme's flagged notes; again changes nothing.

    Raises NoSuchProgramme, CannotNameOneself.
    """
    if principal == acting.by.id:
        raise CannotNameOneself
    async with transaction():
        of = await programme(programme_id, caller=acting.by)
        if await fetch_one(GRANT, of.number, principal, acting.now, acting.by.id):
            await _noted(NAMED, programme_id, principal, acting)


async def withdraw_reader(programme_id: UUID, principal: str, *, acting: Acting) -> None:
    """Take it back; from the next request on she reads none. Again changes nothing. Raises NoSuchProgramme."""
    async with transaction():
        of = await programme(programme_id, caller=acting.by)
        gone = "delete from note_reader where programme = $1 and principal = $2 returning number"
        if await fetch_one(gone, of.number, principal):
            await _noted(WITHDRAWN, programme_id, principal, acting)


async def _noted(action: str, programme_id: UUID, principal: str, acting: Acting) -> None:
    await note_event(action, of="programme", id=programme_id, by=acting.by.id, at=acting.now, reader=principal)
