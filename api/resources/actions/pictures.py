"""Pictures that show that something was done: handed in through the same door as photos of walks."""

from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Request, Response, delete, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from api.resources.actions.acting import ACTING, EDITING, tagged
from api.resources.actions.recommendations import ONE
from api.resources.actions.shown import RecommendationShown, recommendation_shown
from api.resources.mine.files import DOOR, Door
from api.resources.photos import FOREVER
from audits.actions import issues as questions
from audits.actions import photos
from audits.actions.content import check_caption
from audits.actions.keeping import Acting
from audits.actions.photos import Hung
from audits.actions.recommending import today_in_london
from audits.photo_store.store import PhotoStore
from charter.keeping.files import Developed

ONE_PICTURE = f"{ONE}/photos/{{photo_id:uuid}}"


@put(
    ONE_PICTURE,
    request_max_body_size=None,
    dependencies={**ACTING, **DOOR},
    tags=["actions"],
    summary="Add a picture of what was done",
)
async def put_picture(
    recommendation_id: FromPath[UUID],
    photo_id: FromPath[UUID],
    caption: Annotated[str, QueryParameter(description="What the picture shows, 1 to 300 characters.")],
    request: Request[Any, Any, Any],
    acting: NamedDependency[Acting],
    door: NamedDependency[Door],
) -> Response[RecommendationShown]:
    """Raw bytes with Content-Digest; 201 the first time, 200 the same again, 409 for another picture of that id."""
    check_caption(caption)
    hung = framed(await door.take_in(request))
    first = await photos.add_photo(recommendation_id, hung, id=photo_id, caption=caption, acting=acting)
    found = await questions.recommendation(recommendation_id, caller=acting.by)
    shown = recommendation_shown(found, today=today_in_london(acting.now))
    return Response(shown, status_code=201 if first else 200, headers=tagged(found.version))


async def hang(door: Door, content: bytes | bytearray, media_type: str) -> Hung:
    """A picture painted anew and kept in both sizes. Raises PhotoRefused and its kin, DarkroomBusy."""
    return framed(await door.develop(content, media_type))


def framed(made: Developed) -> Hung:
    """What was developed, as the actions keep it."""
    return Hung(file=made.file, small=made.small, width=made.width, height=made.height)


@get(ONE_PICTURE, media_type="image/jpeg", dependencies=ACTING, tags=["actions"], summary="Look at such a picture")
async def get_picture(
    recommendation_id: FromPath[UUID],
    photo_id: FromPath[UUID],
    acting: NamedDependency[Acting],
    photo_store: NamedDependency[PhotoStore],
    width: Annotated[Literal[320, 1600], QueryParameter(description="Pixels of the longer side at most.")] = 1600,
) -> Response[bytes]:
    """For who sees its programme; 404 to others."""
    key = await photos.photo_file(recommendation_id, photo_id, width=width, acting=acting)
    return Response(await photo_store.get(key), media_type="image/jpeg", headers=FOREVER)


@delete(ONE_PICTURE, dependencies=EDITING, tags=["actions"], summary="Remove such a picture")
async def delete_picture(
    recommendation_id: FromPath[UUID],
    photo_id: FromPath[UUID],
    acting: NamedDependency[Acting],
    reason: Annotated[str | None, QueryParameter(description="Why, for the history.")] = None,
) -> None:
    """The file itself goes with the next sweep."""
    await photos.remove_photo(recommendation_id, photo_id, reason=reason, acting=acting)


HANDLERS = [put_picture, get_picture, delete_picture]
