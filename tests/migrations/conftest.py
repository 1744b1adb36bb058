"""Street lamps: a small table of one column of each kind, in a database of its own."""

from collections.abc import AsyncIterator

import pytest

from migrations.database import execute, open_database, transaction
from tests.migrations.lamps import LAMP_SCRIPTS


@pytest.fixture
async def lamps_url(database_url: str) -> str:
    """The address of a database with a table of lamps, which nobody has open."""
    async with open_database(database_url) as dialect, transaction():
        for statement in LAMP_SCRIPTS[dialect].split(";"):
            await execute(statement)
    return database_url


@pytest.fixture
async def lamps(lamps_url: str) -> AsyncIterator[str]:
    """An open database with a table of lamps; the value is its kind."""
    async with open_database(lamps_url) as dialect:
        yield dialect


@pytest.fixture
async def impatient(lamps_url: str) -> AsyncIterator[str]:
    """The same, where nothing is waited for longer than a quarter of a second."""
    async with open_database(lamps_url, statement_timeout_s=0.25):
        yield lamps_url
