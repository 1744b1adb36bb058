"""Signing in a real browser: without JavaScript, narrow and wide, and by keyboard alone."""

import email
import email.policy
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from tests.journeys.server import Server
from tests.journeys.test_pages import WIDTHS, browser, served
from tests.journeys.test_signing_in import presses, tabs_to, types

__all__ = ["browser", "served"]  # fixtures
# What a browser draws does not depend on the database; tests/api asks for the same pages on both.
pytestmark = pytest.mark.only_on("sqlite")
VENUES = Path(__file__).parents[2] / "geo/places/demo/pubs.csv"
LETTER_S = 20.0


@pytest.fixture
async def page(served: Server, browser: Browser, width: int) -> AsyncIterator[Page]:
    """A page of a browser in which no script of ours runs."""
    context = await browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=False)
    yield await context.new_page()
    await context.close()


async def goes_on(page: Page, words: str = "Continue") -> None:
    """Press the button that sends the page."""
    await page.get_by_role("button", name=words, exact=True).click()


async def fills_in(page: Page, **fields: str) -> None:
    """Type into fields, each known by its id."""
    for id, text in fields.items():
        await page.locator(f"#{id}").fill(text)


def code_to(served: Server, address: str) -> str:
    """The code in the newest letter to an address, as soon as the worker has sent it."""
    began = time.monotonic()
    while time.monotonic() - began < LETTER_S:
        for path in sorted((served.data_dir / "outbox").glob("*.eml"), reverse=True):
            letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            text = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
            if letter["To"] == address and (found := re.search(r"/charter/confirm#([\w-]+)", text)):
                return found[1]
        time.sleep(0.1)
    raise AssertionError(f"no letter came to {address}")


@pytest.mark.parametrize("width", WIDTHS)
async def test_a_landlady_signs_without_javascript(served: Server, page: Page, width: int) -> None:
    """From the front door to the register: she errs, finds her pub by its name, signs, and follows her letter."""
    served.run("import", "venues", str(VENUES))
    await page.goto(served.address)
    await page.get_by_role("button", name="Sign the Women’s Night Safety Charter").click()
    await goes_on(page, "Start now")
    await goes_on(page)
    assert await page.locator(".govuk-error-summary a").count() == 3
    await fills_in(page, name="The Lantern", website="lantern.example")
    await page.locator("#sector").select_option("pub_or_bar")
    await page.get_by_label("Yes", exact=True).check()
    await goes_on(page)
    await page.get_by_label("Yes", exact=True).check()
    await goes_on(page)
    await finds_her_pub(page)
    assert "You have added 1 premises" in await page.inner_text("main")
    await page.get_by_label("No", exact=True).check()
    await goes_on(page)
    await fills_in(page, name="Ama Mensah", job_title="Landlady", email="ama@lantern.example")
    await page.get_by_label("I am allowed to sign").check()
    await goes_on(page)
    await page.get_by_label("I am the champion").check()
    await goes_on(page)
    await page.get_by_label("My organisation makes all seven pledges").check()
    await page.get_by_label("Yes", exact=True).check()
    await goes_on(page)
    assert await page.locator("html").evaluate("page => page.scrollWidth") <= width
    await goes_on(page, "Sign the charter")
    assert "WNSC-" in await page.inner_text(".govuk-panel")
    await page.goto(f"{served.address}/charter/confirm")
    await fills_in(page, code=code_to(served, "ama@lantern.example"))
    await goes_on(page, "Confirm")

    assert "Thank you, that is confirmed" in await page.inner_text("main")
    await page.goto(f"{served.address}/api/charter/signatories")
    assert "The Lantern" in await page.inner_text("body")


async def finds_her_pub(page: Page) -> None:
    """Search by name, choose, look at what is known, write the opening hours, with a line too many."""
    await fills_in(page, name="a")
    await page.get_by_role("button", name="Search").click()
    await fills_in(page, name="the")
    await page.get_by_role("button", name="Search").click()
    await page.locator('input[name="known"]').first.check()
    await goes_on(page)
    assert await page.locator("#name").input_value() and await page.locator("#address").input_value()
    await fills_in(page, postcode="SW9 8LF")
    await goes_on(page)
    await page.get_by_label("Friday").check()
    await fills_in(page, **{"hours-0-opens": "5pm", "hours-0-closes": "2am"})
    await goes_on(page, "Add other hours")
    assert await page.locator("#hours-0-opens").input_value() == "5pm"
    await goes_on(page)


async def chooses(page: Page, selector: str, *keys: str) -> None:
    """Go to a choice by Tab and press these keys: Space chooses it, an arrow the one beside it."""
    await tabs_to(page, selector)
    for key in keys:
        await page.keyboard.press(key)


async def test_the_charter_is_signed_by_keyboard_alone(served: Server, browser: Browser) -> None:
    """From the front door to the confirmation: Tab, arrows, space and enter; an error takes the focus to it."""
    page = await browser.new_page(viewport={"width": 360, "height": 800})
    await page.goto(served.address)
    await presses(page, 'main [href="/charter/sign"]')
    await presses(page, "main .govuk-button")
    await presses(page, "main button")
    await page.wait_for_function("document.activeElement.className == 'govuk-error-summary'")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.keyboard.type("The Lantern")
    await chooses(page, "#sector")
    await page.keyboard.type("Hotel")
    await chooses(page, "#operates_at_night", "Space")
    await presses(page, "main button")
    await chooses(page, "#more", "ArrowDown")
    await presses(page, "main button")
    for field, text in (("#name", "Ama Mensah"), ("#job_title", "Manager"), ("#email", "ama@lantern.example")):
        await chooses(page, field)
        await page.keyboard.type(text)
    await chooses(page, "#has_authority", "Space")
    await presses(page, "main button")
    await chooses(page, "#who", "Space")
    await presses(page, "main button")
    await chooses(page, "#agreed", "Space")
    await chooses(page, "#public_listing", "Space")
    await presses(page, "main button")
    await presses(page, "main button")
    assert "WNSC-" in await page.inner_text(".govuk-panel")

    await page.goto(f"{served.address}/charter/confirm")
    await types(page, "#code", code_to(served, "ama@lantern.example"))
    assert "Thank you, that is confirmed" in await page.inner_text("main")
    await page.close()
