"""Review: a lead decides what a walk is worth; every decision leaves an event."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from audits.errors import DecisionNotAcceptable, FieldError, NoSuchWalk, NothingToReview
from audits.events import note_event
from audits.queries import VISIBLE, Caller, sight
from audits.tables import Walk
from migrations.database import fetch_one, lock, transaction

MAX_REASON_LENGTH = 2000


class WalkDecision(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a lead decides about a walk, and why."""

    decision: Literal["accepted", "rejected"]
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class ReviewedWalk:
    """The decision that stands."""

    walk_id: UUID
    state: str
    reviewed_at: datetime
    review_reason: str | None


def check_decision(decision: WalkDecision, *, state: str) -> None:
    """Whether `decision` may be made about a walk in `state`.

    Raises NothingToReview before the walk is complete, and DecisionNotAcceptable where a reason is owed: to the
    auditors for a rejection, and to the trail for changing what was decided.
    """
    if state == "incomplete":
        raise NothingToReview("Not all of this walk has come yet. Review it when its phone has completed it.")
    if len(decision.reason or "") > MAX_REASON_LENGTH:
        raise _needs(f"Say it in at most {MAX_REASON_LENGTH} characters.")
    if (decision.reason or "").strip():
        return
    if decision.decision == "rejected":
        raise _needs("Say why the walk is rejected, so that its auditors can understand it.")
    if state == "rejected":
        raise _needs("Say why the decision is changed.")


def _needs(message: str) -> DecisionNotAcceptable:
    return DecisionNotAcceptable(message, [FieldError("reason", message)])


async def review_walk(walk_id: UUID, decision: WalkDecision, *, by: Caller, now: datetime) -> ReviewedWalk:
    """Accept or reject a complete walk; the same decision again changes nothing.

    Raises NoSuchWalk where it is not the caller's to review, NothingToReview, DecisionNotAcceptable.
    """
    async with transaction():
        walk = await _walk(walk_id, by)
        check_decision(decision, state=walk["state"])
        if walk["state"] == decision.decision and decision.reason in (None, walk["review_reason"]):
            return _reviewed(walk_id, walk)
        decided = {
            "state": decision.decision,
            "reviewed_at": now,
            "reviewed_by": by.id,
            "review_reason": decision.reason,
        }
        await Walk.update(decided).where(Walk.number == walk["number"])
        before = {"before": walk["state"], "reason": decision.reason}
        await note_event(decision.decision, of="walk", id=walk_id, by=by.id, at=now, **before)
    return _reviewed(walk_id, decided)


def _reviewed(walk_id: UUID, walk: dict[str, Any]) -> ReviewedWalk:
    return ReviewedWalk(
        walk_id=walk_id,
        state=walk["state"],
        reviewed_at=walk["reviewed_at"],
        review_reason=walk["review_reason"],
    )


async def _walk(walk_id: UUID, by: Caller) -> dict[str, Any]:
    """The walk, locked, so that two reviewers decide one after the other."""
    seen = await _seen(walk_id, by)
    if seen is None:
        raise NoSuchWalk("There is no such walk, or it is not yours to review.")
    columns = "number, state, reviewed_at, review_reason"
    (walk,) = await lock(f"select {columns} from walk where number = $1", seen)  # noqa: S608 - our own text
    return walk


async def _seen(walk_id: UUID, by: Caller) -> int | None:
    """The number of the walk with that id, if its programme is the caller's to see."""
    found = await fetch_one(
        f"""
        select walk.number from walk join programme on programme.number = walk.programme
        where walk.id = $4 and {VISIBLE}
        """,  # noqa: S608 - our own texts
        *sight(by),
        walk_id,
    )
    return int(found["number"]) if found else None
