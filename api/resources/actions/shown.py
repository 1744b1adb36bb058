"""Issues and recommendations as programs see them: nobody who walked is in them, and no note or personal answer."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from audits.actions.comparing import CAUTION, Change, StopSeen
from audits.actions.issues import Happened, Pictured, Raised, Recommended, WholeIssue
from geo.grid import INFERENCE_SIDE_M, cell_id

Shown = TypeVar("Shown", bound=msgspec.Struct)


class PictureShown(msgspec.Struct, frozen=True, kw_only=True):
    """A picture that shows that something was done, and where it is to be had."""

    id: UUID
    caption: str
    width: int
    height: int
    added_at: datetime
    url: str


class RecommendationShown(msgspec.Struct, frozen=True, kw_only=True):
    """What one body should do by when, and what came of it; `written_by` is the id of somebody of the staff."""

    id: UUID
    issue_id: UUID
    action: str
    body_kind: str
    body: str
    due_on: date
    overdue: bool
    written_at: datetime
    written_by: str
    state: str
    answer: str | None
    answered_on: date | None
    answered_by: str | None
    answer_reason: str | None
    done_on: date | None
    done_note: str | None
    photos: list[PictureShown]
    etag: str


class IssueListed(msgspec.Struct, frozen=True, kw_only=True):
    """An issue in a list; `raised_by` is the id of somebody of the staff."""

    id: UUID
    programme_id: UUID
    kind: str
    title: str
    description: str
    place: str
    factors: tuple[str, ...]
    causes: tuple[str, ...]
    state: str
    raised_at: datetime
    raised_by: str
    etag: str
    recommendations: list[RecommendationShown]


class StopShown(msgspec.Struct, frozen=True, kw_only=True):
    """A stop of an issue: where, on which night, and what the group scored; `why_not` is a later stop's."""

    id: UUID
    walk_id: UUID
    walk_state: str
    night_of: date
    leg: str
    sun_band: str | None
    planned_stop_id: UUID | None
    location: dict[str, Any] | None
    cell: str | None
    scores: Mapping[str, int | str]
    why_not: str | None = None


class IssueShown(msgspec.Struct, frozen=True, kw_only=True):
    """An issue with its stops, those walked later, and what was seen to change, with n and its caution."""

    issue: IssueListed
    stops: list[StopShown]
    walked_again: list[StopShown]
    changes: list[Change]
    caution: str


class ChangeShown(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a history; `by` is the id of somebody of the staff."""

    at: datetime
    by: str
    action: str
    reason: str | None
    said: dict[str, Any]
    recommendation_id: UUID | None


def as_shown(kind: type[Shown], of: object, **more: Any) -> Shown:
    """A value to show: what `of` calls by the same names, and what is said of it besides."""
    return kind(**{name: getattr(of, name) for name in kind.__struct_fields__ if name not in more}, **more)


def recommendation_shown(one: Recommended, *, today: date) -> RecommendationShown:
    """A recommendation; `today` is London's, and tells what is late."""
    photos = [picture_shown(picture, one.id) for picture in one.photos]
    return as_shown(RecommendationShown, one, overdue=one.overdue(today), photos=photos, etag=f'"{one.version}"')


def picture_shown(picture: Pictured, recommendation_id: UUID) -> PictureShown:
    """A picture with its address."""
    return as_shown(PictureShown, picture, url=f"/api/recommendations/{recommendation_id}/photos/{picture.id}")


def issue_listed(one: Raised, *, today: date) -> IssueListed:
    """An issue with what is recommended about it."""
    recommended = [recommendation_shown(each, today=today) for each in one.recommendations]
    return as_shown(IssueListed, one, etag=f'"{one.version}"', recommendations=recommended)


def issue_shown(whole: WholeIssue, *, today: date) -> IssueShown:
    """An issue with all that belongs to it."""
    return IssueShown(
        issue=issue_listed(whole.issue, today=today),
        stops=[stop_shown(stop) for stop in whole.stops],
        walked_again=[stop_shown(later.stop, why_not=later.why_not) for later in whole.later],
        changes=list(whole.changes),
        caution=CAUTION,
    )


def stop_shown(stop: StopSeen, *, why_not: str | None = None) -> StopShown:
    """A stop with its group's scores."""
    position = [stop.longitude, stop.latitude]
    location = None if stop.longitude is None else {"type": "Point", "coordinates": position}
    cell = None if stop.cell is None else cell_id(INFERENCE_SIDE_M, *stop.cell)
    return as_shown(StopShown, stop, location=location, cell=cell, why_not=why_not)


def change_shown(one: Happened) -> ChangeShown:
    """An entry of a history."""
    return as_shown(ChangeShown, one)
