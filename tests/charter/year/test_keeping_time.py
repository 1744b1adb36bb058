"""What time does to a signatory, day by day over years, by a worker that may sleep, fail or have a twin."""

import asyncio
from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charter.keeping.pledges import lapse_pledges
from charter.year.calendar import review_due_on
from charter.year.keeping_time import PORTION, keep_the_year
from migrations.database import execute, fetch, fetch_value, transaction
from tests.charter.builders import NOW, Pen
from tests.charter.year.years import AMA, JO, begin, passing

DAY = timedelta(days=1)
SIGNED = date(2027, 3, 1)
DUE = date(2028, 3, 1)


@pytest.mark.usefixtures("database")
async def test_a_year_without_a_review_day_by_day() -> None:
    """Reminded at 28 and 7 days and on the day, overdue the day after, lapsed after thirty more; each once to each."""
    years = await begin(SIGNED)
    states: dict[str, date] = {}
    for after in range(420):
        years.on(SIGNED + after * DAY)
        await years.wake()
        states.setdefault(await years.state(), years.today)

    assert states == {"active": SIGNED, "review_due": DUE + DAY, "lapsed": DUE + 31 * DAY}
    assert [(letter.kind, letter.on) for letter in years.posted if letter.to == AMA] == [
        ("review-28-days", DUE - 28 * DAY),
        ("review-7-days", DUE - 7 * DAY),
        ("review-today", DUE),
        ("review-lapsed", DUE + 31 * DAY),
    ]
    assert [letter.kind for letter in years.posted if letter.to == JO] == [
        letter.kind for letter in years.posted if letter.to == AMA
    ]


@pytest.mark.usefixtures("database")
async def test_each_change_says_who_and_when() -> None:
    """The worker's are the worker's, and a review is hers."""
    years = await begin(SIGNED)
    for day in (DUE - 28 * DAY, DUE + DAY, DUE + 31 * DAY):
        years.on(day)
        await years.wake()
    by = (await years.member()).id
    await years.review()
    trail = await years.events()

    assert trail[-3:] == [("worker", "review-due"), ("worker", "lapsed"), (str(by), "reinstated")]
    details = await fetch("select detail from charter_event where action = 'reminded' order by number")
    assert "review-28-days" in details[0]["detail"] and '"letters":2' in details[0]["detail"]


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("wakes_on", "kinds", "state"),
    [
        (DUE - 5 * DAY, ["review-7-days"], "active"),
        (DUE, ["review-today"], "active"),
        (DUE + 20 * DAY, ["review-today"], "review_due"),
        (DUE + 90 * DAY, ["review-lapsed"], "lapsed"),
    ],
)
async def test_a_worker_that_slept_writes_the_newest_letter_alone(wakes_on: date, kinds: list[str], state: str) -> None:
    """Never three at once; and waking again writes nothing."""
    years = await begin(SIGNED)
    years.on(wakes_on)
    came = await years.wake()

    assert [letter.kind for letter in came if letter.to == AMA] == kinds
    assert await years.state() == state and await years.wake() == []


@pytest.mark.usefixtures("database")
async def test_a_late_letter_about_the_day_says_that_it_was() -> None:
    """Not that it is."""
    years = await begin(SIGNED)
    years.on(DUE + 3 * DAY)
    (letter, _) = await years.wake()

    assert "was due on 1 March 2028" in letter.subject and "Until 31 March 2028" in " ".join(letter.text.split())


steps = st.lists(
    st.tuples(st.integers(0, 120), st.sampled_from(["wake", "wake", "wake", "review"]), st.integers(0, 23)), max_size=14
)


@pytest.mark.usefixtures("database")
@settings(max_examples=25)
@given(st.dates(date(2026, 1, 1), date(2032, 12, 31)) | st.just(date(2028, 2, 29)), steps)
async def test_years_of_reviews_and_sleep_obey_the_calendar(signed_on: date, steps: list[tuple[int, str, int]]) -> None:
    """At any hour, after any sleep: the state is the calendar's, and no letter comes twice or with another."""
    async with passing(signed_on) as years:
        due, day = review_due_on(signed_on), signed_on
        for passed, action, hour in steps:
            day += passed * DAY
            years.on(day, time(hour, 30))
            today = years.today
            if action == "review":
                due = (await years.review()).review_due_on
                await years.collect()
                assert due == review_due_on(today) and await years.state() == "active"
                continue
            came = await years.wake()
            overdue = (today - due).days

            assert await years.state() == ("active" if overdue <= 0 else "review_due" if overdue <= 30 else "lapsed")
            assert len([letter for letter in came if letter.to == AMA]) <= 1
            # What was lapsed before, or is not due within 28 days, is no reason to write.
            assert not came or overdue >= -28
        reminded = [
            (row["about"], row["due_on"], row["step"])
            for row in await fetch(
                "select reminder.* from reminder join signatory on signatory.number = signatory where id = $1", years.id
            )
        ]
        to_ama = [letter for letter in years.posted if letter.to == AMA and letter.kind.startswith("review-")]
        assert len(reminded) == len(set(reminded)) == len(to_ama)


@pytest.mark.usefixtures("database")
async def test_two_workers_at_once_do_nothing_twice() -> None:
    """Nor do five, over more signatories than one portion takes."""
    pen = Pen(now=NOW)
    for number in range(PORTION + 7):
        await pen.stand(f"Pub {number}")
    async with transaction():
        await execute("update letter set sealed = null, sent_at = $1 where sealed is not null", pen.now)
    pen.move(days=366 + 31)
    await asyncio.gather(*(keep_the_year(desk=pen.desk()) for _ in range(5)))
    await keep_the_year(desk=pen.desk())

    assert await fetch_value("select count(*) from signatory where state = 'lapsed'") == PORTION + 7
    assert await fetch_value("select count(*) from letter where kind = 'review-lapsed'") == PORTION + 7
    assert await fetch_value("select count(*) from charter_event where action = 'lapsed'") == PORTION + 7


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("state", ["applied", "held", "suspended", "withdrawn"])
async def test_what_is_not_the_calendars_is_left_alone(state: str) -> None:
    """However long ago it was due."""
    years = await begin(SIGNED)
    await years.set(state=state, champion_gone_on=SIGNED)
    years.on(DUE + 400 * DAY)

    assert await years.wake() == []
    assert (await years.state(), await years.pledge(1)) == (state, None)


@pytest.mark.usefixtures("database")
async def test_a_pledge_to_have_a_champion_lapses_without_one() -> None:
    """Said at once, and when it happens thirty days later; whatever was written under it stays."""
    years = await begin(SIGNED)
    gone = SIGNED + 10 * DAY
    await years.set(champion_gone_on=gone)
    seen: dict[str | None, date] = {}
    for after in range(40):
        years.on(gone + after * DAY)
        await years.wake()
        seen.setdefault(await years.pledge(1), years.today)

    assert seen == {None: gone, "lapsed": gone + 31 * DAY}
    assert [(letter.kind, letter.on) for letter in years.posted if letter.to == AMA] == [
        ("champion-gone", gone),
        ("pledge-1-lapsed", gone + 31 * DAY),
    ]
    changes = await fetch("select pledge, by, state from pledge_change")
    assert changes == [{"pledge": 1, "by": "worker", "state": "lapsed"}]


@pytest.mark.usefixtures("database")
async def test_a_champion_in_time_keeps_the_pledge() -> None:
    """The letter before stands; nothing lapses."""
    years = await begin(SIGNED)
    await years.set(champion_gone_on=SIGNED)
    years.on(SIGNED + 29 * DAY)
    await years.wake()
    await years.set(champion_gone_on=None)
    years.on(SIGNED + 60 * DAY)

    assert await years.wake() == [] and await years.pledge(1) is None


@pytest.mark.usefixtures("database")
async def test_training_is_to_be_refreshed_by_the_day_that_was_promised() -> None:
    """Reminded as of a review, and told once it was not; the pledge lapses by its own rule, before or after that."""
    years = await begin(SIGNED)
    refresh_on = SIGNED + 100 * DAY
    async with transaction():
        await execute(
            "insert into kept_pledge (signatory, pledge, state, evidence, evidence_on, refresh_due_on, changed_at) "
            "values ($1, 5, 'evidenced', $5, $2, $3, $4)",
            (await years.row())["number"],
            SIGNED,
            refresh_on,
            years.pen.now,
            f'{{"refresh_on": "{refresh_on}"}}',
        )
    for after in range(60, 120):
        years.on(SIGNED + after * DAY)
        if after % 2:
            await lapse_pledges(now=years.pen.now)
        await years.wake()

    assert [(letter.kind, letter.on) for letter in years.posted if letter.to == JO] == [
        ("training-28-days", refresh_on - 28 * DAY),
        ("training-7-days", refresh_on - 7 * DAY),
        ("training-today", refresh_on),
        ("training-lapsed", refresh_on + DAY),
    ]
    assert await years.state() == "active"


@pytest.mark.usefixtures("database")
async def test_a_contact_that_cannot_be_opened_stops_nobody_elses_year() -> None:
    """The other one of the same organisation is written to, and the next organisation is kept."""
    years = await begin(SIGNED)
    other = await begin(SIGNED, name="The Ram")
    async with transaction():
        await execute(
            "update contact set sealed = $2 where role = 'champion' and signatory = $1",
            (await years.row())["number"],
            b"spoilt",
        )
    years.on(DUE)

    assert sorted(letter.to for letter in await years.wake()) == [AMA, AMA, JO]
    assert await other.state() == "active"
