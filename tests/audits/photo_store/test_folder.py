"""What the photo store was told to keep is there, once, under the hash of its content, and nowhere else."""

import errno
import hashlib
import os
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.errors import NoSuchFile, PhotoStoreFull, PhotoStoreUnavailable
from audits.photo_store.folder import FolderPhotoStore, faults_told

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NOTHING: Collection[str] = ()


@pytest.fixture
def store(tmp_path: Path) -> FolderPhotoStore:
    """An empty store in a folder of its own."""
    return FolderPhotoStore(tmp_path / "photos")


def files_in(folder: Path) -> list[Path]:
    """Every file below a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]


def aged(folder: Path, age: timedelta) -> None:
    """Make every file so old at NOW."""
    for file in files_in(folder):
        os.utime(file, times=2 * ((NOW - age).timestamp(),))


@given(content=st.binary(max_size=2000))
async def test_what_is_put_can_be_got(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """Under the SHA-256 of its content, in hex."""
    store = FolderPhotoStore(tmp_path_factory.getbasetemp() / "shared store")
    key = await store.put(content)

    assert key == hashlib.sha256(content).hexdigest()
    assert await store.get(key) == content and await store.exists(key)


async def test_the_same_content_is_kept_once(store: FolderPhotoStore, tmp_path: Path) -> None:
    """However often it is put; nothing half-written is left beside it."""
    keys = {await store.put(b"picture") for _ in range(3)}

    assert [file.name for file in files_in(tmp_path)] == list(keys)


async def test_files_are_for_this_service_only(store: FolderPhotoStore, tmp_path: Path) -> None:
    """Neither the group nor others may read them."""
    await store.put(b"picture")

    assert {file.stat().st_mode & 0o077 for file in files_in(tmp_path)} == {0}
    assert (tmp_path / "photos" / "00").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("key", ["", "..", "../../etc/passwd", "a" * 63, "a" * 65, "A" * 64, "/" + "a" * 63, "é" * 64])
async def test_only_a_hash_is_a_key(store: FolderPhotoStore, key: str) -> None:
    """Nothing else ever becomes part of a path."""
    with pytest.raises(NoSuchFile):
        await store.get(key)
    with pytest.raises(NoSuchFile):
        await store.exists(key)


async def test_what_was_never_put_is_not_there(store: FolderPhotoStore) -> None:
    """And asking for it is told in a sentence."""
    assert not await store.exists("a" * 64)
    with pytest.raises(NoSuchFile, match=r"\.$"):
        await store.get("a" * 64)


async def test_a_store_is_found_again(store: FolderPhotoStore, tmp_path: Path) -> None:
    """Opening it changes nothing."""
    key = await store.put(b"picture")

    assert await FolderPhotoStore(tmp_path / "photos").get(key) == b"picture"


@pytest.mark.parametrize(
    ("fault", "told"),
    [(errno.ENOSPC, PhotoStoreFull), (errno.EDQUOT, PhotoStoreFull), (errno.EROFS, PhotoStoreUnavailable)],
)
def test_a_disk_s_fault_is_a_sentence(fault: int, told: type[Exception]) -> None:
    """Full, over quota, read-only."""
    with pytest.raises(told, match="again later"), faults_told():
        raise OSError(fault, os.strerror(fault))


async def test_a_folder_that_went_away_is_a_fault(store: FolderPhotoStore, tmp_path: Path) -> None:
    """An unplugged disk is not an empty one."""
    (tmp_path / "photos").rename(tmp_path / "elsewhere")

    with pytest.raises(PhotoStoreUnavailable):
        await store.put(b"picture")


async def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path) -> None:
    """The draft goes with the fault."""
    store = FolderPhotoStore(tmp_path)
    (tmp_path / hashlib.sha256(b"picture").hexdigest()[:2]).rmdir()

    with pytest.raises(PhotoStoreUnavailable):
        await store.put(b"picture")
    assert files_in(tmp_path) == []


async def test_orphans_are_swept_after_a_day(store: FolderPhotoStore, tmp_path: Path) -> None:
    """What a row names stays, and so does what is younger: its row may be on its way."""
    named, orphan = await store.put(b"named"), await store.put(b"orphan")
    aged(tmp_path, timedelta(hours=25))
    young = await store.put(b"young")
    os.utime(tmp_path / "photos" / young[:2] / young, times=2 * ((NOW - timedelta(hours=23)).timestamp(),))

    async def referenced(keys: Collection[str]) -> Collection[str]:
        return {named} & set(keys)

    assert await store.sweep(referenced, now=NOW) == 1
    assert [await store.exists(key) for key in (named, orphan, young)] == [True, False, True]


async def test_what_is_discarded_is_gone_at_once(store: FolderPhotoStore, tmp_path: Path) -> None:
    """Unless it was put within ten minutes, for a row that may be on its way; gone twice is gone."""
    key, other = await store.put(b"picture"), await store.put(b"another")
    aged(tmp_path, timedelta(minutes=9))
    assert await store.discard(key, now=NOW) is False and await store.exists(key)
    aged(tmp_path, timedelta(minutes=11))

    assert [await store.discard(key, now=NOW) for _ in range(2)] == [True, True]
    assert [file.name for file in files_in(tmp_path)] == [other]


async def test_what_is_put_again_is_young_again(store: FolderPhotoStore, tmp_path: Path) -> None:
    """So that a sweep never takes what a photo that has just come relies on."""
    key = await store.put(b"picture")
    aged(tmp_path, timedelta(days=3))
    await store.put(b"picture")

    async def none(_: Collection[str]) -> Collection[str]:
        return NOTHING

    assert await store.sweep(none, now=datetime.now(UTC)) == 0
    assert await store.exists(key)


async def test_a_sweep_leaves_what_is_put_while_it_runs(store: FolderPhotoStore, tmp_path: Path) -> None:
    """Found old, put again, then about to be removed: it stays."""
    key = await store.put(b"picture")
    aged(tmp_path, timedelta(days=3))

    async def put_meanwhile(_: Collection[str]) -> Collection[str]:
        await store.put(b"picture")
        return NOTHING

    assert await store.sweep(put_meanwhile, now=datetime.now(UTC)) == 0
    assert await store.get(key) == b"picture"


async def test_drafts_of_a_killed_process_are_swept(store: FolderPhotoStore, tmp_path: Path) -> None:
    """A power cut in mid-write leaves a draft and no file."""
    (tmp_path / "photos" / "drafts" / "tmp123").write_bytes(b"half")
    aged(tmp_path, timedelta(days=3))

    async def none(_: Collection[str]) -> Collection[str]:
        return NOTHING

    assert await store.sweep(none, now=NOW) == 0
    assert files_in(tmp_path) == []
