"""Which of one set of places are near, or within, which of another: all pairs at once, on the National Grid."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.crs import Degrees, FloatArray, Metres, to_metres
from geo.shapes import Shape

IndexArray = NDArray[np.int64]


@dataclass(frozen=True)
class Pairs:
    """Pairs of places by their places in the two sets, and how far apart each pair is in metres."""

    first: IndexArray
    second: IndexArray
    distance_m: FloatArray


def on_grid(points: Sequence[Shape]) -> Metres:
    """Where these points (WGS 84) are on the National Grid; infinite where it has no place for them."""
    found = np.asarray(points, dtype=object)
    return to_metres(Degrees(shapely.get_x(found), shapely.get_y(found)))


def pairs_within(first: Metres, second: Metres, distance_m: float) -> Pairs:
    """Every pair of a place of `first` and one of `second` that are at most `distance_m` apart, in that order.

    >>> pairs_within(Metres.of([0, 500], [0, 0]), Metres.of([30, 540], [40, 0]), 50).distance_m.tolist()
    [50.0, 40.0]
    """
    tree = shapely.STRtree(_points(second))
    here, there = tree.query(_points(first), predicate="dwithin", distance=distance_m)
    away_m = np.hypot(first.easting[here] - second.easting[there], first.northing[here] - second.northing[there])
    order = np.lexsort((there, here))
    return Pairs(here[order], there[order], away_m[order])


def held_by(areas: Sequence[Shape], points: Sequence[Shape]) -> tuple[IndexArray, IndexArray]:
    """Which area holds which point, as pairs of their places in the two lists; edges belong to the area.

    Unlike geo.shapes.points_in, a point that several areas hold is in each of them.
    """
    if not len(areas) or not len(points):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    tree = shapely.STRtree(np.asarray(points, dtype=object))
    area, point = tree.query(np.asarray(areas, dtype=object), predicate="intersects")
    return area, point


def _points(places: Metres) -> NDArray[np.object_]:
    # A point at infinity is near nothing; GEOS would make the whole tree's bounds useless with it.
    finite = np.isfinite(places.easting) & np.isfinite(places.northing)
    there = np.full(len(places), None, dtype=object)
    there[finite] = shapely.points(places.easting[finite], places.northing[finite])
    return there
