"""`python -m tests.benchmarks.photographed`: all files of an edition of 60 stops and 40 photos, process and all.

Twelve women walk the same twelve stops on five nights and would rather not be at three of them. Every photo was taken
there or beside, has 1,600 pixels of noise (the worst that a JPEG can be), and was found publishable.
"""

import argparse
import asyncio
import io
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
from PIL import Image

from audits.photo_store.folder import FolderPhotoStore
from audits.photos import paint
from audits.tables import Photo
from geo.crs import Metres, to_degrees
from migrations.database import fetch, fetch_value, open_database
from tests.audits.builders import keep
from tests.benchmarks.__main__ import postgresql
from tests.benchmarks.evidence import NIGHT_SAFETY, PILOT, exported, lines, programme, run

PHOTOS, UNEASY, WALKED = 40, (4, 5, 6), 12
MIDDLE, APART_M = (538_000.0, 178_000.0), 40.0


def planted() -> Iterator[str]:
    """A pilot's walks, all along one street, each woman uneasy at the same stops of it."""
    chance = np.random.default_rng(7)
    east = MIDDLE[0] + APART_M * (np.arange(WALKED) - WALKED / 2)
    at = to_degrees(Metres(east, np.full(WALKED, MIDDLE[1])))
    for line in lines(MIDDLE, PILOT, seed=7, whole=True):
        found = json.loads(line)
        place = {stop["id"]: number for number, stop in enumerate(found["walk"]["stops"])}
        for number, stop in enumerate(found["walk"]["stops"]):
            stop["location"]["coordinates"] = [round(float(at.lon[number]), 6), round(float(at.lat[number]), 6)]
        for scored in (*found["walk"]["stops"], *found["responses"]):
            low = place[scored.get("stop_id", scored["id"])] in UNEASY
            scored["scores"] = {key: int(chance.integers(0, 2)) + (0 if low else 2) for key in scored["scores"]}
        yield json.dumps(found)


async def photographed(url: str, store: FolderPhotoStore) -> None:
    """Forty stored photos at the uneasy stops and their neighbours."""
    noise = np.random.default_rng(7)
    async with open_database(url):
        auditor = await fetch_value("select min(number) from auditor")
        stops = await fetch(
            "select stop.id, stop.walk, walk.id as walk_id, walk.programme from stop "
            "join walk on walk.number = stop.walk where stop.sequence between $1 and $2 order by stop.number",
            min(UNEASY),
            max(UNEASY) + 2,
        )
        blank = {column._meta.name: None for column in Photo._meta.columns if column._meta.null}
        for number in range(PHOTOS):
            stop = stops[number % len(stops)]
            page = io.BytesIO()
            Image.fromarray(noise.integers(0, 256, (1_200, 1_600, 3), dtype=np.uint8)).save(page, "JPEG", quality=80)
            painted = paint(page.getvalue(), "image/jpeg")
            facts = {
                "id": uuid4(),
                "auditor": auditor,
                "programme": stop["programme"],
                "walk": stop["walk"],
                "walk_id": stop["walk_id"],
                "stop_id": stop["id"],
                "caption": f"Under the arch, {number}",
                "state": "stored",
                "review": "publishable",
                "rendition_1600": await store.put(painted.large),
                "rendition_320": await store.put(painted.small),
            }
            await keep(Photo(**{**blank, **facts}))
        assert await fetch_value("select count(*) from walk where state <> 'received'") == 0


def measure(engine: str, url: str, folder: Path) -> None:
    """Print how long three editions in a row took, and what stands in one."""
    run(url, folder, NIGHT_SAFETY, "db", "upgrade")
    made = programme(url, folder, "pilot", MIDDLE, PILOT)
    (folder / "pilot.jsonl").write_text("".join(f"{line}\n" for line in planted()))
    run(url, folder, NIGHT_SAFETY, "import", "walks", str(folder / "pilot.jsonl"), "--programme", made, "--json")
    asyncio.run(photographed(url, FolderPhotoStore(folder / "photos")))
    for number in range(3):
        out = folder / f"out{number}"
        ran = exported(url, folder, [str(UUID(made))], str(out))
        files = {file.name: file.stat().st_size for file in sorted(out.rglob("*.*"))}
        print(f"{engine}: edition of 60 stops and {PHOTOS} photos, {ran.seconds:.1f} s, {ran.peak_mb:.0f} MB, {files}")


def main() -> None:
    """Measure on SQLite, and on PostgreSQL where it answers."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", choices=["sqlite", "postgresql"])
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if chosen.only != "postgresql":
            (there := Path(folder) / "s").mkdir()
            measure("SQLite", f"sqlite:///{there}/bench.sqlite3", there)
        if chosen.only != "sqlite":
            (there := Path(folder) / "p").mkdir()
            with postgresql() as url:
                measure("PostgreSQL", url, there)


if __name__ == "__main__":
    main()
