"""A walk as a phone sends it: what can be read, what can be accepted, and what of it may be kept.

Never refuse field data that can be kept, and never store it as good: what contradicts itself is refused with the
fields named (`check`), what is doubtful is kept and quarantined with reasons (`assess`).
"""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Literal, NamedTuple
from uuid import UUID

import msgspec
import numpy as np

from audits.errors import FieldError, UnknownInstrument, WalkNotAcceptable
from audits.instrument import Instrument, Score, instrument, on_scale
from audits.nights import (
    DARK_BELOW_DEG,
    SUNSET_DEG,
    Floats,
    SunBand,
    duration_s,
    night_of,
    posix_s,
    sun_altitude_deg,
    sun_bands,
)
from geo.crs import Degrees, great_circle_m, to_metres
from geo.errors import UnacceptableShape
from geo.grid import GRID_50
from geo.shapes import Point, Shape, bounds, clip_route, distances_outside_m, points, read_shape

# What no walk of a night exceeds; above these a body is a mistake or an attack, and is refused by name.
MAX_STOPS, MAX_PHOTOS = 500, 200
MAX_SCORES, MAX_CAUSES = 60, 40
MAX_NOTE, MAX_CAPTION, MAX_REASON, MAX_WORD = 2_000, 500, 500, 60
# What the database's whole numbers hold, and what a number with a point tells apart.
MAX_INT, MAX_EXACT = 2**31 - 1, 2**53
MAX_PROBLEMS = 500
SHA256_HEX = re.compile(r"[0-9a-fA-F]{64}")

# The contract's limits: a stop this far out loses its place, no walk is this fast, no good clock this far off.
FAR_OUTSIDE_M = 100.0
MAX_SPEED_M_S = 60 / 3.6
# No more than this of a phone's own doubt excuses a speed, or a phone that knows nothing could have been anywhere.
MAX_SLACK_M = 50.0
# Half way round the globe: who is known no better than this is not known at all.
NOWHERE_M = 20_000_000.0
CLOCK_TOLERANCE = timedelta(minutes=10)
# Stands for client_sent_at in a walk's content: when it was sent is transport.
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# A time without an offset cannot be read: at night of the clock change nobody could say which hour it means.
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Position = Annotated[tuple[float, ...], msgspec.Meta(min_length=2, max_length=4)]


class Wire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What comes over the wire; defaults are left out of the content, so that later optional fields change none."""


class PointAt(Wire, frozen=True, kw_only=True):
    """A GeoJSON Point: longitude, latitude, WGS 84; a height is dropped."""

    type: Literal["Point"]
    coordinates: Position


class Track(Wire, frozen=True, kw_only=True):
    """A GeoJSON LineString."""

    type: Literal["LineString"]
    coordinates: tuple[Position, ...]


class Presence(Wire, frozen=True, kw_only=True):
    """Who or what was there: facts, never scores."""

    police: bool
    security: bool
    staff: bool
    cctv_sign: bool


class Stop(Wire, frozen=True, kw_only=True):
    """A place with the scores that the group agreed aloud."""

    id: UUID
    sequence: int
    planned_stop_id: UUID | None = None
    observed_at: Moment
    accuracy_m: float | None = None
    location: PointAt
    hub: str | None = None
    scores: dict[str, Score]
    presence: Presence
    causes: tuple[str, ...] | None = None
    note: str | None = None
    note_flagged: bool = False


class Photo(Wire, frozen=True, kw_only=True):
    """A photo that the walk announces: whose bytes are to come, and their digest."""

    id: UUID
    stop_id: UUID
    sha256: str
    bytes: int
    media_type: str
    caption: str | None = None


class Walk(Wire, frozen=True, kw_only=True):
    """One leg of a walk: the body of PUT /api/walks/{walk_id}."""

    programme_id: UUID
    instrument_version: int
    leg: Literal["light", "dark"]
    paired_walk_id: UUID | None = None
    started_at: Moment
    ended_at: Moment
    client_sent_at: Moment
    group_size: int
    cut_short: bool
    cut_short_reason: str | None = None
    route: Track | None = None
    stops: tuple[Stop, ...]
    photos: tuple[Photo, ...]


@dataclass(frozen=True)
class Ground:
    """What a programme says of where and when it is walked; both dates belong to it."""

    area: Shape
    opens_on: date
    closes_on: date


class Problem(NamedTuple):
    """Why a walk is quarantined: a code of the contract, a sentence without places or notes, and the field."""

    code: str
    detail: str
    field: str | None = None


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a stop is: WGS 84, British National Grid in metres, and its 50 m hexagon."""

    location: Point
    easting_m: float
    northing_m: float
    cell_q: int
    cell_r: int


@dataclass(frozen=True, kw_only=True)
class StopFound:
    """What of a stop may be kept, and as what. `place` is None far outside the area."""

    place: Place | None
    sun_altitude_deg: float
    sun_band: SunBand
    scores: dict[str, Score]
    kept: dict[str, Score]
    open_causes: tuple[str, ...]
    sealed_causes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """What we make of a walk. `dark` is None without a stop, `route` is clipped to the area and to the stops."""

    night_of: date
    dark: bool | None
    clock_offset_s: float
    route: Shape | None
    stops: tuple[StopFound, ...]
    problems: tuple[Problem, ...]


def content_of(walk: Walk) -> bytes:
    """The walk as bytes that are the same for the same content, for an HMAC.

    Equal instants, spellings of numbers, orders of keys, missing and null do not matter; arrays are ordered;
    `client_sent_at` is transport.
    """
    stops = tuple(_canonical(stop) for stop in walk.stops)
    # Adding 0.0 turns -0.0 into 0.0, which is the same place and another text.
    route = walk.route and msgspec.structs.replace(
        walk.route, coordinates=tuple(tuple(number + 0.0 for number in place) for place in walk.route.coordinates)
    )
    times = {"started_at": walk.started_at.astimezone(UTC), "ended_at": walk.ended_at.astimezone(UTC)}
    same = msgspec.structs.replace(walk, **times, client_sent_at=EPOCH, route=route, stops=stops)
    return msgspec.json.encode(same, order="deterministic")


def _canonical(stop: Stop) -> Stop:
    location = msgspec.structs.replace(stop.location, coordinates=tuple(n + 0.0 for n in stop.location.coordinates))
    return msgspec.structs.replace(
        stop,
        observed_at=stop.observed_at.astimezone(UTC),
        location=location,
        accuracy_m=None if stop.accuracy_m is None else stop.accuracy_m + 0.0,
        scores={factor: whole(score) for factor, score in stop.scores.items()},
        causes=stop.causes or None,
    )


def whole(score: Score) -> Score:
    """The score with 2.0 written as 2, and what is too large to be exact always with a point."""
    if type(score) is int and -MAX_EXACT <= score <= MAX_EXACT:
        return score
    if isinstance(score, str) or score % 1 != 0:
        return score
    return int(score) if abs(score) <= MAX_EXACT else float(score)


def check(walk: Walk) -> None:
    """Raise WalkNotAcceptable, naming every field, for what contradicts itself, the globe or good sense."""
    if errors := list(_contradictions(walk)):
        raise WalkNotAcceptable("This walk cannot be taken as it stands. Correct the fields named in errors.", errors)


def _contradictions(walk: Walk) -> Iterator[FieldError]:
    yield from _out_of_range("instrument_version", walk.instrument_version, -MAX_INT, MAX_INT)
    yield from _out_of_range("group_size", walk.group_size, 1, 1_000)
    for name in ("started_at", "ended_at", "client_sent_at"):
        yield from _out_of_time(name, getattr(walk, name))
    yield from too_long("cut_short_reason", walk.cut_short_reason, MAX_REASON)
    if walk.route is not None:
        yield from _bad_route(walk.route)
    if len(walk.stops) > MAX_STOPS:
        yield FieldError("stops", f"A walk has at most {MAX_STOPS} stops.")
    yield from _repeated("stops", [stop.id for stop in walk.stops])
    for place, stop in enumerate(walk.stops[:MAX_STOPS]):
        yield from _bad_stop(f"stops[{place}]", stop)
    yield from _bad_photos(walk)


def _bad_stop(path: str, stop: Stop) -> Iterator[FieldError]:
    yield from _out_of_range(f"{path}.sequence", stop.sequence, -MAX_INT, MAX_INT)
    yield from _out_of_time(f"{path}.observed_at", stop.observed_at)
    longitude, latitude = stop.location.coordinates[:2]
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        yield FieldError(f"{path}.location", "Longitude is within 180 degrees and latitude within 90, in this order.")
    yield from too_long(f"{path}.hub", stop.hub, MAX_WORD)
    yield from too_long(f"{path}.note", stop.note, MAX_NOTE)
    yield from too_many_words(f"{path}.causes", stop.causes or (), MAX_CAUSES)
    yield from unreasonable_scores(f"{path}.scores", stop.scores)


def _bad_photos(walk: Walk) -> Iterator[FieldError]:
    if len(walk.photos) > MAX_PHOTOS:
        yield FieldError("photos", f"A walk has at most {MAX_PHOTOS} photos.")
    yield from _repeated("photos", [photo.id for photo in walk.photos])
    stops = {stop.id for stop in walk.stops}
    for place, photo in enumerate(walk.photos[:MAX_PHOTOS]):
        path = f"photos[{place}]"
        if photo.stop_id not in stops:
            yield FieldError(f"{path}.stop_id", "This stop is not in the walk.")
        if not SHA256_HEX.fullmatch(photo.sha256):
            yield FieldError(f"{path}.sha256", "A SHA-256 digest has 64 hexadecimal digits.")
        yield from _out_of_range(f"{path}.bytes", photo.bytes, 1, MAX_INT)
        yield from too_long(f"{path}.media_type", photo.media_type, MAX_WORD)
        yield from too_long(f"{path}.caption", photo.caption, MAX_CAPTION)


def _bad_route(route: Track) -> Iterator[FieldError]:
    try:
        _line(route)
    except UnacceptableShape as fault:
        yield FieldError("route", str(fault))


def _out_of_range(path: str, number: int, least: int, most: int) -> Iterator[FieldError]:
    if not least <= number <= most:
        yield FieldError(path, f"This number is from {least} to {most}.")


def _out_of_time(path: str, moment: datetime) -> Iterator[FieldError]:
    # However wrong a phone's clock is, its walk is kept; only what no calendar holds in UTC cannot be.
    try:
        moment.astimezone(UTC)
    except OverflowError:
        yield FieldError(path, "In UTC this time is in no year from 1 to 9999.")


def too_long(path: str, text: str | None, most: int) -> Iterator[FieldError]:
    """The error of a text with more than `most` characters."""
    if text is not None and len(text) > most:
        yield FieldError(path, f"This text has at most {most:,} characters.")


def too_many_words(path: str, words: Sequence[str], most: int) -> Iterator[FieldError]:
    """The error of more than `most` keys, or of one that is too long to be a key."""
    if len(words) > most or max(map(len, words), default=0) > MAX_WORD:
        yield FieldError(path, f"At most {most} keys, each of at most {MAX_WORD} characters, fit here.")


def unreasonable_scores(path: str, scores: Mapping[str, Score]) -> Iterator[FieldError]:
    """The errors of scores that are too many, or are no number."""
    yield from too_many_words(path, tuple(scores), MAX_SCORES)
    for factor, score in scores.items():
        if not isinstance(score, str) and not abs(score) <= sys.float_info.max:
            yield FieldError(f"{path}.{factor[:MAX_WORD]}", "A score is 0, 1, 2 or 3.")


def _repeated(path: str, ids: Sequence[UUID]) -> Iterator[FieldError]:
    seen: set[UUID] = set()
    for place, id_ in enumerate(ids):
        if id_ in seen:
            yield FieldError(f"{path}[{place}].id", "This id is used twice in the walk.")
        seen.add(id_)


def assess(walk: Walk, ground: Ground, *, received_at: datetime, imported: bool = False) -> Assessment:
    """What a checked walk says, what of it may be kept, and what is doubtful about it.

    Times of the phone are believed; what makes them doubtful becomes a problem. Imported walks carry no clock.
    """
    questions = asked(walk.instrument_version)
    # Every stop's position is used once, here, for distances and speeds; only `places` goes further.
    outside_m = _outside_m(walk.stops, ground.area)
    places = _places(walk.stops, outside_m <= FAR_OUTSIDE_M)
    altitudes = _altitudes(walk.stops, places, ground.area)
    bands = sun_bands(altitudes)
    stops = tuple(
        _found(stop, questions, place=place, sun_altitude_deg=altitude, sun_band=band)
        for stop, place, altitude, band in zip(walk.stops, places, altitudes.tolist(), bands, strict=True)
    )
    offset_s = duration_s(received_at, walk.client_sent_at)
    problems = (
        *_doubts_about_times(walk, ground, received_at),
        *(() if imported else _doubts_about_clock(offset_s)),
        *_doubts_about_places(walk.stops, outside_m),
        *_doubts_about_light(walk.leg, altitudes),
        *_doubts_about_scores(questions, stops),
    )
    return Assessment(
        night_of=night_of(walk.started_at),
        dark=bool((altitudes < DARK_BELOW_DEG).all()) if stops else None,
        clock_offset_s=offset_s,
        route=_kept_route(walk, places, ground.area),
        stops=stops,
        problems=problems[:MAX_PROBLEMS],
    )


def without_what_is_not_kept(walk: Walk, found: Assessment) -> Walk:
    """The walk without its route, and without the location and hub of far stops; a dropped location reads 0, 0."""
    nowhere = PointAt(type="Point", coordinates=(0.0, 0.0))
    stops = tuple(
        stop if of.place else msgspec.structs.replace(stop, location=nowhere, hub=None)
        for stop, of in zip(walk.stops, found.stops, strict=True)
    )
    return msgspec.structs.replace(walk, stops=stops, route=None)


def asked(version: int) -> Instrument | None:
    """The instrument of this version; None where it was never published, so that its scores are kept uncounted."""
    try:
        return instrument(version)
    except UnknownInstrument:
        return None


def _degrees(stops: Sequence[Stop]) -> Degrees:
    return Degrees.of(
        [stop.location.coordinates[0] for stop in stops], [stop.location.coordinates[1] for stop in stops]
    )


def _outside_m(stops: Sequence[Stop], area: Shape) -> Floats:
    there = _degrees(stops)
    return distances_outside_m(there.lon, there.lat, area)


def _places(stops: Sequence[Stop], near: np.ndarray) -> list[Place | None]:
    """Where each stop is, or None for those not `near` the area, whose location is dropped here and for ever."""
    there = _degrees(stops)
    kept = Degrees(there.lon[near], there.lat[near])
    metres = to_metres(kept)
    cells = GRID_50.cells_at(metres)
    found = zip(points(kept), metres.easting.tolist(), metres.northing.tolist(), cells, strict=True)
    places: list[Place | None] = [None] * len(stops)
    for index, (location, easting_m, northing_m, (q, r)) in zip(np.flatnonzero(near).tolist(), found, strict=True):
        places[index] = Place(location=location, easting_m=easting_m, northing_m=northing_m, cell_q=q, cell_r=r)
    return places


def _altitudes(stops: Sequence[Stop], places: Sequence[Place | None], area: Shape) -> Floats:
    """The sun at each stop; where a location was dropped, at the middle of the area, so that it cannot be told back."""
    west, south, east, north = bounds(area)
    middle = ((west + east) / 2, (south + north) / 2)
    there = [(place.location.x, place.location.y) if place else middle for place in places]
    at = np.array(there, dtype=np.float64).reshape(-1, 2)
    return sun_altitude_deg(at[:, 0], at[:, 1], posix_s([stop.observed_at for stop in stops]))


def _found(
    stop: Stop, questions: Instrument | None, *, place: Place | None, sun_altitude_deg: float, sun_band: SunBand
) -> StopFound:
    factors = questions.keys("group") if questions else frozenset()
    in_the_open = questions.open_causes() if questions else frozenset()
    readable = {factor: score for factor, score in stop.scores.items() if factor in factors and on_scale(score)}
    causes = tuple(dict.fromkeys(stop.causes or ()))
    return StopFound(
        place=place,
        sun_altitude_deg=sun_altitude_deg,
        sun_band=sun_band,
        scores={factor: whole(score) for factor, score in readable.items()},
        kept={factor: whole(score) for factor, score in stop.scores.items() if factor not in readable},
        open_causes=tuple(cause for cause in causes if cause in in_the_open),
        # A chip that we do not know might be a remark, so it is sealed with those.
        sealed_causes=tuple(cause for cause in causes if cause not in in_the_open),
    )


def _kept_route(walk: Walk, places: Sequence[Place | None], area: Shape) -> Shape | None:
    """The route inside the area and between the first and the last stop that keep their location, if any is left."""
    if walk.route is None:
        return None
    in_order = sorted(zip(walk.stops, places, strict=True), key=lambda pair: pair[0].sequence)
    along = [place.location for _, place in in_order if place is not None]
    # Without two ends nothing lies between, and what does not is somebody's way from home.
    if len(along) < 2:
        return None
    return clip_route(_line(walk.route), area, along[0], along[-1], between=along[1:-1])


def _line(route: Track) -> Shape:
    return read_shape({"type": "LineString", "coordinates": route.coordinates})


def _doubts_about_times(walk: Walk, ground: Ground, received_at: datetime) -> Iterator[Problem]:
    if walk.started_at > received_at:
        yield Problem("starts-in-future", "The walk starts after it was received.", "started_at")
    if walk.ended_at < walk.started_at:
        yield Problem("times-reversed", "The walk ends before it starts.", "ended_at")
    if not ground.opens_on <= night_of(walk.started_at) <= ground.closes_on:
        yield Problem("outside-programme-dates", "The night is not within the programme's dates.", "started_at")
    stops = [(f"stops[{index}].observed_at", stop.observed_at) for index, stop in enumerate(walk.stops)]
    for path, moment in (("ended_at", walk.ended_at), *stops):
        # A walk may end on the morning after the last night, and no later.
        if not -1 <= (night_of(moment) - ground.opens_on).days <= (ground.closes_on - ground.opens_on).days + 1:
            yield Problem("outside-programme-dates", "This time is not within the programme's dates.", path)


def _doubts_about_clock(offset_s: float) -> Iterator[Problem]:
    if abs(offset_s) > CLOCK_TOLERANCE.total_seconds():
        minutes, way = round(abs(offset_s) / 60), "ahead" if offset_s > 0 else "behind"
        yield Problem("clock-off", f"The phone's clock was {minutes} minutes {way} when it sent.", "client_sent_at")


def _doubts_about_places(stops: Sequence[Stop], outside_m: Floats) -> Iterator[Problem]:
    for index in np.flatnonzero(outside_m > FAR_OUTSIDE_M).tolist():
        far = "This stop is more than 100 m outside the area; its scores are kept, its location is not."
        yield Problem("stop-outside-area", far, f"stops[{index}].location")
    in_time = sorted(range(len(stops)), key=lambda index: stops[index].observed_at)
    there, at_s = _degrees(stops), posix_s([stop.observed_at for stop in stops])[in_time]
    there = Degrees(there.lon[in_time], there.lat[in_time])
    # A phone that does not know where it is has not moved: what its accuracy explains is no speed.
    slack_m = np.clip([stop.accuracy_m or 0.0 for stop in stops], 0.0, MAX_SLACK_M)[in_time]
    moved_m = great_circle_m(Degrees(there.lon[:-1], there.lat[:-1]), Degrees(there.lon[1:], there.lat[1:]))
    too_fast = moved_m - slack_m[:-1] - slack_m[1:] > MAX_SPEED_M_S * np.diff(at_s)
    for index in np.flatnonzero(too_fast).tolist():
        yield Problem(
            "impossible-speed", "No walk goes over 60 km/h to this stop.", f"stops[{in_time[index + 1]}].observed_at"
        )


def _doubts_about_light(leg: str, altitudes: Floats) -> Iterator[Problem]:
    if leg == "dark" and (altitudes > SUNSET_DEG).any():
        yield Problem("leg-contradicts-sun", "The leg is called dark, and the sun was up at a stop.", "leg")
    if leg == "light" and (altitudes < DARK_BELOW_DEG).any():
        yield Problem("leg-contradicts-sun", "The leg is called light, and it was dark at a stop.", "leg")


def _doubts_about_scores(questions: Instrument | None, stops: Sequence[StopFound]) -> Iterator[Problem]:
    if questions is None:
        unknown = "This version of the instrument was never published; its scores are kept, not counted."
        yield Problem("unknown-instrument", unknown, "instrument_version")
        return
    for index, stop in enumerate(stops):
        for factor in stop.kept:
            path = f"stops[{index}].scores.{factor}"
            if factor in questions.keys("group"):
                yield Problem("score-off-scale", "A score is 0, 1, 2 or 3; this one is kept, not counted.", path)
            else:
                yield Problem("unknown-factor", "The instrument has no such group factor; it is not counted.", path)
