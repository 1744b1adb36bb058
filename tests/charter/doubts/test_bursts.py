"""Bursts: held without letters, answered alike, released or refused by the desk."""

from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest

from charter.doubts.bursts import ADDRESS, ALL, DOMAIN, NETWORK, THRESHOLDS, forget_bursts
from charter.doubts.holding import refuse_held, release_held
from charter.errors import NoSuchSignatory, NotHeld
from charter.register import Arrival, Receipt, confirm, forget_unconfirmed, sign
from migrations.database import fetch, fetch_value
from tests.charter.builders import NOW, SEAL, Pen, every_letter, parsed, person, signature

pytestmark = pytest.mark.usefixtures("database")
TIMES = {(threshold.about, threshold.window): threshold.times for threshold in THRESHOLDS}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def arrive(pen: Pen, n: int, *, network: bytes | None = None, domain: str = "", name: str = "") -> Receipt:
    """The n-th signature of a night, alike in what is named and different in all else."""
    at = domain or f"org{n}.example"
    people = {
        "signatory": person(f"{name or f'a{n}'}@{at}", has_authority=True),
        "champion": person(f"{name or f'a{n}'}@{at}"),
    }
    body = signature(f"Org {n}", premises=[], **people)
    came = Arrival(network=network or f"network {n}".encode())
    return await sign(parsed(body), desk=pen.desk(), came=came)


async def states() -> Counter[tuple[str, str | None]]:
    """How many signatures are in each state, and why they are held."""
    return Counter((row["state"], row["held_because"]) for row in await fetch("select * from signatory"))


@pytest.mark.parametrize(
    ("about", "window", "same"),
    [
        (NETWORK, HOUR, {"network": b"one"}),
        (DOMAIN, DAY, {"domain": "bots.example"}),
        (ADDRESS, DAY, {"domain": "gmail.com", "name": "somebody"}),
        (ALL, HOUR, {}),
    ],
)
async def test_a_burst_is_held_and_writes_no_letters(about: str, window: timedelta, same: dict[str, str]) -> None:
    """Those before it go their way; the answer is the same."""
    pen, times = Pen(), TIMES[(about, window)]
    receipts = [await arrive(pen, n, **same) for n in range(times + 3)]  # type: ignore[arg-type]

    assert await states() == {("applied", None): times, ("held", about): 3}
    assert {receipt.state for receipt in receipts} == {"applied"}
    assert len(await every_letter()) == len(pen.tokens) == times


async def test_webmail_is_no_domain_of_anybody() -> None:
    """Many organisations write from one."""
    pen = Pen()
    for n in range(TIMES[(DOMAIN, DAY)] + 1):
        await arrive(pen, n, domain="gmail.com")

    assert set(await states()) == {("applied", None)}


async def test_one_bad_night_writes_few_letters() -> None:
    """A botnet with a network and a domain for each signature, from dusk to dawn."""
    pen = Pen(now=NOW.replace(hour=0))
    for n in range(1200):
        if n % 150 == 0:
            pen.move(hours=1)
        await arrive(pen, n)

    assert (await states())[("applied", None)] == len(pen.tokens)
    assert TIMES[(ALL, HOUR)] <= len(pen.tokens) <= TIMES[(ALL, DAY)]


async def test_a_new_window_begins_anew() -> None:
    """And what is over is forgotten."""
    pen = Pen()
    for n in range(TIMES[(NETWORK, HOUR)] + 1):
        await arrive(pen, n, network=b"one")
    pen.move(hours=1)
    await arrive(pen, 99, network=b"one")
    await forget_bursts(now=pen.now + timedelta(days=3))

    assert await states() == {("applied", None): TIMES[(NETWORK, HOUR)] + 1, ("held", NETWORK): 1}
    assert await fetch("select * from burst_count") == []


async def test_the_counts_name_nobody() -> None:
    """Addresses and domains stand under keyed hashes."""
    await arrive(Pen(), 1, domain="canary.example", name="canary")

    assert "canary" not in repr(await fetch("select * from burst_count"))


async def held(pen: Pen) -> Receipt:
    """A signature that a burst of its network had held."""
    for n in range(TIMES[(NETWORK, HOUR)]):
        await arrive(pen, n, network=b"one")
    await every_letter(pen.now)
    pen.tokens.clear()
    body = signature("The Lamb")
    return await sign(parsed(body), desk=pen.desk(), came=Arrival(network=b"one"))


async def test_a_released_signature_is_asked_to_confirm() -> None:
    """With the letters that it would have had, and 30 days from then."""
    pen = Pen()
    receipt = await held(pen)
    pen.move(days=29)
    await release_held(receipt.id, by="desk", desk=pen.desk())
    letters = [taken.opened(SEAL) for taken in await every_letter(pen.now)]
    pen.move(days=29)

    assert [letter.to for letter in letters] == ["ama@lamb.example", "jo@lamb.example"]
    assert all('"The Lamb"' in " ".join(letter.text.split()) for letter in letters)
    assert await forget_unconfirmed(now=pen.now) == TIMES[(NETWORK, HOUR)]
    assert (await confirm(pen.tokens[0], desk=pen.desk())).state == "active"


async def test_a_refused_signature_is_gone_but_for_its_event() -> None:
    """And nobody was ever written to."""
    pen = Pen()
    receipt = await held(pen)
    await refuse_held(receipt.id, by="desk", desk=pen.desk())
    event = (await fetch("select actor, action, subject_id, detail from charter_event order by number desc limit 1"))[0]

    assert await fetch_value("select count(*) from signatory where id = $1", receipt.id) == 0
    assert (event["actor"], event["action"], event["subject_id"]) == ("desk", "refused", str(receipt.id))
    assert await every_letter(pen.now) == []


async def test_only_what_is_held_can_be_judged() -> None:
    """Once, and nothing that is unknown."""
    pen = Pen()
    receipt = await held(pen)
    await release_held(receipt.id, by="desk", desk=pen.desk())

    for judge in (release_held, refuse_held):
        with pytest.raises(NotHeld):
            await judge(receipt.id, by="desk", desk=pen.desk())
        with pytest.raises(NoSuchSignatory):
            await judge(uuid4(), by="desk", desk=pen.desk())


async def test_a_held_signature_ends_after_30_days() -> None:
    """As an unconfirmed one does, so that no address waits for ever."""
    pen = Pen()
    receipt = await held(pen)
    pen.move(days=30)
    await forget_unconfirmed(now=pen.now)

    assert await fetch_value("select count(*) from signatory where id = $1", receipt.id) == 0
