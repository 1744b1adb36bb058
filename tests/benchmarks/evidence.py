"""`python -m tests.benchmarks.evidence`: old audits in, hotspots of a million scores, editions of a pilot and a London.

A London is four programmes of 25,000 stops each, with eleven group scores and five responses a stop, brought in by
`night-safety import walks`; then as many stops again with nothing but feeling, which make a million scores of it. Each
step is a process of its own, so that its peak memory is its own. `--only sqlite` or `postgresql`, and `--small`.
"""

import argparse
import asyncio
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import numpy as np

from audits.instrument import VERSION_1
from audits.queries import OPERATOR
from audits.reports.queries import HotspotsAsked, hotspots
from geo.crs import Metres, to_degrees
from geo.shapes import Point, from_metres, in_metres, to_geojson
from migrations.database import open_database
from tests.benchmarks.__main__ import postgresql

GROUP = [factor.key for factor in VERSION_1.factors if factor.mode == "group"]
PERSONAL = [factor.key for factor in VERSION_1.factors if factor.mode == "personal"]
NIGHT_SAFETY = str(Path(sys.executable).parent / "night-safety")
WOMEN, WOMEN_A_WALK, STOPS_A_WALK, APART_M, RADIUS_M = 60, 5, 10, 60.0, 1_500.0
MIDDLES = ((526_000, 178_000), (532_000, 178_000), (526_000, 184_000), (532_000, 184_000))
FIRST_NIGHT = date(2025, 10, 1)


@dataclass(frozen=True)
class Size:
    """How many stops a programme has; `pilot` is a programme of 12 women and 5 walks."""

    stops: int
    women: int = WOMEN
    a_walk: int = WOMEN_A_WALK
    a_leg: int = STOPS_A_WALK
    radius_m: float = RADIUS_M
    nights: int = 200


PILOT = Size(60, women=12, a_walk=12, a_leg=12, radius_m=350.0, nights=5)


def lines(middle: tuple[float, float], size: Size, seed: int, *, whole: bool) -> Iterator[str]:
    """Walks as `import walks` takes them; not `whole`: with nothing but feeling."""
    chance = np.random.default_rng(seed)
    for walk in range(size.stops // size.a_leg):
        yield json.dumps(_line(middle, size, walk, chance, whole))


def _line(middle: tuple[float, float], size: Size, walk: int, chance: Any, whole: bool) -> dict[str, Any]:
    began = datetime.combine(FIRST_NIGHT + timedelta(days=walk % size.nights), datetime.min.time(), UTC)
    began += timedelta(hours=22)
    angle, away = chance.uniform(0, 2 * math.pi), size.radius_m * 0.8 * math.sqrt(chance.uniform())
    turn = chance.uniform(0, 2 * math.pi)
    steps = APART_M * np.arange(size.a_leg) - APART_M * size.a_leg / 2
    edge = size.radius_m * 0.7
    east = middle[0] + (away * math.cos(angle) + steps * math.cos(turn)).clip(-edge, edge)
    north = middle[1] + (away * math.sin(angle) + steps * math.sin(turn)).clip(-edge, edge)
    at = to_degrees(Metres(east, north))
    walk_id = str(UUID(int=int(chance.integers(1 << 62)) | walk << 64, version=4))
    stops = [_stop(n, at.lon[n], at.lat[n], began, chance, whole) for n in range(size.a_leg)]
    who = chance.permutation(size.women)[: size.a_walk].tolist()
    body = {
        "id": walk_id,
        "programme_id": "00000000-0000-4000-8000-000000000000",
        "instrument_version": 1,
        "leg": "dark",
        "started_at": began.isoformat(),
        "ended_at": (began + timedelta(minutes=6 * size.a_leg + 5)).isoformat(),
        "client_sent_at": (began + timedelta(hours=3)).isoformat(),
        "group_size": size.a_walk,
        "cut_short": False,
        "stops": stops,
        "photos": [],
    }
    return {"walk": body, "responses": [_response(walk_id, s["id"], w, chance, whole) for s in stops for w in who]}


def _stop(n: int, lon: float, lat: float, began: datetime, chance: Any, whole: bool) -> dict[str, Any]:
    scores = dict(zip(GROUP, chance.integers(0, 4, len(GROUP)).tolist(), strict=True)) if whole else {}
    return {
        "id": str(uuid4()),
        "sequence": n + 1,
        "observed_at": (began + timedelta(minutes=6 * n + 4)).isoformat(),
        "accuracy_m": 6.0,
        "location": {"type": "Point", "coordinates": [round(float(lon), 6), round(float(lat), 6)]},
        "scores": scores,
        "presence": {"police": False, "security": bool(n % 3 == 0), "staff": False, "cctv_sign": True},
        "causes": ["glare"] if n == 3 else [],
        "note": "Lamp out by the arch" if whole and n == 4 else None,
        "note_flagged": False,
    }


def _response(walk_id: str, stop_id: str, woman: int, chance: Any, whole: bool) -> dict[str, Any]:
    asked = PERSONAL if whole else ["feeling"]
    return {
        "id": str(uuid4()),
        "auditor": f"woman {woman}",
        "walk_id": walk_id,
        "stop_id": stop_id,
        "scores": dict(zip(asked, chance.integers(0, 4, len(asked)).tolist(), strict=True)),
        "presence_effect": {"security": "safer"} if whole else {},
        "causes": [],
        "note": None,
        "note_flagged": False,
    }


@dataclass(frozen=True)
class Ran:
    """A process that ended well: what it printed, its seconds and its peak memory in megabytes."""

    out: str
    seconds: float
    peak_mb: float


def run(url: str, folder: Path, *words: str) -> Ran:
    """Run a command against the database of `url`."""
    environment = {**os.environ, "NIGHT_SAFETY_DATABASE_URL": url, "NIGHT_SAFETY_DATA_DIR": str(folder)}
    began = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(words, env=environment, stdout=out)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        said = out.read().decode()
    assert process.returncode == 0, (words, said)
    return Ran(said, time.perf_counter() - began, used.ru_maxrss / 1024)


def programme(url: str, folder: Path, name: str, middle: tuple[float, float], size: Size) -> str:
    """The id of a new programme: a disc around its middle."""
    area = folder / f"{name}.geojson"
    area.write_text(json.dumps(to_geojson(from_metres(in_metres(from_metres(Point(middle))).buffer(size.radius_m)))))
    return run(url, folder, NIGHT_SAFETY, "programmes", "create", "--name", name, "--area", str(area)).out.split()[-1]


def brought_in(
    url: str, folder: Path, name: str, middle: tuple[float, float], size: Size, *, whole: bool
) -> tuple[str, Ran]:
    """A programme with its walks, and how the import ran."""
    made = programme(url, folder, name, middle, size)
    file = folder / f"{name}.jsonl"
    with file.open("w") as page:
        page.writelines(f"{line}\n" for line in lines(middle, size, abs(hash(name)) % 1000, whole=whole))
    return made, run(url, folder, NIGHT_SAFETY, "import", "walks", str(file), "--programme", made, "--json")


def exported(url: str, folder: Path, ids: list[str], out: str) -> Ran:
    """All files of an edition of those programmes."""
    chosen = [word for each in ids for word in ("--programme", each)]
    options = ("--audience", "gla", "--title", "London", "--out", out, "--json")
    return run(url, folder, NIGHT_SAFETY, "export", *chosen, *options)


def asked(url: str, folder: Path, programme_id: str | None = None) -> Ran:
    """Hotspots of feeling, in a process of their own that prints the seconds after it was up."""
    words = ["--child", programme_id] if programme_id else ["--child", "all"]
    return run(url, folder, sys.executable, "-m", "tests.benchmarks.evidence", *words)


async def _child(url: str, which: str) -> None:
    wanted = HotspotsAsked(factor="feeling", programme_id=None if which == "all" else UUID(which))
    async with open_database(url, statement_timeout_s=600):
        times = []
        for _ in range(1 if which == "all" else 20):
            began = time.perf_counter()
            found = await hotspots(wanted, caller=OPERATOR)
            times.append(time.perf_counter() - began)
    print(f"{min(times):.3f} s at best, {sorted(times)[len(times) // 2]:.3f} s median, {len(found['features'])} cells")


def measure(engine: str, url: str, folder: Path, size: Size) -> None:
    """Print every figure of one engine."""

    def tell(what: str, said: str, ran: Ran) -> None:
        print(f"{engine}: {what}: {said}, {ran.peak_mb:.0f} MB", flush=True)

    run(url, folder, NIGHT_SAFETY, "db", "upgrade")
    pilot, _ = brought_in(url, folder, "pilot", (538_000, 178_000), PILOT, whole=True)
    tell("hotspots of a pilot, 12 women and 5 walks", (ran := asked(url, folder, pilot)).out.strip(), ran)
    ran = exported(url, folder, [pilot], str(folder / "pilot"))
    tell("edition of a pilot of 60 stops, process and all", f"{ran.seconds:.1f} s", ran)
    ids = []
    for number, middle in enumerate(MIDDLES):
        made, ran = brought_in(url, folder, f"p{number}", middle, size, whole=True)
        ids.append(made)
        tell("import walks", f"{size.stops / ran.seconds:,.0f} stops a second", ran)
    ran = asked(url, folder, ids[0])
    tell(f"hotspots of {size.stops * WOMEN_A_WALK:,} scores", ran.out.strip(), ran)
    ran = exported(url, folder, ids, str(folder / "london"))
    tell(f"edition of {4 * size.stops:,} stops", f"{ran.seconds:.1f} s", ran)
    for number, middle in enumerate(MIDDLES):
        brought_in(url, folder, f"q{number}", middle, size, whole=False)
    ran = asked(url, folder)
    tell(f"hotspots of {8 * size.stops * WOMEN_A_WALK:,} scores of all programmes", ran.out.strip(), ran)


def main() -> None:
    """Measure on SQLite, and on PostgreSQL where it answers."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", choices=["sqlite", "postgresql"])
    options.add_argument("--small", action="store_true", help="a twentieth of London")
    options.add_argument("--child", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.child:
        asyncio.run(_child(os.environ["NIGHT_SAFETY_DATABASE_URL"], chosen.child))
        return
    size = Size(1_250 if chosen.small else 25_000)
    with tempfile.TemporaryDirectory() as folder:
        if chosen.only != "postgresql":
            (there := Path(folder) / "s").mkdir()
            measure("SQLite", f"sqlite:///{there}/bench.sqlite3", there, size)
        if chosen.only != "sqlite":
            (there := Path(folder) / "p").mkdir()
            with postgresql() as url:
                measure("PostgreSQL", url, there, size)


if __name__ == "__main__":
    main()
