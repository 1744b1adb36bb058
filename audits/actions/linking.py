"""Walking again: later stops at an issue's places are linked to it, to see what changed, and taken off again."""

from collections.abc import Sequence
from uuid import UUID

from audits.actions.content import MAX_STOPS, check_reason
from audits.actions.errors import ActionNotAcceptable, OutOfTurn
from audits.actions.keeping import Acting, locked_issue, note_change, settle
from audits.actions.life import DONE, WALKED_AGAIN
from audits.actions.stops import stops_named
from audits.errors import FieldError
from migrations.database import execute, execute_many, fetch, transaction


async def link_stops(issue_id: UUID, stop_ids: Sequence[UUID], *, acting: Acting) -> None:
    """Link later stops to an issue of which something is done; those linked before stay. The same again is kept once.

    What cannot be compared is linked all the same, and said to be so. Raises NoSuchIssue, ActionChangedMeanwhile,
    ActionNotAcceptable, OutOfTurn.
    """
    async with transaction():
        issue = await locked_issue(issue_id, acting)
        if issue["state"] not in (DONE, WALKED_AGAIN):
            raise OutOfTurn("Walk again once what was recommended is done: nothing else waits for an answer then.")
        wanted = set(stop_ids)
        numbers = {stop.number for stop in await stops_named(sorted(wanted), caller=acting.by)}
        if not wanted or len(numbers) < len(wanted) or len(wanted) > MAX_STOPS:
            message = f"Tick 1 to {MAX_STOPS} stops of walks that you may see."
            raise ActionNotAcceptable(message, [FieldError("stop_ids", message)])
        held = {row["stop"] for row in await fetch("select stop from issue_stop where issue = $1", issue["number"])}
        if numbers & held:
            message = "The issue was raised from some of these stops. Choose later ones."
            raise ActionNotAcceptable(message, [FieldError("stop_ids", message)])
        await execute_many(
            "insert into re_audit_stop (issue, stop, linked_at, linked_by) values ($1, $2, $3, $4) "
            "on conflict (issue, stop) do nothing",
            [(issue["number"], number, acting.now, acting.by.id) for number in sorted(numbers)],
        )
        await settle(issue["number"])
        said = {"stop_ids": sorted(map(str, wanted))}
        await note_change(issue["number"], "walked-again", acting, said, of=("issue", issue_id))


async def unlink_stops(issue_id: UUID, *, reason: str, acting: Acting) -> None:
    """Take every later stop off the issue, with a reason; others can be linked.

    Raises NoSuchIssue, ActionChangedMeanwhile, ActionNotAcceptable without a reason, OutOfTurn where none is linked.
    """
    check_reason(reason)
    async with transaction():
        issue = await locked_issue(issue_id, acting)
        linked = await fetch("select stop from re_audit_stop where issue = $1", issue["number"])
        if not linked:
            raise OutOfTurn("No later stop is linked to this issue.")
        await execute("delete from re_audit_stop where issue = $1", issue["number"])
        await settle(issue["number"])
        await note_change(issue["number"], "unlinked", acting, {}, of=("issue", issue_id), reason=reason)
