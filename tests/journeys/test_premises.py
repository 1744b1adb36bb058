"""An organisation's premises in a browser: found, added, moved and closed, and many by a spreadsheet, all or none."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from geo.places.demo import import_demo_places
from migrations.database import fetch_value
from tests.api.desk.champions import AtDesk, champion_of
from tests.charter.premises.chains import row, sheet
from tests.journeys.clocked import clocked
from tests.journeys.test_pages import WIDTHS, browser
from tests.journeys.test_year import look
from tests.people import Service

__all__ = ["browser"]
KINGS_CROSS = "https://www.openstreetmap.org/#map=19/51.5312/-0.1240"


@pytest.fixture
async def served(tmp_path: Path, database_url: str) -> AsyncIterator[Service]:
    """The service, knowing the venues of an invented corner of London."""
    async with clocked(tmp_path, database_url) as service:
        await import_demo_places(now=service.clock())
        yield service


async def at_desk(desk: AtDesk, browser: Browser, home: str) -> Page:
    """A page of a browser in which the champion has signed in."""
    context = await browser.new_context(bypass_csp=True)
    cookies = [{"name": one.name, "value": one.value or "", "url": home} for one in desk.browser.cookies.jar]
    await context.add_cookies(cookies)  # type: ignore[arg-type]  # a TypedDict of theirs
    return await context.new_page()


async def seen(page: Page) -> str:
    """The page, looked at narrow and wide; what it says."""
    await page.wait_for_load_state()
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 800})
        await look(page, width)
    return await page.inner_text("main")


async def follow(page: Page, link: str) -> None:
    """A link, also one that looks like a button."""
    await page.get_by_role("link", name=link).or_(page.get_by_role("button", name=link)).first.click()


async def press(page: Page, button: str) -> str:
    """A button; what the page after it says."""
    await page.get_by_role("button", name=button, exact=True).click()
    return await seen(page)


async def choose(page: Page, content: bytes) -> str:
    """A CSV, and what the page then says that it would do."""
    file = {"name": "premises.csv", "mimeType": "text/csv", "buffer": content}
    await page.get_by_label("CSV file").set_input_files(file)  # type: ignore[arg-type]  # a TypedDict of theirs
    return await press(page, "Look at what it would do")


async def add_a_known_venue(page: Page) -> str:
    """By a part of its name; its name, as the list has it then."""
    await follow(page, "Add premises")
    await page.get_by_label("Name of the venue").fill("the")
    await press(page, "Search")
    await page.get_by_role("radio").first.check()
    await press(page, "Continue")
    name = await page.get_by_label("Name", exact=True).input_value()
    await page.get_by_label("Postcode").fill("")
    said = await press(page, "Save")
    assert "There is a problem" in said and (await page.title()).startswith("Error: ")
    await page.get_by_label("Postcode").fill("n1 0aa")
    await page.get_by_label("Opening hours").fill("Fri & Sat 5pm - 2am")
    said = await press(page, "Save")
    assert "The premises were added." in said and name in said
    assert "Friday and Saturday: 17:00 to 02:00 the next day" in said and "Not in London" not in said
    return name


@pytest.mark.only_on("sqlite")
async def test_premises_are_kept_by_hand_and_by_a_spreadsheet(served: Service, browser: Browser) -> None:
    """What is wrong is said at its field or row, and nothing is changed by it."""
    desk = await champion_of(served, premises=[])
    page = await at_desk(desk, browser, served.settings.base_url)
    await page.goto(f"{served.settings.base_url}{desk.page}")
    await follow(page, "Premises")
    assert "You have no premises in the register" in await seen(page)
    name = await add_a_known_venue(page)

    await follow(page, f"Change or move {name}")
    await page.get_by_label("Position", exact=True).fill(KINGS_CROSS)
    await page.get_by_label("Address").fill("2 New Road")
    assert "2 New Road" in await press(page, "Save")
    assert await fetch_value("select name from premises") == name

    await follow(page, "Add or change many by a spreadsheet")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="the template").click()
    template = Path(await (await download.value).path()).read_bytes()
    said = await choose(page, template + row_as_csv(name="Faulty", postcode="none"))
    assert "Row 3: Write a whole British postcode" in said and "Nothing was changed" in said
    said = await choose(page, sheet(row(name="Fox"), row(name="Hare", address="9 Other Street")))
    assert "adds 2 premises" in said and await fetch_value("select count(*) from premises") == 1
    assert "You have 3 premises" in await press(page, "Take all rows")

    await page.get_by_label("Search by name").fill("other street")
    assert "Hare" in await press(page, "Search")
    await follow(page, "Close Hare")
    said = await press(page, "Close these premises")
    assert "The premises were closed." in said and "You have 2 premises" in said and "Hare" not in said
    await page.context.close()


def row_as_csv(**changes: str) -> bytes:
    """One row more for a CSV that has its heading."""
    return sheet(row(**changes)).partition(b"\n")[2]
