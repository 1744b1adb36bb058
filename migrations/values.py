"""How Python's values are written to and read from either database, and a door for types taught by others."""

import re
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import numpy as np

# Piccolo registers its own adapters when it is imported; ours must come after, so that they win.
import piccolo.engine.sqlite  # noqa: F401
from numpy.typing import NDArray

Found = dict[str, Any]  # a row by column name
Integers = NDArray[np.int64]
Plain = int | str | None  # what every driver, and JSON, writes alike


class NaiveTime(ValueError):
    """A moment without a time zone cannot be stored: nobody could say when it was."""


@dataclass(frozen=True, kw_only=True)
class TaughtType:
    """A type known by another package: its PostgreSQL and SQLite names, its classes and its bytes both ways."""

    postgresql_name: str
    sqlite_name: str
    classes: tuple[type, ...]
    encode: Callable[[Any], bytes]
    decode: Callable[[bytes], Any]


TAUGHT: dict[str, TaughtType] = {}


def teach_type(taught: TaughtType) -> None:
    """Let values of `taught` travel both ways, on databases that are open already too."""
    # PostgreSQL's connections look it up when a value passes; sqlite3 keeps one list for the whole process.
    TAUGHT[taught.postgresql_name] = taught
    for value_class in taught.classes:
        sqlite3.register_adapter(value_class, taught.encode)
    sqlite3.register_converter(taught.sqlite_name, taught.decode)


def encode_taught(name: str, value: Any) -> bytes:
    """The bytes of a value of the taught type called `name`; bytes pass as they are, for bulk loads."""
    return value if isinstance(value, bytes) or name not in TAUGHT else TAUGHT[name].encode(value)


def decode_taught(name: str, content: bytes) -> Any:
    """The value in `content`, or `content` itself while nobody has taught the type."""
    return TAUGHT[name].decode(content) if name in TAUGHT else content


def moment_as_text(moment: datetime) -> str:
    """UTC with fixed microseconds, so that the order of texts is the order of moments. Raises NaiveTime."""
    refuse_naive(moment)
    return moment.astimezone(UTC).isoformat(" ", "microseconds")


def refuse_naive(moment: datetime) -> None:
    """Raise NaiveTime for a moment without a time zone."""
    if moment.tzinfo is None:
        raise NaiveTime(f"{moment.isoformat()} has no time zone. Pass an aware time, in UTC.")


def number_from_text(text: str) -> int | float:
    """PostgreSQL's NUMERIC, which sums of whole numbers come as: whole where it is written whole."""
    return float(text) if not text.lstrip("-").isdigit() else int(text)


def _moment(content: bytes) -> datetime:
    return datetime.fromisoformat(content.decode()).astimezone(UTC)


def _uuid(content: bytes) -> UUID:
    return UUID(content.decode())


def _date(content: bytes) -> date:
    return date.fromisoformat(content.decode())


def _boolean(content: bytes) -> bool:
    return content == b"1"


def _register() -> None:
    sqlite3.register_adapter(datetime, moment_as_text)
    sqlite3.register_adapter(date, date.isoformat)
    sqlite3.register_adapter(UUID, str)
    for name, convert in (("TIMESTAMPTZ", _moment), ("UUID", _uuid), ("DATE", _date), ("BOOLEAN", _boolean)):
        sqlite3.register_converter(name, convert)
    # Without a converter SQLite hands out the number that it holds; Piccolo's goes through text and Decimal.
    for name in ("INTEGER", "NUMERIC"):
        sqlite3.converters.pop(name, None)


_register()

# "latest [TIMESTAMPTZ]": how sqlite3 is told the type of an expression.
TYPED_ALIAS = re.compile(r"\s*\[\w+\]$")


def refuse_naives(args: Iterable[object]) -> None:
    """Raise NaiveTime when one of `args` is a moment without a time zone, which asyncpg would take as local."""
    for value in args:
        if isinstance(value, datetime):
            refuse_naive(value)
