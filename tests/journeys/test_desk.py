"""The champion's desk in a browser, narrow and wide: a pledge is kept with evidence and a picture, and handed over."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from tests.api.desk.champions import PICTURE
from tests.api.test_year import sign
from tests.charter.builders import JO
from tests.journeys.clocked import clocked, do_chores, sign_in
from tests.journeys.test_pages import browser
from tests.journeys.test_year import look
from tests.people import Service

__all__ = ["browser"]
SAM = "sam@lamb.example"
WIDTHS = (360, 1280)


@pytest.fixture
async def served(tmp_path: Path, database_url: str) -> AsyncIterator[Service]:
    """The service, and a clock to move."""
    async with clocked(tmp_path, database_url) as service:
        yield service


async def enter_day(page: Page, legend: str, day: str) -> None:
    """Fill the three boxes of a date in."""
    group = page.get_by_role("group", name=legend)
    for label, part in zip(("Day", "Month", "Year"), day.split(), strict=True):
        await group.get_by_label(label).fill(part)


async def new_page(browser: Browser, width: int) -> Page:
    """A page of a browser of its own, with cookies of its own; a strict policy would keep axe out."""
    context = await browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    return await context.new_page()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.only_on("sqlite")
async def test_a_pledge_is_kept_with_evidence_and_a_picture(served: Service, browser: Browser, width: int) -> None:
    """From the list of pledges, through an error, to evidenced; every page on the way is looked at."""
    id = await sign(served)
    page = await new_page(browser, width)
    await sign_in(page, served, JO)
    await page.goto(f"{served.settings.base_url}/desk")
    await look(page, width)
    await page.get_by_role("link", name=re.compile(r"^2\. Demonstrate")).click()
    await look(page, width)

    await page.get_by_label("Evidenced").check()
    await page.get_by_label("How you keep it, in your own words").fill("Posters in every toilet.")
    await enter_day(page, "When did the campaign begin?", "1 6 2026")
    await enter_day(page, "When does it end, or when did it?", "31 12 2026")
    await page.get_by_label("Posters or stickers on the premises").check()
    await page.get_by_role("button", name="Save").click()
    await look(page, width)
    assert (await page.title()).startswith("Error: ")
    await page.get_by_role("link", name="Add a picture that shows the campaign.").click()
    assert await page.evaluate("document.activeElement.id") == "picture"

    await page.get_by_label("Add a picture").set_input_files(
        {"name": "poster.jpg", "mimeType": "image/jpeg", "buffer": PICTURE}
    )
    await page.get_by_label("What does the picture show?").fill("Poster by the door")
    await page.get_by_role("button", name="Save").click()
    await page.wait_for_url("**saved=pledge")
    await look(page, width)
    shown = page.get_by_alt_text("Poster by the door")
    await shown.scroll_into_view_if_needed()
    await page.wait_for_function("[...document.images].every(image => image.complete)")
    assert await shown.evaluate("image => image.naturalWidth") == 320
    await page.goto(f"{served.settings.base_url}/desk/{id}")
    assert "Evidenced" in await page.locator("#pledge-2-status").inner_text()
    await page.goto(f"{served.settings.base_url}/desk/{id}/history")
    await look(page, width)
    assert "said how pledge 2 is kept: evidenced" in await page.inner_text("main")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.only_on("sqlite")
async def test_the_role_is_handed_over_between_two_browsers(served: Service, browser: Browser, width: int) -> None:
    """The old champion keeps it until the new one follows her letter; then her own page closes."""
    id = await sign(served)
    hers, theirs = await new_page(browser, width), await new_page(browser, width)
    await sign_in(hers, served, JO)
    await hers.goto(f"{served.settings.base_url}/desk/{id}/people")
    await look(hers, width)
    await hers.get_by_role("link", name="Hand over to a new champion").click()
    await look(hers, width)
    await hers.get_by_role("button", name="Send her the letter").click()
    await look(hers, width)
    await hers.get_by_label("Full name").fill("Sam Successor")
    await hers.get_by_label("Job title").fill("Duty manager")
    await hers.get_by_label("Email address").fill(SAM)
    await hers.get_by_role("button", name="Send her the letter").click()
    await hers.wait_for_url("**saved=asked")
    await look(hers, width)

    await do_chores(served)
    link = re.search(r"http\S+/charter/confirm#\S+", served.outbox.letters[-1].text)
    assert link and served.outbox.letters[-1].to == SAM
    await theirs.goto(link[0])
    await hers.reload()
    assert "Jo Champion" in await hers.inner_text("main")
    await theirs.get_by_role("button", name="Confirm").click()
    await theirs.get_by_text("Thank you").first.wait_for()
    await look(theirs, width)
    await sign_in(theirs, served, SAM)
    await theirs.goto(f"{served.settings.base_url}/desk/{id}/people")
    await look(theirs, width)
    assert "Sam Successor" in await theirs.inner_text("main")
    assert "Jo Champion" not in await theirs.inner_text("main")
    refused = await hers.goto(f"{served.settings.base_url}/desk/{id}/people")
    assert refused is not None and refused.status in (403, 404)
    await hers.goto(f"{served.settings.base_url}/desk")
    await look(hers, width)
    assert "You do not act for an organisation" in await hers.inner_text("main")

    for path in ("leave", "deputy", "deputy/remove"):
        await theirs.goto(f"{served.settings.base_url}/desk/{id}/people/{path}")
        await look(theirs, width)
    await theirs.goto(f"{served.settings.base_url}/desk/{id}/people/leave")
    await theirs.get_by_role("button", name="Leave the role").click()
    await theirs.wait_for_url("**/desk?saved=left")
    assert "You have left your role" in await theirs.inner_text("main")
