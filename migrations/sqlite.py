"""SQLite: one writer in its turn and a few readers, each on its own thread."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from migrations.errors import DatabaseUnavailable
from migrations.sqlite_connection import (
    Connection,
    dicts,
    fetch_dicts,
    fetch_integers,
    fetch_rows,
    numbered,
    run_all,
    run_many,
    run_plain,
)
from migrations.values import Found, Integers, Plain
from migrations.waiting import in_turn


@dataclass(frozen=True)
class SqliteSession:
    """One connection inside a transaction, a snapshot, or a single read."""

    connection: Connection
    timeout_s: float

    async def fetch(self, sql: str, args: Sequence[Any]) -> list[Found]:
        """Rows as dictionaries."""
        return await self.connection.run(partial(fetch_dicts, sql=sql, args=args), self.timeout_s)

    async def fetch_tuples(self, sql: str, args: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Rows as tuples."""
        return await self.connection.run(partial(fetch_rows, sql=sql, args=args), self.timeout_s)

    async def fetch_integers(self, sql: str, args: Sequence[Any], columns: int) -> Integers:
        """Whole numbers as an array, made in the connection's thread."""
        return await self.connection.run(partial(fetch_integers, sql=sql, args=args, columns=columns), self.timeout_s)

    async def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """The same statement for each row."""
        await self.connection.run(partial(run_many, sql=sql, rows=rows), self.timeout_s)

    async def run_all(self, writes: Sequence[tuple[str, Sequence[Sequence[Any]]]]) -> None:
        """Several statements on one visit to the connection's thread."""
        await self.connection.run(partial(run_all, writes=writes), self.timeout_s)

    async def run_plain(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Plain]]) -> None:
        """Rows of plain values, as one statement."""
        await self.connection.run(partial(run_plain, table=table, columns=columns, rows=rows), self.timeout_s)

    async def take_numbers(self, table: str, count: int) -> Sequence[int]:
        """Those that SQLite would give: the writer is alone."""
        last = (await self.fetch_tuples(f"select coalesce(max(number), 0) from {table}", ()))[0][0]  # noqa: S608
        return range(last + 1, last + count + 1)

    async def lock(self, sql: str, args: Sequence[Any], *, skip_locked: bool) -> list[Found]:
        """A plain read: the writer is alone, so its rows are its own already."""
        return await self.fetch(sql, args)


@dataclass
class SqliteDatabase:
    """An open SQLite file."""

    path: Path
    readers: int
    timeout_s: float
    dialect = "sqlite"
    _writer: Connection = field(init=False)
    _turn: asyncio.Lock = field(init=False, default_factory=asyncio.Lock)
    _idle: "asyncio.LifoQueue[Connection]" = field(init=False, default_factory=asyncio.LifoQueue)
    _everyone: list[Connection] = field(init=False)

    def __post_init__(self) -> None:
        self._writer = Connection(self.path)
        self._everyone = [Connection(self.path, reads_only=True) for _ in range(self.readers)]
        # Last in, first out: a quiet service uses one reader, whose pages and statements stay warm.
        for reader in self._everyone:
            self._idle.put_nowait(reader)
        self._everyone.append(self._writer)

    async def open(self) -> None:
        """See that the file is there and is a database. Raises DatabaseUnavailable."""
        if not self.path.is_file():
            raise DatabaseUnavailable(f"There is no database at {self.path}. Make it with: night-safety db upgrade.")
        await self._writer.run(partial(fetch_rows, sql="SELECT count(*) FROM sqlite_master", args=()), self.timeout_s)

    async def close(self) -> None:
        """Close every connection and end every thread."""
        for connection in self._everyone:
            await connection.close()

    @asynccontextmanager
    async def transaction(self, timeout_s: float | None) -> AsyncIterator[SqliteSession]:
        """The writer, alone, between BEGIN IMMEDIATE and COMMIT."""
        session = SqliteSession(self._writer, timeout_s or self.timeout_s)
        await in_turn(self._turn.acquire(), self.timeout_s)
        try:
            # IMMEDIATE takes the lock now: a deferred transaction finds out in its middle that another was first.
            await self._writer.run(_begin, self.timeout_s)
            yield session
            # A commit is never cut short: whether it was kept must not depend on the moment of a cancellation.
            await self._writer.run(_commit, session.timeout_s, must_finish=True)
        except BaseException:
            await self._writer.settle()
            raise
        finally:
            self._turn.release()

    @asynccontextmanager
    async def snapshot(self, timeout_s: float | None) -> AsyncIterator[SqliteSession]:
        """A reader that sees the state of its first read until it ends."""
        async with self._reader() as reader:
            try:
                await reader.run(_begin_reading, self.timeout_s)
                yield SqliteSession(reader, timeout_s or self.timeout_s)
            finally:
                await reader.settle()

    @asynccontextmanager
    async def single(self) -> AsyncIterator[SqliteSession]:
        """A reader for one statement."""
        async with self._reader() as reader:
            yield SqliteSession(reader, self.timeout_s)

    async def stream(self, sql: str, args: Sequence[Any], batch_rows: int) -> AsyncGenerator[list[Found], None]:
        """Rows in batches, of one state, never all at once."""
        async with self.snapshot(None) as session:
            cursor = await session.connection.run(partial(_cursor, sql=sql, args=args), self.timeout_s)
            # An unfinished cursor would keep its state of the database, and the log of changes would grow for it.
            with closing(cursor):
                while batch := await session.connection.run(partial(_batch, cursor, batch_rows), self.timeout_s):
                    yield batch

    async def checkpoint(self) -> bool:
        """Copy the log into the file and empty it; False where a reader still needs an older state."""
        await in_turn(self._turn.acquire(), self.timeout_s)
        try:
            return await self._writer.run(_checkpoint, self.timeout_s)
        finally:
            self._turn.release()

    @asynccontextmanager
    async def _reader(self) -> AsyncIterator[Connection]:
        reader = await in_turn(self._idle.get(), self.timeout_s)
        try:
            yield reader
        finally:
            self._idle.put_nowait(reader)


def _begin(raw: sqlite3.Connection) -> None:
    raw.execute("BEGIN IMMEDIATE")


def _begin_reading(raw: sqlite3.Connection) -> None:
    raw.execute("BEGIN")


def _commit(raw: sqlite3.Connection) -> None:
    raw.execute("COMMIT")


def _checkpoint(raw: sqlite3.Connection) -> bool:
    # It waits for readers as long as busy_timeout says, and tells in its first column whether that was too short.
    return bool(raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)


def _cursor(raw: sqlite3.Connection, sql: str, args: Sequence[Any]) -> sqlite3.Cursor:
    return raw.execute(numbered(sql), args)


def _batch(cursor: sqlite3.Cursor, size: int, _: sqlite3.Connection) -> list[Found]:
    return dicts(cursor, cursor.fetchmany(size))
