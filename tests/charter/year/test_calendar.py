"""The calendar's rules, over years, leap days and both clock changes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.signing import STATES, london_date
from charter.year.calendar import (
    ASKED_IN,
    CHAMPION,
    GRACE,
    LAPSED,
    REFRESH,
    REVIEW,
    STEPS,
    Facts,
    Reminding,
    lapses_on,
    review_due_on,
    standing,
    state_on,
    step_on,
)

DAY = timedelta(days=1)
DUE = date(2027, 11, 24)
days = st.dates(date(2018, 1, 1), date(2100, 12, 31))


@given(days)
def test_a_year_ends_on_its_own_day(confirmed_on: date) -> None:
    """On the same day of the same month a year later, but for the day that is not there."""
    due = review_due_on(confirmed_on)

    if (confirmed_on.month, confirmed_on.day) == (2, 29):
        assert (due.month, due.day) == (2, 28)
    else:
        assert (due.month, due.day) == (confirmed_on.month, confirmed_on.day)
    assert due.year == confirmed_on.year + 1 and 365 <= (due - confirmed_on).days <= 366


@given(days)
def test_years_that_are_reviewed_on_their_day_do_not_drift(confirmed_on: date) -> None:
    """Twelve of them, three leap years at least: a day moves at most once, from 29 to 28 February."""
    due = first = review_due_on(confirmed_on)
    for _ in range(11):
        due = review_due_on(due)

    assert (due.month, due.day) == (first.month, first.day)


@pytest.mark.parametrize(
    ("after", "state"), [(-400, "active"), (0, "active"), (1, "review_due"), (30, "review_due"), (31, "lapsed")]
)
def test_a_review_is_in_time_on_its_day_and_lapses_after_thirty(after: int, state: str) -> None:
    """The due date and the last day of grace still count, whatever state the last look left."""
    assert state_on("active", DUE, DUE + after * DAY) == state
    if after > 0:
        assert state_on("review_due", DUE, DUE + after * DAY) == state


@given(days, st.sampled_from(ASKED_IN), st.integers(-500, 30))
def test_nobody_lapses_before_grace_is_over(due_on: date, state: str, after: int) -> None:
    """Not on any of the thirty days."""
    assert state_on(state, due_on, due_on + after * DAY) != LAPSED
    assert lapses_on(due_on) == due_on + GRACE + DAY


@given(st.sampled_from(sorted(set(STATES) - set(ASKED_IN))), days, days)
def test_every_other_state_is_left_alone(state: str, due_on: date, today: date) -> None:
    """What was applied, held, suspended, withdrawn or lapsed is nobody's turn; only those who lapsed keep pledges."""
    facts = Facts(state=state, review_due_on=due_on, champion_gone_on=due_on, refresh_due_on=due_on)
    found = standing(facts, today)

    assert found.state == state
    assert not [letter for letter in found.letters if letter.about != CHAMPION]
    assert state == LAPSED or (found.letters, found.pledge_1_lapsed) == ((), False)


@pytest.mark.parametrize(
    ("before", "step"),
    [(29, None), (28, "28-days"), (8, "28-days"), (7, "7-days"), (1, "7-days"), (0, "today"), (-30, "today")],
)
def test_the_newest_letter_that_fits_is_the_only_one(before: int, step: str | None) -> None:
    """At 28 and 7 days and on the day, closed at their beginning."""
    assert step_on(DUE, DUE - before * DAY) == step
    letters = standing(Facts(state="active", review_due_on=DUE), DUE - before * DAY).letters
    assert letters == ((Reminding(REVIEW, DUE, step),) if step else ())


@given(days, st.integers(-60, 60))
def test_at_most_one_letter_of_each_subject_fits(due_on: date, after: int) -> None:
    """However long the service slept."""
    facts = Facts(state="active", review_due_on=due_on, champion_gone_on=due_on, refresh_due_on=due_on)
    about = [letter.about for letter in standing(facts, due_on + after * DAY).letters]

    assert len(about) == len(set(about)) and set(about) <= {REVIEW, CHAMPION, REFRESH}


@pytest.mark.parametrize(("after", "lapsed"), [(0, False), (30, False), (31, True), (400, True)])
def test_the_first_pledge_outlives_its_champion_by_thirty_days(after: int, *, lapsed: bool) -> None:
    """Said at once, and again when it has lapsed."""
    found = standing(Facts(state="active", review_due_on=DUE + 999 * DAY, champion_gone_on=DUE), DUE + after * DAY)

    assert found.pledge_1_lapsed == lapsed
    assert found.letters == (Reminding(CHAMPION, DUE, LAPSED if lapsed else "gone"),)


@pytest.mark.parametrize(("after", "step"), [(-28, "28-days"), (0, "today"), (1, LAPSED), (300, LAPSED)])
def test_training_holds_until_the_day_it_says(after: int, step: str) -> None:
    """No grace is added to what the organisation said itself."""
    found = standing(Facts(state="active", review_due_on=None, refresh_due_on=DUE), DUE + after * DAY)

    assert found.letters == (Reminding(REFRESH, DUE, step),)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2027, 3, 27, 23, 59, tzinfo=UTC), date(2027, 3, 27)),
        (datetime(2027, 3, 28, 22, 59, tzinfo=UTC), date(2027, 3, 28)),
        (datetime(2027, 3, 28, 23, 0, tzinfo=UTC), date(2027, 3, 29)),
        (datetime(2027, 10, 30, 23, 0, tzinfo=UTC), date(2027, 10, 31)),
        (datetime(2027, 10, 31, 23, 0, tzinfo=UTC), date(2027, 10, 31)),
        (datetime(2027, 11, 1, 0, 0, tzinfo=UTC), date(2027, 11, 1)),
    ],
)
def test_days_are_londons_on_both_sides_of_the_clock_changes(instant: datetime, day: date) -> None:
    """A review that is due on a Sunday of the clock change is in time until London's midnight."""
    assert london_date(instant) == day
    assert state_on("active", date(2027, 3, 28), london_date(instant)) == (
        "active" if day <= date(2027, 3, 28) else "review_due" if day < date(2027, 4, 28) else "lapsed"
    )


@given(days, st.integers(0, 200))
def test_a_long_sleep_changes_no_end(confirmed_on: date, slept: int) -> None:
    """Looking every day and looking once end in the same state; only letters that do not fit any more are missing."""
    start = review_due_on(confirmed_on) - 40 * DAY
    daily = "active"
    for after in range(slept + 1):
        daily = standing(Facts(state=daily, review_due_on=review_due_on(confirmed_on)), start + after * DAY).state

    once = standing(Facts(state="active", review_due_on=review_due_on(confirmed_on)), start + slept * DAY)
    assert once.state == daily
    assert all(letter.step in (*STEPS, LAPSED) for letter in once.letters)
