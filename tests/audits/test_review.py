"""Review: who may decide what about which walk, and what the trail says of it."""

import asyncio
from uuid import uuid4

import msgspec
import pytest

from audits.errors import DecisionNotAcceptable, NoSuchWalk, NothingToReview
from audits.queries import Caller
from audits.review import WalkDecision, check_decision, review_walk
from audits.tables import AuditEvent, Walk
from tests.audits.builders import (
    ADMINISTRATOR,
    LEAD,
    NOW,
    OTHER_LEAD,
    a_programme,
    a_walk,
)

ACCEPT, REJECT = WalkDecision(decision="accepted"), WalkDecision(decision="rejected", reason="Walked at noon.")
LATER = NOW.replace(hour=23)


@pytest.mark.parametrize("state", ["received", "quarantined", "accepted", "rejected"])
@pytest.mark.parametrize("decision", ["accepted", "rejected"])
@pytest.mark.parametrize("reason", [None, "  ", "Two stops were swapped."])
def test_when_a_reason_is_owed(state: str, decision: str, reason: str | None) -> None:
    """For a rejection, and for taking one back; never for accepting what waits or stands."""
    owed = decision == "rejected" or state == "rejected"
    wish = msgspec.convert({"decision": decision, "reason": reason}, WalkDecision)

    if owed and not (reason or "").strip():
        with pytest.raises(DecisionNotAcceptable) as refusal:
            check_decision(wish, state=state)
        assert refusal.value.errors[0].field == "reason"
    else:
        check_decision(wish, state=state)


def test_a_reason_has_an_end() -> None:
    """Two thousand characters tell it."""
    check_decision(WalkDecision(decision="accepted", reason="x" * 2000), state="received")
    with pytest.raises(DecisionNotAcceptable) as refusal:
        check_decision(WalkDecision(decision="accepted", reason="x" * 2001), state="received")
    assert "2000" in str(refusal.value)


@pytest.mark.parametrize("decision", [ACCEPT, REJECT], ids=lambda decision: str(decision.decision))
@pytest.mark.parametrize("state", ["received", "quarantined"])
async def test_a_lead_decides_about_a_walk(database: str, state: str, decision: WalkDecision) -> None:
    """It is written on the walk with who and when, and in the trail with what it was before."""
    walk = await a_walk(await a_programme(), state=state)
    reviewed = await review_walk(walk.id, decision, by=LEAD, now=NOW)
    (row,) = await Walk.select(Walk.state, Walk.reviewed_by, Walk.reviewed_at, Walk.review_reason)
    event = await AuditEvent.select().where(AuditEvent.subject == "walk").first()

    assert reviewed.state == row["state"] == decision.decision
    assert (row["reviewed_by"], row["reviewed_at"], row["review_reason"]) == ("lead", NOW, decision.reason)
    assert event is not None and (event["actor"], event["subject_id"]) == ("lead", str(walk.id))
    assert msgspec.json.decode(event["detail"]) == {"before": state, "reason": decision.reason}


async def test_an_incomplete_walk_waits(database: str) -> None:
    """Its photos are still on the way."""
    walk = await a_walk(await a_programme(), state="incomplete")

    with pytest.raises(NothingToReview):
        await review_walk(walk.id, ACCEPT, by=LEAD, now=NOW)
    assert await Walk.select(Walk.state, Walk.reviewed_by) == [{"state": "incomplete", "reviewed_by": None}]


async def test_others_cannot_decide(database: str) -> None:
    """Another lead, an auditor of the programme and a stranger are told that there is no such walk."""
    programme = await a_programme()
    walk = await a_walk(programme)

    for who in (OTHER_LEAD, Caller(id="")):
        with pytest.raises(NoSuchWalk):
            await review_walk(walk.id, ACCEPT, by=who, now=NOW)
    with pytest.raises(NoSuchWalk):
        await review_walk(uuid4(), ACCEPT, by=LEAD, now=NOW)
    assert (await review_walk(walk.id, ACCEPT, by=ADMINISTRATOR, now=NOW)).state == "accepted"


async def test_the_same_decision_again_changes_nothing(database: str) -> None:
    """A retry keeps the first moment and leaves no second event."""
    walk = await a_walk(await a_programme())
    first = await review_walk(walk.id, REJECT, by=LEAD, now=NOW)
    again = await review_walk(walk.id, REJECT, by=LEAD, now=LATER)

    assert first == again
    assert await AuditEvent.count().where(AuditEvent.subject == "walk") == 1


async def test_a_decision_can_be_changed_with_a_reason(database: str) -> None:
    """And the trail keeps both."""
    walk = await a_walk(await a_programme())
    await review_walk(walk.id, REJECT, by=LEAD, now=NOW)
    with pytest.raises(DecisionNotAcceptable):
        await review_walk(walk.id, ACCEPT, by=LEAD, now=LATER)
    changed = WalkDecision(decision="accepted", reason="It was the other walk.")

    assert (await review_walk(walk.id, changed, by=LEAD, now=LATER)).reviewed_at == LATER
    trail = await AuditEvent.select(AuditEvent.action).where(AuditEvent.subject == "walk").order_by(AuditEvent.number)
    assert [event["action"] for event in trail] == ["rejected", "accepted"]


async def test_eight_reviewers_decide_once(database: str) -> None:
    """All at once, alike: one event."""
    walk = await a_walk(await a_programme())
    answers = await asyncio.gather(*(review_walk(walk.id, ACCEPT, by=LEAD, now=NOW) for _ in range(8)))

    assert {answer.state for answer in answers} == {"accepted"}
    assert await AuditEvent.count().where(AuditEvent.subject == "walk") == 1
