"""Which places are near or within which others, against the plain way of asking."""

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geo.crs import Metres
from geo.nearness import held_by, on_grid, pairs_within
from geo.shapes import box, point

places = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), max_size=12)


def metres(found: list[tuple[int, int]]) -> Metres:
    return Metres.of([east for east, _ in found], [north for _, north in found])


@given(places, places)
def test_every_near_pair_is_found_once(first: list[tuple[int, int]], second: list[tuple[int, int]]) -> None:
    """As many as there are by comparing each with each, the distance itself included."""
    found = pairs_within(metres(first), metres(second), 50)
    near = [
        (here, there)
        for (here, a), (there, b) in product(enumerate(first), enumerate(second))
        if np.hypot(a[0] - b[0], a[1] - b[1]) <= 50
    ]

    assert list(zip(found.first.tolist(), found.second.tolist(), strict=True)) == near
    assert (found.distance_m <= 50).all()


def test_a_place_off_the_grid_is_near_nothing() -> None:
    """The Indian Ocean is infinitely far on the National Grid, from itself too."""
    off = on_grid([point(90.0, 0.0), point(-0.1, 51.5)])
    found = pairs_within(off, off, 100)

    assert (found.first.tolist(), found.second.tolist()) == ([1], [1])


def test_a_point_on_a_common_edge_is_in_both_areas() -> None:
    west, east = box(-0.2, 51.4, -0.1, 51.5), box(-0.1, 51.4, 0.0, 51.5)
    area, inside = held_by([west, east], [point(-0.1, 51.45), point(-0.05, 51.45), point(0.5, 51.45)])

    assert sorted(zip(area.tolist(), inside.tolist(), strict=True)) == [(0, 0), (1, 0), (1, 1)]
    assert held_by([], [point(0, 51)])[0].size == held_by([west], [])[1].size == 0
