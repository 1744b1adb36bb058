"""A photo store in a folder: each file written aside, synced, renamed, and its folder synced."""

import asyncio
import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from audits.errors import NoSuchFile, PhotoStoreFull, PhotoStoreUnavailable
from audits.photo_store.store import KEY, ORPHANED_AFTER, SETTLED_AFTER, Referenced, checked

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class FolderPhotoStore:
    """A folder of 256 folders, one for each first byte of the key.

    A file is written under a temporary name, synced, renamed, and its folder synced. Nothing but a key of 64
    hexadecimal digits ever becomes part of a path.
    """

    def __init__(self, folder: Path) -> None:
        """Make the folders where they are missing; raises PhotoStoreUnavailable."""
        self._folder = folder
        self._drafts = folder / "drafts"
        with faults_told():
            # All at once, so that no put ever has to make one and sync its parent too.
            for place in (self._drafts, *(folder / f"{first:02x}" for first in range(256))):
                place.mkdir(mode=0o700, parents=True, exist_ok=True)
            _sync_folder(folder)

    async def put(self, content: bytes) -> str:
        """Keep the content and return its key, once a power cut can no longer take it."""
        return await asyncio.to_thread(self._put, content)

    async def get(self, key: str) -> bytes:
        """The content; raises NoSuchFile."""
        return await asyncio.to_thread(self._get, key)

    async def exists(self, key: str) -> bool:
        """Whether there is a file under this key."""
        return await asyncio.to_thread(lambda: self._path(key).is_file())

    async def discard(self, key: str, *, now: datetime) -> bool:
        """Remove a file that no row refers to any more, unless it was put within SETTLED_AFTER; whether it is gone."""
        before = (now - SETTLED_AFTER).timestamp()
        with faults_told():
            return await asyncio.to_thread(self._discard, key, before)

    async def sweep(self, referenced: Referenced, *, now: datetime) -> int:
        """Remove files older than ORPHANED_AFTER that no row refers to, and return how many."""
        before = (now - ORPHANED_AFTER).timestamp()
        await asyncio.to_thread(self._discard_drafts, before)
        swept = 0
        for first in range(256):
            old = await asyncio.to_thread(self._older_than, before, f"{first:02x}")
            for key in set(old) - set(await referenced(old) if old else ()):
                swept += await asyncio.to_thread(self._remove, key, before)
        return swept

    def _path(self, key: str) -> Path:
        return self._folder / checked(key)[:2] / key

    def _put(self, content: bytes) -> str:
        key = hashlib.sha256(content).hexdigest()
        path = self._path(key)
        with faults_told():
            if not _refresh(path):
                self._write(path, content)
            # Also where the file was there already: whoever wrote it may not have come this far yet.
            _sync_folder(path.parent)
        return key

    def _write(self, path: Path, content: bytes) -> None:
        number, name = tempfile.mkstemp(dir=self._drafts)
        try:
            with os.fdopen(number, "wb") as draft:
                draft.write(content)
                draft.flush()
                os.fsync(draft.fileno())
            Path(name).rename(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _get(self, key: str) -> bytes:
        path = self._path(key)
        with faults_told():
            try:
                return path.read_bytes()
            except FileNotFoundError:
                raise NoSuchFile("There is no file under this key.") from None

    def _older_than(self, before: float, shard: str) -> list[str]:
        files = os.scandir(self._folder / shard)
        with files:
            return [file.name for file in files if KEY.fullmatch(file.name) and file.stat().st_mtime < before]

    def _remove(self, key: str, before: float) -> bool:
        """Take the file out of the way, and remove it unless it was kept anew in the meantime (see _refresh)."""
        path, aside = self._path(key), self._drafts / key
        with suppress(FileNotFoundError):
            # Out of the way first: from now on a put of the same content writes a file of its own.
            path.rename(aside)
            if aside.stat().st_mtime < before:
                aside.unlink()
                return True
            aside.rename(path)
        return False

    def _discard(self, key: str, before: float) -> bool:
        path, aside = self._path(key), self._drafts / key
        self._remove(key, before)
        with suppress(FileNotFoundError):
            # A process that was killed in the middle left it there.
            if aside.stat().st_mtime < before:
                aside.unlink()
        # Nobody may find it again after a power cut.
        for folder in (path.parent, self._drafts):
            _sync_folder(folder)
        return not path.is_file()

    def _discard_drafts(self, before: float) -> None:
        for draft in self._drafts.iterdir():
            with suppress(FileNotFoundError):
                if draft.stat().st_mtime < before:
                    draft.unlink()


def _refresh(path: Path) -> bool:
    """Whether the content is already there; then it counts as written now, and is as durable as a new one."""
    try:
        os.utime(path)
        with path.open("rb") as kept:
            os.fsync(kept.fileno())
    except FileNotFoundError:
        return False
    return True


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@contextmanager
def faults_told() -> Iterator[None]:
    """Turn the operating system's errors into ours."""
    try:
        yield
    except OSError as fault:
        if fault.errno in NO_ROOM:
            raise PhotoStoreFull("There is no room left to keep this photo. Send it again later.") from fault
        raise PhotoStoreUnavailable("Photos cannot be kept just now. Send this one again later.") from fault
