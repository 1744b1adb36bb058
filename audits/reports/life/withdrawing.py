"""Withdrawing an edition: its files are handed out no more, and its record says why."""

from datetime import datetime
from uuid import UUID

from audits.errors import EditionNotAcceptable, EditionNotReady, FieldError
from audits.events import note_event
from audits.queries import Caller
from audits.reports.queries import EditionFacts, edition, edition_of_hers
from migrations.database import execute, lock, transaction

MAX_REASON = 1_000


async def withdraw_edition(edition_id: UUID, reason: str, *, by: Caller, now: datetime) -> EditionFacts:
    """Withdraw an edition that is ready; again changes nothing, and the first reason stands.

    Raises NoSuchEdition, also where its programmes are not the caller's; EditionNotReady; and EditionNotAcceptable
    without a reason of 1 to 1,000 characters.
    """
    reason = reason.strip()
    if not 1 <= len(reason) <= MAX_REASON:
        message = f"Say why in 1 to {MAX_REASON:,} characters. Whoever has the address will read it."
        raise EditionNotAcceptable(message, [FieldError("reason", message)])
    await edition_of_hers(edition_id, caller=by)
    async with transaction():
        state = (await lock("select state from edition where id = $1", edition_id))[0]["state"]
        if state not in ("ready", "withdrawn"):
            raise EditionNotReady("Only an edition that is ready can be withdrawn.")
        if state == "ready":
            await execute(
                "update edition set state = 'withdrawn', withdrawn_at = $1, withdrawn_by = $2, withdrawal = $3 "
                "where id = $4",
                now,
                by.id,
                reason,
                edition_id,
            )
            await note_event("edition withdrawn", of="edition", id=edition_id, by=by.id, at=now)
    return await edition(edition_id, caller=by)
