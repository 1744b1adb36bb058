"""What falls with a feeling: within walks only, with an interval that is honest about few walks."""

from dataclasses import replace

import numpy as np
import pytest

from geo.crs import Metres
from geo.hotspots import Scores
from geo.method.falling import LEAST_STOPS, LEAST_WALKS, slope
from geo.trials.worlds import PILOT, world


def scored(values: "np.ndarray[tuple[int, int], np.dtype[np.int64]]", *, alone: bool = False) -> Scores:
    """One score a stop, walks as rows."""
    walk, stop = (axis.ravel() for axis in np.indices(values.shape))
    number = len(walk)
    return Scores(
        programme=0 * walk,
        outing=walk,
        night=walk,
        stop=100 * walk + stop,
        places=Metres.of(530_000.0 + stop, np.full(number, 180_000.0)),
        value=values.ravel(),
        person=np.zeros(number, dtype=np.int64) if alone else None,
        group_size=None if alone else np.full(number, 5),
    )


def test_what_goes_together_exactly_has_the_slope_that_it_has() -> None:
    """Feeling is the lighting itself: one point for one point, whatever level each walk is at."""
    lighting = np.array([[0, 1, 2, 1], [1, 2, 1, 0], [2, 1, 0, 1], [1, 0, 1, 2]])
    found = slope(scored(lighting, alone=True), scored(lighting))

    assert found is not None
    assert (found.estimate, found.stops, found.walks) == (pytest.approx(1.0), 16, 4)
    assert found.low > 0


def test_a_walk_in_a_worse_mood_on_darker_streets_is_not_evidence() -> None:
    """Lighting and feeling differ between walks and never within: nothing can be said."""
    between = np.repeat(np.array([[0], [1], [2], [3]]), 5, axis=1)

    assert slope(scored(between, alone=True), scored(between)) is None


def test_too_little_is_none() -> None:
    """Fewer stops than a dozen, or fewer walks than four, are no basis."""
    few_walks = np.tile([0, 1, 2, 3], (LEAST_WALKS - 1, 5))
    few_stops = np.array([[0, 1], [1, 0]] * 2)

    assert slope(scored(few_walks, alone=True), scored(few_walks)) is None
    assert few_stops.size < LEAST_STOPS
    assert slope(scored(few_stops, alone=True), scored(few_stops)) is None


def test_one_in_twenty_of_unrelated_factors_seems_to_be_related() -> None:
    """Lighting shuffled within its walks has nothing to do with feeling: 95 of 100 intervals hold zero."""
    off = 0
    for seed in range(300):
        made, rng = world(PILOT, seed), np.random.default_rng(seed)
        lighting = made.group.scores
        value = lighting.value.reshape(PILOT.walks, -1)
        shuffled = rng.permuted(value, axis=1).ravel()
        found = slope(made.personal.scores, replace(lighting, value=shuffled))
        assert found is not None
        off += not found.low <= 0 <= found.high

    assert 3 <= off <= 27  # 15 are expected; so far apart lies one in a thousand


def test_planted_places_make_a_factor_fall_with_feeling() -> None:
    """Where both are worse at the same places, the pooled slope is above zero."""
    slopes = []
    for seed in range(20):
        made = world(replace(PILOT, discs=2), seed)
        found = slope(made.personal.scores, made.group.scores)
        slopes += [found.estimate] if found else []

    assert np.mean(slopes) > 0.1
