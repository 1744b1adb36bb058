"""A whole database copied into one file and back: SQLite by its own means, PostgreSQL by its own tools."""

import asyncio
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg

from migrations.database import POSTGRESQL_URLS, sqlite_path
from migrations.errors import DatabaseError, DatabaseUnavailable

SQLITE_COPY, POSTGRESQL_COPY = "database.sqlite3", "database.dump"
LOGS = ("-wal", "-shm")


class CopyFailed(DatabaseError):
    """The database could not be copied, or a copy not be brought back; nothing was changed."""


class DamagedCopy(DatabaseError):
    """A copy is not a whole database any more."""


class DatabaseInUse(DatabaseError):
    """Somebody has the database open that is to be replaced."""


def copy_name(url: str) -> str:
    """What the file is called that a database is copied into."""
    return POSTGRESQL_COPY if url.startswith(POSTGRESQL_URLS) else SQLITE_COPY


async def copy_database(url: str, to: Path) -> None:
    """Copy the database of one moment into the new file `to`, while others read and write it.

    Raises DatabaseUnavailable, CopyFailed.
    """
    if url.startswith(POSTGRESQL_URLS):
        await _tool("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={to}", f"--dbname={url}")
    else:
        await asyncio.to_thread(_copy_sqlite, sqlite_path(url), to)
    await asyncio.to_thread(_sync, to)


async def check_copy(copy: Path) -> None:
    """Raise DamagedCopy unless the database in `copy` holds together."""
    if copy.name == SQLITE_COPY:
        await asyncio.to_thread(_check_sqlite, copy)
        return
    try:
        await _tool("pg_restore", "--list", str(copy))
    except CopyFailed as failed:
        raise DamagedCopy(str(failed)) from None


@asynccontextmanager
async def restored_aside(copy: Path, *, like: str, folder: Path) -> AsyncIterator[str]:
    """The address of a database made of `copy`, for as long as the block lasts: in `folder`, or on the server `like`.

    Raises DamagedCopy, CopyFailed.
    """
    if copy.name == SQLITE_COPY:
        aside = folder / "aside.sqlite3"
        await asyncio.to_thread(shutil.copyfile, copy, aside)
        yield f"sqlite:///{aside.absolute()}"
        return
    if not like.startswith(POSTGRESQL_URLS):
        raise CopyFailed("This backup is of a PostgreSQL database. Name a server by NIGHT_SAFETY_DATABASE_URL.")
    name = f"night_safety_aside_{uuid4().hex[:12]}"
    await _on_server(like, f'create database "{name}" template template0')
    try:
        url = urlunsplit(urlsplit(like)._replace(path=f"/{name}"))
        await _restore_postgresql(copy, url)
        yield url
    finally:
        await _on_server(like, f'drop database if exists "{name}" with (force)')


async def replace_database(url: str, *, by: str) -> None:
    """Put the restored SQLite file of the address `by` in place of the one at `url`, at once. Raises DatabaseInUse."""
    await asyncio.to_thread(_replace_sqlite, sqlite_path(url), sqlite_path(by))


async def restore_postgresql(copy: Path, url: str) -> None:
    """Bring `copy` back into the database at `url`, all of it or nothing; what was there goes. Raises CopyFailed."""
    await _restore_postgresql(copy, url)


def refuse_in_use(url: str) -> None:
    """Raise DatabaseInUse where another process has the SQLite file at `url` open."""
    path = sqlite_path(url)
    if path.exists():
        _refuse_in_use(path)


def _copy_sqlite(path: Path, to: Path) -> None:
    if not path.is_file():
        raise DatabaseUnavailable(f"There is no database at {path}.")
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)) as raw:
            # One consistent state, without the pages of what was deleted.
            raw.execute("vacuum into ?", (str(to),))
    except sqlite3.Error as error:
        raise CopyFailed(f"The database could not be copied ({error}). Look at its disk, and try again.") from None


def _check_sqlite(copy: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{copy.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as raw:
            (found,) = raw.execute("pragma integrity_check").fetchone()
            astray = raw.execute("pragma foreign_key_check").fetchone()
    except sqlite3.Error as error:
        found, astray = str(error), None
    if found != "ok" or astray:
        raise DamagedCopy("The database in this backup is damaged. Use another backup.")


def _replace_sqlite(path: Path, by: Path) -> None:
    if path.exists():
        _refuse_in_use(path)
    _sync(by)
    # The old log belongs to the old file: beside the new one it would be replayed into it.
    for log in LOGS:
        path.with_name(path.name + log).unlink(missing_ok=True)
    by.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _refuse_in_use(path: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=0.2)) as raw:
            # In WAL every open connection holds a share of the file, which exclusive locking will not have.
            raw.execute("pragma locking_mode = exclusive")
            raw.execute("begin exclusive")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise DatabaseInUse("The database is in use. Stop `serve` and `worker`, and try again.") from None
    except sqlite3.DatabaseError:
        # What is no database any more is nobody's.
        return


async def _restore_postgresql(copy: Path, url: str) -> None:
    # One transaction: a copy that fails half-way leaves what was there.
    how = ("--clean", "--if-exists", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
    await _tool("pg_restore", *how, f"--dbname={url}", str(copy))


async def _tool(name: str, *words: str) -> None:
    if shutil.which(name) is None:
        raise CopyFailed(f"{name} is not installed. Install PostgreSQL's client tools, as new as the server.")
    nothing, pipe = asyncio.subprocess.DEVNULL, asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(name, *words, stdin=nothing, stdout=nothing, stderr=pipe)
    _, said = await process.communicate()
    if process.returncode:
        last = said.decode(errors="replace").strip().rpartition("\n")[2]
        raise CopyFailed(f"{name} failed: {last or 'it did not say why'}")


async def _on_server(url: str, command: str) -> None:
    try:
        connection = await asyncpg.connect(url, timeout=10)
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        raise DatabaseUnavailable(f"The database server does not answer ({error}).") from None
    try:
        await connection.execute(command)
    except asyncpg.PostgresError as error:
        raise CopyFailed(f"The database server refused: {error}") from None
    finally:
        await connection.close()


def _sync(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())
