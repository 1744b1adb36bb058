"""The register of 10,000 organisations with 50,000 premises: pages, searches and filters, and the whole as CSV."""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from api.app import create_app
from audits.photo_store.folder import FolderPhotoStore
from charter.as_files import as_csv
from charter.narrowing import Cursor, Sought, written
from charter.queries import lines
from migrations.runner import upgrade
from tests.benchmarks.measure import Measured, own_peak_mb, print_report
from tests.charter.crowd import fill
from tests.people import MovableClock, Outbox, settings_for

ASKED = 30
LONDON = "-0.52,51.27,0.34,51.70"
DEEP = written(Cursor("the silver", 1))
ALL_FOUR = f"q=lamb&borough=E09000022&sector=hotel&bbox={LONDON}"
# In the order in which a visitor comes upon them; the interface takes a box, the page does not.
CASES = {
    "the page": "/register",
    "a deep page": f"/register?cursor={DEEP}",
    "a rare name": "/register?q=lamb+77",
    "no such name": "/register?q=zzzzq",
    "a borough": "/register?borough=E09000022",
    "a sector": "/register?sector=hotel",
    "three filters": "/register?q=lamb&borough=E09000022&sector=hotel",
    "a box around London": f"/api/charter/signatories?limit=25&bbox={LONDON}",
    "a box of a neighbourhood": "/api/charter/signatories?limit=25&bbox=-0.12,51.45,-0.11,51.47",
    "all four filters": f"/api/charter/signatories?limit=25&{ALL_FOUR}",
    "the map": "/register/map.svg",
}
BAR_MS = 50


def register(engine: str, url: str, folder: Path) -> tuple[list[Measured], list[str]]:
    """Every case on one engine, each asked ASKED times; and what the whole register as CSV takes of memory."""
    return asyncio.run(_register(engine, url, folder))


async def _register(engine: str, url: str, folder: Path) -> tuple[list[Measured], list[str]]:
    await upgrade(url)
    async with _service(url, folder) as http:
        await fill()
        health = await _times(http, "/healthz")
        measured = [await _measured(http, f"{engine}: {name}", path, health) for name, path in CASES.items()]
        grown_mb, sent_mb = await _exported()
    words = f"p95 of the register on {engine}: " + ", ".join(f"{_p95_ms(m.times_s):.0f}" for m in measured) + " ms"
    busy = f"{os.getloadavg()[0]:.1f} processes on {os.cpu_count()} cores"  # what others did to these times
    notes = [f"{words}; over {BAR_MS} ms: {', '.join(_slow(measured)) or 'none'}, beside {busy}"]
    return measured, [*notes, f"{engine}: CSV of the register, {sent_mb:.1f} MB sent, {grown_mb:.0f} MB more memory"]


@asynccontextmanager
async def _service(url: str, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The application as it is served, without a network between, so that the server alone is measured."""
    settings = settings_for(folder, url)
    app = create_app(settings, clock=MovableClock(), postman=Outbox(), photo_store=FolderPhotoStore(folder / "photos"))
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]  # Litestar types its ASGI more narrowly
    async with app.lifespan(), httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as http:
        yield http


async def _times(http: httpx.AsyncClient, path: str) -> list[float]:
    assert (await http.get(path)).status_code == 200, path
    times = []
    for _ in range(ASKED):
        began = time.perf_counter()
        await http.get(path)
        times.append(time.perf_counter() - began)
    return times


async def _measured(http: httpx.AsyncClient, name: str, path: str, health: list[float]) -> Measured:
    """Beside the same way through the application to a page that asks nothing."""
    cpu = time.process_time()
    times = await _times(http, path)
    return Measured(name, times, sum(times), time.process_time() - cpu, own_peak_mb(), len(health) / sum(health))


async def _exported() -> tuple[float, float]:
    """By how much memory grows at its highest while the whole register is sent, and how much is sent; in MB.

    Read piece by piece from the question itself: the client of these benchmarks would gather the whole answer.
    """
    Path("/proc/self/clear_refs").write_text("5")
    before, sent = _peak_mb(), 0
    async for piece in as_csv(lines(Sought())):
        sent += len(piece)
    return _peak_mb() - before, sent / 1e6


def _peak_mb() -> float:
    lines_of_status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines_of_status if line.startswith("VmHWM")) / 1024


def _slow(measured: list[Measured]) -> list[str]:
    return [one.name for one in measured if _p95_ms(one.times_s) > BAR_MS]


def _p95_ms(times_s: list[float]) -> float:
    return sorted(times_s)[int(len(times_s) * 0.95)] * 1000


def main() -> None:
    """Measure on SQLite, and on a PostgreSQL database given by its address; exit 1 where a line is over its bar."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--postgresql", metavar="URL", help="an empty database")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measured, notes = register("SQLite", f"sqlite:///{folder}/bench.sqlite3", Path(folder) / "s")
        if chosen.postgresql:
            lines_there, said = register("PostgreSQL", chosen.postgresql, Path(folder) / "p")
            measured, notes = measured + lines_there, notes + said
    print_report(measured, notes)
    sys.exit(bool(_slow(measured)))


if __name__ == "__main__":
    main()
