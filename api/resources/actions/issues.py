"""Issues: raised, read, put right, withdrawn and brought back, and walked again for."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
from litestar import Request, Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.resources.actions.acting import ACTING, EDITING, Why, tagged
from api.resources.actions.asked import ASKED
from api.resources.actions.shown import ChangeShown, IssueListed, IssueShown, change_shown, issue_listed, issue_shown
from api.resources.paging import Page, page
from api.roles import Principal
from audits.actions import issues as questions
from audits.actions import linking, raising
from audits.actions.content import IssueSaid
from audits.actions.issues import Asked, Raised
from audits.actions.keeping import Acting
from audits.actions.recommending import today_in_london

ONE = "/api/issues/{issue_id:uuid}"


class NewIssue(IssueSaid, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An issue to raise; with an `id` of the client's own it can be sent again safely."""

    programme_id: UUID
    id: UUID | None = None


class CorrectedIssue(IssueSaid, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that is said of an issue, put right, and why."""

    reason: str


class StopsMeant(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Later stops at an issue's places."""

    stop_ids: list[UUID]


class History(msgspec.Struct, frozen=True, kw_only=True):
    """Every change, the newest first."""

    items: list[ChangeShown]


@get("/api/issues", dependencies=ASKED, tags=["actions"], summary="What is wrong, newest first")
async def list_issues(
    request: Request[Any, Any, Any],
    who: NamedDependency[Principal],
    now: NamedDependency[datetime],
    asked: NamedDependency[Asked],
) -> Page[IssueListed]:
    """Of every programme that the caller may see, or of one; each with what is recommended about it."""
    found = await questions.issues(asked, caller=who.caller)

    def show(one: Raised) -> IssueListed:
        return issue_listed(one, today=today_in_london(now))

    return page(request, found, limit=asked.limit - 1, number=lambda one: one.number, show=show)


@post("/api/issues", dependencies=ACTING, tags=["actions"], summary="Raise an issue from stops")
async def raise_issue(data: JSONBody[NewIssue], acting: NamedDependency[Acting]) -> Response[IssueShown]:
    """201 the first time, 200 the same again under the same `id`; the stops are of accepted walks."""
    issue_id = data.id or uuid4()
    said = IssueSaid(**{name: getattr(data, name) for name in IssueSaid.__struct_fields__})
    first = await raising.raise_issue(data.programme_id, said, id=issue_id, acting=acting)
    return await _answer(issue_id, acting, status_code=201 if first else 200)


@get(ONE, dependencies=ACTING, tags=["actions"], summary="One issue with its stops and what changed")
async def get_issue(issue_id: FromPath[UUID], acting: NamedDependency[Acting]) -> Response[IssueShown]:
    """With the ETag that an edit sends back as If-Match. 404 where it is absent, or not yours."""
    return await _answer(issue_id, acting)


@put(ONE, dependencies=EDITING, tags=["actions"], summary="Put right what is said of an issue")
async def put_issue(
    issue_id: FromPath[UUID], data: JSONBody[CorrectedIssue], acting: NamedDependency[Acting]
) -> Response[IssueShown]:
    """412 where somebody else changed it meanwhile, 428 without If-Match; what was said before stays in its history."""
    said = IssueSaid(**{name: getattr(data, name) for name in IssueSaid.__struct_fields__})
    await raising.correct_issue(issue_id, said, reason=data.reason, acting=acting)
    return await _answer(issue_id, acting)


@post(f"{ONE}/withdrawal", status_code=200, dependencies=EDITING, tags=["actions"], summary="Withdraw an issue")
async def withdraw(
    issue_id: FromPath[UUID], data: JSONBody[Why], acting: NamedDependency[Acting]
) -> Response[IssueShown]:
    """Raised by mistake; nothing is deleted, and it can be brought back."""
    await raising.withdraw_issue(issue_id, reason=data.reason, acting=acting)
    return await _answer(issue_id, acting)


@post(f"{ONE}/return", status_code=200, dependencies=EDITING, tags=["actions"], summary="Bring an issue back")
async def bring_back(
    issue_id: FromPath[UUID], data: JSONBody[Why], acting: NamedDependency[Acting]
) -> Response[IssueShown]:
    """What was withdrawn stands again."""
    await raising.bring_back_issue(issue_id, reason=data.reason, acting=acting)
    return await _answer(issue_id, acting)


@post(f"{ONE}/re-audit", status_code=200, dependencies=EDITING, tags=["actions"], summary="Link stops walked later")
async def walk_again(
    issue_id: FromPath[UUID], data: JSONBody[StopsMeant], acting: NamedDependency[Acting]
) -> Response[IssueShown]:
    """Once it is done. What cannot be compared is linked, and says why not."""
    await linking.link_stops(issue_id, data.stop_ids, acting=acting)
    return await _answer(issue_id, acting)


@post(f"{ONE}/re-audit/undo", status_code=200, dependencies=EDITING, tags=["actions"], summary="Unlink later stops")
async def unlink(
    issue_id: FromPath[UUID], data: JSONBody[Why], acting: NamedDependency[Acting]
) -> Response[IssueShown]:
    """Every later stop is taken off; others can be linked."""
    await linking.unlink_stops(issue_id, reason=data.reason, acting=acting)
    return await _answer(issue_id, acting)


@get(f"{ONE}/history", tags=["actions"], summary="Every change of an issue")
async def issue_history(issue_id: FromPath[UUID], who: NamedDependency[Principal]) -> History:
    """The newest first, with those of what is recommended about it."""
    return History(items=[change_shown(one) for one in await questions.history(issue_id, caller=who.caller)])


async def _answer(issue_id: UUID, acting: Acting, *, status_code: int = 200) -> Response[IssueShown]:
    whole = await questions.issue(issue_id, caller=acting.by)
    shown = issue_shown(whole, today=today_in_london(acting.now))
    return Response(shown, status_code=status_code, headers=tagged(whole.issue.version))


HANDLERS = [
    list_issues,
    raise_issue,
    get_issue,
    put_issue,
    withdraw,
    bring_back,
    walk_again,
    unlink,
    issue_history,
]
