"""Where to walk next: the cells whose neighbours are one walk short."""

from dataclasses import replace

import numpy as np

from geo.crs import Metres
from geo.hotspots import Scores, find_hotspots
from geo.method.coverage import walk_next
from geo.trials.worlds import PILOT, world


def walked(walks: int, *, women: int = 6, stops: int = 8) -> Scores:
    """So many nights along the same stops, 200 m apart."""
    walk, woman, stop = (axis.ravel() for axis in np.indices((walks, women, stops)))
    places = Metres.of(530_000.0 + 200 * stop, np.full(len(walk), 180_000.0))
    value = (walk + woman + stop) % 4
    return Scores(
        programme=walk * 0, outing=walk, night=walk, stop=walk * stops + stop, places=places, value=value, person=woman
    )


def test_two_walks_are_one_short_of_three() -> None:
    """Each stop's cell would become testable by one more walk, alone as they lie apart."""
    found = walk_next(find_hotspots(walked(2)), group=6)

    assert len(found.cells) == 8
    assert found.gains.tolist() == [1] * 8


def test_one_walk_is_two_short_and_three_are_none() -> None:
    """One more walk does nothing where two are missing, and nothing is missing where there are three."""
    assert len(walk_next(find_hotspots(walked(1)), group=6).cells) == 0
    assert len(walk_next(find_hotspots(walked(3)), group=6).cells) == 0


def test_a_group_of_four_makes_nothing_testable() -> None:
    """Five people must have been there, and four women bring no fifth where two had been."""
    few = find_hotspots(walked(2, women=2))

    assert len(walk_next(few, group=4).cells) == 0
    assert len(walk_next(few, group=5).cells) == 8


def test_what_does_most_comes_first_and_walking_it_does_what_was_said() -> None:
    """In a pilot: gains fall along the list, at most as many as asked for are named, and all are visited cells."""
    findings = find_hotspots(world(replace(PILOT, walks=3), 1).personal.scores)
    found = walk_next(findings, group=12, at_most=7)

    assert 0 < len(found.cells) <= 7
    assert found.gains.tolist() == sorted(found.gains.tolist(), reverse=True)
    assert set(found.cells) <= set(findings.cells)
