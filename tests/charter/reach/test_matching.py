"""Premises are matched to venues by place and name, each at most once, always alike."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.reach.likeness import compared
from charter.reach.matching import NOBODY, Named, matched, named
from geo.crs import Metres

At = tuple[str, float]
NAMES = ("lamb", "the lamb", "lamb inn", "lamb & flag", "crown", "old crown")
somewhere = st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, 200).map(float)), max_size=8)


def along_a_road(*places: At, postcodes: Sequence[str | None] | None = None) -> Named:
    """Places by name and metres from the road's beginning."""
    metres = Metres.of([at for _, at in places], [0.0 for _ in places])
    return named(metres, [compared(name) for name, _ in places], postcodes or [None] * len(places))


@pytest.mark.parametrize(
    ("name", "apart_m", "is_it"),
    [
        ("the lamb", 100, True),
        ("the lamb", 101, False),
        ("lamb inn", 50, True),
        ("lamb inn", 51, False),
        ("lamb of smithfield", 30, True),
        ("lamb of smithfield", 31, False),
        ("crown", 0, False),
    ],
)
def test_the_better_the_names_agree_the_further_apart_they_may_lie(name: str, apart_m: float, is_it: bool) -> None:
    found = matched(along_a_road((name, apart_m)), along_a_road(("lamb", 0)))

    assert found.tolist() == [0 if is_it else NOBODY]


@pytest.mark.parametrize(("postcode", "apart_m", "is_it"), [("SE1 1AA", 250, True), ("SE1 1AA", 251, False)])
def test_the_same_name_and_postcode_may_lie_further_apart(postcode: str, apart_m: float, is_it: bool) -> None:
    """A house placed by its postcode stands where most of the postcode is."""
    premises = along_a_road(("lamb", apart_m), postcodes=[postcode])
    venues = along_a_road(("lamb", 0), postcodes=["SE1 1AA"])

    assert matched(premises, venues).tolist() == [0 if is_it else NOBODY]


def test_another_postcode_does_not_help() -> None:
    premises = along_a_road(("lamb", 200), ("lamb inn", 200), postcodes=["SE1 1AB", "SE1 1AA"])

    assert matched(premises, along_a_road(("lamb", 0), postcodes=["SE1 1AA"])).tolist() == [NOBODY, NOBODY]


def test_two_premises_in_one_house_are_one_venue() -> None:
    """Landlord and tenant may both sign: the nearer is the venue, the other is premises only."""
    assert matched(along_a_road(("lamb", 9), ("lamb", 3)), along_a_road(("lamb", 0))).tolist() == [NOBODY, 0]


def test_the_better_name_wins_over_the_nearer_place() -> None:
    """New Cross House and New Cross Inn face each other."""
    venues = along_a_road(("new cross house", 0), ("new cross inn", 40))

    assert matched(along_a_road(("new cross inn", 5)), venues).tolist() == [1]


def test_a_venue_of_two_lists_is_taken_once() -> None:
    venues = along_a_road(("lamb", 0), ("lamb", 40))
    one_venue = Named(venues.metres, venues.names, venues.postcodes, np.array([7, 7]))

    assert matched(along_a_road(("lamb", 0), ("lamb", 40)), one_venue).tolist() == [7, NOBODY]


def test_nothing_is_matched_to_nothing() -> None:
    assert matched(along_a_road(), along_a_road(("lamb", 0))).tolist() == []
    assert matched(along_a_road(("lamb", 0)), along_a_road()).tolist() == [NOBODY]


@given(somewhere, somewhere)
def test_no_venue_is_ever_matched_twice(premises: list[At], venues: list[At]) -> None:
    """So no share can be above one."""
    found = [venue for venue in matched(along_a_road(*premises), along_a_road(*venues)).tolist() if venue != NOBODY]

    assert len(found) == len(set(found)) <= len(venues)


@given(somewhere, somewhere)
def test_nobody_is_left_out_who_could_be_matched(premises: list[At], venues: list[At]) -> None:
    """Premises without a venue have no free venue that they could be, taken alone."""
    found = matched(along_a_road(*premises), along_a_road(*venues)).tolist()
    left = [one for one, venue in zip(premises, found, strict=True) if venue == NOBODY]
    free = [one for row, one in enumerate(venues) if row not in found]

    assert [matched(along_a_road(one), along_a_road(*free)).tolist() for one in left] == [[NOBODY]] * len(left)
