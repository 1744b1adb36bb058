"""The review desk in a browser: every page of it is looked at, narrow and wide."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from geo.shapes import point
from tests.api.review.test_flagged import a_flagged_stop, person_id
from tests.audits.builders import a_problem, a_programme, a_stop, a_walk
from tests.journeys.clocked import clocked
from tests.journeys.test_pages import browser
from tests.journeys.test_scheme import administrator, press, seen
from tests.people import Service

__all__ = ["browser"]


@pytest.fixture
async def served(tmp_path: Path, database_url: str) -> AsyncIterator[Service]:
    """The service, served, with walks that wait for a decision."""
    async with clocked(tmp_path, database_url) as service:
        programme = await a_programme(name="Brixton after dark")
        doubtful = await a_walk(programme, state="quarantined")
        await a_stop(doubtful, note="Dark under the arch")
        await a_problem(doubtful)
        await a_stop(await a_walk(programme))
        yield service


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("width", [360, 1280])
async def test_a_reviewers_evening(served: Service, browser: Browser, width: int) -> None:
    """A doubtful walk is read, refused without a reason, rejected with one; a plain one is accepted with a click."""
    page = await administrator(served, browser, width)
    await page.goto(f"{served.settings.base_url}/review")
    await seen(page, width)
    await page.locator('main a[href*="/review/walks/"]').first.click()
    await page.wait_for_load_state()
    await seen(page, width)
    await page.get_by_label("Reject").check()
    await press(page, "Save the decision", width)
    assert (await page.title()).startswith("Error: ")
    await page.get_by_label("Why?").fill("Walked on another evening than was said.")
    await press(page, "Save the decision", width)
    await page.goto(f"{served.settings.base_url}/review/accept")
    await page.get_by_role("link", name="Brixton after dark").click()
    await page.wait_for_load_state()
    await seen(page, width)
    await page.get_by_role("button").filter(has_text="Accept").click()
    await page.wait_for_load_state()
    await seen(page, width)
    assert "accepted.1" in page.url


@pytest.mark.only_on("sqlite")
async def test_what_is_moved_and_read(served: Service, browser: Browser) -> None:
    """A stop is moved by a press on the map; a flagged note read and decided about by whom another named."""
    home = served.settings.base_url
    walk = await a_walk(await a_programme(name="Loughborough Junction"))
    stop, flagged = await a_stop(walk, location=point(-0.111, 51.463)), await a_flagged_stop(served, walk)
    page = await administrator(served, browser, 360)
    reader = await person_id(served, "administrator")
    await page.goto(f"{home}/review/stops/{stop.id}/position")
    await page.locator("#pointing svg").click(position={"x": 150, "y": 110})
    assert (await page.locator("#position").input_value()).startswith("TQ 3")
    await page.get_by_label("How do you know?").fill("Its photo shows the arch.")
    await press(page, "Move the stop", 360)
    assert "moved" in page.url
    other = await administrator(served, browser, 1280)
    await other.goto(f"{home}/review/readers")
    await other.get_by_role("link", name="Loughborough Junction").click()
    await other.locator(f'input[value="{reader}"]').check()
    await press(other, "Name her", 1280)
    await page.goto(f"{home}/review/flagged/{flagged.id}")
    await page.get_by_label("To decide what becomes of it").check()
    await press(page, "Read the note", 360)
    assert "Two men followed her home" in await page.content()
    await page.get_by_label("It stays restricted").check()
    await press(page, "Save the decision", 360)
    assert "Two men followed her home" not in await page.content()
