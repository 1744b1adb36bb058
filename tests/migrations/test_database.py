"""What both databases promise alike: values, placeholders, transactions, constraints."""

import asyncio
import tracemalloc
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

import pytest

from migrations.database import (
    BadDatabaseUrl,
    ConstraintViolated,
    MisusedTransaction,
    NaiveTime,
    NestedTransaction,
    NoOpenDatabase,
    NoTransaction,
    TransactionFailed,
    WrongTask,
    claim,
    execute,
    execute_many,
    fetch,
    fetch_one,
    fetch_tuples,
    fetch_value,
    lock,
    open_database,
    snapshot,
    sqlite_path,
    stream,
    transaction,
)
from tests.migrations.lamps import DUSK, Lamp, a_lamp, count_lamps, hang, hang_in_its_own

Begin = Callable[[], AbstractAsyncContextManager[None]]
Say = Callable[[str], Awaitable[object]]


async def test_every_kind_of_value_comes_back_as_it_was(lamps: str) -> None:
    lamp = a_lamp()
    async with transaction():
        await Lamp.insert(Lamp(**lamp))

    by_piccolo = await Lamp.select().first()
    assert by_piccolo == {"number": 1, **lamp}
    assert await fetch_one("SELECT * FROM lamp") == by_piccolo


async def test_types_are_exact_on_both_databases(lamps: str) -> None:
    async with transaction():
        await Lamp.insert(Lamp(**a_lamp()))

    row = await fetch_one("SELECT lit, watts, lux, picture, lit_at, hung_on FROM lamp")
    assert row is not None
    assert [type(value) for value in row.values()] == [bool, int, float, bytes, datetime, date]


async def test_moments_come_back_in_utc_whatever_zone_they_were_given_in(lamps: str) -> None:
    async with transaction():
        await Lamp.insert(Lamp(**a_lamp(lit_at=DUSK.astimezone(timezone(timedelta(hours=-7))))))

    found = await fetch_value("SELECT lit_at FROM lamp")
    assert found == DUSK
    assert found.utcoffset() == timedelta(0)


async def test_a_moment_without_a_zone_is_refused(lamps: str) -> None:
    with pytest.raises(NaiveTime, match="no time zone"):
        await fetch("SELECT number FROM lamp WHERE lit_at = $1", DUSK.replace(tzinfo=None))


async def test_an_aggregate_may_name_its_type(lamps: str) -> None:
    """SQLite knows the types of columns only, not of expressions."""
    async with transaction():
        await Lamp.insert(Lamp(**a_lamp()))

    assert await fetch('SELECT max(lit_at) AS "latest [TIMESTAMPTZ]", sum(watts) AS total FROM lamp') == [
        {"latest": DUSK, "total": 40}
    ]


async def test_placeholders_and_braces_inside_quotes_survive(lamps: str) -> None:
    row = await fetch_one(
        """SELECT '$1 {}' AS "a$1", 'it''s $2' AS b, $2 AS c, $1 AS d -- $3
           /* $4 */""",
        "one",
        "two",
    )

    assert row == {"a$1": "$1 {}", "b": "it's $2", "c": "two", "d": "one"}


async def test_braces_written_through_piccolo_survive(lamps: str) -> None:
    async with transaction():
        await Lamp.insert(Lamp(**a_lamp(street="{} {0} $1 ?")))

    assert await Lamp.select(Lamp.street).where(Lamp.street == "{} {0} $1 ?") == [{"street": "{} {0} $1 ?"}]


async def test_piccolo_updates_and_deletes(lamps: str) -> None:
    async with transaction():
        await Lamp.insert(Lamp(**a_lamp()), Lamp(**a_lamp()))
        await Lamp.update({Lamp.watts: 60}).where(Lamp.number == 1)
        await Lamp.delete().where(Lamp.number == 2)

    assert await fetch_tuples("SELECT number, watts FROM lamp") == [(1, 60)]


async def test_piccolo_saves_an_object_it_read(lamps: str) -> None:
    async with transaction():
        await hang()
        lamp = await Lamp.objects().first()
        assert lamp is not None
        lamp.lit = False
        await lamp.save(columns=[Lamp.lit])

    assert await fetch_value("SELECT lit FROM lamp") is False


async def test_piccolo_counts_and_asks_whether_there_is_one(lamps: str) -> None:
    await hang_in_its_own("Strand", watts=7)

    assert await Lamp.count().where(Lamp.watts > 5) == 1
    assert await Lamp.exists().where(Lamp.street.is_in(["Strand"])) is True
    assert await Lamp.exists().where(Lamp.watts.is_null()) is False


async def test_an_error_takes_back_everything(lamps: str) -> None:
    with pytest.raises(ZeroDivisionError):
        async with transaction():
            await hang()
            raise ZeroDivisionError

    assert await count_lamps() == 0


@pytest.mark.parametrize("begin", [transaction, snapshot])
async def test_a_transaction_inside_another_is_refused(lamps: str, begin: Begin) -> None:
    async with begin():
        with pytest.raises(NestedTransaction):
            async with transaction():
                raise AssertionError("not reached")


async def test_a_question_inside_a_transaction_sees_what_was_written(lamps: str) -> None:
    async with transaction():
        await hang()
        async with snapshot():
            assert await count_lamps() == 1


async def test_another_task_may_not_use_the_transaction(lamps: str) -> None:
    async with transaction():
        outcomes = await asyncio.gather(hang(), fetch("SELECT 1"), hang_in_its_own(), return_exceptions=True)
        await hang()

    assert [type(outcome) for outcome in outcomes] == [WrongTask] * 3
    assert await count_lamps() == 1


async def test_a_task_begun_inside_a_transaction_is_free_once_that_is_over(lamps: str) -> None:
    over = asyncio.Event()

    async def later() -> None:
        await over.wait()
        await hang_in_its_own()

    async with transaction():
        task = asyncio.create_task(later())
    over.set()
    await task
    assert await count_lamps() == 1


@pytest.mark.parametrize("write", [execute, lock, claim, lambda sql: execute_many(sql, [()])])
async def test_writing_outside_a_transaction_is_refused(lamps: str, write: Say) -> None:
    with pytest.raises(NoTransaction):
        await write("DELETE FROM lamp")


@pytest.mark.parametrize("sneak", [fetch, fetch_tuples])
async def test_the_database_itself_refuses_a_write_that_looks_like_a_read(lamps: str, sneak: Say) -> None:
    await hang_in_its_own()

    with pytest.raises(NoTransaction):
        await sneak("DELETE FROM lamp")
    with pytest.raises(NoTransaction):
        async with snapshot():
            await sneak("DELETE FROM lamp")
    assert await count_lamps() == 1


async def test_piccolo_writes_only_inside_a_transaction(lamps: str) -> None:
    with pytest.raises(NoTransaction):
        await Lamp.insert(Lamp(**a_lamp()))


async def test_piccolos_own_transactions_are_refused(lamps: str) -> None:
    with pytest.raises(MisusedTransaction, match="Use transaction"):
        Lamp._meta.db.transaction()


async def test_a_unique_constraint_is_told_with_its_columns(lamps: str) -> None:
    twice = uuid4()
    with pytest.raises(ConstraintViolated) as caught:
        async with transaction():
            await hang(id=twice)
            await hang(id=twice)

    assert caught.value.kind == "unique"
    assert caught.value.concerns("lamp.id")


async def test_a_check_is_told_by_its_name(lamps: str) -> None:
    with pytest.raises(ConstraintViolated) as caught:
        async with transaction():
            await hang(street="")

    assert (caught.value.kind, caught.value.name) == ("check", "lamp_street_named")


async def test_a_missing_value_is_told_by_its_column(lamps: str) -> None:
    with pytest.raises(ConstraintViolated) as caught:
        async with transaction():
            await execute("INSERT INTO lamp (id) VALUES ($1)", uuid4())

    assert caught.value.kind == "not null"
    assert caught.value.concerns("lamp.street")


async def test_after_a_failed_statement_nothing_more_is_kept(lamps: str) -> None:
    """PostgreSQL works so; SQLite would go on, and the same code would keep half of it."""
    with pytest.raises(TransactionFailed):
        async with transaction():
            await hang()
            with pytest.raises(ConstraintViolated):
                await hang(street="")

    assert await count_lamps() == 0


async def test_a_failed_transaction_answers_no_question(lamps: str) -> None:
    with pytest.raises(TransactionFailed, match="begin anew"):
        async with transaction():
            with pytest.raises(ConstraintViolated):
                await hang(street="")
            await count_lamps()


async def test_many_rows_are_written_from_an_iterator(lamps: str) -> None:
    async with transaction():
        await execute_many(
            "INSERT INTO lamp (id, street, watts) VALUES ($1, $2, $3)", ((uuid4(), "Strand", n) for n in range(12_000))
        )

    assert await fetch_one("SELECT count(*) AS lamps, sum(watts) AS watts FROM lamp") == {
        "lamps": 12_000,
        "watts": 71_994_000,
    }


async def test_nothing_found_is_none(lamps: str) -> None:
    assert await fetch_one("SELECT * FROM lamp") is None
    assert await fetch_value("SELECT number FROM lamp") is None


async def test_a_stream_gives_one_state_in_batches_while_others_write(lamps: str) -> None:
    async with transaction():
        await execute_many("INSERT INTO lamp (id, street) VALUES ($1, 'Strand')", ((uuid4(),) for _ in range(2_500)))

    sizes = []
    async for batch in stream("SELECT number FROM lamp WHERE street = $1", "Strand", batch_rows=1_000):
        await hang_in_its_own("Strand")
        sizes.append(len(batch))
    assert sizes == [1_000, 1_000, 500]


async def test_a_stream_of_many_rows_holds_few_of_them(lamps: str) -> None:
    """20,000 rows are some 10 MB as dictionaries."""
    async with transaction():
        await execute_many(
            "INSERT INTO lamp (id, street) VALUES ($1, $2)", ((uuid4(), "x" * 200) for _ in range(20_000))
        )

    tracemalloc.start()
    count = 0
    async for batch in stream("SELECT * FROM lamp", batch_rows=500):
        count += len(batch)
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 20_000
    assert peak_bytes < 3_000_000


async def test_a_stream_that_is_left_gives_its_connection_back(lamps: str) -> None:
    await hang_in_its_own()
    for _ in range(12):
        batches = stream("SELECT number FROM lamp")
        await anext(batches)
        await batches.aclose()

    assert await count_lamps() == 1


async def test_a_second_database_inside_the_first_is_the_one_asked(lamps: str, lamps_url: str) -> None:
    async with open_database(lamps_url):
        await hang_in_its_own()

    assert await count_lamps() == 1


async def test_asking_without_a_database_says_so() -> None:
    with pytest.raises(NoOpenDatabase):
        await fetch("SELECT 1")


@pytest.mark.only_on("sqlite")
async def test_a_left_stream_lets_the_log_of_changes_be_emptied(lamps: str) -> None:
    async with transaction():
        await execute_many("INSERT INTO lamp (id, street) VALUES ($1, 'Strand')", ((uuid4(),) for _ in range(500)))
    batches = stream("SELECT * FROM lamp", batch_rows=10)
    await anext(batches)
    await batches.aclose()
    await hang_in_its_own()

    assert (await fetch_tuples("PRAGMA wal_checkpoint(TRUNCATE)"))[0][0] == 0


@pytest.mark.only_on("sqlite")
async def test_a_file_may_have_any_name(lamps_url: str, tmp_path: Path) -> None:
    odd = tmp_path / "50% of Bankside? #1.sqlite3"
    sqlite_path(lamps_url).rename(odd)
    async with open_database(f"sqlite:///{odd}"):
        assert await count_lamps() == 0


@pytest.mark.parametrize("url", ["sqlite:///", "sqlite:///:memory:", "mysql://root@host/x", "night.sqlite3"])
async def test_an_address_that_names_no_database_is_refused(url: str) -> None:
    with pytest.raises(BadDatabaseUrl, match=r"Write sqlite:///"):
        async with open_database(url):
            raise AssertionError("not reached")
