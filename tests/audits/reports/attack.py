"""An attack on editions: who knows everything but what women said, and has every file, asks what one of them said.

The attacker knows who walked when, who answered at which stop, what groups agreed, who belongs to which group of women,
and the rules. What she does not know are the scores of feeling: four unknowns a score, one for each level. Every number
that a file gives of them is a linear condition with the slack of its rounding. A linear programme then asks whether
what one woman said at one stop could have been on the other side of the scale: if not, she is isolated.
"""

import io
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from numpy.typing import NDArray
from openpyxl import load_workbook
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from audits.instrument import VERSION_1
from audits.people.profile import Profile, profile_of
from audits.people.questions import Choice, Question
from audits.queries import ProgrammeFacts
from audits.reports import disclosure, evidence
from audits.reports.beside import Beside
from audits.reports.cells import exact_findings, leading_of, visited_as_released
from audits.reports.chapters import together
from audits.reports.compose import compose
from audits.reports.contents import Audience, Contents, Levels
from audits.reports.disclosure import Rule, Tally
from audits.reports.evidence import Field, Said, Stops, Walks
from audits.reports.files.as_geojson import hotspots_geojson
from audits.reports.files.as_xlsx import workbook
from audits.reports.gathered import Gathered, Order
from geo.crs import Metres
from geo.grid import GRID_50, GRIDS, Grid
from geo.hotspots import Scores
from geo.shapes import Line, from_metres, in_metres

WEST_M, SOUTH_M = 531_000.0, 175_400.0
STREET, APART_M = 16, 150.0  # places along the street, and how far apart
NIGHTS_OF_A = (12, 12, 9, 7, 5, 1)  # how many women answered on each night of programme A; the last one alone
NIGHTS_OF_B = (1,)  # programme B walks the same street with one woman
STOPS_A_WALK = 10
ANSWERED = 0.9
GROUPS = Question(
    key="group", text="Group", choices=(Choice(key="yes", label="Yes"), Choice(key="no", label="No")), kind="one"
)
EPSILON = 1e-6
Numbers = NDArray[Any]
Four = tuple[float, ...]


@dataclass(frozen=True)
class Answered:
    """Every score of feeling: its walk, stop, place along the street, woman, group and level; one length."""

    walk: Numbers
    stop: Numbers
    place: Numbers
    woman: Numbers
    level: Numbers


@dataclass(frozen=True)
class Street:
    """A made-up street walked by two programmes: what is known to everybody, and what women said."""

    walks_of: tuple[int, ...]  # the programme of each walk
    stop_walk: Numbers
    stop_place: Numbers
    lighting: Numbers
    said: Answered
    in_group: Numbers  # by woman

    @property
    def at(self) -> Metres:
        """Where the stops are."""
        return Metres(WEST_M + APART_M * self.stop_place, np.full(len(self.stop_place), SOUTH_M))


def street(seed: int) -> Street:
    """The street of this seed."""
    rng = np.random.default_rng(seed)
    walks = [(0, women) for women in NIGHTS_OF_A] + [(1, women) for women in NIGHTS_OF_B]
    stop_walk, stop_place, rows = [], [], []
    for walk, (programme, women) in enumerate(walks):
        of_a = rng.permutation(max(NIGHTS_OF_A))[:women]
        who = of_a if programme == 0 else max(NIGHTS_OF_A) + np.arange(women)
        first = int(rng.integers(0, STREET - STOPS_A_WALK + 1))
        for place in range(first, first + STOPS_A_WALK):
            stop = len(stop_walk)
            stop_walk.append(walk)
            stop_place.append(place)
            answering = [w for w in who.tolist() if women == 1 or rng.uniform() < ANSWERED]
            rows += [(walk, stop, place, woman, int(rng.integers(0, 4))) for woman in answering]
    columns = np.array(rows, dtype=np.int64).T
    people = max(NIGHTS_OF_A) + max(NIGHTS_OF_B)
    return Street(
        walks_of=tuple(programme for programme, _ in walks),
        stop_walk=np.array(stop_walk),
        stop_place=np.array(stop_place, dtype=np.float64),
        lighting=rng.integers(0, 4, len(stop_walk)),
        said=Answered(*columns),
        in_group=rng.uniform(size=people) < 0.6,
    )


@dataclass(frozen=True)
class Released:
    """One edition as the attacker has it: of which programmes, and what its files say."""

    programmes: tuple[int, ...]
    nights: int | None
    contents: Contents
    rule: Rule


def released(of: Street, audience: Audience, *, programmes: tuple[int, ...], nights: int | None = None) -> Released:
    """An edition of those programmes; with `nights`, only of the first so many walks."""
    rule = disclosure.RULES[audience]
    chosen = [walk for walk, its in enumerate(of.walks_of) if its in programmes][:nights]
    whole = nights is None
    contents = compose(_gathered(of, audience, chosen, programmes, whole=whole))
    return Released(programmes, nights, contents, rule)


def editions(of: Street, audience: Audience) -> list[Released]:
    """What is out: [A] as of the end of each of its nights, [A] whole, [A, B], and [B]."""
    parts = [released(of, audience, programmes=(0,), nights=nights) for nights in range(1, len(NIGHTS_OF_A))]
    return [*parts, *(released(of, audience, programmes=chosen) for chosen in ((0,), (0, 1), (1,)))]


def _gathered(
    of: Street, audience: Audience, walks: Sequence[int], programmes: tuple[int, ...], *, whole: bool
) -> Gathered:
    began = datetime(2026, 10, 1, 21, tzinfo=UTC)
    stops = np.flatnonzero(np.isin(of.stop_walk, walks))
    place = {walk: order for order, walk in enumerate(walks)}
    field_ = Field(
        Walks(
            number=np.array(walks),
            programme=np.array([programmes.index(of.walks_of[walk]) for walk in walks]),
            outing=np.arange(len(walks)),
            night_of=[date(2026, 10, 1) + timedelta(days=walk) for walk in walks],
            dark=np.ones(len(walks), dtype=bool),
            started_at=[began + timedelta(days=walk) for walk in walks],
            ended_at=[began + timedelta(days=walk, hours=1) for walk in walks],
            group_size=np.full(len(walks), 7),
            cut_short=np.zeros(len(walks), dtype=bool),
            routes=[None] * len(walks),
        ),
        Stops(
            number=stops,
            walk=np.array([place[walk] for walk in of.stop_walk[stops].tolist()]),
            places=Metres(of.at.easting[stops], of.at.northing[stops]),
            cell=[None] * len(stops),
            sun_band=["night"] * len(stops),
            hub=[None] * len(stops),
            presences=[(False,) * 4] * len(stops),
            causes=["[]"] * len(stops),
        ),
    )
    said = {f.key: _nothing() for f in VERSION_1.factors if f.mode == "group"}
    said["lighting"] = Said(np.arange(len(stops)), of.lighting[stops])
    alone = _alone(of, stops)
    beside = Beside()
    if whole or disclosure.why_left_out(counted=2, taken=1) is None:
        said["feeling"] = alone
        beside = replace(beside, profile=_profile(of, stops, programmes))
    return Gathered(
        order=Order(title="Street", audience=audience),
        programmes=[_programme(number) for number in programmes],
        field=field_,
        said=said,
        hubs=[],
        boroughs=[],
        left_out=None if whole else disclosure.NOT_WHOLE,
        beside=beside,
    )


def _nothing() -> Said:
    return Said(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))


def _alone(of: Street, stops: Numbers) -> Said:
    here = np.isin(of.said.stop, stops)
    return Said(np.searchsorted(stops, of.said.stop[here]), of.said.level[here], of.said.woman[here])


def _profile(of: Street, stops: Numbers, programmes: tuple[int, ...]) -> Profile:
    here = np.isin(of.said.stop, stops)
    women = np.unique(of.said.woman[here])
    walks = np.array(of.walks_of)[of.said.walk]
    spoke = np.array([[bool(((of.said.woman == w) & (walks == p) & here).any()) for p in programmes] for w in women])
    told = [{"group": "yes" if of.in_group[w] else "no"} for w in women]
    rows = np.stack([np.searchsorted(women, of.said.woman[here]), of.said.stop[here], of.said.level[here]], axis=1)
    return profile_of((GROUPS,), spoke, told, rows)


def _programme(number: int) -> ProgrammeFacts:
    line = from_metres(Line([(WEST_M - 100, SOUTH_M), (WEST_M + APART_M * STREET + 100, SOUTH_M)]))
    day = date(2026, 10, 1)
    return ProgrammeFacts(
        number=number,
        id=UUID(int=number),
        name="AB"[number],
        area=from_metres(in_metres(line).buffer(200)),
        line=None,
        width_m=None,
        instrument_version=1,
        opens_on=day,
        closes_on=day,
        lead_body=None,
        state="closed",
        closed_at=None,
        created_at=datetime(2026, 10, 1, tzinfo=UTC),
    )


@dataclass
class Conditions:
    """Linear conditions on four unknowns a score: rows of coefficients, and how low and high each sum may be."""

    scores: int
    rows: list[tuple[Numbers, Numbers]] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)

    def add(self, which: Numbers, by_level: Four, weight: Numbers | float, *, at: float, off: float) -> None:
        """The weighted sum over those scores of what each level counts is `at`, give or take `off`."""
        weights = np.broadcast_to(np.asarray(weight, dtype=np.float64), which.shape)
        columns = (which[:, None] * 4 + np.arange(4)).ravel()
        values = (weights[:, None] * np.array(by_level)).ravel()
        self.rows.append((columns, values))
        self.low.append(at - off - EPSILON)
        self.high.append(at + off + EPSILON)

    def isolates(self, target: int, level: int) -> bool:
        """Whether the target can only have been on the side of the scale (0-1, or 2-3) on which she was."""
        cost = np.zeros(self.scores * 4)
        mine = (0, 1) if level <= 1 else (2, 3)
        cost[[target * 4 + each for each in mine]] = 1
        matrix = self._matrix()
        ones = csr_array((np.ones(len(cost)), (np.arange(len(cost)) // 4, np.arange(len(cost)))))
        found = linprog(
            cost,
            A_ub=None if matrix is None else _stacked(matrix),
            b_ub=None if matrix is None else np.concatenate([self.high, -np.array(self.low)]),
            A_eq=ones,
            b_eq=np.ones(self.scores),
            bounds=(0, 1),
            method="highs",
        )
        assert found.status == 0, found.message  # the truth itself meets every condition
        return bool(found.fun > 1e-4)

    def _matrix(self) -> csr_array | None:
        if not self.rows:
            return None
        rows = np.concatenate([np.full(len(columns), n) for n, (columns, _) in enumerate(self.rows)])
        columns = np.concatenate([columns for columns, _ in self.rows])
        values = np.concatenate([values for _, values in self.rows])
        return csr_array((values, (rows, columns)), shape=(len(self.rows), self.scores * 4))


def _stacked(matrix: csr_array) -> csr_array:
    return csr_array(vstack([matrix, -matrix]))


LOW, SCORE = (1.0, 1.0, 0.0, 0.0), (0.0, 1.0, 2.0, 3.0)


def conditions(of: Street, out: Sequence[Released], *, exact: bool = False) -> Conditions:
    """What every file of these editions tells of feeling; `exact` where they were made without rounding."""
    made = Conditions(scores=len(of.said.level))
    for edition in out:
        _of_cells(made, of, edition, exact)
        _of_tables(made, of, edition, exact)
    return made


def _counted(of: Street, edition: Released) -> Numbers:
    walks = [walk for walk, its in enumerate(of.walks_of) if its in edition.programmes][: edition.nights]
    return np.flatnonzero(np.isin(of.said.walk, walks))


def _of_cells(made: Conditions, of: Street, edition: Released, exact: bool) -> None:
    """Shares of low scores and estimates, from the GeoJSON; both are sums over the scores of a support.

    Of a large cell the attacker knows, too, by which small one it is called, which no file says.
    """
    counted, grid = _counted(of, edition), GRIDS[edition.rule.side_m]
    scores = _scores(of, counted)
    shares, estimates = (_Supports(scores, each, edition.rule) for each in (grid, GRID_50))
    tested = exact_findings(scores, factor="feeling", leg="dark", rule=edition.rule, side_m=50)
    leading = {cell: (one.q_cell, one.r_cell) for cell, one in leading_of(tested, grid, edition.rule).items()}
    for told in json.loads(hotspots_geojson(edition.contents))["features"]:
        facts = told["properties"]
        if facts["factor"] != "feeling":
            continue
        cell = tuple(map(int, facts["cell"].split(":")[1:]))
        off = 0.0 if exact else 0.05
        if facts["share_low"] is not None:
            inside, kept = shares.of(cell)
            here = counted[inside & kept]
            made.add(here, LOW, 1 / len(here), at=facts["share_low"], off=off)
        if facts["estimate"] is not None:
            inside, kept = estimates.of(cell if grid is GRID_50 else leading[cell])
            weight = _contrast(scores, inside, kept)
            made.add(counted[kept], SCORE, weight[kept], at=facts["estimate"], off=off)


class _Supports:
    """Which scores stand behind each cell of a grid as it is released, and of which programmes."""

    def __init__(self, scores: Scores, grid: Grid, rule: Rule) -> None:
        self.scores, self.visited = scores, visited_as_released(scores, grid)
        self.at = {cell: number for number, cell in enumerate(self.visited.cells)}
        self.few = disclosure.thin(scores, self.visited, factor="feeling", rule=rule)

    def of(self, cell: tuple[int, ...]) -> tuple[Numbers, Numbers]:
        """Whether each score lies within, and whether its programme counts there."""
        number, programmes = self.at[cell], np.unique(self.scores.programme)
        dropped = programmes[self.few[:, number]] if len(programmes) > 1 else []
        support = self.visited.support[number]
        return np.isin(self.visited.cell, support[support >= 0]), ~np.isin(self.scores.programme, dropped)


def _contrast(scores: Scores, inside: Numbers, kept: Numbers) -> Numbers:
    """How much each score counts in an estimate: it is linear in them, and everything else is known."""
    units = np.unique(np.stack([scores.outing, scores.person]), axis=1, return_inverse=True)[1].ravel()
    total = np.bincount(units, weights=kept)
    n_in = np.bincount(units, weights=inside & kept)
    with np.errstate(invalid="ignore", divide="ignore"):
        all_weight = np.nansum(n_in * (total - n_in) / total)
        weight = ((inside & kept) - (n_in / total)[units]) / all_weight
    return np.nan_to_num(weight)


def _scores(of: Street, counted: Numbers) -> Scores:
    walk = of.said.walk[counted]
    return Scores(
        programme=np.array(of.walks_of)[walk],
        outing=walk,
        night=walk,
        stop=of.said.stop[counted],
        places=Metres(of.at.easting[of.said.stop[counted]], of.at.northing[of.said.stop[counted]]),
        value=of.said.level[counted],
        person=of.said.woman[counted],
    )


def _of_tables(made: Conditions, of: Street, edition: Released, exact: bool) -> None:
    """Counts by level, over everything and by group, and the slope on lighting, from the workbook."""
    counted, off = _counted(of, edition), 0.0 if exact else 2.5
    book = load_workbook(io.BytesIO(workbook(edition.contents)), read_only=True)
    alone = len(edition.programmes) == 1 or exact  # else some levels of a programme may be left out of a sum
    for row in _rows(book, "scores"):
        if row["factor"] == "feeling":
            _levels(made, counted, row, off, alone)
    for row in _rows(book, "differences"):
        theirs = counted[of.in_group[of.said.woman[counted]] == (row["answer"] == "Yes")]
        _levels(made, theirs, row, off, alone)
    for row in _rows(book, "falling"):
        if row["factor"] == "lighting" and row["estimate"] is not None and alone:
            which, weight = _slope(of, counted)
            made.add(which, SCORE, weight, at=float(row["estimate"]), off=0.05)


def _levels(made: Conditions, which: Numbers, row: dict[str, Any], off: float, alone: bool) -> None:
    for level in range(4):
        count = row[f"score_{level}"]
        if count is None:
            continue
        only = tuple(float(each == level) for each in range(4))
        # Where levels of a programme may be missing from the sum, it is known from below only.
        at, slack = (float(count), off) if alone else (float(count) - off + len(which) / 2, len(which) / 2)
        made.add(which, only, 1.0, at=at, off=slack)


def _slope(of: Street, counted: Numbers) -> tuple[Numbers, Numbers]:
    """How much each score counts in the slope of feeling on lighting within walks."""
    stops, inverse, n = np.unique(of.said.stop[counted], return_inverse=True, return_counts=True)
    walk = of.stop_walk[stops]
    x = of.lighting[stops].astype(np.float64)
    for each in np.unique(walk):
        x[walk == each] -= x[walk == each].mean()
    return counted, (x / (x @ x) / n)[inverse]


def _rows(book: Any, sheet: str) -> Iterator[dict[str, Any]]:
    rows = book[sheet].iter_rows(values_only=True)
    heading = next(rows)
    yield from (dict(zip(heading, row, strict=True)) for row in rows)


def targets(of: Street, number: int, seed: int) -> list[int]:
    """Scores to go for: two fifths by the woman who walked alone, as many of programme B, the rest of anybody."""
    rng = np.random.default_rng((seed, 7))
    lone = np.flatnonzero(of.said.walk == len(NIGHTS_OF_A) - 1)
    few = np.flatnonzero(of.said.walk >= len(NIGHTS_OF_A))
    most = number * 2 // 5
    anybody = np.arange(len(of.said.level))
    picks = [rng.choice(lone, most, replace=False), rng.choice(few, most, replace=False)]
    return [*np.concatenate(picks).tolist(), *rng.choice(anybody, number - 2 * most, replace=False).tolist()]


def isolated(seed: int, audience: Audience, *, number: int, exact: bool = False) -> int:
    """How many of so many women are isolated on the street of this seed; `exact` without the module's rules."""
    of = street(seed)
    with without_the_module() if exact else nullcontext():
        known = conditions(of, editions(of, audience), exact=exact)
    return sum(known.isolates(target, int(of.said.level[target])) for target in targets(of, number, seed))


@contextmanager
def without_the_module() -> Iterator[None]:
    """Everything leaves as exact as it was counted, of slices of programmes too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(disclosure, "why_left_out", lambda **_: None)
        patch.setattr(disclosure, "disclosed", lambda finding, **_: finding)
        patch.setattr(disclosure, "thin", lambda scores, visited, **_: np.zeros((2, len(visited)), dtype=bool))
        for module in (disclosure, together, evidence):
            patch.setattr(module, "enough_behind", lambda group, person, needed: np.ones(len(group), dtype=bool))
        patch.setattr(disclosure, "levels", _exact_levels)
        patch.setattr(disclosure, "table_told", lambda counts, people, needed: [tuple(row) for row in counts.tolist()])
        yield


def _exact_levels(tally: Tally, **_: Any) -> Levels:
    said = {name: getattr(tally, name) for name in ("factor", "label", "personal", "leg", "counts")}
    return Levels(**said, n=str(sum(tally.counts)), unanswered="")
