"""The array work behind hotspots: who scored where, and each walk's contrast between a place and its other stops.

Everything is sorted runs and sums over runs; nothing here loops over scores, walks or cells. Words and shapes:

- a *unit* is one woman on one walk (for group factors one walk), and is compared only with herself;
- a *cell* is a visited hexagon, numbered 0 to C-1 in the order of (q, r); its *support* is itself and its ring;
- a *part* is what one unit scored within one support: its number of scores, and the sum of these scores less the
  unit's own mean over her whole walk. Parts are sorted by cell, then programme, night, walk and woman.

With n_in scores of sum S_in inside the support, and N scores of mean m on the whole walk, the contrast
d = mean inside - mean outside, weighted by w = n_in (N - n_in) / N, is w d = S_in - n_in m. So the weighted
contrasts of a support are sums over its cells, which is why a million scores take a second and not an hour.
"""

from dataclasses import dataclass

import numpy as np

from geo.crs import FloatArray, Metres
from geo.grid import NEIGHBOUR_STEPS, Cells, Grid
from geo.scores import Codes, Index, Walked, codes_of, run_starts, sorting
from geo.significance import BoolArray

NO_CELL = -1


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

    def around(self, own: Index) -> Index:
        """The seven numbers that the cells of each support have for their own, 0 for cells nobody visited.

        `own` is (C,) or (C, k), the answer (C, 7) or (C, 7, k).
        """
        # The cell that is not there, -1, is the last of the padded array.
        return np.concatenate([own, np.zeros_like(own[:1])])[self.support]


@dataclass(frozen=True)
class Parts:
    """What each unit scored within each support, sorted by cell and unit; all arrays of one length."""

    cell: Codes
    unit: Codes
    scores: FloatArray
    weighted_contrast: FloatArray
    weight: FloatArray

    def comparable(self) -> "Parts":
        """Those whose unit scored elsewhere too; who stayed in one place says nothing about it."""
        kept = self.weight > 0
        return self if kept.all() else self.taken(kept)

    def taken(self, which: Index | BoolArray) -> "Parts":
        """Those that an order or a mask picks."""
        return Parts(
            self.cell[which],
            self.unit[which],
            self.scores[which],
            self.weighted_contrast[which],
            self.weight[which],
        )


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


def parts_of(walked: Walked, visited: Visited) -> Parts:
    """What each unit scored in each support: first by cell, then spread to the supports that hold the cell."""
    order = sorting(visited.cell)
    cell, unit = visited.cell[order], walked.unit[order]
    starts = run_starts(cell, unit)
    scores = np.diff(np.append(starts, len(order))).astype(np.float64)
    centred = np.add.reduceat(walked.centred[order], starts)
    return _spread(walked, visited.support, _Sums(cell[starts], unit[starts], scores, centred))


@dataclass(frozen=True)
class _Sums:
    """What each unit scored in each cell itself, sorted by cell and unit."""

    cell: Codes
    unit: Codes
    scores: FloatArray
    centred: FloatArray


def _spread(walked: Walked, support: Codes, sums: _Sums) -> Parts:
    units = len(walked.unit_scores)
    keys, sources = [], []
    for neighbour in support.T:
        target = neighbour[sums.cell]
        source = np.flatnonzero(target >= 0).astype(np.int32)
        keys.append(target[source].astype(np.int64) * units + sums.unit[source])
        sources.append(source)
    key, source = np.concatenate(keys), np.concatenate(sources)
    del keys, sources
    # Moving all cells one step keeps their order, so these are seven sorted runs, and a stable sort only merges them.
    order = np.argsort(key, kind="stable")
    key, source = key[order], source[order]
    return _summed(walked, key, _Sums(sums.cell, sums.unit, sums.scores[source], sums.centred[source]))


def _summed(walked: Walked, key: Index, spread: _Sums) -> Parts:
    starts = run_starts(key)
    cell, unit = np.divmod(key[starts], len(walked.unit_scores))
    scores = np.add.reduceat(spread.scores, starts)
    return Parts(
        cell=cell.astype(np.int32),
        unit=unit.astype(np.int32),
        scores=scores,
        weighted_contrast=np.add.reduceat(spread.centred, starts),
        weight=scores * (1 - scores / walked.unit_scores[unit]),
    )
