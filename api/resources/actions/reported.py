"""What became of what an auditor's own walks found, for her phone."""

from datetime import date
from uuid import UUID

import msgspec
from litestar import get
from litestar.di import NamedDependency

from api.resources.actions.shown import as_shown
from api.roles import Principal
from audits.actions.queries import Reported, reported_by
from audits.nights import LONDON


class WhatIsDone(msgspec.Struct, frozen=True, kw_only=True):
    """What a body was asked to do, what it answered, and when it was done; nobody's name."""

    action: str
    body: str
    due_on: date
    state: str
    answered_on: date | None
    answer_reason: str | None
    done_on: date | None


class IssueReported(msgspec.Struct, frozen=True, kw_only=True):
    """An issue that her walks helped to raise; `id` tells two apart and opens nothing."""

    id: UUID
    programme_id: UUID
    programme: str
    kind: str
    title: str
    place: str
    state: str
    raised_on: date
    walk_ids: list[UUID]
    recommendations: list[WhatIsDone]


class ReportedList(msgspec.Struct, frozen=True, kw_only=True):
    """All of them, the newest first."""

    items: list[IssueReported]


@get("/api/auditors/me/reported", tags=["walks"], summary="What became of what your walks found")
async def reported(who: NamedDependency[Principal]) -> ReportedList:
    """Of walks that you handed in, or answered at; what is withdrawn is left out."""
    assert who.auditor is not None  # the matrix lets auditors in alone
    return ReportedList(items=[_issue(one) for one in await reported_by(who.auditor)])


def _issue(one: Reported) -> IssueReported:
    raised = one.raised
    standing = [as_shown(WhatIsDone, each) for each in raised.recommendations if each.state != "withdrawn"]
    raised_on = raised.raised_at.astimezone(LONDON).date()
    return as_shown(IssueReported, raised, raised_on=raised_on, walk_ids=list(one.walk_ids), recommendations=standing)


HANDLERS = [reported]
