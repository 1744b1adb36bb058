"""The life cycle: whatever is done in whatever order, no state arises that could not be explained."""

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audits.actions.errors import OutOfTurn
from audits.actions.issues import Happened, history, issue, recommendation
from audits.actions.keeping import Acting
from audits.actions.life import (
    ISSUE_STATES,
    MAY,
    RECOMMENDATION_STATES,
    Act,
    Standing,
    check_turn,
    issue_state,
    undone,
)
from audits.actions.linking import unlink_stops
from audits.actions.raising import bring_back_issue, withdraw_issue
from audits.actions.recommending import (
    correct_recommendation,
    finish,
    record_answer,
    undo,
    withdraw_recommendation,
)
from audits.tables import AuditEvent
from migrations.database import execute, transaction
from tests.audits.actions.builders import ACCEPTED, DONE, REFUSED, acting, raised, recommended, to_do
from tests.audits.builders import LEAD, a_programme

WHY = "Typed into the wrong line."
ACTS = ("accept", "refuse", "finish", "correct", "withdraw", "undo", "withdraw issue", "bring back", "unlink")
# What moves a recommendation comes more often than what stops everything.
OFTEN = (*ACTS, "accept", "refuse", "finish", "finish", "undo", "undo", "bring back")
STANDINGS = [
    Standing(),
    Standing(answer="accepted"),
    Standing(answer="refused"),
    Standing(done=True),
    Standing(answer="accepted", done=True),
    Standing(withdrawn=True),
    Standing(answer="refused", withdrawn=True),
]


@pytest.mark.parametrize("standing", STANDINGS, ids=lambda one: f"{one.answer}-{one.done}-{one.withdrawn}")
def test_every_step_can_be_taken_back_until_it_waits(standing: Standing) -> None:
    """Undoing ends where it began, and each state on the way takes an undoing."""
    steps = 0
    while standing.state != "waiting":
        check_turn("undo", standing.state)
        standing, steps = undone(standing), steps + 1

    assert standing == Standing() and steps <= 2
    with pytest.raises(OutOfTurn):
        check_turn("undo", "waiting")


def test_each_state_takes_some_act_and_each_act_some_state() -> None:
    """There is no dead end."""
    assert set(MAY) == set(get_args(Act))
    assert {state for states in MAY.values() for state in states} == set(RECOMMENDATION_STATES)


@given(st.lists(st.sampled_from(RECOMMENDATION_STATES), max_size=5), st.booleans(), st.booleans())
def test_an_issue_is_over_only_when_nothing_is_to_come(states: list[str], withdrawn: bool, again: bool) -> None:
    """What somebody waits for outweighs what is over, and the order of recommendations does not matter."""
    state = issue_state(states, withdrawn=withdrawn, walked_again=again)

    assert state in ISSUE_STATES
    assert state == issue_state(states[::-1], withdrawn=withdrawn, walked_again=again)
    assert not (state in ("done", "walked_again") and {"waiting", "accepted"} & set(states))
    assert (state == "walked_again") <= again and (state == "withdrawn") == withdrawn


def told_by(changes: list[Happened]) -> str:
    """The state that a reader of the history would expect, step by step."""
    standing = Standing()
    for change in reversed(changes):
        match change.action if change.recommendation_id else "":
            case "accepted" | "refused" as answer:
                standing = replace(standing, answer=answer)
            case "done":
                standing = replace(standing, done=True)
            case "withdrawn":
                standing = replace(standing, withdrawn=True)
            case "undone":
                standing = undone(standing)
    return standing.state


async def act(name: str, issue_id: object, id: object, now: Acting) -> None:
    """One of ACTS, as the pages do it."""
    one, other = id, issue_id
    commands = {
        "accept": lambda: record_answer(one, ACCEPTED, acting=now),  # type: ignore[arg-type]
        "refuse": lambda: record_answer(one, REFUSED, acting=now),  # type: ignore[arg-type]
        "finish": lambda: finish(one, DONE, acting=now),  # type: ignore[arg-type]
        "correct": lambda: correct_recommendation(one, to_do(), reason=WHY, acting=now),  # type: ignore[arg-type]
        "withdraw": lambda: withdraw_recommendation(one, reason=WHY, acting=now),  # type: ignore[arg-type]
        "undo": lambda: undo(one, reason=WHY, acting=now),  # type: ignore[arg-type]
        "withdraw issue": lambda: withdraw_issue(other, reason=WHY, acting=now),  # type: ignore[arg-type]
        "bring back": lambda: bring_back_issue(other, reason=WHY, acting=now),  # type: ignore[arg-type]
        "unlink": lambda: unlink_stops(other, reason=WHY, acting=now),  # type: ignore[arg-type]
    }
    await commands[name]()


@settings(max_examples=15)
@given(acts=st.lists(st.sampled_from(OFTEN), min_size=12, max_size=30))
async def test_no_order_of_acts_leads_to_an_impossible_state(database: str, acts: list[str]) -> None:
    """Each act is kept whole with its event and its line of history, or refused whole with neither."""
    issue_id = await raised(await a_programme())
    id = await recommended(issue_id)
    kept = 0
    for name in acts:
        try:
            await act(name, issue_id, id, acting())
            kept += 1
        except OutOfTurn:
            pass
        one, whole = await recommendation(id, caller=LEAD), await issue(issue_id, caller=LEAD)
        standing = Standing(answer=one.answer, done=one.done_on is not None, withdrawn=one.state == "withdrawn")
        assert one.state == standing.state
        assert whole.issue.state == issue_state(
            [one.state], withdrawn=whole.issue.withdrawn_at is not None, walked_again=False
        )
        assert (one.answer == "refused") <= (one.done_on is None and one.answer_reason is not None)
        assert told_by(await history(issue_id, caller=LEAD)) == one.state

    told = await history(issue_id, caller=LEAD)
    events = await AuditEvent.count().where(AuditEvent.subject_id.is_in([str(issue_id), str(id)]))
    assert len(told) == events == kept + 2
    async with transaction():
        await execute("delete from issue where id = $1", issue_id)
