"""Points, lines and areas in WGS 84: read, checked, measured in metres, clipped, written.

The rest of the house never imports shapely: it takes shapes from `read_shape`, `point` and `area_of`, passes
them around, and asks this file. Every shape is two-dimensional, longitude first. Distances and areas are
computed in British National Grid; see `geo.crs` for what that is good for.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely import LineString as Line
from shapely import MultiLineString as Lines
from shapely import MultiPolygon as Polygons
from shapely import Point, Polygon
from shapely.geometry.base import BaseGeometry as Shape

from geo.crs import Degrees, FloatArray, Metres, great_circle_m, to_degrees, to_metres
from geo.errors import (
    EmptyGeometry,
    OutsideTheNationalGrid,
    WidthNeeded,
    WidthNotWanted,
    WidthOutOfRange,
)
from geo.geojson import geometry_in, read_shape, to_geojson
from geo.routes import clip_route, narrow_route

__all__ = [
    "Line",
    "Lines",
    "Point",
    "Polygon",
    "Polygons",
    "Shape",
    "area_km2",
    "area_of",
    "bounds",
    "box",
    "clip_route",
    "distance_m",
    "distance_outside_m",
    "distances_outside_m",
    "from_metres",
    "geometry_in",
    "in_metres",
    "length_m",
    "narrow_route",
    "nearest",
    "point",
    "points",
    "points_in",
    "read_shape",
    "share_inside",
    "simplified",
    "to_geojson",
    "united",
]

AREA_KINDS = frozenset({"Polygon", "MultiPolygon", "LineString"})
MAX_WIDTH_M = 1000.0  # wider than any street or park path; most likely millimetres or feet were meant
GREAT_BRITAIN = (-9.5, 49.5, 2.5, 61.5)  # west, south, east, north, generously
MANY_POINTS = 64  # above this, preparing a shape pays for itself
SQUARE_METRES_PER_KM2 = 1_000_000

IndexArray = NDArray[np.int32]


def point(lon: float, lat: float) -> Point:
    """A place from longitude and latitude in degrees, checked like one that was sent."""
    return read_shape({"type": "Point", "coordinates": [lon, lat]})


def points(places: Degrees) -> list[Point]:
    """The same as points, many at once; positions were checked before."""
    made: list[Point] = shapely.points(places.lon, places.lat).tolist()
    return made


def box(west: float, south: float, east: float, north: float) -> Polygon:
    """The rectangle between two meridians and two parallels; refused if it is empty or upside down."""
    if not (west < east and south < north):
        raise EmptyGeometry("A box is written west, south, east, north, with west below east and south below north.")
    read_shape({"type": "LineString", "coordinates": [[west, south], [east, north]]})
    return shapely.box(west, south, east, north)


def area_of(area_geojson: Mapping[str, Any], width_m: float | None = None) -> Shape:
    """The effective audit area: a polygon as it is, or a line made as wide as `width_m` says.

    `width_m` is the full width, required with a LineString and only then. The ends of a widened line are round:
    who stands half the width beyond its end is still in the area.
    """
    shape = read_shape(area_geojson, kinds=AREA_KINDS)
    _check_in_great_britain(shape)
    if shape.geom_type != "LineString":
        if width_m is not None:
            raise WidthNotWanted("A polygon already says how wide it is. Leave out the width, or send a line.")
        return shape
    return _widened(shape, width_m)


def area_km2(shape: Shape) -> float:
    """The size of an area in square kilometres, measured on the National Grid (within 0.1 %)."""
    return float(in_metres(shape).area) / SQUARE_METRES_PER_KM2


def share_inside(shape: Shape, other: Shape) -> float:
    """How much of an area lies in another: 0 where they only touch, 1 where all of it does.

    >>> share_inside(box(-0.2, 51.4, -0.1, 51.5), box(-0.15, 51.4, 0.0, 51.5)).__round__(2)
    0.5
    """
    planar = in_metres(shape)
    return float(planar.intersection(in_metres(other)).area / planar.area)


def length_m(shape: Shape) -> float:
    """The length of a line, or of an area's outline, in metres on the National Grid (within 0.05 % in London)."""
    return float(in_metres(shape).length)


def bounds(shape: Shape) -> tuple[float, float, float, float]:
    """West, south, east, north in degrees."""
    west, south, east, north = shape.bounds
    return float(west), float(south), float(east), float(north)


def distance_m(first: Shape, second: Shape) -> float:
    """The shortest distance between two shapes in metres; 0 where they touch."""
    return float(in_metres(first).distance(in_metres(second)))


def distance_outside_m(place: Point, area: Shape) -> float:
    """How far `place` is outside `area` in metres; 0 inside and on the edge."""
    return float(distances_outside_m([place.x], [place.y], area)[0])


def distances_outside_m(lons: ArrayLike, lats: ArrayLike, area: Shape) -> FloatArray:
    """How far each place is outside `area`, in metres; 0 inside and on the edge.

    Where the National Grid ends the distance over the globe to a point in the area is given instead.
    """
    places = Degrees.of(lons, lats)
    outside = ~shapely.intersects_xy(area, places.lon, places.lat)
    away_m = np.zeros(len(places))
    if outside.any():
        away_m[outside] = _distances_m(Degrees(places.lon[outside], places.lat[outside]), area)
    return away_m


def nearest(place: Point, shapes: Sequence[Shape]) -> tuple[int, float]:
    """The index of the shape nearest to `place` and its distance in metres; the first of equals."""
    if not shapes:
        raise EmptyGeometry("There is no shape to be near to.")
    planar = shapely.transform(np.array(shapes, dtype=object), _project)
    distances_m = shapely.distance(planar, in_metres(place))
    index = int(np.argmin(distances_m))
    return index, float(distances_m[index])


def points_in(areas: Sequence[Shape], lons: ArrayLike, lats: ArrayLike) -> IndexArray:
    """For each place the index of the first of `areas` that holds it, or -1; edges belong to the area.

    A bounding box sieves first and a prepared copy decides, so 33 boroughs take a million points in about a
    second. The areas themselves are never prepared: they may be shared between threads.
    """
    places = Degrees.of(lons, lats)
    found = np.full(len(places), -1, dtype=np.int32)
    for index, area in enumerate(areas):
        candidates = np.flatnonzero((found < 0) & _in_box(places, bounds(area)))
        inside = _covers(area, places.lon[candidates], places.lat[candidates])
        found[candidates[inside]] = index
    return found


def simplified(shape: Shape, tolerance_m: float) -> Shape:
    """`shape` with fewer vertices, for drawing only.

    Nowhere further than `tolerance_m` from the original, and twice that where a ring begins: that vertex is taken out
    last, after its neighbours have moved.
    """
    return from_metres(shapely.simplify(in_metres(shape), tolerance_m, preserve_topology=True))


def united(shapes: Sequence[Shape]) -> Shape:
    """One shape that covers what all of them cover."""
    return shapely.union_all(list(shapes))


def in_metres(shape: Shape) -> Shape:
    """The shape in British National Grid: eastings and northings in metres."""
    return shapely.transform(shape, _project)


def from_metres(shape: Shape) -> Shape:
    """The shape in WGS 84 whose British National Grid coordinates are given."""
    return shapely.transform(shape, _unproject)


def _project(lonlat: FloatArray) -> FloatArray:
    there = to_metres(Degrees(lonlat[:, 0].copy(), lonlat[:, 1].copy()))
    return np.stack([there.easting, there.northing], axis=1)


def _unproject(metres: FloatArray) -> FloatArray:
    there = to_degrees(Metres(metres[:, 0].copy(), metres[:, 1].copy()))
    return np.stack([there.lon, there.lat], axis=1)


def _check_in_great_britain(shape: Shape) -> None:
    west, south, east, north = bounds(shape)
    if west < GREAT_BRITAIN[0] or south < GREAT_BRITAIN[1] or east > GREAT_BRITAIN[2] or north > GREAT_BRITAIN[3]:
        raise OutsideTheNationalGrid(
            "The area is not in Great Britain. Check that longitude is written first and latitude second."
        )


def _widened(line: Line, width_m: float | None) -> Shape:
    if width_m is None:
        raise WidthNeeded("A line needs a width to be an area. Send width_m, the full width in metres.")
    if not (math.isfinite(width_m) and 0 < width_m <= MAX_WIDTH_M):
        raise WidthOutOfRange(f"The width must be more than 0 and at most {MAX_WIDTH_M:.0f} metres.")
    if line.length == 0:
        raise EmptyGeometry("The line has no length: its positions are all the same.")
    return from_metres(in_metres(line).buffer(width_m / 2))


def _distances_m(places: Degrees, area: Shape) -> FloatArray:
    planar = to_metres(places)
    on_grid = np.isfinite(planar.easting) & np.isfinite(planar.northing)
    away_m = np.empty(len(places))
    there = shapely.points(planar.easting[on_grid], planar.northing[on_grid])
    away_m[on_grid] = shapely.distance(in_metres(area), there)
    inside = area.representative_point()
    far = Degrees(places.lon[~on_grid], places.lat[~on_grid])
    home = Degrees(np.full(len(far), inside.x), np.full(len(far), inside.y))
    away_m[~on_grid] = great_circle_m(far, home)
    return away_m


def _in_box(places: Degrees, box_of: tuple[float, float, float, float]) -> NDArray[np.bool_]:
    west, south, east, north = box_of
    inside: NDArray[np.bool_] = (
        (places.lon >= west) & (places.lon <= east) & (places.lat >= south) & (places.lat <= north)
    )
    return inside


def _covers(area: Shape, lons: FloatArray, lats: FloatArray) -> NDArray[np.bool_]:
    if len(lons) > MANY_POINTS:
        area = shapely.from_wkb(shapely.to_wkb(area))
        shapely.prepare(area)
    inside: NDArray[np.bool_] = shapely.intersects_xy(area, lons, lats)
    return inside
