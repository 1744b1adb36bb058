"""What an edition says: frozen values that have passed disclosure. Every file of an edition is made of these alone.

Nothing here is random or depends on when or by whom the edition was made. Lengths are metres on British National
Grid, places are longitude and latitude in WGS 84; text is as people wrote it, and each file makes it inert.
"""

import hashlib
from datetime import date, datetime
from typing import Any, Literal

import msgspec

from audits.reports.sections import (
    Action,
    Counts,
    Difference,
    Evaluation,
    Falling,
    Leg,
    Nearby,
    PlacePhoto,
    PresenceSeen,
    ProfileRow,
    Quality,
    Quote,
    Strip,
    Visit,
)

Audience = Literal["gla", "public"]
Class = Literal["hotspot", "works_well", "ordinary", "not_enough_evidence", "suppressed"]
HOTSPOT_LEG: Leg = "dark"  # hotspots are about the night; the light leg is there to compare with
Ring = tuple[tuple[float, float], ...]


class Programme(msgspec.Struct, frozen=True, kw_only=True):
    """A programme as an edition names it: without its id, which the server made at random."""

    name: str
    opens_on: date
    closes_on: date
    instrument_version: int


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one visited cell on one factor; None where it may not be said, or cannot be.

    People and, for the public, other counts are bands such as `5-9`; `interval` is 95 %, `q` after correction for
    many cells, `share_low` the share of scores 0 and 1, `stability` out of four shifted grids.
    """

    factor: str
    leg: str
    q_cell: int
    r_cell: int
    side_m: int
    kind: Class
    strong: bool = False
    n_people: int | str | None = None
    n_walks: int | str | None = None
    n_nights: int | str | None = None
    n_stops: int | str | None = None
    estimate: float | None = None
    interval: tuple[float, float] | None = None
    q: float | None = None
    share_low: float | None = None
    stability: int | None = None

    @property
    def cell(self) -> str:
        """The cell's name in every interface."""
        return f"h{self.side_m}:{self.q_cell}:{self.r_cell}"


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A hotspot or a place that works: cells side by side, under the number that the map shows."""

    label: str
    name: str
    works_well: bool
    easting_m: float
    northing_m: float
    findings: tuple[Finding, ...]
    cells: tuple[tuple[int, int], ...] = ()


class Levels(msgspec.Struct, frozen=True, kw_only=True):
    """How one factor was scored over everything; `counts` is None where too few people have."""

    factor: str
    label: str
    personal: bool
    leg: Leg
    counts: Counts | None
    n: str
    unanswered: str


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """Who walked, how much, when and where; words, because the public sees bands, and whole months."""

    first_night: date | None
    last_night: date | None
    walks: str
    outings: str
    nights: str
    hours: str
    stops: str
    people: str
    cut_short: str
    cells_walked: int
    cells_walked_once: int | None
    cells_in_area: int


class StopRow(msgspec.Struct, frozen=True, array_like=True):
    """One stop with what the group agreed there; never what one woman said alone. None: not asked."""

    programme: str
    stop_no: int
    night_of: date
    leg: str
    sun_band: str | None
    longitude: float | None
    latitude: float | None
    cell: str | None
    hub: str | None
    scores: tuple[int | str | None, ...]
    presences: tuple[bool, ...]
    causes: tuple[str, ...]


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """What the map stands on, in metres: areas, boroughs and walks as rings and lines, hubs as points with names."""

    area: tuple[Ring, ...]
    boroughs: tuple[Ring, ...] = ()
    walks: tuple[Ring, ...] = ()
    hubs: tuple[tuple[float, float, str], ...] = ()


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """All that an edition says; `left_out` is the sentence where what women said alone may not be in it.

    What has a default is a section that may be empty: each file then says why, and what would fill it.
    """

    title: str
    audience: Audience
    as_of: datetime
    from_on: date | None
    to_on: date | None
    method: str
    method_version: str
    programmes: tuple[Programme, ...]
    coverage: Coverage
    levels: tuple[Levels, ...]
    findings: tuple[Finding, ...]
    places: tuple[Place, ...]
    stops: tuple[StopRow, ...]
    ground: Ground
    left_out: str | None = None
    visits: tuple[Visit, ...] = ()
    walk_next: tuple[str, ...] = ()
    strips: tuple[Strip, ...] = ()
    photos: tuple[PlacePhoto, ...] = ()
    quotes: tuple[Quote, ...] = ()
    falling: tuple[Falling, ...] = ()
    differences: tuple[Difference, ...] = ()
    profile: tuple[ProfileRow, ...] = ()
    presences: tuple[PresenceSeen, ...] = ()
    signatories: tuple[Nearby, ...] = ()
    actions: tuple[Action, ...] = ()
    evaluation: Evaluation = Evaluation()
    quality: Quality = Quality()


def canonical(value: Any) -> bytes:
    """The value as JSON that is the same for the same value: keys in the order of declaration, no white space."""
    return msgspec.json.encode(value)


def data_sha256(contents: Contents) -> str:
    """The checksum of an edition's data, in hex."""
    return hashlib.sha256(canonical(contents)).hexdigest()
