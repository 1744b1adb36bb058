"""Letters wait in rows until a worker has sent them, and nothing of them is left after."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.letters import Attachment, Letter
from charter.outbox import (
    FIRST_WAIT,
    LEASE,
    LONGEST_WAIT,
    letter_failed,
    letter_given_up,
    letter_sent,
    post,
    take_letter,
    wait_after,
)
from migrations.database import fetch_one, transaction
from migrations.sealing import CannotUnseal, Seal
from tests.charter.builders import NOW, SEAL

SECOND = timedelta(seconds=1)
words = st.text(max_size=200)
files = st.lists(st.builds(Attachment, name=words, media_type=words, content=st.binary(max_size=50)), max_size=2)
written = st.builds(
    Letter,
    id=st.just(uuid4()),
    written_at=st.just(NOW),
    to=words,
    subject=words,
    text=words,
    html=words,
    attachments=files.map(tuple),
)


def letter(text: str = "Hello") -> Letter:
    """A letter that says so."""
    return Letter(id=uuid4(), written_at=NOW, to="ama@lamb.example", subject="Canary", text=text, html=f"<p>{text}</p>")


async def posted(*letters: Letter) -> None:
    """These letters are due."""
    async with transaction():
        for one in letters:
            await post(one, kind="test", signatory=None, seal=SEAL)


@pytest.mark.usefixtures("database")
@given(written)
async def test_a_letter_comes_out_as_it_was_written(one: Letter) -> None:
    """Whatever it says."""
    one = msgspec.structs.replace(one, id=uuid4())  # the database is kept from one example to the next
    await posted(one)
    taken = await take_letter(now=NOW)

    assert taken is not None and taken.opened(SEAL) == one
    await letter_sent(taken, now=NOW)


@pytest.mark.usefixtures("database")
async def test_a_letter_is_taken_by_one_worker_at_a_time() -> None:
    """However many ask at once; the oldest goes first, and a leased one not at all."""
    first, second = letter("first"), letter("second")
    await posted(first, second)
    taken = await asyncio.gather(*(take_letter(now=NOW) for _ in range(5)))

    assert sorted(one.opened(SEAL).text for one in taken if one is not None) == ["first", "second"]
    assert await take_letter(now=NOW + LEASE - SECOND) is None


@pytest.mark.usefixtures("database")
async def test_a_letter_whose_worker_died_is_taken_again_after_its_lease() -> None:
    """It is the same letter, by its id, and the attempt counts."""
    await posted(letter())
    dropped = await take_letter(now=NOW)
    again = await take_letter(now=NOW + LEASE)

    assert dropped is not None and again is not None
    assert (dropped.id, dropped.attempts, again.attempts) == (again.id, 1, 2)


@pytest.mark.usefixtures("database")
async def test_a_letter_that_failed_waits_and_stays_whole() -> None:
    """Its row says why, as a category."""
    one = letter()
    await posted(one)
    taken = await take_letter(now=NOW)
    assert taken is not None
    await letter_failed(taken, "server-unreachable", now=NOW)

    assert await take_letter(now=NOW + FIRST_WAIT - SECOND) is None
    again = await take_letter(now=NOW + FIRST_WAIT)
    assert again is not None and again.opened(SEAL) == one
    assert (await fetch_one("select failure from letter") or {})["failure"] == "server-unreachable"


@pytest.mark.usefixtures("database")
async def test_a_sent_letter_is_erased() -> None:
    """That it went, and when, is all that is left."""
    await posted(letter())
    taken = await take_letter(now=NOW)
    assert taken is not None
    await letter_sent(taken, now=NOW + SECOND)
    row = await fetch_one("select sealed, sent_at, given_up_at, failure from letter")

    assert row == {"sealed": None, "sent_at": NOW + SECOND, "given_up_at": None, "failure": None}
    assert await take_letter(now=NOW + 10 * LEASE) is None


@pytest.mark.usefixtures("database")
async def test_a_letter_to_nobody_is_given_up_and_erased() -> None:
    """Its row says why."""
    await posted(letter())
    taken = await take_letter(now=NOW)
    assert taken is not None
    await letter_given_up(taken, "recipient-refused", now=NOW)
    row = await fetch_one("select sealed, sent_at, given_up_at, failure from letter")

    assert row == {"sealed": None, "sent_at": None, "given_up_at": NOW, "failure": "recipient-refused"}


@pytest.mark.usefixtures("database")
async def test_whoever_comes_late_changes_nothing() -> None:
    """A worker whose lease ended, and who failed, does not wake a letter that another one sent."""
    await posted(letter())
    late = await take_letter(now=NOW)
    prompt = await take_letter(now=NOW + LEASE)
    assert late is not None and prompt is not None
    await letter_sent(prompt, now=NOW + LEASE)
    await letter_failed(late, "server-unreachable", now=NOW + LEASE)
    await letter_given_up(late, "recipient-refused", now=NOW + LEASE)

    row = await fetch_one("select sent_at, given_up_at, failure from letter")
    assert row == {"sent_at": NOW + LEASE, "given_up_at": None, "failure": None}


@pytest.mark.usefixtures("database")
async def test_a_letter_is_unreadable_without_the_key() -> None:
    """Neither its recipient nor its words are in the row."""
    await posted(letter("canary words"))
    taken = await take_letter(now=NOW)
    row = await fetch_one("select * from letter")

    assert taken is not None and "anary" not in repr(row) and b"ama@" not in taken.sealed
    with pytest.raises(CannotUnseal):
        taken.opened(Seal(b"another key of at least thirty-two bytes"))


@given(st.integers(1, 1_000_000))
def test_waits_grow_to_six_hours(attempts: int) -> None:
    """Never shorter than before, never longer than LONGEST_WAIT."""
    assert FIRST_WAIT <= wait_after(attempts) <= wait_after(attempts + 1) <= LONGEST_WAIT
