"""Moving a stop to where it was in truth: what the phone said is kept, and every reader sees the corrected place."""

from typing import Any
from uuid import UUID

from audits.actions.keeping import Acting
from audits.arriving.rows import PLACE_FACTS
from audits.errors import FieldError, NothingToReview
from audits.events import note_event
from audits.queries import VISIBLE, sight
from audits.reviewing.errors import CorrectionNotAcceptable, NoSuchStop, StopMovedMeanwhile
from audits.reviewing.placing import Correction, check_correction, check_why, original_of, place_at, route_between
from audits.reviewing.tables import StopCorrection
from audits.walks import Place
from geo.shapes import Point
from geo.spatial_index import index_shapes, unindex
from migrations.database import execute, fetch, fetch_one, lock, transaction

ITS_WALK = f"""
    select stop.number, stop.walk, walk.state, programme.area
    from stop join walk on walk.number = stop.walk join programme on programme.number = stop.programme
    where stop.id = $4 and {VISIBLE}
"""  # noqa: S608 - our own texts
CORRECTIONS = "select location_before, by_phone from stop_correction where stop = $1 order by number"
IN_ORDER = "select location from stop where walk = $1 and location is not null order by sequence, number"


async def move_stop(stop_id: UUID, correction: Correction, *, acting: Acting) -> None:
    """Put a stop where it was in truth; the same place again changes nothing.

    Raises NoSuchStop, NothingToReview before its walk is complete, CorrectionNotAcceptable, StopMovedMeanwhile.
    """
    async with transaction():
        stop = await _locked(stop_id, acting)
        place = check_correction(correction, stop["area"])
        if place.location != stop["location"]:
            await _put(stop, place, correction.reason, acting, action="stop moved")


async def move_stop_back(stop_id: UUID, reason: str, *, acting: Acting) -> None:
    """Put a stop back where its phone had it, or nowhere where it had no place.

    Raises NoSuchStop, NothingToReview, CorrectionNotAcceptable where it is there already, StopMovedMeanwhile.
    """
    async with transaction():
        stop = await _locked(stop_id, acting)
        check_why(reason)
        original = original_of(stop["corrections"], stop["location"])
        if original == stop["location"]:
            message = "This stop is where its phone had it."
            raise CorrectionNotAcceptable(message, [FieldError("reason", message)])
        await _put(stop, original and place_at(original), reason, acting, action="stop moved back")


async def _locked(stop_id: UUID, acting: Acting) -> dict[str, Any]:
    """The stop with its programme's area and its earlier places, its walk locked as for a decision."""
    found = await fetch_one(ITS_WALK, *sight(acting.by), stop_id)
    if found is None:
        raise NoSuchStop
    await lock("select number from walk where number = $1", found["walk"])
    (stop,) = await lock("select number, id, walk, location from stop where number = $1", found["number"])
    corrections = [(row["location_before"], row["by_phone"]) for row in await fetch(CORRECTIONS, stop["number"])]
    if found["state"] == "incomplete":
        raise NothingToReview("Not all of this walk has come yet. Move its stops when its phone has completed it.")
    if acting.version is not None and acting.version != len(corrections):
        raise StopMovedMeanwhile
    return {**stop, "area": found["area"], "corrections": corrections}


async def _put(stop: dict[str, Any], place: Place | None, reason: str, acting: Acting, *, action: str) -> None:
    ends = await _ends(stop["walk"])
    await StopCorrection.insert(
        StopCorrection(
            stop=stop["number"],
            location_before=stop["location"],
            reason=reason.strip(),
            corrected_at=acting.now,
            corrected_by=acting.by.id,
            by_phone=None,
        )
    )
    facts = vars(place) if place else dict.fromkeys(PLACE_FACTS)
    columns = ", ".join(f"{name} = ${position}" for position, name in enumerate(facts, start=2))
    await execute(f"update stop set {columns} where number = $1", stop["number"], *facts.values())  # noqa: S608 (ours)
    await _index(stop["number"], place)
    if await _ends(stop["walk"]) != ends:
        await _narrow_route(stop["walk"])
    await note_event(action, of="stop", id=stop["id"], by=acting.by.id, at=acting.now)


async def _index(number: int, place: Place | None) -> None:
    if place:
        await index_shapes("stop", "location", [number], [place.location])
    else:
        await unindex("stop", "location", number)


async def _ends(walk: int) -> tuple[Point, ...]:
    """Where the walk's first and last located stops are: its route lies between them."""
    located = await _located(walk)
    return (located[0], located[-1]) if located else ()


async def _located(walk: int) -> list[Point]:
    return [row["location"] for row in await fetch(IN_ORDER, walk)]


async def _narrow_route(walk: int) -> None:
    kept = await fetch_one("select route from walk where number = $1", walk)
    if kept and kept["route"] is not None:
        route = route_between(kept["route"], await _located(walk))
        await execute("update walk set route = $1 where number = $2", route, walk)
