"""The browser and the served service that journeys take, and the front door by keyboard."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.journeys.server import Server, deployment

AXE = Path(__file__).parents[2] / "api/pages/node_modules/axe-core/axe.min.js"
WIDTHS = (360, 1280)
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
# What axe finds wrong alone: all that it finds right is a megabyte, which takes longer to hand over than to find.
FAULTS = """async rules => (await axe.run({runOnly: rules, resultTypes: ['violations']})).violations
    .map(fault => [fault.id, fault.nodes[0].html])"""


@pytest.fixture
async def browser(chromium: Browser) -> AsyncIterator[Browser]:
    """The module's Chromium, in which nothing of the journey before is left."""
    if not AXE.exists():
        pytest.skip("axe is not here: run `make assets`.")
    yield chromium
    for context in chromium.contexts:
        await context.close()


@pytest.fixture
def served(tmp_path: Path, database_url: str) -> Iterator[Server]:
    """A running server with nothing in it."""
    with deployment(tmp_path, database_url) as server:
        server.start()
        yield server


@pytest.mark.only_on("sqlite")
async def test_the_front_door_is_walked_by_keyboard(served: Server, browser: Browser) -> None:
    """The first Tab offers to skip to the content, and every link can be reached."""
    page = await browser.new_page(viewport={"width": 360, "height": 800})
    await page.goto(served.address)
    await page.keyboard.press("Tab")
    first = await page.evaluate("document.activeElement.textContent")
    reached = set()
    for _ in range(20):
        await page.keyboard.press("Tab")
        reached.add(await page.evaluate("document.activeElement.getAttribute('href')"))
    links = set(await page.evaluate("[...document.querySelectorAll('main a')].map(a => a.getAttribute('href'))"))

    assert first == "Skip to main content"
    assert links and links <= reached
