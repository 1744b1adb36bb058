"""The open database: how it is opened, read and written, alike on SQLite and PostgreSQL."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal, Protocol

from piccolo.columns import Serial
from piccolo.query import Update
from piccolo.querystring import QueryString
from piccolo.table import Table

from migrations.errors import (
    WRITES_BELONG,
    BadDatabaseUrl,
    ConstraintViolated,
    DatabaseError,
    DatabaseFull,
    DatabaseReadOnly,
    DatabaseUnavailable,
    MisusedTransaction,
    NestedTransaction,
    NoOpenDatabase,
    NoTransaction,
    TransactionFailed,
    WrongTask,
)
from migrations.piccolo_engine import OpenDatabaseEngine
from migrations.postgresql import PostgresqlDatabase
from migrations.sqlite import SqliteDatabase
from migrations.values import Found, Integers, NaiveTime, Plain, TaughtType, teach_type

__all__ = [
    "BadDatabaseUrl",
    "ConstraintViolated",
    "DatabaseError",
    "DatabaseFull",
    "DatabaseReadOnly",
    "DatabaseUnavailable",
    "Dialect",
    "MisusedTransaction",
    "NaiveTime",
    "NestedTransaction",
    "NoOpenDatabase",
    "NoTransaction",
    "Row",
    "TaughtType",
    "TransactionFailed",
    "WrongTask",
    "claim",
    "dialect",
    "execute",
    "execute_all",
    "execute_many",
    "execute_plain",
    "fetch",
    "fetch_integers",
    "fetch_one",
    "fetch_tuples",
    "fetch_value",
    "leave_no_trace",
    "lock",
    "open_database",
    "snapshot",
    "stream",
    "take_numbers",
    "teach_type",
    "transaction",
]

Dialect = Literal["sqlite", "postgresql"]
# Large enough to make the hop cheap, small enough for one statement's time on a slow disk.
BULK_ROWS = 5_000  # rows sent at once by execute_many, each batch within the statement's time
SQLITE_URL = "sqlite:///"
POSTGRESQL_URLS = ("postgresql://", "postgres://")


class Session(Protocol):
    """What SQLite's and PostgreSQL's sessions have in common."""

    async def fetch(self, sql: str, args: Sequence[Any]) -> list[Found]: ...
    async def fetch_tuples(self, sql: str, args: Sequence[Any]) -> list[tuple[Any, ...]]: ...
    async def fetch_integers(self, sql: str, args: Sequence[Any], columns: int) -> Integers: ...
    async def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None: ...
    async def run_all(self, writes: Sequence[tuple[str, Sequence[Sequence[Any]]]]) -> None: ...
    async def run_plain(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Plain]]) -> None: ...
    async def take_numbers(self, table: str, count: int) -> Sequence[int]: ...
    async def lock(self, sql: str, args: Sequence[Any], *, skip_locked: bool) -> list[Found]: ...


@dataclass
class _Current:
    """The transaction or snapshot that this task is in."""

    session: Session
    task: object
    writes: bool
    failed: bool = False
    over: bool = False


# Opened databases, the innermost last: a test may open a second one inside the first.
_opened: list[SqliteDatabase | PostgresqlDatabase] = []
_inherited: ContextVar[_Current | None] = ContextVar("current_transaction", default=None)


@asynccontextmanager
async def open_database(url: str, *, readers: int = 4, statement_timeout_s: float = 3.0) -> AsyncIterator[Dialect]:
    """Open the database at `url` and make it the process's own until the end of the block.

    `url` is sqlite:///relative/path, sqlite:////absolute/path or postgresql://user@host:port/name. Waiting for a turn
    and each statement take at most `statement_timeout_s`. Raises BadDatabaseUrl, DatabaseUnavailable.
    """
    database = _database_at(url, readers, statement_timeout_s)
    try:
        await database.open()
        _opened.append(database)
        yield dialect()
    finally:
        if database in _opened:
            _opened.remove(database)
        await database.close()


def sqlite_path(url: str) -> Path:
    """The file that a sqlite:/// address names. Raises BadDatabaseUrl."""
    path = url.removeprefix(SQLITE_URL)
    if not url.startswith(SQLITE_URL) or not path or path.startswith(":memory:"):
        raise BadDatabaseUrl(f"{url} names no file. Write sqlite:///name.sqlite3 or postgresql://user@host:port/name.")
    return Path(path)


def _database_at(url: str, readers: int, timeout_s: float) -> SqliteDatabase | PostgresqlDatabase:
    if url.startswith(POSTGRESQL_URLS):
        return PostgresqlDatabase(url, timeout_s)
    return SqliteDatabase(sqlite_path(url), readers, timeout_s)


def dialect() -> Dialect:
    """Which kind of database is open: only migrations/ and geo/spatial_index.py may ask."""
    return "sqlite" if isinstance(_database(), SqliteDatabase) else "postgresql"


@asynccontextmanager
async def transaction(timeout_s: float | None = None) -> AsyncIterator[None]:
    """Everything written inside is kept together, or nothing of it when an error or a cancellation leaves the block.

    The only way to write. A cancellation that comes while the commit is under way waits for it, and finds it kept.
    `timeout_s` bounds each statement, where the database's own bound is too tight (imports).
    Raises NestedTransaction, WrongTask, DatabaseUnavailable.
    """
    database = _database()
    if _current() is not None:
        raise NestedTransaction("A transaction or snapshot is open already. Begin one, once, in the command.")
    async with database.transaction(timeout_s) as session, _entered(session, writes=True) as current:
        yield
        if current.failed:
            raise TransactionFailed("A statement of this transaction failed, so nothing of it can be kept.")


@asynccontextmanager
async def snapshot(timeout_s: float | None = None) -> AsyncIterator[None]:
    """Several reads of one consistent state: that of the first read.

    Inside a transaction or another snapshot it joins that one, so that commands may ask questions.
    """
    if _current() is not None:
        yield
        return
    async with _database().snapshot(timeout_s) as session, _entered(session, writes=False):
        yield


async def fetch(sql: str, *args: Any) -> list[Found]:
    """The rows that `sql` gives; $1, $2 ... stand for `args`.

    An expression may name its type for SQLite, which knows only columns' types: max(at) AS "latest [TIMESTAMPTZ]",
    count(*) > 0 AS "any [BOOLEAN]". The name without the brackets is the column's, on both databases.
    """
    return await _run(sql, args)


async def fetch_one(sql: str, *args: Any) -> Found | None:
    """The first row, or None."""
    rows = await _run(sql, args)
    return rows[0] if rows else None


async def fetch_value(sql: str, *args: Any) -> Any:
    """The first column of the first row, or None."""
    rows = await fetch_tuples(sql, *args)
    return rows[0][0] if rows else None


async def fetch_tuples(sql: str, *args: Any) -> list[tuple[Any, ...]]:
    """The rows as tuples: the fast way into arrays."""
    async with _session() as session:
        return await session.fetch_tuples(sql, args)


async def fetch_integers(sql: str, *args: Any, columns: int) -> Integers:
    """The rows of a select of so many whole numbers, none of them null, as an array (rows, columns)."""
    async with _session() as session:
        return await session.fetch_integers(sql, args, columns)


async def stream(sql: str, *args: Any, batch_rows: int = 1000) -> AsyncGenerator[list[Found], None]:
    """Rows in batches of one consistent state, on a connection of its own, so that an export outlives its request."""
    async with aclosing(_database().stream(sql, args, batch_rows)) as batches:
        async for batch in batches:
            yield batch


async def execute(sql: str, *args: Any) -> None:
    """Write; only inside transaction()."""
    async with _writing() as session:
        await session.fetch_tuples(sql, args)


async def execute_many(sql: str, rows: Iterable[Sequence[Any]]) -> None:
    """Write the same statement for each of many rows; only inside transaction()."""
    remaining = iter(rows)
    while batch := list(islice(remaining, BULK_ROWS)):
        async with _writing() as session:
            await session.run_many(sql, batch)


async def execute_plain(table: str, columns: Sequence[str], rows: Iterable[Sequence[Plain]]) -> None:
    """Insert many rows of nothing but whole numbers, texts and nulls; only inside transaction().

    A statement is sent for many rows. On SQLite the interpreter is free meanwhile, so that this process can compute.
    """
    remaining = iter(rows)
    while batch := list(islice(remaining, BULK_ROWS)):
        async with _writing() as session:
            await session.run_plain(table, columns, batch)


async def take_numbers(table: str, count: int) -> Sequence[int]:
    """So many new numbers for rows of `table`, to be inserted with them; only inside transaction()."""
    async with _writing() as session:
        return await session.take_numbers(table, count)


async def execute_all(*writes: tuple[str, Sequence[Sequence[Any]]]) -> None:
    """Write several statements, each for all of its rows, in one go, where every request pays; inside transaction()."""
    async with _writing() as session:
        await session.run_all(writes)


async def leave_no_trace() -> bool:
    """Take what was deleted out of SQLite's log too, after the commit; False where a long reader is in the way.

    The file itself is overwritten as rows go (secure_delete). PostgreSQL's old row versions go by its own vacuum.
    """
    database = _database()
    return await database.checkpoint() if isinstance(database, SqliteDatabase) else True


async def lock(sql: str, *args: Any) -> list[Found]:
    """The rows of a select, which nobody else may change before this transaction ends."""
    async with _writing() as session:
        return await session.lock(sql, args, skip_locked=False)


async def claim(sql: str, *args: Any) -> list[Found]:
    """Like lock, but passes over rows that somebody else holds: how workers share a list of work."""
    async with _writing() as session:
        return await session.lock(sql, args, skip_locked=True)


async def _run(sql: str, args: Sequence[Any]) -> list[Found]:
    async with _session() as session:
        return await session.fetch(sql, args)


ENGINE = OpenDatabaseEngine(run=_run, dialect=dialect)


class Row(Table, db=ENGINE):
    """The base of every table: `number` is its key, and its queries run on the open database."""

    number = Serial(primary_key=True)

    def __init_subclass__(cls, tablename: str | None = None, help_text: str | None = None) -> None:
        """Bind the table to the open database, whichever that will be."""
        super().__init_subclass__(tablename=tablename, db=ENGINE, help_text=help_text)

    @property
    def querystring(self) -> QueryString:
        """The row as Piccolo inserts it, once its columns have checked what they can."""
        _check({column: self[column._meta.name] for column in self._meta.columns})
        return super().querystring

    @classmethod
    def update(
        cls, values: dict[Any, Any] | None = None, force: bool = False, use_auto_update: bool = True, **named: Any
    ) -> Update[Any]:
        """Piccolo's update, once the columns have checked their new values."""
        # A column compares as a query, never as equal: names and columns are told apart by their type alone.
        columns = {
            cls._meta.get_column_by_name(key) if isinstance(key, str) else key: value
            for key, value in [*(values or {}).items(), *named.items()]
        }
        _check(columns)
        return super().update(columns, force=force, use_auto_update=use_auto_update)


def _check(values: dict[Any, Any]) -> None:
    """Let those columns that know how refuse what they cannot hold, before a database says it less clearly."""
    for column, value in values.items():
        if check := getattr(column, "check", None):
            check(value)


def _database() -> SqliteDatabase | PostgresqlDatabase:
    if not _opened:
        raise NoOpenDatabase("No database is open. Ask inside open_database().")
    return _opened[-1]


def _current() -> _Current | None:
    """The transaction or snapshot of this task. Raises WrongTask where it is another task's, inherited from it."""
    current = _inherited.get()
    if current is None or current.over:
        return None
    # Tasks inherit the context they are made in; two statements at once on one connection would mix their answers.
    if current.task is not asyncio.current_task():
        raise WrongTask("A transaction belongs to the task that began it. Do not use gather or task groups inside one.")
    return current


@asynccontextmanager
async def _entered(session: Session, *, writes: bool) -> AsyncIterator[_Current]:
    current = _Current(session, asyncio.current_task(), writes)
    _inherited.set(current)
    try:
        yield current
    finally:
        current.over = True
        _inherited.set(None)


@asynccontextmanager
async def _session() -> AsyncIterator[Session]:
    current = _current()
    # A single read needs no BEGIN: one statement is one state on either database.
    if current is None:
        async with _database().single() as single:
            yield single
        return
    if current.failed:
        raise TransactionFailed("A statement of this transaction failed before. Leave the transaction and begin anew.")
    try:
        yield current.session
    except BaseException:
        # PostgreSQL answers nothing more after an error, SQLite goes on: we hold both to the stricter.
        current.failed = True
        raise


def _writing() -> AbstractAsyncContextManager[Session]:
    current = _current()
    if current is None or not current.writes:
        raise NoTransaction(WRITES_BELONG)
    return _session()
