"""What a publisher's file says: one entry a place, or a row that was skipped and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from shapely.geometry.base import BaseGeometry


class Kind(StrEnum):
    """The kinds of place that can be imported."""

    BOROUGH = "borough"
    OUTLINE = "outline"
    WARD = "ward"
    TOWN_CENTRE = "town_centre"
    HUB = "hub"
    VENUE = "venue"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One place as its file tells it.

    `row` is where it stands (in CSV the header is row 1; in GeoJSON features count from 1). `key` is the source's own
    id, stable from one edition of the file to the next. `borough` is the GSS code that the file states, None where it
    states none. `shape` is in WGS 84, longitude first.
    """

    row: int
    kind: Kind
    key: str
    name: str
    shape: BaseGeometry
    source: str
    borough: str | None = None
    category: str | None = None
    address: str | None = None
    postcode: str | None = None


@dataclass(frozen=True)
class Skipped:
    """A row that was left out, and why, in words that stand alone in a summary."""

    row: int
    why: str


Read = Iterator[Entry | Skipped]
