"""A signatory's years, moved by hand: its people, its letters, and the chore that keeps the calendar."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from charter.keeping.members import Member, member_of
from charter.outbox import letter_sent, take_letter
from charter.register import confirm, email_mac
from charter.signing import london_date
from charter.year.keeping_time import keep_the_year
from charter.year.leaving import Withdrawal, withdraw
from charter.year.reviewing import Looked, Reviewed, review
from migrations.database import execute, fetch, fetch_one, fetch_value, transaction
from tests.charter.builders import AMA, JO, SEAL, Pen

LOOKED = Looked(details_confirmed=True, pledges_looked_at=(1, 2, 3, 4, 5, 6, 7))


@dataclass
class Posted:
    """A letter as it went: of which kind, to whom, when, and what it says."""

    kind: str
    to: str
    on: date
    subject: str
    text: str


@dataclass
class Years:
    """An organisation with a confirmed signatory (Ama) and champion (Jo), at the pen's present."""

    pen: Pen
    id: UUID
    posted: list[Posted] = field(default_factory=list)

    @property
    def today(self) -> date:
        """London's date."""
        return london_date(self.pen.now)

    async def wake(self) -> list[Posted]:
        """The chore looks at the calendar; gives the letters that it wrote."""
        await keep_the_year(desk=self.pen.desk())
        return await self.collect()

    async def collect(self) -> list[Posted]:
        """The letters that wait, sent."""
        kinds = {row["id"]: row["kind"] for row in await fetch("select id, kind from letter where sealed is not null")}
        came = []
        while (taken := await take_letter(now=self.pen.now)) is not None:
            letter = taken.opened(SEAL)
            came.append(Posted(kinds[taken.id], letter.to, self.today, letter.subject, letter.text))
            await letter_sent(taken, now=self.pen.now)
        self.posted += came
        return came

    async def row(self) -> dict[str, Any]:
        """Its row in the register."""
        return await fetch_one("select * from signatory where id = $1", self.id) or {}

    async def state(self) -> str:
        """Its state."""
        return str((await self.row())["state"])

    async def member(self, email: str = AMA) -> Member:
        """Whoever acts with this address."""
        return await member_of(self.id, email_mac=email_mac(email, SEAL))

    async def review(self, email: str = AMA) -> Reviewed:
        """Ama looks at everything and confirms."""
        return await review(await self.member(email), LOOKED, desk=self.pen.desk())

    async def withdraw(self, email: str = AMA, reason: str | None = None) -> None:
        """The organisation leaves."""
        await withdraw(await self.member(email), Withdrawal(confirmed=True, reason=reason), desk=self.pen.desk())

    async def events(self) -> list[tuple[str, str]]:
        """Who did what, oldest first; reminders aside."""
        rows = await fetch(
            "select actor, action from charter_event where subject_id = $1 and action <> 'reminded' order by number",
            str(self.id),
        )
        return [(row["actor"], row["action"]) for row in rows]

    async def set(self, **columns: object) -> None:
        """Put columns of its row, as another slice would."""
        for name, value in columns.items():
            async with transaction():
                await execute(f"update signatory set {name} = $2 where id = $1", self.id, value)

    async def pledge(self, number: int) -> str | None:
        """The state of a pledge."""
        found: str | None = await fetch_value(
            "select kept_pledge.state from kept_pledge join signatory on signatory.number = kept_pledge.signatory "
            "where signatory.id = $1 and pledge = $2",
            self.id,
            number,
        )
        return found

    def on(self, day: date, at: time = time(9)) -> None:
        """Move to that day."""
        self.pen.now = datetime.combine(day, at, UTC)

    def after(self, **by: float) -> None:
        """Let time pass."""
        self.pen.now += timedelta(**by)


async def begin(day: date, *, name: str = "The Lamb", at: time = time(9)) -> Years:
    """An organisation that signed on `day`, with both of its people confirmed; their letters are sent."""
    pen = Pen(now=datetime.combine(day, at, UTC))
    before = len(pen.tokens)
    id = await pen.stand(name)
    await confirm(pen.tokens[before + 1], desk=pen.desk())
    years = Years(pen, id)
    await years.collect()
    years.posted.clear()
    return years


@asynccontextmanager
async def passing(day: date) -> AsyncIterator[Years]:
    """As begin(), forgotten at the end: for examples that share one database."""
    years = await begin(day)
    try:
        yield years
    finally:
        async with transaction():
            await execute("delete from signatory where id = $1", years.id)


__all__ = ["AMA", "JO", "LOOKED", "Posted", "Years", "begin", "passing"]
