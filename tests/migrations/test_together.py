"""Many at once: nothing is lost, nobody sees half of anything, and workers share their work."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from migrations.database import (
    claim,
    execute,
    execute_many,
    fetch_tuples,
    fetch_value,
    lock,
    open_database,
    snapshot,
    stream,
    transaction,
)
from tests.migrations.lamps import hang, hang_in_its_own

CLIENTS, TIMES = 8, 25


async def brighten() -> None:
    """Read a lamp's watts, and write one more."""
    async with transaction():
        (lamp,) = await lock("SELECT number, watts FROM lamp WHERE number = $1", 1)
        await asyncio.sleep(0)
        await execute("UPDATE lamp SET watts = $2 WHERE number = $1", lamp["number"], lamp["watts"] + 1)


async def brighten_often() -> None:
    """One client's turns."""
    for _ in range(TIMES):
        await brighten()


async def test_no_change_is_lost_among_many_writers(lamps: str) -> None:
    await hang_in_its_own(watts=0)
    await asyncio.gather(*(brighten_often() for _ in range(CLIENTS)))

    assert await fetch_value("SELECT watts FROM lamp") == CLIENTS * TIMES


async def test_no_change_is_lost_among_writers_of_two_databases_objects(lamps: str, lamps_url: str) -> None:
    """As two processes would be: each with its own connections to the same database."""
    await hang_in_its_own(watts=0)
    first = asyncio.create_task(brighten_often())
    await asyncio.sleep(0)
    async with open_database(lamps_url):
        await asyncio.gather(first, brighten_often())

    assert await fetch_value("SELECT watts FROM lamp") == 2 * TIMES


async def when(begun: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Do `work` once `begun`; made before a transaction, so that it is not part of it."""
    await begun.wait()
    await work


async def test_a_snapshot_stays_the_same_while_others_write(lamps: str) -> None:
    await hang_in_its_own(watts=1)
    begun = asyncio.Event()
    writer = asyncio.create_task(when(begun, hang_in_its_own(watts=10)))
    async with snapshot():
        before = await fetch_value("SELECT sum(watts) FROM lamp")
        begun.set()
        await writer
        assert await fetch_value("SELECT sum(watts) FROM lamp") == before == 1

    assert await fetch_value("SELECT sum(watts) FROM lamp") == 11


async def test_a_reader_never_sees_half_of_a_transaction(lamps: str) -> None:
    async def hang_pairs() -> None:
        for _ in range(30):
            async with transaction():
                await hang(watts=1)
                await asyncio.sleep(0)
                await hang(watts=-1)

    writer = asyncio.create_task(hang_pairs())
    seen = set()
    while not writer.done():
        seen.add(await fetch_value("SELECT coalesce(sum(watts), 0) FROM lamp"))
    await writer
    assert seen == {0}


async def test_workers_share_a_list_of_work(lamps: str) -> None:
    async with transaction():
        await execute_many(
            "INSERT INTO lamp (id, street, watts) VALUES ($1, 'Strand', 0)",
            [(f"00000000-0000-0000-0000-0000000000{n:02}",) for n in range(20)],
        )

    async def work() -> None:
        for _ in range(10):
            await _repair_one()

    await asyncio.gather(*(work() for _ in range(4)))
    assert set(await fetch_tuples("SELECT watts FROM lamp")) == {(1,)}


async def _repair_one() -> None:
    async with transaction():
        for lamp in await claim("SELECT number FROM lamp WHERE watts = 0 ORDER BY number LIMIT 1"):
            await execute("UPDATE lamp SET watts = watts + 1 WHERE number = $1", lamp["number"])


async def test_a_claim_passes_over_what_another_holds(lamps: str) -> None:
    """On SQLite the second writer waits its turn instead, and then there is nothing left to claim."""
    await hang_in_its_own(watts=0)
    outcomes = await asyncio.gather(_claim_slowly(), _claim_slowly())

    assert sorted(outcomes) == [0, 1]


async def _claim_slowly() -> int:
    async with transaction():
        claimed = await claim("SELECT number FROM lamp WHERE watts = 0")
        await asyncio.sleep(0.05)
        for lamp in claimed:
            await execute("UPDATE lamp SET watts = 1 WHERE number = $1", lamp["number"])
    return len(claimed)


async def test_reads_go_on_while_an_export_runs(lamps: str) -> None:
    await hang_in_its_own()
    export = stream("SELECT number FROM lamp")
    await anext(export)
    for _ in range(20):
        assert await fetch_value("SELECT count(*) FROM lamp") == 1
    await export.aclose()


async def test_writers_that_give_up_waiting_do_not_hold_up_the_next(lamps: str) -> None:
    async def give_up() -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(brighten(), 0.05)

    await hang_in_its_own(watts=0)
    begun = asyncio.Event()
    waiting = [asyncio.create_task(when(begun, give_up())) for _ in range(3)]
    async with transaction():
        await execute("UPDATE lamp SET watts = 100")
        begun.set()
        await asyncio.wait(waiting)
    await brighten()
    assert await fetch_value("SELECT watts FROM lamp") == 101
