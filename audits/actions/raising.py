"""Issues: raised from the stops of accepted walks, put right, withdrawn when raised by mistake, and brought back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from audits.actions.comparing import StopSeen
from audits.actions.content import IssueSaid, check_issue, check_reason
from audits.actions.errors import ActionNotAcceptable, OutOfTurn
from audits.actions.keeping import Acting, Said, locked_issue, note_change, settle
from audits.actions.life import RAISED, WITHDRAWN
from audits.actions.stops import stops_named
from audits.actions.tables import Issue
from audits.errors import FieldError, IdTaken
from audits.instrument import instrument
from audits.queries import Caller, programme
from migrations.database import execute, execute_many, fetch_one, fetch_value, transaction


async def raise_issue(programme_id: UUID, said: IssueSaid, *, id: UUID, acting: Acting) -> bool:
    """Raise an issue under `id`; whether this was the first time, as the same again changes nothing.

    Raises NoSuchProgramme, ActionNotAcceptable, and IdTaken where the id names another issue.
    """
    async with transaction():
        of = await programme(programme_id, caller=acting.by)
        check_issue(said, instrument(of.instrument_version))
        stops = await _stops(said, of.number, acting.by)
        if await _is_there(id, of.number, said):
            return False
        row: dict[str, Any] = {
            "id": id,
            "programme": of.number,
            **_columns(said),
            "state": RAISED,
            "raised_at": acting.now,
            "raised_by": acting.by.id,
            "withdrawn_at": None,
            "version": 1,
        }
        (written,) = await Issue.insert(Issue(**row)).returning(Issue.number)
        await _hold(int(written["number"]), stops)
        await note_change(written["number"], "raised", acting, _told(said), of=("issue", id))
    return True


async def correct_issue(issue_id: UUID, said: IssueSaid, *, reason: str, acting: Acting) -> None:
    """Put right what is said of an issue; what was said before stays in its history.

    Raises NoSuchIssue, ActionChangedMeanwhile, ActionNotAcceptable, and OutOfTurn where it was withdrawn.
    """
    check_reason(reason)
    async with transaction():
        row = await locked_issue(issue_id, acting)
        if row["state"] == WITHDRAWN:
            raise OutOfTurn("This issue was withdrawn. Bring it back first, with a reason.")
        check_issue(said, instrument(await _version_asked(row["programme"])))
        stops = await _stops(said, row["programme"], acting.by)
        await Issue.update(_columns(said)).where(Issue.number == row["number"])
        await execute("delete from issue_stop where issue = $1", row["number"])
        await _hold(row["number"], stops)
        await settle(row["number"])
        await note_change(row["number"], "corrected", acting, _told(said), of=("issue", issue_id), reason=reason)


async def withdraw_issue(issue_id: UUID, *, reason: str, acting: Acting) -> None:
    """Take back what was raised by mistake; nothing is deleted, and its recommendations rest with it.

    Raises NoSuchIssue, ActionChangedMeanwhile, ActionNotAcceptable without a reason, OutOfTurn when it was already.
    """
    await _stand(issue_id, withdrawn=True, reason=reason, acting=acting)


async def bring_back_issue(issue_id: UUID, *, reason: str, acting: Acting) -> None:
    """Let a withdrawn issue stand again, as its recommendations do. Raises as withdraw_issue does."""
    await _stand(issue_id, withdrawn=False, reason=reason, acting=acting)


async def _stand(issue_id: UUID, *, withdrawn: bool, reason: str, acting: Acting) -> None:
    check_reason(reason)
    async with transaction():
        row = await locked_issue(issue_id, acting)
        if (row["state"] == WITHDRAWN) == withdrawn:
            already = "This issue was withdrawn already." if withdrawn else "This issue stands: nothing was withdrawn."
            raise OutOfTurn(already)
        # The state and its date change together: the database's check sees no moment in between.
        since, state = (acting.now, WITHDRAWN) if withdrawn else (None, RAISED)
        await execute("update issue set withdrawn_at = $2, state = $3 where number = $1", row["number"], since, state)
        await settle(row["number"])
        action = "withdrawn" if withdrawn else "brought-back"
        await note_change(row["number"], action, acting, {}, of=("issue", issue_id), reason=reason)


async def _version_asked(programme_number: int) -> int:
    return int(await fetch_value("select instrument_version from programme where number = $1", programme_number))


async def _stops(said: IssueSaid, programme_number: int, by: Caller) -> Sequence[StopSeen]:
    """The stops that were named, all of this programme's accepted walks; else nothing is said of the others."""
    named = await stops_named(said.stop_ids, caller=by)
    here = [stop for stop in named if stop.walk_state == "accepted" and stop.of == programme_number]
    if len(here) < len(said.stop_ids):
        message = "Some of these stops are not of an accepted walk of this programme. Choose among those that are."
        raise ActionNotAcceptable(message, [FieldError("stop_ids", message)])
    return here


async def _is_there(id: UUID, programme_number: int, said: IssueSaid) -> bool:
    row = await fetch_one("select number, programme from issue where id = $1", id)
    if row is None:
        return False
    first = await fetch_value(
        "select said from action_change where issue = $1 and action = 'raised' order by number limit 1", row["number"]
    )
    if row["programme"] != programme_number or msgspec.json.decode(first) != _told(said):
        message = "This id names another issue. Raise this one under a new id."
        raise IdTaken(message, [FieldError("id", message)])
    return True


async def _hold(issue: int, stops: Sequence[StopSeen]) -> None:
    rows = [(issue, stop.number) for stop in stops]
    await execute_many("insert into issue_stop (issue, stop) values ($1, $2)", rows)


def _columns(said: IssueSaid) -> dict[Any, Any]:
    return {
        "kind": said.kind,
        "title": said.title.strip(),
        "description": said.description.strip(),
        "place": said.place.strip(),
        "factors": msgspec.json.encode(sorted(set(said.factors))).decode(),
        "causes": msgspec.json.encode(sorted(set(said.causes))).decode(),
    }


def _told(said: IssueSaid) -> Said:
    """What the history keeps of it."""
    told: Said = msgspec.to_builtins(said)
    return {**told, "stop_ids": sorted(told["stop_ids"])}
