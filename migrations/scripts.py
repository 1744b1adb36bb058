"""The numbered migrations as files: found, read, put in order."""

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Literal

from migrations.errors import DatabaseError

SLICES = ("geo", "charter", "audits", "api")  # later slices may refer to tables of earlier ones
FOLDER = Path(__file__).parent
FILE_NAME = re.compile(r"^m(\d{4})_([a-z0-9_]+)\.py$")


class BadMigration(DatabaseError):
    """A migration's file cannot be used; the message names it."""


@dataclass(frozen=True, order=True)
class Step:
    """One migration's place: its slice, its number there, and its name."""

    slice: str
    number: int
    name: str

    def __str__(self) -> str:
        return f"{self.slice}/m{self.number:04d}_{self.name}"


@dataclass(frozen=True)
class Migration:
    """One migration: what brings it, and what takes it back, on one kind of database."""

    step: Step
    says: str
    forwards: str
    backwards: str

    @property
    def sha256(self) -> str:
        """Of the script that brings it, so that a change after the fact is noticed."""
        return hashlib.sha256(self.forwards.encode()).hexdigest()


def migrations_in(folder: Path, dialect: Literal["sqlite", "postgresql"]) -> list[Migration]:
    """Every migration below `folder`, in the order in which they apply. Raises BadMigration."""
    found = [_read(file, dialect) for name in SLICES for file in sorted((folder / name).glob("*.py")) if _is_step(file)]
    steps = [(migration.step.slice, migration.step.number) for migration in found]
    for step, migration in zip(steps, found, strict=True):
        if steps.count(step) > 1:
            raise BadMigration(f"{migration.step} shares its number with another. Give it the next free one.")
    return found


def _is_step(file: Path) -> bool:
    return file.name != "__init__.py"


def _read(file: Path, dialect: str) -> Migration:
    named = FILE_NAME.match(file.name)
    if named is None:
        raise BadMigration(f"{file.parent.name}/{file.name} is not named like m0001_what_it_brings.py. Rename it.")
    step = Step(file.parent.name, int(named[1]), named[2])
    module = _module(file, step)
    script = dialect.upper()
    for name in (script, f"BACKWARDS_{script}"):
        if not isinstance(getattr(module, name, None), str):
            raise BadMigration(f"{step} has no text {name}. Write the script for every kind of database.")
    says = (module.__doc__ or "").strip().partition("\n")[0]
    return Migration(step, says, getattr(module, script), getattr(module, f"BACKWARDS_{script}"))


def _module(file: Path, step: Step) -> ModuleType:
    # By its path, not through sys.path: a folder of tests has slices of the same names.
    spec = spec_from_file_location(f"migration_{step.slice}_{step.number}", file)
    assert spec is not None and spec.loader is not None, file
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def statements(script: str) -> Iterator[str]:
    """The single statements of an SQLite `script`; sqlite3's own way to run several commits first."""
    # Pieces are joined until SQLite itself finds them complete: triggers and texts have semicolons inside.
    statement = ""
    for piece in re.split(r"(?<=;)", script):
        statement += piece
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement
