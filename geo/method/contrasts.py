"""The array work behind hotspots: who scored where, and each walk's contrast between a place and its other stops.

Everything is sorted runs and sums over runs; nothing here loops over scores, walks or cells. Words:

- a *unit* is one woman on one walk (for group factors one walk), and is compared only with herself;
- a *cell* is a visited hexagon, numbered 0 to C-1 in the order of (q, r); its *support* is itself and its ring.

With n_in scores of sum S_in inside the support, and N scores of mean m on the whole walk, the contrast
d = mean inside - mean outside, weighted by w = n_in (N - n_in) / N, is w d = S_in - n_in m. So the weighted
contrasts of a support are sums over its cells, which is why a million scores take a second and not an hour.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from geo.crs import FloatArray, Metres
from geo.grid import NEIGHBOUR_STEPS, Cells, Grid
from geo.method.scores import Codes, Index, Walked, codes_of, run_lengths, run_starts, sorting

Numbers = TypeVar("Numbers", Index, FloatArray)
NO_CELL = -1
ROWS_AT_ONCE = 300_000  # enough for numpy to be quick, few enough to stay in a processor's cache


@dataclass(frozen=True)
class Visited:
    """The visited cells of a grid: which they are, each score's cell, and each cell's support.

    `cell` (n): the number of each score's cell. `support` (C, 7): the numbers of a cell and its six neighbours,
    NO_CELL for those nobody visited.
    """

    grid: Grid
    cells: Cells
    cell: Codes
    support: Codes

    def __len__(self) -> int:
        return len(self.cells)

    def around(self, own: Numbers) -> Numbers:
        """The seven numbers that the cells of each support have for their own, 0 for cells nobody visited.

        `own` is (C,) or (C, k), the answer (C, 7) or (C, 7, k).
        """
        # The cell that is not there, -1, is the last of the padded array.
        return np.concatenate([own, np.zeros_like(own[:1])])[self.support]


@dataclass(frozen=True)
class Own:
    """What each unit scored in each cell itself, sorted by cell and unit; `begin` and `end` (C) of each cell's rows."""

    unit: Codes
    scores: FloatArray
    centred: FloatArray
    begin: Index
    end: Index


@dataclass(frozen=True)
class Sums:
    """What somebody (a unit, a walk, a woman) scored in some place; sorted by place, all arrays of one length.

    `place`: the number of the place. `scores`: how many. `contrast` (weighted) and `weight`: as above; the weight is
    0 for who scored nowhere else, and therefore says nothing about the place.
    """

    place: Codes
    who: Codes
    scores: FloatArray
    contrast: FloatArray
    weight: FloatArray

    def comparable(self) -> "Sums":
        """Those that can be compared with elsewhere."""
        kept = self.weight > 0
        if kept.all():
            return self
        return Sums(self.place[kept], self.who[kept], self.scores[kept], self.contrast[kept], self.weight[kept])

    def by(self, who: Codes) -> "Sums":
        """Summed further, for whom each row belongs to (a walk, a woman)."""
        order = np.argsort(paired(self.place, who), kind="stable")
        starts = run_starts(self.place, who[order])
        columns = (_run_sums(each[order], starts) for each in (self.scores, self.contrast, self.weight))
        return Sums(self.place[starts], who[order[starts]], *columns)


def visited_cells(grid: Grid, places: Metres) -> Visited:
    """The cells that hold at least one of the places."""
    cells = grid.cells_at(places)
    east, north = cells.q - cells.q.min() + np.int64(1), cells.r - cells.r.min() + np.int64(1)
    height = int(north.max()) + 2  # an empty row on either side, so that no neighbour is taken for another column's
    cell, present = codes_of(east * height + north)
    steps = np.concatenate([[0], NEIGHBOUR_STEPS[:, 0] * height + NEIGHBOUR_STEPS[:, 1]])
    wanted = present[:, None] + steps
    found = np.minimum(np.searchsorted(present, wanted), len(present) - 1)
    support = np.where(present[found] == wanted, found, NO_CELL).astype(np.int32)
    q, r = present // height + (cells.q.min() - 1), present % height + (cells.r.min() - 1)
    return Visited(grid, Cells(q.astype(np.int32), r.astype(np.int32)), cell, support)


def alone(visited: Visited) -> Visited:
    """The same cells, each without its neighbours."""
    return replace(visited, support=visited.support[:, :1])


def own_sums(walked: Walked, visited: Visited) -> Own:
    """What each unit scored in each cell itself."""
    order = sorting(visited.cell)
    cell, unit = visited.cell[order], walked.unit[order]
    starts = run_starts(cell, unit)
    rows = np.bincount(cell[starts], minlength=len(visited))
    return Own(
        unit=unit[starts],
        scores=run_lengths(starts, len(order)).astype(np.float64),
        centred=np.add.reduceat(walked.centred[order], starts),
        begin=np.cumsum(rows) - rows,
        end=np.cumsum(rows),
    )


def blocks(own: Own, support: Codes, rows_at_once: int = ROWS_AT_ONCE) -> Iterator[Codes]:
    """The supports (m, 7) in blocks that are worked on at once, so that memory does not grow with their number."""
    rows = np.where(support == NO_CELL, 0, (own.end - own.begin)[support]).sum(axis=1)
    edges = np.append(run_starts(np.cumsum(rows) // rows_at_once), len(support))
    yield from (support[begin:end] for begin, end in itertools.pairwise(edges.tolist()))


def sums_in(walked: Walked, own: Own, support: Codes) -> Sums:
    """What each unit scored in each of these supports (m, 7); the places are numbered 0 to m - 1."""
    place, row = _rows_in(own, support)
    # The rows of a place are up to seven sorted runs, which a stable sort only merges.
    order = np.argsort(paired(place, own.unit[row]), kind="stable")
    row = row[order]
    unit = own.unit[row]
    starts = run_starts(place, unit)
    scores, unit = _run_sums(own.scores[row], starts), unit[starts]
    weight = scores * (1 - scores / walked.unit_scores[unit])
    return Sums(place[starts], unit, scores, _run_sums(own.centred[row], starts), weight)


def _run_sums(values: FloatArray, starts: Index) -> FloatArray:
    return values if len(starts) == len(values) else np.add.reduceat(values, starts)


def _rows_in(own: Own, support: Codes) -> tuple[Codes, Index]:
    """The rows of `own` that each support holds, and the number of that support for each."""
    place, neighbour = np.nonzero(support != NO_CELL)
    cell = support[place, neighbour]
    rows = own.end[cell] - own.begin[cell]
    offset = own.begin[cell] - (np.cumsum(rows) - rows)
    return np.repeat(place.astype(np.int32), rows), np.repeat(offset, rows) + np.arange(rows.sum())


def paired(place: Codes, who: Codes) -> Index:
    """Two numbers as one that sorts by the first and then by the second."""
    return place.astype(np.int64) << 32 | who
