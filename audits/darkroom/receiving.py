"""A photo's bytes received, once, before or after its walk; and its pictures looked at by those who may."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from audits.darkroom.children import Darkroom
from audits.errors import NoSuchPhoto, PhotoDiffers, PhotoMismatch, PhotoOfAnotherKind, PhotoRefused
from audits.events import EVENT, WORKER, event, note_event
from audits.photo_store.store import PhotoStore
from audits.photos import MAX_PHOTO_BYTES
from audits.queries import VISIBLE, Caller, sight
from audits.responses import HELD_FOR, Sending, signed_out
from migrations.database import execute, execute_many, fetch, fetch_one, fetch_value, transaction

# The bytes that came are those that the walk announces.
SAME_BYTES = (
    "(photo.sha256 = excluded.sha256 and photo.bytes = excluded.bytes and photo.media_type = excluded.media_type)"
)
KEPT_PHOTO = ("sha256", "bytes", "media_type")
KEPT_PICTURE = ("rendition_1600", "rendition_320", "width", "height", "stored_at")

# The same, or better bytes that followed refused ones before the walk came.
AS_ANNOUNCED = f"({SAME_BYTES} or photo.state = 'held' and photo.refusal is not null)"
# A walk names a photo; what came before it is taken in, if it is hers and was announced so (unique by photo.id).
ANNOUNCE = f"""
    insert into photo (
        id, auditor, programme, walk, walk_id, stop_id, sha256, bytes, media_type, caption, state, review
    ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'expected', 'unreviewed')
    on conflict (id) do update set
        programme = excluded.programme, walk = excluded.walk, walk_id = excluded.walk_id,
        stop_id = excluded.stop_id, caption = excluded.caption, held_until = null,
        state = case
            when photo.state = 'held' and {AS_ANNOUNCED} then 'stored'
            when photo.state = 'refused' and {SAME_BYTES} then 'refused'
            else 'expected'
        end,
        refusal = case when photo.state = 'refused' and {SAME_BYTES} then photo.refusal end,
        {", ".join(f"{c} = case when {AS_ANNOUNCED} then photo.{c} else excluded.{c} end" for c in KEPT_PHOTO)},
        {", ".join(f"{c} = case when {AS_ANNOUNCED} then photo.{c} end" for c in KEPT_PICTURE)}
    where photo.walk is null and photo.auditor = excluded.auditor
"""  # noqa: S608 - our own texts

# A photo's pictures are kept: held while its walk is not there, stored where it is and waits for these bytes.
STORE = f"""
    insert into photo (
        id, auditor, sha256, bytes, media_type, held_until, rendition_1600, rendition_320, width, height, stored_at,
        state, review
    ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'held', 'unreviewed')
    on conflict (id) do update set
        {", ".join(f"{c} = excluded.{c}" for c in (*KEPT_PHOTO, *KEPT_PICTURE))},
        state = case when photo.walk is null then 'held' else 'stored' end,
        held_until = case when photo.walk is null then excluded.held_until end,
        refusal = case when photo.walk is null then photo.refusal end
    where photo.auditor = excluded.auditor
      and (photo.state = 'refused' or photo.state = 'expected' and {SAME_BYTES})
    returning id, state, walk_id, held_until
"""  # noqa: S608 - our own texts

# Bytes that cannot become a photo are no longer waited for. What is here already stands.
REFUSE = f"""
    insert into photo (id, auditor, sha256, bytes, media_type, held_until, refusal, state, review)
    values ($1, $2, $3, $4, $5, $6, $7, 'refused', 'unreviewed')
    on conflict (id) do update set state = 'refused', refusal = excluded.refusal
    where photo.auditor = excluded.auditor
      and (photo.state = 'refused' or photo.state = 'expected' and {SAME_BYTES})
    returning number
"""  # noqa: S608 - our own texts

# Her own by photo_id_unique, else as far as the caller sees the programme; analysts see what is publishable.
PICTURE = f"""
    select photo.rendition_1600, photo.rendition_320 from photo
    left join programme on programme.number = photo.programme
    where photo.id = $4 and photo.rendition_1600 is not null and (
        photo.auditor = $2
        or $2 is null and {VISIBLE} and (cast($5 as boolean) or photo.review = 'publishable')
    )
"""  # noqa: S608 - our own texts


IN_USE = """
    select 1 where exists (select 1 from photo where rendition_1600 = $1)
        or exists (select 1 from photo where rendition_320 = $1)
        or exists (select 1 from edition_file where sha256 = $1)
"""


THEIR_PHOTO = """
    select photo.number from photo join walk on walk.number = photo.walk
    where photo.id = $1 and walk.auditor = $2 and walk.device = $3 and walk.started_at < $4
"""


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """A photo's bytes as they came, the kind that was stated, and their digest in hex."""

    content: bytes | bytearray
    media_type: str
    sha256: str


class PhotoReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a photo's bytes: `stored`, or `held` until then for a walk that has not come."""

    id: UUID
    state: str
    walk_id: UUID | None
    held_until: datetime | None


async def receive_photo(
    photo_id: UUID, parcel: Parcel, sending: Sending, *, darkroom: Darkroom, photo_store: PhotoStore
) -> tuple[PhotoReceipt, bool]:
    """Develop a photo and keep its pictures, once; also says whether this was the first time.

    Raises PhotoRefused and its kin, PhotoMismatch, PhotoDiffers, DarkroomBusy, NoSuchPhoto where the id is another
    auditor's, and DeviceRevoked where a revoked phone may not.
    """
    await _refuse_signed_out(photo_id, sending)
    already = await _photo_already(photo_id, parcel, sending)
    if already is not None:
        return already, False
    try:
        painted = await darkroom.develop(parcel.content, parcel.media_type)
    except PhotoRefused as refusal:
        await refuse_photo(photo_id, parcel, sending, str(refusal))
        raise
    # Files first, then the row: no row ever points at a file that a power cut can take.
    keys = await asyncio.gather(photo_store.put(painted.large), photo_store.put(painted.small))
    row = (*_photo_row(photo_id, parcel, sending), *keys, painted.width, painted.height, sending.now)
    async with transaction():
        stored = await fetch_one(STORE, *row)
        if stored is not None:
            await note_event(stored["state"], of="photo", id=photo_id, by=sending.by.id, at=sending.now)
            return PhotoReceipt(**stored), True
    already = await _photo_already(photo_id, parcel, sending)
    assert already is not None
    return already, False


async def refuse_oversize(photo_id: UUID, sending: Sending, reason: str) -> None:
    """No longer wait for a photo that its walk announces as larger than any may be; raises DeviceRevoked."""
    await _refuse_signed_out(photo_id, sending)
    async with transaction():
        sql = "update photo set state = 'refused', refusal = $1 where id = $2 and auditor = $3 and bytes > $4"
        await execute(f"{sql} and state = 'expected'", reason, photo_id, sending.by.auditor, MAX_PHOTO_BYTES)


async def refuse_photo(photo_id: UUID, parcel: Parcel, sending: Sending, reason: str) -> None:
    """Note that these bytes are no photo, so that the walk no longer waits for them; better bytes may follow."""
    async with transaction():
        refused = await fetch_value(REFUSE, *_photo_row(photo_id, parcel, sending), reason)
        if refused is not None:
            await note_event("refused", of="photo", id=photo_id, by=sending.by.id, at=sending.now)


def _photo_row(photo_id: UUID, parcel: Parcel, sending: Sending) -> tuple[Any, ...]:
    held_until = sending.now + HELD_FOR
    return photo_id, sending.by.auditor, parcel.sha256, len(parcel.content), parcel.media_type, held_until


async def _photo_already(photo_id: UUID, parcel: Parcel, sending: Sending) -> PhotoReceipt | None:
    """The receipt of the same bytes where they are here; None where these are wanted."""
    row = await fetch_one(
        "select id, auditor, state, walk_id, held_until, sha256, bytes, media_type from photo where id = $1", photo_id
    )
    if row is None:
        return None
    if row["auditor"] != sending.by.auditor:
        raise NoSuchPhoto("There is no such photo, or it is not yours.")
    same = row["sha256"] == parcel.sha256
    if row["state"] in ("held", "stored"):
        if not same:
            raise PhotoDiffers("Another photo was received under this id, and it stands. Send this one under a new id.")
        return PhotoReceipt(id=photo_id, state=row["state"], walk_id=row["walk_id"], held_until=row["held_until"])
    if row["state"] == "expected" and not (same and row["bytes"] == len(parcel.content)):
        raise PhotoMismatch("These are not the bytes that the walk announced. Send the photo that it lists.")
    if row["state"] == "expected" and row["media_type"] != parcel.media_type:
        raise PhotoOfAnotherKind("The walk announced this photo as another kind. State the kind that it lists.")
    return None


async def _refuse_signed_out(photo_id: UUID, sending: Sending) -> None:
    """A phone that was signed out may only bring the photos of walks that it began before and sent itself."""
    if sending.revoked_at is None:
        return
    by = sending.by
    theirs = await fetch_value(THEIR_PHOTO, photo_id, by.auditor, by.device, sending.revoked_at)
    if theirs is None:
        raise signed_out()


async def photo_file(
    photo_id: UUID, *, width: Literal[320, 1600], caller: Caller, now: datetime, has: Collection[str] = ()
) -> str:
    """The photo store's key of a picture, for those who may see it: its auditor, who leads or administers its
    programme, and analysts once it is publishable. Others' looks are noted in the trail, unless the picture is
    among those that she `has` looked at before. Raises NoSuchPhoto.
    """
    row = await fetch_one(PICTURE, *sight(caller), photo_id, caller.lead or caller.administrator)
    if row is None:
        raise NoSuchPhoto("There is no such photo, or it is not yours to see.")
    key = str(row[f"rendition_{width}"])
    if caller.auditor is None and key not in has:
        async with transaction():
            await note_event("seen", of="photo", id=photo_id, by=caller.id, at=now, width=width)
    return key


async def drop_unclaimed_photos(*, now: datetime) -> int:
    """Let go of photos whose walk has not come in their 30 days; gives how many. Their files are swept as orphans."""
    async with transaction():
        dropped = await fetch("delete from photo where held_until < $1 returning id", now)
        await execute_many(EVENT, [event("dropped", of="photo", id=row["id"], by=WORKER, at=now) for row in dropped])
    return len(dropped)


async def files_in_use(keys: Collection[str]) -> set[str]:
    """Those of the photo store's keys that a photo or an edition refers to."""
    found: set[str] = set()
    for key in keys:
        # One by one: each by its own index (photo_rendition_*, edition_file_sha256), and a sweep is in no hurry.
        if await fetch_value(IN_USE, key):
            found.add(key)
    return found
