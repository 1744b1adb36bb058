"""An administrator's day in a browser, narrow and wide: every page of the desk is looked at on the way."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from charter.register import sign
from charter.scheme.queries import open_pairs
from migrations.database import execute, fetch_value, transaction
from tests.api.scheme.test_pages import stands
from tests.charter.builders import AMA, parsed, signature
from tests.journeys.clocked import clocked
from tests.journeys.test_pages import browser
from tests.journeys.test_year import look
from tests.people import Service

__all__ = ["browser"]
WIDTHS = (360, 1280)


@pytest.fixture
async def served(tmp_path: Path, database_url: str) -> AsyncIterator[Service]:
    """The service, and a clock to move."""
    async with clocked(tmp_path, database_url) as service:
        yield service


async def administrator(service: Service, browser: Browser, width: int) -> Page:
    """A page of a browser in which an administrator has shown her second factor."""
    signed_in = await service.staff_browser("administrator")
    context = await browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    cookies = [
        {"name": one.name, "value": one.value or "", "url": service.settings.base_url} for one in signed_in.cookies.jar
    ]
    await context.add_cookies(cookies)  # type: ignore[arg-type]  # a TypedDict of theirs
    return await context.new_page()


async def seen(page: Page, width: int) -> None:
    """The page is looked at, and kept as a picture where somebody wants one."""
    await look(page, width)
    if folder := os.environ.get("NIGHT_SAFETY_TEST_PICTURES"):
        name = page.url.split("/", 3)[3].split("?")[0].replace("/", "_")[:60]
        await page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)


async def press(page: Page, button: str, width: int) -> None:
    """Press a button, and look at what comes."""
    await page.get_by_role("button", name=button, exact=True).click()
    await page.wait_for_load_state()
    await seen(page, width)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.only_on("sqlite")
async def test_an_administrators_day(served: Service, browser: Browser, width: int) -> None:
    """Held ones refused, two merged, a listing corrected, one suspended and let back."""
    older = await stands(served)
    await stands(served, "The Lamb Ltd")
    await sign(parsed(signature("Bot")), desk=served.tools.desk())
    async with transaction():
        await execute("update signatory set state = 'held', held_because = 'network' where name = 'Bot'")
    page = await administrator(served, browser, width)
    home = served.settings.base_url
    await page.goto(f"{home}/scheme")
    await seen(page, width)

    await page.get_by_role("link", name="Held signatures").click()
    await seen(page, width)
    await page.get_by_label("Bot").check()
    await page.get_by_label("Refuse them").check()
    await press(page, "Continue", width)
    await press(page, "Refuse and delete", width)

    await page.goto(f"{home}/scheme/duplicates")
    await seen(page, width)
    await page.get_by_role("link", name="Compare").click()
    await seen(page, width)
    await page.get_by_label("The same: merge the newer into the earlier").check()
    await press(page, "Continue", width)
    await page.get_by_label("Why they are the same").fill("One licence")
    await press(page, "Continue", width)
    await press(page, "Merge", width)

    await page.goto(f"{home}/scheme/signatories?q=lamb")
    await seen(page, width)
    file = f"{home}/scheme/signatories/{older}"
    for act, field, button in (
        ("suspend", "Reason", "Suspend"),
        ("reinstate", "Reason", "Lift the suspension"),
        ("note", "Note", "Keep the note"),
        ("contacts", "Purpose", "Show contacts"),
    ):
        await page.goto(f"{file}/{act}")
        await press(page, button, width)
        await page.get_by_label(field, exact=True).fill("They asked us to")
        await press(page, button, width)

    assert await page.get_by_text(AMA).count() == 1
    assert await open_pairs() == [] and await fetch_value("select count(*) from signatory where name = 'Bot'") == 0


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.only_on("sqlite")
async def test_a_wording_is_published_by_hand(served: Service, browser: Browser, width: int) -> None:
    """Typed, refused, looked at, its version typed again, published."""
    page = await administrator(served, browser, width)
    home = served.settings.base_url
    for address in ("/scheme/wordings", "/scheme/register", "/scheme/signatories", "/scheme/wordings/new"):
        await page.goto(home + address)
        await seen(page, width)

    await press(page, "Look at it before publishing", width)
    await page.get_by_label("Version").fill("2027")
    await page.get_by_label("What is new").fill("Pledge 3 says what to do first.")
    await page.get_by_label("Pledge 3", exact=True).fill("Tell customers and staff what to do.")
    await press(page, "Look at it before publishing", width)
    await press(page, "Publish", width)
    await page.get_by_label("Enter 2027 to publish it").fill("2027")
    await press(page, "Publish", width)

    assert (await served.http.get("/api/charter")).json()["version"] == "2027"
