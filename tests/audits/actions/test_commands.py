"""Issues and recommendations: what may be raised from what, by whom, and what the history keeps."""

import asyncio
from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from audits.actions.errors import (
    ActionChangedMeanwhile,
    ActionNotAcceptable,
    NoSuchIssue,
    NoSuchRecommendation,
    OutOfTurn,
)
from audits.actions.issues import Asked, history, issue, issues, recommendation, recommendations
from audits.actions.linking import link_stops
from audits.actions.photos import MAX_PHOTOS, Hung, add_photo, photos_in_use, remove_photo
from audits.actions.raising import correct_issue, raise_issue, withdraw_issue
from audits.actions.recommending import correct_recommendation, finish, record_answer, undo
from audits.actions.stops import StopsAsked, stops_to_choose
from audits.errors import IdTaken, NoSuchProgramme
from audits.queries import Caller
from tests.audits.actions.builders import (
    ACCEPTED,
    DONE,
    REFUSED,
    TODAY,
    a_placed_stop,
    acting,
    an_issue,
    raised,
    recommended,
    states,
    to_do,
    walked,
)
from tests.audits.builders import ADMINISTRATOR, ANALYST, LEAD, OTHER_LEAD, a_programme, a_walk

WHY = "The lamp is further east."
HUNG = Hung(file="a" * 64, small="b" * 64, width=1600, height=1200)


async def test_an_issue_goes_from_a_stop_to_done(database: str) -> None:
    """Refused with a reason, accepted after all, done with what shows it: each step is in the history."""
    issue_id = await raised(await a_programme())
    id = await recommended(issue_id)
    seen = [await states(issue_id, id)]
    for step in (
        record_answer(id, REFUSED, acting=acting(1)),
        record_answer(id, ACCEPTED, acting=acting(2)),
        finish(id, DONE, acting=acting(3)),
    ):
        await step
        seen.append(await states(issue_id, id))
    told = await history(issue_id, caller=LEAD)

    assert seen == [("waiting",) * 2, ("refused",) * 2, ("accepted",) * 2, ("done",) * 2]
    assert [one.action for one in told] == ["done", "accepted", "refused", "recommended", "raised"]
    assert told[2].said["reason"] == "No budget" and {one.by for one in told} == {"lead"}


@pytest.mark.parametrize("state", ["received", "quarantined", "rejected"])
async def test_only_accepted_walks_raise_issues(database: str, state: str) -> None:
    """What nobody has looked at, or somebody has refused, is no ground."""
    programme = await a_programme()
    stop = await a_placed_stop(await a_walk(programme, state=state))

    with pytest.raises(ActionNotAcceptable) as refusal:
        await raise_issue(programme.id, an_issue(stop), id=uuid4(), acting=acting())
    assert refusal.value.errors[0].field == "stop_ids"


async def test_a_stop_of_another_programme_is_told_like_none(database: str) -> None:
    """Her own other programme's too: an issue is of one programme."""
    mine, other = await a_programme(), await a_programme(by=OTHER_LEAD)
    hers = await a_placed_stop(await a_walk(other, state="accepted"))

    with pytest.raises(ActionNotAcceptable):
        await raise_issue(mine.id, an_issue(hers), id=uuid4(), acting=acting())
    with pytest.raises(NoSuchProgramme):
        await raise_issue(other.id, an_issue(hers), id=uuid4(), acting=acting())


@pytest.mark.parametrize("factor", ["treatment", "belonging", "feeling", "sensory", "colour"])
async def test_an_issue_is_about_what_the_group_scored(database: str, factor: str) -> None:
    """What women said alone is for editions, where enough of them stand behind it."""
    programme = await a_programme()
    stop = await a_placed_stop(await a_walk(programme, state="accepted"))

    with pytest.raises(ActionNotAcceptable) as refusal:
        await raise_issue(programme.id, an_issue(stop, factors=[factor]), id=uuid4(), acting=acting())
    assert [error.field for error in refusal.value.errors] == ["factors"]


@pytest.mark.parametrize("cause", ["followed", "racist_remark"])
async def test_no_issue_names_what_happened_to_somebody(database: str, cause: str) -> None:
    """Chips about people are sealed with the stop."""
    programme = await a_programme()
    stop = await a_placed_stop(await a_walk(programme, state="accepted"))

    with pytest.raises(ActionNotAcceptable):
        await raise_issue(programme.id, an_issue(stop, causes=[cause]), id=uuid4(), acting=acting())


async def test_peers_find_nothing_by_any_id(database: str) -> None:
    """Another lead is told like of what never was; analysts and administrators see all."""
    issue_id = await raised(await a_programme())
    id = await recommended(issue_id)
    theirs = replace(acting(), by=OTHER_LEAD)
    for attempt in (
        issue(issue_id, caller=OTHER_LEAD),
        history(issue_id, caller=OTHER_LEAD),
        withdraw_issue(issue_id, reason=WHY, acting=theirs),
        link_stops(issue_id, [uuid4()], acting=theirs),
    ):
        with pytest.raises(NoSuchIssue):
            await attempt
    for other in (
        recommendation(id, caller=OTHER_LEAD),
        record_answer(id, ACCEPTED, acting=theirs),
        undo(id, reason=WHY, acting=theirs),
        add_photo(id, HUNG, id=uuid4(), caption="Lit", acting=theirs),
    ):
        with pytest.raises(NoSuchRecommendation):
            await other

    assert await issues(Asked(), caller=OTHER_LEAD) == await recommendations(Asked(), caller=Caller(id="")) == []
    assert len(await issues(Asked(), caller=ANALYST)) == len(await recommendations(Asked(), caller=ADMINISTRATOR)) == 1


async def test_raising_twice_raises_once(database: str) -> None:
    """A button pressed twice; other words under the same id are refused."""
    programme = await a_programme()
    stop, id = await a_placed_stop(await a_walk(programme, state="accepted")), uuid4()
    first = [await raise_issue(programme.id, an_issue(stop), id=id, acting=acting()) for _ in range(2)]
    with pytest.raises(IdTaken):
        await raise_issue(programme.id, an_issue(stop, title="Other"), id=id, acting=acting())

    assert first == [True, False]
    assert len(await history(id, caller=LEAD)) == 1


async def test_two_answers_at_once_leave_one(database: str) -> None:
    """Of eight who read the same version, one is kept and seven are told."""
    id = await recommended(await raised(await a_programme()))
    answers = [record_answer(id, ACCEPTED, acting=acting(1)) for _ in range(8)]
    ended = await asyncio.gather(*answers, return_exceptions=True)

    assert [one for one in ended if not isinstance(one, ActionChangedMeanwhile)] == [None]
    assert (await recommendation(id, caller=LEAD)).version == 2


async def test_a_correction_says_why_and_keeps_what_was_said(database: str) -> None:
    """The history holds both."""
    programme = await a_programme()
    id = await raised(programme)
    walk = await walked(programme, TODAY, {"lighting": 1})
    (stop,) = await stops_to_choose(StopsAsked(programme=programme.number, walk_id=walk.id))
    said = replace_stop(stop.id)
    with pytest.raises(ActionNotAcceptable):
        await correct_issue(id, said, reason=" ", acting=acting(1))
    await correct_issue(id, said, reason=WHY, acting=acting(1))
    whole, told = await issue(id, caller=LEAD), await history(id, caller=LEAD)

    assert [one.id for one in whole.stops] == [stop.id] and whole.issue.title == "One lamp out"
    assert (told[0].reason, told[1].said["title"]) == (WHY, "Two lamps out under the arch")


def replace_stop(stop_id: object) -> object:
    """The issue, seen at another stop."""
    facts = {"kind": "defect", "title": "One lamp out", "place": "Atlantic Road", "factors": ["lighting"]}
    return type(an_issue())(**facts, stop_ids=[stop_id])  # type: ignore[arg-type]


async def test_a_due_date_lies_ahead_of_its_writing(database: str) -> None:
    """Also when it is corrected long after."""
    issue_id = await raised(await a_programme())
    with pytest.raises(ActionNotAcceptable):
        await recommended(issue_id, due_on=date(2026, 10, 24))
    id = await recommended(issue_id, due_on=TODAY)
    later = acting(now=acting().now.replace(year=2027))
    await correct_recommendation(id, to_do(due_on=date(2026, 12, 1)), reason=WHY, acting=later)

    one = await recommendation(id, caller=LEAD)
    assert one.overdue(date(2026, 12, 2)) and not one.overdue(date(2026, 12, 1))


async def test_lists_are_narrowed(database: str) -> None:
    """By kind, body, state and lateness, each as its own question."""
    programme = await a_programme()
    lamp, layout = await raised(programme), await raised(programme, kind="design", title="No way out")
    late, _ = await recommended(lamp, due_on=TODAY), await recommended(layout, body_kind="tfl", body="TfL")

    async def found(**asked: object) -> list[str]:
        return [one.title for one in await issues(Asked(**asked), caller=LEAD)]  # type: ignore[arg-type]

    assert await found(kind="design") == await found(body="tfl") == ["No way out"]
    assert await found(overdue_on=date(2026, 10, 26)) == ["Two lamps out under the arch"]
    assert await found(state="waiting", programme_id=programme.id) == ["No way out", "Two lamps out under the arch"]
    assert [one.id for one in await recommendations(Asked(overdue_on=date(2026, 10, 26)), caller=LEAD)] == [late]


async def test_pictures_of_what_was_done(database: str) -> None:
    """Once each, not too many, kept from the sweep while they hang, and removed with a trace."""
    issue_id = await raised(await a_programme())
    id, photo_id = await recommended(issue_id), uuid4()
    first = [await add_photo(id, HUNG, id=photo_id, caption="Lit", acting=acting()) for _ in range(2)]
    for _ in range(MAX_PHOTOS - 1):
        await add_photo(id, HUNG, id=uuid4(), caption="Lit", acting=acting())
    with pytest.raises(ActionNotAcceptable):
        await add_photo(id, HUNG, id=uuid4(), caption="Lit", acting=acting())
    await remove_photo(id, photo_id, reason=None, acting=acting())

    assert first == [True, False]
    assert await photos_in_use([HUNG.file, HUNG.small, "c" * 64]) == {HUNG.file, HUNG.small}
    assert len((await recommendation(id, caller=LEAD)).photos) == MAX_PHOTOS - 1
    assert (await history(issue_id, caller=LEAD))[0].action == "photo-removed"


async def test_what_was_refused_shows_nothing_done(database: str) -> None:
    """Neither done nor pictured before there is a new answer."""
    id = await recommended(await raised(await a_programme()))
    await record_answer(id, REFUSED, acting=acting())

    for attempt in (finish(id, DONE, acting=acting()), add_photo(id, HUNG, id=uuid4(), caption="x", acting=acting())):
        with pytest.raises(OutOfTurn):
            await attempt
