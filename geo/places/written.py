"""Positions as people write them: degrees, a link copied from a map, an OS grid reference, easting and northing."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from geo.crs import Metres, to_degrees
from geo.shapes import GREAT_BRITAIN

MAX_WRITTEN = 2_000  # a link copied from a map has a few hundred characters
NUMBER = r"[-+\u2212]?\d{1,7}(?:\.\d{1,20})?"
# Where maps write a place into their links, the surest first: Google's !3d!4d is the place itself, its @ the view's
# middle; then OpenStreetMap's marker and view, and the parameters of several.
IN_LINKS = tuple(
    re.compile(pattern.replace("#", f"({NUMBER})"))
    for pattern in (
        r"!3d#!4d#",
        r"mlat=#&mlon=#",
        r"(?:[?&](?:q|ll|query|destination|center|cp|coordinate)=|^geo:)(?:loc:)?#\s*[,~]\s*#",
        r"@#,#",
        r"map=\d+(?:\.\d+)?/#/#",
    )
)
DEGREES = re.compile(rf"({NUMBER})\s*°?\s*([NSEW])?", re.IGNORECASE)
GRID_REFERENCE = re.compile(r"([HJNOST])([A-HJ-Z])((?:\d\d){1,5})")
ON_GRID = re.compile(r"(\d{5,6})(?:\.\d+)?\s*[, ]\s*(\d{5,7})(?:\.\d+)?")

Position = tuple[float, float]


def position_written(text: str) -> Position | None:
    """The longitude and latitude (WGS 84) that `text` means; None where it means no place in Great Britain.

    >>> position_written("51.5055, -0.0877"), position_written("https://www.openstreetmap.org/#map=19/51.5055/-0.0877")
    ((-0.0877, 51.5055), (-0.0877, 51.5055))
    >>> [round(degrees, 4) for degrees in position_written("TQ 31053 75423")]
    [-0.1149, 51.4626]
    """
    plain = unquote(text.strip()[:MAX_WRITTEN]).replace("\u2212", "-")
    return next((found for found in _readings(plain) if _in_britain(found)), None)


def as_written(lon: float, lat: float) -> str:
    """A position as maps show it, latitude first, to about 0.1 m.

    >>> as_written(-0.0877, 51.5055)
    '51.505500, -0.087700'
    """
    return f"{lat:.6f}, {lon:.6f}"


def _readings(text: str) -> Iterator[Position]:
    for pattern in IN_LINKS:
        if found := pattern.search(text):
            yield from _either_way(float(found[1]), float(found[2]))
    if "://" in text:
        return
    # A square of the grid is meant by its middle: six figures name 100 m of London.
    if found := GRID_REFERENCE.fullmatch("".join(text.split()).upper()):
        yield _of_square(found[1], found[2], found[3])
    elif found := ON_GRID.fullmatch(text):
        yield _degrees(float(found[1]), float(found[2]))
    else:
        yield from _typed(text)


def _typed(text: str) -> Iterator[Position]:
    """Two numbers, with or without N, S, E and W behind them."""
    numbers = DEGREES.findall(text)
    if len(numbers) != 2 or DEGREES.sub("", text).strip(" ,;()") != "":
        return
    (first, of_first), (second, of_second) = numbers
    yield from _either_way(_signed(first, of_first), _signed(second, of_second))


def _either_way(first: float, second: float) -> Iterator[Position]:
    # Latitude first, as maps show it; in Britain no longitude can be taken for a latitude, so the other way is safe.
    yield second, first
    yield first, second


def _signed(number: str, side: str) -> float:
    return -abs(float(number)) if side.upper() in ("S", "W") and side else float(number)


def _of_square(hundred_km: str, inner: str, figures: str) -> Position:
    """A grid reference: two letters of 5 by 5 squares without I (Ordnance Survey), then as many figures each way."""
    outer, within = _letter(hundred_km), _letter(inner)
    east_km = ((outer - 2) % 5) * 500 + (within % 5) * 100
    north_km = (19 - (outer // 5) * 5 - within // 5) * 100
    half = len(figures) // 2
    size_m = 10 ** (5 - half)
    easting = east_km * 1000 + (int(figures[:half]) + 0.5) * size_m
    northing = north_km * 1000 + (int(figures[half:]) + 0.5) * size_m
    return _degrees(easting, northing)


def _letter(letter: str) -> int:
    """The place of a letter in the alphabet of the grid, which has no I."""
    place = ord(letter) - ord("A")
    return place - 1 if letter > "I" else place


def _degrees(easting: float, northing: float) -> Position:
    there = to_degrees(Metres.of(easting, northing))
    return float(there.lon[0]), float(there.lat[0])


def _in_britain(position: Position) -> bool:
    west, south, east, north = GREAT_BRITAIN
    return west <= position[0] <= east and south <= position[1] <= north
