"""From contrasts to what may be said of each cell: is it testable, how different is it, how sure is that."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from geo.contrasts import Parts
from geo.crs import FloatArray
from geo.scores import Codes, Index, Walked, run_starts
from geo.significance import (
    BoolArray,
    Uncertainty,
    critical_t,
    false_discovery_q,
    moderated,
    the_more_cautious,
    two_sided_p,
)

FALSE_DISCOVERY_RATE = 0.05
STRONG_MARGIN = 0.1  # of a score; what lies nearer to no difference may be real, but is small
LEAST_PEOPLE = 5
LEAST_WALKS = 3
LEAST_WALKS_OF_A_GROUP_FACTOR = 8  # with 5 walks eleven factors would flag 5-17 % of pilots where nothing differs
LEAST_NIGHTS = 2
LARGEST_SHARE = 0.34  # of a programme's scores; beyond it a place is compared with too little else

Counts = NDArray[np.int64]


class Class(IntEnum):
    """What is said of a cell."""

    NOT_ENOUGH_EVIDENCE = 0
    ORDINARY = 1
    HOTSPOT = 2
    WORKS_WELL = 3

    @property
    def word(self) -> str:
        """The word in every interface, such as `works_well`."""
        return self.name.lower()


@dataclass(frozen=True, kw_only=True)
class Verdicts:
    """What the contrasts say of each cell; all arrays of length C, and NaN where a cell is not testable.

    estimate: in scores, negative is worse; low and high: its 95 % interval; p: two-sided; q: false discovery rate
    over all testable cells. strong: flagged, and the whole interval lies more than 0.1 from no difference.
    class_: numbers of `Class`.
    """

    testable: BoolArray
    estimate: FloatArray
    low: FloatArray
    high: FloatArray
    p: FloatArray
    q: FloatArray
    strong: BoolArray
    class_: NDArray[np.int8]


def verdicts_of(walked: Walked, parts: Parts, cells: int) -> Verdicts:
    """What may be said of each of so many cells.

    People, walks and nights count only if they can be compared: if the woman scored outside the support as well.
    """
    compared = parts.comparable()
    walks = _by_walk(walked, compared, cells)
    people = _by_person(walked, compared, cells) if walked.is_personal else walks
    testable = _enough(walked, walks, people) & (_largest_share(walked, parts) <= LARGEST_SHARE)
    estimate = walks.estimate()
    uncertainty = walks.uncertainty(estimate, testable)
    if walked.is_personal:
        uncertainty = the_more_cautious(uncertainty, people.uncertainty(estimate, testable))
    return _judged(np.where(testable, estimate, np.nan), uncertainty, testable)


@dataclass(frozen=True)
class _Clusters:
    """Weights and weighted contrasts summed by cell and cluster (a walk, or a person), sorted by cell."""

    cells: int
    cell: Codes
    cluster: Codes
    weight: FloatArray
    weighted_contrast: FloatArray

    def number(self) -> Counts:
        """How many clusters each cell has."""
        return np.bincount(self.cell, minlength=self.cells)

    def estimate(self) -> FloatArray:
        """The weighted mean contrast of each cell, NaN where nothing could be compared."""
        with np.errstate(invalid="ignore"):
            mean: FloatArray = self._total(self.weighted_contrast) / self._total(self.weight)
        return mean

    def uncertainty(self, estimate: FloatArray, among: BoolArray) -> Uncertainty:
        """The moderated variance of each cell's estimate between these clusters."""
        residual = self.weighted_contrast - estimate[self.cell] * self.weight
        with np.errstate(invalid="ignore", divide="ignore"):
            squared_total = self._total(self.weight) ** 2
            effective = squared_total / self._total(self.weight**2)
            return moderated(self._total(residual**2) / squared_total, effective, among)

    def _total(self, of: FloatArray) -> FloatArray:
        return np.bincount(self.cell, weights=of, minlength=self.cells).astype(np.float64)


def _by_walk(walked: Walked, parts: Parts, cells: int) -> _Clusters:
    walk = walked.unit_walk[parts.unit]
    return _summed(parts, walk, run_starts(parts.cell, walk), cells)


def _by_person(walked: Walked, parts: Parts, cells: int) -> _Clusters:
    person = walked.unit_person[parts.unit]
    key = parts.cell * (np.int64(walked.unit_person.max()) + 1) + person
    order = np.argsort(key, kind="stable")
    return _summed(parts.taken(order), person[order], run_starts(key[order]), cells)


def _summed(parts: Parts, cluster: Codes, starts: Index, cells: int) -> _Clusters:
    return _Clusters(
        cells,
        parts.cell[starts],
        cluster[starts],
        _run_sums(parts.weight, starts),
        _run_sums(parts.weighted_contrast, starts),
    )


def _run_sums(values: FloatArray, starts: Index) -> FloatArray:
    # reduceat would index the first of nothing.
    return np.add.reduceat(values, starts) if len(starts) else values


def _enough(walked: Walked, walks: _Clusters, people: _Clusters) -> BoolArray:
    """Where enough people, walks and nights can be compared with elsewhere."""
    nights = _several_nights(walked, walks)
    if not walked.is_personal:
        return nights & (walks.number() >= LEAST_WALKS_OF_A_GROUP_FACTOR)
    return nights & (walks.number() >= LEAST_WALKS) & (people.number() >= LEAST_PEOPLE)


def _several_nights(walked: Walked, walks: _Clusters) -> BoolArray:
    several = np.zeros(walks.cells, dtype=bool)
    starts = run_starts(walks.cell)
    if len(starts):
        night = walked.walk_night[walks.cluster]
        several[walks.cell[starts]] = np.minimum.reduceat(night, starts) < np.maximum.reduceat(night, starts)
    return several


def _largest_share(walked: Walked, parts: Parts) -> FloatArray:
    """The largest share that a cell's support has of the scores of any programme that went there."""
    programme = walked.walk_programme[walked.unit_walk[parts.unit]]
    starts = run_starts(parts.cell, programme)
    share = np.add.reduceat(parts.scores, starts) / walked.programme_scores[programme[starts]]
    largest: FloatArray = np.maximum.reduceat(share, run_starts(parts.cell[starts]))
    return largest


def _judged(estimate: FloatArray, uncertainty: Uncertainty, testable: BoolArray) -> Verdicts:
    error = np.sqrt(uncertainty.variance)
    reach = critical_t(uncertainty.df) * error
    p, q = np.full_like(estimate, np.nan), np.full_like(estimate, np.nan)
    p[testable] = two_sided_p(_t(estimate[testable], error[testable]), uncertainty.df[testable])
    q[testable] = false_discovery_q(p[testable])
    flagged = q < FALSE_DISCOVERY_RATE
    return Verdicts(
        testable=testable,
        estimate=estimate,
        low=estimate - reach,
        high=estimate + reach,
        p=p,
        q=q,
        strong=flagged & (np.abs(estimate) - reach > STRONG_MARGIN),
        class_=_classes(testable, flagged, estimate),
    )


def _t(estimate: FloatArray, error: FloatArray) -> FloatArray:
    """Student's t; no difference is none, however sure we are, and a difference without any error is infinite."""
    t = np.full_like(estimate, np.inf)
    t[estimate == 0] = 0
    np.divide(np.abs(estimate), error, out=t, where=(error > 0))
    return t


def _classes(testable: BoolArray, flagged: BoolArray, estimate: FloatArray) -> NDArray[np.int8]:
    classes = np.where(testable, Class.ORDINARY, Class.NOT_ENOUGH_EVIDENCE).astype(np.int8)
    classes[flagged & (estimate < 0)] = Class.HOTSPOT
    classes[flagged & (estimate > 0)] = Class.WORKS_WELL
    return classes
