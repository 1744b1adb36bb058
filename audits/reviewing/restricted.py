"""Questions about flagged notes that leave the notes alone: who may read them, who did, and which wait."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from audits.queries import VISIBLE, Caller, ProgrammeFacts, programme, sight
from audits.reviewing.errors import NoSuchNote
from audits.reviewing.flagged import Judged
from migrations.database import fetch, fetch_one, snapshot

MOST_LISTED = 200
# A stop's note is restricted while it is flagged; once it was decided about, its original still is.
FLAGGED = "(stop.note_flagged or exists (select 1 from note_decision where note_decision.stop = stop.number))"
ONE = f"""
    select stop.number, stop.note_flagged, stop.sequence, walk.id as walk_id, walk.leg, walk.night_of,
           programme.id as programme_id
    from stop join walk on walk.number = stop.walk join programme on programme.number = stop.programme
    where stop.id = $4 and {VISIBLE} and {FLAGGED}
"""  # noqa: S608 - our own texts
LABEL = """
    select count(*) as place from stop join stop as this on this.walk = stop.walk
    where this.number = $1 and (stop.sequence, stop.number) <= (this.sequence, this.number)
"""
READERS = """
    select principal, granted_at, granted_by from note_reader
    join programme on programme.number = note_reader.programme
    where programme.id = $1 order by note_reader.number
"""
READINGS = """
    select at, actor, action, detail from audit_event where subject = 'stop' and subject_id = $1
    and action like '%flagged%' order by number desc
"""
DECISION = "select decision, decided_at, decided_by from note_decision where stop = $1 order by number desc limit 1"
# Those whom the caller is named for, through note_reader_once, and then stop_flagged.
WAITING = f"""
    select stop.id, stop.sequence, walk.id as walk_id, walk.leg, walk.night_of, programme.name as programme_name,
           (select decision from note_decision where note_decision.stop = stop.number
            order by note_decision.number desc limit 1) as decision
    from note_reader join programme on programme.number = note_reader.programme
    join stop on stop.programme = programme.number join walk on walk.number = stop.walk
    where note_reader.principal = $4 and {VISIBLE} and {FLAGGED}
    order by stop.number desc limit {MOST_LISTED}
"""  # noqa: S608 - our own texts
HISTORY = """
    select at, actor, action, detail from audit_event
    where subject = 'programme' and subject_id = $1 and action in ('reader named', 'reader withdrawn')
    order by number desc
"""
LEADS = """
    select principal from programme_lead join programme on programme.number = programme_lead.programme
    where programme.id = $1
"""


@dataclass(frozen=True, kw_only=True)
class Reader:
    """A reviewer who is named for a programme's flagged notes, since when and by whom."""

    principal: str
    granted_at: datetime
    granted_by: str


@dataclass(frozen=True, kw_only=True)
class Handled:
    """Something that was done with a flagged note; `purpose` is why it was read, None for other things."""

    at: datetime
    by: str
    action: str
    purpose: str | None


@dataclass(frozen=True, kw_only=True)
class FlaggedFile:
    """Everything about a flagged note but the note; `may_read` says whether the caller is named for it.

    `label` is the stop's place in its walk, counted from 1; `held_apart` is False once a version of it is open.
    """

    stop_id: UUID
    label: int
    walk_id: UUID
    leg: str
    night_of: date
    programme: ProgrammeFacts
    held_apart: bool
    readers: tuple[Reader, ...]
    may_read: bool
    standing: Judged | None
    handled: tuple[Handled, ...]


class FlaggedListed(msgspec.Struct, frozen=True, kw_only=True):
    """A flagged note in the list of somebody who is named for it; `decision` is None until there is one."""

    id: UUID
    sequence: int
    walk_id: UUID
    leg: str
    night_of: date
    programme_name: str
    decision: str | None


async def flagged_file(stop_id: UUID, *, caller: Caller) -> FlaggedFile:
    """The file of a flagged note. Raises NoSuchNote where there is none, or it is not the caller's to review."""
    async with snapshot():
        stop = await fetch_one(ONE, *sight(caller), stop_id)
        if stop is None:
            raise NoSuchNote
        of = await programme(stop["programme_id"], caller=caller)
        place = await fetch_one(LABEL, stop["number"])
        decision = await fetch_one(DECISION, stop["number"])
        readers = await readers_of(of.id)
        handled = [_handled(row) for row in await fetch(READINGS, str(stop_id))]
    return FlaggedFile(
        stop_id=stop_id,
        label=place["place"] if place else stop["sequence"],
        walk_id=stop["walk_id"],
        leg=stop["leg"],
        night_of=stop["night_of"],
        programme=of,
        held_apart=stop["note_flagged"],
        readers=tuple(readers),
        may_read=caller.id in {reader.principal for reader in readers},
        standing=_standing(decision),
        handled=tuple(handled),
    )


async def flagged_notes(*, caller: Caller) -> list[FlaggedListed]:
    """The flagged notes that the caller is named for, newest first, at most MOST_LISTED."""
    return [msgspec.convert(row, FlaggedListed) for row in await fetch(WAITING, *sight(caller), caller.id)]


async def readers_of(programme_id: UUID) -> list[Reader]:
    """Who is named for a programme's flagged notes, the first named first; whose it is was asked before."""
    return [Reader(**row) for row in await fetch(READERS, programme_id)]


async def leads_of(programme_id: UUID) -> list[str]:
    """Who leads a programme, by the trail's names; where there is nobody, every lead does."""
    return [str(row["principal"]) for row in await fetch(LEADS, programme_id)]


async def readers_history(programme_id: UUID) -> list[dict[str, Any]]:
    """Every naming and withdrawal, the last first: `at`, `by`, `action` and the `reader`."""
    rows = await fetch(HISTORY, str(programme_id))
    return [
        {"at": row["at"], "by": row["actor"], "action": row["action"], **msgspec.json.decode(row["detail"])}
        for row in rows
    ]


def _handled(row: dict[str, Any]) -> Handled:
    detail = msgspec.json.decode(row["detail"]) if row["detail"] else {}
    return Handled(at=row["at"], by=row["actor"], action=row["action"], purpose=detail.get("purpose"))


def _standing(row: dict[str, Any] | None) -> Judged | None:
    return (
        None if row is None else Judged(decision=row["decision"], about="", at=row["decided_at"], by=row["decided_by"])
    )
