"""The same cast in every test: the service with a clock that tests move, its postman, and the people who use it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from litestar import Litestar

from api.app import create_app
from api.postman import Letter
from api.settings import Settings, settings_from
from api.tokens import create_token
from audits.photo_store import FolderPhotoStore
from migrations.sealing import hash_token, new_token

TONIGHT = datetime(2026, 10, 25, 9, 0, tzinfo=UTC)  # the morning after the walks of the clock change


@dataclass
class MovableClock:
    """The present, as a test wants it."""

    present: datetime = TONIGHT

    def __call__(self) -> datetime:
        return self.present

    def move(self, **by: float) -> None:
        """Let time pass: `move(days=30)`."""
        self.present += timedelta(**by)


@dataclass
class Outbox:
    """A postman who keeps what he was given; `broken` makes him fail as a dead mail server does."""

    letters: list[Letter] = field(default_factory=list)
    broken: bool = False

    async def send(self, letter: Letter) -> None:
        """Take one letter."""
        if self.broken:
            raise ConnectionRefusedError("the mail server is down")
        self.letters.append(letter)


@dataclass
class Service:
    """The application under test, spoken to over ASGI as a client would."""

    app: Litestar
    http: httpx.AsyncClient
    settings: Settings
    clock: MovableClock
    outbox: Outbox
    photo_store: FolderPhotoStore

    async def staff(self, role: str, name: str = "") -> dict[str, str]:
        """The Authorization header of a new program token with `role`."""
        token = new_token()
        await create_token(id=uuid4(), role=role, name=name or role, token_hash=hash_token(token), now=self.clock())
        return {"Authorization": f"Bearer {token}"}


def settings_for(tmp_path: Path, database_url: str, **more: str) -> Settings:
    """Settings of a trial in `tmp_path`."""
    chosen = {"DATA_DIR": str(tmp_path / "data"), "DATABASE_URL": database_url, "LIMITS": "off", **more}
    return settings_from({f"NIGHT_SAFETY_{name}": value for name, value in chosen.items()})


@pytest.fixture
async def service(tmp_path: Path, database_url: str) -> AsyncIterator[Service]:
    """The whole application on a fresh database, without chores in the background."""
    settings, clock, outbox = settings_for(tmp_path, database_url), MovableClock(), Outbox()
    store = FolderPhotoStore(tmp_path / "data" / "photos")
    app = create_app(settings, clock=clock, postman=outbox, photo_store=store)
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]  # Litestar types its ASGI more narrowly
    async with app.lifespan(), httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as http:
        yield Service(app, http, settings, clock, outbox, store)


async def ok(answer: httpx.Response, status: int = 200) -> Any:
    """The JSON of an answer that must have come with `status`; else the test fails with its body."""
    assert answer.status_code == status, answer.text
    return answer.json()
