"""What the journeys of the phone share: a served programme, and phones that emulate one in Chromium."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from playwright.async_api import Browser, BrowserContext, Playwright, async_playwright

from tests.journeys.conftest import AREA, CHROMIUM, HEADLESS, QUIET, bearer
from tests.journeys.phone.hand import Hand, where
from tests.journeys.server import Server, deployment


@pytest.fixture
def served(tmp_path: Path, database_url: str) -> Iterator[Server]:
    """A running server."""
    with deployment(tmp_path, database_url) as server:
        server.start()
        yield server


@pytest.fixture
def code(served: Server) -> str:
    """The code of an invitation to a programme there."""
    return invite(served)


@pytest.fixture
async def playwright() -> AsyncIterator[Playwright]:
    """Playwright, where Debian's Chromium is."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not here: run `make system`.")
    async with async_playwright() as started:
        yield started


@pytest.fixture
async def browser(playwright: Playwright) -> AsyncIterator[Browser]:
    """A browser for phones that need not outlive it."""
    browser = await playwright.chromium.launch(executable_path=HEADLESS, args=QUIET)
    yield browser
    await browser.close()


@pytest.fixture
def snaps(tmp_path: Path) -> list[Path]:
    """Four small photos."""
    made = [tmp_path / f"{number}.jpg" for number in range(4)]
    for number, path in enumerate(made):
        Image.effect_noise((640, 480), 40 + number).convert("RGB").save(path)
    return made


def invite(server: Server) -> str:
    """A programme's invitation code."""
    lead = server.last_word("tokens", "create", "--role", "lead", "--name", "Lead")
    with httpx.Client(base_url=server.address, timeout=30, headers=bearer(lead)) as http:
        body = {"name": "Trial", "area": AREA, "width_m": None, "instrument_version": 1}
        dates = {"opens_on": "2026-01-01", "closes_on": "2099-12-31", "lead_body": None}
        programme = http.post("/api/programmes", json={**body, **dates}).json()["id"]
        places = {"places": 12, "expires_on": "2099-12-31"}
        return str(http.post(f"/api/programmes/{programme}/invitations", json=places).json()["code"])


async def phone_of(browser: Browser, playwright: Playwright, address: str, **settings: Any) -> Hand:
    """A hand on a new phone, with other settings of Playwright's where a journey needs them."""
    context = await browser.new_context(**emulated(playwright), **settings)
    await where(context)
    return Hand(await context.new_page(), address)


async def phone_in(folder: Path, playwright: Playwright) -> BrowserContext:
    """A phone whose storage outlives its browser."""
    context = await playwright.chromium.launch_persistent_context(
        folder, executable_path=CHROMIUM, args=QUIET, **emulated(playwright)
    )
    await where(context)
    return context


def emulated(playwright: Playwright) -> dict[str, Any]:
    """What tells a phone from a desk."""
    return {key: value for key, value in playwright.devices["Pixel 5"].items() if key != "default_browser_type"}
