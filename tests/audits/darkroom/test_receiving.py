"""A photo's bytes are kept once, as two clean pictures, before or after its walk; and seen by those who may."""

import asyncio
import hashlib
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from audits.darkroom.receiving import Parcel, drop_unclaimed_photos, files_in_use, photo_file, refuse_oversize
from audits.errors import NoSuchPhoto, PhotoDiffers, PhotoMismatch, PhotoOfAnotherKind, PhotoRefused
from audits.reviewing.photos.agreeing import PhotoDecision
from audits.reviewing.photos.voting import vote
from audits.submissions import receipt
from migrations.database import fetch, fetch_one, fetch_value
from tests.audits.builders import ADMINISTRATOR, ANALYST, LEAD, NOW, OTHER_LEAD
from tests.audits.phones import Phone, a_jpeg
from tests.audits.pictures import corners as cornered
from tests.audits.pictures import encoded, exif
from tests.journeys.walks import Picture, picture

RACERS = 16


async def a_stored_photo(phone: Phone) -> UUID:
    """The id of a photo whose walk and bytes are here."""
    photo = picture(a_jpeg())
    await phone.put_walk(uuid4(), phone.body_with(photo))
    await phone.put_photo(photo)
    return UUID(photo.id)


async def test_a_photo_is_kept_as_two_clean_pictures(phone: Phone) -> None:
    """Not as it came: its metadata and its own bytes are nowhere."""
    photo = picture(encoded(cornered(2000, 1500), exif=exif()))
    await phone.put_walk(uuid4(), phone.body_with(photo))
    stored, first = await phone.put_photo(photo)
    row = await fetch_one("select * from photo")
    assert row is not None
    pictures = [await phone.store.get(row[name]) for name in ("rendition_1600", "rendition_320")]

    assert (first, stored.state, stored.held_until, row["width"], row["height"]) == (True, "stored", None, 1600, 1200)
    assert all(content.startswith(b"\xff\xd8") and b"canary" not in content for content in pictures)
    assert not await phone.store.exists(hashlib.sha256(photo.content).hexdigest())


async def test_the_same_bytes_again_change_nothing(phone: Phone) -> None:
    """And others are a conflict."""
    photo_id = await a_stored_photo(phone)
    same, other = picture(a_jpeg()), picture(a_jpeg(3))
    for one in (same, other):
        object.__setattr__(one, "id", str(photo_id))

    assert (await phone.put_photo(same))[1] is False
    with pytest.raises(PhotoDiffers):
        await phone.put_photo(other)


async def test_identical_photos_that_race_are_one(phone: Phone) -> None:
    """Sixteen successes, of which one is the first; one row, two files."""
    photo = picture(a_jpeg())
    await phone.put_walk(uuid4(), phone.body_with(photo))
    answers = await asyncio.gather(*(phone.put_photo(photo) for _ in range(RACERS)))

    assert [first for _, first in answers].count(True) == 1
    assert {stored for stored, _ in answers} == {answers[0][0]}
    assert await fetch_value("select count(*) from photo") == 1


async def test_bytes_that_the_walk_did_not_announce_are_not_taken(phone: Phone) -> None:
    """Other bytes, or under another kind; the photo stays missing, for its own may still come."""
    walk_id, photo = uuid4(), picture(a_jpeg())
    await phone.put_walk(walk_id, phone.body_with(photo))
    with pytest.raises(PhotoMismatch):
        await phone.put_photo(Picture(photo.id, a_jpeg(5)))
    for kind in ("image/png", "text/plain"):
        with pytest.raises(PhotoOfAnotherKind):
            await phone.put_photo(photo, media_type=kind)

    assert (await receipt(walk_id, by=phone.by)).missing_photos == [UUID(photo.id)]
    assert (await phone.put_photo(photo))[0].state == "stored"


# --- refused ------------------------------------------------------------------------------------------------------


async def test_a_refused_photo_is_no_longer_missing(phone: Phone) -> None:
    """The receipt says why, and the walk stands."""
    walk_id, photo = uuid4(), picture(a_jpeg()[:400])
    await phone.put_walk(walk_id, phone.body_with(photo))
    with pytest.raises(PhotoRefused):
        await phone.put_photo(photo)
    told = await phone.complete(walk_id)

    assert (told.state, told.missing_photos) == ("received", [])
    assert [(str(refused.id), refused.reason[-1]) for refused in told.refused_photos] == [(photo.id, ".")]


async def test_better_bytes_may_follow(phone: Phone) -> None:
    """Though the walk announced the worse ones."""
    walk_id, photo = uuid4(), picture(a_jpeg()[:400])
    await phone.put_walk(walk_id, phone.body_with(photo))
    for content in (photo.content, a_jpeg()[:300]):
        with pytest.raises(PhotoRefused):
            await phone.put_photo(Picture(photo.id, content))
    stored, first = await phone.put_photo(Picture(photo.id, a_jpeg()))

    assert (stored.state, first) == ("stored", True)
    assert (await receipt(walk_id, by=phone.by)).refused_photos == []


async def test_a_kind_that_is_not_taken_is_refused_by_name(phone: Phone) -> None:
    """A HEIC that its walk announced as one is not waited for."""
    walk_id, photo = uuid4(), picture(b"\0\0\0\x18ftypheic", "image/heic")
    await phone.put_walk(walk_id, phone.body_with(photo))
    with pytest.raises(PhotoOfAnotherKind):
        await phone.put_photo(photo)

    assert len((await receipt(walk_id, by=phone.by)).refused_photos) == 1


async def test_a_photo_announced_as_too_large_is_not_waited_for(phone: Phone) -> None:
    """Nor one that only claims to be at the door."""
    walk_id, large, small = uuid4(), picture(a_jpeg(1)), picture(a_jpeg(2))
    body = phone.body_with(large, small)
    body["photos"][0]["bytes"] = 15_000_001
    await phone.put_walk(walk_id, body)
    for photo in (large, small):
        await refuse_oversize(UUID(photo.id), phone.sending(), "Too large.")
    told = await receipt(walk_id, by=phone.by)

    assert [str(refused.id) for refused in told.refused_photos] == [large.id]
    assert told.missing_photos == [UUID(small.id)]


# --- before the walk ----------------------------------------------------------------------------------------------


async def test_a_photo_may_come_before_its_walk(phone: Phone) -> None:
    """It is held for 30 days, and stored when the walk comes."""
    walk_id, photo = uuid4(), picture(a_jpeg())
    held, _ = await phone.put_photo(photo)
    received = await phone.put_walk(walk_id, phone.body_with(photo))
    again, first = await phone.put_photo(photo)

    assert (held.state, held.held_until, held.walk_id) == ("held", NOW + timedelta(days=30), None)
    assert received.receipt.missing_photos == []
    assert (again.state, again.held_until, again.walk_id, first) == ("stored", None, walk_id, False)


async def test_a_held_photo_that_its_walk_does_not_announce_is_missing(phone: Phone) -> None:
    """Its pictures are let go, and the right bytes are waited for."""
    photo = picture(a_jpeg())
    await phone.put_photo(Picture(photo.id, a_jpeg(7)))
    received = await phone.put_walk(uuid4(), phone.body_with(photo))
    row = await fetch_one("select state, sha256, rendition_1600, width from photo")

    assert received.receipt.missing_photos == [UUID(photo.id)]
    assert row == {"state": "expected", "sha256": hashlib.sha256(photo.content).hexdigest()} | {
        "rendition_1600": None,
        "width": None,
    }
    assert (await phone.put_photo(photo))[0].state == "stored"


async def test_a_photo_refused_before_its_walk_is_refused_after_it(phone: Phone) -> None:
    """And better bytes that came in between count."""
    refused, mended = picture(a_jpeg()[:400]), picture(a_jpeg()[:300])
    for photo in (refused, mended):
        with pytest.raises(PhotoRefused):
            await phone.put_photo(photo)
    await phone.put_photo(Picture(mended.id, a_jpeg(9)))
    received = await phone.put_walk(uuid4(), phone.body_with(refused, mended))

    assert [str(photo.id) for photo in received.receipt.refused_photos] == [refused.id]
    assert received.receipt.missing_photos == []
    assert [row["state"] for row in await fetch("select state from photo order by number")] == ["refused", "stored"]


async def test_nothing_is_written_for_a_photo_that_the_darkroom_could_not_take(phone: Phone) -> None:
    """The database says of no photo that it is here before its files are."""
    parcel = Parcel(content=a_jpeg(), media_type="image/jpeg", sha256=hashlib.sha256(a_jpeg()).hexdigest())
    task = asyncio.create_task(phone.put_photo(picture(parcel.content)))
    await asyncio.sleep(0.02)
    task.cancel()
    await asyncio.wait([task])

    assert await fetch_value("select count(*) from photo") == 0


async def test_what_no_walk_claims_is_let_go(phone: Phone) -> None:
    """After its 30 days, refused ones too; what a walk has is untouched. The files are orphans then."""
    kept, held, refused = picture(a_jpeg(1)), picture(a_jpeg(2)), picture(a_jpeg()[:400])
    await phone.put_walk(uuid4(), phone.body_with(kept))
    for photo in (kept, held):
        await phone.put_photo(photo)
    with pytest.raises(PhotoRefused):
        await phone.put_photo(refused)
    keys = [row["rendition_320"] for row in await fetch("select rendition_320 from photo order by number")]

    assert await drop_unclaimed_photos(now=NOW + timedelta(days=30)) == 0
    assert await files_in_use([*keys[:2], "a" * 64]) == set(keys[:2])
    assert await drop_unclaimed_photos(now=NOW + timedelta(days=30, seconds=1)) == 2
    assert await files_in_use(keys[:2]) == {keys[0]}


# --- looking at it ------------------------------------------------------------------------------------------------


async def test_who_may_see_a_photo(phone: Phone, peer: Phone) -> None:
    """Its auditor, who leads or administers its programme; analysts once it is publishable; nobody else."""
    photo_id = await a_stored_photo(phone)
    seen = {}
    for decided in ("unreviewed", "withheld", "publishable"):
        if decided != "unreviewed":
            await vote(photo_id, PhotoDecision(decision=decided), by=LEAD, now=NOW)  # type: ignore[arg-type]
        for caller in (phone.by, peer.by, LEAD, OTHER_LEAD, ADMINISTRATOR, ANALYST):
            try:
                seen[decided, caller.id] = bool(await photo_file(photo_id, width=320, caller=caller, now=NOW))
            except NoSuchPhoto:
                seen[decided, caller.id] = False

    allowed = {(state, who.id) for state in ("unreviewed", "withheld", "publishable")
               for who in (phone.by, LEAD, ADMINISTRATOR)} | {("publishable", ANALYST.id)}  # fmt: skip
    assert {looked for looked, was_seen in seen.items() if was_seen} == allowed


async def test_both_widths_are_there(phone: Phone) -> None:
    """And the files behind them."""
    photo_id = await a_stored_photo(phone)

    for width in (320, 1600):
        key = await photo_file(photo_id, width=width, caller=phone.by, now=NOW)  # type: ignore[arg-type]
        assert (await phone.store.get(key)).startswith(b"\xff\xd8")


async def test_others_looks_are_noted(phone: Phone) -> None:
    """Her own are not."""
    photo_id = await a_stored_photo(phone)
    for caller in (phone.by, LEAD):
        await photo_file(photo_id, width=320, caller=caller, now=NOW)

    assert await fetch("select actor, detail from audit_event where action = 'seen'") == [
        {"actor": LEAD.id, "detail": '{"width":320}'}
    ]


async def test_a_photo_that_has_not_come_is_not_there(phone: Phone) -> None:
    """Announced, held by nobody, or never heard of."""
    photo = picture(a_jpeg())
    await phone.put_walk(uuid4(), phone.body_with(photo))

    for photo_id in (UUID(photo.id), uuid4()):
        with pytest.raises(NoSuchPhoto):
            await photo_file(photo_id, width=320, caller=phone.by, now=NOW)
