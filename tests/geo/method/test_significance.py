"""Chance and certainty agree with textbooks, closed forms and slow, plain computations."""

import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.method.significance import (
    NORMAL_95,
    Scatter,
    critical_t,
    erfc,
    false_discovery_q,
    the_more_cautious,
    two_sided_p,
    wilson_interval,
)

probabilities = st.lists(st.floats(0, 1), min_size=1, max_size=30)


def student_p(t: float, df: int) -> float:
    """The exact two-sided p for even degrees of freedom (Abramowitz and Stegun 26.7.4)."""
    angle = math.atan(t / math.sqrt(df))
    term, total = 1.0, 1.0
    for k in range(1, df // 2):
        term *= math.cos(angle) ** 2 * (2 * k - 1) / (2 * k)
        total += term
    return 1 - math.sin(angle) * total


@given(st.floats(0, 25))
def test_erfc_is_that_of_the_standard_library(z: float) -> None:
    """To a relative error of 1.2e-7, as Numerical Recipes promises."""
    assert erfc(np.array([z]))[0] == pytest.approx(math.erfc(z), rel=1.21e-7)


@given(t=st.floats(0, 8), df=st.sampled_from([4, 6, 8, 10, 20, 50]))
def test_p_is_students(t: float, df: int) -> None:
    """Wallace's approximation: within 0.001, and where it errs with small p, then towards caution."""
    p = two_sided_p(np.array([t]), np.array([float(df)]))[0]

    assert p == pytest.approx(student_p(t, df), abs=0.001)
    assert p >= student_p(t, df) * 0.997


def test_a_certain_difference_has_no_p() -> None:
    """An infinite t is p = 0, none is p = 1, and nothing warns."""
    assert two_sided_p(np.array([np.inf, 0.0]), np.array([4.0, 4.0])).tolist() == pytest.approx([0, 1])


@given(st.floats(4, 500))
def test_the_interval_and_p_agree(df: float) -> None:
    """At the critical t, p is five per cent."""
    degrees = np.array([df])

    assert two_sided_p(critical_t(degrees), degrees)[0] == pytest.approx(0.05, rel=1e-5)
    assert critical_t(degrees)[0] > NORMAL_95


@given(probabilities)
def test_q_is_the_smallest_rate_at_which_a_test_is_called(p: list[float]) -> None:
    """The step-up procedure of Benjamini and Hochberg, done slowly: sort, compare with rank x rate / number."""
    q = false_discovery_q(np.array(p))

    for rate in (0.01, 0.05, 0.2, 0.5):
        passing = [rank for rank, each in enumerate(sorted(p), 1) if each * len(p) / rank < rate]
        called = sorted(p)[max(passing) - 1] if passing else -1.0
        assert (q < rate).tolist() == [each <= called for each in p]


@given(probabilities)
def test_q_keeps_the_order_of_p(p: list[float]) -> None:
    """No less likely a chance, no smaller a q; and q is at least p and at most 1."""
    q = false_discovery_q(np.array(p))

    assert (np.diff(q[np.argsort(p)]) >= 0).all()
    assert (q >= np.array(p) * (1 - 1e-12)).all()
    assert (q <= 1).all()


def test_nothing_tested_has_no_q() -> None:
    """No tests, no rates."""
    assert len(false_discovery_q(np.zeros(0))) == 0


@given(low=st.integers(0, 50), more=st.integers(0, 50))
def test_wilsons_ends_are_where_the_share_is_just_not_excluded(low: int, more: int) -> None:
    """Each end p0 solves |share - p0| = 1.96 sqrt(p0 (1 - p0) / n), which is what defines it."""
    trials = low + more + 1
    ends = np.concatenate(wilson_interval(np.array([float(low)]), np.array([float(trials)])))
    distance = np.abs(low / trials - ends)

    assert distance == pytest.approx(NORMAL_95 * np.sqrt(ends * (1 - ends) / trials), abs=1e-9)
    assert 0 <= ends[0] <= low / trials <= ends[1] <= 1


def test_without_scores_any_share_is_possible() -> None:
    """No trials: 0 to 1."""
    low, high = wilson_interval(np.zeros(1), np.zeros(1))

    assert (low[0], high[0]) == (0, 1)


def test_four_clusters_are_drawn_half_way() -> None:
    """(4 x 9 / 5 + 4 x 1) / 8 on 8 degrees of freedom, worked by hand for Ge = 5, V = 1 and s0^2 = 9."""
    drawn = Scatter(np.array([1.0]), np.array([5.0])).moderated(9.0)

    assert drawn.variance[0] == pytest.approx((4 * 9 / 5 + 4 * 1) / 8)
    assert drawn.df[0] == 8


def test_one_cluster_knows_only_what_all_share() -> None:
    """With a single walk there is no variance of its own."""
    drawn = Scatter(np.array([0.0]), np.array([1.0])).moderated(9.0)

    assert drawn.variance[0] == 9
    assert drawn.df[0] == 4


@given(st.lists(st.floats(0.01, 9), min_size=2, max_size=10))
def test_many_clusters_speak_for_themselves(variances: list[float]) -> None:
    """With a thousand walks the common variance hardly counts."""
    own = np.array(variances)
    drawn = Scatter(own, np.full(len(own), 1_000.0)).moderated(1.0)

    assert drawn.variance == pytest.approx(own, rel=0.5, abs=0.005)


def test_the_common_variance_is_that_of_the_places_asked_about() -> None:
    """The mean of V Ge over them; none, and it is nothing."""
    scatter = Scatter(np.array([1.0, 2.0, np.nan]), np.array([2.0, 3.0, np.nan]))

    assert scatter.common_variance(np.array([True, True, False])) == statistics.mean([2, 6])
    assert scatter.common_variance(np.zeros(3, dtype=bool)) == 0


def test_caution_takes_the_worse_of_both() -> None:
    """The larger variance, and the fewer degrees of freedom, though they be the other's."""
    first = Scatter(np.array([2.0]), np.array([9.0])).moderated(0.0)
    second = Scatter(np.array([1.0]), np.array([3.0])).moderated(0.0)
    cautious = the_more_cautious(first, second)

    assert cautious.variance[0] == first.variance[0]
    assert cautious.df[0] == second.df[0]
