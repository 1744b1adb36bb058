"""Questions about later versions of a walk: which there are, and how one differs from what stands."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from audits.queries import VISIBLE, Caller, ProgrammeFacts, programme, sight
from audits.reviewing.errors import NoSuchRevision
from audits.reviewing.revisions.differing import Difference, difference
from audits.reviewing.revisions.standing import restricted_stops, standing
from audits.walks import Walk, asked
from migrations.database import fetch, fetch_one, snapshot
from migrations.sealing import Seal

# Numbered from 1 as they came; what a taken one replaced is among them.
LISTED = f"""
    select walk_revision.number, walk_revision.received_at, walk_revision.decision, walk_revision.decided_at,
           walk_revision.decided_by, walk_revision.reason
    from walk_revision join walk on walk.number = walk_revision.walk
    join programme on programme.number = walk.programme
    where walk.id = $4 and {VISIBLE} order by walk_revision.number
"""  # noqa: S608 - our own texts
ONE = f"""
    select walk_revision.number, walk_revision.walk, walk_revision.sealed, walk.leg, walk.night_of, walk.state,
           programme.id as programme_id
    from walk_revision join walk on walk.number = walk_revision.walk
    join programme on programme.number = walk.programme
    where walk.id = $4 and walk_revision.number = $5 and {VISIBLE}
"""  # noqa: S608 - our own texts
STAYING = """
    select stop.id from stop where stop.walk = $1 and (
        exists (select 1 from response where response.stop = stop.number)
        or exists (select 1 from issue_stop where issue_stop.stop = stop.number)
        or exists (select 1 from re_audit_stop where re_audit_stop.stop = stop.number)
        or exists (select 1 from note_decision where note_decision.stop = stop.number)
        or exists (select 1 from photo where photo.walk = stop.walk and photo.stop_id = stop.id)
    )
"""


class RevisionListed(msgspec.Struct, frozen=True, kw_only=True):
    """A later version of a walk; `decision` is None while it waits, taken, left, or replaced by one that was taken."""

    number: int
    received_at: datetime
    decision: str | None
    decided_at: datetime | None
    decided_by: str | None
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class RevisionFile:
    """A later version beside the walk that stands; `stays` are stops that it leaves out and that stay all the same."""

    walk_id: UUID
    leg: str
    night_of: date
    state: str
    programme: ProgrammeFacts
    listed: RevisionListed
    instrument_version: int
    differs: Difference
    stays: frozenset[UUID]
    of_another_programme: bool


async def revisions_of(walk_id: UUID, *, caller: Caller) -> list[RevisionListed]:
    """The later versions of a walk, the first that came first; none where it is not the caller's to review."""
    return [msgspec.convert(row, RevisionListed) for row in await fetch(LISTED, *sight(caller), walk_id)]


async def revision_file(walk_id: UUID, number: int, *, caller: Caller, seal: Seal) -> RevisionFile:
    """How that version differs from what stands. Raises NoSuchRevision."""
    async with snapshot():
        row = await fetch_one(ONE, *sight(caller), walk_id, number)
        if row is None:
            raise NoSuchRevision
        listed = next(one for one in await revisions_of(walk_id, caller=caller) if one.number == number)
        later, stands = opened(row, walk_id, seal), await standing(row["walk"], seal)
        of = await programme(row["programme_id"], caller=caller)
        differs = difference(
            stands, later, open_causes=_open_causes(stands, later), restricted=await restricted_stops(row["walk"])
        )
        stays = await staying(row["walk"])
    return RevisionFile(
        walk_id=walk_id,
        leg=row["leg"],
        night_of=row["night_of"],
        state=row["state"],
        programme=of,
        listed=listed,
        instrument_version=later.instrument_version,
        differs=differs,
        stays=stays & {stop.id for stop in differs.stops if stop.kind == "left_out"},
        of_another_programme=later.programme_id != of.id,
    )


async def staying(walk: int) -> frozenset[UUID]:
    """The stops of a walk on which something else rests, so that they outlive a version that leaves them out."""
    return frozenset(row["id"] for row in await fetch(STAYING, walk))


def opened(row: dict[str, Any], walk_id: UUID, seal: Seal) -> Walk:
    """The version that a row keeps sealed."""
    plain = seal.open(row["sealed"], table="walk_revision", column="sealed", row=str(walk_id))
    return msgspec.json.decode(plain, type=Walk)


def _open_causes(*walks: Walk) -> frozenset[str]:
    """The chips that are in the open by every version of the questions that is concerned."""
    questions = [asked(walk.instrument_version) for walk in walks]
    known = [one.open_causes() for one in questions if one is not None]
    return frozenset.intersection(*known) if len(known) == len(questions) else frozenset()
