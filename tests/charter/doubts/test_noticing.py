"""Duplicates: noticed when the second signature is confirmed, for the desk alone."""

import json
import re
from uuid import UUID

import pytest

from charter.doubts.noticing import MAX_NOTICED, SHARED, notice_duplicates
from migrations.database import execute, fetch, fetch_tuples, fetch_value, transaction
from tests.charter.builders import AMA, NOW, Pen, organisation, person, place
from tests.charter.crowd import Crowd, fill

pytestmark = pytest.mark.usefixtures("database")
ELSEWHERE = place("Elsewhere", address="9 Far Road", postcode="NW1 1AA")


async def noticed() -> list[tuple[UUID, UUID, list[str]]]:
    """The newer and the older signature of each pair, and what they share."""
    rows = await fetch(
        "select newer.id as newer, older.id as older, reasons from possible_duplicate "
        "join signatory as newer on newer.number = signatory join signatory as older on older.number = other "
        "order by possible_duplicate.number"
    )
    return [(row["newer"], row["older"], json.loads(row["reasons"])) for row in rows]


async def test_a_second_signature_is_noticed_when_it_is_confirmed() -> None:
    """Not before: what nobody stands behind is nobody's work."""
    pen = Pen()
    first = await pen.stand("The Lamb Ltd", premises=[ELSEWHERE])
    await pen.sign("the lamb", premises=[])
    before = await noticed()
    second = await pen.stand("THE LAMB", premises=[])

    assert before == []
    assert await noticed() == [(second, first, ["name"])]


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({"premises": [place("Other", address="1 EXAMPLE St.")]}, ["address"]),
        ({"premises": [place("the lamb", address="Corner of Example Street")]}, ["premises"]),
        ({"premises": [place("The Lamb")]}, ["address", "premises"]),
        ({"organisation": organisation("Ram", website="http://lamb.example/menu"), "premises": []}, ["website"]),
        ({"premises": [place("Other", postcode="SE1 1AB")]}, None),
        ({"organisation": organisation("Ram", website="http://facebook.com/a"), "premises": []}, None),
    ],
)
async def test_what_they_share_is_told(changes: dict[str, object], reasons: list[str] | None) -> None:
    """Address, premises or website; nothing for neighbours."""
    pen = Pen()
    first = await pen.stand("The Lamb", organisation=organisation(website="https://www.lamb.example"))
    second = await pen.stand("Ram", **changes)

    assert await noticed() == ([(second, first, reasons)] if reasons else [])


async def test_an_unlisted_place_is_noticed_without_being_readable() -> None:
    """A refuge that signs twice is found by its keyed hash."""
    pen, charity = Pen(), "charity_or_community"
    first = await pen.stand("Haven", organisation=organisation("Haven", charity))
    second = await pen.stand("Harbour", organisation=organisation("Harbour", charity))

    assert await noticed() == [(second, first, ["address"])]


@pytest.mark.parametrize("state", ["applied", "held", "withdrawn"])
async def test_what_does_not_stand_is_not_repeated(state: str) -> None:
    """Nor is a signature that was merged already."""
    pen = Pen()
    first, merged = await pen.stand(), await pen.stand()
    async with transaction():
        await execute("delete from possible_duplicate")
        await execute("update signatory set state = $1 where id = $2", state, first)
        await execute("update signatory set merged_into = 1 where id = $1", merged)
    await pen.stand()

    assert await noticed() == []


async def test_a_pair_is_noticed_once() -> None:
    """In whichever order they are looked at again."""
    pen = Pen()
    ids = [await pen.stand(), await pen.stand()]
    async with transaction():
        for number, id in enumerate(ids, 1):
            await notice_duplicates(number, id=id, now=NOW)

    assert [(newer, older) for newer, older, _ in await noticed()] == [(ids[1], ids[0])]


async def test_a_common_name_gives_the_desk_a_few_pairs_only() -> None:
    """The oldest ones."""
    pen = Pen()
    for _ in range(MAX_NOTICED + 2):
        await pen.stand("Subs", premises=[])
    async with transaction():
        await execute("delete from possible_duplicate")
    last = await pen.stand("Subs", premises=[], champion=person(AMA))

    assert [newer for newer, _, _ in await noticed()] == [last] * MAX_NOTICED
    assert await fetch_value("select max(other) from possible_duplicate") == MAX_NOTICED


BOTH_COLUMNS = {
    "sqlite": r"premises_noticed \(postcode=\? AND folded=\?\)",
    "postgresql": r"premises_noticed.*\n.*Index Cond: \(\(postcode = .*\) AND \(folded = ",
}


async def test_premises_are_compared_by_postcode_and_name_at_once(database: str) -> None:
    """By the postcode alone, a chain's thousands at one of them would be compared pair by pair."""
    await fill(Crowd(organisations=1_000, premises=6_000))
    explain = "explain query plan" if database == "sqlite" else "explain"
    plan = "\n".join(str(line) for line in await fetch_tuples(f"{explain} {SHARED}", 900))

    assert re.search(BOTH_COLUMNS[database], plan), plan
    assert "premises_place_mac" in plan, plan
