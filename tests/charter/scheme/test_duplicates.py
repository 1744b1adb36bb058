"""Signatures that may be one: merged with care, or left as two; judged once."""

import asyncio
from uuid import UUID

import pytest

from charter.narrowing import Sought
from charter.queries import signatories, signatory
from charter.register import confirm
from charter.scheme.duplicates import different, merge
from charter.scheme.errors import DecidedMeanwhile, NoSuchPair, NotDone
from charter.scheme.queries import file_of, open_pairs, pair
from migrations.database import execute, fetch_value, transaction
from tests.charter.builders import SEAL, Pen, every_letter, person, place

DESK = "an administrator's id"
ELSEWHERE = {"address": "9 Other Road", "postcode": "SE1 9ZZ"}
AGAIN = {
    "signatory": person("eve@lamb.example", has_authority=True),
    "champion": person("eve@lamb.example"),
    "premises": [place(), {**place("The Lamb Yard"), **ELSEWHERE}],
}


async def twice(pen: Pen) -> tuple[UUID, UUID, UUID]:
    """One organisation that signed twice: the older, the newer, and the pair."""
    older = await pen.stand()
    newer = await pen.stand("THE LAMB LTD", **AGAIN)
    await every_letter()
    return older, newer, (await open_pairs())[0].id


async def test_the_desk_sees_both_side_by_side(database: str) -> None:
    """The newer and the older, what they share, and the places of each."""
    older, newer, id = await twice(Pen())

    found, premises = await pair(id)

    assert (found.signatory.id, found.other.id) == (newer, older)
    assert {"name", "address"} <= set(found.reasons)
    assert [len(premises[one]) for one in (newer, older)] == [2, 1]


async def test_merging_keeps_one_and_every_place_once(database: str) -> None:
    """The older has both places, and the newer is withdrawn in its favour; the register counts one."""
    older, newer, id = await twice(Pen())

    assert await merge(id, reason="Same licence", by=DESK, desk=Pen().desk()) == older

    entries = (await signatories(Sought(), limit=10, cursor=None)).entries
    assert [(entry.id, [one.name for one in entry.premises]) for entry in entries] == [
        (older, ["The Lamb", "The Lamb Yard"])
    ]
    file = await file_of(newer, seal=SEAL)
    assert (file.row["state"], file.row["merged_id"]) == ("withdrawn", older)
    assert (await signatory(newer)).id == older
    assert await fetch_value("select count(*) from premises") == 3
    assert await open_pairs() == []


async def test_merging_tells_the_newer_people_and_gives_them_nothing(database: str) -> None:
    """Whoever signs in a venue's name never comes to hold its desk by it: her name is erased."""
    older, newer, id = await twice(Pen())

    await merge(id, reason="Same licence", by=DESK, desk=Pen().desk())

    letters = [letter.opened(SEAL) for letter in await every_letter()]
    assert [letter.to for letter in letters] == ["eve@lamb.example"]
    assert all(one["ended_on"] is not None for one in (await file_of(newer, seal=SEAL)).people)
    assert [one["ended_on"] for one in (await file_of(older, seal=SEAL)).people] == [None, None]


async def test_merging_leaves_its_reason_with_both(database: str) -> None:
    """And an event on each, that names the other by its id."""
    older, newer, id = await twice(Pen())

    await merge(id, reason="Same licence", by=DESK, desk=Pen().desk())

    files = [await file_of(one, seal=SEAL) for one in (older, newer)]
    assert [file.notes[0].text for file in files] == ["Same licence"] * 2
    assert [file.events[0]["action"] for file in files] == ["merged-in", "merged"]
    assert str(newer) in files[0].events[0]["detail"] and str(older) in files[1].events[0]["detail"]


async def test_merging_wants_a_reason(database: str) -> None:
    """Without one the pair stays open."""
    _, newer, id = await twice(Pen())

    with pytest.raises(NotDone):
        await merge(id, reason="", by=DESK, desk=Pen().desk())

    assert (await signatory(newer)).state == "active" and len(await open_pairs()) == 1


async def test_a_third_is_compared_with_the_one_that_stays(database: str) -> None:
    """What was like the newer is not forgotten with it, and is asked about once."""
    pen = Pen()
    older, _, id = await twice(pen)
    third = await pen.stand("The Lamb plc", signatory=person("x@y.example", has_authority=True))

    await merge(id, reason="Same licence", by=DESK, desk=pen.desk())

    assert [(one.signatory.id, one.other.id) for one in await open_pairs()] == [(third, older)]


async def test_two_that_are_different_stay(database: str) -> None:
    """Nobody is told, and they are not shown again."""
    older, newer, id = await twice(Pen())

    await different(id, by=DESK, desk=Pen().desk())

    assert [(await signatory(one)).state for one in (older, newer)] == ["active", "active"]
    assert await open_pairs() == [] and await every_letter() == []


async def test_two_who_judge_at_once_judge_once(database: str) -> None:
    """The second is told, and changes nothing."""
    _, newer, id = await twice(Pen())

    said = await asyncio.gather(
        merge(id, reason="Same licence", by="one", desk=Pen().desk()),
        different(id, by="another", desk=Pen().desk()),
        return_exceptions=True,
    )

    assert [type(one) for one in said].count(DecidedMeanwhile) == 1
    decision = await fetch_value("select decision from possible_duplicate where id = $1", id)
    state = (await file_of(newer, seal=SEAL)).row["state"]
    assert (state, decision) in {("withdrawn", "merged"), ("active", "distinct")}


async def test_an_older_one_that_withdrew_cannot_take_over(database: str) -> None:
    """Its people are gone, so that the newer must stay."""
    older, newer, id = await twice(Pen())
    async with transaction():
        await execute("update signatory set state = 'withdrawn' where id = $1", older)

    with pytest.raises(DecidedMeanwhile):
        await merge(id, reason="Same licence", by=DESK, desk=Pen().desk())
    assert (await signatory(newer)).state == "active"


async def test_an_unknown_pair_is_said_so(database: str) -> None:
    """To be looked at, and to be judged."""
    nobody = UUID(int=7)

    with pytest.raises(NoSuchPair):
        await pair(nobody)
    with pytest.raises(NoSuchPair):
        await different(nobody, by=DESK, desk=Pen().desk())


async def test_a_link_of_the_newer_is_over(database: str) -> None:
    """Whoever had not followed hers yet can do so no more."""
    pen = Pen()
    older, newer = await pen.stand(), await pen.stand("The Lamb Ltd")
    await merge((await open_pairs())[0].id, reason="Same", by=DESK, desk=pen.desk())

    with pytest.raises(Exception, match="This link"):
        await confirm(pen.tokens[-1], desk=pen.desk())
    assert older != newer
