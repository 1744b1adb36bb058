"""Signing in with a real browser: an administrator's first day, by keyboard alone, on every page of the way."""

import email
import email.policy
import io
import re
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import zxingcpp
from PIL import Image
from playwright.async_api import Browser, Page

from api.sessions.totp import code_at
from tests.journeys.server import Server
from tests.journeys.test_pages import AXE, FAULTS, RULES, WIDTHS, browser, served

__all__ = ["browser", "served"]  # fixtures
# What a browser draws does not depend on the database; tests/api asks for the same pages on both.
pytestmark = pytest.mark.only_on("sqlite")

ANN, BEA = "ann@staff.example", "bea@staff.example"
LETTER_S = 20.0
MOST_STOPS = 40


async def clean(page: Page) -> None:
    """Hold the page against axe, and against the width of its window."""
    await page.add_script_tag(path=AXE)
    found = await page.evaluate(FAULTS, RULES)
    wide = await page.locator("html").evaluate("page => page.scrollWidth")

    assert found == [], page.url
    assert wide <= page.viewport_size["width"], page.url  # type: ignore[index]


async def tabs_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus, as somebody without a mouse does."""
    for _ in range(MOST_STOPS):
        if await page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by Tab on {page.url}")


async def types(page: Page, field: str, text: str) -> None:
    """Type into a field and send its form by Enter."""
    await tabs_to(page, field)
    await page.keyboard.type(text)
    async with page.expect_navigation():
        await page.keyboard.press("Enter")


async def presses(page: Page, selector: str) -> None:
    """Go to a button or link and press it."""
    await tabs_to(page, selector)
    async with page.expect_navigation():
        await page.keyboard.press("Enter")


def link_to(server: Server, address: str) -> str:
    """The link in the newest letter to sign in by, as soon as the worker has sent it."""
    began = time.monotonic()
    while time.monotonic() - began < LETTER_S:
        for path in sorted((server.data_dir / "outbox").glob("*.eml"), reverse=True):
            letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            text = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
            if letter["To"] == address and (found := re.search(r"\S+/sign-in/confirm#[\w-]+", text)):
                return found[0]
        time.sleep(0.1)
    raise AssertionError(f"no letter came to {address}")


async def key_in_the_picture(page: Page) -> str:
    """The key, as a phone's camera reads it from the screen."""
    shot = await page.locator("main img").screenshot()
    read = zxingcpp.read_barcodes(Image.open(io.BytesIO(shot)))
    assert len(read) == 1
    return parse_qs(urlsplit(read[0].text).query)["secret"][0]


@pytest.mark.parametrize("width", WIDTHS)
async def test_an_administrators_first_day_by_keyboard(served: Server, browser: Browser, width: int) -> None:
    """She asks for a link, scans the picture, keeps her codes, adds somebody, and signs out."""
    served.run("people", "create", "--email", ANN, "--name", "Ann", "--role", "administrator")
    page = await browser.new_page(viewport={"width": width, "height": 800}, bypass_csp=True)
    await page.goto(f"{served.address}/scheme/people")
    await clean(page)
    await types(page, "#email", "ann")
    await clean(page)
    await tabs_to(page, "#email")
    await page.keyboard.press("Control+A")
    await types(page, "#email", ANN)
    await clean(page)

    await page.goto(link_to(served, ANN))
    await clean(page)
    assert "#" not in page.url
    await presses(page, "main button")
    await clean(page)
    await types(page, "#code", "000000")
    await clean(page)
    await types(page, "#code", code_at(await key_in_the_picture(page), now=datetime.now(UTC)))
    await clean(page)
    await presses(page, "main .govuk-button")

    assert page.url == f"{served.address}/scheme/people"
    await clean(page)
    await presses(page, "main .govuk-button")
    await clean(page)
    await tabs_to(page, "#name")
    await page.keyboard.type("Bea")
    await types(page, "#email", BEA)
    await clean(page)
    await tabs_to(page, "#roles")
    await page.keyboard.press("Space")
    await presses(page, "main button")
    assert "Bea" in await page.inner_text("main")

    await page.goto(f"{served.address}/work")
    await clean(page)
    await page.goto(f"{served.address}/account")
    await clean(page)
    await presses(page, "main button")
    await page.goto(f"{served.address}/account")
    assert page.url.startswith(f"{served.address}/sign-in")
    await page.close()


async def test_the_letter_is_followed_without_javascript(served: Server, browser: Browser) -> None:
    """The code is pasted, and recovery codes are kept as a file that no script made."""
    served.run("people", "create", "--email", ANN, "--name", "Ann", "--role", "lead")
    page = await browser.new_page(java_script_enabled=False)
    await page.goto(f"{served.address}/sign-in")
    await page.fill("#email", ANN)
    await page.click("main button")
    await page.click("text=Type the code from the letter")
    await page.fill("#code", link_to(served, ANN).partition("#")[2])
    await page.click("main button")
    key = (await page.inner_text("#key")).replace(" ", "")
    await page.fill("#code", code_at(key, now=datetime.now(UTC)))
    await page.click("main button")
    codes = await page.locator("main li code").all_inner_texts()
    async with page.expect_download() as download:
        await page.click("text=Download")
    kept = Path(await (await download.value).path()).read_text(encoding="utf8")

    assert len(codes) == 10
    assert [code for code in codes if code not in kept] == []
    await page.close()
