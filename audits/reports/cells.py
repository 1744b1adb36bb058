"""What is known of each visited cell, as an audience may know it, and the places that flagged cells make together."""

import math
from collections.abc import Iterable, Iterator, Sequence
from string import ascii_uppercase

import numpy as np
from msgspec.structs import replace

from audits.reports import disclosure
from audits.reports.contents import Finding, Place
from audits.reports.disclosure import Chosen, Rule
from audits.reports.sections import Leg
from geo.crs import Metres
from geo.grid import GRID_50, GRIDS, NEIGHBOUR_STEPS, Cells, Grid
from geo.hotspots import Findings, find_hotspots, seen_in
from geo.method.contrasts import Visited, alone, visited_cells
from geo.method.scores import Scores

Hub = tuple[float, float, str]  # easting and northing in metres, name

OUTCOME = "feeling"
FLAGGED = ("hotspot", "works_well")
CALLED = (*FLAGGED, "ordinary")
MOST_RUNS = 16  # of the method for one factor: programmes that overlap in more ways withhold the rarest
NEAR_M = 500.0  # a hub further away does not tell where a place is
AT_M = 25.0
DIRECTIONS = ("east", "north-east", "north", "north-west", "west", "south-west", "south", "south-east")
GRID_LETTERS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"  # the National Grid leaves out I


def findings_of(scores: Scores, *, factor: str, leg: Leg, rule: Rule, side_m: int | None = None) -> list[Finding]:
    """What `rule` lets be said of every cell that the scores visited, in the order of the cells.

    `side_m` is that of the rule unless another is asked for.
    """
    exact = exact_findings(scores, factor=factor, leg=leg, rule=rule, side_m=side_m)
    return [disclosure.disclosed(finding, personal=scores.person is not None, rule=rule) for finding in exact]


def exact_findings(
    scores: Scores, *, factor: str, leg: Leg, rule: Rule, side_m: int | None = None
) -> Sequence[Finding]:
    """The same with exact numbers, which must not leave; nobody stands behind what no number may be told of.

    Cells of 50 m are tested. A larger one is counted, without its neighbours, and called by the small one that leads
    it: a test of so large a place would find where people walked.
    """
    tested = _settled(scores, GRID_50, factor, leg, rule)
    grid = GRIDS[side_m or rule.side_m]
    if grid is GRID_50:
        return tested
    leading = leading_of(tested, grid, rule)
    return [_led(one, leading.get(_cell(one))) for one in _settled(scores, grid, factor, leg, rule)]


def leading_of(tested: Iterable[Finding], grid: Grid, rule: Rule) -> dict[tuple[int, int], Finding]:
    """The small cell that speaks for each large one which holds its middle: a hotspot before a place that works, that
    before one where nothing was found, and of several the surest; none that fewer people or nights stand behind than
    the rule asks."""
    told = [one for one in tested if one.estimate is not None and disclosure.enough(one, rule=rule)]
    told.sort(key=lambda one: (CALLED.index(one.kind), _sureness(one)))
    middles = GRID_50.centres(Cells.of([_cell(one) for one in told]))
    leading: dict[tuple[int, int], Finding] = {}
    for cell, one in zip(grid.cells_at(middles), told, strict=True):
        leading.setdefault(cell, one)
    return leading


def _led(large: Finding, small: Finding | None) -> Finding:
    """A large cell, called as the small one is that leads it."""
    if small is None:
        return large
    said = ("kind", "strong", "estimate", "interval", "q", "stability")
    return replace(large, **{name: getattr(small, name) for name in said})


def _settled(scores: Scores, grid: Grid, factor: str, leg: Leg, rule: Rule) -> Sequence[Finding]:
    """Each cell without the programmes that have too few women there, of what women said alone."""
    every = _computed(scores, grid, factor, leg)
    if scores.person is None or len(np.unique(scores.programme)) < 2:
        return every
    few = disclosure.thin(scores, visited_as_released(scores, grid), factor=factor, rule=rule)
    patterns, which, cells = np.unique(few, axis=1, return_inverse=True, return_counts=True)
    settled, known = np.array(every, dtype=object), np.unique(scores.programme)
    # The commonest choices of programmes come first; what is beyond the last is withheld.
    chosen = [number for number in np.argsort(-cells, kind="stable").tolist() if patterns[:, number].any()]
    runs = MOST_RUNS
    for number in chosen:
        there = which.ravel() == number
        rest = _only(scores, ~np.isin(scores.programme, known[patterns[:, number]]))
        again = {}
        if runs and _visits(rest, grid, settled[there]):
            again = {_cell(one): one for one in _computed(rest, grid, factor, leg)}
            runs -= 1
        settled[there] = [again.get(_cell(one), replace(one, n_people=0)) for one in settled[there]]
    made: list[Finding] = settled.tolist()
    return made


def _only(scores: Scores, which: Chosen) -> Scores:
    """The chosen scores of what women said alone."""
    columns = {
        name: getattr(scores, name)[which] for name in ("programme", "outing", "night", "stop", "value", "person")
    }
    return Scores(**columns, places=Metres(scores.places.easting[which], scores.places.northing[which]))


def _cell(finding: Finding) -> tuple[int, int]:
    return finding.q_cell, finding.r_cell


def _visits(scores: Scores, grid: Grid, wanted: Iterable[Finding]) -> bool:
    """Whether the scores visited one of these cells."""
    return bool(len(scores)) and not set(grid.cells_at(scores.places)).isdisjoint(map(_cell, wanted))


def visited_as_released(scores: Scores, grid: Grid) -> Visited:
    """The visited cells, each with what is released of it: small ones with their neighbours, large ones alone."""
    visited = visited_cells(grid, scores.places)
    return visited if grid is GRID_50 else alone(visited)


def _computed(scores: Scores, grid: Grid, factor: str, leg: Leg) -> list[Finding]:
    """What the method finds in small cells, and what was seen in large ones."""
    return list(_exact(find_hotspots(scores), factor, leg) if grid is GRID_50 else _seen(scores, grid, factor, leg))


def _seen(scores: Scores, grid: Grid, factor: str, leg: Leg) -> Iterator[Finding]:
    seen = seen_in(scores, grid)
    facts, lows = seen.facts, seen.facts.share_low.tolist()
    counts = np.stack([facts.people, facts.walks, facts.nights, facts.stops], axis=1).tolist()
    for (q_cell, r_cell), (people, walks, nights, stops), low in zip(seen.cells, counts, lows, strict=True):
        yield Finding(
            factor=factor,
            leg=leg,
            q_cell=q_cell,
            r_cell=r_cell,
            side_m=grid.side_m,
            kind="not_enough_evidence",
            n_people=people,
            n_walks=walks,
            n_nights=nights,
            n_stops=stops,
            share_low=low if math.isfinite(low) else None,
        )


def _exact(found: Findings, factor: str, leg: Leg) -> Iterator[Finding]:
    facts, verdicts = found.facts, found.verdicts
    counts = np.stack([facts.people, facts.walks, facts.nights, facts.stops], axis=1).tolist()
    measures = np.stack([verdicts.estimate, verdicts.low, verdicts.high, verdicts.q], axis=1).tolist()
    lows, strong, stability = facts.share_low.tolist(), verdicts.strong.tolist(), found.stability.tolist()
    for place, ((q_cell, r_cell), kind) in enumerate(zip(found.cells, found.classes(), strict=True)):
        people, walks, nights, stops = counts[place]
        estimate, low, high, q = measures[place]
        tested = math.isfinite(estimate)
        yield Finding(
            factor=factor,
            leg=leg,
            q_cell=q_cell,
            r_cell=r_cell,
            side_m=found.grid.side_m,
            kind=kind,  # type: ignore[arg-type]  # one of the method's four words
            strong=strong[place],
            n_people=people,
            n_walks=walks,
            n_nights=nights,
            n_stops=stops,
            estimate=estimate if tested else None,
            interval=(low, high) if tested else None,
            q=q if tested else None,
            share_low=lows[place] if math.isfinite(lows[place]) else None,
            stability=stability[place],
        )


def places_of(findings: Iterable[Finding], hubs: Sequence[Hub]) -> tuple[Place, ...]:
    """Flagged cells side by side as one place each: hotspots numbered, places that work lettered.

    The surest come first: strong ones, then by q. A place's findings are the surest of each factor there, the
    outcome before the others.
    """
    made: list[Place] = []
    for kind in FLAGGED:
        groups = sorted(_side_by_side([found for found in findings if found.kind == kind]), key=_surest)
        for order, group in enumerate(groups):
            made.append(_place(group, _label(order, works_well=kind == "works_well"), hubs))
    return tuple(made)


def _side_by_side(findings: Sequence[Finding]) -> list[list[Finding]]:
    """The findings in groups of cells that touch, whichever factors they are about."""
    waiting: dict[tuple[int, int], list[Finding]] = {}
    for finding in findings:
        waiting.setdefault((finding.q_cell, finding.r_cell), []).append(finding)
    groups = []
    while waiting:
        edge, group = [min(waiting)], []
        while edge:
            q, r = edge.pop()
            group.extend(waiting.pop((q, r), []))
            edge.extend((q + dq, r + dr) for dq, dr in NEIGHBOUR_STEPS.tolist() if (q + dq, r + dr) in waiting)
        groups.append(group)
    return groups


def _sureness(finding: Finding) -> tuple[bool, float, float, int, int, str]:
    certain = 1.0 if finding.q is None else finding.q
    return not finding.strong, certain, -abs(finding.estimate or 0), finding.q_cell, finding.r_cell, finding.factor


def _surest(group: Sequence[Finding]) -> tuple[bool, float, float, int, int, str]:
    return min(map(_sureness, group))


def _place(group: Sequence[Finding], label: str, hubs: Sequence[Hub]) -> Place:
    surest = sorted(group, key=_sureness)
    factors = {finding.factor: finding for finding in reversed(surest)}
    middle = _middle(surest)
    return Place(
        label=label,
        name=name_of_place(*middle, hubs),
        works_well=surest[0].kind == "works_well",
        easting_m=middle[0],
        northing_m=middle[1],
        # The outcome comes before what may explain it.
        findings=tuple(sorted(factors.values(), key=lambda found: (found.factor != OUTCOME, _sureness(found)))),
        cells=tuple(sorted({_cell(finding) for finding in group})),
    )


def _middle(group: Sequence[Finding]) -> tuple[float, float]:
    cells = sorted({(finding.q_cell, finding.r_cell) for finding in group})
    centres = GRIDS[group[0].side_m].centres(Cells.of(cells))
    return round(float(centres.easting.mean()), 1), round(float(centres.northing.mean()), 1)


def _label(order: int, *, works_well: bool) -> str:
    """1, 2, 3 and so on, or A to Z, then AA."""
    if not works_well:
        return str(order + 1)
    before = _label(order // 26 - 1, works_well=True) if order >= 26 else ""
    return before + ascii_uppercase[order % 26]


def name_of_place(easting_m: float, northing_m: float, hubs: Sequence[Hub]) -> str:
    """Where a place is, in words: from the nearest hub, or by its grid reference where none is near.

    >>> name_of_place(531_153, 175_423, [(531_053, 175_423, "Brixton Station")])
    '100 m east of Brixton Station'
    """
    away = [(math.hypot(easting_m - e, northing_m - n), e, n, name) for e, n, name in hubs]
    distance_m, east_m, north_m, name = min(away, default=(math.inf, 0.0, 0.0, ""))
    if distance_m > NEAR_M:
        return f"grid reference {grid_reference(easting_m, northing_m)}"
    if distance_m < AT_M:
        return f"at {name}"
    turn = math.atan2(northing_m - north_m, easting_m - east_m) / math.tau
    return f"{round(distance_m, -1):.0f} m {DIRECTIONS[round(turn * 8) % 8]} of {name}"


def grid_reference(easting_m: float, northing_m: float) -> str:
    """The National Grid reference to 10 m: two letters and two runs of four digits.

    >>> grid_reference(531_053, 175_423)
    'TQ 3105 7542'
    """
    east, north = int(easting_m // 100_000), int(northing_m // 100_000)
    rows_down = 19 - north
    large = GRID_LETTERS[rows_down - rows_down % 5 + (east + 10) // 5]
    small = GRID_LETTERS[rows_down * 5 % 25 + east % 5]
    return f"{large}{small} {int(easting_m % 100_000) // 10:04d} {int(northing_m % 100_000) // 10:04d}"
