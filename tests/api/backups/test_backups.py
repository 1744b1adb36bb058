"""Backups: whole, checked, found damaged, and brought back without those who were erased since."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from api.backups.making import Stores, make_backup
from api.backups.manifest import BackupError, Manifest, write_manifest
from api.backups.restoring import erasures_known, restore_backup, verify_backup
from audits.darkroom.children import Darkroom
from audits.events import TRAIL
from audits.people.erasure import Remembered, erase
from audits.photo_store.folder import FolderPhotoStore
from migrations.copies.whole import DamagedCopy, DatabaseInUse
from migrations.database import fetch, fetch_value, open_database
from migrations.trail.linking import link_events
from tests.audits.builders import NOW, a_programme, an_auditor
from tests.audits.people.test_erasure import CANARY, FORGETTING, walked
from tests.audits.phones import SEAL, Phone


@dataclass
class Place:
    """Where a service keeps things, with a walk that one auditor has handed in, and its backup."""

    stores: Stores
    folder: Path
    auditor_id: UUID
    backup: Path
    manifest: Manifest

    async def restored(self, since: list[Remembered]) -> int:
        """Bring the backup back."""
        return (await restore_backup(self.backup, self.stores, seal=SEAL, now=NOW, since=since)).erased_again


@pytest.fixture
async def place(database_url: str, tmp_path: Path) -> Place:
    """A walk with a photo and a note, backed up."""
    stores = Stores(url=database_url, files=FolderPhotoStore(tmp_path / "photos"))
    async with open_database(database_url), Darkroom() as darkroom:
        programme = await a_programme()
        phone = Phone(await an_auditor(programme), programme, darkroom, stores.files)  # type: ignore[arg-type]
        await walked(phone)
        folder, manifest = await make_backup(stores, tmp_path / "backups", now=NOW, told=lambda *_: None)
    return Place(stores, tmp_path, UUID(phone.by.id), folder, manifest)


async def test_a_backup_is_whole_and_private(place: Place) -> None:
    """The database, and the photo, whose two widths are one file; for the operator's eyes only."""
    manifest = await verify_backup(place.backup, like=place.stores.url)

    assert manifest == place.manifest and len(manifest.files) == 1
    assert place.backup.stat().st_mode & 0o077 == 0


async def test_a_picture_that_was_removed_meanwhile_is_told(place: Place) -> None:
    """As when its photo was painted over: no backup rather than one that misses a file."""
    (key,) = (Path(one.path).name for one in place.manifest.files)
    (place.folder / "photos" / key[:2] / key).unlink()
    async with open_database(place.stores.url):
        with pytest.raises(BackupError, match="make the backup again"):
            await make_backup(place.stores, place.folder / "more", now=NOW, told=lambda *_: None)


@pytest.mark.parametrize(
    "which", ["a photo changed", "a photo gone", "the database cut", "no manifest", "a bit flipped"]
)
async def test_damage_is_found(place: Place, which: str) -> None:
    """Whatever is damaged, and before anything is replaced."""
    photo = place.backup / place.manifest.files[0].path
    database = place.backup / place.manifest.database.path
    damages: dict[str, Callable[[], object]] = {
        "a photo changed": lambda: photo.write_bytes(b"other"),
        "a photo gone": photo.unlink,
        "the database cut": lambda: database.write_bytes(database.read_bytes()[:-100]),
        "no manifest": (place.backup / "manifest.json").unlink,
        "a bit flipped": lambda: flip(database),
    }
    damages[which]()
    with pytest.raises((BackupError, DamagedCopy)):
        await place.restored([])

    async with open_database(place.stores.url):
        assert await fetch_value("select count(*) from walk") == 1


async def test_a_backup_names_where_the_trails_had_come_to(place: Place) -> None:
    """A copy of which the end was cut off is found, whatever hash the list gives it."""
    async with open_database(place.stores.url):
        await link_events(TRAIL, seal=SEAL, now=NOW)
        folder, manifest = await make_backup(place.stores, place.folder / "more", now=NOW, told=lambda *_: None)
    told = {**manifest.trails, "audits": f"{int(manifest.trails['audits'].partition(':')[0]) + 1}:00ff"}
    assert await verify_backup(folder, like=place.stores.url) == manifest
    write_manifest(msgspec.structs.replace(manifest, trails=told), folder)

    assert manifest.trails["audits"][0] != "0" and manifest.trails["register"] == "0:"
    with pytest.raises(BackupError, match="trail of the audits is not the one that was backed up"):
        await verify_backup(folder, like=place.stores.url)


async def test_what_was_lost_comes_back(place: Place) -> None:
    """The database as it was, and the files that its rows name."""
    for file in (place.folder / "photos").rglob("*"):
        if file.is_file():
            file.unlink()
    await place.restored([])

    async with open_database(place.stores.url):
        (photo,) = await fetch("select rendition_1600, rendition_320 from photo")
        assert await fetch_value("select note from stop") == CANARY
    assert [await place.stores.files.exists(key) for key in photo.values()] == [True, True]


async def test_who_was_erased_since_is_erased_again_before_anything_is_served(place: Place) -> None:
    """By the list of the database that is replaced; nothing of her is in the restored file, nor in its log."""
    async with open_database(place.stores.url):
        await erase(place.auditor_id, FORGETTING)
    since = await erasures_known(place.stores)
    assert since is not None
    again = await place.restored(since)
    async with open_database(place.stores.url):
        notes = await fetch_value("select count(*) from stop where note is not null")
        known = await fetch_value("select count(*) from auditor where id = $1", place.auditor_id)
        remembered = await fetch_value("select count(*) from erasure")

    assert (again, notes, known, remembered >= 1) == (1, 0, 0, True)
    if place.stores.url.startswith("sqlite"):
        path = Path(place.stores.url.removeprefix("sqlite:///"))
        left = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
        assert CANARY.encode() not in left and str(place.auditor_id).encode() not in left


@pytest.mark.only_on("sqlite")
async def test_a_database_in_use_is_not_replaced(place: Place) -> None:
    """The service must be stopped first: what it acknowledged meanwhile would be lost."""
    async with open_database(place.stores.url):
        await fetch("select 1 from walk")
        with pytest.raises(DatabaseInUse):
            await place.restored([])


async def test_a_database_that_cannot_be_asked_knows_of_no_erasures(tmp_path: Path) -> None:
    """So that the command asks for a list instead of bringing people back."""
    stores = Stores(url=f"sqlite:///{tmp_path / 'gone.sqlite3'}", files=FolderPhotoStore(tmp_path / "photos"))

    assert await erasures_known(stores) is None


def flip(file: Path) -> None:
    """Change one bit in the middle."""
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
