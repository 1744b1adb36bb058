"""GPX files (Topografix, 1.0 and 1.1) from any device, read as one route to follow; what is doubtful is said.

A file is a stranger's: no document type is taken, so that nothing in it can grow or reach outside, and it is read
once, front to back, whatever its size claims to be.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from math import isfinite
from typing import Literal, NamedTuple
from xml.parsers.expat import ExpatError, ParserCreate

import numpy as np
import shapely

from geo.crs import Degrees, FloatArray, great_circle_m
from geo.errors import NoRouteInGpx, NotGpx, TracksApart
from geo.geojson import read_shape
from geo.shapes import Line

MAX_GPX_BYTES = 10_000_000  # a day with a position a second and every extension is about 8 MB
MAX_GAP_M = 1000.0  # a paused device goes on within this; further off is another track
MAX_SPEED_M_S = 60 / 3.6  # no walk is faster; the same as between the stops of a walk
TOLERANCE_DEG = 0.00001  # about a metre: what no device knows and no map shows
MAX_NAME = 200  # letters of a waypoint's name that are read
POINTS = {"trkpt": "track", "rtept": "route", "wpt": "waypoint"}
PARTS = {"trkseg": "track", "trk": "track", "rte": "route"}
DoubtCode = Literal["impossible-speed", "clock-backwards", "gap", "unreadable-position"]


class Position(NamedTuple):
    """A point of a track in degrees (WGS 84), and when it was passed (aware UTC), if that was written."""

    lon: float
    lat: float
    at: datetime | None


class Waypoint(NamedTuple):
    """A single place of a file in degrees (WGS 84), and its name; empty where it has none."""

    lon: float
    lat: float
    name: str


@dataclass(frozen=True)
class Doubt:
    """Something about a file that whoever sent it should look at; its sentence says how often and what was done."""

    code: DoubtCode
    sentence: str


@dataclass(frozen=True)
class GpxRoute:
    """The one line that a file's tracks or route make, WGS 84, simplified to about a metre; and what is doubtful."""

    line: Line
    doubts: tuple[Doubt, ...]


def read_gpx(content: bytes) -> GpxRoute:
    """The route in a GPX file: its planned route where it has one, else its tracks joined in their order.

    Raises NotGpx, NoRouteInGpx, TracksApart and what `geo.geojson.read_shape` says of positions off the globe; each
    message can be shown to whoever sent the file.
    """
    _check_size(content)
    reading = _Reading.of(content)
    parts = reading.usable("route") or reading.usable("track")
    if not parts:
        raise NoRouteInGpx("The file holds no track or route of at least two positions. Send one that was recorded.")
    gaps = _gaps(parts)
    positions = [position for part in parts for position in part]
    line = read_shape({"type": "LineString", "coordinates": [[lon, lat] for lon, lat, _ in _moving(positions)]})
    doubts = (*_unreadable(reading.unreadable), *_gap_doubts(gaps), *_time_doubts(parts))
    return GpxRoute(shapely.simplify(line, TOLERANCE_DEG), doubts)


def _check_size(content: bytes) -> None:
    if len(content) > MAX_GPX_BYTES:
        raise NotGpx(
            f"The file is larger than {MAX_GPX_BYTES // 1_000_000} MB. Send the one track that is to be followed."
        )


def read_waypoints(content: bytes) -> tuple[Waypoint, ...]:
    """The single places of a GPX file, in their order; those that cannot be read are left out. Raises NotGpx."""
    _check_size(content)
    return tuple(_Reading.of(content).waypoints)


@dataclass
class _Reading:
    """What one pass over a file has found: parts by kind, single places, and how many positions could not be read."""

    parts: dict[str, list[list[Position]]] = field(default_factory=lambda: {"track": [], "route": []})
    waypoints: list[Waypoint] = field(default_factory=list)
    unreadable: int = 0
    _path: list[str] = field(default_factory=list)
    _point: dict[str, str] | None = None
    _text: str = ""

    @classmethod
    def of(cls, content: bytes) -> "_Reading":
        reading, parser = cls(), ParserCreate()
        parser.StartElementHandler = reading._opens
        parser.EndElementHandler = reading._closes
        parser.CharacterDataHandler = reading._says
        parser.StartDoctypeDeclHandler = _refuse_doctype
        try:
            parser.Parse(content, True)
        except (ExpatError, ValueError, LookupError):
            raise NotGpx("The file is not GPX, or it is damaged. Export it again from your device or app.") from None
        return reading

    def usable(self, kind: str) -> list[list[Position]]:
        """Its parts of that kind that are more than a point."""
        return [part for part in self.parts[kind] if len({position[:2] for position in part}) > 1]

    def _opens(self, name: str, attributes: dict[str, str]) -> None:
        element = _local(name)
        if not self._path and element != "gpx":
            raise NotGpx("The file is not GPX. Export a GPX file from your device or app.")
        self._path.append(element)
        self._text = ""
        if element in PARTS:
            self.parts[PARTS[element]].append([])
        elif element in POINTS:
            self._point = dict(attributes)

    def _says(self, text: str) -> None:
        # Only times and names are read; a note of megabytes is not collected.
        if self._point is not None and self._path[-1] in ("time", "name") and len(self._text) < MAX_NAME:
            self._text += text

    def _closes(self, name: str) -> None:
        element = self._path.pop()
        if self._point is None:
            return
        # A time deeper inside belongs to an extension.
        if element in ("time", "name") and self._path[-1] in POINTS:
            self._point[element] = self._text
        elif element in POINTS:
            self._keep(POINTS[element], self._point)
            self._point = None

    def _keep(self, kind: str, point: dict[str, str]) -> None:
        position = _position(point)
        if position is None:
            self.unreadable += kind != "waypoint"
        elif kind == "waypoint":
            self.waypoints.append(Waypoint(position.lon, position.lat, point.get("name", "").strip()[:MAX_NAME]))
        elif self.parts[kind]:
            self.parts[kind][-1].append(position)


def _refuse_doctype(*_: object) -> None:
    raise NotGpx("The file declares a document type, which GPX never does. Export it again from your device or app.")


def _local(name: str) -> str:
    """The element's name without its prefix: half of all devices leave the namespace out or get it wrong."""
    return name.rpartition(":")[2]


def _position(point: dict[str, str]) -> Position | None:
    try:
        lon, lat = float(point["lon"]), float(point["lat"])
    except (KeyError, ValueError):
        return None
    if not (isfinite(lon) and isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        return None
    return Position(lon, lat, _time(point.get("time", "")))


def _time(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    # GPX times are UTC; some devices forget to say so.
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _moving(positions: Sequence[Position]) -> Iterator[Position]:
    """The positions without those that repeat the one before."""
    before = None
    for position in positions:
        if position[:2] != before:
            yield position
        before = position[:2]


def _apart_m(steps: Sequence[tuple[Position, Position]]) -> FloatArray:
    """How far each step goes, in metres."""
    ends = np.array([(one[:2], other[:2]) for one, other in steps], dtype=np.float64).reshape(-1, 4)
    return great_circle_m(Degrees(ends[:, 0], ends[:, 1]), Degrees(ends[:, 2], ends[:, 3]))


def _gaps(parts: Sequence[Sequence[Position]]) -> FloatArray:
    """How far each part begins from the end of the one before, in metres. Raises TracksApart."""
    gaps = _apart_m([(before[-1], after[0]) for before, after in pairwise(parts)])
    if (gaps > MAX_GAP_M).any():
        raise TracksApart(
            f"The file holds {len(parts)} tracks that are more than {MAX_GAP_M / 1000:.0f} km apart. Send a file with "
            "the one track that is to be followed."
        )
    return gaps


def _unreadable(count: int) -> Iterator[Doubt]:
    if count:
        yield Doubt("unreadable-position", f"Left out: {_many(count, 'position')} that could not be read.")


def _gap_doubts(gaps: FloatArray) -> Iterator[Doubt]:
    count = int((gaps > 0).sum())
    if count:
        yield Doubt(
            "gap", f"It was joined over {_many(count, 'gap')}, the widest {gaps.max():.0f} m. Look at it on the map."
        )


def _time_doubts(parts: Sequence[Sequence[Position]]) -> Iterator[Doubt]:
    """What the clock says that no walk can do, by each two timed positions in turn."""
    steps = list(pairwise(position for part in parts for position in part if position.at is not None))
    seconds = np.array([_seconds(*step) for step in steps], dtype=np.float64)
    back = int((seconds < 0).sum())
    if back:
        yield Doubt(
            "clock-backwards", f"Its clock goes backwards {_many(back, 'time')}. Where it goes was taken, not when."
        )
    # Devices that write whole seconds often give two positions one time.
    fast = int(((seconds >= 0) & (_apart_m(steps) > MAX_SPEED_M_S * np.maximum(seconds, 1.0))).sum())
    if fast:
        yield Doubt("impossible-speed", f"It moves faster than 60 km/h {_many(fast, 'time')}. Look at it on the map.")


def _seconds(one: Position, other: Position) -> float:
    assert one.at is not None and other.at is not None
    return (other.at - one.at).total_seconds()


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
