"""What happens when a database fails, freezes, fills up or breaks: an error in words, no leak, and recovery."""

import asyncio
import sqlite3
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import asyncpg
import pytest

from migrations.database import (
    ConstraintViolated,
    DatabaseFull,
    DatabaseReadOnly,
    DatabaseUnavailable,
    execute,
    fetch,
    fetch_value,
    open_database,
    sqlite_path,
    stream,
    transaction,
)
from tests.migrations.lamps import SLOW_QUERY, count_lamps, hang, hang_in_its_own
from tests.migrations.patience import takes_at_most

FAILURES = 50
TOO_SHORT_S = 0.1  # to wait for somebody who never lets go, yet enough for what is free on a busy machine


async def sessions_at(url: str) -> int:
    """How many connections, or threads on SQLite, serve the database."""
    if url.startswith("sqlite"):
        return sum(thread.name.startswith("sqlite") for thread in threading.enumerate())
    connection = await asyncpg.connect(url)
    try:
        return int(
            await connection.fetchval(
                "SELECT count(*) - 1 FROM pg_stat_activity WHERE datname = current_database() AND usename IS NOT NULL"
            )
        )
    finally:
        await connection.close()


@asynccontextmanager
async def held_by_another(url: str) -> AsyncIterator[None]:
    """Another process holds everything that a writer needs."""
    if url.startswith("sqlite"):
        other = sqlite3.connect(sqlite_path(url), isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.close()
        return
    connection = await asyncpg.connect(url)
    await connection.execute("BEGIN; LOCK TABLE lamp IN ACCESS EXCLUSIVE MODE")
    yield
    await connection.close()


async def test_failing_commits_leak_nothing(impatient: str) -> None:
    await hang_in_its_own()
    assert await count_lamps() == 1
    before = await sessions_at(impatient)
    for _ in range(FAILURES):
        with pytest.raises(ConstraintViolated):
            async with transaction():
                await execute("UPDATE lamp SET beside = 999")

    await hang_in_its_own()
    assert await count_lamps() == 2
    assert await sessions_at(impatient) <= before


async def test_a_failing_commit_keeps_nothing(impatient: str) -> None:
    with pytest.raises(ConstraintViolated) as caught:
        async with transaction():
            await hang()
            await execute("UPDATE lamp SET beside = 999")

    assert caught.value.kind == "foreign key"
    assert await count_lamps() == 0


async def test_failing_begins_leak_nothing(lamps_url: str) -> None:
    async with open_database(lamps_url, statement_timeout_s=TOO_SHORT_S):
        await hang_in_its_own()
        before = await sessions_at(lamps_url)
        async with held_by_another(lamps_url):
            for _ in range(FAILURES):
                with pytest.raises(DatabaseUnavailable):
                    await hang_in_its_own()
        assert await sessions_at(lamps_url) <= before


async def test_a_database_that_another_holds_is_unavailable_in_time_and_recovers(impatient: str) -> None:
    async with held_by_another(impatient):
        with takes_at_most(2.0), pytest.raises(DatabaseUnavailable):
            await hang_in_its_own()

    await hang_in_its_own()
    assert await count_lamps() == 1


async def test_waiting_for_the_writer_ends_in_time(impatient: str) -> None:
    """On PostgreSQL writers wait for each other's rows instead, which is bounded alike."""
    await hang_in_its_own()

    async def hold() -> None:
        async with transaction():
            await execute("UPDATE lamp SET watts = 1")
            held.set()
            await asyncio.sleep(1.5)

    held = asyncio.Event()
    holder = asyncio.create_task(hold())
    await held.wait()
    with takes_at_most(1.2), pytest.raises(DatabaseUnavailable):
        async with transaction():
            await execute("UPDATE lamp SET watts = 2")
    await holder


async def test_waiting_for_a_reader_ends_in_time(lamps_url: str) -> None:
    async with open_database(lamps_url, readers=1, statement_timeout_s=0.25) as dialect:
        await hang_in_its_own()
        exports = [stream("SELECT number FROM lamp") for _ in range(1 if dialect == "sqlite" else 10)]
        for export in exports:
            await anext(export)
        with takes_at_most(2.0), pytest.raises(DatabaseUnavailable, match="Try again"):
            await count_lamps()
        for export in exports:
            await export.aclose()
        assert await count_lamps() == 1


async def test_a_slow_statement_is_cut_short(impatient: str, engine: str) -> None:
    with takes_at_most(2.0), pytest.raises(DatabaseUnavailable):
        await fetch(SLOW_QUERY[engine])

    assert await count_lamps() == 0


async def test_a_transaction_may_ask_for_more_time(impatient: str, engine: str) -> None:
    slow = {"sqlite": SLOW_QUERY["sqlite"].replace("200000000", "3000000"), "postgresql": "SELECT pg_sleep(0.6)"}
    async with transaction(timeout_s=20):
        await fetch(slow[engine])
        await hang()

    assert await count_lamps() == 1


async def test_cancellation_rolls_back_and_interrupts(lamps: str, lamps_url: str) -> None:
    async def write_slowly() -> None:
        async with transaction(timeout_s=20):
            await hang()
            started.set()
            await fetch(SLOW_QUERY[lamps])

    started = asyncio.Event()
    task = asyncio.create_task(write_slowly())
    await started.wait()
    await asyncio.sleep(0.1)
    with takes_at_most(1.5):
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    await hang_in_its_own()
    assert await count_lamps() == 1


async def test_a_cancelled_scope_rolls_back_and_interrupts(lamps: str) -> None:
    """The web server cancels by scopes, which cancel again and again until the task has left."""
    with takes_at_most(1.5), anyio.move_on_after(0.15) as scope:
        async with transaction(timeout_s=20):
            await hang()
            await fetch(SLOW_QUERY[lamps])

    assert scope.cancelled_caught
    await hang_in_its_own()
    assert await count_lamps() == 1


async def test_cancelled_reads_leave_every_connection_usable(lamps: str, lamps_url: str) -> None:
    for _ in range(12):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(fetch(SLOW_QUERY[lamps]), 0.03)

    assert await asyncio.gather(*(fetch_value("SELECT 1") for _ in range(20))) == [1] * 20


@pytest.mark.parametrize("delay_ms", range(0, 10, 2))
async def test_cancellation_at_any_moment_leaves_all_or_nothing(lamps: str, delay_ms: int) -> None:
    async def write_two() -> None:
        async with transaction():
            await hang()
            await hang()

    task = asyncio.create_task(write_two())
    await asyncio.sleep(delay_ms / 1000)
    task.cancel()
    await asyncio.wait([task])

    assert await count_lamps() in (0, 2)
    await hang_in_its_own()


async def test_closing_leaves_no_thread_and_no_connection(lamps_url: str) -> None:
    async with open_database(lamps_url):
        await hang_in_its_own()
        await asyncio.gather(*(count_lamps() for _ in range(20)))

    assert await sessions_at(lamps_url) == 0


async def test_a_program_that_ends_without_closing_still_ends(lamps_url: str) -> None:
    code = (
        "import asyncio, sys; from migrations.database import fetch_value, open_database\n"
        "async def main():\n"
        "    await open_database(sys.argv[1]).__aenter__()\n"
        "    print(await fetch_value('SELECT count(*) FROM lamp'))\n"
        "asyncio.run(main())"
    )
    with takes_at_most(15):
        ended = await anyio.run_process([sys.executable, "-c", code, lamps_url])
    assert ended.stdout.strip() == b"0"


async def test_a_full_disk_says_so(lamps: str) -> None:
    fill = {
        "sqlite": "PRAGMA max_page_count = 1",
        "postgresql": "DO $$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'; END $$",
    }
    with pytest.raises(DatabaseFull, match="Make room"):
        async with transaction():
            await execute(fill[lamps])
            await execute("INSERT INTO lamp (id, street, picture) SELECT 'x', 'y', zeroblob(1000000)")


async def test_a_database_that_takes_no_writes_says_so(lamps: str) -> None:
    turn = {"sqlite": "PRAGMA query_only = ON", "postgresql": "SET TRANSACTION READ ONLY"}
    with pytest.raises(DatabaseReadOnly):
        async with transaction():
            await execute(turn[lamps])
            await hang()


async def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "night.sqlite3").write_bytes(b"not a database, but long enough to be one" * 200)
    with pytest.raises(DatabaseUnavailable, match="not a database"):
        async with open_database(f"sqlite:///{tmp_path}/night.sqlite3"):
            raise AssertionError("not reached")


async def test_a_missing_file_is_not_made_by_opening_it(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match="night-safety db upgrade"):
        async with open_database(f"sqlite:///{tmp_path}/night.sqlite3"):
            raise AssertionError("not reached")

    assert list(tmp_path.iterdir()) == []


async def test_a_server_that_does_not_answer_is_unavailable() -> None:
    with pytest.raises(DatabaseUnavailable):
        async with open_database("postgresql://nobody@127.0.0.1:1/night"):
            raise AssertionError("not reached")
