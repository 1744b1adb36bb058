"""The server that phones sync to: it can be killed and started again, and asked what it holds for a programme."""

import asyncio
from collections.abc import Awaitable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import httpx
import msgspec

from api.app import create_app
from audits.photo_store.folder import FolderPhotoStore
from migrations.database import fetch
from tests.audits.builders import BRIXTON
from tests.people import MovableClock, Outbox, Service, settings_for

Answer = TypeVar("Answer")
Rows = list[tuple[Any, ...]]

# Everything that a sync leaves behind for a programme, but for when it came and under which row's number.
HELD = {
    "walk": "select walk.id, auditor.id, walk.state, leg, started_at, ended_at, night_of, dark, cut_short_reason, "
    "clock_offset_s from walk left join auditor on auditor.number = walk.auditor where walk.programme = $1",
    "problem": "select walk.id, code from walk_problem join walk on walk.number = walk_problem.walk "
    "where walk.programme = $1",
    "stop": "select stop.id, walk.id, stop.sequence, stop.easting_m, stop.northing_m, stop.note, stop.causes from stop "
    "join walk on walk.number = stop.walk where stop.programme = $1",
    "group score": "select stop.id, factor, value, answer from group_score join stop on stop.number = group_score.stop "
    "where group_score.programme = $1",
    "response": "select response.id, auditor.id, walk_id, stop_id, held_until is null from response "
    "join auditor on auditor.number = response.auditor "
    "join membership on membership.auditor = auditor.number where membership.programme = $1",
    "personal score": "select response.id, factor, value from personal_score "
    "join response on response.number = personal_score.response where personal_score.programme = $1",
    "photo": "select photo.id, photo.walk_id, photo.stop_id, photo.state, photo.sha256, rendition_1600, rendition_320 "
    "from photo join membership on membership.auditor = photo.auditor where membership.programme = $1",
    "revision": "select walk.id, walk_revision.sealed from walk_revision join walk on walk.number = walk_revision.walk "
    "where walk.programme = $1",
}


@dataclass
class Killable:
    """The application in this process, on an event loop of its own: killed, its requests end where they are."""

    url: str
    folder: Path
    clock: MovableClock = field(default_factory=MovableClock)
    _runner: asyncio.Runner = field(default_factory=asyncio.Runner)

    def __post_init__(self) -> None:
        settings, store = settings_for(self.folder, self.url), FolderPhotoStore(self.folder / "photos")
        self.app = create_app(settings, clock=self.clock, postman=Outbox(), photo_store=store)
        transport = httpx.ASGITransport(app=self.app)  # type: ignore[arg-type]  # Litestar types its ASGI more narrowly
        self.http = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000")
        self.service = Service(self.app, self.http, settings, self.clock, Outbox(), store)
        self.start()

    def run(self, coroutine: Coroutine[Any, Any, Answer]) -> Answer:
        """Do something to its end."""
        return self._runner.run(coroutine)

    def start(self) -> None:
        """Open the database and the darkroom."""
        self.run(self._start())

    def stop(self) -> None:
        """Close them."""
        self.run(self._stop())

    def end(self) -> None:
        """Close everything."""
        self.stop()
        self.run(self.http.aclose())
        self._runner.close()

    def killed_during(self, request: Coroutine[Any, Any, Any], steps: int) -> None:
        """Kill it so many turns of its loop into a request, and start it again."""
        self.run(_cut_short(request, steps))
        self.stop()
        self.start()

    def held(self, programme_id: str) -> dict[str, Rows]:
        """What it holds for a programme, in the order of its content."""
        return self.run(self._held(UUID(programme_id)))

    async def _start(self) -> None:
        started, self._over = asyncio.Event(), asyncio.Event()
        # A lifespan ends in the task that began it, and each run of the loop is a task of its own.
        self._life = asyncio.create_task(self._live(started))
        await started.wait()

    async def _live(self, started: asyncio.Event) -> None:
        async with self.app.lifespan():
            started.set()
            await self._over.wait()

    async def _stop(self) -> None:
        self._over.set()
        await self._life

    async def _held(self, programme_id: UUID) -> dict[str, Rows]:
        (programme,) = await fetch("select number from programme where id = $1", programme_id)
        rows = {
            what: [tuple(row.values()) for row in await fetch(_named(sql), programme["number"])]
            for what, sql in HELD.items()
        }
        rows["revision"] = [(walk, self._opened(walk, sealed)) for walk, sealed in rows["revision"]]
        return rows

    def _opened(self, walk: UUID, sealed: bytes) -> str:
        place = {"table": "walk_revision", "column": "sealed", "row": str(walk)}
        content = msgspec.json.decode(self.app.state.seal.open(sealed, **place))
        return str(content["cut_short_reason"])

    async def programme(self, lead: dict[str, str], places: int) -> tuple[str, list[dict[str, Any]]]:
        """A new programme, and what each of so many phones was given when it joined."""
        dates = {"opens_on": "2026-10-01", "closes_on": "2026-12-31"}
        body = {"name": "Brixton", "area": BRIXTON, "instrument_version": 1, **dates}
        made = (await self.http.post("/api/programmes", json=body, headers=lead)).json()["id"]
        places_ = {"places": places, "expires_on": "2026-12-31"}
        invited = await self.http.post(f"/api/programmes/{made}/invitations", json=places_, headers=lead)
        code = {"code": invited.json()["code"]}
        joined = [(await self.http.post("/api/invitations/redeem", json=code)).json() for _ in range(places)]
        return made, joined


def _named(sql: str) -> str:
    """Each column under a name of its own, so that two called id stay two."""
    columns, _, rest = sql.removeprefix("select ").partition(" from ")
    named = ", ".join(f"{column.strip()} as c{place}" for place, column in enumerate(columns.split(",")))
    return f"select {named} from {rest}"


async def _cut_short(request: Awaitable[Any], steps: int) -> None:
    task = asyncio.ensure_future(request)
    for _ in range(steps):
        await asyncio.sleep(0.0005)
    task.cancel()
    with suppress(asyncio.CancelledError, Exception):
        await task
