"""Places that are worse, or better, than the rest of the same walks: method version 1, arrays in, arrays out.

Each woman on each walk (for group factors: each walk) is her own control. A place is a 50 m hexagon together
with its six neighbours, its *support*; its estimate is the mean, over walks, of the scores inside the support
minus those of the same walk outside. It compares a place with the rest of the walks that went there: areas are
not ranked against each other, and where nobody walked nothing is said.

1. contrasts d = mean inside - mean outside of each unit, weighted by n_in n_out / (n_in + n_out);
2. their variance by person and by walk, each drawn towards the common variance (`geo.method.significance.moderated`);
   the larger variance and the smaller degrees of freedom count; group factors: by walk only;
3. two-sided p by Student's t, q by Benjamini and Hochberg over all testable cells of the request;
4. q < 0.05 makes a `hotspot` (worse) or a place that `works_well` (better); `geo.method.verdicts` has what is testable.
"""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from geo.crs import FloatArray, Metres
from geo.grid import GRID_50, GRID_150, SHIFTS_IN_CELLS, Cells, Grid
from geo.method.contrasts import Visited, alone, visited_cells
from geo.method.scores import HIGHEST_SCORE, Scores, Walked, run_starts, walked_of
from geo.method.significance import wilson_interval
from geo.method.verdicts import (
    Class,
    Commons,
    Counts,
    Evidence,
    Verdicts,
    classes_of,
    evidence_of,
    verdicts_of,
)

__all__ = [
    "METHOD",
    "METHOD_VERSION",
    "Class",
    "Facts",
    "Findings",
    "Metres",
    "Scores",
    "Seen",
    "Verdicts",
    "find_hotspots",
    "seen_in",
]

METHOD = "within-walk contrasts"
METHOD_VERSION = 1

HIGHEST_LOW_SCORE = 1  # the share of low scores is that of 0 and 1
WORDS = [each.word for each in Class]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What was seen in each support, whether it could be compared or not; all arrays of length C.

    people: distinct women, for group factors the largest group, a floor. walks, nights, stops: distinct ones.
    counts (C, 4): the scores at 0, 1, 2 and 3. share_low: the share of 0 and 1, and its Wilson interval, which
    takes scores for independent and is therefore on the narrow side.
    """

    people: Counts
    walks: Counts
    nights: Counts
    stops: Counts
    counts: Counts
    share_low: FloatArray
    share_low_from: FloatArray
    share_low_to: FloatArray


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What is known of every visited cell, in the order of (q, r).

    stability: in how many of four shifted grids the cell that holds most of this cell's scores would be flagged
    alike, being no less certain than the least certain flag of this grid; 0 where there is no flag.
    """

    grid: Grid
    cells: Cells
    facts: Facts
    verdicts: Verdicts
    stability: Counts

    def __len__(self) -> int:
        return len(self.cells)

    def classes(self) -> list[str]:
        """The class of each cell, as the word in every interface."""
        return [WORDS[number] for number in self.verdicts.class_.tolist()]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What was seen in each cell itself, without its neighbours; nothing is tested here.

    A cell of 150 m and its ring are more than half of a pilot: compared with the rest, it would be flagged for chance.
    """

    grid: Grid
    cells: Cells
    facts: Facts


def find_hotspots(scores: Scores, grid: Grid = GRID_50) -> Findings:
    """What is known of every cell that the scores visited; no scores, no cells.

    Six women walk the same eight stops, 200 m apart, on four nights. They are now a little more and now a little
    less at ease; at the fourth stop all would rather not be:

    >>> walk, woman, stop = (axis.ravel() for axis in np.indices((4, 6, 8)))
    >>> value = np.where(stop == 3, 0, 2) + (walk + woman + stop) % 2
    >>> places = Metres.of(530_000 + 200 * stop, np.full(192, 180_000))
    >>> found = find_hotspots(Scores(programme=walk * 0, outing=walk, night=walk, stop=walk * 8 + stop,
    ...                              places=places, value=value, person=woman))
    >>> found.classes()[3], round(float(found.verdicts.estimate[3]), 2), found.facts.counts[3].tolist()
    ('hotspot', -2.0, [12, 12, 0, 0])
    """
    if not len(scores):
        return _nothing(grid)
    walked = walked_of(scores)
    visited = visited_cells(grid, walked.places)
    evidence = evidence_of(walked, visited)
    verdicts = verdicts_of(evidence)
    return Findings(
        grid=grid,
        cells=visited.cells,
        facts=_facts(walked, visited, evidence),
        verdicts=verdicts,
        stability=_stability(walked, visited, verdicts, evidence.commons()),
    )


def seen_in(scores: Scores, grid: Grid = GRID_150) -> Seen:
    """What was seen in each visited cell of a coarser grid, in the order of (q, r); no scores, no cells."""
    if not len(scores):
        return Seen(grid=grid, cells=Cells.of([]), facts=_no_facts())
    walked = walked_of(scores)
    visited = alone(visited_cells(grid, walked.places))
    return Seen(grid=grid, cells=visited.cells, facts=_facts(walked, visited, evidence_of(walked, visited)))


def _nothing(grid: Grid) -> Findings:
    none: Any = np.zeros(0, dtype=np.int64)
    verdicts = Verdicts(**{each.name: none for each in fields(Verdicts)})
    return Findings(grid=grid, cells=Cells.of([]), facts=_no_facts(), verdicts=verdicts, stability=none)


def _no_facts() -> Facts:
    none: Any = np.zeros(0, dtype=np.int64)
    return replace(Facts(**{each.name: none for each in fields(Facts)}), counts=none.reshape(0, HIGHEST_SCORE + 1))


def _facts(walked: Walked, visited: Visited, evidence: Evidence) -> Facts:
    counts = visited.around(_counts(walked, visited)).sum(axis=1)
    scores, low_scores = counts.sum(axis=1), counts[:, : HIGHEST_LOW_SCORE + 1].sum(axis=1)
    share_from, share_to = wilson_interval(low_scores, scores)
    return Facts(
        people=evidence.people if walked.is_personal else _largest_group(walked, visited),
        walks=evidence.walks,
        nights=evidence.nights,
        stops=visited.around(_stops(walked, visited)).sum(axis=1),
        counts=counts,
        share_low=low_scores / scores,
        share_low_from=share_from,
        share_low_to=share_to,
    )


def _counts(walked: Walked, visited: Visited) -> Counts:
    """How often each score was given in each cell itself, (C, 4)."""
    values = HIGHEST_SCORE + 1
    pairs = visited.cell * np.int64(values) + walked.value
    return np.bincount(pairs, minlength=values * len(visited.cells)).reshape(-1, values)


def _stops(walked: Walked, visited: Visited) -> Counts:
    """How many stops lie in each cell itself; a stop is in one cell."""
    where = np.empty(int(walked.stop.max()) + 1, dtype=np.int64)
    where[walked.stop] = visited.cell
    return np.bincount(where, minlength=len(visited.cells))


def _largest_group(walked: Walked, visited: Visited) -> Counts:
    """The largest group that scored in each support."""
    largest = np.zeros(len(visited), dtype=np.int64)
    np.maximum.at(largest, visited.cell, walked.walk_group_size[walked.unit_walk[walked.unit]])
    around: Counts = visited.around(largest).max(axis=1)
    return around


def _stability(walked: Walked, visited: Visited, verdicts: Verdicts, commons: Commons) -> Counts:
    stability = np.zeros(len(visited), dtype=np.int64)
    flagged = np.flatnonzero(verdicts.class_ >= Class.HOTSPOT)
    if not len(flagged):
        return stability
    largest_p = float(verdicts.p[flagged].max())
    for shift in SHIFTS_IN_CELLS:
        shifted = visited_cells(visited.grid.shifted(*shift), walked.places)
        evidence = _evidence_at(walked, shifted, _holding_most(visited, shifted, flagged))
        stability[flagged] += classes_of(evidence, evidence.p(commons) <= largest_p) == verdicts.class_[flagged]
    return stability


def _holding_most(visited: Visited, shifted: Visited, cells: Counts) -> Counts:
    """The cell of the shifted grid that holds most scores of each of these cells."""
    rows = np.flatnonzero(np.isin(visited.cell, cells))
    pairs = visited.cell[rows] * np.int64(len(shifted)) + shifted.cell[rows]
    pair, scores = np.unique(pairs, return_counts=True)
    here, there = np.divmod(pair, len(shifted))
    order = np.lexsort((scores, here))
    last_of_each = np.append(run_starts(here[order])[1:], len(order)) - 1
    most: Counts = there[order][last_of_each]
    return most


def _evidence_at(walked: Walked, visited: Visited, cells: Counts) -> Evidence:
    """The evidence on these cells, from the scores in their supports only."""
    needed = np.zeros(len(visited) + 1, dtype=bool)
    needed[visited.support[cells]] = True  # NO_CELL is the last, and holds no score
    rows = np.flatnonzero(needed[visited.cell])
    return evidence_of(walked.at(rows), replace(visited, cell=visited.cell[rows]), cells)
