"""The register at the size that it is made for: found in as few questions as a small one, sent whole from a batch.

How long a page takes is measured where nothing else runs: `tests/benchmarks/register.py`.
"""

import tracemalloc

import pytest

from charter.as_files import as_csv
from charter.narrowing import Cursor, Narrowed, Sought, sought, written
from charter.queries import by_borough, lines, listed
from migrations.database import fetch_tuples, fetch_value
from tests.charter.builders import counted
from tests.charter.crowd import CROWD, Crowd, fill

pytestmark = pytest.mark.usefixtures("database")
LONDON = "-0.52,51.27,0.34,51.70"
ASKED = [
    sought(None, None, None, None),
    sought("lamb", None, None, None),
    sought(None, "E09000022", None, None),
    sought(None, None, "hotel", None),
    sought(None, None, None, LONDON),
    sought("lamb", "E09000022", "hotel", LONDON),
]
MEMORY_MB = 60
SMALL = Crowd(organisations=20, premises=60, seed=2)


async def asks(asked: Sought) -> int:
    """How many queries a page takes, once the database knows its own indexes."""
    await listed(asked, limit=25)
    async with counted() as statements:
        await listed(asked, limit=25)
    return len(statements)


async def test_a_register_of_ten_thousand_is_asked_as_a_small_one_and_sent_whole() -> None:
    """By name, borough, sector and box, and far down, in no more queries; as CSV, a batch and not the file is held."""
    await fill(SMALL)
    few = [await asks(asked) for asked in ASKED]
    await fill()
    await is_as_large_as_it_says()
    many = [await asks(asked) for asked in ASKED]
    deep = await listed(ASKED[0], limit=25, cursor=written(Cursor("the silver", 1)))
    tracemalloc.start()
    sent = 0
    async for piece in as_csv(lines(Sought())):
        sent += piece.count(b"\r\n")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert max(many) == max(few)
    assert deep
    assert sent > 40_000
    assert peak < MEMORY_MB * 1e6


async def is_as_large_as_it_says() -> None:
    """Both crowds stand, in every borough, with chains, with places and organisations that nobody may see."""
    counts = [
        await fetch_value(f"select count(*) from {what}")
        for what in ("signatory", "premises", "premises where not listed", "signatory where not public_listing")
    ]
    largest = await fetch_value("select max(n) from (select count(*) as n from premises group by signatory) chains")

    assert counts[:2] == [CROWD.organisations + SMALL.organisations, CROWD.premises + SMALL.premises]
    assert min(counts[2:]) > 400 and largest > 200
    assert len(await by_borough(Sought())) == 33


async def test_names_of_places_are_searched_by_their_index(database: str) -> None:
    """The table's own pages, with every address and position, are not read for it."""
    await fill(Crowd(organisations=1_000, premises=6_000))
    narrowed = await Narrowed.to(sought("lamb 77", None, None, None))
    explain = "explain query plan" if database == "sqlite" else "explain"
    plan = await fetch_tuples(f"{explain} select number from signatory where {narrowed.where}", *narrowed.args)

    assert any("premises_named" in str(line) for line in plan), plan
    assert not any("SCAN premises" in str(line) or "Seq Scan on premises" in str(line) for line in plan), plan
