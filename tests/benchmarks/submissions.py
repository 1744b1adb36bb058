"""A stop with 11 factors and one 37 kB photo, durably acknowledged, at 1 and at 8 connections."""

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from audits.photos import paint
from tests.benchmarks.measure import Measured, cpu_of, peak_mb_of, timed
from tests.journeys.conftest import INSIDE, Pilot, open_programme
from tests.journeys.server import Server, free_port

STOPS = 240
PAINTED = 60
CORES = 2


def acknowledged_stops(engine: str, url: str, folder: Path, photo: Path) -> tuple[list[Measured], list[str]]:
    """Measure both numbers of connections against a real server, beside what Pillow and the disk take alone."""
    folder.mkdir()
    server = Server(folder, url, free_port())
    server.run("db", "upgrade")
    server.start()
    try:
        pilot = open_programme(server, 8)
        pillow_s = pillow_cpu_s(photo)
        raw = raw_rate(folder, photo, pillow_s)
        measured, notes = [], []
        run(pilot, photo, 8, 40)  # what is imported and planned once
        for connections in (1, 8):
            line, note = run(pilot, photo, connections, STOPS, engine=engine, pillow_s=pillow_s, raw=raw)
            measured.append(line)
            notes.append(note)
        return measured, notes
    finally:
        server.kill()


def run(
    pilot: Pilot, photo: Path, connections: int, stops: int, *, engine: str = "", pillow_s: float = 0, raw: float = 1
) -> tuple[Measured, str]:
    """One run of `stops` stops over so many connections."""
    assert pilot.server.process
    pid = pilot.server.process.pid
    tokens = [auditor["Authorization"].split()[1] for auditor in pilot.auditors[:connections]]
    order = {
        "port": pilot.server.port,
        "programme": pilot.programme,
        "where": INSIDE,
        "photo": str(photo),
        "tokens": tokens,
        "stops": stops // connections,
    }
    before = cpu_of(pid)
    words = [sys.executable, "-m", "tests.benchmarks.load"]
    done = subprocess.run(words, input=json.dumps(order), capture_output=True, text=True, check=True)
    cpu_s, found = cpu_of(pid) - before, json.loads(done.stdout)
    name = f"{engine}: stop and photo acknowledged, {connections} connection{'s' if connections > 1 else ''}"
    line = Measured(name, found["durations"], found["wall_s"], cpu_s, peak_mb_of(pid), raw)
    each_ms = 1000 * cpu_s / len(line.times_s)
    allowed = CORES / (cpu_s / len(line.times_s))
    note = (
        f"{name}: {each_ms:.1f} ms of CPU each, {1000 * pillow_s:.1f} of it Pillow's, {each_ms - 1000 * pillow_s:.1f} "
        f"beside it; {line.rate:.1f}/s is {line.rate / allowed:.2f} of what that CPU allows on two cores "
        f"(the client took {1000 * found['client_cpu_s'] / len(line.times_s):.1f} ms each)"
    )
    return line, note


def pillow_cpu_s(photo: Path) -> float:
    """The CPU that Pillow itself takes to paint this photo in both widths."""
    content = photo.read_bytes()
    paint(content, "image/jpeg")
    _, _, cpu_s = timed(lambda: paint(content, "image/jpeg"), PAINTED)
    return cpu_s / PAINTED


def raw_rate(folder: Path, photo: Path, pillow_s: float) -> float:
    """Stops a second that disk and Pillow allow alone: two durable files, two FULL commits, then the painting."""
    connection = sqlite3.connect(folder / "raw.sqlite3", isolation_level=None)
    connection.executescript("pragma journal_mode=wal; pragma synchronous=full; create table t (id text, body text);")
    content = photo.read_bytes()

    def one() -> None:
        for width in (b"large", b"small"):
            durable(folder / hashlib.sha256(content + width + os.urandom(8)).hexdigest(), content)
        for _ in range(2):
            connection.execute("begin immediate")
            connection.executemany("insert into t values (?, ?)", [(str(n), "lighting") for n in range(16)])
            connection.execute("commit")

    one()
    began = time.perf_counter()
    for _ in range(PAINTED):
        one()
    disk_s = (time.perf_counter() - began) / PAINTED
    connection.close()
    return 1 / (disk_s + pillow_s / CORES)


def durable(path: Path, content: bytes) -> None:
    """Write one file as the photo store must: temporary, fsync, rename, fsync of the folder."""
    temporary = path.with_suffix(".part")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)
    descriptor = os.open(path.parent, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
