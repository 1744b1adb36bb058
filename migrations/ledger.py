"""The database's own list of its migrations, and the one transaction in which it grows."""

import sqlite3
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import asyncpg

from migrations.errors import DatabaseError, DatabaseUnavailable
from migrations.postgresql import CONNECT_TIMEOUT_S, Translating
from migrations.scripts import Migration, Step, statements
from migrations.sqlite_connection import Answer, Connection, Job, fetch_dicts

LEDGER = """
CREATE TABLE IF NOT EXISTS schema_migration (
    slice TEXT NOT NULL,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    applied_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT schema_migration_once PRIMARY KEY (slice, number)
)
"""
LIST = "SELECT slice, number, name, sha256, applied_at FROM schema_migration"
NOTE = "INSERT INTO schema_migration (slice, number, name, sha256, applied_at) VALUES ($1, $2, $3, $4, $5)"
STRIKE = "DELETE FROM schema_migration WHERE slice = $1 AND number = $2"
PATIENCE_S = 600.0  # rebuilding a large table takes minutes, and another upgrade is waited for
EXTENSIONS = ("postgis", "pg_trgm")  # places, and names searched by their trigrams
NOT_TO_BE_HAD = (asyncpg.FeatureNotSupportedError, asyncpg.UndefinedFileError, asyncpg.InsufficientPrivilegeError)
UPGRADE_LOCK = 0x4E69_6768_7453  # "NightS": one upgrade at a time in a PostgreSQL database


class BrokenReference(DatabaseError):
    """After the migrations some row refers to one that is not there."""


class ExtensionMissing(DatabaseError):
    """The PostgreSQL server cannot be taught about places, or to search names."""


class Ledger(Protocol):
    """One transaction over the schema and the list of what was done to it; entered once."""

    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...
    async def rows(self) -> list[dict[str, Any]]: ...
    async def run_script(self, script: str) -> None: ...
    async def note(self, migration: Migration, now: datetime) -> None: ...
    async def strike(self, step: Step) -> None: ...


class SqliteLedger:
    """A connection of its own: foreign keys are off while tables are rebuilt, and checked before the commit."""

    def __init__(self, path: Path, *, create: bool, writes: bool) -> None:
        self.connection = Connection(path, reads_only=not writes)
        self._create = create
        self._writes = writes

    async def __aenter__(self) -> Self:
        try:
            await self._begin()
        except BaseException:
            await self.connection.settle()
            await self.connection.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            if error is None and self._writes:
                await self._do(_commit_checked, must_finish=True)
        finally:
            await self.connection.settle()
            await self.connection.close()

    async def rows(self) -> list[dict[str, Any]]:
        """Every applied migration."""
        return await self._do(_listed)

    async def run_script(self, script: str) -> None:
        """Run the statements of `script` one by one, inside the transaction."""
        for statement in statements(script):
            await self._do(partial(_execute, sql=statement))

    async def note(self, migration: Migration, now: datetime) -> None:
        """Write that `migration` is applied."""
        step = migration.step
        await self._do(partial(fetch_dicts, sql=NOTE, args=(step.slice, step.number, step.name, migration.sha256, now)))

    async def strike(self, step: Step) -> None:
        """Write that `step` is taken back."""
        await self._do(partial(fetch_dicts, sql=STRIKE, args=(step.slice, step.number)))

    async def _begin(self) -> None:
        if self._create:
            self.connection.path.parent.mkdir(parents=True, exist_ok=True)
            self.connection.path.touch(mode=0o600)  # people's data: the owner's alone
        if not self.connection.path.is_file():
            raise DatabaseUnavailable(f"There is no database at {self.connection.path}. Upgrade first.")
        if not self._writes:
            return await self._do(partial(_execute, sql="BEGIN"))
        # Foreign keys can only be switched outside a transaction; rebuilding a table would delete its children.
        await self._do(partial(_execute, sql="PRAGMA foreign_keys = OFF"))
        await self._do(partial(_execute, sql="BEGIN IMMEDIATE"))
        return await self._do(partial(_execute, sql=LEDGER))

    async def _do(self, job: Job[Answer], *, must_finish: bool = False) -> Answer:
        return await self.connection.run(job, PATIENCE_S, must_finish=must_finish)


def _execute(raw: sqlite3.Connection, sql: str) -> None:
    raw.execute(sql)


def _listed(raw: sqlite3.Connection) -> list[dict[str, Any]]:
    there = raw.execute("SELECT count(*) FROM sqlite_master WHERE name = 'schema_migration'").fetchone()[0]
    return fetch_dicts(raw, LIST, ()) if there else []


def _commit_checked(raw: sqlite3.Connection) -> None:
    # The keys were off for the whole transaction, so nothing else has looked.
    broken = raw.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise BrokenReference(f"Row {broken[1]} of {broken[0]} refers to a row of {broken[2]} that is not there.")
    raw.execute("COMMIT")


class PostgresqlLedger:
    """A connection of its own, and a lock that lets one upgrade at a time into the database."""

    def __init__(self, url: str, *, writes: bool) -> None:
        self._url = url
        self._writes = writes
        self._connection: Any = None

    async def __aenter__(self) -> Self:
        with Translating():
            self._connection = await asyncpg.connect(
                self._url, timeout=CONNECT_TIMEOUT_S, server_settings={"timezone": "UTC"}
            )
        try:
            await self._begin()
        except BaseException:
            await self._connection.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            with Translating(self._connection, writes=True):
                await self._connection.execute("COMMIT" if error is None else "ROLLBACK")
        finally:
            await self._connection.close(timeout=CONNECT_TIMEOUT_S)

    async def rows(self) -> list[dict[str, Any]]:
        """Every applied migration."""
        if await self._connection.fetchval("SELECT to_regclass('schema_migration')") is None:
            return []
        return [dict(row) for row in await self._connection.fetch(LIST)]

    async def run_script(self, script: str) -> None:
        """Run the statements of `script` inside the transaction."""
        with Translating(self._connection, writes=True):
            await self._connection.execute(script, timeout=PATIENCE_S)

    async def note(self, migration: Migration, now: datetime) -> None:
        """Write that `migration` is applied."""
        step = migration.step
        await self._connection.execute(NOTE, step.slice, step.number, step.name, migration.sha256, now)

    async def strike(self, step: Step) -> None:
        """Write that `step` is taken back."""
        await self._connection.execute(STRIKE, step.slice, step.number)

    async def _begin(self) -> None:
        if not self._writes:
            await self._connection.execute("BEGIN READ ONLY")
            return
        with Translating(self._connection, writes=True):
            await self._connection.execute("BEGIN READ WRITE")
            # Held until the transaction ends, however it ends; the second upgrade then finds nothing pending.
            await self._connection.execute(f"SELECT pg_advisory_xact_lock({UPGRADE_LOCK})", timeout=PATIENCE_S)
            await self._make_extensions()
            await self._connection.execute(LEDGER)

    async def _make_extensions(self) -> None:
        for name in EXTENSIONS:
            try:
                await self._connection.execute(f"CREATE EXTENSION IF NOT EXISTS {name}", timeout=PATIENCE_S)
            except NOT_TO_BE_HAD as no:
                raise ExtensionMissing(
                    f"{name} is not to be had ({no}). Install it beside PostgreSQL, and let a superuser run "
                    f"CREATE EXTENSION {name} in this database once."
                ) from no
