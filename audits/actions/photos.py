"""Pictures that show that something was done: added once painted at the door, captioned, and removed."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from audits.actions.content import check_caption
from audits.actions.errors import ActionNotAcceptable, DonePhotoDiffers, NoSuchDonePhoto, OutOfTurn
from audits.actions.keeping import Acting, locked_recommendation, note_change
from audits.actions.life import REFUSED, WITHDRAWN
from audits.actions.tables import DonePhoto
from audits.errors import FieldError
from audits.events import note_event
from audits.queries import VISIBLE, Caller, sight
from migrations.database import execute, fetch_one, fetch_value, transaction

MAX_PHOTOS = 6  # of one recommendation
IN_USE = """
    select 1 where exists (select 1 from done_photo where file = $1)
        or exists (select 1 from done_photo where small = $1)
"""


@dataclass(frozen=True, kw_only=True)
class Hung:
    """A picture as the photo store has it: its keys in both sizes, and the larger one's size in pixels."""

    file: str
    small: str
    width: int
    height: int


async def add_photo(recommendation_id: UUID, hung: Hung, *, id: UUID, caption: str, acting: Acting) -> bool:
    """Add a picture, once; whether this was the first time.

    Raises NoSuchRecommendation, ActionNotAcceptable, OutOfTurn where it was refused or withdrawn, DonePhotoDiffers,
    and NoSuchDonePhoto where the id is of another recommendation.
    """
    check_caption(caption)
    async with transaction():
        row = await locked_recommendation(recommendation_id, acting)
        if await _is_there(id, row["number"], hung):
            return False
        if row["state"] in (REFUSED, WITHDRAWN):
            raise OutOfTurn("It was refused or withdrawn, so there is nothing done to show.")
        count = await fetch_value("select count(*) from done_photo where recommendation = $1", row["number"])
        if count >= MAX_PHOTOS:
            message = f"There are {MAX_PHOTOS} pictures already. Remove one first."
            raise ActionNotAcceptable(message, [FieldError("photo", message)])
        await DonePhoto.insert(_row(row["number"], hung, id=id, caption=caption.strip(), acting=acting))
        await _note("photo-added", row, caption, acting)
    return True


async def remove_photo(recommendation_id: UUID, photo_id: UUID, *, reason: str | None, acting: Acting) -> None:
    """Remove a picture; its file is swept once no row refers to it. Raises NoSuchRecommendation, NoSuchDonePhoto."""
    async with transaction():
        row = await locked_recommendation(recommendation_id, acting)
        found = await fetch_one(
            "select number, caption from done_photo where id = $1 and recommendation = $2", photo_id, row["number"]
        )
        if found is None:
            raise NoSuchDonePhoto
        await execute("delete from done_photo where number = $1", found["number"])
        await _note("photo-removed", row, found["caption"], acting, reason)


async def photo_file(recommendation_id: UUID, photo_id: UUID, *, width: Literal[320, 1600], acting: Acting) -> str:
    """The photo store's key of a picture, for those who see its programme; looks are noted in the trail.

    Raises NoSuchDonePhoto.
    """
    row = await _seen(recommendation_id, photo_id, acting.by)
    if row is None:
        raise NoSuchDonePhoto
    async with transaction():
        await note_event("seen", of="done photo", id=photo_id, by=acting.by.id, at=acting.now, width=width)
    return str(row["file" if width == 1600 else "small"])


async def photos_in_use(keys: Collection[str]) -> set[str]:
    """Those of the photo store's keys that a picture here refers to; by done_photo_file and done_photo_small."""
    return {key for key in keys if await fetch_value(IN_USE, key)}


async def _seen(recommendation_id: UUID, photo_id: UUID, by: Caller) -> dict[str, str] | None:
    return await fetch_one(
        "select done_photo.file, done_photo.small from done_photo "  # noqa: S608 - our own texts
        "join recommendation on recommendation.number = done_photo.recommendation "
        "join programme on programme.number = recommendation.programme "
        f"where done_photo.id = $4 and recommendation.id = $5 and {VISIBLE}",
        *sight(by),
        photo_id,
        recommendation_id,
    )


async def _is_there(id: UUID, recommendation: int, hung: Hung) -> bool:
    row = await fetch_one("select recommendation, file from done_photo where id = $1", id)
    if row is None:
        return False
    if row["recommendation"] != recommendation:
        raise NoSuchDonePhoto
    if row["file"] != hung.file:
        raise DonePhotoDiffers
    return True


def _row(recommendation: int, hung: Hung, *, id: UUID, caption: str, acting: Acting) -> DonePhoto:
    return DonePhoto(
        id=id,
        recommendation=recommendation,
        caption=caption,
        file=hung.file,
        small=hung.small,
        width=hung.width,
        height=hung.height,
        added_at=acting.now,
        added_by=acting.by.id,
    )


async def _note(action: str, row: dict[str, object], caption: str, acting: Acting, reason: str | None = None) -> None:
    of, number, issue = ("recommendation", row["id"]), row["number"], row["issue"]
    assert isinstance(number, int) and isinstance(issue, int)
    said = {"caption": caption}
    await note_change(issue, action, acting, said, of=of, recommendation=number, reason=reason)  # type: ignore[arg-type]
