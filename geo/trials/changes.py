"""Before and after in worlds where nothing, or a known amount, was done: what would be claimed, and by whom?"""

from dataclasses import dataclass, replace

import numpy as np

from geo.grid import GRID_50, Cells, neighbours
from geo.hotspots import Scores
from geo.method.change import Change, change, comparable_cells, contrasts_of, touching
from geo.method.contrasts import visited_cells
from geo.method.scores import HIGHEST_SCORE, Index
from geo.method.significance import BoolArray
from geo.trials.worlds import Plan, world

LOTS, DOING = 2, 3  # streams of chance apart from those of the two periods
WORST = 0.25  # sites are chosen among the quarter of the places that look worst


@dataclass(frozen=True)
class Trial:
    """One world walked twice: the naive difference of means at the sites, and ours. `done`: see `trial`."""

    naive: float
    change: Change
    done: float


def trial(plan: Plan, seed: int, *, done: float = 0.0) -> Trial:
    """Half of the worst quarter becomes sites by lot; afterwards a share `done` of their scores is one higher."""
    before, after = world(plan, seed).personal.scores, world(plan, seed, period=1).personal.scores
    first = contrasts_of(before)
    cells = comparable_cells(first, contrasts_of(after))
    looked = first.at(cells)
    worst = _some(cells, np.flatnonzero(looked <= np.quantile(looked, WORST)))
    lot = np.random.default_rng((seed, LOTS)).permutation(len(worst))
    places = _apart(_some(worst, lot))
    sites = _some(places, np.arange(len(places) // 2))
    after = _improved(after, sites, np.random.default_rng((seed, DOING)).uniform(size=len(after)) < done)
    naive = _mean_in(after, sites) - _mean_in(before, sites)
    return Trial(naive, change(before, after, sites=sites, candidates=worst), done)


def _apart(cells: Cells) -> Cells:
    """Those of the cells, the first ones first, whose supports do not touch each other."""
    kept: list[tuple[int, int]] = []
    taken: set[tuple[int, int]] = set()
    for cell in cells:
        if cell not in taken:
            kept.append(cell)
            taken.update(touching(Cells.of([cell])))
    return Cells.of(kept)


def _some(cells: Cells, which: Index) -> Cells:
    return Cells(cells.q[which], cells.r[which])


def _improved(scores: Scores, sites: Cells, raised: BoolArray) -> Scores:
    value = scores.value + (raised & _inside(scores, sites))
    return replace(scores, value=np.minimum(value, HIGHEST_SCORE).astype(np.int8))


def _mean_in(scores: Scores, sites: Cells) -> float:
    return float(scores.value[_inside(scores, sites)].mean())


def _inside(scores: Scores, sites: Cells) -> BoolArray:
    """Which scores were given in the sites' supports."""
    visited = visited_cells(GRID_50, scores.places)
    wanted = {*sites, *neighbours(sites)}
    inside: BoolArray = np.array([cell in wanted for cell in visited.cells], dtype=bool)[visited.cell]
    return inside
