"""Stops to put on a plan's list: one by its place, those of a file, stations, or an earlier programme's."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import msgspec

from api.pages.actions.listing import as_uuid
from api.pages.kit.forms import Form
from audits.planning.queries import earlier
from audits.planning.surveying import hubs_in, stations_among
from audits.planning.written import Line, as_lines, on_one_line
from audits.queries import Caller, ProgrammeFacts
from geo.errors import NoRouteInGpx, UnacceptableShape
from geo.gpx import read_gpx, read_waypoints
from geo.places.written import position_written
from geo.shapes import Point, read_shape, to_geojson

NEITHER = "This is neither GeoJSON nor GPX. Export points and a line as GeoJSON, or waypoints and a route as GPX."
NOTHING = "The file holds no point and no route. Mark the stops as points, or waypoints, and export it again."
UNNAMED = "Stop"


@dataclass(frozen=True)
class Found:
    """What is put on the list, and a route as GeoJSON that takes the place of the one before; None leaves that."""

    lines: tuple[Line, ...] = ()
    route: dict[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Who gathers stops for which programme, by which form, with which file."""

    form: Form
    content: bytes
    of: ProgrammeFacts
    by: Caller


async def one_stop(asked: Asked) -> Found:
    """The stop that was named and placed."""
    name, place = on_one_line(asked.form.text("stop_name")), position_written(asked.form.text("position"))
    if not name:
        asked.form.refuse("stop_name", "Name the stop as a group finds it, such as Bus shelter")
    if place is None:
        asked.form.refuse("position", "Press on the map, or write a place, such as 51.4626, -0.1146 or TQ 3105 7542")
    return Found((Line(name, *place),)) if name and place else Found()


async def in_file(asked: Asked) -> Found:
    """The points and the line of a GeoJSON file, or the waypoints and the route of GPX."""
    if not asked.content:
        asked.form.refuse("file", "Choose a GeoJSON or GPX file")
        return Found()
    try:
        is_xml = asked.content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"<", b"\xff\xfe", b"\xfe\xff"))
        found = await asyncio.to_thread(_of_gpx if is_xml else _of_geojson, asked.content)
    except UnacceptableShape as refused:
        asked.form.refuse("file", str(refused))
        return Found()
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        asked.form.refuse("file", NEITHER)
        return Found()
    if not found.lines and found.route is None:
        asked.form.refuse("file", NOTHING)
    return found


async def stations(asked: Asked) -> Found:
    """The stations inside the area."""
    inside = stations_among(await hubs_in(asked.of.area))
    if not inside:
        asked.form.refuse("stops", "No station inside the area is known here")
    return Found(tuple(Line(on_one_line(hub.name), hub.location.x, hub.location.y) for hub in inside))


async def of_earlier(asked: Asked) -> Found:
    """The stops and the route of another programme, to be walked again."""
    wanted = as_uuid(asked.form.text("earlier"))
    for of, planned in await earlier(caller=asked.by, but=asked.of.number):
        if of.id == wanted:
            return Found(tuple(as_lines(planned)), to_geojson(of.route) if of.route is not None else None)
    asked.form.refuse("earlier", "Choose a programme whose stops are to be made again")
    return Found()


# Every button of the form that puts something on the list, by its value.
WAYS: Mapping[str, Callable[[Asked], Awaitable[Found]]] = {
    "one": one_stop,
    "file": in_file,
    "stations": stations,
    "earlier": of_earlier,
}


def _of_gpx(content: bytes) -> Found:
    lines = tuple(Line(on_one_line(one.name) or UNNAMED, one.lon, one.lat) for one in read_waypoints(content))
    route = None
    # Waypoints alone are a plan, too.
    with suppress(NoRouteInGpx):
        route = to_geojson(read_gpx(content).line)
    return Found(lines, route)


def _of_geojson(content: bytes) -> Found:
    document = msgspec.json.decode(content.decode("utf-8-sig"))
    lines: list[Line] = []
    route = None
    for name, geometry in _features(document):
        shape = read_shape(geometry, kinds=frozenset({"Point", "LineString"}))
        if isinstance(shape, Point):
            lines.append(Line(on_one_line(name) or UNNAMED, shape.x, shape.y))
        else:
            route = to_geojson(shape)
    return Found(tuple(lines), route)


def _features(document: Any) -> Iterator[tuple[str, Any]]:
    """The name and geometry of each feature; what is no feature is a geometry without a name."""
    if not isinstance(document, dict):
        return
    if document.get("type") == "FeatureCollection":
        features = document.get("features")
        for feature in features if isinstance(features, list) else []:
            yield from _features(feature)
    elif document.get("type") == "Feature":
        about = document.get("properties")
        yield str(about.get("name") or "") if isinstance(about, dict) else "", document.get("geometry")
    else:
        yield "", document
