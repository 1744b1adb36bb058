"""Places of a programme as its sketch takes them: numbered, in metres on the National Grid."""

from collections.abc import Iterable
from dataclasses import dataclass

from api.pages.actions.sketch import Dot
from geo.shapes import Point, in_metres


@dataclass(frozen=True)
class OnGrid:
    """A place on the National Grid."""

    easting_m: float
    northing_m: float


def numbered(places: Iterable[Point]) -> list[Dot]:
    """Places in WGS 84 as dots of a sketch, numbered from 1."""
    return [Dot(_on_grid(place), str(number)) for number, place in enumerate(places, start=1)]


def _on_grid(place: Point) -> OnGrid:
    at = in_metres(place)
    return OnGrid(at.x, at.y)
