"""A walk read back from its rows as its phone sent it: clipped, with flagged notes in it, so that it must not leave."""

from typing import Any
from uuid import UUID

import msgspec

from audits.reviewing.flagged import SealedNote
from audits.reviewing.placing import original_of
from audits.walks import EPOCH, Photo, PointAt, Presence, Stop, Walk
from geo.shapes import Point
from migrations.database import fetch, fetch_one
from migrations.sealing import Seal

NOWHERE = PointAt(type="Point", coordinates=(0.0, 0.0))
WALK = """
    select walk.instrument_version, walk.leg, walk.paired_walk_id, walk.started_at, walk.ended_at, walk.group_size,
           walk.cut_short, walk.cut_short_reason, programme.id as programme_id
    from walk join programme on programme.number = walk.programme where walk.number = $1
"""
STOPS = """
    select number, id, sequence, planned_stop_id, observed_at, accuracy_m, location, hub, police, security, staff,
           cctv_sign, causes, note, note_flagged, sealed, kept
    from stop where walk = $1 order by number
"""
SCORES = "select stop, factor, value, answer from group_score where walk = $1 order by number"
MOVES = """
    select stop_correction.stop, location_before, by_phone, stop.location from stop_correction
    join stop on stop.number = stop_correction.stop where stop.walk = $1 order by stop_correction.number
"""
PHOTOS = """
    select id, stop_id, sha256, bytes, media_type, caption from photo
    where walk = $1 and stop_id is not null and sha256 is not null and bytes is not null and media_type is not null
    order by number
"""
RESTRICTED = """
    select id from stop where walk = $1
    and (note_flagged or exists (select 1 from note_decision where note_decision.stop = stop.number))
"""


async def standing(walk: int, seal: Seal) -> Walk:
    """The walk of that row as it was sent, but for its route; stops where their phone had them, sealed things opened.

    For comparing, and for keeping what a later version replaces. Inside snapshot() or transaction().
    """
    facts = await fetch_one(WALK, walk)
    assert facts is not None
    scores: dict[int, dict[str, Any]] = {}
    for row in await fetch(SCORES, walk):
        scores.setdefault(row["stop"], {})[row["factor"]] = row["answer"] if row["value"] is None else row["value"]
    original = await originals(walk)
    stops = [_stop(row, scores.get(row["number"], {}), original, seal) for row in await fetch(STOPS, walk)]
    photos = [Photo(**row) for row in await fetch(PHOTOS, walk)]
    return Walk(**facts, client_sent_at=EPOCH, stops=tuple(stops), photos=tuple(photos))


async def originals(walk: int) -> dict[int, Point | None]:
    """Where the phone had those stops of a walk that were moved, by the numbers of their rows."""
    moves: dict[int, list[tuple[Point | None, bool | None]]] = {}
    now_at: dict[int, Point | None] = {}
    for row in await fetch(MOVES, walk):
        moves.setdefault(row["stop"], []).append((row["location_before"], row["by_phone"]))
        now_at[row["stop"]] = row["location"]
    return {stop: original_of(made, now_at[stop]) for stop, made in moves.items()}


async def restricted_stops(walk: int) -> frozenset[UUID]:
    """The stops of a walk whose notes only named reviewers read."""
    return frozenset(row["id"] for row in await fetch(RESTRICTED, walk))


def sealed_of(row: dict[str, Any], seal: Seal) -> SealedNote:
    """What a stop's row keeps sealed."""
    if row["sealed"] is None:
        return SealedNote()
    plain = seal.open(row["sealed"], table="stop", column="sealed", row=str(row["id"]))
    return msgspec.json.decode(plain, type=SealedNote)


def _stop(row: dict[str, Any], scores: dict[str, Any], original: dict[int, Point | None], seal: Seal) -> Stop:
    apart = sealed_of(row, seal)
    at = original.get(row["number"], row["location"])
    open_causes = msgspec.json.decode(row["causes"], type=tuple[str, ...])
    kept = msgspec.json.decode(row["kept"]) if row["kept"] else {}
    return Stop(
        id=row["id"],
        sequence=row["sequence"],
        planned_stop_id=row["planned_stop_id"],
        observed_at=row["observed_at"],
        accuracy_m=row["accuracy_m"],
        location=NOWHERE if at is None else PointAt(type="Point", coordinates=(at.x, at.y)),
        hub=row["hub"],
        scores={**scores, **kept},
        presence=Presence(**{name: row[name] for name in ("police", "security", "staff", "cctv_sign")}),
        causes=(*open_causes, *apart.causes) or None,
        # What a reviewer opened, or held apart, does not change what the phone said.
        note=apart.note or row["note"],
        note_flagged=row["note_flagged"] or apart.note is not None,
    )
