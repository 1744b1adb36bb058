"""Pictures of evidence, for programs: handed in through the same door as photos of walks, looked at, removed."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Request, Response, delete, get, put
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, QueryParameter

from api.resources.mine.acting import ACTING
from api.resources.mine.pledges import ONE_PLEDGE, PictureShown, picture_shown
from api.resources.photos import FOREVER, announced_length, digest_stated, read_parcel
from audits.darkroom.children import Darkroom
from audits.errors import PhotoOfAnotherKind
from audits.photo_store.store import PhotoStore
from charter.keeping import files, queries
from charter.keeping.at_desk import Picture
from charter.keeping.files import Developed
from charter.keeping.members import Member

ONE_FILE = f"{ONE_PLEDGE}/files/{{file_id:uuid}}"
PDF = b"%PDF-"
NOT_A_PICTURE = (
    "Only pictures are taken: JPEG, PNG or WebP. Of a PDF, send a screenshot or a photo of the page that shows it."
)


@dataclass(frozen=True, kw_only=True)
class Door:
    """Where pictures come in: the darkroom that paints them, the store that keeps them, and the present."""

    darkroom: Darkroom
    photo_store: PhotoStore
    now: datetime

    async def develop(self, content: bytes | bytearray, media_type: str) -> Developed:
        """Paint a picture anew and keep it in both sizes. Raises PhotoRefused and its kin, DarkroomBusy."""
        if content.startswith(PDF):
            raise PhotoOfAnotherKind(NOT_A_PICTURE)
        painted = await self.darkroom.develop(content, media_type)
        # Files first, then the row: no row ever points at a file that a power cut can take.
        file, small = await asyncio.gather(self.photo_store.put(painted.large), self.photo_store.put(painted.small))
        return Developed(file=file, small=small, width=painted.width, height=painted.height)

    async def take_in(self, request: Request[Any, Any, Any]) -> Developed:
        """Read a picture as it comes and develop it. Raises what `develop` does, PhotoTooLarge and PhotoMismatch."""
        stated = digest_stated(request.headers.get("content-digest", ""))
        async with self.darkroom.room_for(announced_length(request)):
            parcel = await read_parcel(request, stated)
            return await self.develop(parcel.content, parcel.media_type)


async def door_of(
    darkroom: NamedDependency[Darkroom], photo_store: NamedDependency[PhotoStore], now: NamedDependency[datetime]
) -> Door:
    """The door as a handler is given it."""
    return Door(darkroom=darkroom, photo_store=photo_store, now=now)


DOOR = {"door": Provide(door_of)}


@put(
    ONE_FILE,
    request_max_body_size=None,
    dependencies={**ACTING, **DOOR},
    tags=["desk"],
    summary="Add a picture of evidence",
)
async def put_file(
    number: FromPath[int],
    file_id: FromPath[UUID],
    caption: Annotated[str, QueryParameter(description="What the picture shows, 1 to 300 characters.")],
    request: Request[Any, Any, Any],
    by: NamedDependency[Member],
    door: NamedDependency[Door],
) -> Response[PictureShown]:
    """Raw bytes with Content-Digest; 201 the first time, 200 the same again, 409 for another picture of that id."""
    files.check_caption(caption)
    developed = await door.take_in(request)
    picture = pictured(developed, id=file_id, pledge=number, caption=caption, now=door.now)
    first = await files.add_file(by, picture, developed)
    return Response(picture_shown(picture, by), status_code=201 if first else 200)


@get(ONE_FILE, media_type="image/jpeg", dependencies=ACTING, tags=["desk"], summary="Look at a picture of evidence")
async def get_file(
    number: FromPath[int],
    file_id: FromPath[UUID],
    by: NamedDependency[Member],
    photo_store: NamedDependency[PhotoStore],
    width: Annotated[Literal[320, 1600], QueryParameter(description="Pixels of the longer side at most.")] = 1600,
) -> Response[bytes]:
    """For its own organisation only; 404 to everybody else."""
    key = await queries.file_of(by, number, file_id, width=width)
    return Response(await photo_store.get(key), media_type="image/jpeg", headers=FOREVER)


@delete(ONE_FILE, dependencies=ACTING, tags=["desk"], summary="Remove a picture of evidence")
async def delete_file(
    number: FromPath[int], file_id: FromPath[UUID], by: NamedDependency[Member], now: NamedDependency[datetime]
) -> None:
    """The file itself goes with the next sweep. 422 for the last picture of a campaign that is evidenced by it."""
    await files.remove_file(by, number, file_id, now=now)


def pictured(developed: Developed, *, id: UUID, pledge: int, caption: str, now: datetime) -> Picture:
    """A picture that is about to be added."""
    return Picture(id=id, pledge=pledge, caption=caption, width=developed.width, height=developed.height, added_at=now)


HANDLERS = [put_file, get_file, delete_file]
