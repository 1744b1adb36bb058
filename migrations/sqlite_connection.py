"""One SQLite connection on its own thread: statements wait, stop in time, and can be cut short."""

import asyncio
import re
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import numpy as np

from migrations.errors import (
    WRITES_BELONG,
    ConstraintViolated,
    DatabaseError,
    DatabaseFull,
    DatabaseReadOnly,
    DatabaseUnavailable,
    NoTransaction,
)
from migrations.values import Found, Integers, Plain
from migrations.waiting import finished

Answer = TypeVar("Answer")
Job = Callable[[sqlite3.Connection], Answer]

# SQLite waits 50 ms by itself; then we look whether we are still wanted. Its own wait cannot be interrupted.
LOCK_POLL_S = 0.02
CHECK_EVERY_STEPS = 20_000  # SQLite's virtual steps between looks at the clock: well under a millisecond of work
# The wait for locks comes first: switching to WAL takes one. FULL, so that what was answered survives a power cut;
# secure_delete, so that what was erased is overwritten.
PRAGMAS = (
    "PRAGMA busy_timeout = 50",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA journal_size_limit = 67108864",  # after a large import the log shrinks to 64 MiB again
)
# What SQLite says of a UNIQUE, NOT NULL, CHECK or FOREIGN KEY constraint, and the columns or the name it adds.
CONSTRAINT = re.compile(r"^(UNIQUE|NOT NULL|CHECK|FOREIGN KEY) constraint failed(?:: (.*))?$")
# The writer's: an import touches more pages of its indexes than SQLite keeps by itself, and would write them twice.
WRITER_CACHE = "PRAGMA cache_size = -32768"
NOT_CODE = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*.*?\*/|\$(\d+)""", re.DOTALL)


@lru_cache(maxsize=2048)
def numbered(sql: str) -> str:
    """`sql` with $1 written as SQLite's ?1, save inside quotes and comments."""
    return NOT_CODE.sub(lambda found: f"?{found[1]}" if found[1] else found[0], sql)


@dataclass
class _Work:
    """What a thread is at: until when it may take, and whether nobody waits for it any more."""

    deadline: float
    unwanted: bool = False

    def is_over(self) -> bool:
        return self.unwanted or time.monotonic() > self.deadline


@dataclass
class Connection:
    """A connection that opens when it is first used, and opens anew after it was dropped."""

    path: Path
    reads_only: bool = False
    _raw: sqlite3.Connection | None = None
    _work: _Work | None = None
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="sqlite"))

    async def run(self, job: Job[Answer], timeout_s: float, *, must_finish: bool = False) -> Answer:
        """Do `job` on the connection's thread; cut short after `timeout_s` or, unless it must finish, on cancellation.

        Raises what `translated` makes of SQLite's errors.
        """
        work = _Work(time.monotonic() + timeout_s)
        # One hop for the whole job: each costs about 0.1 ms, more than most statements.
        future = asyncio.get_running_loop().run_in_executor(self._thread, self._do, job, work)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            if not must_finish:
                self._stop(work)
            # The thread still holds the connection: nobody else may have it before the thread has let go.
            with suppress(DatabaseError, sqlite3.Error):
                await finished(future)
            raise

    async def settle(self) -> None:
        """Roll back what is open, waiting for it even when cancelled; a connection that cannot is dropped."""
        await finished(asyncio.get_running_loop().run_in_executor(self._thread, self._roll_back))

    async def close(self) -> None:
        """Close the connection and end its thread."""
        try:
            await finished(asyncio.get_running_loop().run_in_executor(self._thread, self._drop))
        finally:
            self._thread.shutdown(wait=True)

    def _roll_back(self) -> None:
        try:
            if self._raw is not None and self._raw.in_transaction:
                self._raw.execute("ROLLBACK")
        except sqlite3.Error:
            self._drop()

    def _drop(self) -> None:
        if self._raw is not None:
            self._raw.close()
            self._raw = None

    def _stop(self, work: _Work) -> None:
        # The flag stops what has not begun yet; the interrupt stops what is running, at once.
        work.unwanted = True
        if self._work is work and self._raw is not None:
            self._raw.interrupt()

    def _do(self, job: Job[Answer], work: _Work) -> Answer:
        self._work = work
        try:
            return _patiently(lambda: job(self._opened()), work)
        except sqlite3.Error as error:
            raise translated(error, reads_only=self.reads_only) from error
        finally:
            self._work = None

    def _opened(self) -> sqlite3.Connection:
        if self._raw is None:
            self._raw = self._open()
        return self._raw

    def _open(self) -> sqlite3.Connection:
        # mode=rw: opening never makes a file, so that a mistyped address is told instead of giving an empty register.
        raw = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?mode=rw",
            uri=True,
            isolation_level=None,
            check_same_thread=False,  # only interrupt() comes from another thread
            detect_types=sqlite3.PARSE_DECLTYPES | sqlite3.PARSE_COLNAMES,
            cached_statements=512,
        )
        try:
            for pragma in (*PRAGMAS, "PRAGMA query_only = ON" if self.reads_only else WRITER_CACHE):
                raw.execute(pragma)
        except sqlite3.Error:
            raw.close()
            raise
        raw.set_progress_handler(self._is_over, CHECK_EVERY_STEPS)
        return raw

    def _is_over(self) -> bool:
        return self._work is not None and self._work.is_over()


def _patiently(job: Callable[[], Answer], work: _Work) -> Answer:
    """Try `job` again while another process holds the lock: a statement that met a lock did nothing."""
    while True:
        try:
            return job()
        except sqlite3.OperationalError as error:
            if _code(error) not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) or work.is_over():
                raise
        time.sleep(LOCK_POLL_S)


def _code(error: sqlite3.Error) -> int:
    # The low byte is the primary code; the rest tells variants apart (SQLITE_IOERR_FSYNC and the like).
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def translated(error: sqlite3.Error, *, reads_only: bool) -> DatabaseError | sqlite3.Error:
    """SQLite's error as one of ours; an error in the SQL itself stays as it is."""
    if isinstance(error, sqlite3.IntegrityError):
        return _violation(str(error))
    # Codes, not messages: SQLite promises only the codes.
    code = _code(error)
    if code == sqlite3.SQLITE_FULL:
        return DatabaseFull("The disk that holds the database is full. Make room; nothing was changed.")
    if code == sqlite3.SQLITE_READONLY and reads_only:
        return NoTransaction(WRITES_BELONG)
    if code == sqlite3.SQLITE_READONLY:
        return DatabaseReadOnly("The database file cannot be written. Check its permissions and its disk.")
    if code in UNAVAILABLE:
        return DatabaseUnavailable(f"The database does not answer ({error}). Try again in a moment.")
    return error


UNAVAILABLE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOMEM,
    }
)


def _violation(message: str) -> ConstraintViolated:
    found = CONSTRAINT.match(message)
    kind, detail = (found[1].lower(), found[2] or "") if found else ("check", "")
    if kind in ("unique", "not null"):
        return ConstraintViolated(message, kind=kind, columns=tuple(detail.split(", ")))
    return ConstraintViolated(message, kind=kind, name=detail)


def fetch_dicts(raw: sqlite3.Connection, sql: str, args: Sequence[Any]) -> list[Found]:
    """The rows that `sql` gives, as dictionaries by column name."""
    cursor = raw.execute(numbered(sql), args)
    rows = cursor.fetchall()
    return dicts(cursor, rows)


def dicts(cursor: sqlite3.Cursor, rows: list[Any]) -> list[Found]:
    """`rows` of `cursor` as dictionaries by column name."""
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in rows]


def fetch_rows(raw: sqlite3.Connection, sql: str, args: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows that `sql` gives, as tuples."""
    return raw.execute(numbered(sql), args).fetchall()


def fetch_integers(raw: sqlite3.Connection, sql: str, args: Sequence[Any], columns: int) -> Integers:
    """The rows that `sql` gives, all of them whole numbers, as an array (rows, columns)."""
    flat = np.fromiter(chain.from_iterable(raw.execute(numbered(sql), args)), dtype=np.int64)
    return flat.reshape(-1, columns)


def run_many(raw: sqlite3.Connection, sql: str, rows: Iterable[Sequence[Any]]) -> None:
    """Run `sql` once for each row of arguments."""
    raw.executemany(numbered(sql), rows)


def run_all(raw: sqlite3.Connection, writes: Iterable[tuple[str, Iterable[Sequence[Any]]]]) -> None:
    """Run each statement once for each of its rows."""
    for sql, rows in writes:
        run_many(raw, sql, rows)


def run_plain(raw: sqlite3.Connection, table: str, columns: Sequence[str], rows: Sequence[Sequence[Plain]]) -> None:
    """Insert the rows by one statement, which reads them from JSON: sqlite3 holds the interpreter at each row else."""
    values = ", ".join(f"value ->> {place}" for place in range(len(columns)))
    sql = f"insert into {table} ({', '.join(columns)}) select {values} from json_each(?1)"  # noqa: S608 (names are ours)
    raw.execute(sql, (msgspec.json.encode(rows).decode(),))
