"""Painting over, as it is kept: new files, then the row, then the earlier ones go; once, and whoever races."""

import asyncio
import os
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from PIL import Image

from audits.darkroom.receiving import files_in_use, photo_file
from audits.errors import CoverDiffers, CoverNotAcceptable, NoSuchFile, NoSuchPhoto
from audits.photo_store.folder import FolderPhotoStore
from audits.photo_store.store import SETTLED_AFTER
from audits.photos import COVER_GREY, paint
from audits.reviewing.photos.agreeing import PhotoDecision
from audits.reviewing.photos.covering import Brushes, Cover, cover_photo, remove_discarded
from audits.reviewing.photos.queries import photo_decided_on
from audits.reviewing.photos.rectangles import Rectangle
from audits.reviewing.photos.voting import vote
from migrations.database import execute, fetch_one, fetch_value, transaction
from tests.audits.builders import ADMINISTRATOR, LEAD, NOW, OTHER_LEAD
from tests.audits.phones import Phone
from tests.audits.pictures import alike, corners, encoded, seen
from tests.audits.reports.test_chapters import a_photo_at, said, uneasy_stops
from tests.audits.reports.walked import Nights, walk_nights
from tests.journeys.walks import picture

CORNER = Rectangle(left=0, top=0, width=20, height=20)
MIDDLE = Rectangle(left=40, top=40, width=20, height=20)
SHOW, HIDE = PhotoDecision(decision="publishable"), PhotoDecision(decision="withheld")


@pytest.fixture
async def photo_id(phone: Phone) -> UUID:
    """A photo of 640 by 480 pixels that came long ago."""
    photo = picture(encoded(corners(640, 480)))
    await phone.put_walk(uuid4(), phone.body_with(photo))
    await phone.put_photo(photo)
    grow_old(phone.store)
    return UUID(photo.id)


def grow_old(store: FolderPhotoStore) -> None:
    """Let every file have been there for an hour at NOW."""
    then = (NOW - timedelta(hours=1)).timestamp()
    for file in files_of(store):
        os.utime(file, times=(then, then))


def files_of(store: FolderPhotoStore) -> list[Path]:
    """Every file of the store, drafts too."""
    return [file for file in store._folder.rglob("*") if file.is_file()]


def a_cover(*rectangles: Rectangle) -> Cover:
    """What is painted over, under an id of its own."""
    return Cover(id=uuid4(), rectangles=rectangles or (CORNER,))


async def keys() -> set[str]:
    """What the photo's row points at."""
    row = await fetch_one("select rendition_1600, rendition_320 from photo")
    assert row is not None
    return set(row.values())


async def cover(phone: Phone, photo_id: UUID, what: Cover) -> bool:
    """Paint over; whether it was the first time."""
    brushes = Brushes(darkroom=phone.darkroom, photo_store=phone.store)
    return (await cover_photo(photo_id, what, by=LEAD, now=NOW, brushes=brushes))[1]


async def in_use(wanted: Collection[str]) -> Collection[str]:
    """As the worker asks, of photos and editions."""
    return await files_in_use(wanted)


async def test_what_was_painted_over_is_gone_from_the_store(phone: Phone, photo_id: UUID) -> None:
    """Both pictures; what is left shows the grey, and everything else as before."""
    before = await keys()
    assert await cover(phone, photo_id, a_cover())
    removed = await remove_discarded(phone.store, in_use, now=NOW)
    after = await keys()

    assert removed == 2 and before.isdisjoint(after)
    assert {file.name for file in files_of(phone.store)} == after
    for key in before:
        with pytest.raises(NoSuchFile):
            await phone.store.get(key)
    shown = [seen(await phone.store.get(key)) for key in after]
    assert all(alike(one.getpixel((10, 10)), (80, 90, 95)) for one in shown)  # type: ignore[arg-type]
    assert all(alike(one.getpixel((one.width - 20, 20)), (20, 160, 20)) for one in shown)  # type: ignore[arg-type]
    assert await fetch_value("select count(*) from discarded_picture") == 0


async def test_a_killed_service_leaves_nothing_within_reach(phone: Phone, photo_id: UUID) -> None:
    """Dead after the commit: no row leads to the earlier picture, and the next worker removes it."""
    before = await keys()
    await cover(phone, photo_id, a_cover())
    shown = await photo_file(photo_id, width=1600, caller=phone.by, now=NOW)

    assert shown not in before and await files_in_use(before) == set()
    # Killed again in the middle of removing: the file lies aside, under no address.
    one = min(before)
    (phone.store._folder / one[:2] / one).rename(phone.store._folder / "drafts" / one)
    await remove_discarded(FolderPhotoStore(phone.store._folder), in_use, now=NOW)
    assert {file.name for file in files_of(phone.store)} == await keys()


class DyingStore(FolderPhotoStore):
    """A store beneath a service that dies as soon as a file is written."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.written = asyncio.Event()

    async def put(self, content: bytes) -> str:
        """Keep the file, and never come back."""
        await super().put(content)
        self.written.set()
        return str(await asyncio.Future[str]())


async def test_dead_before_the_row_changes_nothing(phone: Phone, photo_id: UUID) -> None:
    """New files, and no row that points at them: the photo is as it was, and nothing is to be removed."""
    before, files = await keys(), len(files_of(phone.store))
    dying = DyingStore(phone.store._folder)
    task = asyncio.create_task(cover(replace(phone, store=dying), photo_id, a_cover()))
    await dying.written.wait()
    task.cancel()
    await asyncio.wait([task])

    assert await keys() == before and len(files_of(phone.store)) > files
    assert await fetch_value("select count(*) from discarded_picture") == 0


async def test_a_picture_that_two_photos_share_stays_for_the_other(phone: Phone, photo_id: UUID) -> None:
    """And one that came a moment ago is left until its row is there."""
    twin = picture(encoded(corners(640, 480)))
    shared = await keys()
    await phone.put_walk(uuid4(), phone.body_with(twin))
    await phone.put_photo(twin)
    grow_old(phone.store)
    await cover(phone, photo_id, a_cover())
    assert await remove_discarded(phone.store, in_use, now=NOW) == 2
    assert [await phone.store.exists(key) for key in shared] == [True, True]

    await cover(phone, UUID(twin.id), a_cover(MIDDLE))
    for key in shared:
        await phone.store.put(await phone.store.get(key))
    written = phone.store._folder / min(shared)[:2] / min(shared)
    os.utime(written, times=2 * ((NOW - SETTLED_AFTER + timedelta(seconds=1)).timestamp(),))
    assert await remove_discarded(phone.store, in_use, now=NOW) == 0
    assert await phone.store.exists(min(shared))


async def test_the_same_cover_again_paints_nothing(phone: Phone, photo_id: UUID) -> None:
    """However many come at once; other rectangles under its id are a conflict."""
    what = a_cover()
    answers = await asyncio.gather(*(cover(phone, photo_id, what) for _ in range(4)))
    painted = await keys()

    assert sorted(answers) == [False, False, False, True]
    assert await cover(phone, photo_id, what) is False and await keys() == painted
    with pytest.raises(CoverDiffers):
        await cover(phone, photo_id, Cover(id=what.id, rectangles=(MIDDLE,)))


async def test_a_button_pressed_twice_paints_what_is_grey_already_once(phone: Phone) -> None:
    """Where painting changes nothing, the pictures do not tell the second from the first."""
    photo = picture(encoded(Image.new("RGB", (640, 480), COVER_GREY)))
    await phone.put_walk(uuid4(), phone.body_with(photo))
    await phone.put_photo(photo)
    await cover(phone, UUID(photo.id), a_cover())
    what, before = a_cover(), await keys()
    answers = await asyncio.gather(*(cover(phone, UUID(photo.id), what) for _ in range(4)))

    assert await keys() == before and sorted(answers) == [False, False, False, True]


async def test_two_who_paint_at_once_both_paint(phone: Phone, photo_id: UUID) -> None:
    """Neither cover is lost beneath the other."""
    await asyncio.gather(cover(phone, photo_id, a_cover(CORNER)), cover(phone, photo_id, a_cover(MIDDLE)))
    await remove_discarded(phone.store, in_use, now=NOW)
    key = await photo_file(photo_id, width=1600, caller=phone.by, now=NOW)
    shown = seen(await phone.store.get(key))

    for place in ((10, 10), (320, 240)):
        assert alike(shown.getpixel(place), (80, 90, 95))  # type: ignore[arg-type]
    assert await fetch_value("select count(*) from photo_cover") == 2


async def test_whoever_agreed_is_asked_again(phone: Phone, photo_id: UUID) -> None:
    """She saw another picture; whoever withheld it must say herself that this one will do."""
    await vote(photo_id, PhotoDecision(decision="publishable", shows_person=True), by=LEAD, now=NOW)
    await vote(photo_id, HIDE, by=ADMINISTRATOR, now=NOW)
    await cover(phone, photo_id, a_cover())
    told = await photo_decided_on(photo_id, caller=LEAD)

    assert [(one.principal, one.decision) for one in told.standing.votes] == [("administrator", "withheld")]
    assert (told.photo.review, told.photo.person_seen) == ("withheld", None)
    assert told.history[-1].action == "painted-over" and told.history[-1].said["votes_cleared"] == 1
    assert (await vote(photo_id, SHOW, by=ADMINISTRATOR, now=NOW)).review == "publishable"


async def test_a_phone_that_sends_its_photo_again_does_not_uncover_it(phone: Phone) -> None:
    """The same bytes are here already, as a picture that was painted over."""
    photo = picture(encoded(corners(640, 480)))
    await phone.put_walk(uuid4(), phone.body_with(photo))
    await phone.put_photo(photo)
    await cover(phone, UUID(photo.id), a_cover())
    painted = await keys()

    assert (await phone.put_photo(photo))[1] is False and await keys() == painted


async def test_an_edition_shows_what_was_painted_over(phone: Phone) -> None:
    """Not before somebody agreed to the new picture, and with the file that the store still has."""
    await walk_nights(phone.programme, Nights(state="accepted"))
    taken = paint(encoded(corners(640, 480)), "image/jpeg")
    before = await phone.store.put(taken.large)
    await a_photo_at((await uneasy_stops())[0], "publishable", before)
    photo_id = await fetch_value("select id from photo")
    async with transaction():
        await execute("update photo set width = 640, height = 480, rendition_320 = rendition_1600")
    grow_old(phone.store)
    shown = [(await said(phone.programme)).photos]
    await cover(phone, photo_id, a_cover())
    await remove_discarded(phone.store, in_use, now=NOW)
    shown.append((await said(phone.programme)).photos)
    await vote(photo_id, SHOW, by=LEAD, now=NOW)
    shown.append((await said(phone.programme)).photos)
    (last,) = shown[2]

    assert [len(photos) for photos in shown] == [1, 0, 1] and last.key != before
    assert alike(seen(await phone.store.get(last.key)).getpixel((10, 10)), (80, 90, 95))  # type: ignore[arg-type]


async def test_what_cannot_be_painted_over(phone: Phone, photo_id: UUID) -> None:
    """Nothing, what is no rectangle, and a photo of another lead's."""
    brushes = Brushes(darkroom=phone.darkroom, photo_store=phone.store)
    with pytest.raises(CoverNotAcceptable):
        await cover(phone, photo_id, Cover(id=uuid4(), rectangles=()))
    with pytest.raises(NoSuchPhoto):
        await cover_photo(photo_id, a_cover(), by=OTHER_LEAD, now=NOW, brushes=brushes)
