"""The same cast in every test: the service with a clock that tests move, its postman, and the people who use it."""

import re
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
from api.sessions.people import create_person
from api.sessions.queries import Who
from api.sessions.tokens import create_token
from api.sessions.totp import code_at
from api.settings import Settings, secret_key, settings_from
from api.worker import Tools, send_letters, write_links
from audits.photo_store.folder import FolderPhotoStore
from migrations.sealing import Seal, hash_token, new_token

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
    browsers: list[httpx.AsyncClient] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)  # of the staff's second factors, by address

    @property
    def tools(self) -> Tools:
        """What the chores work with; a test does them when it wants them done."""
        state = self.app.state
        return Tools(
            clock=self.clock,
            postman=self.outbox,
            photo_store=self.photo_store,
            seal=state.seal,
            base_url=self.settings.base_url,
        )

    def browser(self) -> httpx.AsyncClient:
        """A browser that keeps cookies and tells where its forms come from; it is closed after the test."""
        headers = {"Accept": "text/html,application/xhtml+xml;q=0.9", "Origin": self.settings.base_url}
        transport = httpx.ASGITransport(app=self.app)  # type: ignore[arg-type]  # Litestar types its ASGI more narrowly
        browser = httpx.AsyncClient(transport=transport, base_url=self.settings.base_url, headers=headers)
        self.browsers.append(browser)
        return browser

    async def link_to(self, email: str, browser: httpx.AsyncClient, *, next: str = "") -> str:
        """The token in the letter that follows upon asking to sign in."""
        asked = await browser.post("/sign-in", data={"email": email, "next": next})
        assert asked.status_code == 303, asked.text
        await write_links(self.tools)
        await send_letters(self.tools)
        found = re.search(r"/sign-in/confirm#([\w-]+)", self.outbox.letters[-1].text)
        assert found, f"no letter to sign in by was written to {email}"
        assert self.outbox.letters[-1].to == email
        return found[1]

    async def signs_in(self, email: str) -> httpx.AsyncClient:
        """The browser of somebody who asked for a link, got the letter, and followed it."""
        browser = self.browser()
        code = await self.link_to(email, browser)
        answer = await browser.post("/sign-in/confirm", data={"code": code})
        assert answer.status_code == 303, answer.text
        return browser

    async def staff_browser(self, role: str) -> httpx.AsyncClient:
        """The browser of a new person of the staff who has signed in and set up her second factor."""
        email = f"{role}{len(self.browsers)}@staff.example"
        who = Who(name=f"Some {role}", email=email)
        await create_person(who, roles=[role], by="a test", desk=self.tools.desk())
        browser = await self.signs_in(email)
        page = (await browser.get("/sign-in/second-factor")).text
        found = re.search(r'id="key">([A-Z2-7 ]+)<', page)
        assert found, page
        self.keys[email] = found[1].replace(" ", "")
        data = {"code": code_at(self.keys[email], now=self.clock())}
        answer = await browser.post("/sign-in/second-factor", data=data)
        assert answer.status_code == 200, answer.text
        return browser

    async def staff(self, role: str, name: str = "") -> dict[str, str]:
        """The Authorization header of a new program token with `role`."""
        token = new_token()
        await create_token(id=uuid4(), role=role, name=name or role, token_hash=hash_token(token), now=self.clock())
        return {"Authorization": f"Bearer {token}"}


def settings_for(tmp_path: Path, database_url: str, **more: str) -> Settings:
    """Settings of a trial in `tmp_path`."""
    chosen = {"DATA_DIR": str(tmp_path / "data"), "DATABASE_URL": database_url, "LIMITS": "off", **more}
    return settings_from({f"NIGHT_SAFETY_{name}": value for name, value in chosen.items()})


# Routing is read once a process, which takes longer than most tests; what the application stands on is in its state.
APPS: list[Litestar] = []


def application(settings: Settings, clock: MovableClock, outbox: Outbox, store: FolderPhotoStore) -> Litestar:
    """The application, standing on what this test gives it."""
    if not APPS:
        APPS.append(create_app(settings, clock=clock, postman=outbox, photo_store=store))
    seal = Seal(secret_key(settings))
    APPS[0].state.update({"settings": settings, "seal": seal, "clock": clock, "photo_store": store})
    return APPS[0]


@pytest.fixture
async def service(tmp_path: Path, database_url: str) -> AsyncIterator[Service]:
    """The whole application on a fresh database, without chores in the background."""
    settings, clock, outbox = settings_for(tmp_path, database_url), MovableClock(), Outbox()
    store = FolderPhotoStore(tmp_path / "data" / "photos")
    app = application(settings, clock, outbox, store)
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]  # Litestar types its ASGI more narrowly
    async with app.lifespan(), httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as http:
        made = Service(app, http, settings, clock, outbox, store)
        yield made
        for browser in made.browsers:
            await browser.aclose()


async def ok(answer: httpx.Response, status: int = 200) -> Any:
    """The JSON of an answer that must have come with `status`; else the test fails with its body."""
    assert answer.status_code == status, answer.text
    return answer.json()
