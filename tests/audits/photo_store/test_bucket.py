"""A bucket keeps what a folder keeps, and loses nothing to whoever removes what nobody refers to.

A bucket dates objects by its own clock, so `now` is moved instead. `NIGHT_SAFETY_TEST_S3=s3://bucket/prefix`, with
AWS's own variables, tries the same in a real one; without it the bucket is in memory.
"""

import asyncio
import hashlib
import os
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from obstore.exceptions import GenericError
from obstore.store import MemoryStore

from api.serving import store_for
from api.settings import ENDPOINT, BadSetting, settings_from
from audits.errors import NoSuchFile, PhotoStoreUnavailable
from audits.photo_store.bucket import BucketPhotoStore, bucket_at
from audits.photo_store.store import ORPHANED_AFTER, SETTLED_AFTER

CONTENTS = st.sampled_from([b"one", b"two", b"three"])
A_LITTLE = timedelta(seconds=5)


def a_bucket() -> BucketPhotoStore:
    """An empty bucket, or an empty folder of a real one."""
    if address := os.environ.get("NIGHT_SAFETY_TEST_S3"):
        return bucket_at(f"{address}/{uuid4()}", endpoint=os.environ.get(ENDPOINT, ""))
    return BucketPhotoStore(MemoryStore())


def after(age: timedelta) -> datetime:
    """A moment at which all that is there now is older than that."""
    return datetime.now(UTC) + age + A_LITTLE


async def nobody(keys: Collection[str]) -> Collection[str]:
    """No row refers to anything."""
    return ()


@pytest.mark.parametrize("content", [b"", b"picture", bytes(range(256)) * 4_000])
async def test_what_is_put_can_be_got(content: bytes) -> None:
    """Under the SHA-256 of its content, in hex; once, however often it is put."""
    store = a_bucket()
    keys = {await store.put(content) for _ in range(2)}

    assert keys == {hashlib.sha256(content).hexdigest()}
    assert await store.get(*keys) == content and await store.exists(*keys)


@pytest.mark.parametrize("key", ["", "..", "../../etc/passwd", "a" * 63, "A" * 64, "/" + "a" * 63])
async def test_only_a_hash_is_a_key(key: str) -> None:
    """Nothing else ever becomes part of an address; and what was never put is not there."""
    store = a_bucket()
    with pytest.raises(NoSuchFile):
        await store.get(key)
    with pytest.raises(NoSuchFile):
        await store.exists(key)
    with pytest.raises(NoSuchFile, match=r"\.$"):
        await store.get("a" * 64)
    assert not await store.exists("a" * 64)


async def test_orphans_are_swept_after_a_day() -> None:
    """Set aside first and still to be had; removed by the next sweep, ten minutes later. What a row names stays."""
    store = a_bucket()
    named, orphan = await store.put(b"named"), await store.put(b"orphan")

    async def referenced(keys: Collection[str]) -> Collection[str]:
        return {named} & set(keys)

    assert await store.sweep(referenced, now=after(timedelta(0))) == 0
    assert await store.sweep(referenced, now=after(ORPHANED_AFTER)) == 0
    assert await store.get(orphan) == b"orphan"
    assert await store.sweep(referenced, now=after(SETTLED_AFTER)) == 1
    assert [await store.exists(key) for key in (named, orphan)] == [True, False]


async def test_what_is_discarded_is_gone_at_the_second_asking() -> None:
    """Not while it is young, as a row may be on its way; then aside, then gone; gone twice is gone."""
    store = a_bucket()
    key, other = await store.put(b"picture"), await store.put(b"another")
    said = [await store.discard(key, now=when) for when in (after(timedelta(0)), after(SETTLED_AFTER))]
    said += [await store.discard(key, now=when) for when in (after(timedelta(0)), *2 * [after(SETTLED_AFTER)])]

    assert said == [False, False, False, True, True]
    assert not await store.exists(key) and await store.exists(other)


async def test_what_was_set_aside_comes_back_when_a_row_names_it() -> None:
    """Somebody handed in the same photo while its orphan was on its way out."""
    store = a_bucket()
    key = await store.put(b"picture")
    await store.sweep(nobody, now=after(ORPHANED_AFTER))

    async def referenced(keys: Collection[str]) -> Collection[str]:
        return keys

    assert await store.get(key) == b"picture"
    assert await store.sweep(referenced, now=after(SETTLED_AFTER)) == 0
    assert await store.sweep(nobody, now=after(SETTLED_AFTER)) == 0
    assert await store.get(key) == b"picture"


class OnesAndOthers(RuleBasedStateMachine):
    """Requests put content and write rows later, rows go, and the worker sweeps and discards at any moment."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.store = BucketPhotoStore(MemoryStore())
        self.rows: dict[str, bytes] = {}
        self.under_way: dict[str, bytes] = {}
        self.again: bytes | None = None

    @rule(content=CONTENTS)
    def put(self, content: bytes) -> None:
        self.under_way[self.loop.run(self.store.put(content))] = content

    @rule()
    def write_rows(self) -> None:
        self.rows |= self.under_way
        self.under_way = {}

    @rule(content=CONTENTS)
    def row_goes(self, content: bytes) -> None:
        self.rows.pop(hashlib.sha256(content).hexdigest(), None)

    @rule(hours=st.sampled_from([0, 1, 25]))
    def sweep(self, hours: int) -> None:
        # A request takes seconds: none is under way for an hour, when what it put would be old.
        if hours and self.under_way:
            self.write_rows()
        self.loop.run(self.store.sweep(self.referenced, now=datetime.now(UTC) + timedelta(hours=hours)))

    @rule(content=CONTENTS, hours=st.sampled_from([0, 1]))
    def discard(self, content: bytes, hours: int) -> None:
        key = hashlib.sha256(content).hexdigest()
        if hours and self.under_way:
            self.write_rows()
        if key not in self.rows:
            self.loop.run(self.store.discard(key, now=datetime.now(UTC) + timedelta(hours=hours)))

    @rule(content=CONTENTS)
    def put_while_it_is_swept(self, content: bytes) -> None:
        self.write_rows()
        self.again = content
        self.loop.run(self.store.sweep(self.referenced, now=datetime.now(UTC) + timedelta(hours=25)))

    async def referenced(self, keys: Collection[str]) -> Collection[str]:
        """What rows name; and at the worst moment, between the question and what follows from it, a photo comes."""
        found = self.rows.keys() & set(keys)
        if self.again is not None:
            content, self.again = self.again, None
            self.under_way[await self.store.put(content)] = content
        return found

    def teardown(self) -> None:
        self.loop.close()

    @invariant()
    def no_row_misses_its_file(self) -> None:
        for key, content in {**self.rows, **self.under_way}.items():
            assert self.loop.run(self.store.get(key)) == content


def test_no_row_ever_misses_its_file() -> None:
    """Whatever is put, forgotten, swept and discarded, in whatever order."""
    run_state_machine_as_test(OnesAndOthers, settings=settings(max_examples=60, stateful_step_count=30))


async def test_a_bucket_that_cannot_be_reached_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """For whoever sends a photo: her phone keeps it and sends it again."""

    class Away(MemoryStore):
        async def put_async(self, *_: object, **__: object) -> None:  # type: ignore[override]
            raise GenericError("connection refused")

    with pytest.raises(PhotoStoreUnavailable, match="again later"):
        await BucketPhotoStore(Away()).put(b"picture")


async def test_a_bucket_that_is_not_there_is_a_sentence_too() -> None:
    """And nothing in it is told to be gone."""

    class Gone(MemoryStore):
        async def put_async(self, *_: object, **__: object) -> None:  # type: ignore[override]
            raise FileNotFoundError("NoSuchBucket")

        def list(self, *_: object, **__: object) -> None:  # type: ignore[override]
            raise FileNotFoundError("NoSuchBucket")

    store = BucketPhotoStore(Gone())
    with pytest.raises(PhotoStoreUnavailable):
        await store.put(b"picture")
    with pytest.raises(PhotoStoreUnavailable):
        await store.discard("a" * 64, now=after(SETTLED_AFTER))


async def test_two_who_sweep_at_once_take_nothing_that_a_row_names() -> None:
    """One removes what it had found aside while the other sets aside what a request has just kept anew."""
    bucket = MemoryStore()
    one, other = BucketPhotoStore(bucket), BucketPhotoStore(bucket)
    key = await one.put(b"picture")
    await one.sweep(nobody, now=after(ORPHANED_AFTER))
    await one.put(b"picture")

    async def meanwhile(keys: Collection[str]) -> Collection[str]:
        await other.sweep(nobody, now=after(ORPHANED_AFTER))
        await other.put(b"picture")
        await other.discard(key, now=after(SETTLED_AFTER))
        return ()

    await one.sweep(meanwhile, now=after(SETTLED_AFTER))

    async def referenced(keys: Collection[str]) -> Collection[str]:
        return keys

    assert await one.get(key) == b"picture"
    for _ in range(2):
        await one.sweep(referenced, now=after(ORPHANED_AFTER))
    assert await one.get(key) == b"picture"
    assert len(await bucket.list().collect_async()) == 1


def test_a_setting_names_the_bucket() -> None:
    """And one that names none is refused with a sentence."""
    assert isinstance(store_for(settings_from({"NIGHT_SAFETY_PHOTOS": "s3://night/photos"})), BucketPhotoStore)
    with pytest.raises(BadSetting, match="names no bucket"):
        settings_from({"NIGHT_SAFETY_PHOTOS": "s3:///photos"})
    with pytest.raises(BadSetting, match="folder: or s3://"):
        settings_from({"NIGHT_SAFETY_PHOTOS": "ftp://night"})
