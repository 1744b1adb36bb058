"""From contrasts to what may be said of each cell: is it testable, how different is it, how sure is that."""

from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from geo.crs import FloatArray
from geo.method.contrasts import Own, Sums, Visited, blocks, own_sums, paired, sums_in
from geo.method.scores import Codes, Index, Walked, run_lengths, run_starts
from geo.method.significance import (
    BoolArray,
    Scatter,
    Uncertainty,
    critical_t,
    false_discovery_q,
    the_more_cautious,
    two_sided_p,
)

FALSE_DISCOVERY_RATE = 0.05
STRONG_MARGIN = 0.1  # of a score; what lies nearer to no difference may be real, but is small
LEAST_PEOPLE = 5
LEAST_WALKS = 3
LEAST_WALKS_OF_A_GROUP_FACTOR = 8  # with 5 walks eleven factors would flag 5-17 % of pilots where nothing differs
LARGEST_SHARE = 0.34  # of a programme's scores; beyond it a place is compared with too little else

Counts = NDArray[np.int64]
Classes = NDArray[np.int8]
Commons = tuple[float, float]


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
class Evidence:
    """What is known of each support before it is judged; all arrays of length m, the number of supports.

    people, walks, nights: distinct ones, whether they can be compared with elsewhere or not (0 people for group
    factors, which nobody gave alone). enough: whether it may be judged at all. estimate: the mean contrast, in scores.
    variance_... and effective_...: how its parts scatter between walks and between people, see `significance.Scatter`;
    for group factors both are by walk.
    """

    people: Counts
    walks: Counts
    nights: Counts
    enough: BoolArray
    estimate: FloatArray
    variance_by_walk: FloatArray
    effective_walks: FloatArray
    variance_by_person: FloatArray
    effective_people: FloatArray

    def scatters(self) -> tuple[Scatter, Scatter]:
        """Between walks, and between people."""
        between_walks = Scatter(self.variance_by_walk, self.effective_walks)
        return between_walks, Scatter(self.variance_by_person, self.effective_people)

    def commons(self) -> Commons:
        """The variance of one walk's, and of one woman's, contrast that all places with enough evidence share."""
        between_walks, between_people = self.scatters()
        return between_walks.common_variance(self.enough), between_people.common_variance(self.enough)

    def uncertainty(self, commons: Commons) -> Uncertainty:
        """The larger of the variances by walk and by person, on the fewer degrees of freedom."""
        each = [scatter.moderated(common) for scatter, common in zip(self.scatters(), commons, strict=True)]
        return the_more_cautious(*each)

    def p(self, commons: Commons) -> FloatArray:
        """Two-sided, NaN without enough evidence; a difference without any error is certain, and none is none."""
        uncertainty = self.uncertainty(commons)
        error = np.sqrt(uncertainty.variance)
        without_error = np.where(self.estimate == 0, 0.0, np.inf)
        t = np.divide(np.abs(self.estimate), error, out=without_error, where=error > 0)
        return np.where(self.enough, two_sided_p(t, uncertainty.df), np.nan)


@dataclass(frozen=True, kw_only=True)
class Verdicts:
    """What the contrasts say of each place; all arrays of length m, and NaN where a place is not testable.

    estimate: in scores, negative is worse; low and high: its 95 % interval; p: two-sided; q: false discovery rate
    over all testable places. strong: flagged, and the whole interval lies more than 0.1 from no difference.
    class_: numbers of `Class`.
    """

    testable: BoolArray
    estimate: FloatArray
    low: FloatArray
    high: FloatArray
    p: FloatArray
    q: FloatArray
    strong: BoolArray
    class_: Classes


def evidence_of(walked: Walked, visited: Visited, cells: Index | None = None) -> Evidence:
    """The evidence on the supports of all visited cells, or of some of them."""
    own = own_sums(walked, visited)
    support = visited.support if cells is None else visited.support[cells]
    found = [_evidence_in(walked, own, block) for block in blocks(own, support)]
    columns = {each.name: np.concatenate([getattr(part, each.name) for part in found]) for each in fields(Evidence)}
    return Evidence(**columns)


def verdicts_of(evidence: Evidence) -> Verdicts:
    """What may be said of each place, all places being asked about at once."""
    commons = evidence.commons()
    uncertainty, p = evidence.uncertainty(commons), evidence.p(commons)
    estimate = np.where(evidence.enough, evidence.estimate, np.nan)
    reach = critical_t(uncertainty.df) * np.sqrt(uncertainty.variance)
    q = np.full_like(p, np.nan)
    q[evidence.enough] = false_discovery_q(p[evidence.enough])
    flagged = q < FALSE_DISCOVERY_RATE
    return Verdicts(
        testable=evidence.enough,
        estimate=estimate,
        low=estimate - reach,
        high=estimate + reach,
        p=p,
        q=q,
        strong=flagged & (np.abs(estimate) - reach > STRONG_MARGIN),
        class_=classes_of(evidence, flagged),
    )


def classes_of(evidence: Evidence, flagged: BoolArray) -> Classes:
    """The class of each place."""
    classes = np.where(evidence.enough, Class.ORDINARY, Class.NOT_ENOUGH_EVIDENCE).astype(np.int8)
    classes[flagged & (evidence.estimate < 0)] = Class.HOTSPOT
    classes[flagged & (evidence.estimate > 0)] = Class.WORKS_WELL
    return classes


def _evidence_in(walked: Walked, own: Own, support: Codes) -> Evidence:
    places = len(support)
    units = sums_in(walked, own, support)
    walks = units.by(walked.unit_walk[units.who]) if walked.is_personal else units  # numbered alike
    people = units.by(walked.unit_person[units.who]) if walked.is_personal else walks
    estimate, variance_by_walk, effective_walks = _scatter(walks, places)
    _, variance_by_person, effective_people = _scatter(people, places)
    return Evidence(
        people=np.bincount(people.place, minlength=places) * walked.is_personal,
        walks=np.bincount(walks.place, minlength=places),
        nights=_nights(walked, walks, places),
        enough=_enough(walked, walks, people, places) & (_largest_share(walked, walks, places) <= LARGEST_SHARE),
        estimate=estimate,
        variance_by_walk=variance_by_walk,
        effective_walks=effective_walks,
        variance_by_person=variance_by_person,
        effective_people=effective_people,
    )


def _scatter(sums: Sums, places: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The mean contrast of each place, its variance between its parts, and how many parts there are in effect."""
    weight, contrast = _total(sums, sums.weight, places), _total(sums, sums.contrast, places)
    with np.errstate(invalid="ignore", divide="ignore"):
        estimate = np.where(weight > 0, contrast / weight, np.nan)
        residual = sums.contrast - estimate[sums.place] * sums.weight
        variance = _total(sums, residual**2, places) / weight**2
        effective = weight**2 / _total(sums, sums.weight**2, places)
    return estimate, variance, effective


def _total(sums: Sums, values: FloatArray, places: int) -> FloatArray:
    return np.bincount(sums.place, weights=values, minlength=places).astype(np.float64)


def _enough(walked: Walked, walks: Sums, people: Sums, places: int) -> BoolArray:
    """Where enough walks, nights and (for personal factors) people can be compared with elsewhere."""
    walks, people = walks.comparable(), people.comparable()
    number = np.bincount(walks.place, minlength=places)
    several_nights = _several_nights(walked, walks, places)
    if not walked.is_personal:
        return several_nights & (number >= LEAST_WALKS_OF_A_GROUP_FACTOR)
    return several_nights & (number >= LEAST_WALKS) & (np.bincount(people.place, minlength=places) >= LEAST_PEOPLE)


def _nights(walked: Walked, walks: Sums, places: int) -> Counts:
    """How many different nights; walks are sorted by programme first, so a night may come back."""
    pair = np.sort(paired(walks.place, walked.walk_night[walks.who]), kind="stable")
    return np.bincount(pair[run_starts(pair)] >> 32, minlength=places)


def _several_nights(walked: Walked, walks: Sums, places: int) -> BoolArray:
    """Whether a place was walked on two nights at least: some night there differs from its first."""
    night = walked.walk_night[walks.who]
    starts = run_starts(walks.place)
    several = np.zeros(places, dtype=bool)
    several[walks.place[night != np.repeat(night[starts], run_lengths(starts, len(night)))]] = True
    return several


def _largest_share(walked: Walked, walks: Sums, places: int) -> FloatArray:
    """The largest share that a support has of the scores of any programme that went there."""
    programme = walked.walk_programme[walks.who]
    starts = run_starts(walks.place, programme)
    share = np.add.reduceat(walks.scores, starts) / walked.programme_scores[programme[starts]]
    largest = np.zeros(places)
    np.maximum.at(largest, walks.place[starts], share)
    return largest
