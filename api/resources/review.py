"""Review: the walks of a lead's programmes, and her decisions about them."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, get_args
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.exceptions import ValidationException
from litestar.params import FromPath, JSONBody, QueryParameter

from api.resources.paging import Cursor, Limit, Page, number_in, page
from api.roles import Principal
from audits import queries
from audits import review as commands
from audits.queries import WalksAsked
from audits.review import WalkDecision

State = Literal["incomplete", "received", "quarantined", "accepted", "rejected"]
STATES = get_args(State)
# Litestar keeps the name `state` for itself, and would blame `in_state` for a value that is none: we look ourselves.
InState = Annotated[
    str | None, QueryParameter(name="state", description="In one state only.", schema_extra={"enum": [*STATES]})
]


class ProblemShown(msgspec.Struct, frozen=True, kw_only=True):
    """Why a walk is quarantined, or a note on it."""

    code: str
    detail: str
    field: str | None


class PhotoListed(msgspec.Struct, frozen=True, kw_only=True):
    """A walk's photo, by the id under which it is looked at and reviewed."""

    id: UUID
    stop_id: UUID | None
    state: str
    review: str


class WalkListed(msgspec.Struct, frozen=True, kw_only=True):
    """A walk for its reviewer: no place, note, score or response is in it, and no time finer than the night."""

    id: UUID
    programme_id: UUID
    state: State
    instrument_version: int
    leg: str
    paired_walk_id: UUID | None
    night_of: date
    duration_min: int
    dark: bool | None
    group_size: int
    cut_short: bool
    stops: int
    problems: list[ProblemShown]
    photos: list[PhotoListed]
    revisions: int
    reviewed_at: datetime | None
    review_reason: str | None


class ReviewShown(msgspec.Struct, frozen=True, kw_only=True):
    """The decision that stands."""

    walk_id: UUID
    state: State
    reviewed_at: datetime
    review_reason: str | None


@get("/api/walks", tags=["review"], summary="Walks to review, newest receipt first")
async def list_walks(
    request: Request[Any, Any, Any],
    who: NamedDependency[Principal],
    programme_id: Annotated[UUID | None, QueryParameter(description="Of one programme only.")] = None,
    in_state: InState = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[WalkListed]:
    """Of every programme that the caller may see, or of one."""
    asked = WalksAsked(programme_id=programme_id, state=_known(in_state), before=number_in(cursor), limit=limit + 1)
    found = await queries.walks(asked, caller=who.caller)
    return page(request, found, limit=limit, number=lambda walk: int(walk["number"]), show=_listed)


def _known(state: str | None) -> str | None:
    if state is not None and state not in STATES:
        message = f"Ask for one of {', '.join(STATES)}."
        raise ValidationException(extra=[{"key": "state", "message": message}])
    return state


def _listed(walk: dict[str, Any]) -> WalkListed:
    return msgspec.convert(walk, WalkListed)


@post("/api/walks/{walk_id:uuid}/review", status_code=200, tags=["review"], summary="Accept or reject a walk")
async def review_walk(
    walk_id: FromPath[UUID],
    data: JSONBody[WalkDecision],
    who: NamedDependency[Principal],
    now: NamedDependency[datetime],
) -> ReviewShown:
    """A rejection, and a changed decision, needs a reason. The same decision again changes nothing."""
    reviewed = await commands.review_walk(walk_id, data, by=who.caller, now=now)
    return msgspec.convert(reviewed, ReviewShown, from_attributes=True)


REVIEW = [list_walks, review_walk]
