"""A server can also freeze, be cut off or be crowded: an error in words, in time, and recovery."""

import os

import pytest

from migrations.database import DatabaseUnavailable, execute, open_database, stream, transaction
from migrations.ledger import ExtensionMissing
from migrations.runner import upgrade
from tests.migrations.lamps import count_lamps, hang, hang_in_its_own
from tests.migrations.patience import takes_at_most
from tests.migrations.wire import wire_to

pytestmark = pytest.mark.only_on("postgresql")


async def test_a_frozen_server_is_unavailable_in_time_and_recovers(lamps_url: str) -> None:
    async with wire_to(lamps_url) as (wire, url), open_database(url, statement_timeout_s=0.5):
        await hang_in_its_own()
        wire.freeze()
        with takes_at_most(3.5), pytest.raises(DatabaseUnavailable):
            await hang_in_its_own()
        wire.thaw()
        await hang_in_its_own()
        assert await count_lamps() == 2


async def test_a_server_that_freezes_in_the_middle_is_unavailable_in_time(lamps_url: str) -> None:
    async with wire_to(lamps_url) as (wire, url), open_database(url, statement_timeout_s=0.5):
        with takes_at_most(3.5), pytest.raises(DatabaseUnavailable):
            async with transaction():
                await hang()
                wire.freeze()
                await hang()
        wire.thaw()
        assert await count_lamps() == 0


async def test_a_connection_that_breaks_is_replaced(lamps_url: str) -> None:
    async with wire_to(lamps_url) as (wire, url), open_database(url):
        with pytest.raises(DatabaseUnavailable):
            async with transaction():
                await hang()
                wire.cut()
                await hang()
        await hang_in_its_own()
        assert await count_lamps() == 1


async def test_a_crowded_server_is_unavailable(lamps_url: str) -> None:
    crowd = f"night_safety_crowd_{os.getpid()}"
    async with open_database(lamps_url), transaction():
        await execute(f"CREATE ROLE {crowd} LOGIN CONNECTION LIMIT 1")
        await execute(f"GRANT ALL ON lamp TO {crowd}")
    async with open_database(lamps_url.replace("postgres@", f"{crowd}@")):
        export = stream("SELECT 1")
        await anext(export)
        with pytest.raises(DatabaseUnavailable, match="too many connections"):
            await count_lamps()
        await export.aclose()
        assert await count_lamps() == 0
    async with open_database(lamps_url), transaction():
        await execute(f"DROP OWNED BY {crowd}")
        await execute(f"DROP ROLE {crowd}")


async def test_a_server_where_postgis_may_not_be_made_says_what_to_do(empty_database_url: str) -> None:
    plain = f"night_safety_plain_{os.getpid()}"
    async with open_database(empty_database_url), transaction():
        await execute(f"CREATE ROLE {plain} LOGIN")
        await execute(f"GRANT ALL ON SCHEMA public TO {plain}")
    with pytest.raises(ExtensionMissing, match="CREATE EXTENSION postgis"):
        await upgrade(empty_database_url.replace("postgres@", f"{plain}@"))
    async with open_database(empty_database_url), transaction():
        await execute(f"DROP OWNED BY {plain}")
        await execute(f"DROP ROLE {plain}")
