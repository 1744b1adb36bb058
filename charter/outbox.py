"""Letters as rows: written with their cause, taken under a lease by one worker at a time, erased when they are over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from charter.letters import Letter
from migrations.database import claim, execute, fetch, lock, snapshot, transaction
from migrations.sealing import Seal

# Longer than any attempt takes; a letter whose worker died is tried again after it.
LEASE = timedelta(minutes=10)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=6)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A letter that this worker may send until its lease ends."""

    id: UUID
    attempts: int
    sealed: bytes

    def opened(self, seal: Seal) -> Letter:
        """The letter itself. Raises CannotUnseal."""
        content = seal.open(self.sealed, table="letter", column="sealed", row=str(self.id))
        return msgspec.json.decode(content, type=Letter)


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """How the letters fare: how many wait and since when, by why they failed last; and why others were given up."""

    count: int
    oldest: datetime | None
    failures: dict[str, int]
    given_up: dict[str, int]


async def post(letter: Letter, *, kind: str, signatory: int | None, seal: Seal) -> None:
    """Write the letter down to be sent, due at once; inside the transaction of its cause."""
    content = seal.seal(msgspec.json.encode(letter), table="letter", column="sealed", row=str(letter.id))
    await execute(
        "insert into letter (id, signatory, kind, sealed, written_at, due_at, attempts) "
        "values ($1, $2, $3, $4, $5, $5, 0)",
        letter.id,
        signatory,
        kind,
        content,
        letter.written_at,
    )


async def take_letter(*, now: datetime) -> Taken | None:
    """The letter that has been due longest, leased to the caller; None when nothing is due. Uses letter_due."""
    async with transaction():
        due = await claim(
            "select number, id, attempts, sealed from letter where sealed is not null and due_at <= $1 "
            "order by due_at, number limit 1",
            now,
        )
        if not due:
            return None
        # The lease is the next time at which it is due: a worker that dies leaves nothing to be cleaned up.
        await execute(
            "update letter set due_at = $2, attempts = attempts + 1 where number = $1", due[0]["number"], now + LEASE
        )
    return Taken(id=due[0]["id"], attempts=due[0]["attempts"] + 1, sealed=due[0]["sealed"])


async def letter_sent(taken: Taken, *, now: datetime) -> None:
    """The mail server has it: erase what it said and to whom."""
    async with transaction():
        # `sealed is not null` keeps a worker whose lease ran out from waking a letter that another one finished.
        await execute(
            "update letter set sent_at = $2, sealed = null, failure = null where id = $1 and sealed is not null",
            taken.id,
            now,
        )


async def letter_failed(taken: Taken, failure: str, *, now: datetime) -> None:
    """It stays to be tried again, later each time; `failure` is a category and names nobody."""
    async with transaction():
        await execute(
            "update letter set due_at = $2, failure = $3 where id = $1 and sealed is not null",
            taken.id,
            now + wait_after(taken.attempts),
            failure,
        )


async def letter_given_up(taken: Taken, failure: str, *, now: datetime) -> None:
    """Its recipient is refused for good: erase it, and keep why."""
    async with transaction():
        await execute(
            "update letter set given_up_at = $2, sealed = null, failure = $3 where id = $1 and sealed is not null",
            taken.id,
            now,
            failure,
        )


async def overtake_letters(*, signatory: int, kinds: Sequence[str] | None, now: datetime) -> None:
    """What these letters about a signatory ask for was done meanwhile: erase those that wait; None is every kind.

    Inside the transaction of whatever overtook them.
    """
    waiting = await lock("select number, kind from letter where signatory = $1 and sealed is not null", signatory)
    for letter in waiting:
        if kinds is None or letter["kind"] in kinds:
            await execute(
                "update letter set given_up_at = $2, sealed = null, failure = 'overtaken' where number = $1",
                letter["number"],
                now,
            )


async def letters_waiting() -> Waiting:
    """How the letters fare, in numbers and categories that name nobody."""
    async with snapshot():
        rows = await fetch(
            'select failure, count(*) as letters, min(written_at) as "oldest [TIMESTAMPTZ]" from letter '
            "where sealed is not null group by failure order by failure"
        )
        over = await fetch(
            "select failure, count(*) as letters from letter where given_up_at is not null "
            "group by failure order by failure"
        )
    return Waiting(
        count=sum(row["letters"] for row in rows),
        oldest=min((row["oldest"] for row in rows), default=None),
        failures={row["failure"]: row["letters"] for row in rows if row["failure"]},
        given_up={row["failure"]: row["letters"] for row in over if row["failure"]},
    )


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts: twice as long each time, up to LONGEST_WAIT.

    >>> wait_after(1), wait_after(2), wait_after(500)
    (datetime.timedelta(seconds=30), datetime.timedelta(seconds=60), datetime.timedelta(seconds=21600))
    """
    # Bounded first: two to the power of a letter's thousandth attempt is no number of seconds.
    doublings = min(attempts - 1, 20)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
