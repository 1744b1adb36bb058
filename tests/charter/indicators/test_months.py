"""Months are London's, flows add up to stocks, and today's stock is what is known."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.indicators.months import MEANS, Month, Move, meaning, months, next_month

TODAY = date(2026, 11, 24)
days = st.lists(st.dates(date(2026, 1, 1), TODAY), max_size=20)
moments = st.integers(0, 327).map(lambda days: datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=days))
moves = st.lists(st.builds(Move, moments, st.sampled_from(sorted(MEANS)), st.none()), max_size=20)


def at(action: str, when: datetime, detail: str | None = None) -> Move:
    return Move(when, action, detail)


def test_an_empty_register_has_this_month() -> None:
    assert months([], [], in_force=0, today=TODAY) == [
        Month(begins=date(2026, 11, 1), signed=0, returned=0, lapsed=0, left=0, in_force=0)
    ]


def test_a_year_of_one_organisation() -> None:
    """Signed in January, lapsed in March, reinstated in April, withdrawn in June."""
    moves = [
        at("lapsed", datetime(2026, 3, 5, tzinfo=UTC), '{"was": "review_due"}'),
        at("reinstated", datetime(2026, 4, 5, tzinfo=UTC), '{"was": "lapsed"}'),
        at("withdrawn", datetime(2026, 6, 5, tzinfo=UTC), '{"was": "active"}'),
    ]
    found = months([date(2026, 1, 31)], moves, in_force=0, today=date(2026, 7, 1))

    assert [month.in_force for month in found] == [1, 1, 0, 1, 1, 0, 0]
    assert [(month.key, month.returned) for month in found if month.returned] == [("2026-04", 1)]


@given(days, moves, st.integers(50, 99))
def test_flows_add_up_to_stocks(signed: list[date], moved: list[Move], in_force: int) -> None:
    """From each month to the next."""
    found = months(signed, moved, in_force=in_force, today=TODAY)

    assert found[-1].in_force == in_force
    assert sum(month.signed for month in found) == len(signed)
    for before, after in pairwise(found):
        assert after.begins == next_month(before.begins)
        assert after.in_force == before.in_force + after.signed + after.returned - after.lapsed - after.left


def test_a_trail_that_forgot_something_blurs_only_the_past() -> None:
    """Two signed and one is there: whenever the other left, nobody was ever fewer than none."""
    found = months([date(2026, 9, 1), date(2026, 11, 1)], [], in_force=0, today=TODAY)

    assert [month.in_force for month in found] == [0, 0, 0]


def test_a_month_ends_at_midnight_in_london() -> None:
    """A quarter past midnight in summer is still the evening before in UTC."""
    [may, june] = months(
        [date(2026, 5, 1)],
        [at("lapsed", datetime(2026, 5, 31, 23, 15, tzinfo=UTC))],
        in_force=0,
        today=date(2026, 6, 2),
    )

    assert (may.lapsed, june.lapsed) == (0, 1)


@pytest.mark.parametrize(
    ("action", "was", "kind"),
    [
        ("lapsed", "review_due", "lapsed"),
        ("withdrawn", "active", "left"),
        ("withdrawn", "lapsed", None),
        ("withdrawn", "suspended", None),
        ("suspended", "lapsed", None),
        ("suspended", "active", "left"),
        ("reinstated", "lapsed", "returned"),
        ("reminded", "active", None),
    ],
)
def test_only_what_changes_who_stands_in_the_register_counts(action: str, was: str, kind: str | None) -> None:
    assert meaning(at(action, datetime(2026, 1, 1, tzinfo=UTC), f'{{"was": "{was}", "more": 1}}')) == kind
