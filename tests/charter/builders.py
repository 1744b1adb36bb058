"""Signatures as they are sent, and signatories as they stand in the register, for every test of the charter."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec

import migrations.database as opened
from charter.outbox import Taken, letter_sent, take_letter
from charter.register import Desk, Receipt, confirm, sign
from charter.signing import Signature
from migrations.sealing import Seal, new_token
from migrations.sqlite import SqliteDatabase

NOW = datetime(2026, 10, 25, 9, 0, tzinfo=UTC)
SEAL = Seal(b"a key of tests, of thirty-two bytes or more")
BASE_URL = "https://night-safety.example"
LAMBETH, SOUTHWARK = "E09000022", "E09000028"
AMA, JO = "ama@lamb.example", "jo@lamb.example"


def person(email: str = AMA, **changes: Any) -> dict[str, Any]:
    """A contact."""
    return {"name": "Ama Mensah", "job_title": "Manager", "email": email, **changes}


def hours(opens: str = "17:00", closes: str = "02:00", days: Sequence[str] = ("fri", "sat")) -> dict[str, Any]:
    """A line of opening hours."""
    return {"days": list(days), "opens": opens, "closes": closes}


def place(name: str = "The Lamb", *, at: Sequence[float] = (-0.0877, 51.5055), **changes: Any) -> dict[str, Any]:
    """Premises at a longitude and a latitude."""
    there = {"type": "Point", "coordinates": list(at)}
    return {"name": name, "address": "1 Example Street", "postcode": "SE1 1AA", "location": there, **changes}


def organisation(name: str = "The Lamb", sector: str = "pub_or_bar", **changes: Any) -> dict[str, Any]:
    """Who signs."""
    return {"name": name, "sector": sector, "website": None, "operates_at_night": True, **changes}


def signature(name: str = "The Lamb", **changes: Any) -> dict[str, Any]:
    """A signature that can be taken, but for `changes` of its top-level fields."""
    return {
        "charter_version": "2018",
        "organisation": organisation(name),
        "premises": [place(name)],
        "signatory": person(AMA, has_authority=True),
        "champion": person(JO, name="Jo Champion"),
        "pledges": [1, 2, 3, 4, 5, 6, 7],
        "consent": {"public_listing": True, "network_contact": False},
        **changes,
    }


def parsed(body: dict[str, Any]) -> Signature:
    """The body as the service reads it."""
    return msgspec.json.decode(msgspec.json.encode(body), type=Signature)


@dataclass
class Pen:
    """Signs and confirms at a time of its own, and remembers the tokens that only letters hold, newest last."""

    now: datetime = NOW
    tokens: list[str] = field(default_factory=list)

    def desk(self) -> Desk:
        """What a command is given."""
        return Desk(now=self.now, seal=SEAL, base_url=BASE_URL, new_id=uuid4, new_token=self._token)

    async def sign(self, name: str = "The Lamb", **changes: Any) -> Receipt:
        """File a signature; the signatory's token comes before the champion's."""
        return await sign(parsed(signature(name, **changes)), desk=self.desk())

    async def stand(self, name: str = "The Lamb", **changes: Any) -> UUID:
        """Sign and confirm, so that it stands in the register; gives its id."""
        before = len(self.tokens)
        receipt = await self.sign(name, **changes)
        await confirm(self.tokens[before], desk=self.desk())
        return receipt.id

    def move(self, **by: float) -> None:
        """Let time pass."""
        self.now += timedelta(**by)

    def _token(self) -> str:
        self.tokens.append(new_token())
        return self.tokens[-1]


async def every_letter(now: datetime = NOW) -> list[Taken]:
    """Every letter that is due, taken and sent."""
    taken = []
    while (letter := await take_letter(now=now)) is not None:
        await letter_sent(letter, now=now)
        taken.append(letter)
    return taken


@asynccontextmanager
async def counted() -> AsyncIterator[list[str]]:
    """The statements that the open database is asked inside the block, on either engine."""
    asked: list[str] = []

    def note(statement: str) -> None:
        # What an R*Tree asks of its own tables is told as a comment.
        if not statement.startswith("--"):
            asked.append(statement)

    database = opened._opened[-1]
    if isinstance(database, SqliteDatabase):
        for connection in database._everyone:
            await connection.run(lambda raw: raw.set_trace_callback(note), 1.0)
    else:
        async with database._pool.acquire() as connection:
            connection.add_query_logger(lambda query: note(query.query))
    yield asked
