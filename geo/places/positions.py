"""Where a row of a publisher's CSV is: of its two positions the one to be trusted, as a point in WGS 84."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import shapely
from shapely.geometry import Point

from geo.crs import Degrees, Metres, to_degrees
from geo.places.entries import Skipped
from geo.places.reading import Line

BATCH = 2_000  # rows converted together: one call of PROJ for each batch, not for each row

NO_POSITION = "no position"
ELSEWHERE = "a position outside Great Britain"


@dataclass(frozen=True)
class Position:
    """A position as the file has it: easting and northing where `on_grid`, else longitude and latitude."""

    x: float
    y: float
    on_grid: bool


Located = tuple[Line, Point]


def located(
    lines: Iterable[Line | Skipped], position: Callable[[Line], Position | Skipped]
) -> Iterator[Located | Skipped]:
    """Each line with its point (WGS 84), where `position` finds one; the skipped ones of a batch come first."""
    rows = iter(lines)
    while batch := list(islice(rows, BATCH)):
        found = [(line, line if isinstance(line, Skipped) else position(line)) for line in batch]
        yield from (skipped for _, skipped in found if isinstance(skipped, Skipped))
        kept = [(line, at) for line, at in found if isinstance(line, Line) and isinstance(at, Position)]
        yield from zip((line for line, _ in kept), _as_points([at for _, at in kept]), strict=True)


def in_degrees(positions: Sequence[Position]) -> Degrees:
    """The positions in WGS 84, those on the grid converted together."""
    on_grid = [i for i, at in enumerate(positions) if at.on_grid]
    x, y = np.array([at.x for at in positions]), np.array([at.y for at in positions])
    converted = to_degrees(Metres.of(x[on_grid], y[on_grid]))
    x[on_grid], y[on_grid] = converted.lon, converted.lat
    return Degrees.of(x, y)


def degrees_of(line: Line) -> Position | None:
    """The line's longitude and latitude, where both are written and in Great Britain (-9 to 3 E, 49 to 61.5 N)."""
    lon, lat = _number(line, "longitude"), _number(line, "latitude")
    return Position(lon, lat, on_grid=False) if -9 < lon < 3 and 49 < lat < 61.5 else None


def metres_of(line: Line) -> Position | None:
    """The line's easting and northing, where both are written and on the National Grid; 0 stands for unknown."""
    easting, northing = _number(line, "easting"), _number(line, "northing")
    return Position(easting, northing, on_grid=True) if 0 < easting < 700_000 and 0 < northing < 1_300_000 else None


def nowhere(line: Line) -> Skipped:
    """The reason for a line without a usable position."""
    written = any(line.values.get(name) for name in ("longitude", "latitude", "easting", "northing"))
    return Skipped(line.row, ELSEWHERE if written else NO_POSITION)


def _number(line: Line, name: str) -> float:
    """The number written there; not a number (which no comparison holds for) where none is."""
    try:
        return float(line.values.get(name, ""))
    except ValueError:
        return math.nan


def _as_points(positions: Sequence[Position]) -> list[Point]:
    places = in_degrees(positions)
    return list(shapely.points(places.lon, places.lat))
