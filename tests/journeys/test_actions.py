"""From observation to action in a browser: every page on the way is looked at, narrow and wide."""

import csv
import io
import os
import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page

from audits.programmes import close_programme
from tests.audits.actions.builders import walked
from tests.audits.builders import LEAD, NOW, a_programme
from tests.audits.phones import a_jpeg
from tests.journeys.clocked import clocked
from tests.journeys.test_pages import browser
from tests.journeys.test_scheme import administrator
from tests.journeys.test_year import look
from tests.people import Service

__all__ = ["browser"]
NARROW, WIDE = 360, 1280
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\?.*|http://[^/]*")
SEEN: set[str] = set()  # places that were looked at in both widths, by their addresses without ids


@pytest.fixture
async def served(tmp_path: Path, database_url: str) -> AsyncIterator[Service]:
    """The service, and a clock to move."""
    async with clocked(tmp_path, database_url) as service:
        yield service


async def seen(page: Page, name: str) -> None:
    """The page is looked at in both widths the first time, then in one; kept as a picture if somebody wants it."""
    place = ID.sub("", page.url) + (await page.title())[:6]
    for width in (NARROW, WIDE):
        await page.set_viewport_size({"width": width, "height": 800})
        if width == NARROW or place not in SEEN:
            await look(page, width)
        if folder := os.environ.get("NIGHT_SAFETY_TEST_PICTURES"):
            await page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
    SEEN.add(place)


async def press(page: Page, button: str, name: str) -> None:
    """Press a button, and look at what comes."""
    await page.get_by_role("button", name=button, exact=True).click()
    await page.wait_for_load_state()
    await seen(page, name)


async def follow(page: Page, link: str, name: str) -> None:
    """Follow a link, also one that looks like a button, and look at what comes."""
    await page.get_by_role("link", name=link).or_(page.get_by_role("button", name=link)).first.click()
    await page.wait_for_load_state()
    await seen(page, name)


async def enter_day(page: Page, day: str) -> None:
    """Fill the three boxes of the page's date in."""
    for label, part in zip(("Day", "Month", "Year"), day.split(), strict=True):
        await page.get_by_label(label, exact=True).fill(part)


async def raise_issue(page: Page, home: str) -> None:
    """From the empty list over a suggestion, with an error on the way."""
    await page.goto(f"{home}/actions")
    await seen(page, "list-empty")
    await follow(page, "Raise an issue", "which-programme")
    await follow(page, "Brixton after dark", "raise-suggestions")
    await follow(page, "Lighting scored 0 or 1 after dark", "raise")
    assert await page.get_by_label("What is wrong?").input_value() == "Lighting: no useful light where people walk"
    await press(page, "Raise the issue", "raise-error")
    assert (await page.title()).startswith("Error: ")
    await page.get_by_label("Defect").check()
    await page.get_by_label("What is wrong?").fill("=Two lamps out under the arch")
    await page.get_by_label("Where is it?").fill("Atlantic Road, under the railway")
    await press(page, "Raise the issue", "issue-raised")


async def answer(page: Page, said: str, reason: str) -> None:
    """What the borough answers."""
    await page.get_by_label(said, exact=True).check()
    await page.get_by_label("Reason given").fill(reason)
    await enter_day(page, "25 10 2026")
    await page.get_by_label("Who answered for the body?").fill("Head of Highways")
    await press(page, "Record the answer", f"issue-{said.lower()}")


async def recommend_and_answer(page: Page) -> None:
    """Recommended, refused with a reason, and accepted after all."""
    await follow(page, "Write a recommendation", "recommend")
    await press(page, "Write the recommendation", "recommend-error")
    await page.get_by_label("Recommendation").fill("Replace both lamps")
    await page.get_by_label("Its name").fill("Lambeth Council")
    await enter_day(page, "26 10 2026")
    await press(page, "Write the recommendation", "issue-waiting")
    await follow(page, "Record the answer", "answer")
    await page.get_by_label("Refused").check()
    await press(page, "Record the answer", "answer-error")
    await answer(page, "Refused", "No budget this year")
    await follow(page, "Record a new answer", "answer-again")
    await answer(page, "Accepted", "")


async def finish(page: Page) -> None:
    """Done, with words and a picture; then undone, and done again."""
    await follow(page, "Note that it is done", "done")
    await enter_day(page, "25 10 2026")
    await page.get_by_label("What shows it?").fill("Both lit; the warden looked.")
    await page.get_by_label("A picture of it").set_input_files(
        {"name": "lamp.jpg", "mimeType": "image/jpeg", "buffer": a_jpeg(size=(640, 480))}
    )
    await page.get_by_label("What does the picture show?").fill("The arch, lit")
    await press(page, "Note that it is done", "issue-done")
    shown = page.get_by_alt_text("The arch, lit")
    await shown.scroll_into_view_if_needed()
    await page.wait_for_function("[...document.images].every(image => image.complete)")
    assert await shown.evaluate("image => image.naturalWidth") == 320
    await follow(page, "Undo the last step", "undo")
    await page.get_by_label("Why?").fill("The wrong lamp.")
    await press(page, "Undo it", "issue-undone")
    await follow(page, "Note that it is done", "done-again")
    await enter_day(page, "25 10 2026")
    await page.get_by_label("What shows it?").fill("Both lit; the warden looked again.")
    await press(page, "Note that it is done", "issue-done-again")


@pytest.mark.only_on("sqlite")
async def test_from_a_dark_stop_to_light_seen_again(served: Service, browser: Browser) -> None:
    """Raised, refused, accepted, done with a picture, walked again, in the plan and in its CSV; public once closed."""
    programme, home = await a_programme(), served.settings.base_url
    for night in (date(2026, 10, 20), date(2026, 10, 22)):
        await walked(programme, night, {"lighting": 0, "access": 3}, {"lighting": 1})
    page = await administrator(served, browser, WIDE)
    await raise_issue(page, home)
    await recommend_and_answer(page)
    served.clock.move(days=3)
    page = await administrator(served, browser, WIDE)  # three days on she signs in again
    await page.goto(f"{home}/actions?overdue=yes")
    await seen(page, "list-overdue")
    await follow(page, "=Two lamps out under the arch", "issue-overdue")
    await finish(page)

    await follow(page, "Link stops that were walked since", "again-empty")
    await walked(programme, date(2026, 10, 27), {"lighting": 3}, {"lighting": 3}, group_size=9)
    await page.reload()
    await seen(page, "again")
    await press(page, "Link these stops", "issue-walked-again")
    assert "+2.5" in await page.inner_text("main") and "and not an effect" in await page.inner_text("main")

    await follow(page, "Safety Action Plan", "plan")
    assert "0.5 before (4 stops on 2 walks), 3.0 after (2 stops on 1 walk)" in await page.inner_text("main")
    plan = await page.request.get(f"{page.url}/plan.csv")
    (line,) = csv.DictReader(io.StringIO((await plan.body()).decode()))
    assert (line["issue"], line["state"], line["done"]) == ("'=Two lamps out under the arch", "done", "2026-10-25")
    await page.emulate_media(media="print")
    assert not await page.get_by_role("link", name="The plan as CSV").is_visible()
    if folder := os.environ.get("NIGHT_SAFETY_TEST_PICTURES"):
        await page.pdf(path=f"{folder}/plan.pdf")
    await page.emulate_media(media="screen")
    await publish(page, served, programme.id)


async def publish(page: Page, served: Service, programme_id: UUID) -> None:
    """Refused while the programme is open; public in months once it is closed long enough."""
    home = served.settings.base_url
    await follow(page, "Look at what the public would read", "publish")
    await press(page, "Publish the plan", "publish-refused")
    assert "It was not published" in await page.inner_text("main")
    await close_programme(programme_id, by=LEAD, now=NOW)
    served.clock.present = datetime(2026, 12, 1, 12, tzinfo=UTC)
    # Her session is over by then.
    page = await administrator(served, page.context.browser, WIDE)  # type: ignore[arg-type]
    await page.goto(f"{home}/plans")
    await seen(page, "public-plans-empty")
    await page.goto(f"{home}/actions/plans/{programme_id}/publish")
    await press(page, "Publish the plan", "plan-published")
    await page.goto(f"{home}/plans")
    await follow(page, "Brixton after dark", "public-plan")
    said = await page.inner_text("main")
    assert "October 2026" in said and not re.search(r"\d+ October", said.partition("Dates are whole months")[2])
    assert "warden" not in said and "Head of Highways" not in said
