"""What an edition says beyond its map: the values behind its sections, each as its audience may see it.

`place` is always the label of a place on the map. People are bands, and None is what may not be said.
"""

from datetime import date
from typing import Literal

import msgspec

Leg = Literal["light", "dark"]
# How many at 0, 1, 2 and 3; None where fewer people stand behind a level than may be shown, or nobody.
Counts = tuple[int | None, int | None, int | None, int | None]
Effects = tuple[int | None, int | None, int | None]  # safer, no different, less safe
Interval = tuple[float, float, float]  # estimate, lower and upper end of its 95 % interval


class Visit(msgspec.Struct, frozen=True, array_like=True):
    """A cell that was walked; `once` is None where the audience may not know how often."""

    side_m: int
    q_cell: int
    r_cell: int
    once: bool | None


class Strip(msgspec.Struct, frozen=True, kw_only=True):
    """What groups agreed at one place, after dark against in the light: stops at 0, 1, 2 and 3, exact."""

    place: str
    factor: str
    dark: tuple[int, int, int, int]
    light: tuple[int, int, int, int]


class PlacePhoto(msgspec.Struct, frozen=True, kw_only=True):
    """A checked photo at a place; `key` finds its picture in the photo store, and is the SHA-256 of that."""

    place: str
    key: str
    caption: str
    leg: Leg


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """What a group wrote at a stop, reviewed and never flagged; nothing tells who."""

    place: str
    text: str
    leg: Leg


class Falling(msgspec.Struct, frozen=True, kw_only=True):
    """By how much feeling is lower where a factor is one point lower; None where too little is known."""

    factor: str
    label: str
    slope: Interval | None
    stops: str
    walks: str


class ProfileRow(msgspec.Struct, frozen=True, kw_only=True):
    """How many women gave one answer to an equality question; `people` is rounded to five, or None."""

    question: str
    answer: str
    people: int | None


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """How one group of women felt after dark, pooled over all programmes: how many scores at each level.

    Rounded to five, and None where too few women stand behind a level, or where one could work it out.
    """

    question: str
    answer: str
    factor: str
    counts: Counts | None


class PresenceSeen(msgspec.Struct, frozen=True, kw_only=True):
    """Who or what was there after dark, and how that made women feel; a fact, and never a score.

    `there` of `stops` stops; `effects` are how often it made somebody feel safer, no different, less safe.
    """

    key: str
    label: str
    there: str
    stops: str
    effects: Effects | None


class Nearby(msgspec.Struct, frozen=True, kw_only=True):
    """A signatory of the charter within reach of a place, from the public register."""

    place: str
    name: str
    sector: str
    premises: str
    distance_m: int
    last_confirmed_on: date | None


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """A recommendation that follows from what was seen: to whom, by when, what they said, and what became of it.

    `places` are the labels of places on the map that it is at; empty where it is elsewhere.
    """

    kind: Literal["defect", "design"]
    places: tuple[str, ...]
    where: str
    issue: str
    action: str
    body: str
    due_on: date | None
    state: str
    answer: str
    done_on: date | None
    re_audit: str


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """What changed where something was done, beyond places where nothing was: feeling, in scores; better is above 0.

    `full` and `split` are the two ways of matching, None where nothing may be said; `claimed` if both agree.
    """

    sites: int = 0
    compared: int = 0
    controls: int = 0
    done_from: date | None = None
    done_to: date | None = None
    full: Interval | None = None
    split: Interval | None = None
    claimed: bool = False


class Quality(msgspec.Struct, frozen=True, kw_only=True):
    """How good the data are, in words: what is held back, missing, or could not be told."""

    quarantined: str = "0"
    rejected: str = "0"
    unreviewed: str = "0"
    unlocated_stops: str = "0"
    cannot_tell: str = "0 %"
    tested_cells: int = 0
    visited_cells: int = 0
