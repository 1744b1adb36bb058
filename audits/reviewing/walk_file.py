"""A walk as its reviewer reads it: stops with scores and open notes, photos, problems, and the other leg.

Opening one with notes is noted in the trail. Flagged notes are not in it, nor anybody who walked.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from audits.actions.comparing import StopSeen
from audits.actions.stops import stops_numbered
from audits.errors import NoSuchWalk
from audits.events import note_event
from audits.nights import duration_s
from audits.queries import VISIBLE, Caller, ProgrammeFacts, programme, sight
from geo.shapes import Point
from migrations.database import fetch, fetch_one, transaction

WALK = f"""
    select walk.number, walk.id, walk.state, walk.leg, walk.night_of, walk.dark, walk.group_size, walk.cut_short,
           walk.cut_short_reason, walk.started_at, walk.ended_at, walk.paired_walk_id, walk.instrument_version,
           walk.reviewed_at, walk.reviewed_by, walk.review_reason, programme.id as programme_id
    from walk join programme on programme.number = walk.programme where walk.id = $4 and {VISIBLE}
"""  # noqa: S608 - our own texts
STOPS = """
    select number, accuracy_m, note, note_flagged, note_review, planned_stop_id from stop
    where walk = $1 order by sequence, number
"""
CORRECTIONS = """
    select stop_correction.stop, location_before, reason, corrected_at, corrected_by
    from stop_correction join stop on stop.number = stop_correction.stop
    where stop.walk = $1 order by stop_correction.number
"""
PHOTOS = """
    select id, stop_id, caption, state, refusal, review, person_seen from photo where walk = $1 order by number
"""
PAIR = "select id, state, leg, night_of from walk where id = $1 and programme = $2"


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A correction of a stop: where it was before (None: nowhere), why it was moved, when and by whom."""

    location_before: Point | None
    reason: str
    corrected_at: datetime
    corrected_by: str


@dataclass(frozen=True, kw_only=True)
class StopRead:
    """A stop with its open note, and whether there is a flagged one; `note_review` is None until it was decided."""

    seen: StopSeen
    accuracy_m: float | None
    note: str | None
    note_flagged: bool
    note_review: str | None
    moved: tuple[Moved, ...]


@dataclass(frozen=True, kw_only=True)
class WalkFile:
    """Everything that a reviewer decides by; `walk` are its facts by column, without a time finer than the night."""

    walk: dict[str, Any]
    programme: ProgrammeFacts
    stops: tuple[StopRead, ...]
    problems: tuple[dict[str, Any], ...]
    photos: tuple[dict[str, Any], ...]
    pair: dict[str, Any] | None


async def open_walk(walk_id: UUID, *, by: Caller, now: datetime) -> WalkFile:
    """The file of a walk; that its notes were read is in the trail. Raises NoSuchWalk."""
    async with transaction():
        walk = await fetch_one(WALK, *sight(by), walk_id)
        if walk is None:
            raise NoSuchWalk("There is no such walk, or it is not yours to review.")
        of = await programme(walk.pop("programme_id"), caller=by)
        number = walk.pop("number")
        walk["duration_min"] = round(duration_s(walk.pop("started_at"), walk.pop("ended_at")) / 60)
        stops = await _stops(number)
        if any(stop.note for stop in stops):
            await note_event("notes read", of="walk", id=walk_id, by=by.id, at=now)
        return WalkFile(
            walk=walk,
            programme=of,
            stops=stops,
            problems=tuple(
                await fetch("select code, detail, field from walk_problem where walk = $1 order by number", number)
            ),
            photos=tuple(await fetch(PHOTOS, number)),
            pair=await fetch_one(PAIR, walk["paired_walk_id"], of.number) if walk["paired_walk_id"] else None,
        )


async def _stops(walk: int) -> tuple[StopRead, ...]:
    rows = await fetch(STOPS, walk)
    seen = await stops_numbered([row["number"] for row in rows])
    moved: dict[int, list[Moved]] = {}
    for row in await fetch(CORRECTIONS, walk):
        moved.setdefault(row.pop("stop"), []).append(Moved(**row))
    return tuple(
        StopRead(
            seen=seen[row["number"]],
            accuracy_m=row["accuracy_m"],
            note=row["note"],
            note_flagged=row["note_flagged"],
            note_review=row["note_review"],
            moved=tuple(moved.get(row["number"], ())),
        )
        for row in rows
    )
