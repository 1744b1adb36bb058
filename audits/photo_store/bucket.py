"""A photo store in a bucket: S3 itself, or anything that speaks its language.

A bucket has no lock, and no rename that fails when somebody writes meanwhile. So what nobody refers to is first set
aside, and removed a while later if still nobody does: whoever put the same content in between finds it, aside or anew.
"""

import hashlib
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import uuid4

from obstore.exceptions import BaseError
from obstore.store import ObjectStore, S3Store

from audits.errors import NoSuchFile, PhotoStoreUnavailable
from audits.photo_store.store import KEY, ORPHANED_AFTER, SETTLED_AFTER, Referenced, checked

if TYPE_CHECKING:
    from obstore import ObjectMeta

KEPT, ASIDE = "kept/", "aside/"
AT_ONCE = 500  # keys that are asked about, or removed, together
CONNECT_TIMEOUT, ANSWER_TIMEOUT = "3s", "30s"
RETRIES, RETRY_TIMEOUT = 3, timedelta(seconds=20)


class BucketPhotoStore:
    """Files under `kept/` by the SHA-256 of their content, and under `aside/` for a while before they are removed.

    What is set aside has a name of its own each time, so that whoever removes one takes nothing that another has just
    set aside. An object is durable when the bucket has answered, and S3 is told the content's checksum with it.
    """

    def __init__(self, bucket: ObjectStore) -> None:
        """`bucket` begins where our keys begin."""
        self._bucket = bucket

    async def put(self, content: bytes) -> str:
        """Keep the content and return its key; content that was there already is young again."""
        key = hashlib.sha256(content).hexdigest()
        with faults_told():
            await self._bucket.put_async(KEPT + key, content)
        return key

    async def get(self, key: str) -> bytes:
        """The content, also where it was set aside a moment ago; raises NoSuchFile."""
        # Once more at last: it may have come back from aside while that was looked at.
        for look in (self._kept, self._set_aside, self._kept):
            content = await look(key)
            if content is not None:
                return content
        raise NoSuchFile("There is no file under this key.")

    async def exists(self, key: str) -> bool:
        """Whether there is a file under this key."""
        return await self._seen(KEPT + checked(key)) is not None or bool(await self._aside_of(key))

    async def discard(self, key: str, *, now: datetime) -> bool:
        """Set a file aside that no row refers to, and remove it SETTLED_AFTER that; whether it is gone."""
        before, kept = now - SETTLED_AFTER, await self._seen(KEPT + checked(key))
        if kept:
            if kept["last_modified"] < before:
                await self._set_aside_now(key)
            return False
        aside = await self._aside_of(key)
        old = [each["path"] for each in aside if each["last_modified"] < before]
        await self._remove(old)
        return len(old) == len(aside)

    async def sweep(self, referenced: Referenced, *, now: datetime) -> int:
        """Set aside what no row refers to after ORPHANED_AFTER; remove what stayed aside, and return how much."""
        swept = 0
        async for places in self._older(ASIDE, now - SETTLED_AFTER):
            keys = {place: _key_in(place) for place in places}
            wanted = set(await referenced(sorted(set(keys.values()))))
            for place in (place for place, key in keys.items() if key in wanted):
                await self._bring_back(place, keys[place])
            swept += await self._remove([place for place, key in keys.items() if key not in wanted])
        async for places in self._older(KEPT, now - ORPHANED_AFTER):
            keys = {place: _key_in(place) for place in places}
            for key in set(keys.values()) - set(await referenced(sorted(keys.values()))):
                await self._set_aside_now(key)
        return swept

    async def _kept(self, key: str) -> bytes | None:
        return await self._content(KEPT + checked(key))

    async def _set_aside(self, key: str) -> bytes | None:
        for each in await self._aside_of(key):
            content = await self._content(each["path"])
            if content is not None:
                return content
        return None

    async def _content(self, place: str) -> bytes | None:
        with faults_told():
            try:
                return bytes(await (await self._bucket.get_async(place)).bytes_async())
            except FileNotFoundError:
                return None

    async def _seen(self, place: str) -> "ObjectMeta | None":
        with faults_told():
            try:
                return await self._bucket.head_async(place)
            except FileNotFoundError:
                return None

    async def _aside_of(self, key: str) -> "Sequence[ObjectMeta]":
        with faults_told():
            return await self._bucket.list(prefix=ASIDE + checked(key)).collect_async()

    async def _set_aside_now(self, key: str) -> None:
        await self._move(KEPT + key, f"{ASIDE}{key}/{uuid4()}")

    async def _bring_back(self, place: str, key: str) -> None:
        """Out of the aside, where a row names it after all; one that was kept anew needs no second copy."""
        if await self._seen(KEPT + key) is None:
            await self._move(place, KEPT + key)
        else:
            await self._remove([place])

    async def _move(self, place: str, to: str) -> None:
        """A copy first, so that it is at one place or the other at every moment; gone meanwhile is as good."""
        with faults_told():
            try:
                await self._bucket.copy_async(place, to)
            except FileNotFoundError:
                return
            await self._bucket.delete_async(place)

    async def _remove(self, places: Sequence[str]) -> int:
        if places:
            with faults_told():
                await self._bucket.delete_async(places)
        return len(places)

    async def _older(self, folder: str, before: datetime) -> AsyncIterator[list[str]]:
        """Places below a folder that were last written before, some hundred at a time."""
        with faults_told():
            async for some in self._bucket.list(prefix=folder.rstrip("/"), chunk_size=AT_ONCE):
                old = [each["path"] for each in some if each["last_modified"] < before]
                if places := [place for place in old if KEY.fullmatch(_key_in(place))]:
                    yield places


def bucket_at(address: str, *, endpoint: str = "") -> BucketPhotoStore:
    """The store of `s3://bucket/prefix`, at Amazon's or at `endpoint`; who may enter is said by AWS's own variables."""
    named = urlsplit(address)
    store = S3Store(
        named.netloc,
        prefix=named.path.strip("/") or None,
        config={"checksum_algorithm": "SHA256", **({"endpoint": endpoint} if endpoint else {})},
        client_options={
            "connect_timeout": CONNECT_TIMEOUT,
            "timeout": ANSWER_TIMEOUT,
            "allow_http": endpoint.startswith("http://"),
        },
        retry_config={"max_retries": RETRIES, "retry_timeout": RETRY_TIMEOUT},
    )
    return BucketPhotoStore(store)


def _key_in(place: str) -> str:
    """The key that a place in the bucket is of."""
    return place.split("/")[1]


@contextmanager
def faults_told() -> Iterator[None]:
    """Turn the bucket's faults into ours; that there is no bucket is one, too."""
    try:
        yield
    except (BaseError, FileNotFoundError) as fault:
        raise PhotoStoreUnavailable("Photos cannot be kept just now. Send this one again later.") from fault
