"""Coverage counts walks, not stops, whatever the order in which they came."""

import random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from audits.planning.coverage import NEVER, Visit, Walked, kinds, of_cells, of_planned

PLACES = st.tuples(st.integers(0, 3), st.integers(0, 3))
STOPS = st.integers(1, 4).map(lambda number: UUID(int=number))
VISITS = st.lists(
    st.builds(Visit, walk=st.integers(1, 5), dark=st.booleans(), cell=st.none() | PLACES, planned=st.none() | STOPS)
)


@given(VISITS, st.randoms(use_true_random=False))
def test_counts_do_not_depend_on_order_nor_on_repetition(visits: list[Visit], chance: random.Random) -> None:
    """A stop made twice on one walk is one walk there."""
    turned = [*visits, *visits[: len(visits) // 2]]
    chance.shuffle(turned)

    assert of_cells(turned) == of_cells(visits) and of_planned(turned) == of_planned(visits)


@given(VISITS)
def test_each_walk_counts_once_in_each_cell(visits: list[Visit]) -> None:
    """Counted the slow way."""
    for cell, walked in of_cells(visits).items():
        assert walked.dark == len({one.walk for one in visits if one.cell == cell and one.dark})
        assert walked.light == len({one.walk for one in visits if one.cell == cell and not one.dark})
        assert walked.walks > 0


@given(VISITS, st.sets(PLACES))
def test_every_wanted_cell_is_of_one_kind(visits: list[Visit], wanted: set[tuple[int, int]]) -> None:
    """Never, once and more add up to the area."""
    counted = kinds(wanted, of_cells(visits))

    assert sum(counted.values()) == len(wanted)
    assert counted["never"] == len(wanted - {one.cell for one in visits})


def test_both_legs_of_an_outing_are_two_walks() -> None:
    """A place that was seen by day and by night is walked twice."""
    assert NEVER.kind == "never"
    assert Walked(dark=1).kind == Walked(light=1).kind == "once"
    assert Walked(dark=1, light=1).kind == Walked(dark=5).kind == "more"
