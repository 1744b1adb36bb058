"""A backup checked by bringing it back aside, and brought back in earnest, without those who were erased since."""

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import msgspec

from api.backups.making import Stores
from api.backups.manifest import MAX_TOLD, BackupError, Manifest, damage, read_manifest
from api.backups.referenced import files_needed
from api.trails import TRAILS
from audits.people.erasure import Forgetting, Remembered, erase_again
from audits.people.queries import erasures
from migrations.copies.whole import (
    SQLITE_COPY,
    check_copy,
    refuse_in_use,
    replace_database,
    restore_postgresql,
    restored_aside,
)
from migrations.database import DatabaseError, open_database
from migrations.runner import upgrade
from migrations.sealing import Seal
from migrations.trail.chain import Head
from migrations.trail.standing import head_at

TIMEOUT_S = 600.0


@dataclass(frozen=True)
class Restored:
    """What was brought back, and how many people were erased again."""

    made_at: datetime
    files: int
    erased_again: int


async def verify_backup(folder: Path, *, like: str) -> Manifest:
    """Check every hash, bring the database back aside, and see that no row misses its file, and no trail its end.

    A PostgreSQL backup is brought back on the server of the address `like`. Raises BackupError, DamagedCopy,
    CopyFailed.
    """
    manifest = _whole(folder)
    await check_copy(folder / manifest.database.path)
    with tempfile.TemporaryDirectory() as aside:
        async with restored_aside(folder / manifest.database.path, like=like, folder=Path(aside)) as url:
            await upgrade(url)
            async with open_database(url, statement_timeout_s=TIMEOUT_S):
                needed = set(await files_needed())
                cut = [of for of, head in manifest.trails.items() if not await _reaches(of, head)]
    missing = needed - {Path(one.path).name for one in manifest.files}
    if missing:
        raise BackupError(f"{len(missing)} files are missing that the database refers to. Use another backup.")
    if cut:
        raise BackupError(
            f"The trail of the {' and of the '.join(cut)} is not the one that was backed up. Use another."
        )
    return manifest


async def _reaches(of: str, head: str) -> bool:
    """Whether the chain of that trail holds the link that the manifest wrote down."""
    try:
        expected = Head.read(head)
    except ValueError:
        return False
    return of in TRAILS and await head_at(TRAILS[of], expected.position) == expected


async def restore_backup(
    folder: Path, stores: Stores, *, seal: Seal, now: datetime, since: Iterable[Remembered]
) -> Restored:
    """Bring a backup back: files first, then the database, from which everybody erased `since` is erased again.

    What was there before is replaced at the end, or, where anything fails, not at all (SQLite); nothing may be served
    meanwhile. Raises BackupError, DamagedCopy, CopyFailed, DatabaseInUse.
    """
    manifest = await verify_backup(folder, like=stores.url)
    copy = folder / manifest.database.path
    if (copy.name == SQLITE_COPY) != stores.url.startswith("sqlite:"):
        raise BackupError("This backup is of the other kind of database. Set NIGHT_SAFETY_DATABASE_URL to its kind.")
    forgetting = Forgetting(now=now, seal=seal, new_id=uuid4)
    remembered = [*manifest.erasures, *since]
    for one in manifest.files:
        await stores.files.put((folder / one.path).read_bytes())
    if copy.name == SQLITE_COPY:
        again = await _restore_sqlite(copy, stores.url, remembered, forgetting)
    else:
        await restore_postgresql(copy, stores.url)
        again = await _made_fit(stores.url, remembered, forgetting)
    return Restored(manifest.made_at, len(manifest.files), again)


async def _restore_sqlite(copy: Path, url: str, remembered: list[Remembered], forgetting: Forgetting) -> int:
    target = Path(url.removeprefix("sqlite:///"))
    target.parent.mkdir(parents=True, exist_ok=True)
    refuse_in_use(url)
    # Beside its place, so that putting it there is one rename; under its name only when it is fit to be served.
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".restoring-") as aside:
        async with restored_aside(copy, like=url, folder=Path(aside)) as restored:
            again = await _made_fit(restored, remembered, forgetting)
            await replace_database(url, by=restored)
    return again


async def _made_fit(url: str, remembered: list[Remembered], forgetting: Forgetting) -> int:
    await upgrade(url)
    async with open_database(url, statement_timeout_s=TIMEOUT_S):
        return await erase_again(remembered, forgetting)


async def erasures_known(stores: Stores) -> list[Remembered] | None:
    """Who was erased, by the database that is to be replaced; None where it cannot be asked."""
    try:
        async with open_database(stores.url):
            return await erasures()
    except DatabaseError:
        return None


def read_erasures(file: Path) -> list[Remembered]:
    """The list that `night-safety erasures --json` wrote. Raises BackupError."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=_Listed).erasures
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        raise BackupError(
            f"{file} is no list of erasures. Name one that `night-safety erasures --json` wrote."
        ) from None


class _Listed(msgspec.Struct, frozen=True):
    erasures: list[Remembered]


def _whole(folder: Path) -> Manifest:
    manifest = read_manifest(folder)
    said = damage(manifest, folder)
    if said:
        more = f" And {len(said) - MAX_TOLD} more." if len(said) > MAX_TOLD else ""
        raise BackupError(f"This backup is damaged. {' '.join(said[:MAX_TOLD])}{more} Use another backup.")
    return manifest
