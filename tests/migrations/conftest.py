"""Street lamps: a small table of one column of each kind, in a database of its own."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from migrations.database import execute, open_database, transaction
from migrations.runner import upgrade
from tests.conftest import create_postgresql, drop_postgresql
from tests.migrations.lamps import LAMP_SCRIPTS


async def _with_lamps(url: str, nothing: Path) -> str:
    await upgrade(url, folder=nothing)  # no migration: only the ledger, and PostGIS
    async with open_database(url) as dialect, transaction():
        await execute(LAMP_SCRIPTS[dialect])
    return url


@pytest.fixture(scope="session")
def lamp_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """The one PostgreSQL database of all lamps, once somebody has made it: a new one for each test takes a second."""
    made: list[str] = []
    yield made
    for url in made:
        asyncio.run(drop_postgresql(url))


@pytest.fixture
async def lamps_url(engine: str, tmp_path: Path, lamp_server: list[str]) -> str:
    """The address of a database with an empty table of lamps, which nobody has open."""
    if engine == "sqlite":
        return await _with_lamps(f"sqlite:///{tmp_path}/lamps.sqlite3", tmp_path / "none")
    if not lamp_server:
        lamp_server.append(await _with_lamps(await create_postgresql(), tmp_path / "none"))
    async with open_database(lamp_server[0], statement_timeout_s=10), transaction():
        await execute("TRUNCATE lamp RESTART IDENTITY")
    return lamp_server[0]


@pytest.fixture
async def lamps(lamps_url: str) -> AsyncIterator[str]:
    """An open database with a table of lamps; the value is its kind."""
    async with open_database(lamps_url) as dialect:
        yield dialect


@pytest.fixture
async def impatient(lamps_url: str) -> AsyncIterator[str]:
    """The same, where nothing is waited for longer than a quarter of a second; the value is its address."""
    async with open_database(lamps_url, statement_timeout_s=0.25):
        yield lamps_url
