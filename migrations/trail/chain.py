"""What the chain is made of: commitments to events, and links that each rest on the one before.

A link commits to what its event says by a salted hash, and every link's HMAC covers the one before, under a key that is
not in the database: whoever can write to the database alone can neither change an event nor make a link. An erasure
scrubs an event and the salt of its link, so that not even who knows what it said can tell that it did, and adds a link
to what it says since.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from migrations.sealing import Seal

Cause = Literal["written", "erased"]
SALT_BYTES = 16
SAID = ("at", "actor", "action", "subject", "subject_id", "detail")


@dataclass(frozen=True, kw_only=True)
class Trail:
    """The tables of a trail: of its events (with the columns SAID), its links and its head; and what its key is for."""

    events: str
    links: str
    head: str
    purpose: str

    def of(self, sql: str, **parts: str) -> str:
        """A statement in which `{events}`, `{links}` and `{head}` are this trail's own tables."""
        return sql.format(events=self.events, links=self.links, head=self.head, **parts)


@dataclass(frozen=True, kw_only=True)
class Link:
    """A link but for its HMAC; `number` is its place in the chain."""

    number: int
    event: int
    cause: Cause
    commitment: bytes
    linked_at: datetime

    def mac_after(self, before: bytes, seal: Seal, *, purpose: str) -> bytes:
        """Its HMAC in the trail of that purpose, when the link before has the HMAC `before` (empty for the first)."""
        facts = (self.number, self.event, self.cause, self.commitment.hex(), _utc(self.linked_at))
        return seal.mac(before + msgspec.json.encode(facts), purpose=purpose)


def commitment(event: Mapping[str, Any], salt: bytes) -> bytes:
    """SHA-256 of a salt and of what an event says, which are the columns SAID of its row."""
    said = [_utc(event["at"]), *(event[name] for name in SAID[1:])]
    return hashlib.sha256(salt + msgspec.json.encode(said)).digest()


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


@dataclass(frozen=True)
class Head:
    """Where a chain ended, short enough to be written down elsewhere: `position:hmac`."""

    position: int
    mac: bytes

    def __str__(self) -> str:
        return f"{self.position}:{self.mac.hex()}"

    @classmethod
    def read(cls, text: str) -> "Head":
        """The head that was written down as `position:hmac`. Raises ValueError.

        >>> str(Head.read("12:00ff"))
        '12:00ff'
        """
        position, _, mac = text.strip().partition(":")
        return cls(int(position), bytes.fromhex(mac))
