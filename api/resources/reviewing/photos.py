"""Review of photos: who agrees to show one, two people where it shows a person, and painting over for good."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get, post, put
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody

from api.roles import Principal
from audits.darkroom.children import Darkroom
from audits.photo_store.store import PhotoStore
from audits.reviewing.photos.agreeing import PhotoDecision, Standing
from audits.reviewing.photos.covering import Brushes, Cover, cover_photo
from audits.reviewing.photos.queries import photo_standing
from audits.reviewing.photos.rectangles import Rectangle
from audits.reviewing.photos.voting import vote, withdraw_vote

REVIEW = "/api/photos/{photo_id:uuid}/review"
ONE_COVER = "/api/photos/{photo_id:uuid}/covers/{cover_id:uuid}"


class Marked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is to be painted over."""

    rectangles: list[Rectangle]


class PhotoReviewShown(msgspec.Struct, frozen=True, kw_only=True):
    """What may be done with a photo now: `agreed` of `needed` people would show it; `mine` is what the caller decided.

    `shows_person` is null until somebody has said whether a person is visible.
    """

    photo_id: UUID
    review: Literal["unreviewed", "publishable", "withheld"]
    shows_person: bool | None
    agreed: int
    needed: int
    mine: Literal["publishable", "withheld"] | None


def brushes_of(darkroom: NamedDependency[Darkroom], photo_store: NamedDependency[PhotoStore]) -> Brushes:
    """What pictures are painted with, as a handler is given it."""
    return Brushes(darkroom=darkroom, photo_store=photo_store)


BRUSHES = {"brushes": Provide(brushes_of, sync_to_thread=False)}


@get(REVIEW, tags=["review"], summary="What may be done with a photo")
async def get_review(photo_id: FromPath[UUID], who: NamedDependency[Principal]) -> Response[PhotoReviewShown]:
    """The ETag is that of the larger picture, for If-Match on a decision."""
    photo, found = await photo_standing(photo_id, caller=who.caller)
    headers = {"ETag": f'"{photo.key}"', "Cache-Control": "private, no-cache"}
    return Response(_shown(photo.id, found, who), headers=headers)


@post(REVIEW, status_code=200, tags=["review"], summary="Publish or withhold a photo")
async def review_photo(
    request: Request[Any, Any, Any],
    photo_id: FromPath[UUID],
    data: JSONBody[PhotoDecision],
    who: NamedDependency[Principal],
    now: NamedDependency[datetime],
) -> PhotoReviewShown:
    """Publishable: it shows no people, plates or home windows; with a person in it, two people must say so.

    If-Match, where it is sent, names the picture that was looked at (412 where that was painted over since).
    """
    if_match = request.headers.get("if-match")
    seen = None if if_match is None else if_match.strip().removeprefix("W/").strip('"')
    return _shown(photo_id, await vote(photo_id, data, by=who.caller, now=now, seen=seen), who)


@delete(REVIEW, status_code=200, tags=["review"], summary="Take back what you decided about a photo")
async def take_back(
    photo_id: FromPath[UUID], who: NamedDependency[Principal], now: NamedDependency[datetime]
) -> PhotoReviewShown:
    """Where you decided nothing, nothing changes."""
    return _shown(photo_id, await withdraw_vote(photo_id, by=who.caller, now=now), who)


@put(ONE_COVER, dependencies=BRUSHES, tags=["review"], summary="Paint over parts of a photo, for good")
async def put_cover(
    photo_id: FromPath[UUID],
    cover_id: FromPath[UUID],
    data: JSONBody[Marked],
    who: NamedDependency[Principal],
    now: NamedDependency[datetime],
    brushes: NamedDependency[Brushes],
) -> Response[PhotoReviewShown]:
    """Rectangles in percent of the picture. 201 the first time, 200 the same again. Nobody can undo it.

    Whoever agreed to show the photo before is asked again.
    """
    cover = Cover(id=cover_id, rectangles=data.rectangles)
    found, first = await cover_photo(photo_id, cover, by=who.caller, now=now, brushes=brushes)
    return Response(_shown(photo_id, found, who), status_code=201 if first else 200)


def _shown(photo_id: UUID, found: Standing, who: Principal) -> PhotoReviewShown:
    mine = found.vote_of(who.id)
    return PhotoReviewShown(
        photo_id=photo_id,
        review=found.review,
        shows_person=found.person_seen,
        agreed=found.agreed,
        needed=found.needed,
        mine=mine.decision if mine else None,
    )


PHOTO_REVIEW = [get_review, review_photo, take_back, put_cover]
