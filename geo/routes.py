"""What of an auditor's route may be kept: inside the audit area, and between her first and her last stop.

The rest is where she came from and where she went, often her home. When it is not clear which time she passed
a stop, the later pass counts for the first stop and the earlier for the last: evidence is lost rather than a
journey shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry as Shape

from geo.crs import Degrees, FloatArray, to_metres

PASS_TOLERANCE_M = 25.0  # two phones on one spot differ by about this much
BETWEEN_TOLERANCE_M = 50.0  # wider: a stop between may only ever tighten the clip if we surely know its passes
ROUNDING_DEG = 1e-9  # a tenth of a millimetre: how far the ends of neighbouring segments may differ


def clip_route(
    route: Shape, area: Shape, first_stop: Shape, last_stop: Shape, *, between: Sequence[Shape] = ()
) -> Shape | None:
    """The part of `route` inside `area` and between the two stops, or None if no length is left.

    All in WGS 84; `route` is a LineString in the order it was walked, the stops are points. `between` holds
    the other located stops in their order: they tell apart the passes of a walk that goes in a circle or comes
    back the same way. The answer keeps the walking order and is a LineString, or a MultiLineString where she
    left the area. Its vertices are those of the route, the two ends, and the crossings of the area's edge.
    """
    track = _Track.of(route)
    ends = track.between([first_stop, *between, last_stop])
    return None if ends is None else _inside(track.cut(*ends), area)


def narrow_route(kept: Shape, stops: Sequence[Shape]) -> Shape | None:
    """The part of a route that was clipped before which lies between its stops as they are now, or None.

    `kept` is a LineString or MultiLineString in WGS 84, `stops` two or more points in their order. Nothing is ever
    added, and what lies between the parts of a route that left the area stays unknown.
    """
    parts = [shapely.get_coordinates(part) for part in shapely.get_parts(kept)]
    track = _Track.through(np.concatenate(parts))
    if (ends := track.between(stops)) is None:
        return None
    last = np.cumsum([len(part) for part in parts]) - 1
    spans = zip(track.walked_m[[0, *(last[:-1] + 1)]], track.walked_m[last], strict=True)
    left = [(max(ends[0], begin_m), min(ends[1], end_m)) for begin_m, end_m in spans]
    lines = [shapely.LineString(track.cut(*span)) for span in left if span[0] < span[1]]
    if not lines:
        return None
    return lines[0] if len(lines) == 1 else shapely.MultiLineString(lines)


@dataclass(frozen=True)
class _Track:
    """A route as arrays: degrees for what is kept, metres for measuring, and metres walked at each vertex."""

    lonlat: FloatArray
    metres: FloatArray
    walked_m: FloatArray

    @classmethod
    def of(cls, route: Shape) -> "_Track":
        return cls.through(shapely.get_coordinates(shapely.remove_repeated_points(route)))

    @classmethod
    def through(cls, lonlat: FloatArray) -> "_Track":
        """The track through these vertices (n, 2) in degrees."""
        metres = _planar(lonlat)
        steps = np.hypot(*np.diff(metres, axis=0).T)
        return cls(lonlat, metres, np.concatenate([[0.0], np.cumsum(steps)]))

    def between(self, stops: Sequence[Shape]) -> tuple[float, float] | None:
        """How far had been walked at the first and at the last of the stops; None where no length lies between."""
        passes = [self.passes(stop, BETWEEN_TOLERANCE_M) for stop in stops]
        passes[0], passes[-1] = (self.passes(stop, PASS_TOLERANCE_M) for stop in (stops[0], stops[-1]))
        begin_m, end_m = _latest_beginning(passes), _earliest_end(passes)
        return None if begin_m is None or end_m is None or begin_m >= end_m else (begin_m, end_m)

    def passes(self, stop: Shape, tolerance_m: float) -> FloatArray:
        """How far had been walked each time the route came by `stop`: every local nearest, in order.

        A pass counts if it is at most `tolerance_m` further away than the nearest of all.
        """
        starts, moves = self.metres[:-1], np.diff(self.metres, axis=0)
        towards = _planar(shapely.get_coordinates(stop))[0] - starts
        squared = np.maximum((moves**2).sum(axis=1), 1e-12)
        along = np.clip((moves * towards).sum(axis=1) / squared, 0, 1)
        away = np.hypot(*(towards - along[:, None] * moves).T)
        close = away <= away.min() + tolerance_m
        reached: FloatArray = (self.walked_m[:-1] + along * np.diff(self.walked_m))[close & _turns_away(along)]
        return reached

    def cut(self, begin_m: float, end_m: float) -> FloatArray:
        """The vertices (n, 2) in degrees from `begin_m` to `end_m` walked, both ends interpolated."""
        within = (self.walked_m > begin_m) & (self.walked_m < end_m)
        ends = [[np.interp(at_m, self.walked_m, axis) for axis in self.lonlat.T] for at_m in (begin_m, end_m)]
        return np.concatenate([ends[:1], self.lonlat[within], ends[1:]])


def _turns_away(along: FloatArray) -> NDArray[np.bool_]:
    """Where the route stops coming nearer: within a segment, at the joint of two, or at either end."""
    joint = (along == 1) & (np.append(along[1:], 0.0) == 0)
    turns: NDArray[np.bool_] = ((along > 0) & (along < 1)) | joint
    turns[0] |= along[0] == 0
    return turns


def _latest_beginning(passes: Sequence[FloatArray]) -> float | None:
    """The latest pass of the first stop from which all later stops can still be reached in order.

    Two stops a few metres apart may seem to have been reached in the other order, hence the tolerance.
    """
    at_m = np.inf
    for candidates in reversed(passes[1:]):
        feasible = candidates[candidates <= at_m + PASS_TOLERANCE_M]
        at_m = min(at_m, float(feasible.max())) if len(feasible) else at_m
    feasible = passes[0][passes[0] <= at_m + PASS_TOLERANCE_M]
    return float(feasible.max()) if len(feasible) else None


def _earliest_end(passes: Sequence[FloatArray]) -> float | None:
    """The earliest pass of the last stop that can follow all earlier stops: the same, walked backwards."""
    mirrored = _latest_beginning([-candidates for candidates in reversed(passes)])
    return None if mirrored is None else -mirrored


def _inside(track: FloatArray, area: Shape) -> Shape | None:
    """The pieces of `track` inside `area`, in walking order.

    GEOS would merge a street that was walked there and back into one line, so each segment is cut alone.
    """
    segments = shapely.linestrings(np.stack([track[:-1], track[1:]], axis=1))
    pieces = _cut_at_the_edge(segments, area)
    parts, whose = shapely.get_parts(pieces, return_index=True)
    lines = (shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING) & (shapely.length(parts) > 0)
    if not lines.any():
        return None
    ends = shapely.get_coordinates(parts[lines]).reshape(-1, 2, 2)
    return _joined(_in_walking_order(ends, track[:-1][whose[lines]], whose[lines]))


def _cut_at_the_edge(segments: NDArray[np.object_], area: Shape) -> NDArray[np.object_]:
    """What of each segment is inside: itself, a part, or nothing; only those that cross the edge cost a cut."""
    # A copy is prepared, because the area may be shared with another thread.
    prepared = shapely.from_wkb(shapely.to_wkb(area))
    shapely.prepare(prepared)
    covered = shapely.covers(prepared, segments)
    crossing = shapely.intersects(prepared, segments) & ~covered
    pieces: NDArray[np.object_] = np.full(len(segments), None, dtype=object)
    pieces[covered] = segments[covered]
    pieces[crossing] = shapely.intersection(segments[crossing], area)
    return pieces


def _in_walking_order(ends: FloatArray, origins: FloatArray, whose: NDArray[np.intp]) -> FloatArray:
    """The pieces (n, 2, 2) each directed away from the start of its segment, and sorted along the track."""
    away = np.hypot(*(ends - origins[:, None]).transpose(2, 0, 1))
    backwards = away[:, 0] > away[:, 1]
    directed = np.where(backwards[:, None, None], ends[:, ::-1], ends)
    ordered: FloatArray = directed[np.lexsort((away.min(axis=1), whose))]
    return ordered


def _joined(pieces: FloatArray) -> Shape:
    gaps = np.abs(pieces[1:, 0] - pieces[:-1, 1]).max(axis=1) > ROUNDING_DEG
    runs = np.split(pieces, np.flatnonzero(gaps) + 1)
    lines = [shapely.LineString(np.concatenate([run[:1, 0], run[:, 1]])) for run in runs]
    return lines[0] if len(lines) == 1 else shapely.MultiLineString(lines)


def _planar(lonlat: FloatArray) -> FloatArray:
    places = to_metres(Degrees(lonlat[:, 0].copy(), lonlat[:, 1].copy()))
    return np.stack([places.easting, places.northing], axis=1)
