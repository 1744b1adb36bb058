"""Painting over a part of a photo, for good: in both of its pictures, and the earlier ones are removed.

New files first, then the row that points at them; the earlier ones are noted in the same transaction, so that after a
crash at any moment no row leads to them and the worker still removes them.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from audits.darkroom.children import COME_AGAIN, Darkroom
from audits.errors import CoverDiffers, DarkroomBusy, NoSuchFile
from audits.events import note_event
from audits.photo_store.store import PhotoStore, Referenced
from audits.photos import Painted
from audits.queries import Caller
from audits.reviewing.photos.agreeing import Standing
from audits.reviewing.photos.queries import photo_standing
from audits.reviewing.photos.rectangles import Extent, Rectangle, boxes_of, check_rectangles
from audits.reviewing.photos.voting import locked_photo, settle
from migrations.database import execute, execute_many, fetch, fetch_one, fetch_value, transaction

RENDITION = "image/jpeg"
TRIES = 3  # where somebody else paints over the same photo at the same time
PAINTED = """
    update photo set rendition_1600 = $2, rendition_320 = $3, width = $4, height = $5 where number = $1
"""
COVERED = "insert into photo_cover (id, photo, rectangles, covered_at, covered_by) values ($1, $2, $3, $4, $5)"
DISCARDED = "insert into discarded_picture (key, discarded_at) values ($1, $2)"
LISTED = "select number, key from discarded_picture order by number limit 1000"


@dataclass(frozen=True, kw_only=True)
class Cover:
    """What is to be painted over, under an id that whoever asks has made."""

    id: UUID
    rectangles: Sequence[Rectangle]

    @property
    def as_kept(self) -> str:
        """The rectangles as the row tells them."""
        return msgspec.json.encode(self.rectangles).decode()


@dataclass(frozen=True, kw_only=True)
class Brushes:
    """What pictures are painted with and kept in."""

    darkroom: Darkroom
    photo_store: PhotoStore


async def cover_photo(
    photo_id: UUID, cover: Cover, *, by: Caller, now: datetime, brushes: Brushes
) -> tuple[Standing, bool]:
    """Paint over a part of a photo, once; whoever agreed to show it before saw another picture, and is asked again.

    Gives what stands now, and whether this was the first time. Raises NoSuchPhoto, NothingToReview,
    CoverNotAcceptable, CoverDiffers where other rectangles came under the same id, DarkroomBusy.
    """
    check_rectangles(cover.rectangles)
    for _ in range(TRIES):
        photo, found = await photo_standing(photo_id, caller=by)
        if await _painted_already(cover, photo.number):
            return found, False
        async with transaction():
            row = await locked_photo(photo_id, by)
        try:
            painted = await _paint(row, cover, brushes)
        except NoSuchFile:
            # Somebody else's cover went before, and the picture that this began with is gone.
            continue
        keys = await asyncio.gather(*(brushes.photo_store.put(one) for one in (painted.large, painted.small)))
        settled = await _point_at(keys, painted, row, cover, by=by, now=now)
        if settled is not None:
            return settled, True
    raise DarkroomBusy(COME_AGAIN)


async def _paint(row: dict[str, Any], cover: Cover, brushes: Brushes) -> Painted:
    content = await brushes.photo_store.get(row["rendition_1600"])
    boxes = boxes_of(cover.rectangles, Extent(width=row["width"], height=row["height"]))
    async with brushes.darkroom.room_for(len(content)):
        return await brushes.darkroom.develop(content, RENDITION, boxes)


async def _point_at(
    keys: Sequence[str], painted: Painted, row: dict[str, Any], cover: Cover, *, by: Caller, now: datetime
) -> Standing | None:
    """The photo's row points at the new pictures; None where somebody else's came first, and this one starts anew."""
    async with transaction():
        photo = await locked_photo(row["id"], by)
        number = photo["number"]
        if photo["rendition_1600"] != row["rendition_1600"] or await _painted_already(cover, number):
            return None
        await execute(PAINTED, number, *keys, painted.width, painted.height)
        await execute(COVERED, cover.id, number, cover.as_kept, now, by.id)
        earlier = {photo["rendition_1600"], photo["rendition_320"]} - set(keys)
        await execute_many(DISCARDED, [(key, now) for key in sorted(earlier)])
        cleared = await _clear_votes(number)
        said = {"before": photo["review"], "rectangles": len(cover.rectangles), "votes_cleared": cleared}
        await note_event("painted-over", of="photo", id=row["id"], by=by.id, at=now, **said)
        return await settle({**photo, "person_seen": None})


async def _clear_votes(photo: int) -> int:
    """Whoever agreed saw another picture; whoever withheld it must say herself that this one will do."""
    agreed = "from photo_vote where photo = $1 and decision = 'publishable'"
    count = int(await fetch_value(f"select count(*) {agreed}", photo))
    await execute(f"delete {agreed}", photo)
    return count


async def _painted_already(cover: Cover, photo: int) -> bool:
    kept = await fetch_one("select photo, rectangles from photo_cover where id = $1", cover.id)
    if kept is None:
        return False
    if (kept["photo"], kept["rectangles"]) != (photo, cover.as_kept):
        raise CoverDiffers("Other rectangles were painted over under this id. Send these under a new id.")
    return True


async def remove_discarded(photo_store: PhotoStore, in_use: Referenced, *, now: datetime) -> int:
    """Remove the files of pictures that were painted over since, for good; gives how many are off the list.

    A file that another row refers to stays; one that was put a moment ago is left for the next time.
    """
    done = 0
    for row in await fetch(LISTED):
        # Twice does no harm, where two workers come to the same one, or one was killed before it could say so.
        if await in_use([row["key"]]) or await photo_store.discard(row["key"], now=now):
            async with transaction():
                await execute("delete from discarded_picture where number = $1", row["number"])
            done += 1
    return done
