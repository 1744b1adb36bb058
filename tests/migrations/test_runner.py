"""How a database grows: in order, all or nothing, one at a time, and back again."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest

from migrations.database import ConstraintViolated, execute, fetch_value, open_database, sqlite_path, transaction
from migrations.ledger import BrokenReference
from migrations.runner import (
    ChangedMigration,
    NewerDatabase,
    OutOfOrder,
    Status,
    UnknownStep,
    downgrade,
    status,
    upgrade,
)
from migrations.scripts import BadMigration, statements
from tests.migrations.schema import schema_of

Write = Callable[..., Path]

LAMP = "CREATE TABLE lamp (number INTEGER PRIMARY KEY, street TEXT NOT NULL);"
BULB = "CREATE TABLE bulb (number INTEGER PRIMARY KEY, lamp INTEGER NOT NULL REFERENCES lamp (number));"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of migrations of its own: lamps, then their bulbs."""
    folder = tmp_path / "steps"
    write(folder, "geo/m0001_lamps", LAMP, "DROP TABLE lamp;")
    write(folder, "audits/m0001_bulbs", BULB, "DROP TABLE bulb;")
    return folder


def write(folder: Path, step: str, forwards: str, backwards: str = "SELECT 1;") -> Path:
    """Write a migration that is the same on both databases."""
    file = folder / f"{step}.py"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(
        f'"""Made for a test."""\n\nSQLITE = POSTGRESQL = {forwards!r}\n'
        f"BACKWARDS_SQLITE = BACKWARDS_POSTGRESQL = {backwards!r}\n"
    )
    return file


async def names(url: str, folder: Path) -> tuple[list[str], list[str]]:
    """What is applied and what is pending, by name."""
    now: Status = await status(url, folder=folder)
    return [str(row.step) for row in now.applied], [str(step) for step in now.pending]


async def test_an_upgrade_applies_everything_in_the_order_of_slices(empty_database_url: str, folder: Path) -> None:
    steps = await upgrade(empty_database_url, folder=folder)

    assert [str(step) for step in steps] == ["geo/m0001_lamps", "audits/m0001_bulbs"]
    assert await names(empty_database_url, folder) == (["geo/m0001_lamps", "audits/m0001_bulbs"], [])


async def test_an_upgrade_twice_changes_nothing(empty_database_url: str, folder: Path) -> None:
    await upgrade(empty_database_url, folder=folder)
    before = await schema_of(empty_database_url)

    assert await upgrade(empty_database_url, folder=folder) == ()
    assert await schema_of(empty_database_url) == before


async def test_status_changes_nothing(empty_database_url: str, folder: Path) -> None:
    assert await names(empty_database_url, folder) == ([], ["geo/m0001_lamps", "audits/m0001_bulbs"])
    assert await schema_of(empty_database_url) == {}


async def test_the_status_of_a_database_that_is_not_there_is_everything_pending(tmp_path: Path, folder: Path) -> None:
    assert len((await status(f"sqlite:///{tmp_path}/none.sqlite3", folder=folder)).pending) == 2
    assert not (tmp_path / "none.sqlite3").exists()


async def test_an_upgrade_makes_the_file_and_its_folder_for_the_owner_alone(tmp_path: Path, folder: Path) -> None:
    await upgrade(f"sqlite:///{tmp_path}/data/night.sqlite3", folder=folder)

    assert (tmp_path / "data" / "night.sqlite3").stat().st_mode & 0o077 == 0


async def test_one_failing_migration_takes_back_the_others(empty_database_url: str, folder: Path) -> None:
    write(folder, "api/m0001_broken", "CREATE TABLE token (number INTEGER PRIMARY KEY); CREATE TABLE lamp (x TEXT);")
    with pytest.raises(Exception, match="lamp"):
        await upgrade(empty_database_url, folder=folder)

    assert await schema_of(empty_database_url) == {}


async def test_a_downgrade_and_an_upgrade_give_the_same_schema(empty_database_url: str, folder: Path) -> None:
    await upgrade(empty_database_url, folder=folder)
    before = await schema_of(empty_database_url)
    undone = await downgrade(empty_database_url, to="nothing", folder=folder)

    assert [str(step) for step in undone] == ["audits/m0001_bulbs", "geo/m0001_lamps"]
    await upgrade(empty_database_url, folder=folder)
    assert await schema_of(empty_database_url) == before


@pytest.mark.parametrize("to", ["geo/m0001", "geo/m0001_lamps"])
async def test_a_downgrade_stops_after_the_named_migration(empty_database_url: str, folder: Path, to: str) -> None:
    await upgrade(empty_database_url, folder=folder)
    await downgrade(empty_database_url, to=to, folder=folder)

    assert await names(empty_database_url, folder) == (["geo/m0001_lamps"], ["audits/m0001_bulbs"])


async def test_a_downgrade_to_what_was_never_applied_is_refused(empty_database_url: str, folder: Path) -> None:
    await upgrade(empty_database_url, folder=folder)

    with pytest.raises(UnknownStep, match="geo/m0001_lamps, audits/m0001_bulbs, or nothing"):
        await downgrade(empty_database_url, to="charter/m0007", folder=folder)


async def test_our_own_migrations_go_back_and_forth(database_url: str) -> None:
    before = await schema_of(database_url)
    await downgrade(database_url, to="nothing")
    assert set(await schema_of(database_url)) <= {"schema_migration"}
    await upgrade(database_url)

    assert await schema_of(database_url) == before


async def test_a_changed_migration_is_refused(empty_database_url: str, folder: Path) -> None:
    await upgrade(empty_database_url, folder=folder)
    write(folder, "geo/m0001_lamps", LAMP + " ", "DROP TABLE lamp;")

    for act in (upgrade(empty_database_url, folder=folder), status(empty_database_url, folder=folder)):
        with pytest.raises(ChangedMigration, match="geo/m0001_lamps was changed"):
            await act


async def test_a_database_newer_than_the_code_is_refused(empty_database_url: str, folder: Path) -> None:
    newer = write(folder, "api/m0001_tokens", "CREATE TABLE token (number INTEGER PRIMARY KEY);")
    await upgrade(empty_database_url, folder=folder)
    newer.unlink()

    with pytest.raises(NewerDatabase, match="Install the newer version"):
        await upgrade(empty_database_url, folder=folder)


async def test_a_migration_that_comes_too_late_is_refused(empty_database_url: str, folder: Path) -> None:
    third = write(folder, "geo/m0003_poles", "SELECT 1;")
    await upgrade(empty_database_url, folder=folder)
    write(folder, "geo/m0002_late", "SELECT 1;")

    with pytest.raises(OutOfOrder, match=third.stem):
        await upgrade(empty_database_url, folder=folder)


@pytest.mark.parametrize(
    ("step", "complaint"), [("geo/lamps", "not named like"), ("geo/m0001_other", "shares its number")]
)
async def test_a_misnamed_migration_is_refused(tmp_path: Path, folder: Path, step: str, complaint: str) -> None:
    write(folder, step, "SELECT 1;")

    with pytest.raises(BadMigration, match=complaint):
        await status(f"sqlite:///{tmp_path}/night.sqlite3", folder=folder)


async def test_a_migration_for_one_database_only_is_refused(tmp_path: Path, folder: Path) -> None:
    (folder / "geo/m0002_half.py").write_text('SQLITE = "SELECT 1"\n')

    with pytest.raises(BadMigration, match="BACKWARDS_SQLITE"):
        await status(f"sqlite:///{tmp_path}/night.sqlite3", folder=folder)


@pytest.mark.only_on("sqlite")
async def test_rebuilding_a_table_keeps_its_children(empty_database_url: str, folder: Path) -> None:
    await upgrade(empty_database_url, folder=folder)
    async with open_database(empty_database_url), transaction():
        await execute("INSERT INTO lamp VALUES (1, 'Strand')")
        await execute("INSERT INTO bulb VALUES (1, 1)")
    rebuilt = LAMP.replace("lamp", "new", 1) + "INSERT INTO new SELECT * FROM lamp; DROP TABLE lamp;"
    write(folder, "geo/m0002_rebuild", rebuilt + "ALTER TABLE new RENAME TO lamp;")
    await upgrade(empty_database_url, folder=folder)

    async with open_database(empty_database_url):
        assert await fetch_value("SELECT count(*) FROM bulb") == 1


@pytest.mark.only_on("sqlite")
async def test_a_migration_that_leaves_an_orphan_is_refused(empty_database_url: str, folder: Path) -> None:
    write(folder, "api/m0001_orphan", "INSERT INTO bulb VALUES (1, 999);")

    with pytest.raises(BrokenReference, match="bulb refers to a row of lamp"):
        await upgrade(empty_database_url, folder=folder)
    assert await schema_of(empty_database_url) == {}


async def test_foreign_keys_are_enforced_again_after_an_upgrade(empty_database_url: str, folder: Path) -> None:
    await upgrade(empty_database_url, folder=folder)
    with pytest.raises(ConstraintViolated):
        async with open_database(empty_database_url), transaction():
            await execute("INSERT INTO bulb VALUES (1, 999)")


async def test_two_upgrades_at_once_both_succeed(empty_database_url: str, folder: Path) -> None:
    first, second = await asyncio.gather(*(_upgrade_elsewhere(empty_database_url, folder) for _ in range(2)))

    assert sorted([first, second]) == ["applied 0", "applied 2"]


async def _upgrade_elsewhere(url: str, folder: Path) -> str:
    program = await asyncio.create_subprocess_exec(*upgrading(url, folder), stdout=subprocess.PIPE)
    said, _ = await program.communicate()
    return said.decode().strip()


def upgrading(url: str, folder: Path) -> list[str]:
    """The command that upgrades in another process."""
    code = (
        "import asyncio, sys; from pathlib import Path; from migrations.runner import upgrade; "
        "print('applied', len(asyncio.run(upgrade(sys.argv[1], folder=Path(sys.argv[2])))))"
    )
    return [sys.executable, "-c", code, url, str(folder)]


# How long the upgrade goes on, once it has begun, before it is killed.
@pytest.mark.parametrize("after_s", [0, 0.05, 0.1, 0.2, 0.4])
async def test_an_upgrade_that_is_killed_leaves_all_or_nothing(
    empty_database_url: str, folder: Path, after_s: float
) -> None:
    for number in range(1, 60):
        write(folder, f"charter/m{number:04}_more", _filled(number), f"DROP TABLE t{number};")
    program = subprocess.Popen(upgrading(empty_database_url, folder), stdout=subprocess.DEVNULL)
    await _begun(empty_database_url)
    await asyncio.sleep(after_s)
    program.send_signal(signal.SIGKILL)
    program.wait()

    assert len((await names(empty_database_url, folder))[0]) in (0, 61)
    await upgrade(empty_database_url, folder=folder)
    assert len(await schema_of(empty_database_url)) == 62


async def _begun(url: str) -> None:
    """Wait until another process holds the database for its upgrade."""
    held = _held_sqlite if url.startswith("sqlite") else _held_postgresql
    while not await held(url):
        await asyncio.sleep(0.005)


async def _held_sqlite(url: str) -> bool:
    connection = sqlite3.connect(sqlite_path(url), timeout=0, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return True
    finally:
        connection.close()
    return False


async def _held_postgresql(url: str) -> bool:
    connection = await asyncpg.connect(url)
    try:
        return bool(await connection.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"))
    finally:
        await connection.close()


def _filled(number: int) -> str:
    return (
        f"CREATE TABLE t{number} (number INTEGER PRIMARY KEY, text TEXT); INSERT INTO t{number} WITH RECURSIVE n(i) AS "
        f"(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) SELECT i, 'row ' || i FROM n;"
    )


def test_a_script_is_cut_where_its_statements_end() -> None:
    script = """CREATE TABLE a (b TEXT DEFAULT 'x;y'); -- a comment; with a semicolon
        CREATE TRIGGER t AFTER DELETE ON a BEGIN DELETE FROM b; DELETE FROM c; END; SELECT 1"""

    assert [one.strip()[:12] for one in statements(script)] == ["CREATE TABLE", "-- a comment", "SELECT 1"]


async def test_a_database_that_is_locked_for_a_moment_is_waited_for(tmp_path: Path, folder: Path) -> None:
    url = f"sqlite:///{tmp_path}/night.sqlite3"
    await upgrade(url, folder=folder)
    write(folder, "api/m0001_tokens", "CREATE TABLE token (number INTEGER PRIMARY KEY);")
    async with open_database(url):
        async with transaction():
            upgrading_meanwhile = asyncio.create_task(upgrade(url, folder=folder))
            await asyncio.sleep(0.2)
            assert not upgrading_meanwhile.done()
        assert len(await upgrading_meanwhile) == 1
    assert sqlite_path(url).exists()
