"""An analyst's day in a browser: hotspots looked at, an edition ordered, waited for, read, compared and withdrawn."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from api.worker import make_editions
from audits.reports.files.as_html import page as report_html
from audits.reports.looking.queries import look as looked
from audits.reports.queries import FACTORS
from audits.reports.sections import PlacePhoto
from tests.audits.builders import ANALYST, a_programme
from tests.audits.phones import a_jpeg
from tests.audits.reports.samples import contents, empty_contents
from tests.audits.reports.walked import Nights, walk_nights
from tests.journeys.clocked import clocked
from tests.journeys.test_pages import browser
from tests.journeys.test_scheme import administrator, press, seen
from tests.people import Service

__all__ = ["browser"]


KEY = "a" * 64
SHOT = a_jpeg()
SAID: dict[str, dict[str, Any]] = {
    "gla": {
        "title": "夜 ਰਾਤ ليل 🌙 " + "long" * 30,
        "photos": (PlacePhoto(place="1", key=KEY, caption="The arch", leg="dark"),),
    },
    "public": {"audience": "public", "stops": (), "quotes": ()},
}


@pytest.fixture
async def served(tmp_path: Path, database_url: str) -> AsyncIterator[Service]:
    """The service, served, over a programme that was walked."""
    async with clocked(tmp_path, database_url) as service:
        await walk_nights(await a_programme(name="Brixton after dark"), Nights(state="accepted"))
        yield service


async def ordered(page: Page, home: str, title: str, width: int) -> None:
    """From the form, with an error on the way, over the preview to the edition that waits."""
    await page.goto(f"{home}/evidence/new")
    await press(page, "See what would be in it", width)
    assert (await page.title()).startswith("Error: ")
    await page.get_by_label("Title").fill(title)
    await page.get_by_label("Brixton after dark").check()
    await press(page, "See what would be in it", width)
    await press(page, "Make this edition", width)


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("width", [360, 1280])
async def test_an_analysts_day(served: Service, browser: Browser, width: int) -> None:
    """Every page on the way is looked at; the moving map is asked for and comes; a progress page ends by itself."""
    home, page = served.settings.base_url, await administrator(served, browser, width)
    await page.goto(f"{home}/evidence/hotspots")
    await seen(page, width)
    await page.get_by_role("button", name="Show the interactive map").click()
    await page.get_by_text("The map is ready.").wait_for()
    await page.get_by_label("Programme").select_option(label="Brixton after dark")
    await page.get_by_role("button", name="Show", exact=True).click()
    await page.locator('main a[href*="/evidence/places/"]').first.click()
    await page.wait_for_load_state()
    await seen(page, width)
    await page.goto(f"{home}/evidence")
    await seen(page, width)
    for title in ("First", "Second"):
        await ordered(page, home, title, width)
        await make_editions(served.tools)
        await page.get_by_text("Check the files").wait_for()
        await seen(page, width)
    await page.get_by_role("link", name="First, ordered").click()
    await seen(page, width)
    await page.go_back()
    async with page.expect_download() as coming:
        await page.get_by_role("link", name="report.pdf").click()
    assert Path(await (await coming.value).path()).read_bytes().startswith(b"%PDF")
    await page.get_by_role("link", name="Withdraw this edition").click()
    await press(page, "Withdraw the edition", width)
    await page.get_by_label("Why?").fill("A stop was misplaced; the next edition takes its place.")
    await press(page, "Withdraw the edition", width)
    assert await page.get_by_text("handed out no more").count() == 1


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("audience", ["gla", "public", "empty"])
async def test_the_report_for_screens_can_be_seen_and_heard(
    tmp_path: Path, browser: Browser, audience: str, width: int
) -> None:
    """Saved as a file and opened: axe finds nothing, nothing is too wide, nothing is fetched and nothing refused."""
    made = empty_contents() if audience == "empty" else contents(**SAID[audience])
    (report := tmp_path / "report.html").write_bytes(report_html(made, {KEY: a_jpeg()}))
    opened = await browser.new_page(viewport={"width": width, "height": 800}, bypass_csp=True)
    strict = await browser.new_page(viewport={"width": width, "height": 800})
    heard: list[str] = []
    strict.on("console", lambda said: heard.append(said.text))
    strict.on("request", lambda asked: heard.append(asked.url) if asked.url.startswith(("http", "file")) else None)
    await opened.goto(report.as_uri())
    await strict.goto(report.as_uri())

    await seen(opened, width)
    assert heard == [report.as_uri()]


async def test_what_women_said_alone_is_looked_at_in_bands(database: str) -> None:
    """No number of women is exact; where too few spoke there is none."""
    programme = await a_programme()
    await walk_nights(programme, Nights(state="accepted"))
    found = await looked(programme.id, FACTORS["feeling"], "dark", caller=ANALYST)

    assert found is not None and found.findings
    assert {type(one.n_people) for one in found.findings} <= {str, type(None)}
