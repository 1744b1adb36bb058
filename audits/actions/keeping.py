"""What every command on issues and recommendations shares: the row locked as it was read, its change kept twice.

`action_change` tells what was said, for whoever follows an issue; the trail tells who did what, for the auditor of
the house. Both are written in the command's own transaction.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from audits.actions.errors import ActionChangedMeanwhile, NoSuchIssue, NoSuchRecommendation, OutOfTurn
from audits.actions.life import WITHDRAWN, issue_state
from audits.events import note_event
from audits.queries import VISIBLE, Caller, sight
from migrations.database import execute, fetch, fetch_one, fetch_value, lock

Said = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Acting:
    """Who acts, when, and on which version of what: None where nothing was read before."""

    by: Caller
    now: datetime
    version: int | None = None


async def locked_issue(issue_id: UUID, acting: Acting) -> dict[str, Any]:
    """The issue's row with its programme's number and id, locked until the end of the transaction.

    Raises NoSuchIssue, and ActionChangedMeanwhile where another version was read.
    """
    return await _locked("issue", issue_id, acting, NoSuchIssue())


async def locked_recommendation(recommendation_id: UUID, acting: Acting) -> dict[str, Any]:
    """The recommendation's row, locked with its issue, which is locked first so that nobody waits in a circle.

    Raises NoSuchRecommendation, ActionChangedMeanwhile, and OutOfTurn where its issue was withdrawn.
    """
    issue = await _seen("recommendation", recommendation_id, acting.by)
    if issue is None:
        raise NoSuchRecommendation
    (above,) = await lock("select number, state from issue where number = $1", issue["issue"])
    row = await _locked("recommendation", recommendation_id, acting, NoSuchRecommendation())
    if above["state"] == WITHDRAWN:
        raise OutOfTurn("Its issue was withdrawn. Bring the issue back first, with a reason.")
    return row


async def _locked(table: str, id: UUID, acting: Acting, absent: NoSuchIssue | NoSuchRecommendation) -> dict[str, Any]:
    seen = await _seen(table, id, acting.by)
    if seen is None:
        raise absent
    (row,) = await lock(f"select * from {table} where number = $1", seen["number"])  # noqa: S608 - our own names
    if acting.version is not None and row["version"] != acting.version:
        raise ActionChangedMeanwhile
    return row


async def _seen(table: str, id: UUID, by: Caller) -> dict[str, Any] | None:
    columns = f"{table}.number" + (", recommendation.issue" if table == "recommendation" else "")
    return await fetch_one(
        f"select {columns} from {table} join programme on programme.number = {table}.programme "  # noqa: S608
        f"where {table}.id = $4 and {VISIBLE}",
        *sight(by),
        id,
    )


async def note_change(
    issue: int,
    action: str,
    acting: Acting,
    said: Said,
    *,
    of: tuple[str, UUID],
    recommendation: int | None = None,
    reason: str | None = None,
) -> None:
    """Keep a change: what was said beside the issue, and that it was done in the trail; `of` is its kind and id."""
    await execute(
        "insert into action_change (issue, recommendation, at, by, action, reason, said) "
        "values ($1, $2, $3, $4, $5, $6, $7)",
        issue,
        recommendation,
        acting.now,
        acting.by.id,
        action,
        reason,
        msgspec.json.encode(said).decode(),
    )
    await note_event(action, of=of[0], id=of[1], by=acting.by.id, at=acting.now)


async def settle(issue: int) -> str:
    """Let the issue's state be what its recommendations make it, and give it a new version; gives the state."""
    withdrawn = await fetch_value("select withdrawn_at from issue where number = $1", issue) is not None
    states = [row["state"] for row in await fetch("select state from recommendation where issue = $1", issue)]
    again = await fetch_value("select count(*) from re_audit_stop where issue = $1", issue)
    state = issue_state(states, withdrawn=withdrawn, walked_again=bool(again))
    await execute("update issue set state = $2, version = version + 1 where number = $1", issue, state)
    return state
