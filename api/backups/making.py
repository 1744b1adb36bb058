"""Making a backup: the database of one moment first, then every file, so that no row misses its file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from api.backups.manifest import FILES, BackupError, Kept, Manifest, kept, write_manifest
from api.backups.referenced import files_needed
from api.trails import TRAILS
from audits.errors import NoSuchFile
from audits.people.queries import erasures
from audits.photo_store.store import PhotoStore
from migrations.copies.whole import copy_database, copy_name
from migrations.trail.standing import chained

GONE = (
    "The file {key} is not in the photo store. If a photo was painted over just now, its earlier picture was removed: "
    "make the backup again. If it is told again, bring the file back from an earlier backup."
)
Told = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class Stores:
    """What is backed up, and brought back: the database at `url`, and the files that it refers to."""

    url: str
    files: PhotoStore


async def make_backup(stores: Stores, to: Path, *, now: datetime, told: Told) -> tuple[Path, Manifest]:
    """A new folder below `to`, named by the moment; `told` hears of files done and files in all.

    Raises BackupError where a file that a row refers to is missing or damaged, CopyFailed, DatabaseUnavailable.
    """
    folder = to / f"{now:%Y%m%dT%H%M%SZ}"
    if folder.exists():
        raise BackupError(f"There is a backup at {folder} already. Wait a second, and try again.")
    # Nobody but the operator: a backup holds what the database holds.
    (folder / FILES).mkdir(parents=True, mode=0o700)
    folder.chmod(0o700)
    database = folder / copy_name(stores.url)
    # Asked before and after: whatever comes or goes meanwhile, the copied moment lies between the two, and files stay
    # a day after their last row.
    before = await files_needed()
    heads = {of: str((await chained(trail)).head) for of, trail in TRAILS.items()}
    await copy_database(stores.url, database)
    needed = sorted({*before, *await files_needed()})
    files = []
    for done, key in enumerate(needed):
        told(done, len(needed))
        files.append(await _copy(key, stores.files, folder))
    erased = await erasures()
    manifest = Manifest(
        made_at=now,
        database=kept(database, folder),
        files=tuple(files),
        erasures=tuple(erased),
        trails=heads,
    )
    write_manifest(manifest, folder)
    return folder, manifest


async def _copy(key: str, store: PhotoStore, folder: Path) -> Kept:
    file = folder / FILES / key[:2] / key
    file.parent.mkdir(exist_ok=True, mode=0o700)
    try:
        content = await store.get(key)
    except NoSuchFile:
        raise BackupError(GONE.format(key=key)) from None
    with file.open("xb") as opened:
        opened.write(content)
    found = kept(file, folder)
    if found.sha256 != key:
        raise BackupError(f"The file {key} in the photo store is damaged. Bring it back from an earlier backup.")
    return found
