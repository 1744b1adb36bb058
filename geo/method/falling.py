"""What falls with a feeling: where a walk scored this factor lower than elsewhere, did its women also feel worse there?

A slope within walks, which no walk's mood, no woman's leniency and no difference between areas can make. It says that
two things went together on these walks, never that one caused the other; and each factor is looked at alone, because
there is no composite.
"""

from dataclasses import dataclass

import numpy as np

from geo.crs import FloatArray
from geo.method.scores import Index, Scores, codes_of
from geo.method.significance import PRIOR_DF, critical_t

LEAST_STOPS = 12
LEAST_WALKS = 4  # with fewer, the interval rests on next to nothing


@dataclass(frozen=True)
class Slope:
    """By how much the outcome is lower where the factor is one point lower, with its 95 % interval, and on how much
    it rests: stops where both were scored and the factor differed from the rest of the walk."""

    estimate: float
    low: float
    high: float
    stops: int
    walks: int


def slope(outcome: Scores, factor: Scores) -> Slope | None:
    """How the outcome's stop means go with the factor's, within walks; None where too little is known.

    The regression of deviations from the walk's mean on deviations from the walk's mean, each stop weighing alike,
    with a variance by walk (K.-Y. Liang and S. L. Zeger, Biometrika 73, 1986, 13-22), less the small-sample bias by
    G / (G - 1). Degrees of freedom are G - 1 for G walks, and at most those that the method gives small clusters.
    """
    stops = np.intersect1d(outcome.stop, factor.stop).astype(np.int64)
    if len(stops) < LEAST_STOPS:
        return None
    y, x = _stop_means(outcome, stops), _stop_means(factor, stops)
    walk = codes_of(_walk_of(outcome, stops))[0].astype(np.int64)
    return _within(walk, x, y)


def informing(outcome: Scores, factor: Scores) -> Index:
    """The stops that a slope of these would rest on: both were scored there, and the factor differed on their walk."""
    stops = np.intersect1d(outcome.stop, factor.stop).astype(np.int64)
    if not len(stops):
        return stops
    x, walk = _stop_means(factor, stops), codes_of(_walk_of(outcome, stops))[0].astype(np.int64)
    differing = np.bincount(walk, weights=(x - _mean_by(walk, x)[walk]) ** 2) > 0
    rests: Index = stops[differing[walk]]
    return rests


def _within(walk: Index, x: FloatArray, y: FloatArray) -> Slope | None:
    x, y = x - _mean_by(walk, x)[walk], y - _mean_by(walk, y)[walk]
    differing = np.bincount(walk, weights=x * x) > 0
    walks, sxx = int(differing.sum()), float(x @ x)
    used = differing[walk]
    if walks < LEAST_WALKS or used.sum() < LEAST_STOPS:
        return None
    estimate = float(x @ y) / sxx
    by_walk = np.bincount(walk, weights=x * (y - estimate * x))
    error = np.sqrt(walks / (walks - 1) * float(by_walk @ by_walk)) / sxx
    reach = float(error * critical_t(np.array([max(walks - 1.0, PRIOR_DF - 1)]))[0])
    return Slope(estimate, estimate - reach, estimate + reach, int(used.sum()), walks)


def _stop_means(scores: Scores, stops: Index) -> FloatArray:
    kept = np.isin(scores.stop, stops)
    return _mean_by(np.searchsorted(stops, scores.stop[kept]), scores.value[kept].astype(np.float64))


def _walk_of(scores: Scores, stops: Index) -> Index:
    walk = np.empty(len(stops), dtype=np.int64)
    kept = np.isin(scores.stop, stops)
    walk[np.searchsorted(stops, scores.stop[kept])] = scores.outing[kept]
    return walk


def _mean_by(group: Index, values: FloatArray) -> FloatArray:
    mean: FloatArray = np.bincount(group, weights=values) / np.maximum(np.bincount(group), 1)
    return mean
