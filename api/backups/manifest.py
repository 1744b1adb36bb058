"""What a backup says of itself: each file with its size and hash, and who had been erased by then."""

import hashlib
import os
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from audits.people.erasure import Remembered

MANIFEST, FILES = "manifest.json", "files"
CHUNK_BYTES = 1 << 20
MAX_TOLD = 5


class BackupError(Exception):
    """A backup that cannot be made, is damaged, or cannot be brought back; the message says what to do."""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a backup, by its path there."""

    path: str
    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The backup's list of itself."""

    format: Literal["night-safety-backup"] = "night-safety-backup"
    version: Literal[1] = 1
    made_at: datetime
    database: Kept
    files: tuple[Kept, ...]
    erasures: tuple[Remembered, ...]
    # Where the chain of each trail had come to; a list made before there were any names none.
    trails: dict[str, str] = {}


def kept(file: Path, folder: Path) -> Kept:
    """The file as the manifest names it."""
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while chunk := opened.read(CHUNK_BYTES):
            digest.update(chunk)
    return Kept(path=str(file.relative_to(folder)), bytes=file.stat().st_size, sha256=digest.hexdigest())


def write_manifest(manifest: Manifest, folder: Path) -> None:
    """Write it last: a folder without one is no backup. Durable when it returns."""
    draft = folder / f"{MANIFEST}.draft"
    with draft.open("wb") as opened:
        opened.write(msgspec.json.format(msgspec.json.encode(manifest)))
        opened.flush()
        os.fsync(opened.fileno())
    draft.rename(folder / MANIFEST)
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the backup in `folder`. Raises BackupError."""
    try:
        return msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        raise BackupError(
            f"{folder} is no finished backup: its {MANIFEST} is missing or damaged. Use another backup."
        ) from None


def damage(manifest: Manifest, folder: Path) -> list[str]:
    """A sentence for each file that is not as the manifest says; none where all of them are."""
    return [said for one in (manifest.database, *manifest.files) if (said := _damage(one, folder))]


def _damage(one: Kept, folder: Path) -> str | None:
    file = folder / one.path
    if not file.is_file():
        return f"{one.path} is missing."
    # Named by its content, a file of the store must be what its name says, whatever the manifest has been made to say.
    named = file.name if one.path.startswith(FILES) else one.sha256
    found = kept(file, folder)
    return None if found == one and found.sha256 == named else f"{one.path} is damaged."
