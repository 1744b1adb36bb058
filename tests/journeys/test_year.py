"""A champion's year in a browser, narrow and wide: she reviews, sleeps through the next, comes back, and leaves."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from tests.api.test_year import sign
from tests.charter.builders import JO
from tests.journeys.clocked import clocked, do_chores, sign_in
from tests.journeys.test_pages import AXE, FAULTS, RULES, browser
from tests.people import Service

__all__ = ["browser"]


@pytest.fixture
async def served(tmp_path: Path, database_url: str) -> AsyncIterator[Service]:
    """The service, and a clock to move."""
    async with clocked(tmp_path, database_url) as service:
        yield service


async def look(page: Page, width: int) -> None:
    """The page as it is: axe finds nothing, and nothing overflows."""
    await page.add_script_tag(path=AXE)
    found = await page.evaluate(FAULTS, RULES)
    wide = await page.locator("html").evaluate("page => page.scrollWidth")

    assert found == [], page.url
    assert wide <= width, page.url


async def state(service: Service, id: str) -> str:
    """What the register says."""
    return str((await service.http.get(f"/api/charter/signatories/{id}")).json()["state"])


async def review(page: Page, id: str, service: Service, width: int) -> None:
    """Open the page from her desk's address, tick everything, send it."""
    await page.goto(f"{service.settings.base_url}/desk/{id}/review")
    await look(page, width)
    for box in await page.get_by_role("checkbox").all():
        await box.check()
    await page.get_by_role("button", name="Confirm for another year").click()
    await page.wait_for_url("**/review/done")
    await look(page, width)


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.only_on("sqlite")
async def test_a_year_is_reviewed_missed_and_reinstated_and_the_charter_left(
    served: Service, browser: Browser, width: int
) -> None:
    """Every page of it on the way; the register tells the same each time."""
    id = await sign(served)
    page = await browser.new_page(viewport={"width": width, "height": 800}, bypass_csp=True)

    served.clock.move(days=364)
    await sign_in(page, served, JO)
    await review(page, id, served, width)
    assert "The next one is due on 24 October 2028" in await page.inner_text("main")

    served.clock.move(days=366 + 31)
    await do_chores(served)
    assert await state(served, id) == "lapsed"
    await sign_in(page, served, JO)
    await page.goto(f"{served.settings.base_url}/desk/{id}/review")
    assert "has lapsed" in await page.inner_text("main")
    await review(page, id, served, width)
    await do_chores(served)
    assert await state(served, id) == "active"

    await page.goto(f"{served.settings.base_url}/desk/{id}/withdraw")
    await look(page, width)
    await page.get_by_role("button", name="Withdraw").click()
    await look(page, width)
    assert (await page.title()).startswith("Error: ")
    await page.get_by_label("I want to withdraw").check()
    await page.get_by_role("button", name="Withdraw").click()
    await page.wait_for_url("**/desk/withdrawn")
    await look(page, width)
    await do_chores(served)
    assert await state(served, id) == "withdrawn"
    told = [letter.subject.split()[0] for letter in served.outbox.letters if letter.to == JO]
    assert [word for word in told if word not in ("Sign", "You")] == [
        "Your",  # yearly review, which she did the day before it was due
        "Reviewed:",
        "Lapsed:",
        "Reinstated:",
        "Withdrawn",
    ]
    await page.close()


@pytest.mark.only_on("sqlite")
async def test_the_year_is_reviewed_without_scripts_and_by_keyboard(served: Service, browser: Browser) -> None:
    """JavaScript off: every tick by the space bar, the button by Enter; errors lead to their fields."""
    id = await sign(served)
    context = await browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = await context.new_page()
    await sign_in(page, served, JO)
    await page.goto(f"{served.settings.base_url}/desk/{id}/review")
    await page.get_by_role("button", name="Confirm for another year").focus()
    await page.keyboard.press("Enter")
    summary = page.get_by_role("link", name="Confirm that what the register says about you is right.")
    await summary.wait_for()
    assert await summary.get_attribute("href") == "#details_confirmed"

    boxes = await page.get_by_role("checkbox").all()
    for box in boxes:
        await box.focus()
        await page.keyboard.press("Space")
    await page.get_by_role("button", name="Confirm for another year").focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/review/done")
    assert len(boxes) == 8
    await context.close()
