"""The evidence as arrays: walks, stops and scores, fetched in sets and put in the order of their content.

Row numbers say in which order things arrived, so nothing that leaves this file depends on them: walks are numbered
by night, leg and start, stops by their walk and sequence, people by all they scored. The ids that phones made break
ties, and go nowhere. An outing is a walk with the walk it was paired with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from audits.reports.disclosure import enough_behind
from geo.crs import Metres
from geo.method.scores import Scores
from migrations.database import fetch_integers, fetch_tuples

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

COUNTED = ("received", "accepted")
ACCEPTED = ("accepted",)
NOT_ASKED, CANNOT_TELL, NOT_APPLICABLE = -1, -2, -3
# Odd constants that scatter a stop and its score over 64 bits (S. Vigna's splitmix64).
SCATTER = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Which walks count: of these programmes (row numbers, in the order of their content), states and nights.

    Both ends of a period are included; `as_of` leaves out walks that ended later.
    """

    programmes: tuple[int, ...]
    states: tuple[str, ...] = COUNTED
    from_on: date | None = None
    to_on: date | None = None
    as_of: datetime | None = None


@dataclass(frozen=True)
class Walks:
    """The walks in scope, in the order of their content; columns of one length.

    `number` is the row's, `programme` the place in the scope, `outing` the place of an outing's first walk.
    """

    number: Integers
    programme: Integers
    outing: Integers
    night_of: list[date]
    dark: Booleans
    started_at: list[datetime]
    ended_at: list[datetime]
    group_size: Integers
    cut_short: Booleans
    routes: list[Any]

    def __len__(self) -> int:
        return len(self.number)


@dataclass(frozen=True)
class Stops:
    """The stops of those walks, in the order of their content; `walk` is the place of each one's walk.

    `places` are NaN for stops that lost their location.
    """

    number: Integers
    walk: Integers
    places: Metres
    cell: list[tuple[int, int] | None]
    sun_band: list[str | None]
    hub: list[str | None]
    presences: list[tuple[bool, ...]]
    causes: list[str]

    def __len__(self) -> int:
        return len(self.number)

    @property
    def located(self) -> Booleans:
        """Which of them have a location."""
        found: Booleans = np.isfinite(self.places.easting)
        return found


@dataclass(frozen=True)
class Field:
    """What was walked: walks and their stops."""

    walks: Walks
    stops: Stops


@dataclass(frozen=True)
class Said:
    """Scores of one factor: the place of each one's stop, what was said (0-3, or a code), and by whom.

    `person` numbers the women by what they said; None for what a group agreed.
    """

    stop: Integers
    value: Integers
    person: Integers | None = None

    def scored(self) -> "Said":
        """Only what can be counted: scores from 0 to 3."""
        return self.chosen(self.value >= 0)

    def chosen(self, which: Booleans) -> "Said":
        """Those at the chosen places."""
        return Said(self.stop[which], self.value[which], None if self.person is None else self.person[which])


async def field_of(scope: Scope) -> Field:
    """The walks and stops in scope; two queries, by walk_programme_state and stop_walk."""
    walks = _walks(await fetch_tuples(*in_scope(WALKS_SQL, scope)), scope)
    return Field(walks, _stops(await fetch_tuples(*in_scope(STOPS_SQL, scope)), walks))


async def counted_walks(scope: Scope) -> int:
    """How many walks of these programmes count or may yet, whatever the scope takes of them; one query."""
    every = Scope(programmes=scope.programmes, states=COUNTED)
    return int((await fetch_tuples(*in_scope(COUNTED_SQL, every)))[0][0])


async def agreed(scope: Scope, field: Field, factor: str) -> Said:
    """What the groups agreed on one factor; a query a programme, by group_score_factor."""
    rows = await scored(AGREED_SQL, scope, factor, columns=2)
    stop, known = places_of(rows[:, 0], field.stops.number)
    order = np.argsort(stop[known], kind="stable")
    return Said(stop[known][order], rows[:, 1][known][order])


async def said_alone(scope: Scope, field: Field, factor: str) -> Said:
    """What the women said alone on one factor; a query a programme, by personal_score_factor."""
    rows = await scored(ALONE_SQL, scope, factor, columns=3)
    stop, known = places_of(rows[:, 0], field.stops.number)
    stop, value, person = stop[known], rows[:, 1][known], by_what_they_said(stop[known], *rows[known, 1:].T)
    order = np.lexsort((value, person, stop))
    return Said(stop[order], value[order], person[order])


async def scored(text: str, scope: Scope, factor: str, *, columns: int) -> Integers:
    """The rows of scores as integers, programme by programme."""
    parts = [np.zeros((0, columns), dtype=np.int64)]
    for programme in scope.programmes:
        parts.append(await fetch_integers(text, programme, factor, columns=columns))
    return np.concatenate(parts)


def scores_of(field: Field, said: Said, *, dark: bool | None = None) -> Scores:
    """The scores as the method takes them: located stops of one leg, or of both."""
    walk = field.stops.walk[said.stop]
    which = (said.value >= 0) & field.stops.located[said.stop]
    if dark is not None:
        which &= field.walks.dark[walk] == dark
    chosen, walk = said.chosen(which), walk[which]
    nights = np.array([night.toordinal() for night in field.walks.night_of], dtype=np.int64)
    places = field.stops.places
    return Scores(
        programme=field.walks.programme[walk],
        outing=field.walks.outing[walk],
        night=nights[walk],
        stop=chosen.stop,
        places=Metres(places.easting[chosen.stop], places.northing[chosen.stop]),
        value=chosen.value,
        person=chosen.person,
        group_size=field.walks.group_size[walk] if chosen.person is None else None,
    )


def by_what_they_said(stop: Integers, value: Integers, person: Integers) -> Integers:
    """The same people under numbers that depend only on what they said, not on when they joined.

    Each one's number is the rank of a fingerprint of all her stops and scores. Two with one fingerprint said the
    same at the same stops, so that it does not matter which comes first.

    >>> stop, value = np.array([0, 0, 1]), np.array([2, 1, 3])
    >>> a = by_what_they_said(stop, value, np.array([7, 8, 7]))
    >>> b = by_what_they_said(stop, value, np.array([40, 3, 40]))
    >>> (a == b).all(), a[0] == a[2], a[0] != a[1]
    (np.True_, np.True_, np.True_)
    """
    _, known = np.unique(person, return_inverse=True)
    marks = np.zeros(known.max(initial=-1) + 1, dtype=np.uint64)
    np.add.at(marks, known, _scattered(stop * 8 + value + 4))
    rank = np.empty(len(marks), dtype=np.int64)
    rank[np.argsort(marks, kind="stable")] = np.arange(len(marks))
    return rank[known]


def _scattered(values: Integers) -> NDArray[np.uint64]:
    mixed = values.astype(np.uint64) * SCATTER[0]
    mixed = (mixed ^ (mixed >> np.uint64(30))) * SCATTER[1]
    mixed = (mixed ^ (mixed >> np.uint64(27))) * SCATTER[2]
    return mixed ^ (mixed >> np.uint64(31))


# {walks} is the condition on walks, whose arguments come first; both texts are our own.
IN_SCOPE = "walk.programme in ({programmes}) and walk.state in ({states}){period}"
WALKS_SQL = """
    select walk.number, walk.id, walk.programme, walk.paired_walk_id, walk.leg, walk.night_of, walk.started_at,
           walk.ended_at, walk.group_size, walk.cut_short, walk.route
    from walk where {walks}
"""
COUNTED_SQL = "select count(*) from walk where {walks}"
STOPS_SQL = """
    select stop.number, stop.id, stop.walk, stop.sequence, stop.easting_m, stop.northing_m, stop.cell_q, stop.cell_r,
           stop.sun_band, stop.hub, stop.police, stop.security, stop.staff, stop.cctv_sign, stop.causes
    from stop join walk on walk.number = stop.walk where {walks}
"""
AGREED_SQL = """
    select stop, case answer when 'cannot_tell' then -2 when 'not_applicable' then -3 else value end
    from group_score where programme = $1 and factor = $2
"""
ALONE_SQL = """
    select stop, case answer when 'cannot_tell' then -2 when 'not_applicable' then -3 else value end, auditor
    from personal_score where programme = $1 and factor = $2
"""


def in_scope(text: str, scope: Scope) -> tuple[Any, ...]:
    """A text about walks with its placeholders, and the arguments for them."""
    args: list[Any] = list(scope.programmes)
    programmes = placeholders(args, 0)
    args.extend(scope.states)
    states = placeholders(scope.states, len(scope.programmes))
    period = ""
    limits = (("night_of >=", scope.from_on), ("night_of <=", scope.to_on), ("ended_at <=", scope.as_of))
    for condition, limit in limits:
        if limit is not None:
            args.append(limit)
            period += f" and walk.{condition} ${len(args)}"
    return text.format(walks=IN_SCOPE.format(programmes=programmes, states=states, period=period)), *args


def placeholders(values: Sequence[Any], before: int) -> str:
    """So many placeholders, the first after `before` others; `null` for none, which is in no list."""
    return ", ".join(f"${before + place}" for place in range(1, len(values) + 1)) or "null"


def _walks(rows: list[tuple[Any, ...]], scope: Scope) -> Walks:
    """Sorted by programme, night, leg and start; the phone's id breaks ties."""
    place = {number: order for order, number in enumerate(scope.programmes)}
    rows = sorted(rows, key=lambda row: (place[row[2]], row[5], row[4], row[6], row[7], str(row[1])))
    return Walks(
        number=_column(rows, 0),
        programme=np.array([place[row[2]] for row in rows], dtype=np.int64),
        outing=outings([row[1] for row in rows], [row[3] for row in rows], [(row[2], row[5], row[4]) for row in rows]),
        night_of=[row[5] for row in rows],
        dark=np.array([row[4] == "dark" for row in rows], dtype=bool),
        started_at=[row[6] for row in rows],
        ended_at=[row[7] for row in rows],
        group_size=_column(rows, 8),
        cut_short=np.array([row[9] for row in rows], dtype=bool),
        routes=[row[10] for row in rows],
    )


def of_enough(field: Field, said: Said, needed: int, *, by_level: bool = False) -> Said:
    """Of what women said alone only programmes, or levels in a programme, that enough of them stand behind."""
    if said.person is None:
        return said
    programme = field.walks.programme[field.stops.walk[said.stop]]
    group = programme * 4 + said.value if by_level else programme
    return said.chosen(enough_behind(group, said.person, needed=needed))


def outings(ids: Sequence[UUID], paired: Sequence[UUID | None], legs: Sequence[tuple[int, date, str]]) -> Integers:
    """For each walk the place of the first walk of its outing: a leg in the light and one in the dark make one.

    It is enough that one of two names the other, but they must be of one programme and night (`legs` are programme,
    night and leg), and a leg goes with one other: what a phone says can make no more walks into one.
    """
    place = {walk_id: order for order, walk_id in enumerate(ids)}
    first = np.arange(len(ids), dtype=np.int64)
    alone = set(range(len(ids)))
    for one, other in enumerate(paired):
        two = place.get(other) if other is not None else None
        if two is None or one not in alone or two not in alone:
            continue
        (*where, leg), (*there, opposite) = legs[one], legs[two]
        if where == there and leg != opposite:
            first[[one, two]] = min(one, two)
            alone -= {one, two}
    return first


def _stops(rows: list[tuple[Any, ...]], walks: Walks) -> Stops:
    """Sorted by their walk and sequence; the phone's id breaks ties."""
    place = {number: order for order, number in enumerate(walks.number.tolist())}
    rows = sorted(rows, key=lambda row: (place[row[2]], row[3], str(row[1])))
    metres = [(np.nan, np.nan) if row[4] is None or row[5] is None else (row[4], row[5]) for row in rows]
    there = np.array(metres, dtype=np.float64).reshape(-1, 2)
    return Stops(
        number=_column(rows, 0),
        walk=np.array([place[row[2]] for row in rows], dtype=np.int64),
        places=Metres(there[:, 0].copy(), there[:, 1].copy()),
        cell=[None if row[6] is None else (row[6], row[7]) for row in rows],
        sun_band=[row[8] for row in rows],
        hub=[row[9] for row in rows],
        presences=[tuple(map(bool, row[10:14])) for row in rows],
        causes=[row[14] for row in rows],
    )


def stop_places(numbers: Integers, field: Field) -> tuple[Integers, Booleans]:
    """Where stops stand in the field by their rows' numbers, and whether they do."""
    return places_of(numbers, field.stops.number)


def places_of(numbers: Integers, known: Integers) -> tuple[Integers, Booleans]:
    """Where each row number stands among the known ones, and whether it does."""
    if not len(known):
        return np.zeros(len(numbers), dtype=np.int64), np.zeros(len(numbers), dtype=bool)
    order = np.argsort(known)
    found = np.minimum(np.searchsorted(known[order], numbers), len(known) - 1)
    return order[found], known[order][found] == numbers


def _column(rows: Sequence[tuple[Any, ...]], which: int) -> Integers:
    return np.array([row[which] for row in rows], dtype=np.int64)
