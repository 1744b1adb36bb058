"""Keeping a pledge, as rows, on both databases."""

import asyncio
from datetime import date
from typing import Any

import pytest

from charter.errors import (
    ChangedMeanwhile,
    EvidenceUnreadable,
    NoSuchPledge,
    NotYourOrganisation,
    OrganisationWithdrew,
    PledgeNotAcceptable,
)
from charter.keeping.at_desk import Kept
from charter.keeping.evidence import PLEDGES, Keeping, read_evidence
from charter.keeping.files import add_file
from charter.keeping.members import Member
from charter.keeping.people import leave
from charter.keeping.pledges import keep_pledge, lapse_pledges
from charter.keeping.queries import at_desk, happened_to, history_of, kept_of
from migrations.database import fetch, fetch_value
from tests.charter.builders import NOW, Pen, counted
from tests.charter.keeping.desks import champion, developed, picture, signer, write
from tests.charter.keeping.samples import EVIDENCE, keeping

pytestmark = pytest.mark.usefixtures("database")


async def keep(by: Member, pledge: int, sent: Keeping | None = None, *, pen: Pen | None = None) -> Kept:
    """Say it as somebody does who has just looked."""
    before = await kept_of(by, pledge)
    return await keep_pledge(by, pledge, sent or keeping(pledge), version=before.version, now=(pen or Pen()).now)


@pytest.mark.parametrize("pledge", PLEDGES)
async def test_a_pledge_is_kept_exactly(pledge: int) -> None:
    """Every field of it comes back as it was sent, and its history begins."""
    by = await champion(Pen())
    await add_file(by, picture(), developed())
    kept = await keep(by, pledge)

    assert await kept_of(by, pledge) == kept
    assert (kept.state, kept.statement) == ("evidenced", keeping(pledge).statement)
    assert kept.evidence == read_evidence(pledge, EVIDENCE[pledge])
    assert [(change.by, change.state) for change in await history_of(by, pledge)] == [("champion", "evidenced")]


async def test_every_change_stays_in_the_history() -> None:
    """The newest first, as it was then, with an event that holds no word of it."""
    pen = Pen()
    by = await champion(pen)
    for state in ("in_progress", "evidenced", "in_progress"):
        pen.move(days=1)
        await keep(by, 5, keeping(5, state=state), pen=pen)
    history = await history_of(by, 5)
    events = [happened for happened in await happened_to(by) if happened.action == "pledge-kept"]

    assert [change.state for change in history] == ["in_progress", "evidenced", "in_progress"]
    assert history[0].at == pen.now
    assert events[0].detail == {"pledge": 5, "was": "evidenced", "state": "in_progress"}
    assert {happened.by for happened in events} == {"champion"}


async def test_saying_the_same_again_changes_nothing() -> None:
    """A button that was pressed twice leaves one trace."""
    pen = Pen()
    by = await champion(pen)
    first = await keep(by, 5, pen=pen)
    pen.move(hours=1)

    assert await keep(by, 5, pen=pen) == first
    assert len(await history_of(by, 5)) == 1


async def test_whoever_saw_something_older_changes_nothing() -> None:
    """Champion and deputy with the same page open: the second is told, and loses nothing of the first."""
    by = await champion(Pen())
    seen = await kept_of(by, 3)
    both = [
        keep_pledge(by, 3, keeping(3), version=seen.version, now=NOW),
        keep_pledge(by, 3, Keeping(state="in_progress"), version=seen.version, now=NOW),
    ]
    outcomes = await asyncio.gather(*both, return_exceptions=True)

    assert [type(outcome) for outcome in outcomes].count(ChangedMeanwhile) == 1
    assert len(await history_of(by, 3)) == 1


@pytest.mark.parametrize(
    ("pledge", "sent", "error"),
    [
        (0, Keeping(state="in_progress"), NoSuchPledge),
        (8, Keeping(state="in_progress"), NoSuchPledge),
        (2, keeping(2), PledgeNotAcceptable),
        (5, Keeping(state="evidenced"), PledgeNotAcceptable),
        (5, Keeping(state="in_progress", evidence={"victim": "x"}), EvidenceUnreadable),
    ],
)
async def test_what_cannot_stand_leaves_nothing(pledge: int, sent: Keeping, error: Any) -> None:
    """No row, no history, no event. A campaign without a picture is one of them."""
    by = await champion(Pen())
    with pytest.raises(error):
        await keep_pledge(by, pledge, sent, version=0, now=NOW)

    assert await fetch("select number from kept_pledge union all select number from pledge_change") == []
    assert "pledge-kept" not in [happened.action for happened in await happened_to(by)]


async def test_the_first_pledge_takes_a_champion_who_confirmed() -> None:
    """Whoever signed cannot say it for somebody who never answered."""
    await Pen().stand()
    with pytest.raises(PledgeNotAcceptable):
        await keep(await signer(), 1)


async def test_whoever_left_or_withdrew_keeps_nothing() -> None:
    """Also where she left while her request waited its turn."""
    pen = Pen()
    by = await champion(pen)
    await leave(by, desk=pen.desk())
    with pytest.raises(NotYourOrganisation):
        await keep(by, 5)
    other = await champion(pen, "The Ram")
    await write("update signatory set state = 'withdrawn' where number = $1", other.signatory)
    with pytest.raises(OrganisationWithdrew):
        await keep(other, 5)


async def test_training_lapses_the_day_after_its_refresh_was_due() -> None:
    """Once, by the worker, with its evidence as it was; a new training shows it again."""
    pen = Pen()
    by = await champion(pen)
    await keep(by, 5)
    await keep(by, 6)
    on_the_day = NOW.replace(year=2027, month=9, day=1, hour=22)
    lapsed = [await lapse_pledges(now=now) for now in (on_the_day, on_the_day.replace(day=2))]
    again = await lapse_pledges(now=on_the_day.replace(day=2))
    history = await history_of(by, 5)

    assert (lapsed, again) == ([0, 1], 0)
    assert [(change.by, change.state) for change in history] == [("worker", "lapsed"), ("champion", "evidenced")]
    assert history[0].evidence == history[1].evidence
    assert [kept.state for kept in (await at_desk(by)).pledges][4:6] == ["lapsed", "evidenced"]


async def test_when_training_is_refreshed_is_kept_for_the_calendar() -> None:
    """And forgotten with the evidence that said it."""
    by = await champion(Pen())
    await keep(by, 5)
    due = await fetch_value("select refresh_due_on from kept_pledge")
    await keep(by, 5, Keeping(state="in_progress"))

    assert due == date(2027, 9, 1)
    assert await fetch_value("select refresh_due_on from kept_pledge") is None


async def test_a_desk_is_asked_for_in_few_queries() -> None:
    """As many for a desk full of pictures as for an empty one."""
    by = await champion(Pen())
    async with counted() as asked:
        await at_desk(by)
    empty = list(asked)
    for number in range(5):
        await add_file(by, picture(pledge=3), developed("abcde"[number]))
    await keep(by, 3)
    async with counted() as full:
        desk = await at_desk(by)

    assert len(full) == len(empty)
    assert (desk.premises, len(desk.pictures), desk.pledges[2].state) == (1, 5, "evidenced")
