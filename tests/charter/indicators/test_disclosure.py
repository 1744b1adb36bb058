"""What is hidden stays hidden: not told, not had by subtraction, not guessed from a sum that is nearly one's own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.indicators.disclosure import LEAST, shown_counts, shown_sum

STATES = ("evidenced", "in_progress", "lapsed", "not_started")
counts = st.lists(st.integers(0, 12), min_size=4, max_size=4).map(lambda found: dict(zip(STATES, found, strict=True)))


@given(counts)
def test_no_part_of_a_few_is_told(found: dict[str, int]) -> None:
    shown = shown_counts(found)

    assert all(not 0 < found[state] < LEAST for state, count in shown.items() if count is not None)
    assert all(count in (None, found[state]) for state, count in shown.items())


@given(counts)
def test_what_is_hidden_cannot_be_subtracted(found: dict[str, int]) -> None:
    """The whole is known: one hidden part alone would be the rest of it."""
    hidden = [state for state, count in shown_counts(found).items() if count is None]

    assert len(hidden) != 1 or sum(found.values()) < LEAST


@pytest.mark.parametrize("few", range(LEAST))
def test_of_a_few_in_all_nothing_is_told(few: int) -> None:
    """Not even that nobody has evidence."""
    assert set(shown_counts({"evidenced": 0, "not_started": few}).values()) == {None}


def test_of_enough_everything_is_told() -> None:
    assert shown_counts({"evidenced": 5, "not_started": 0}) == {"evidenced": 5, "not_started": 0}


@given(st.lists(st.integers(0, 1000), max_size=8))
def test_a_sum_is_of_enough_and_nobodys_own(amounts: list[int]) -> None:
    found = shown_sum(amounts)

    assert found in (None, sum(amounts))
    assert found is None or (len(amounts) >= LEAST and max(amounts) <= 0.75 * sum(amounts))


def test_a_sum_that_is_nearly_one_organisations_is_hidden() -> None:
    assert shown_sum([75, 5, 5, 5, 5, 5]) == 100
    assert shown_sum([76, 5, 5, 5, 5, 4]) is None
    assert shown_sum([0, 0, 0, 0, 0]) == 0
