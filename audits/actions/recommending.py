"""Recommendations: written for a responsible body, put right, answered, done with what shows it, and undone."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from audits.actions.content import (
    AnswerSaid,
    DoneSaid,
    RecommendationSaid,
    check_answer,
    check_done,
    check_reason,
    check_recommendation,
)
from audits.actions.errors import OutOfTurn
from audits.actions.keeping import Acting, Said, locked_issue, locked_recommendation, note_change, settle
from audits.actions.life import WAITING, WITHDRAWN, Act, Standing, check_turn, undone
from audits.actions.tables import Recommendation
from audits.errors import FieldError, IdTaken
from audits.nights import LONDON
from migrations.database import fetch_one, fetch_value, transaction

ANSWER = ("answer", "answered_on", "answered_by", "answer_reason")
DONE = ("done_on", "done_note")


def today_in_london(now: datetime) -> date:
    """The date on London's calendars at `now`."""
    return now.astimezone(LONDON).date()


async def recommend(issue_id: UUID, said: RecommendationSaid, *, id: UUID, acting: Acting) -> bool:
    """Recommend something about an issue; whether this was the first time, as the same again changes nothing.

    Raises NoSuchIssue, ActionNotAcceptable, OutOfTurn where the issue was withdrawn, IdTaken.
    """
    check_recommendation(said, since=today_in_london(acting.now))
    async with transaction():
        issue = await locked_issue(issue_id, acting)
        if issue["state"] == WITHDRAWN:
            raise OutOfTurn("This issue was withdrawn. Bring it back before you recommend something about it.")
        if await _is_there(id, issue["number"], said):
            return False
        row: dict[str, Any] = {
            "id": id,
            "issue": issue["number"],
            "programme": issue["programme"],
            **_columns(said),
            "written_at": acting.now,
            "written_by": acting.by.id,
            "state": WAITING,
            **dict.fromkeys((*ANSWER, *DONE, "withdrawn_at")),
            "version": 1,
        }
        (written,) = await Recommendation.insert(Recommendation(**row)).returning(Recommendation.number)
        await settle(issue["number"])
        kept = {"number": written["number"], "issue": issue["number"], "id": id}
        await _note("recommended", kept, acting, msgspec.to_builtins(said))
    return True


async def correct_recommendation(
    recommendation_id: UUID, said: RecommendationSaid, *, reason: str, acting: Acting
) -> None:
    """Put right what is recommended, to whom, or by when; what was said before stays in the history.

    Raises NoSuchRecommendation, ActionChangedMeanwhile, ActionNotAcceptable, OutOfTurn.
    """
    check_reason(reason)
    async with transaction():
        row = await _in_turn("correct", recommendation_id, acting)
        check_recommendation(said, since=today_in_london(row["written_at"]))
        await _keep(row, "corrected", _columns(said), acting, msgspec.to_builtins(said), reason)


async def record_answer(recommendation_id: UUID, said: AnswerSaid, *, acting: Acting) -> None:
    """Keep what the body answered; a body may change its mind, and its earlier answer stays in the history.

    Raises NoSuchRecommendation, ActionChangedMeanwhile, ActionNotAcceptable, OutOfTurn once it is done or withdrawn.
    """
    check_answer(said, today=today_in_london(acting.now))
    async with transaction():
        row = await _in_turn("answer", recommendation_id, acting)
        answer = {
            "answer": said.answer,
            "answered_on": said.answered_on,
            "answered_by": said.answered_by.strip(),
            "answer_reason": (said.reason or "").strip() or None,
        }
        await _keep(row, said.answer, answer, acting, msgspec.to_builtins(said))


async def finish(recommendation_id: UUID, said: DoneSaid, *, acting: Acting) -> None:
    """Note that it was done, and what shows it; also where the body never answered.

    Raises NoSuchRecommendation, ActionChangedMeanwhile, ActionNotAcceptable, and OutOfTurn where it was refused.
    """
    check_done(said, today=today_in_london(acting.now))
    async with transaction():
        row = await _in_turn("finish", recommendation_id, acting)
        done = {"done_on": said.done_on, "done_note": said.note.strip()}
        await _keep(row, "done", done, acting, msgspec.to_builtins(said))


async def withdraw_recommendation(recommendation_id: UUID, *, reason: str, acting: Acting) -> None:
    """Take a recommendation back; nothing is deleted.

    Raises NoSuchRecommendation, ActionChangedMeanwhile, ActionNotAcceptable without a reason, OutOfTurn once done.
    """
    check_reason(reason)
    async with transaction():
        row = await _in_turn("withdraw", recommendation_id, acting)
        await _keep(row, "withdrawn", {"withdrawn_at": acting.now}, acting, {}, reason)


async def undo(recommendation_id: UUID, *, reason: str, acting: Acting) -> None:
    """Take back the last step, entered by mistake: the withdrawal, else that it was done, else the answer.

    Raises NoSuchRecommendation, ActionChangedMeanwhile, ActionNotAcceptable without a reason, OutOfTurn where it waits.
    """
    check_reason(reason)
    async with transaction():
        row = await _in_turn("undo", recommendation_id, acting)
        before = undone(standing_of(row))
        changed: dict[str, Any] = {} if before.withdrawn else {"withdrawn_at": None}
        changed |= {} if before.done else dict.fromkeys(DONE)
        changed |= {} if before.answer else dict.fromkeys(ANSWER)
        await _keep(row, "undone", changed, acting, {"was": row["state"]}, reason)


def standing_of(row: dict[str, Any]) -> Standing:
    """How far the recommendation of this row has come."""
    return Standing(answer=row["answer"], done=row["done_on"] is not None, withdrawn=row["withdrawn_at"] is not None)


async def _in_turn(act: Act, id: UUID, acting: Acting) -> dict[str, Any]:
    row = await locked_recommendation(id, acting)
    check_turn(act, row["state"])
    return row


async def _keep(
    row: dict[str, Any], action: str, changed: dict[str, Any], acting: Acting, said: Said, reason: str | None = None
) -> None:
    """Write what changed with the state that follows from it, the issue's state, and the history."""
    state = standing_of({**row, **changed}).state
    await Recommendation.update({**changed, "state": state, "version": row["version"] + 1}).where(
        Recommendation.number == row["number"]
    )
    await settle(row["issue"])
    await _note(action, row, acting, said, reason)


async def _note(action: str, row: dict[str, Any], acting: Acting, said: Said, reason: str | None = None) -> None:
    of = ("recommendation", row["id"])
    await note_change(row["issue"], action, acting, said, of=of, recommendation=row["number"], reason=reason)


async def _is_there(id: UUID, issue: int, said: RecommendationSaid) -> bool:
    row = await fetch_one("select number, issue from recommendation where id = $1", id)
    if row is None:
        return False
    first = await fetch_value(
        "select said from action_change where recommendation = $1 order by number limit 1", row["number"]
    )
    if row["issue"] != issue or msgspec.json.decode(first) != msgspec.to_builtins(said):
        message = "This id names another recommendation. Write this one under a new id."
        raise IdTaken(message, [FieldError("id", message)])
    return True


def _columns(said: RecommendationSaid) -> dict[str, Any]:
    return {
        "action": said.action.strip(),
        "body_kind": said.body_kind,
        "body": said.body.strip(),
        "due_on": said.due_on,
    }
