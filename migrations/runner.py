"""How the database grows: every pending migration in one transaction, so that a crash leaves all of them or none."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from migrations.database import POSTGRESQL_URLS, Dialect, sqlite_path
from migrations.errors import DatabaseError
from migrations.ledger import Ledger, PostgresqlLedger, SqliteLedger
from migrations.scripts import FOLDER, SLICES, BadMigration, Migration, Step, migrations_in

__all__ = ["FOLDER", "AppliedStep", "BadMigration", "Status", "Step", "downgrade", "status", "upgrade"]


class ChangedMigration(DatabaseError):
    """A migration that was applied reads otherwise now."""


class NewerDatabase(DatabaseError):
    """The database knows migrations that this version of the code does not."""


class OutOfOrder(DatabaseError):
    """A migration is pending below one of its slice that is applied."""


class UnknownStep(DatabaseError):
    """There is no such applied migration to go back to."""


@dataclass(frozen=True)
class AppliedStep:
    """A migration in the database's own list, and when it came."""

    step: Step
    sha256: str
    applied_at: datetime


@dataclass(frozen=True)
class Status:
    """Where a database stands."""

    applied: tuple[AppliedStep, ...]
    pending: tuple[Step, ...]

    @property
    def is_current(self) -> bool:
        """Whether nothing is pending."""
        return not self.pending


NOTHING = "nothing"


async def upgrade(url: str, *, folder: Path = FOLDER) -> tuple[Step, ...]:
    """Apply everything pending, all or nothing, and name it; a second upgrade at the same time waits for the first.

    Raises ChangedMigration, NewerDatabase, OutOfOrder, BadMigration, DatabaseUnavailable.
    """
    known = migrations_in(folder, _dialect(url))
    async with _ledger(url, create=True) as ledger:
        pending = _pending(known, await _applied(ledger))
        now = datetime.now(UTC)
        for migration in pending:
            await ledger.run_script(migration.forwards)
            await ledger.note(migration, now)
    return tuple(migration.step for migration in pending)


async def downgrade(url: str, *, to: str, folder: Path = FOLDER) -> tuple[Step, ...]:
    """Take back everything that came after the migration `to` ("charter/m0001" or "nothing"), all or nothing.

    Names what was taken back, the latest first. Raises UnknownStep and what upgrade raises.
    """
    known = {migration.step: migration for migration in migrations_in(folder, _dialect(url))}
    async with _ledger(url, create=False) as ledger:
        applied = await _applied(ledger)
        _pending(list(known.values()), applied)
        # Latest first, so that nothing is dropped while it is referred to.
        undone = [step.step for step in _after(applied, to)][::-1]
        for step in undone:
            await ledger.run_script(known[step].backwards)
            await ledger.strike(step)
    return tuple(undone)


async def status(url: str, *, folder: Path = FOLDER) -> Status:
    """What is applied and what is pending, without changing anything; raises what upgrade would refuse."""
    known = migrations_in(folder, _dialect(url))
    if _dialect(url) == "sqlite" and not await asyncio.to_thread(sqlite_path(url).exists):
        return Status((), tuple(migration.step for migration in known))
    async with _ledger(url, create=False, writes=False) as ledger:
        applied = await _applied(ledger)
    return Status(tuple(applied), tuple(migration.step for migration in _pending(known, applied)))


def _dialect(url: str) -> Dialect:
    return "postgresql" if url.startswith(POSTGRESQL_URLS) else "sqlite"


def _ledger(url: str, *, create: bool, writes: bool = True) -> Ledger:
    if _dialect(url) == "postgresql":
        return PostgresqlLedger(url, writes=writes)
    return SqliteLedger(sqlite_path(url), create=create, writes=writes)


async def _applied(ledger: Ledger) -> list[AppliedStep]:
    """What the database lists, in the order in which it came."""
    rows = [_applied_step(row) for row in await ledger.rows()]
    # All of one upgrade came at the same moment; among those, the order of slices decides.
    return sorted(rows, key=lambda row: (row.applied_at, SLICES.index(row.step.slice), row.step.number))


def _applied_step(row: dict[str, Any]) -> AppliedStep:
    if row["slice"] not in SLICES:
        raise NewerDatabase(f"The database has migrations of {row['slice']}, unknown here. Install the newer version.")
    return AppliedStep(Step(row["slice"], row["number"], row["name"]), row["sha256"], row["applied_at"])


def _pending(known: Sequence[Migration], applied: Sequence[AppliedStep]) -> list[Migration]:
    """The migrations still to come, once all that is applied is known here, unchanged, and in order."""
    # What is strange is refused before anything is written: nobody wants to guess about a register.
    ours = {migration.step: migration for migration in known}
    for row in applied:
        _refuse_strange(row, ours.get(row.step))
    steps = {row.step for row in applied}
    pending = [migration for migration in known if migration.step not in steps]
    for migration in pending:
        _refuse_late(migration.step, steps)
    return pending


def _refuse_strange(row: AppliedStep, ours: Migration | None) -> None:
    if ours is None:
        raise NewerDatabase(f"The database has {row.step}, which is unknown here. Install the newer version.")
    if ours.sha256 != row.sha256:
        raise ChangedMigration(
            f"{row.step} was changed after it was applied. Put it back as it was and write a new migration instead."
        )


def _refuse_late(step: Step, applied: set[Step]) -> None:
    later = [other for other in applied if other.slice == step.slice and other.number > step.number]
    if later:
        raise OutOfOrder(f"{step} comes too late: {max(later)} is applied. Give it the next free number.")


def _after(applied: Sequence[AppliedStep], to: str) -> Sequence[AppliedStep]:
    if to == NOTHING:
        return applied
    for place, row in enumerate(applied):
        if to in (str(row.step), str(row.step).partition("_")[0]):
            return applied[place + 1 :]
    raise UnknownStep(f"{to} is not applied. Name one of {', '.join(str(row.step) for row in applied)}, or {NOTHING}.")
