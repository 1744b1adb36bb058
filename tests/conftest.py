"""The ground that tests stand on: a fresh migrated database on each engine, and the shared field data."""

import asyncio
import os
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from hypothesis import HealthCheck, settings

import geo.geometry  # noqa: F401 (teaches the database about shapes)
from migrations.database import open_database
from migrations.runner import upgrade
from tests.people import service  # noqa: F401 (a fixture for every test)

SERVER = os.environ.get("NIGHT_SAFETY_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres")
SHARED = Path(os.environ.get("NIGHT_SAFETY_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
CHOSEN = pytest.StashKey[list[str]]()
ABSENT = pytest.StashKey[str]()

settings.register_profile(
    "ci",
    deadline=None,
    # A change is judged by the same examples as the one before it; `make explore` looks for new ones.
    derandomize=True,
    # A database of its own is given to a test, not to each of its examples; such tests clean up after themselves.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    print_blob=True,
)
settings.register_profile("explore", settings.get_profile("ci"), derandomize=False, max_examples=1_000)
settings.load_profile("ci")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --database."""
    parser.addoption(
        "--database",
        choices=("sqlite", "postgresql", "both"),
        default=os.environ.get("NIGHT_SAFETY_TEST_DATABASE"),
        help="Which databases to test on; by default both, where PostgreSQL with PostGIS answers.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Decide which databases are tested on."""
    config.addinivalue_line("markers", "only_on(*engines): there is nothing to test on other databases")
    asked = config.getoption("--database")
    absent = "" if asked == "sqlite" else asyncio.run(_why_no_postgresql())
    if absent and asked in ("postgresql", "both"):
        raise pytest.UsageError(f"PostgreSQL was asked for, but {absent}")
    config.stash[ABSENT] = absent
    possible = ("sqlite",) if absent else ("sqlite", "postgresql")
    config.stash[CHOSEN] = [engine for engine in possible if asked in (engine, "both", None)]


def pytest_report_header(config: pytest.Config) -> str:
    """Say which databases are tested on."""
    chosen, absent = config.stash[CHOSEN], config.stash[ABSENT]
    return f"databases: {', '.join(chosen)}{f' ({absent})' if absent else ''}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say again, where it is read, that PostgreSQL was left out."""
    if absent := config.stash[ABSENT]:
        terminalreporter.write_line(f"PostgreSQL was NOT tested: {absent}", yellow=True)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the journeys, which take longest, so that no process is left with one when the others have ended."""
    items.sort(key=lambda item: "journeys" not in item.path.parts)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run whatever touches a database once on each."""
    if "engine" in metafunc.fixturenames:
        only = metafunc.definition.get_closest_marker("only_on")
        chosen = [name for name in metafunc.config.stash[CHOSEN] if only is None or name in only.args]
        metafunc.parametrize("engine", chosen, indirect=True, scope="session")


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> str:
    """Which kind of database this run of the test is on: sqlite or postgresql."""
    return str(request.param)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The one event loop that we run on."""
    return "asyncio"


# Every table but those that a migrated database is born with, and every counter: as it was when it was copied.
# To delete a test's few rows takes a fraction of a truncation, which makes each of the tables' files anew.
EMPTY = """
do $$
declare
    filled text;
    it record;
begin
    set local session_replication_role = replica;
    for it in select tablename, pg_relation_size(format('public.%I', tablename)) as bytes from pg_tables
        where schemaname = 'public' and tablename not in ('spatial_ref_sys', 'schema_migration')
    loop
        if it.bytes > 100000 then
            filled := concat_ws(', ', filled, quote_ident(it.tablename));
        elsif it.bytes > 0 then
            execute format('delete from %I', it.tablename);
        end if;
    end loop;
    if filled is not null then
        execute 'truncate ' || filled || ' restart identity cascade';
    end if;
    perform setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false)
        from pg_sequences where schemaname = 'public' and last_value is not null;
end $$
"""
# What tells whether a test changed the schema itself: the latest transaction that wrote of a column, index or
# constraint, how many of them there are, and the migrations applied. A copy of a database has its template's.
SCHEMA = """
    with tables as (select oid from pg_class where relnamespace = 'public'::regnamespace)
    select concat_ws(' ',
        (select format('%s %s', count(*), max(pg_attribute.xmin::text::bigint)) from pg_attribute
            join tables on attrelid = oid),
        (select format('%s %s', count(*), max(pg_constraint.xmin::text::bigint)) from pg_constraint
            where connamespace = 'public'::regnamespace),
        (select format('%s %s', count(*), max(pg_index.xmin::text::bigint)) from pg_index
            join tables on indexrelid = oid),
        (select string_agg(to_jsonb(schema_migration)::text, ' ' order by to_jsonb(schema_migration)::text)
            from schema_migration))
"""


@dataclass(frozen=True)
class Templates:
    """One migrated database of each kind, to be copied: SQLite's file and PostgreSQL's name.

    A copy of PostgreSQL's is 19 MB to write, so those that a test gives back are emptied and used again (`spare`).
    """

    folder: Path
    name: str
    made: set[str]
    spare: list[str]
    schema: list[str]

    async def copy(self, engine: str, folder: Path) -> str:
        """The address of a fresh migrated database."""
        if engine not in self.made:
            await upgrade(await self._make(engine))
            self.made.add(engine)
        if engine == "sqlite":
            shutil.copy(self.folder / "template.sqlite3", folder / "night-safety.sqlite3")
            return f"sqlite:///{folder / 'night-safety.sqlite3'}"
        return self.spare.pop() if self.spare else await create_postgresql(template=self.name)

    async def give_back(self, url: str) -> None:
        """Empty a PostgreSQL database for the next test, or drop it where a test left more behind than rows."""
        try:
            connection = await asyncpg.connect(url, timeout=3, command_timeout=20)
            try:
                await connection.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity "
                    "where datname = current_database() and pid <> pg_backend_pid()"
                )
                await connection.execute("set lock_timeout = '3s'")
                as_before = await connection.fetchval(SCHEMA) == await self._schema()
                if as_before:
                    await connection.execute(EMPTY)
            finally:
                await connection.close()
        except (OSError, TimeoutError, asyncpg.PostgresError):
            as_before = False
        if as_before:
            self.spare.append(url)
        else:
            await drop_postgresql(url)

    async def _schema(self) -> str:
        """What the template's schema is, asked once."""
        if not self.schema:
            connection = await asyncpg.connect(_at(self.name), timeout=3)
            try:
                self.schema.append(await connection.fetchval(SCHEMA))
            finally:
                await connection.close()
        return self.schema[0]

    async def _make(self, engine: str) -> str:
        if engine == "sqlite":
            return f"sqlite:///{self.folder / 'template.sqlite3'}"
        return await create_postgresql(self.name)


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Templates]:
    """The migrated databases of this session."""
    made = Templates(tmp_path_factory.mktemp("templates"), _new_name(), set(), [], [])
    yield made
    for url in made.spare:
        asyncio.run(drop_postgresql(url))
    if "postgresql" in made.made:
        asyncio.run(drop_postgresql(_at(made.name)))


@pytest.fixture
def database_url(engine: str, templates: Templates, tmp_path: Path) -> Iterator[str]:
    """A fresh migrated database, once on each engine."""
    url = asyncio.run(templates.copy(engine, tmp_path))
    yield url
    if engine == "postgresql":
        asyncio.run(templates.give_back(url))


@pytest.fixture
def empty_database_url(engine: str, tmp_path: Path) -> Iterator[str]:
    """A database without any table, once on each engine."""
    if engine == "sqlite":
        (tmp_path / "empty.sqlite3").touch()
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    url = asyncio.run(create_postgresql())
    yield url
    asyncio.run(drop_postgresql(url))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[str]:
    """A fresh migrated database, open; the value is its kind."""
    async with open_database(database_url) as dialect:
        yield dialect


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real field data, beside the checkout or where NIGHT_SAFETY_SHARED_DATA says."""
    if not SHARED.is_dir():
        pytest.skip(f"There is no field data at {SHARED}; set NIGHT_SAFETY_SHARED_DATA.")
    return SHARED


async def create_postgresql(name: str | None = None, *, template: str = "template1") -> str:
    """Make a PostgreSQL database; gives its address.

    It does not wait for the disk: tests kill those who ask the server, and never the server itself.
    """
    name = name or _new_name()
    await _on_server(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    await _on_server(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    return _at(name)


async def drop_postgresql(url: str) -> None:
    """Drop the PostgreSQL database at `url`, whoever is connected to it."""
    await _on_server(f'DROP DATABASE IF EXISTS "{urlsplit(url).path[1:]}" WITH (FORCE)')


def _new_name() -> str:
    return f"night_safety_test_{os.getpid()}_{uuid.uuid4().hex[:12]}"


def _at(name: str) -> str:
    return urlunsplit(urlsplit(SERVER)._replace(path=f"/{name}"))


async def _on_server(command: str) -> None:
    connection = await asyncpg.connect(SERVER, timeout=3)
    try:
        await connection.execute(command)
    finally:
        await connection.close()


async def _why_no_postgresql() -> str:
    """Why PostgreSQL cannot be tested on, or nothing."""
    try:
        connection = await asyncpg.connect(SERVER, timeout=3)
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        return f"nothing answers at {urlsplit(SERVER).hostname}: {error or type(error).__name__}"
    try:
        has = await connection.fetchval("SELECT count(*) FROM pg_available_extensions WHERE name = 'postgis'")
    finally:
        await connection.close()
    return "" if has else "its server has no PostGIS"
