"""Keeping the pledges, for programs: each with its evidence, its version and its history."""

from datetime import date, datetime
from typing import Any

import msgspec
from litestar import Request, Response, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.problems import IfMatchMissing
from api.resources.mine.acting import ACTING
from charter.errors import ChangedMeanwhile
from charter.keeping import pledges, queries
from charter.keeping.at_desk import Change, Kept, Picture
from charter.keeping.evidence import Keeping
from charter.keeping.members import Member

ONE_PLEDGE = "/api/charter/mine/pledges/{number:int}"
ETAG = '"{}"'


class PictureShown(msgspec.Struct, frozen=True, kw_only=True):
    """A picture of the evidence, and where it is to be had."""

    id: str
    caption: str
    width: int
    height: int
    added_at: datetime
    url: str


class PledgeShown(msgspec.Struct, frozen=True, kw_only=True):
    """A pledge as its organisation keeps it."""

    number: int
    state: str
    statement: str | None
    evidence: dict[str, Any]
    evidence_on: date | None
    changed_at: datetime | None
    etag: str
    files: list[PictureShown]


class ChangeShown(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a pledge's history; `by` is a role, or the calendar as `worker`."""

    at: datetime
    by: str
    state: str
    statement: str | None
    evidence: dict[str, Any]
    evidence_on: date | None


class History(msgspec.Struct, frozen=True, kw_only=True):
    """Every change, the newest first."""

    items: list[ChangeShown]


@get(ONE_PLEDGE, dependencies=ACTING, tags=["desk"], summary="How one pledge is kept")
async def get_pledge(number: FromPath[int], by: NamedDependency[Member]) -> Response[PledgeShown]:
    """With the ETag that an edit sends back as If-Match."""
    kept = await queries.kept_of(by, number)
    return _answer(kept, await queries.pictures_of(by, number), by)


@put(ONE_PLEDGE, dependencies=ACTING, tags=["desk"], summary="Say how a pledge is kept")
async def put_pledge(
    number: FromPath[int],
    data: JSONBody[Keeping],
    request: Request[Any, Any, Any],
    by: NamedDependency[Member],
    now: NamedDependency[datetime],
) -> Response[PledgeShown]:
    """412 where somebody else changed it meanwhile, 428 without If-Match, 422 naming the fields that cannot stand."""
    version = _version(request.headers.get("if-match"))
    kept = await pledges.keep_pledge(by, number, data, version=version, now=now)
    return _answer(kept, await queries.pictures_of(by, number), by)


@get(f"{ONE_PLEDGE}/history", dependencies=ACTING, tags=["desk"], summary="Every change of a pledge")
async def pledge_history(number: FromPath[int], by: NamedDependency[Member]) -> History:
    """The newest first, with the role of whoever changed it and never her name."""
    return History(items=[_change(change) for change in await queries.history_of(by, number)])


def pledge_shown(kept: Kept, pictures: tuple[Picture, ...], by: Member) -> PledgeShown:
    """A pledge as the contract writes it."""
    return PledgeShown(
        number=kept.pledge,
        state=kept.state,
        statement=kept.statement,
        evidence=msgspec.to_builtins(kept.evidence),
        evidence_on=kept.evidence_on,
        changed_at=kept.changed_at,
        etag=ETAG.format(kept.version),
        files=[picture_shown(picture, by) for picture in pictures if picture.pledge == kept.pledge],
    )


def picture_shown(picture: Picture, by: Member) -> PictureShown:
    """A picture with its address, which names the organisation: whoever acts for several needs no more than it."""
    path = f"/api/charter/mine/pledges/{picture.pledge}/files/{picture.id}"
    return PictureShown(
        id=str(picture.id),
        caption=picture.caption,
        width=picture.width,
        height=picture.height,
        added_at=picture.added_at,
        url=f"{path}?signatory={by.signatory_id}",
    )


def _answer(kept: Kept, pictures: tuple[Picture, ...], by: Member) -> Response[PledgeShown]:
    shown = pledge_shown(kept, pictures, by)
    return Response(shown, headers={"ETag": shown.etag, "Cache-Control": "private, no-cache"})


def _version(if_match: str | None) -> int:
    if if_match is None:
        raise IfMatchMissing
    # A proxy that compresses makes our ETag a weak one; what it names is still the same version.
    digits = if_match.strip().removeprefix("W/").strip('"')
    if not digits.isascii() or not digits.isdigit() or len(digits) > 18:
        raise ChangedMeanwhile
    return int(digits)


def _change(change: Change) -> ChangeShown:
    return ChangeShown(
        at=change.at,
        by=change.by,
        state=change.state,
        statement=change.statement,
        evidence=msgspec.to_builtins(change.evidence),
        evidence_on=change.evidence_on,
    )


HANDLERS = [get_pledge, put_pledge, pledge_history]
