"""Organisations with people who act for them, for every test of keeping the charter."""

from typing import Any
from uuid import uuid4

from charter.keeping.at_desk import Picture
from charter.keeping.files import Developed
from charter.keeping.members import Member, member_of
from charter.outbox import take_letter
from charter.register import confirm, email_mac
from charter.signing import Contact
from migrations.database import execute, transaction
from tests.charter.builders import AMA, JO, NOW, SEAL, Pen

SAM, KIM = "sam@lamb.example", "kim@lamb.example"


def somebody(email: str = SAM, **changes: Any) -> Contact:
    """A person to be named."""
    return Contact(**{"name": "Sam Successor", "job_title": "Duty manager", "email": email, **changes})


async def champion(pen: Pen, name: str = "The Lamb", **changes: Any) -> Member:
    """The confirmed champion of an organisation that stands in the register."""
    before = len(pen.tokens)
    id = await pen.stand(name, **changes)
    await confirm(pen.tokens[before + 1], desk=pen.desk())
    return await member(JO, id)


async def member(email: str, id: Any = None) -> Member:
    """Whoever has that address, as she acts for an organisation."""
    return await member_of(id, email_mac=email_mac(email, SEAL))


async def signer(id: Any = None) -> Member:
    """Whoever signed."""
    return await member(AMA, id)


def picture(pledge: int = 2, caption: str = "Poster by the door", **changes: Any) -> Picture:
    """A picture as a page adds it."""
    shown = {"id": uuid4(), "pledge": pledge, "caption": caption, "width": 800, "height": 600, "added_at": NOW}
    return Picture(**{**shown, **changes})


def developed(letter: str = "a") -> Developed:
    """A picture as the store has it."""
    return Developed(file=letter * 64, small=letter * 63 + "0", width=800, height=600)


async def letters(pen: Pen) -> list[tuple[str, str]]:
    """To whom letters wait to go, and about what; they are taken."""
    found = []
    while (taken := await take_letter(now=pen.now)) is not None:
        letter = taken.opened(SEAL)
        found.append((letter.to, letter.subject))
    return found


async def write(sql: str, *args: Any) -> None:
    """Change the register behind its commands' backs."""
    async with transaction():
        await execute(sql, *args)
