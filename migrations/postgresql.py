"""PostgreSQL: asyncpg's pool, bounded in time, that reads only unless a transaction says otherwise."""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import asyncpg
import numpy as np

from migrations.errors import (
    WRITES_BELONG,
    ConstraintViolated,
    DatabaseFull,
    DatabaseReadOnly,
    DatabaseUnavailable,
    NoTransaction,
    TransactionFailed,
)
from migrations.values import (
    TYPED_ALIAS,
    Found,
    Integers,
    Plain,
    decode_taught,
    encode_taught,
    number_from_text,
    refuse_naives,
)
from migrations.waiting import finished

MAX_CONNECTIONS = 10
CONNECT_TIMEOUT_S = 3.0
FAREWELL_S = 1.0  # how long a rollback may take before its connection is given up
NETWORK_S = 0.25  # how much longer we wait than the server, so that a slow statement is the server's to end
KEY_COLUMNS = re.compile(r"^Key \((?P<columns>[^)]*)\)=")
KINDS = {
    asyncpg.UniqueViolationError: "unique",
    asyncpg.ForeignKeyViolationError: "foreign key",
    asyncpg.CheckViolationError: "check",
    asyncpg.NotNullViolationError: "not null",
}
# Locked, cancelled, out of memory or of connections, shutting down: PostgreSQL's classes 08, 40, 53, 55P03 and 57.
UNAVAILABLE = (
    asyncpg.PostgresConnectionError,
    asyncpg.TransactionRollbackError,
    asyncpg.InsufficientResourcesError,
    asyncpg.LockNotAvailableError,
    asyncpg.OperatorInterventionError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    TimeoutError,
    OSError,
)
GONE = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)


COPY_HEADER, COPY_TRAILER = 19, 2  # bytes before the first and after the last row of COPY's binary format


def integers_of(copied: bytes, columns: int) -> Integers:
    """What COPY wrote in its binary format of so many bigint columns, none of them null, as (rows, columns)."""
    fields: list[tuple[str, str]] = [("fields", ">i2")]
    for number in range(columns):
        fields += [(f"length{number}", ">i4"), (f"value{number}", ">i8")]
    rows = np.frombuffer(copied[COPY_HEADER:-COPY_TRAILER], dtype=np.dtype(fields))
    return np.stack([rows[f"value{number}"].astype(np.int64) for number in range(columns)], axis=1)


@dataclass
class PostgresqlSession:
    """One connection inside a transaction, a snapshot, or a single read."""

    connection: Any
    timeout_s: float
    writes: bool = False

    @property
    def patience_s(self) -> float:
        """How long to wait for an answer before the server counts as frozen."""
        return self.timeout_s + NETWORK_S

    async def fetch(self, sql: str, args: Sequence[Any]) -> list[Found]:
        """Rows as dictionaries."""
        return as_dicts(sql, await self._rows(sql, args))

    async def fetch_tuples(self, sql: str, args: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Rows as tuples."""
        return [tuple(row) for row in await self._rows(sql, args)]

    async def fetch_integers(self, sql: str, args: Sequence[Any], columns: int) -> Integers:
        """Whole numbers as an array, by COPY: a million rows without a million objects."""
        names = [f"c{number}" for number in range(columns)]
        wide = ", ".join(f"cast({name} as bigint)" for name in names)
        parts: list[bytes] = []

        async def keep(part: bytes) -> None:
            parts.append(part)

        with self._translating():
            await self.connection.copy_from_query(
                f"select {wide} from ({sql}) as found ({', '.join(names)})",  # noqa: S608 (names are ours)
                *args,
                output=keep,
                format="binary",
                timeout=self.patience_s,
            )
        return integers_of(b"".join(parts), columns)

    async def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """The same statement for each row."""
        # Looked at twice, so an iterator would be empty the second time.
        listed = list(rows)
        for row in listed:
            refuse_naives(row)
        with self._translating():
            await self.connection.executemany(sql, listed, timeout=self.patience_s)

    async def run_all(self, writes: Sequence[tuple[str, Sequence[Sequence[Any]]]]) -> None:
        """Several statements in turn."""
        for sql, rows in writes:
            await self.run_many(sql, rows)

    async def run_plain(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Plain]]) -> None:
        """Rows of plain values, by COPY."""
        with self._translating():
            await self.connection.copy_records_to_table(table, columns=columns, records=rows, timeout=self.patience_s)

    async def take_numbers(self, table: str, count: int) -> Sequence[int]:
        """From the sequence behind the column."""
        sql = "select nextval(pg_get_serial_sequence($1, 'number')) from generate_series(1, $2)"
        return [number for (number,) in await self.fetch_tuples(sql, (table, count))]

    async def lock(self, sql: str, args: Sequence[Any], *, skip_locked: bool) -> list[Found]:
        """Rows that nobody else may change until the end; those that somebody else holds are waited for or skipped."""
        return await self.fetch(f"{sql} FOR UPDATE{' SKIP LOCKED' if skip_locked else ''}", args)

    async def cursor(self, sql: str, args: Sequence[Any]) -> Any:
        """A place in the rows that `sql` gives, which stay on the server."""
        refuse_naives(args)
        with self._translating():
            return await self.connection.cursor(sql, *args, timeout=self.patience_s)

    async def batch(self, cursor: Any, size: int) -> list[Any]:
        """The next rows of a cursor."""
        with self._translating():
            return list(await cursor.fetch(size, timeout=self.patience_s))

    async def say(self, command: str) -> str:
        """Run a command without arguments; gives PostgreSQL's word for what it did."""
        with self._translating():
            return str(await self.connection.execute(command, timeout=self.patience_s))

    async def _rows(self, sql: str, args: Sequence[Any]) -> list[Any]:
        refuse_naives(args)
        with self._translating():
            return list(await self.connection.fetch(sql, *args, timeout=self.patience_s))

    def _translating(self) -> "Translating":
        return Translating(self.connection, writes=self.writes)


@dataclass(frozen=True)
class Translating:
    """Inside it, asyncpg's errors come out as ours; errors in the SQL itself stay as they are."""

    connection: Any = None
    writes: bool = False

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if isinstance(error, TimeoutError) and self.connection is not None:
            # The server did not even say that it was too slow: asking it to roll back would take as long again.
            _cut(self.connection)
        if error is not None and (ours := self._translated(error)) is not None:
            raise ours from error

    def _translated(self, error: BaseException) -> Exception | None:
        if isinstance(error, asyncpg.IntegrityConstraintViolationError):
            return _violation(error)
        if isinstance(error, asyncpg.DiskFullError):
            return DatabaseFull("The disk that holds the database is full. Make room; nothing was changed.")
        if isinstance(error, asyncpg.ReadOnlySQLTransactionError):
            return DatabaseReadOnly("The database takes no writes.") if self.writes else NoTransaction(WRITES_BELONG)
        if isinstance(error, UNAVAILABLE) or (isinstance(error, asyncpg.InterfaceError) and _is_gone(self.connection)):
            return DatabaseUnavailable(
                f"The database does not answer ({error or 'no answer in time'}). Try again soon."
            )
        return None


@dataclass
class PostgresqlDatabase:
    """An open PostgreSQL database."""

    url: str
    timeout_s: float
    dialect = "postgresql"
    _pool: Any = field(init=False, default=None)

    async def open(self) -> None:
        """Start the pool. Raises DatabaseUnavailable."""
        with Translating():
            self._pool = await asyncpg.create_pool(
                self.url,
                min_size=1,
                max_size=MAX_CONNECTIONS,
                timeout=CONNECT_TIMEOUT_S,
                command_timeout=self.timeout_s,
                server_settings=self._settings(),
                init=_teach,
                # asyncpg's own reset costs a round trip for every statement.
                reset=_leave,
            )

    async def close(self) -> None:
        """Close every connection; what does not end by itself soon is cut."""
        if self._pool is None:
            return
        try:
            await asyncio.wait_for(self._pool.close(), CONNECT_TIMEOUT_S)
        except TimeoutError:
            self._pool.terminate()

    def _settings(self) -> dict[str, str]:
        return {
            "application_name": "night-safety",
            "timezone": "UTC",
            # What writes outside transaction() fails here as it does on SQLite's readers.
            "default_transaction_read_only": "on",
            "statement_timeout": str(int(self.timeout_s * 1000)),
            # Compiling a statement takes 30 ms and more, and saves a millisecond of those that we ask.
            "jit": "off",
            # A statement whose client is gone ends, and lets go of its locks.
            "client_connection_check_interval": "1s",
        }

    @asynccontextmanager
    async def transaction(self, timeout_s: float | None) -> AsyncIterator[PostgresqlSession]:
        """A connection between BEGIN READ WRITE and COMMIT."""
        async with self._between("BEGIN READ WRITE", timeout_s, writes=True) as session:
            yield session
            outcome = await finished(session.say("COMMIT"))
            # PostgreSQL answers COMMIT after a failed statement with ROLLBACK, and without an error.
            if outcome != "COMMIT":
                raise TransactionFailed("A statement of this transaction failed, so nothing of it was kept.")

    @asynccontextmanager
    async def snapshot(self, timeout_s: float | None) -> AsyncIterator[PostgresqlSession]:
        """A connection that sees the state of its first read until it ends."""
        async with self._between("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", timeout_s) as session:
            yield session

    @asynccontextmanager
    async def single(self) -> AsyncIterator[PostgresqlSession]:
        """A connection for one statement."""
        async with self._connection() as connection:
            yield PostgresqlSession(connection, self.timeout_s)

    async def stream(self, sql: str, args: Sequence[Any], batch_rows: int) -> AsyncGenerator[list[Found], None]:
        """Rows in batches, of one state, never all at once."""
        async with self.snapshot(None) as session:
            cursor = await session.cursor(sql, args)
            while rows := await session.batch(cursor, batch_rows):
                yield as_dicts(sql, rows)

    @asynccontextmanager
    async def _between(
        self, begin: str, timeout_s: float | None, *, writes: bool = False
    ) -> AsyncIterator[PostgresqlSession]:
        async with self._connection() as connection:
            session = PostgresqlSession(connection, timeout_s or self.timeout_s, writes)
            await session.say(begin)
            if timeout_s is not None:
                await session.say(f"SET LOCAL statement_timeout = {int(timeout_s * 1000)}")
            yield session

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Any]:
        with Translating():
            connection = await self._pool.acquire(timeout=self.timeout_s)
        try:
            yield connection
        except BaseException:
            # Even when cancelled: a connection that is not given back is lost to the pool.
            await finished(self._give_back(connection, failed=True))
            raise
        await finished(self._give_back(connection, failed=False))

    async def _give_back(self, connection: Any, *, failed: bool) -> None:
        """Return the connection to the pool, rolled back; one that does not answer is cut off, and replaced later."""
        try:
            if failed or connection.is_in_transaction():
                await connection.execute("ROLLBACK", timeout=FAREWELL_S)
        except GONE:
            _cut(connection)
        with suppress(*GONE):
            await self._pool.release(connection, timeout=FAREWELL_S)


def _is_gone(connection: Any) -> bool:
    try:
        return connection is None or bool(connection.is_closed())
    except asyncpg.InterfaceError:  # cut, and back in the pool
        return True


def _cut(connection: Any) -> None:
    with suppress(asyncpg.InterfaceError):  # cut already, and back in the pool
        connection.terminate()


def as_dicts(sql: str, rows: Sequence[Any]) -> list[Found]:
    """Rows as dictionaries; an alias such as "latest [TIMESTAMPTZ]", there for SQLite, loses its type."""
    if "[" not in sql:
        return [dict(row) for row in rows]
    return [{TYPED_ALIAS.sub("", name): value for name, value in row.items()} for row in rows]


async def _teach(connection: Any) -> None:
    await connection.set_type_codec(
        "numeric", schema="pg_catalog", format="text", encoder=str, decoder=number_from_text
    )
    # PostGIS may live in any schema, or not be there before the first upgrade.
    schema = await connection.fetchval(
        "SELECT n.nspname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typname = 'geometry'"
    )
    if schema is not None:
        await connection.set_type_codec(
            "geometry",
            schema=schema,
            format="binary",
            encoder=partial(encode_taught, "geometry"),
            decoder=partial(decode_taught, "geometry"),
        )


async def _leave(_: Any) -> None:
    """Leave the session as it is: every setting we change is SET LOCAL, and ends with its transaction."""


def _violation(error: Any) -> ConstraintViolated:
    found = KEY_COLUMNS.match(error.detail or "")
    names = found["columns"].split(", ") if found else [error.column_name] if error.column_name else []
    return ConstraintViolated(
        str(error),
        kind=KINDS.get(type(error), "check"),
        name=error.constraint_name or "",
        columns=tuple(f"{error.table_name}.{name}" for name in names),
    )
