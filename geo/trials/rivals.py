"""The methods that heat maps use, beside ours: counts, raw means, Gi*. They are here to be compared with, never shown.

Each takes the scores of one factor and says of every visited cell of the grid what it would call, in the shape in which
our own findings are judged. They judge every visited cell, having no rule for what is too little evidence.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from geo.crs import FloatArray
from geo.grid import GRID_50, Grid
from geo.hotspots import HIGHEST_LOW_SCORE, Class, find_hotspots
from geo.method.contrasts import Visited, visited_cells
from geo.method.scores import Scores
from geo.method.significance import BoolArray, erfc, false_discovery_q
from geo.method.verdicts import FALSE_DISCOVERY_RATE, Classes
from geo.trials.worlds import Called, called

WORST_SHARE = 0.05  # a map that colours its worst twentieth
SIGNIFICANT = 0.05

Rival = Callable[[Scores], Called]


@dataclass(frozen=True)
class _Seen:
    """What a map of one factor starts from: each visited cell's number of scores, low scores, and mean score."""

    visited: Visited
    low: FloatArray
    mean: FloatArray

    def calls(self, class_: Classes) -> Called:
        """Every visited cell is judged."""
        return Called(self.visited.grid, self.visited.cells, np.ones(len(self.visited), dtype=bool), class_)


def count_of_low_scores(scores: Scores) -> Called:
    """The twentieth of the cells with most scores of 0 or 1, as a heat map of complaints shows them."""
    seen = _seen(scores)
    return seen.calls(_worst(-seen.low))


def raw_mean(scores: Scores) -> Called:
    """The twentieth of the cells with the lowest mean score."""
    seen = _seen(scores)
    return seen.calls(_worst(seen.mean))


def gi_star(scores: Scores) -> Called:
    """Gi* of the cells' means, each tested alone at 5 %."""
    seen = _seen(scores)
    z = gi_star_z(seen.mean, seen.visited)
    return seen.calls(_both_sides(z, _two_sided(z) < SIGNIFICANT))


def gi_star_with_bh(scores: Scores) -> Called:
    """Gi* of the cells' means, at a false discovery rate of 5 % by Benjamini and Hochberg."""
    seen = _seen(scores)
    z = gi_star_z(seen.mean, seen.visited)
    return seen.calls(_both_sides(z, false_discovery_q(_two_sided(z)) < FALSE_DISCOVERY_RATE))


def within_walk(scores: Scores) -> Called:
    """Ours."""
    return called(find_hotspots(scores))


METHODS: dict[str, Rival] = {
    "within-walk contrasts": within_walk,
    "count of low scores, top 5 %": count_of_low_scores,
    "raw mean, worst 5 %": raw_mean,
    "Gi*, p < .05": gi_star,
    "Gi*, Benjamini-Hochberg": gi_star_with_bh,
}


def gi_star_z(values: FloatArray, visited: Visited) -> FloatArray:
    """Gi* of each cell, as a standard score: its own value and those of its visited neighbours, against all.

    J. K. Ord and A. Getis, Geographical Analysis 27, 1995, 286-306, equation 14, with binary weights, the cell itself
    among them. Where all values are alike, or everybody is a neighbour, there is nothing to say: 0.
    """
    n = len(values)
    neighbours = visited.around(np.ones(n, dtype=np.float64)).sum(axis=1)
    around = visited.around(values).sum(axis=1)
    sd = np.sqrt(np.maximum(np.mean(values**2) - values.mean() ** 2, 0))
    spread = sd * np.sqrt(np.maximum(n * neighbours - neighbours**2, 0) / max(n - 1, 1))
    difference = around - values.mean() * neighbours
    z: FloatArray = np.divide(difference, spread, out=np.zeros(n), where=spread > 0)
    return z


def _seen(scores: Scores, grid: Grid = GRID_50) -> _Seen:
    visited = visited_cells(grid, scores.places)
    number = np.bincount(visited.cell, minlength=len(visited))
    low = np.bincount(visited.cell[scores.value <= HIGHEST_LOW_SCORE], minlength=len(visited)).astype(np.float64)
    total = np.bincount(visited.cell, weights=scores.value, minlength=len(visited))
    return _Seen(visited, low, total / number)


def _worst(badness: FloatArray) -> Classes:
    """The lowest twentieth as hotspots; of equals at its edge those that come first, so that it is a twentieth."""
    classes = np.full(len(badness), Class.ORDINARY, dtype=np.int8)
    classes[np.argsort(badness, kind="stable")[: round(WORST_SHARE * len(badness))]] = Class.HOTSPOT
    return classes


def _both_sides(z: FloatArray, flagged: BoolArray) -> Classes:
    classes = np.full(len(z), Class.ORDINARY, dtype=np.int8)
    classes[flagged & (z < 0)] = Class.HOTSPOT
    classes[flagged & (z > 0)] = Class.WORKS_WELL
    return classes


def _two_sided(z: FloatArray) -> FloatArray:
    p: FloatArray = erfc(np.abs(z) / np.sqrt(2))
    return p
