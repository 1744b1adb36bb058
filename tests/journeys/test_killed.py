"""Acknowledged is durable: the server is killed while phones submit, and nothing it acknowledged is lost or doubled."""

import asyncio
import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from migrations.database import fetch, fetch_value, open_database
from tests.journeys.conftest import INSIDE, Pilot
from tests.journeys.walks import Picture, picture, stop, walk

KILLS = 10
PHONES = 4
BETWEEN_KILLS_S = 1.2


@contextmanager
def submitting(phones: list["Phone"]) -> Iterator[None]:
    """Let the phones submit, each in a thread of its own, and stop them whatever happens."""
    threads = [threading.Thread(target=phone.run, daemon=True) for phone in phones]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for phone in phones:
            phone.stopped.set()
        for thread in threads:
            thread.join(timeout=20)


@dataclass
class Phone:
    """One auditor's phone, which sends walks with a photo each and notes what was acknowledged."""

    pilot: Pilot
    auditor: dict[str, str]
    photo: bytes
    walks: list[str] = field(default_factory=list)
    photos: list[str] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Submit until stopped; each request is sent again, as it is, until somebody answers it."""
        while not self.stopped.is_set():
            now = datetime.now(UTC).isoformat()
            mine = picture(self.photo + uuid4().bytes)
            visited = stop(1, at=now, where=INSIDE)
            body = walk(
                self.pilot.programme,
                [visited],
                started=now,
                ended=now,
                leg="light",
                photos=[mine.in_manifest(visited["id"])],
            )
            self._submit(str(uuid4()), body, mine)

    def _submit(self, walk_id: str, body: dict[str, Any], mine: Picture) -> None:
        if self._insist("PUT", f"/api/walks/{walk_id}", json=body):
            self.walks.append(walk_id)
        if self._insist("PUT", f"/api/photos/{mine.id}", content=mine.content, headers=mine.headers):
            self.photos.append(mine.id)

    def _insist(self, method: str, path: str, headers: dict[str, str] | None = None, **request: Any) -> bool:
        while not self.stopped.is_set():
            try:
                url = self.pilot.server.address + path
                answer = httpx.request(method, url, headers=self.auditor | (headers or {}), timeout=10, **request)
            except httpx.TransportError:
                time.sleep(0.05)
                continue
            assert answer.status_code in (200, 201), answer.text
            return True
        return False


def jpeg(shared_data: Path) -> bytes:
    """A small real photo; bytes after a JPEG's end are allowed, so each sending can differ."""
    return (shared_data / "photos/makes/Canon_40D.jpg").read_bytes()


async def kept(url: str, phones: list[Phone], photo_folder: Path) -> dict[str, int]:
    """What the database and the store hold, counted against what was acknowledged."""
    walks, photos = {w for p in phones for w in p.walks}, {f for p in phones for f in p.photos}
    async with open_database(url):
        stored = [str(row["id"]) for row in await fetch("select id from walk")]
        rows = await fetch("select id, rendition_1600, rendition_320 from photo where state = 'stored'")
        stops = await fetch_value("select count(*) from stop")
    files = {path.name: path for path in photo_folder.rglob("*") if path.is_file()}
    named = [row[width] for row in rows for width in ("rendition_1600", "rendition_320")]
    broken = [name for name in named if name not in files or sha256(files[name]) != name]
    return {
        "walks lost": len(walks - set(stored)),
        "walks doubled": len(stored) - len(set(stored)),
        "stops beside their walks": stops - len(stored),
        "photos lost": len(photos - {str(row["id"]) for row in rows}),
        "photos doubled": len(rows) - len({row["id"] for row in rows}),
        "rows without their file": len(broken),
    }


def sha256(path: Path) -> str:
    """The name a content-addressed file must have."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_ten_kills_lose_nothing_acknowledged(pilot: Pilot, shared_data: Path) -> None:
    """kill -9 while four phones submit, ten times over; then everything acknowledged is there, once, with its file."""
    phones = [Phone(pilot, auditor, jpeg(shared_data)) for auditor in pilot.auditors]
    with submitting(phones):
        for _ in range(KILLS):
            time.sleep(BETWEEN_KILLS_S)
            pilot.server.kill()
            pilot.server.start()
    pilot.server.kill()
    found = asyncio.run(kept(pilot.server.database_url, phones, pilot.server.data_dir / "photos"))

    assert sum(len(phone.walks) for phone in phones) > KILLS * PHONES
    assert set(found.values()) == {0}, found
