"""London's 4,098 pubs as premises of one chain by CSV, beside the bare driver's writing of the same cells."""

import argparse
import asyncio
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import asyncpg
import httpx

from tests.benchmarks.alike import named_champion
from tests.benchmarks.measure import Measured, cpu_of, peak_mb_of, print_report
from tests.charter.premises.chains import PUBS, pubs, sheet
from tests.journeys.server import Server, free_port

CHAINS = 5
BAR_S = 10.0
SHARED = Path("../shared/data")
BOROUGHS = "boundaries/london_boroughs.geojson"

Cells = list[tuple[str, ...]]


def chain_by_csv(engine: str, url: str, folder: Path, data: Path) -> tuple[Measured, str]:
    """Each of CHAINS organisations takes all of them, against a real server that looks up the borough of each."""
    folder.mkdir()
    rows, server = pubs(data / PUBS), Server(folder, url, free_port())
    server.run("db", "upgrade")
    server.run("import", "boroughs", str(data / BOROUGHS))
    server.start()
    try:
        assert server.process
        with httpx.Client(base_url=server.address, timeout=60) as http:
            chains = named_champion(server, http, branches=CHAINS)
            before, content = cpu_of(server.process.pid), sheet(*rows)
            times = [_taken_s(http, chain, content, len(rows)) for chain in chains]
            cpu_s = cpu_of(server.process.pid) - before
        peak_mb = peak_mb_of(server.process.pid)
    finally:
        server.kill()
    raw_s = asyncio.run(_raw_postgresql(url, rows)) if url.startswith("postgresql") else _raw_sqlite(folder, rows)
    name = f"{engine}: {len(rows):,} pubs of one chain by CSV"
    verdict = "within" if max(times) < BAR_S else "OVER"
    note = f"{name}: {max(times):.1f} s at most, {verdict} {BAR_S:.0f} s; the bare driver writes them in {raw_s:.2f} s"
    return Measured(name, times, sum(times), cpu_s, peak_mb, 1 / raw_s), note


def _taken_s(http: httpx.Client, chain: str, content: bytes, expected: int) -> float:
    began = time.perf_counter()
    answer = http.post(
        "/api/charter/mine/premises.csv",
        params={"signatory": chain},
        content=content,
        headers={"Content-Type": "text/csv"},
    )
    taken_s = time.perf_counter() - began
    assert answer.status_code == 200 and answer.json()["added"] == expected, answer.text[:500]
    return taken_s


def _raw_sqlite(folder: Path, rows: Cells) -> float:
    """Seconds for one durable transaction of the same cells as text, without any index."""
    with closing(sqlite3.connect(folder / "raw.sqlite3", isolation_level=None)) as connection:
        connection.executescript("pragma journal_mode=wal; pragma synchronous=full;")
        connection.execute(f"create table pub ({', '.join(f'c{n} text' for n in range(len(rows[0])))})")
        began = time.perf_counter()
        connection.execute("begin immediate")
        connection.executemany(f"insert into pub values ({', '.join('?' * len(rows[0]))})", rows)
        connection.execute("commit")
        return time.perf_counter() - began


async def _raw_postgresql(url: str, rows: Cells) -> float:
    """The same on PostgreSQL."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(f"create table pub ({', '.join(f'c{n} text' for n in range(len(rows[0])))})")
        began = time.perf_counter()
        async with connection.transaction():
            places = ", ".join(f"${n + 1}" for n in range(len(rows[0])))
            await connection.executemany(f"insert into pub values ({places})", rows)
        return time.perf_counter() - began
    finally:
        await connection.execute("drop table if exists pub")
        await connection.close()


def main() -> None:
    """Measure on SQLite, and on a PostgreSQL database given by its address; exit 1 where it is over its bar."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=SHARED, help="the shared field data")
    options.add_argument("--postgresql", metavar="URL", help="an empty database")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = [chain_by_csv("SQLite", f"sqlite:///{folder}/bench.sqlite3", Path(folder) / "s", chosen.data)]
        if chosen.postgresql:
            found.append(chain_by_csv("PostgreSQL", chosen.postgresql, Path(folder) / "p", chosen.data))
    print_report([line for line, _ in found], [note for _, note in found])
    sys.exit(any("OVER" in note for _, note in found))


if __name__ == "__main__":
    main()
