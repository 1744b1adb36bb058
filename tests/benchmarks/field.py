"""`python -m tests.benchmarks.field`: a night of many walks, and the server's memory under the largest photos.

500 walks of 20 stops and 4 photos of 1600 pixels from 12 programmes, by 8 phones at once: every walk that was
acknowledged is complete afterwards, and the 99th percentile of a walk's PUT. Then six photos of 15 MB at once: how far
the server's own memory grows; they are decoded in its children.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from io import BytesIO
from pathlib import Path
from statistics import median

import httpx
from PIL import Image

from audits.photos import MAX_PHOTO_BYTES
from tests.benchmarks.measure import process_tree
from tests.journeys.conftest import INSIDE, Pilot, open_programme
from tests.journeys.server import Server, free_port
from tests.journeys.walks import picture, stop, walk

PHONES, AT_ONCE = 8, 6
TARGET_P99_MS, TARGET_GROWTH_MB = 250, 60


def night(server: Server, folder: Path, *, walks: int, programmes: int) -> str:
    """Hand in so many walks; raises where an acknowledged one is not complete."""
    pilots = [open_programme(server, PHONES) for _ in range(programmes)]
    (folder / "photo.jpg").write_bytes(a_photo(1600, 1200))
    order = {
        "port": server.port,
        "programmes": [[one.programme, [who["Authorization"].split()[1] for who in one.auditors]] for one in pilots],
        "where": INSIDE,
        "photo": str(folder / "photo.jpg"),
        "phones": PHONES,
        "walks": walks,
        "stops": 20,
        "photos": 4,
    }
    words = [sys.executable, "-m", "tests.benchmarks.walking"]
    done = subprocess.run(words, input=json.dumps(order), capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert found["lost"] == [], f"{len(found['lost'])} are not complete: {found['lost'][:8]}"
    told = ", ".join(
        f"{what} p50 {1000 * median(times):.0f} p99 {1000 * p99(times):.0f} ms"
        for what, times in found["durations"].items()
    )
    return (
        f"{walks} walks of 20 stops and 4 photos by {PHONES} phones in {found['wall_s']:.0f} s, all complete; {told} "
        f"(the bar is {TARGET_P99_MS} ms for the p99 of a walk)"
    )


def largest_photos(server: Server) -> str:
    """Send six photos of 15 MB at once, and watch the server's own memory."""
    pilot, photo = open_programme(server, AT_ONCE), a_photo(4000, 3000)
    photo += b"\0" * (MAX_PHOTO_BYTES - 16 - len(photo))
    assert server.process is not None
    send_at_once(pilot, [a_photo(400, 300)] * AT_ONCE)  # what is imported and started once
    before = memory_mb(server.process.pid)
    peak, stop_watching = [before], threading.Event()
    watching = threading.Thread(target=watch, args=(server.process.pid, peak, stop_watching))
    watching.start()
    send_at_once(pilot, [photo] * AT_ONCE)
    stop_watching.set()
    watching.join()
    return (
        f"{AT_ONCE} photos of {len(photo) / 1e6:.1f} MB at once: the server grew from {before:.0f} MB by "
        f"{max(peak) - before:.0f} MB (the bar is {TARGET_GROWTH_MB})"
    )


def send_at_once(pilot: Pilot, photos: list[bytes]) -> None:
    """One walk with one photo by each auditor, the photos at once."""
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    threads = []
    for auditor, content in zip(pilot.auditors, photos, strict=True):
        mine, visited = picture(content + random.randbytes(16)), stop(1, at=now, where=INSIDE)
        body = walk(pilot.programme, [visited], started=now, ended=now, leg="light")
        body["photos"] = [mine.in_manifest(visited["id"])]
        url = f"{pilot.server.address}/api/walks/{mine.id}"
        assert httpx.put(url, json=body, headers=auditor, timeout=60).status_code == 201
        threads.append(threading.Thread(target=put, args=(pilot, mine, auditor)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def put(pilot: Pilot, mine: object, auditor: dict[str, str]) -> None:
    """Send a photo until it is taken; a busy darkroom asks to come again."""
    url = f"{pilot.server.address}/api/photos/{mine.id}"  # type: ignore[attr-defined]
    while True:
        answer = httpx.put(url, content=mine.content, headers=auditor | mine.headers, timeout=120)  # type: ignore[attr-defined]
        if answer.status_code != 503:
            assert answer.status_code == 201, answer.text
            return
        time.sleep(1)


def watch(pid: int, peak: list[float], stop_watching: threading.Event) -> None:
    """Note the memory of the server every few milliseconds."""
    while not stop_watching.wait(0.01):
        peak.append(memory_mb(pid))


def memory_mb(server: int) -> float:
    """What the server's processes have in memory now, in megabytes, but for the children that decode photos."""
    return sum(resident_kb(pid) for pid in process_tree(server) if not decodes(pid)) / 1000


def decodes(pid: int) -> bool:
    """Whether a process is one of the darkroom's children."""
    try:
        return b"audits.darkroom" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return True


def resident_kb(pid: int) -> int:
    """What one process has in memory now."""
    try:
        return int(Path(f"/proc/{pid}/status").read_text().partition("VmRSS:")[2].split()[0])
    except (OSError, IndexError):
        return 0


def a_photo(width: int, height: int) -> bytes:
    """A picture with as much detail as a street at night has grain."""
    grain = Image.frombytes("L", (width // 4, height // 4), random.Random(1).randbytes(width // 4 * (height // 4)))
    out = BytesIO()
    grain.resize((width, height)).convert("RGB").save(out, "JPEG", quality=85)
    return out.getvalue()


def p99(times: list[float]) -> float:
    """The 99th percentile."""
    return sorted(times)[min(len(times) - 1, int(len(times) * 0.99))]


def main() -> None:
    """Measure both on a fresh SQLite database, or on the empty one named."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--walks", type=int, default=500)
    options.add_argument("--programmes", type=int, default=12)
    options.add_argument("--database", help="An empty database's address; by default SQLite in a temporary folder.")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = Server(folder, chosen.database or f"sqlite:///{folder / 'bench.sqlite3'}", free_port())
        server.run("db", "upgrade")
        server.start()
        try:
            print(largest_photos(server), flush=True)
            print(night(server, folder, walks=chosen.walks, programmes=chosen.programmes), flush=True)
        finally:
            server.kill()


if __name__ == "__main__":
    main()
