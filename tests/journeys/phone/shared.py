"""One served programme and one browser for all the journeys of a module, each with a phone of its own."""

from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser, Playwright, async_playwright

from tests.journeys.conftest import CHROMIUM, HEADLESS, QUIET
from tests.journeys.phone.conftest import invite
from tests.journeys.server import Server, deployment
from tests.journeys.test_pages import AXE

PRESENT = CHROMIUM is not None and AXE.exists()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running server on the embedded database: which one it is makes no difference to a phone."""
    if not PRESENT:
        pytest.skip("Chromium or axe is not here: run `make system` and `make assets`.")
    folder = tmp_path_factory.mktemp("served")
    with deployment(folder, f"sqlite:///{folder}/data/night-safety.sqlite3") as server:
        server.run("db", "upgrade")
        server.start()
        yield server


@pytest.fixture(scope="module")
def code(served: Server) -> str:
    """The code of an invitation of many places to a programme there."""
    return invite(served)


@pytest.fixture(scope="module")
async def playwright() -> AsyncIterator[Playwright]:
    """Playwright, for as long as the module's journeys take."""
    async with async_playwright() as started:
        yield started


@pytest.fixture(scope="module")
async def browser(playwright: Playwright) -> AsyncIterator[Browser]:
    """One browser; a phone is a context of its own in it."""
    browser = await playwright.chromium.launch(executable_path=HEADLESS, args=QUIET)
    yield browser
    await browser.close()
