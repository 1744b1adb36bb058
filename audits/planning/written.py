"""Planned stops as lines of text, one a stop: its name, a semicolon, its place; read, written, and known again."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from audits.planning.plan import MAX_STOP_NAME, PlannedFacts, StopToMake
from geo.places.written import as_written, position_written

MOST_LINES = 500  # read at all; a plan has far fewer
DECIMALS = 6  # of a degree: about 0.1 m


class Line(NamedTuple):
    """A stop as it was written: its name, and its place in degrees (WGS 84)."""

    name: str
    lon: float
    lat: float


class Unreadable(NamedTuple):
    """A line that names no place, by its number from 1."""

    number: int


def read_lines(text: str) -> tuple[list[Line], list[Unreadable]]:
    """The stops of a text, and the lines that are none; blank lines are passed over.

    A place is written as anywhere here: degrees, a link copied from a map, a grid reference.

    >>> read_lines("Bus shelter; 51.4626, -0.1146")
    ([Line(name='Bus shelter', lon=-0.1146, lat=51.4626)], [])
    """
    found: list[Line] = []
    not_read: list[Unreadable] = []
    for number, line in enumerate(text.splitlines()[:MOST_LINES], start=1):
        name, _, place = line.rpartition(";")
        position = position_written(place)
        if position is not None and name.strip():
            found.append(Line(name.strip(), *position))
        elif line.strip():
            not_read.append(Unreadable(number))
    return found, not_read


def write_lines(stops: Iterable[Line]) -> str:
    """Stops as text that reads as the same stops, to about 0.1 m.

    >>> write_lines([Line("Bus shelter", -0.1146, 51.4626)])
    'Bus shelter; 51.462600, -0.114600'
    """
    return "\n".join(f"{on_one_line(stop.name)}; {as_written(stop.lon, stop.lat)}" for stop in stops)


def on_one_line(name: str) -> str:
    """A stop's name as a line can hold it: single spaces, and no longer than a name may be.

    >>> on_one_line(" Under the\\n arch ")
    'Under the arch'
    """
    return " ".join(name.split())[:MAX_STOP_NAME].strip()


def as_lines(planned: Iterable[PlannedFacts]) -> list[Line]:
    """Planned stops as lines."""
    return [Line(stop.name, stop.location.x, stop.location.y) for stop in planned]


Key = tuple[str, float, float]


def key_of(stop: Line) -> Key:
    """By what a stop is known again: its name, whatever its case, and its place to about 0.1 m."""
    return on_one_line(stop.name).casefold(), round(stop.lon, DECIMALS) + 0.0, round(stop.lat, DECIMALS) + 0.0


def known_again(planned: Iterable[PlannedFacts]) -> dict[Key, UUID]:
    """The ids of stops by what they are known by; of several the first."""
    known: dict[Key, UUID] = {}
    for stop in planned:
        known.setdefault(key_of(Line(stop.name, stop.location.x, stop.location.y)), stop.id)
    return known


def to_make(stops: Sequence[Line], known: Mapping[Key, UUID], *, new_id: Callable[[], UUID]) -> list[StopToMake]:
    """The stops to plan: under the id that they are known by, so that walks can be compared, or a new one.

    The second of two alike gets a new id.
    """
    taken: set[UUID] = set()
    made = []
    for stop in stops:
        id = known.get(key_of(stop))
        id = new_id() if id is None or id in taken else id
        taken.add(id)
        location = {"type": "Point", "coordinates": [stop.lon, stop.lat]}
        made.append(StopToMake(id=id, name=on_one_line(stop.name), location=location))
    return made
