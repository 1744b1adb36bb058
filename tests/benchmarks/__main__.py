"""`make bench`: everything measured once, each beside the raw limit of the same run."""

import argparse
import asyncio
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg

from tests.benchmarks.alike import answered_alike
from tests.benchmarks.boxes import box_of_points
from tests.benchmarks.chain import SHARED, chain_by_csv
from tests.benchmarks.differences import hotspots_of_observations
from tests.benchmarks.measure import Measured, print_report
from tests.benchmarks.register import register
from tests.benchmarks.submissions import acknowledged_stops
from tests.charter.premises.chains import PUBS

POSTGRESQL = "postgresql://postgres@127.0.0.1:5432/postgres"
Fresh = Callable[[], AbstractContextManager[str]]


@contextmanager
def sqlite() -> Iterator[str]:
    """A database of its own, deleted afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/bench.sqlite3"


@contextmanager
def postgresql() -> Iterator[str]:
    """A database of its own, dropped afterwards."""
    name = f"night_safety_bench_{uuid4().hex[:8]}"
    asyncio.run(_run(f"create database {name}"))
    try:
        yield POSTGRESQL.rsplit("/", 1)[0] + f"/{name}"
    finally:
        asyncio.run(_run(f"drop database {name} with (force)"))


ENGINES: dict[str, Fresh] = {"SQLite": sqlite, "PostgreSQL": postgresql}


async def _run(sql: str) -> None:
    connection = await asyncpg.connect(POSTGRESQL)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


def on(engine: str, fresh: Fresh, folder: Path, chosen: argparse.Namespace) -> tuple[list[Measured], list[str]]:
    """Every benchmark that needs a database, on one engine; each on one of its own, as another's rows would slow it."""
    with fresh() as url:
        measured, notes = acknowledged_stops(engine, url, folder / "stops", chosen.photo)
    with fresh() as url:
        notes += answered_alike(engine, url, folder / "alike")
    with fresh() as url:
        measured.append(asyncio.run(box_of_points(engine, url)))
    with fresh() as url:
        pages, said = register(engine, url, folder / "register")
    with fresh() as url:
        chain, taken = chain_by_csv(engine, url, folder / "chain", chosen.data)
    return [*measured, *pages, chain], [*notes, *said, taken]


def main() -> None:
    """Measure on SQLite, and on PostgreSQL where it answers; print one table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--photo", type=Path, default=SHARED / "photos/exif_edge/32-lens_data.jpeg")
    options.add_argument("--data", type=Path, default=SHARED)
    options.add_argument("--only", choices=["sqlite", "postgresql"])
    chosen = options.parse_args()
    if not chosen.photo.exists():
        sys.exit(f"The 37 kB photo is not there: {chosen.photo}. Name another with --photo.")
    if not (chosen.data / PUBS).exists():
        sys.exit(f"London's pubs are not there: {chosen.data / PUBS}. Name the folder of the field data with --data.")
    measured, notes = [hotspots_of_observations(100_000)], [f"Python {platform.python_version()}, {chosen.photo.name}"]
    for engine, fresh in ENGINES.items():
        if chosen.only in (None, engine.lower()):
            with tempfile.TemporaryDirectory() as folder:
                lines, said = on(engine, fresh, Path(folder), chosen)
            measured, notes = [*measured, *lines], [*notes, *said]
    print_report(measured, notes)


if __name__ == "__main__":
    main()
