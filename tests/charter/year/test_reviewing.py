"""A review confirms another year: early, in time or late; it reinstates, and takes looking."""

import asyncio
from datetime import date, timedelta

import pytest

from charter.errors import NotYourOrganisation
from charter.year.errors import ReviewNotAcceptable, ReviewNotOpen
from charter.year.keeping_time import keep_the_year
from charter.year.reviewing import Looked, review
from migrations.database import fetch, fetch_value
from tests.charter.year.years import AMA, JO, LOOKED, begin

DAY = timedelta(days=1)
SIGNED = date(2027, 3, 1)
DUE = date(2028, 3, 1)


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("after", [-200, -28, 0, 1, 30, 31, 400])
async def test_the_next_year_counts_from_the_day_of_the_review(after: int) -> None:
    """Early or late, as the public's "last confirmed" says; whoever had lapsed is back."""
    years = await begin(SIGNED)
    years.on(DUE + after * DAY)
    await years.wake()
    reviewed = await years.review()
    row = await years.row()

    assert (row["state"], row["last_confirmed_on"], row["signed_on"]) == ("active", years.today, SIGNED)
    assert row["review_due_on"] == reviewed.review_due_on == years.today.replace(year=years.today.year + 1)
    assert reviewed.reinstated == (after > 30)


@pytest.mark.usefixtures("database")
async def test_a_review_is_a_row_and_letters_to_everybody() -> None:
    """Who did it, when, and when it was due; both of its people get the next date."""
    years = await begin(SIGNED)
    years.on(DUE - DAY)
    await years.review(JO)
    (row,) = await fetch("select due_on, done_on, by, charter_version from review")
    letters = await years.collect()

    by = str((await years.member(JO)).id)
    assert row == {"due_on": DUE, "done_on": DUE - DAY, "by": by, "charter_version": "2018"}
    assert sorted((letter.kind, letter.to) for letter in letters) == [("reviewed", AMA), ("reviewed", JO)]
    assert all("due on 29 February 2028" not in letter.text and "28 February 2029" in letter.text for letter in letters)


@pytest.mark.usefixtures("database")
async def test_a_button_pressed_twice_reviews_once() -> None:
    """Both presses are answered alike, at once or one after the other."""
    years = await begin(SIGNED)
    years.on(DUE)
    member, desk = await years.member(), years.pen.desk()
    answers = await asyncio.gather(*(review(member, LOOKED, desk=desk) for _ in range(4)))

    assert len({(one.id, one.review_due_on) for one in answers}) == 1
    assert await fetch_value("select count(*) from review") == 1
    assert len(await years.collect()) == 2


@pytest.mark.usefixtures("database")
async def test_a_review_overtakes_the_letters_that_asked_for_it() -> None:
    """A dead mail server must not ask, once it is back, for what was done meanwhile."""
    years = await begin(SIGNED)
    years.on(DUE)
    await keep_the_year(desk=years.pen.desk())
    await years.review()

    assert {letter.kind for letter in await years.collect()} == {"reviewed"}
    gone = await fetch("select failure, sealed from letter where kind = 'review-today'")
    assert gone == [{"failure": "overtaken", "sealed": None}] * 2


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("looked", "fields"),
    [
        (Looked(details_confirmed=False, pledges_looked_at=(1, 2, 3, 4, 5, 6, 7)), ["details_confirmed"]),
        (Looked(details_confirmed=True, pledges_looked_at=(1, 2, 3, 5, 6)), ["pledges_looked_at"]),
        (Looked(details_confirmed=True, pledges_looked_at=(*LOOKED.pledges_looked_at, 8)), ["pledges_looked_at"]),
    ],
)
async def test_a_review_takes_looking(looked: Looked, fields: list[str]) -> None:
    """What was not looked at is named, and nothing is confirmed."""
    years = await begin(SIGNED)
    years.on(DUE)
    with pytest.raises(ReviewNotAcceptable) as refused:
        await review(await years.member(), looked, desk=years.pen.desk())

    assert [error.field for error in refused.value.errors] == fields
    assert (await years.row())["last_confirmed_on"] == SIGNED


@pytest.mark.usefixtures("database")
async def test_a_suspended_one_cannot_review_itself_free() -> None:
    """The scheme suspended it, and the scheme lifts it."""
    years = await begin(SIGNED)
    await years.set(state="suspended", suspended_from="active")

    with pytest.raises(ReviewNotOpen):
        await years.review()
    assert await years.state() == "suspended"


@pytest.mark.usefixtures("database")
async def test_whoever_left_meanwhile_reviews_nothing() -> None:
    """She was let in before, and her request waited its turn."""
    years = await begin(SIGNED)
    jo, desk = await years.member(JO), years.pen.desk()
    await years.withdraw()

    with pytest.raises(NotYourOrganisation):
        await review(jo, LOOKED, desk=desk)
