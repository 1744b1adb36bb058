"""Made-up Londons in which the truth is known: what does the method flag where nothing differs, and where it does?

A world is programmes; a programme is a round area in which groups of women walk along its streets, stop, and score.
What a woman scores is a common level, plus what is planted at the place, plus her own leniency, the mood of the
walk, the moment of the visit and noise, rounded to 0-3. The same plan and seed give the same world; another period of
the same seed is the same streets and planted places, walked again by others.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from geo.crs import FloatArray, Metres
from geo.grid import GRID_50, Cells, Grid
from geo.hotspots import Class, Findings
from geo.method.contrasts import visited_cells
from geo.method.scores import HIGHEST_SCORE, Codes, Index, Scores
from geo.method.significance import BoolArray, erfc
from geo.method.verdicts import Classes

CENTRE_M = (530_000.0, 180_000.0)  # somewhere in London
APART_M = 3_000.0  # between the middles of programmes, so that no cell belongs to two
TURNING = 0.3  # the probability of turning a corner at a stop
POSITION_ERROR_M = 8.0
ANSWERED = 0.9  # personal scores are optional
DISC_RADII_M = (75.0, 150.0)
CLEARLY_WORSE = -0.25  # of a score: what ought to be found

# The four ways a street may go, as steps on the programme's street grid.
HEADINGS = np.array([(1, 0), (0, 1), (-1, 0), (0, -1)])


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How many walk where, how much scores vary (standard deviations, in scores), and what is planted.

    discs: places a programme with another level, round, 75 to 150 m in radius; difference: by how much.
    """

    programmes: int = 1
    women: int = 12
    walks: int = 5
    women_a_walk: int = 12
    stops_a_walk: int = 20
    radius_m: float = 350.0
    step_m: float = 65.0
    level: float = 1.7
    leniency_sd: float = 0.4
    walk_sd: float = 0.3
    visit_sd: float = 0.2
    noise_sd: float = 0.8
    discs: int = 0
    difference: float = -0.8


PILOT = Plan()
LONDON = Plan(programmes=30, women=60, walks=100, women_a_walk=3, stops_a_walk=9, radius_m=500.0)


@dataclass(frozen=True)
class Discs:
    """The planted places, all arrays of one length."""

    programme: Index
    middles: Metres
    radius_m: FloatArray


@dataclass(frozen=True)
class Answers:
    """The scores of one factor, and what a random woman on a random walk would be expected to score at each place."""

    scores: Scores
    expected: FloatArray


@dataclass(frozen=True)
class World:
    """A personal and a group factor, and what was planted."""

    personal: Answers
    group: Answers
    discs: Discs


@dataclass(frozen=True)
class Called:
    """What a method says of the visited cells of a grid, in the order of (q, r): which it judged, and what it calls."""

    grid: Grid
    cells: Cells
    testable: BoolArray
    class_: Classes


@dataclass(frozen=True)
class Outcome:
    """How findings compare with the truth; counts of cells unless said otherwise.

    wrong: flagged against the truth. worse: testable cells that are clearly worse, and worse_flagged of them.
    discs: planted discs; discs_testable: those with a testable cell within their radius plus one side of a cell;
    discs_found: those with a hotspot there.
    """

    visited: int
    testable: int
    flagged: int
    wrong: int
    worse: int
    worse_flagged: int
    discs: int
    discs_testable: int
    discs_found: int


@dataclass(frozen=True)
class _Stops:
    """Every stop of every walk, in order."""

    walk: Index
    programme: Index
    places: Metres
    planted: FloatArray
    mood: FloatArray


def world(plan: Plan, seed: int, period: int = 0) -> World:
    """The world of this plan and seed, as it was walked in this period."""
    town = _town(plan, seed)
    discs = town.discs
    rng = np.random.default_rng((seed, period))
    stops = _stops(plan, town, rng)
    row, woman = _who_answers(plan, rng)
    leniency = rng.normal(0, plan.leniency_sd, plan.programmes * plan.women)
    every = np.arange(len(stops.walk))
    shared_sd = math.hypot(plan.walk_sd, plan.visit_sd, plan.noise_sd)
    alone = _Scoring(row, leniency[woman], math.hypot(shared_sd, plan.leniency_sd), woman)
    agreed = _Scoring(every, np.zeros(len(every)), shared_sd, None)
    return World(_answers(plan, stops, alone, rng), _answers(plan, stops, agreed, rng), discs)


def many_scores(number: int, seed: int = 1) -> Scores:
    """So many personal scores in one London of many programmes, for measuring speed; about a second for a million."""
    a_programme = LONDON.walks * LONDON.women_a_walk * LONDON.stops_a_walk * ANSWERED
    plan = replace(LONDON, programmes=math.ceil(1.05 * number / a_programme) + 1)
    scores = world(plan, seed).personal.scores
    first = slice(0, number)
    return replace(
        scores,
        programme=scores.programme[first],
        outing=scores.outing[first],
        night=scores.night[first],
        stop=scores.stop[first],
        places=Metres(scores.places.easting[first], scores.places.northing[first]),
        value=scores.value[first],
        person=None if scores.person is None else scores.person[first],
    )


def truth(answers: Answers, grid: Grid = GRID_50) -> FloatArray:
    """What the estimate of each cell is an estimate of: the expectation in its support less that elsewhere.

    Elsewhere is the rest of the programme, which no cell shares with another (programmes lie apart).
    """
    visited = visited_cells(grid, answers.scores.places)
    programme = answers.scores.programme
    of_cell = np.zeros(len(visited), dtype=np.int64)
    of_cell[visited.cell] = programme
    scores_in = visited.around(np.bincount(visited.cell)).sum(axis=1)
    sum_in = _sum_around(visited.support, np.bincount(visited.cell, weights=answers.expected).astype(np.float64))
    scores_all, sum_all = np.bincount(programme), np.bincount(programme, weights=answers.expected)
    elsewhere = np.maximum(scores_all[of_cell] - scores_in, 1)
    # Rounded, so that no difference is none and not what sums of floats leave over.
    difference: FloatArray = np.round(sum_in / scores_in - (sum_all[of_cell] - sum_in) / elsewhere, 9)
    return difference


def called(findings: Findings) -> Called:
    """What our method calls."""
    return Called(findings.grid, findings.cells, findings.verdicts.testable, findings.verdicts.class_)


def outcome(answers: Answers, discs: Discs, made: Called) -> Outcome:
    """How what a method calls compares with the truth."""
    true = truth(answers, made.grid)
    hotspot, works_well = made.class_ == Class.HOTSPOT, made.class_ == Class.WORKS_WELL
    worse = made.testable & (true <= CLEARLY_WORSE)
    return Outcome(
        visited=len(made.cells),
        testable=int(made.testable.sum()),
        flagged=int((hotspot | works_well).sum()),
        wrong=int(((hotspot & (true >= 0)) | (works_well & (true <= 0))).sum()),
        worse=int(worse.sum()),
        worse_flagged=int((worse & hotspot).sum()),
        discs=len(discs.radius_m),
        discs_testable=_discs_with(discs, made, made.testable),
        discs_found=_discs_with(discs, made, hotspot),
    )


@dataclass(frozen=True)
class _Scoring:
    """Who scores which stop (rows of `_Stops`), how leniently, and how much scores vary in all."""

    row: Index
    leniency: FloatArray
    sd: float
    woman: Index | None


@dataclass(frozen=True)
class _Town:
    """What stays from one period to the next: what is planted, and which way each programme's streets run."""

    discs: Discs
    turn: FloatArray


def _town(plan: Plan, seed: int) -> _Town:
    rng = np.random.default_rng(seed)
    return _Town(_discs(plan, rng), rng.uniform(0, math.tau, plan.programmes))


def _discs(plan: Plan, rng: np.random.Generator) -> Discs:
    number = plan.programmes * plan.discs
    programme = np.repeat(np.arange(plan.programmes), plan.discs)
    away_m = plan.radius_m * np.sqrt(rng.uniform(0, 0.7, number))
    turn = rng.uniform(0, math.tau, number)
    middles = _middles(plan, programme)
    return Discs(
        programme,
        Metres(middles.easting + away_m * np.cos(turn), middles.northing + away_m * np.sin(turn)),
        rng.uniform(*DISC_RADII_M, number),
    )


def _middles(plan: Plan, programme: Index) -> Metres:
    side = math.ceil(math.sqrt(plan.programmes))
    column, row = programme % side - side // 2, programme // side - side // 2
    return Metres.of(CENTRE_M[0] + APART_M * column, CENTRE_M[1] + APART_M * row)


def _stops(plan: Plan, town: _Town, rng: np.random.Generator) -> _Stops:
    walks = plan.programmes * plan.walks
    walk = np.repeat(np.arange(walks), plan.stops_a_walk)
    programme = walk // plan.walks
    places = _with_error(_placed(plan, town.turn[programme], programme, _street_walks(plan, rng)), rng)
    mood = np.repeat(rng.normal(0, plan.walk_sd, walks), plan.stops_a_walk) + rng.normal(0, plan.visit_sd, len(walk))
    return _Stops(walk, programme, places, _planted(plan, town.discs, programme, places), mood)


def _street_walks(plan: Plan, rng: np.random.Generator) -> FloatArray:
    """The stops of every walk on its programme's street grid, (walks x stops, 2) in metres from the middle."""
    walks = plan.programmes * plan.walks
    corner = np.rint(rng.normal(0, plan.radius_m / plan.step_m / 3, (walks, 2)))
    heading = rng.integers(0, len(HEADINGS), walks)
    corners = []
    for _ in range(plan.stops_a_walk):
        corners.append(corner)
        turning = rng.uniform(size=walks) < TURNING
        heading = (heading + turning * rng.choice([1, 3], walks)) % len(HEADINGS)
        outwards = np.hypot(*(corner + HEADINGS[heading]).T) * plan.step_m > plan.radius_m
        heading = np.where(outwards, np.argmin(corner @ HEADINGS.T, axis=1), heading)
        corner = corner + HEADINGS[heading]
    return plan.step_m * np.stack(corners, axis=1).reshape(-1, 2)


def _placed(plan: Plan, turn: FloatArray, programme: Index, streets: FloatArray) -> Metres:
    """The stops in the National Grid; each programme's streets run their own way."""
    middles = _middles(plan, programme)
    east, north = streets.T
    return Metres(
        middles.easting + east * np.cos(turn) - north * np.sin(turn),
        middles.northing + east * np.sin(turn) + north * np.cos(turn),
    )


def _with_error(places: Metres, rng: np.random.Generator) -> Metres:
    """The places as phones report them."""
    error = rng.normal(0, POSITION_ERROR_M, (2, len(places)))
    return Metres(places.easting + error[0], places.northing + error[1])


def _planted(plan: Plan, discs: Discs, programme: Index, places: Metres) -> FloatArray:
    """The difference planted at each place."""
    inside = np.zeros(len(programme), dtype=bool)
    for number in range(plan.discs):
        mine = programme * plan.discs + number
        away_m = np.hypot(places.easting - discs.middles.easting[mine], places.northing - discs.middles.northing[mine])
        inside |= away_m <= discs.radius_m[mine]
    return plan.difference * inside


def _who_answers(plan: Plan, rng: np.random.Generator) -> tuple[Index, Index]:
    """The stop and the woman of each personal score: some of the programme's women walk, and most answer."""
    walks = plan.programmes * plan.walks
    group = np.argsort(rng.uniform(size=(walks, plan.women)), axis=1)[:, : plan.women_a_walk]
    women = group + plan.women * (np.arange(walks) // plan.walks)[:, None]
    row, place = np.divmod(np.arange(walks * plan.stops_a_walk * plan.women_a_walk), plan.women_a_walk)
    answered = rng.uniform(size=len(row)) < ANSWERED
    return row[answered], women[row // plan.stops_a_walk, place][answered]


def _answers(plan: Plan, stops: _Stops, scoring: _Scoring, rng: np.random.Generator) -> Answers:
    row = scoring.row
    expectation = plan.level + stops.planted[row]
    exact = expectation + stops.mood[row] + scoring.leniency + rng.normal(0, plan.noise_sd, len(row))
    scores = Scores(
        programme=stops.programme[row],
        outing=stops.walk[row],
        night=stops.walk[row] % plan.walks,
        stop=row,
        places=Metres(stops.places.easting[row], stops.places.northing[row]),
        value=np.clip(np.rint(exact), 0, HIGHEST_SCORE).astype(np.int8),
        person=scoring.woman,
        group_size=np.full(len(row), plan.women_a_walk) if scoring.woman is None else None,
    )
    return Answers(scores, _expected(expectation, scoring.sd))


def _expected(exact: FloatArray, sd: float) -> FloatArray:
    """The mean of a normal variable rounded to 0-3: the sum of its chances to be above a half, 1.5 and 2.5."""
    above = (exact[:, None] - 0.5 - np.arange(HIGHEST_SCORE)) / (sd * math.sqrt(2))
    tail = erfc(np.abs(above)) / 2
    mean: FloatArray = np.where(above > 0, 1 - tail, tail).sum(axis=1)
    return mean


def _sum_around(support: Codes, own: FloatArray) -> FloatArray:
    total: FloatArray = np.append(own, 0.0)[support].sum(axis=1)
    return total


def _discs_with(discs: Discs, made: Called, cells: BoolArray) -> int:
    """How many discs have such a cell within their radius plus one side of a cell."""
    centres = made.grid.centres(made.cells)
    east = discs.middles.easting[:, None] - centres.easting[cells]
    north = discs.middles.northing[:, None] - centres.northing[cells]
    near = np.hypot(east, north) <= discs.radius_m[:, None] + made.grid.side_m
    return int(near.any(axis=1).sum())
