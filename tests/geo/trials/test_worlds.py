"""The method in worlds where the truth is known: silent where nothing differs, right where something does.

These are short runs, seeded and the same every time.
"""

from dataclasses import replace

import numpy as np
import pytest

from geo.hotspots import find_hotspots
from geo.trials.worlds import LONDON, PILOT, Answers, Outcome, Plan, called, many_scores, outcome, truth, world

SMALL_LONDON = replace(LONDON, programmes=6, discs=2)


def outcomes(plan: Plan, worlds: int, *, factor: str = "personal") -> list[Outcome]:
    """What the method says in so many worlds."""
    made = [world(plan, seed) for seed in range(worlds)]
    answers: list[Answers] = [getattr(each, factor) for each in made]
    return [outcome(each, of.discs, called(find_hotspots(each.scores))) for each, of in zip(answers, made, strict=True)]


def test_pilots_without_a_difference_are_silent() -> None:
    """Of forty pilots of twelve women and five walks at most one shows any flag; half of their cells are tested."""
    found = outcomes(PILOT, 40)

    assert sum(each.flagged > 0 for each in found) <= 1
    assert sum(each.testable for each in found) > 0.4 * sum(each.visited for each in found)


def test_five_walks_flag_no_group_factor() -> None:
    """They are described only."""
    assert not any(each.testable for each in outcomes(PILOT, 10, factor="group"))


def test_london_without_a_difference_is_silent() -> None:
    """Thousands of cells are tested at once, and none is flagged, for personal and for group factors."""
    plan = replace(SMALL_LONDON, discs=0)

    for factor in ("personal", "group"):
        found = outcomes(plan, 2, factor=factor)
        assert not any(each.flagged for each in found)
        assert min(each.testable for each in found) > 400


@pytest.mark.parametrize(("factor", "power"), [("personal", 0.3), ("group", 0.1)])
def test_planted_places_are_found_with_the_right_sign(factor: str, power: float) -> None:
    """In a walked London most discs are found, a good part of the worse cells is flagged, and hardly one wrongly."""
    found = outcomes(SMALL_LONDON, 3, factor=factor)
    flagged, wrong = sum(each.flagged for each in found), sum(each.wrong for each in found)

    assert sum(each.discs_found for each in found) >= 0.4 * sum(each.discs for each in found)
    assert sum(each.worse_flagged for each in found) >= power * sum(each.worse for each in found)
    assert wrong <= 1 + 0.03 * flagged


def test_pilots_find_some_of_what_is_there() -> None:
    """A fifth at least of the planted places that can be tested; a pilot is small."""
    found = outcomes(replace(PILOT, discs=1), 40)

    assert sum(each.discs_found for each in found) >= 0.2 * sum(each.discs_testable for each in found)
    assert sum(each.wrong for each in found) <= 1


def test_intervals_hold_the_truth() -> None:
    """At least 93 of 100 of the 95 % intervals do, planted places included."""
    inside = []
    for seed in range(20):
        answers = world(replace(PILOT, discs=1), seed).personal
        verdicts, true = find_hotspots(answers.scores).verdicts, truth(answers)
        inside += ((verdicts.low <= true) & (true <= verdicts.high))[verdicts.testable].tolist()

    assert len(inside) > 300
    assert np.mean(inside) >= 0.93


def test_where_nothing_is_planted_nothing_is_true() -> None:
    """The truth of a world without differences is zero everywhere, and with a disc it is negative somewhere."""
    null, planted = world(PILOT, 1).personal, world(replace(PILOT, discs=2), 1).personal

    assert truth(null) == pytest.approx(0, abs=1e-9)
    assert truth(planted).min() < -0.3


def test_expectations_are_what_scores_average_to() -> None:
    """The computed expectation is the mean of very many scores."""
    answers = world(replace(LONDON, discs=1), 3).personal

    assert answers.scores.value.mean() == pytest.approx(answers.expected.mean(), abs=0.02)


def test_the_same_seed_is_the_same_world() -> None:
    """And another seed another."""
    first, again, other = (world(PILOT, seed).personal.scores for seed in (7, 7, 8))

    assert (first.value == again.value).all()
    assert (first.places.easting == again.places.easting).all()
    assert len(first) != len(other) or (first.value != other.value).any()


def test_people_walk_at_most_as_many_as_there_are() -> None:
    """Twelve women a walk at most, each scoring a stop once."""
    scores = world(PILOT, 1).personal.scores
    assert scores.person is not None
    pairs = set(zip(scores.stop.tolist(), scores.person.tolist(), strict=True))

    assert len(pairs) == len(scores)
    assert len(set(scores.person.tolist())) == PILOT.women


@pytest.mark.parametrize("number", [1, 1_000, 100_000])
def test_many_scores_are_so_many(number: int) -> None:
    """For measuring: exactly the number asked for, and walked all over the place."""
    scores = many_scores(number)

    assert len(scores) == number
    assert number < 1_000 or len(find_hotspots(scores)) > 50
