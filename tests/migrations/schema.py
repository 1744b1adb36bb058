"""What a database says of its own schema, in words that compare across engines."""

import re
import sqlite3
from dataclasses import dataclass
from typing import Any

import asyncpg

from migrations.database import sqlite_path

# What SQLite's R*Tree and PostGIS keep for themselves.
NOT_OURS = re.compile(r"_box(_node|_rowid|_parent)?$|^sqlite_|^spatial_ref_sys$|^geometry_columns$|^geography_columns$")
FAMILIES = (
    ("geometry", "geometry"),
    ("uuid", "uuid"),
    ("timestamp", "moment"),
    ("date", "date"),
    ("bool", "boolean"),
    ("int", "integer"),
    ("bigint", "integer"),
    ("smallint", "integer"),
    ("serial", "integer"),
    ("real", "real"),
    ("double", "real"),
    ("text", "text"),
    ("varchar", "text"),
    ("character", "text"),
    ("blob", "bytes"),
    ("bytea", "bytes"),
)
POSTGRESQL_COLUMNS = """
SELECT c.relname AS table, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, NOT a.attnotnull AS nullable
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
"""


@dataclass(frozen=True)
class ColumnFacts:
    """One column: the family of its type, and whether it may be null."""

    family: str
    nullable: bool


Schema = dict[str, dict[str, ColumnFacts]]


def family(type_name: str) -> str:
    """The family that a type belongs to on either engine."""
    return next((name for start, name in FAMILIES if type_name.lower().startswith(start)), type_name)


async def schema_of(url: str) -> Schema:
    """The tables of the database at `url`, with their columns."""
    rows = _sqlite_columns(url) if url.startswith("sqlite") else await _postgresql_columns(url)
    schema: Schema = {}
    for row in rows:
        if not NOT_OURS.search(row["table"]):
            columns = schema.setdefault(row["table"], {})
            columns[row["name"]] = ColumnFacts(family(row["type"]), bool(row["nullable"]))
    return schema


def _sqlite_columns(url: str) -> list[dict[str, Any]]:
    connection = sqlite3.connect(sqlite_path(url))
    connection.row_factory = sqlite3.Row
    try:
        # The key of a table is never null, though SQLite does not say so.
        return [
            dict(row)
            for row in connection.execute(
                'SELECT m.name AS "table", c.name, c.type, NOT (c."notnull" OR c.pk) AS nullable '
                "FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'"
            )
        ]
    finally:
        connection.close()


async def _postgresql_columns(url: str) -> list[dict[str, Any]]:
    connection = await asyncpg.connect(url)
    try:
        return [dict(row) for row in await connection.fetch(POSTGRESQL_COLUMNS)]
    finally:
        await connection.close()
