"""Every page of the service in a browser, at 360 and 1280 pixels: axe finds nothing, nothing overflows or complains."""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, BrowserContext, Page

from tests.journeys.every_page.addresses import REFUSING, WHAT_TO_DO, Address, addresses, page_routes, unknown
from tests.journeys.every_page.world import World, world
from tests.journeys.test_pages import AXE, FAULTS, RULES, WIDTHS, browser

__all__ = ["browser"]  # a fixture
ABSENT = Address("", "/nowhere", "stranger")
SENT_EMPTY = """() => {
    const form = document.querySelector('main form[method=post]');
    for (const field of form.elements) {
        if (field.type === 'checkbox' || field.type === 'radio') field.checked = false;
        else if (!['hidden', 'submit', 'file'].includes(field.type)) field.value = '';
    }
    form.submit();
}"""


def test_every_page_route_is_looked_at() -> None:
    """Whatever a route's path names is known here, so that no page is left out."""
    assert {route: names for route in page_routes() if (names := unknown(route))} == {}, WHAT_TO_DO


@pytest.mark.only_on("sqlite")
@pytest.mark.timeout(600)  # a hundred pages in one browser, which a busy machine is slow to draw
async def test_every_page_is_accessible(tmp_path: Path, database_url: str, browser: Browser) -> None:
    """As it is, and where it has a form that refuses, with its errors; under the strict policy, all from one place."""
    async with world(tmp_path, database_url) as made:
        everywhere = await addresses()
        onlookers = {who: await Onlooker.of(made, who, browser) for who in {one.who for one in everywhere}}
        for address in (*everywhere, ABSENT):
            await onlookers[address.who].looks(address)
        for address in everywhere:
            if address.route in REFUSING and "?" not in address.path:
                await onlookers[address.who].sends_nothing(address)


class Onlooker:
    """One of the people who look: a page in her browser, and what it complained of or asked others for."""

    def __init__(self, page: Page, home: str) -> None:
        self.page, self.home = page, home
        self.complaints: list[str] = []
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda asked: None if asked.url.startswith(home) else self.complaints.append(asked.url))

    @classmethod
    async def of(cls, made: World, who: str, browser: Browser) -> "Onlooker":
        """A page with her cookies."""
        home = made.service.settings.base_url
        context = await browser.new_context(viewport={"width": WIDTHS[0], "height": 800})
        # Before the page's own scripts, and past its policy, which allows nobody else's.
        await context.add_init_script(path=AXE)
        await _keeps(context, made, who)
        return cls(await context.new_page(), home)

    async def looks(self, address: Address) -> None:
        """Open the address, which must lead nowhere else."""
        answer = await self.page.goto(self.home + address.path)
        expected = 404 if address is ABSENT else 200

        assert answer is not None and answer.status == expected, (address, answer and answer.status, WHAT_TO_DO)
        assert self.page.url == self.home + address.path, (address, WHAT_TO_DO)
        await self.finds_nothing(address)

    async def sends_nothing(self, address: Address) -> None:
        """Empty the page's form and send it, and look at what it says."""
        await self.page.goto(self.home + address.path)
        async with self.page.expect_navigation():
            await self.page.evaluate(SENT_EMPTY)

        assert (await self.page.title()).startswith("Error: "), (address, "is in REFUSING, and was not refused")
        assert await self.page.locator(".govuk-error-summary a").count(), address
        await self.finds_nothing(address)

    async def finds_nothing(self, address: Address) -> None:
        """At both widths; what a page that is not found or refused says of its own status is no complaint."""
        for width in WIDTHS:
            await self.page.set_viewport_size({"width": width, "height": 800})
            found = await self.page.evaluate(FAULTS, RULES)
            wide = await self.page.evaluate("document.documentElement.scrollWidth")
            await self.keeps_picture(width)

            assert found == [], (address, width)
            assert wide <= width, (address, width)
        complaints = [one for one in self.complaints if "responded with a status of 4" not in one]
        self.complaints.clear()
        assert complaints == [], address

    async def keeps_picture(self, width: int) -> None:
        """Where somebody wants to look herself."""
        if folder := os.environ.get("NIGHT_SAFETY_TEST_PICTURES"):
            parts = urlsplit(self.page.url)
            name = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "id", parts.path.strip("/") or "home")
            error = "error-" if (await self.page.title()).startswith("Error") else ""
            file = f"{error}{name.replace('/', '_')}{parts.query[:20]}-{width}.png"
            await self.page.screenshot(path=Path(folder) / file, full_page=True)


async def _keeps(context: BrowserContext, made: World, who: str) -> None:
    """The cookies that her browser has."""
    jar = made.browsers[who].cookies.jar
    cookies = [{"name": one.name, "value": one.value or "", "url": made.service.settings.base_url} for one in jar]
    await context.add_cookies(cookies)  # type: ignore[arg-type]  # a TypedDict of theirs
