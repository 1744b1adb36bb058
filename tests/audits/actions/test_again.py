"""Walking again: what is comparable with what, what changed with n, and what editions are told of it."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.actions.comparing import Places, StopSeen, baseline, changes, why_not
from audits.actions.errors import ActionNotAcceptable, OutOfTurn
from audits.actions.issues import WholeIssue, issue, stops_for_again
from audits.actions.linking import link_stops, unlink_stops
from audits.actions.queries import issues_of
from audits.actions.raising import raise_issue
from audits.actions.recommending import finish
from audits.actions.stops import StopsAsked, stops_to_choose
from audits.queries import ProgrammeFacts
from audits.tables import Walk
from migrations.database import transaction
from tests.audits.actions.builders import DONE, TODAY, a_placed_stop, acting, an_issue, recommended, walked
from tests.audits.builders import LEAD, OTHER_LEAD, a_programme

BEFORE, AFTER = date(2026, 10, 20), TODAY + timedelta(days=3)
PLANNED = UUID(int=7)


def a_stop_seen(**changes: Any) -> StopSeen:
    """A stop after dark in one cell, before anything was done."""
    facts: dict[str, Any] = {
        "number": 1,
        "of": 1,
        "id": uuid4(),
        "walk_id": UUID(int=1),
        "walk_state": "accepted",
        "night_of": BEFORE,
        "sequence": 1,
        "leg": "dark",
        "group_size": 7,
        "instrument_version": 1,
        "planned_stop_id": None,
        "sun_band": "night",
        "cell": (4963, 2339),
        "hub": None,
        "causes": (),
        "scores": {"lighting": 1},
        **dict.fromkeys(("longitude", "latitude", "easting_m", "northing_m")),
    }
    return StopSeen(**{**facts, **changes})


@pytest.mark.parametrize(
    ("different", "says"),
    [
        ({}, None),
        ({"planned_stop_id": PLANNED, "cell": (0, 0)}, None),
        ({"night_of": TODAY}, None),
        ({"cell": (0, 0)}, "another place"),
        ({"cell": None}, "another place"),
        ({"sun_band": "day"}, "another light (day; the issue was seen at night)"),
        ({"instrument_version": 2}, "version 2"),
        ({"night_of": BEFORE}, "before all of it was done"),
        ({"walk_state": "rejected"}, "not accepted"),
    ],
)
def test_what_is_not_comparable_says_why(different: dict[str, Any], says: str | None) -> None:
    """Same place, same light, same questions, after it was done, and of an accepted walk."""
    places = Places.of([a_stop_seen(planned_stop_id=PLANNED)])
    reason = why_not(a_stop_seen(**{"night_of": AFTER, **different}), places, done_on=TODAY)

    assert (reason is None) if says is None else (says in str(reason))


scores = st.lists(st.integers(0, 3), min_size=1, max_size=6)


@given(before=scores, after=scores)
def test_a_change_is_the_difference_of_means_in_any_order(before: list[int], after: list[int]) -> None:
    """One place: the mean after less the mean before, to a tenth, with n; reversed rows give the same."""
    old = [a_stop_seen(number=n, scores={"lighting": score}) for n, score in enumerate(before)]
    new = [a_stop_seen(number=n, night_of=AFTER, scores={"lighting": score}) for n, score in enumerate(after)]
    places = Places.of(old)
    (found,) = changes(["lighting"], places, before=old, after=new)

    assert (found,) == changes(["lighting"], places, before=old[::-1], after=new[::-1])
    assert (found.stops_before, found.stops_after, found.places) == (len(before), len(after), 1)
    expected = sum(after) / len(after) - sum(before) / len(before)
    assert found.change is not None and abs(found.change - expected) <= 0.05 + 1e-9
    assert -3 <= found.change <= 3


def test_answers_are_never_counted_as_scores() -> None:
    """Cannot tell after is not worse than 1 before: it is nothing to compare."""
    old, new = a_stop_seen(), a_stop_seen(night_of=AFTER, scores={"lighting": "cannot_tell"})
    (found,) = changes(["lighting"], Places.of([old]), before=[old], after=[new])

    assert (found.before, found.change, found.stops_after) == (None, None, 0)
    assert found.why_not and "no place was scored" in found.why_not


def test_before_counts_every_stop_there_and_not_only_the_low_ones() -> None:
    """Else what was chosen for being low would seem to mend itself."""
    low, fine = a_stop_seen(scores={"lighting": 0}), a_stop_seen(number=2, scores={"lighting": 2})
    by_day = a_stop_seen(number=3, sun_band="day", scores={"lighting": 3})
    places = Places.of([low])
    before = baseline([low, fine, by_day], places, first_done_on=TODAY)
    (found,) = changes(["lighting"], places, before=before, after=[a_stop_seen(night_of=AFTER)])

    assert before == [low, fine]
    assert (found.before, found.change) == (1.0, 0.0)


async def done_and_walked_again(programme: ProgrammeFacts) -> tuple[UUID, Walk]:
    """An issue from the lower of two stops, mended, and a later walk there; gives the issue's id and that walk."""
    before = await walked(programme, BEFORE, {"lighting": 0}, {"lighting": 1})
    stops = await stops_to_choose(StopsAsked(programme=programme.number, walk_id=before.id))
    low, id = next(stop for stop in stops if stop.scores["lighting"] == 0), uuid4()
    said = msgspec.structs.replace(an_issue(), stop_ids=[low.id])
    await raise_issue(programme.id, said, id=id, acting=acting())
    await finish(await recommended(id), DONE, acting=acting())
    return id, await walked(programme, AFTER, {"lighting": 3}, {"lighting": 2}, group_size=9)


async def candidates(issue_id: UUID) -> tuple[WholeIssue, list[UUID]]:
    """The issue, and the stops that may be linked to it."""
    whole = await issue(issue_id, caller=LEAD)
    return whole, [one.stop.id for one in await stops_for_again(whole, caller=LEAD) if one.why_not is None]


async def test_a_re_audit_shows_the_change_with_n(database: str) -> None:
    """Before: both stops of the place, though the issue names one; after: those linked."""
    id, _ = await done_and_walked_again(await a_programme())
    _, there = await candidates(id)
    await link_stops(id, there, acting=acting())
    whole, left = await candidates(id)
    (found,) = whole.changes

    assert whole.issue.state == "walked_again" and left == [] and len(whole.later) == 2
    assert (found.before, found.after, found.change) == (0.5, 2.5, 2.0)
    assert (found.stops_before, found.walks_before, found.people_before) == (2, 1, 7)
    assert (found.stops_after, found.walks_after, found.people_after) == (2, 1, 9)


async def test_a_planned_stop_is_found_again_wherever_the_phone_thought_it_was(database: str) -> None:
    """A position is off by a street's width, a plan is not; another planned stop out there is another place."""
    programme = await a_programme()
    walk = await walked(programme, BEFORE)
    held = await a_placed_stop(walk, planned_stop_id=PLANNED)
    id = uuid4()
    await raise_issue(programme.id, an_issue(held), id=id, acting=acting())
    await finish(await recommended(id), DONE, acting=acting())
    later = await walked(programme, AFTER)
    same = await a_placed_stop(later, (-0.1126, 51.4636), {"lighting": 3}, planned_stop_id=PLANNED)
    await a_placed_stop(later, (-0.1126, 51.4636), {"lighting": 3}, planned_stop_id=uuid4())
    _, there = await candidates(id)
    await link_stops(id, there, acting=acting())

    assert there == [same.id]
    assert (await issue(id, caller=LEAD)).changes[0].change == 3.0


async def test_a_re_audit_is_taken_off_with_a_reason(database: str) -> None:
    """The issue is done again, and the stops can be linked anew."""
    id, _ = await done_and_walked_again(await a_programme())
    _, there = await candidates(id)
    await link_stops(id, there, acting=acting())
    with pytest.raises(ActionNotAcceptable):
        await unlink_stops(id, reason="", acting=acting())
    await unlink_stops(id, reason="The wrong night.", acting=acting())
    whole, again = await candidates(id)

    assert (whole.issue.state, whole.changes, again) == ("done", (), there)


async def test_nothing_is_walked_again_for_before_it_is_done(database: str) -> None:
    """And neither the issue's own stops nor a peer's are taken."""
    programme, other = await a_programme(), await a_programme(by=OTHER_LEAD)
    hers = await walked(other, AFTER, {"lighting": 3})
    (their_stop,) = await stops_to_choose(StopsAsked(programme=other.number, walk_id=hers.id))
    id, _ = await done_and_walked_again(programme)
    whole, there = await candidates(id)
    for wrong in ([], [whole.stops[0].id], [their_stop.id], [uuid4()]):
        with pytest.raises(ActionNotAcceptable):
            await link_stops(id, wrong, acting=acting())
    await recommended(id)

    assert their_stop.id not in there
    with pytest.raises(OutOfTurn):
        await link_stops(id, there, acting=acting())


async def test_editions_are_told_the_same_whatever_the_order_of_writing(database: str) -> None:
    """Sorted by what is said, without an id; withdrawn and rejected things are left out."""
    programme = await a_programme()
    id, _ = await done_and_walked_again(programme)
    second, _ = await done_and_walked_again(await a_programme(name="Aldgate"))
    _, there = await candidates(id)
    await link_stops(id, there, acting=acting())
    whole = await issue(second, caller=LEAD)
    ids = [programme.id, whole.issue.programme_id]
    told = await issues_of(ids)

    assert told == await issues_of(ids[::-1]) and [one.programme for one in told] == ["Aldgate", "Brixton after dark"]
    assert told[1].changes[0].change == 2.0 and told[1].recommendations[0].done_on == TODAY
    assert (told[0].walks, told[0].nights, told[0].people) == (1, 1, 7)
    assert str(id) not in msgspec.json.encode(told).decode()
    async with transaction():
        await Walk.update({Walk.state: "rejected"}, force=True)
    assert await issues_of(ids) == ()
