"""The plan of a programme's walks: stops and a route, set until the first walk has come, and the same for both legs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from audits.errors import FieldError, PlanIsWalked, ProgrammeNotAcceptable
from audits.events import note_event
from audits.planning.tables import PlannedStop
from audits.queries import Caller, ProgrammeFacts, programme
from audits.tables import Programme
from geo.errors import UnacceptableShape
from geo.shapes import Line, Point, Shape, distance_outside_m, read_shape
from migrations.database import execute, fetch, fetch_value, lock, transaction

MAX_STOPS = 60
MAX_STOP_NAME = 100
MAX_OUTSIDE_M = 100.0  # further off, a walk's stop would lose its location


class StopToMake(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A stop to plan: a GeoJSON Point (WGS 84), and the id that an earlier programme knew it by, or a new one."""

    id: UUID
    name: str
    location: dict[str, Any]


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The stops in the order in which they are made, and the route between them: a GeoJSON LineString, or none."""

    planned_stops: list[StopToMake] = []
    route: dict[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class PlannedFacts:
    """A planned stop; `sequence` counts from 1, `location` is WGS 84."""

    id: UUID
    sequence: int
    name: str
    location: Point


@dataclass(frozen=True)
class Drawn:
    """A plan whose shapes were read."""

    stops: tuple[PlannedFacts, ...] = ()
    route: Shape | None = None


def check_plan(plan: Plan, *, area: Shape) -> Drawn:
    """The plan as shapes. Raises ProgrammeNotAcceptable with every field that cannot be accepted."""
    errors: list[FieldError] = []
    stops = tuple(_stops(plan.planned_stops, area, errors))
    route = _route(plan.route, errors)
    if errors:
        raise ProgrammeNotAcceptable("The plan cannot be kept like this. See errors for what to change.", errors)
    return Drawn(stops, route)


def _stops(planned: Sequence[StopToMake], area: Shape, errors: list[FieldError]) -> Iterator[PlannedFacts]:
    if len(planned) > MAX_STOPS:
        errors.append(FieldError("planned_stops", f"Plan at most {MAX_STOPS} stops; a walk of two hours makes 20."))
        return
    if len({stop.id for stop in planned}) < len(planned):
        errors.append(FieldError("planned_stops", "An id is used twice. Give each stop an id of its own."))
    for place, stop in enumerate(planned):
        path = f"planned_stops[{place}]"
        if not stop.name.strip() or len(stop.name) > MAX_STOP_NAME:
            errors.append(FieldError(f"{path}.name", f"Name the stop in 1 to {MAX_STOP_NAME} characters."))
        location = _point(stop.location, area, f"{path}.location", errors)
        if location is not None:
            yield PlannedFacts(id=stop.id, sequence=place + 1, name=stop.name, location=location)


def _point(sent: Mapping[str, Any], area: Shape, path: str, errors: list[FieldError]) -> Point | None:
    try:
        there = read_shape(sent)
    except UnacceptableShape as refusal:
        errors.append(FieldError(path, str(refusal)))
        return None
    if not isinstance(there, Point):
        errors.append(FieldError(path, "A stop is one place: send a GeoJSON Point, longitude first."))
    elif distance_outside_m(there, area) > MAX_OUTSIDE_M:
        errors.append(FieldError(path, "This stop is over 100 m outside the area. Move it, or draw the area wider."))
    else:
        return there
    return None


def _route(sent: Mapping[str, Any] | None, errors: list[FieldError]) -> Shape | None:
    if sent is None:
        return None
    try:
        route = read_shape(sent)
    except UnacceptableShape as refusal:
        errors.append(FieldError("route", str(refusal)))
        return None
    if not isinstance(route, Line):
        errors.append(FieldError("route", "A route is one line: send a GeoJSON LineString, longitude first."))
        return None
    return route


async def set_plan(programme_id: UUID, plan: Plan, *, by: Caller, now: datetime) -> ProgrammeFacts:
    """Replace what is planned, all of it; the same plan again changes nothing that anybody sees.

    Raises NoSuchProgramme, ProgrammeNotAcceptable, and PlanIsWalked once a walk has come.
    """
    async with transaction():
        of = await programme(programme_id, caller=by)
        drawn = check_plan(plan, area=of.area)
        # Locked, so that of two plans one stands whole.
        await lock("select number from programme where number = $1", of.number)
        if await fetch_value("select 1 from walk where programme = $1 limit 1", of.number):
            raise PlanIsWalked
        await execute("delete from planned_stop where programme = $1", of.number)
        await write_plan(of.number, drawn)
        await note_event("planned", of="programme", id=programme_id, by=by.id, at=now, stops=len(drawn.stops))
        return await programme(programme_id, caller=by)


async def write_plan(programme: int, drawn: Drawn) -> None:
    """Keep a plan in the rows of a programme without one; inside transaction()."""
    await Programme.update({Programme.route: drawn.route}).where(Programme.number == programme)
    if drawn.stops:
        await PlannedStop.insert(*(PlannedStop(**vars(stop), programme=programme) for stop in drawn.stops))


async def planned_stops(programmes: Sequence[int]) -> dict[int, list[PlannedFacts]]:
    """The planned stops of each of these programmes, in their order; one query (planned_stop_once)."""
    if not programmes:
        return {}
    places = ", ".join(f"${place}" for place in range(1, len(programmes) + 1))
    found = await fetch(
        f"""
        select programme, id, sequence, name, location from planned_stop
        where programme in ({places}) order by programme, sequence
        """,  # noqa: S608 - our own placeholders
        *programmes,
    )
    planned: dict[int, list[PlannedFacts]] = {}
    for row in found:
        planned.setdefault(row.pop("programme"), []).append(PlannedFacts(**row))
    return planned
