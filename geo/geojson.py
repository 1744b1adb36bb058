"""GeoJSON geometry in and out (RFC 7946): what comes in is distrusted, what goes out has six decimals."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry as Shape

from geo.crs import FloatArray
from geo.errors import (
    CoordinatesNotFinite,
    CoordinatesOffTheGlobe,
    EmptyGeometry,
    MalformedGeometry,
    NotLongitudeLatitude,
    RingNotClosed,
    SelfCrossing,
    TooManyVertices,
    WrongKindOfGeometry,
)

MAX_VERTICES = 20_000  # a four-hour walk with a position a second has 14,400
DECIMALS = 6  # about 0.1 m; more would claim what no phone knows

# How many lists lie between `coordinates` and a position.
DEPTHS = {"Point": 0, "LineString": 1, "Polygon": 2, "MultiPoint": 1, "MultiLineString": 2, "MultiPolygon": 3}
EVERY_KIND = frozenset(DEPTHS)
AREAS = frozenset({"Polygon", "MultiPolygon"})

# GEOS's reasons for refusing a polygon, in words for the person who drew it.
REASONS = {
    "Self-intersection": "The outline of the area crosses itself. Draw it again so that it goes round once.",
    "Ring Self-intersection": "The outline of the area touches itself. Move the place where it does so apart.",
    "Hole lies outside shell": "A hole of the area lies outside of it. Draw the hole inside, or leave it out.",
    "Nested holes": "A hole of the area lies inside another hole. Leave one of them out.",
    "Nested shells": "A part of the area lies inside another part. Leave it out.",
    "Duplicate Rings": "A ring of the area was given twice. Leave one of them out.",
    "Interior is disconnected": "A hole cuts the area in two. Send the two parts as a MultiPolygon.",
}
OTHER_REASON = "The area is drawn in a way that has no clear inside. Draw it again as a simple outline."

Positions = list[tuple[float, float]]


def read_shape(geojson: object, *, kinds: frozenset[str] = EVERY_KIND, max_vertices: int = MAX_VERTICES) -> Shape:
    """The shape that a GeoJSON geometry describes, two-dimensional, in WGS 84; heights are dropped.

    Raises a kind of `UnacceptableShape` (see `geo.errors`) whose message can be shown to the sender.
    """
    kind, coordinates = _opened(geojson, kinds)
    rings = [np.array(ring) for ring in _rings(kind, coordinates, max_vertices)]
    if not rings or not all(len(ring) for ring in rings):
        raise EmptyGeometry("The geometry holds no position. Leave it out, or send the place that was meant.")
    _check_positions(np.concatenate(rings))
    shape = _built(kind, coordinates, rings)
    if kind in AREAS:
        _check_area(shape)
    return shape


def geometry_in(document: object) -> object:
    """The one geometry of a GeoJSON document, which may wrap it as a Feature or a collection of one Feature."""
    if not isinstance(document, Mapping):
        raise MalformedGeometry("This is not GeoJSON. Send an object with a type and coordinates.")
    if document.get("type") == "FeatureCollection":
        features = document.get("features")
        if not isinstance(features, list) or len(features) != 1:
            raise WrongKindOfGeometry("Send exactly one feature: one area, or one line.")
        return geometry_in(features[0])
    return document.get("geometry") if document.get("type") == "Feature" else document


def to_geojson(shape: Shape) -> dict[str, Any]:
    """`shape` as a GeoJSON geometry: longitude first, six decimals, outer rings anticlockwise.

    >>> to_geojson(shapely.Point(-0.11488809366, 51.46261782799))
    {'type': 'Point', 'coordinates': [-0.114888, 51.462618]}
    """
    rounded = shapely.transform(shapely.force_2d(shape), lambda xy: np.round(xy, DECIMALS) + 0.0)
    written: dict[str, Any] = msgspec.json.decode(shapely.to_geojson(shapely.orient_polygons(rounded)))
    return written


def _opened(geojson: object, kinds: frozenset[str]) -> tuple[str, list[Any]]:
    if not isinstance(geojson, Mapping):
        raise MalformedGeometry("This is not a GeoJSON geometry. Send an object with a type and coordinates.")
    _check_reference_system(geojson.get("crs"))
    kind, coordinates = geojson.get("type"), geojson.get("coordinates")
    if not isinstance(kind, str) or kind not in kinds:
        raise WrongKindOfGeometry(f"This kind of geometry cannot be used here. Send a {_either(kinds)}.")
    if not isinstance(coordinates, list | tuple):
        raise MalformedGeometry("The geometry has no coordinates. Send them as lists of longitude and latitude.")
    return kind, list(coordinates)


def _either(kinds: frozenset[str]) -> str:
    return " or a ".join(kind for kind in DEPTHS if kind in kinds)


def _check_reference_system(crs: object) -> None:
    # RFC 7946 dropped "crs", but older tools still write it; only what names WGS 84 may pass.
    if crs is not None and not any(name in str(crs) for name in ("CRS84", "4326")):
        raise NotLongitudeLatitude(
            "The geometry names another reference system. Send longitude and latitude in WGS 84 (EPSG:4326)."
        )


def _rings(kind: str, coordinates: list[Any], max_vertices: int) -> list[Positions]:
    """The runs of positions, flattened: one per point, line or ring."""
    depth = DEPTHS[kind]
    lists = [[coordinates]] if depth == 0 else [list(run) for run in _lists(coordinates, depth - 1)]
    if sum(map(len, lists)) > max_vertices:
        raise TooManyVertices(f"The geometry has more than {max_vertices:,} vertices. Simplify it and send it again.")
    return [[_position(position) for position in run] for run in lists]


def _lists(value: object, levels: int) -> Iterator[Sequence[Any]]:
    if not isinstance(value, list | tuple):
        raise MalformedGeometry("The coordinates are not nested as this kind of geometry needs. See RFC 7946.")
    if levels == 0:
        yield value
        return
    for part in value:
        yield from _lists(part, levels - 1)


def _position(value: object) -> tuple[float, float]:
    if not isinstance(value, list | tuple) or len(value) < 2 or not all(map(_is_number, value)):
        raise MalformedGeometry("Each position must be a list of two numbers: longitude, then latitude.")
    try:
        return float(value[0]), float(value[1])
    except OverflowError:
        return math.inf, math.inf


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _check_positions(positions: FloatArray) -> None:
    if not np.isfinite(positions).all():
        raise CoordinatesNotFinite("A coordinate is not a finite number. Send longitude and latitude in degrees.")
    furthest = np.abs(positions).max(axis=0)
    if furthest.max() > 1000:
        raise NotLongitudeLatitude(
            "The coordinates look like metres on a national grid. Send longitude and latitude in WGS 84 (EPSG:4326)."
        )
    if furthest[0] > 180 or furthest[1] > 90:
        raise CoordinatesOffTheGlobe(
            "A coordinate is off the globe. Longitude goes from -180 to 180 and latitude from -90 to 90, in that order."
        )


def _built(kind: str, coordinates: list[Any], rings: list[FloatArray]) -> Shape:
    match kind:
        case "Point":
            return shapely.Point(rings[0][0])
        case "MultiPoint":
            return shapely.MultiPoint(rings[0])
        case "LineString":
            return _line(rings[0])
        case "MultiLineString":
            return shapely.MultiLineString([_line(ring) for ring in rings])
        case "Polygon":
            return _polygon(rings)
        case _:
            return _polygons(coordinates, rings)


def _line(positions: FloatArray) -> Shape:
    if len(positions) < 2:
        raise MalformedGeometry("A line needs at least two positions.")
    return shapely.LineString(positions)


def _polygon(rings: Sequence[FloatArray]) -> Shape:
    for ring in rings:
        if len(ring) < 4 or (ring[0] != ring[-1]).any():
            raise RingNotClosed("An area's ring must have at least four positions, and its last must repeat its first.")
    return shapely.Polygon(rings[0], rings[1:])


def _polygons(coordinates: list[Any], rings: list[FloatArray]) -> Shape:
    remaining = iter(rings)
    parts = [[next(remaining) for _ in part] for part in coordinates]
    if not all(parts):
        raise EmptyGeometry("A part of the area holds no ring. Leave it out.")
    return shapely.MultiPolygon([_polygon(part) for part in parts])


def _check_area(shape: Shape) -> None:
    if shape.convex_hull.area == 0:
        raise EmptyGeometry("The area has no extent: its positions are all the same, or lie on one line.")
    if not shape.is_valid:
        # GEOS appends where it went wrong; that is a coordinate, so only the words before it are used.
        reason = shapely.is_valid_reason(shape).split("[")[0].strip()
        raise SelfCrossing(REASONS.get(reason, OTHER_REASON))
