"""Legs are put side by side as their phones named each other, in whatever order they come."""

import random
from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from audits.planning.outings import Leg, outings

NIGHT = date(2026, 10, 24)
FEW = st.integers(1, 8)


def leg(number: int, kind: str, *, names: int | None = None, night: int = 0) -> Leg:
    """A leg with that number for its id, on some night, which may name another."""
    return Leg(
        id=UUID(int=number),
        leg=kind,
        state="received",
        night_of=NIGHT + timedelta(days=night),
        paired_walk_id=UUID(int=names) if names else None,
        stops=5,
        cut_short=False,
    )


@st.composite
def several(draw: st.DrawFn) -> list[Leg]:
    """Legs that name each other, themselves, legs of their own kind, or what never came."""
    numbers = draw(st.lists(FEW, unique=True))
    return [
        leg(one, draw(st.sampled_from(["light", "dark"])), names=draw(st.none() | FEW), night=draw(st.integers(0, 2)))
        for one in numbers
    ]


@given(several(), st.randoms(use_true_random=False))
def test_every_leg_is_in_one_outing_whatever_their_order(legs: list[Leg], chance: random.Random) -> None:
    """And each stands in the column of its kind."""
    found = outings(legs)
    turned = list(legs)
    chance.shuffle(turned)

    assert outings(turned) == found
    assert sorted(one.id for outing in found for one in (outing.light, outing.dark) if one) == sorted(
        one.id for one in legs
    )
    assert {outing.light.leg for outing in found if outing.light} <= {"light"}
    assert {outing.dark.leg for outing in found if outing.dark} <= {"dark"}


@given(several())
def test_a_pair_was_named_by_one_of_its_phones(legs: list[Leg]) -> None:
    """Nothing is put together by being of one night."""
    for outing in outings(legs):
        if outing.light and outing.dark:
            assert outing.light.paired_walk_id == outing.dark.id or outing.dark.paired_walk_id == outing.light.id


def test_two_that_name_each_other_come_first() -> None:
    """A third that names one of them walks alone, and the newest night is on top."""
    light, dark, third = leg(5, "light", names=6), leg(6, "dark", names=5), leg(1, "light", names=6, night=1)
    found = outings([third, light, dark])

    assert [(outing.light, outing.dark) for outing in found] == [(third, None), (light, dark)]
