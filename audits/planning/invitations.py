"""Invitations that are out: how many joined by each, and taking one back that went astray."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from audits.errors import NoSuchInvitation
from audits.events import note_event
from audits.queries import Caller, programme
from audits.tables import Invitation
from migrations.database import fetch, lock, transaction

Standing = Literal["open", "full", "expired", "withdrawn", "closed"]


@dataclass(frozen=True, kw_only=True)
class InvitationFacts:
    """An invitation without its code, which is kept nowhere; `number` is its place among its programme's, from 1."""

    number: int
    label: str | None
    places: int
    used: int
    expires_on: date
    created_at: datetime
    withdrawn_at: datetime | None

    def standing(self, *, today: date, programme_state: str) -> Standing:
        """Whether somebody can still join with it, and if not, why; what was done to it comes before what befell it."""
        if self.withdrawn_at is not None:
            return "withdrawn"
        if programme_state == "closed":
            return "closed"
        if self.used >= self.places:
            return "full"
        return "expired" if self.expires_on < today else "open"


async def invitations(programme: int) -> list[InvitationFacts]:
    """The invitations of a programme that the caller was seen to see, oldest first; by invitation_programme."""
    rows = await fetch(
        "select label, places, used, expires_on, created_at, withdrawn_at from invitation "
        "where programme = $1 order by number",
        programme,
    )
    return [InvitationFacts(number=number, **row) for number, row in enumerate(rows, start=1)]


async def withdraw_invitation(programme_id: UUID, number: int, *, by: Caller, now: datetime) -> None:
    """Let nobody join any more with the invitation of that number; who has joined stays. Again changes nothing.

    Raises NoSuchProgramme, NoSuchInvitation.
    """
    async with transaction():
        of = await programme(programme_id, caller=by)
        rows = await lock("select number, withdrawn_at from invitation where programme = $1 order by number", of.number)
        if not 1 <= number <= len(rows):
            raise NoSuchInvitation("This programme has no such invitation. Look at its list again.")
        meant = rows[number - 1]
        if meant["withdrawn_at"] is None:
            await Invitation.update({Invitation.withdrawn_at: now}).where(Invitation.number == meant["number"])
            await note_event("invitation withdrawn", of="programme", id=programme_id, by=by.id, at=now, number=number)
