"""`make bench`: everything measured once, each beside the raw limit of the same run."""

import argparse
import asyncio
import platform
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def postgresql() -> Iterator[str]:
    """A database of its own, dropped afterwards."""
    name = f"night_safety_bench_{uuid4().hex[:8]}"
    asyncio.run(_run(f"create database {name}"))
    try:
        yield POSTGRESQL.rsplit("/", 1)[0] + f"/{name}"
    finally:
        asyncio.run(_run(f"drop database {name} with (force)"))


async def _run(sql: str) -> None:
    connection = await asyncpg.connect(POSTGRESQL)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


def on(url: str, engine: str, folder: Path, chosen: argparse.Namespace) -> tuple[list[Measured], list[str]]:
    """Every benchmark that needs a database, on one engine."""
    measured, notes = acknowledged_stops(engine, url, folder, chosen.photo)
    notes += answered_alike(engine, url, folder / "alike")
    pages, said = register(engine, url, folder / "register")
    return [*measured, asyncio.run(box_of_points(engine, url)), *pages], [*notes, *said]


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
    with tempfile.TemporaryDirectory() as folder:
        if chosen.only != "postgresql":
            lines, said = on(f"sqlite:///{folder}/bench.sqlite3", "SQLite", Path(folder) / "s", chosen)
            chain, taken = chain_by_csv("SQLite", f"sqlite:///{folder}/chain.sqlite3", Path(folder) / "sc", chosen.data)
            measured, notes = [*measured, *lines, chain], [*notes, *said, taken]
        if chosen.only != "sqlite":
            with postgresql() as url:
                lines, said = on(url, "PostgreSQL", Path(folder) / "p", chosen)
            # A database of its own: five chains of thousands are another register than the one that is measured.
            with postgresql() as url:
                chain, taken = chain_by_csv("PostgreSQL", url, Path(folder) / "pc", chosen.data)
            measured, notes = [*measured, *lines, chain], [*notes, *said, taken]
    print_report(measured, notes)


if __name__ == "__main__":
    main()
