"""The tables that code declares are the tables that migrations made."""

from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module

import pytest
from piccolo.columns import Column, ForeignKey

from migrations.database import Row, open_database
from tests.migrations.schema import ColumnFacts, Schema, family, schema_of

PACKAGES = ("geo", "charter", "audits", "api")
# Kept by hand in SQL, without a declared table.
BY_HAND = {"schema_migration"}

for module in (
    "geo.places.tables",
    "charter.tables",
    "audits.tables",
    "audits.actions.tables",
    "audits.people.tables",
    "audits.planning.tables",
    "audits.reviewing.photos.tables",
    "audits.reviewing.tables",
    "audits.trail.tables",
    "api.tables",
    "api.sessions.tables",
):
    with suppress(ModuleNotFoundError):
        import_module(module)


def declared_tables() -> dict[str, type[Row]]:
    """Every table that a package declares, by name."""
    return {
        table._meta.tablename: table
        for table in _descendants(Row)
        if table.__module__.partition(".")[0] in PACKAGES and table.__subclasses__() == []
    }


def _descendants(table: type[Row]) -> Iterator[type[Row]]:
    for child in table.__subclasses__():
        yield child
        yield from _descendants(child)


def facts(column: Column) -> ColumnFacts:
    """What a declared column says of itself."""
    kind = "integer" if isinstance(column, ForeignKey) else family(column.column_type)
    return ColumnFacts(kind, column._meta.null)


async def declared(url: str) -> Schema:
    """The declared tables with their columns, in the types of the database at `url`."""
    async with open_database(url):
        return {
            name: {column._meta.db_column_name: facts(column) for column in table._meta.columns}
            for name, table in declared_tables().items()
        }


async def test_every_table_of_the_schema_is_declared_and_made(database_url: str) -> None:
    assert set(await schema_of(database_url)) - BY_HAND == set(declared_tables())


async def test_every_column_is_named_typed_and_nullable_as_declared(database_url: str) -> None:
    made = await schema_of(database_url)

    assert {name: made.get(name) for name in declared_tables()} == await declared(database_url)


@pytest.mark.parametrize("table", declared_tables().values(), ids=declared_tables())
def test_the_key_of_every_table_is_its_number(table: type[Row]) -> None:
    assert table._meta.primary_key._meta.name == "number"
