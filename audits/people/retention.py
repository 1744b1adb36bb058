"""What is kept of auditors only as long as it is needed: found, counted, and let go of."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from audits.darkroom.receiving import drop_unclaimed_photos
from audits.events import note_event
from audits.people.equality import cut_link
from audits.responses import drop_unclaimed_responses
from migrations.database import execute_many, fetch, fetch_value, leave_no_trace, transaction
from migrations.sealing import Seal

# Phones, memberships and labels of auditors of whom nothing was heard since $1: no walk of hers ended, nothing she
# said came, and she joined nothing. Each part is looked up by auditor (walk_auditor, response_once, membership_once).
QUIET = """
    select number from auditor
    where erased_at is null and created_at < $1
      and (label is not null or exists (select 1 from device where device.auditor = auditor.number))
      and not exists (select 1 from walk where walk.auditor = auditor.number and walk.ended_at >= $1)
      and not exists (select 1 from response where response.auditor = auditor.number and received_at >= $1)
      and not exists (select 1 from membership where membership.auditor = auditor.number and joined_at >= $1)
      and not exists (select 1 from device where device.auditor = auditor.number and device.created_at >= $1)
"""


class Retained(msgspec.Struct, frozen=True, kw_only=True):
    """The receipt of a run: what was let go of, or would be, and since when it had been of no use."""

    receipt_id: UUID
    at: datetime
    dry_run: bool
    contacts_before: datetime
    contacts: int
    equality_before: datetime
    equality_answers: int
    held_photos: int
    held_responses: int


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """How long things are kept, in months; the answer to when is now, and the receipt's id."""

    now: datetime
    receipt_id: UUID
    seal: Seal
    contacts_months: int = 12
    equality_months: int = 24

    def before(self, months: int) -> datetime:
        """So many months ago; the last day of a shorter month, where there is no such day."""
        year, month = divmod(self.now.year * 12 + self.now.month - 1 - months, 12)
        for day in (self.now.day, 30, 29, 28):
            try:
                return self.now.replace(year=year, month=month + 1, day=day)
            except ValueError:
                continue
        raise AssertionError("every month has 28 days")


async def would_let_go(keeping: Keeping) -> Retained:
    """What `let_go` would do, without doing it."""
    held = "select count(*) from {} where held_until < $1"
    return _receipt(
        keeping,
        dry_run=True,
        contacts=len(await _quiet(keeping)),
        equality_answers=len(await _outlived(keeping)),
        held_photos=await fetch_value(held.format("photo"), keeping.now),
        held_responses=await fetch_value(held.format("response"), keeping.now),
    )


async def let_go(keeping: Keeping, *, by: str) -> Retained:
    """Let go of everything that has been kept long enough; the scores stay. Doing it again finds nothing."""
    # Each its own transaction, so that phones have their turn between them.
    photos = await drop_unclaimed_photos(now=keeping.now)
    responses = await drop_unclaimed_responses(now=keeping.now)
    async with transaction():
        outlived = await _outlived(keeping)
        for auditor in outlived:
            await cut_link(auditor, keeping.seal)
        quiet = await _quiet(keeping)
        for what in ("delete from device where auditor = $1", "update auditor set label = null where number = $1"):
            await execute_many(what, [(auditor,) for auditor in quiet])
        receipt = _receipt(
            keeping,
            dry_run=False,
            contacts=len(quiet),
            equality_answers=len(outlived),
            held_photos=photos,
            held_responses=responses,
        )
        if quiet or outlived:
            counts = {"contacts": len(quiet), "equality_answers": len(outlived)}
            await note_event("let go", of="retention", id=keeping.receipt_id, by=by, at=keeping.now, **counts)
    await leave_no_trace()
    return receipt


def _receipt(keeping: Keeping, *, dry_run: bool, **counts: int) -> Retained:
    return Retained(
        receipt_id=keeping.receipt_id,
        at=keeping.now,
        dry_run=dry_run,
        contacts_before=keeping.before(keeping.contacts_months),
        equality_before=keeping.before(keeping.equality_months),
        **counts,
    )


async def _quiet(keeping: Keeping) -> list[int]:
    return [row["number"] for row in await fetch(QUIET, keeping.before(keeping.contacts_months))]


async def _outlived(keeping: Keeping) -> list[int]:
    """Whose answers were given long enough ago (equality_link_answered_at)."""
    before = keeping.before(keeping.equality_months)
    return [row["auditor"] for row in await fetch("select auditor from equality_link where answered_at < $1", before)]
