"""Where pictures and editions' files are kept: by the SHA-256 of their content, never changed, durable when told so."""

import re
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from audits.errors import NoSuchFile

KEY = re.compile(r"[0-9a-f]{64}")
# What was put a moment ago, and no row names yet, may be on its way into one; a request takes seconds.
SETTLED_AFTER = timedelta(minutes=10)
# What no row names may belong to a row about to be written; nothing takes a day to be written.
ORPHANED_AFTER = timedelta(hours=24)
Referenced = Callable[[Collection[str]], Awaitable[Collection[str]]]


def checked(key: str) -> str:
    """The key, which is nothing but a hash; raises NoSuchFile."""
    if not KEY.fullmatch(key):
        raise NoSuchFile("There is no file under this key.")
    return key


# Litestar asks whether what it injects is one.
@runtime_checkable
class PhotoStore(Protocol):
    """What keeps files: a folder here, a bucket elsewhere."""

    async def put(self, content: bytes) -> str:
        """Keep the content and return its key, once a power cut can no longer take it."""

    async def get(self, key: str) -> bytes:
        """The content; raises NoSuchFile."""

    async def exists(self, key: str) -> bool:
        """Whether there is a file under this key."""

    async def discard(self, key: str, *, now: datetime) -> bool:
        """Remove a file that no row refers to any more, unless it was put within SETTLED_AFTER; whether it is gone."""

    async def sweep(self, referenced: Referenced, *, now: datetime) -> int:
        """Remove files older than ORPHANED_AFTER that no row refers to, and return how many."""
