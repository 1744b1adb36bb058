"""Photos at the review desk in a browser: dragged, ticked, undone, painted over, and agreed to by two people."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Browser, Page

from audits.photos import paint
from audits.tables import Photo
from migrations.database import fetch_value, transaction
from tests.audits.builders import a_photo, a_programme, a_stop, a_walk, an_auditor
from tests.audits.pictures import alike, encoded, seen
from tests.journeys.clocked import clocked
from tests.journeys.test_pages import browser
from tests.journeys.test_scheme import administrator, press
from tests.journeys.test_scheme import seen as looked_at
from tests.people import Service

__all__ = ["browser"]
GREY = (80, 90, 95)


@pytest.fixture
async def served(tmp_path: Path, database_url: str) -> AsyncIterator[Service]:
    """The service, served, with a walk of two photos: one wide, one tall."""
    async with clocked(tmp_path, database_url) as service:
        walk = await a_walk(await a_programme(name="Brixton after dark"))
        stop = await a_stop(walk)
        taken_by = await an_auditor()
        for size in ((480, 360), (360, 480)):
            painted = paint(encoded(Image.effect_noise(size, 60).convert("RGB")), "image/jpeg")
            photo = await a_photo(walk, taken_by)
            large, small = [await service.photo_store.put(one) for one in (painted.large, painted.small)]
            here = {"rendition_1600": large, "rendition_320": small, "width": size[0], "height": size[1]}
            async with transaction():
                await Photo.update({**here, "stop_id": stop.id}).where(Photo.number == photo.number)
        yield service


async def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag across the picture, between two places as shares of its width and height."""
    frame = page.locator("#cover")
    await frame.scroll_into_view_if_needed()
    box = await frame.bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + start[0] * box["width"], box["y"] + start[1] * box["height"])
    await page.mouse.down()
    await page.mouse.move(box["x"] + end[0] * box["width"], box["y"] + end[1] * box["height"], steps=4)
    await page.mouse.up()


async def agree(page: Page, width: int) -> None:
    """Say that a person is visible and that the photo may be shown."""
    await page.get_by_label("Show it").check()
    await page.get_by_label("Yes", exact=True).check()
    await press(page, "Save the decision", width)


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("width", [360, 1280])
async def test_a_photo_is_painted_over_and_shown_by_two(served: Service, browser: Browser, width: int) -> None:
    """Side by side, marked by hand and by keyboard, looked at, painted for good; two people, or it is not shown."""
    page, home = await administrator(served, browser, width), served.settings.base_url
    walk_id = await fetch_value("select id from walk")
    await page.goto(f"{home}/review/walks/{walk_id}/photos")
    await looked_at(page, width)
    await page.locator("figure a").first.click()
    await page.get_by_role("button", name="Paint over parts of it").click()
    await page.wait_for_load_state()
    await drag(page, (0.3, 0.3), (0.6, 0.6))
    await drag(page, (0.7, 0.1), (0.9, 0.3))
    await page.get_by_role("button", name="Undo the last rectangle").click()
    await page.get_by_label("A9", exact=True).press("Space")
    await page.locator(".ns-cover__square").nth(11).click()
    assert await page.locator("#marks rect").count() == 1
    for ticked in (False, True):
        await page.locator("#drawn input").set_checked(ticked)
        assert await page.locator("#marks rect").is_visible() is ticked
    assert await page.locator("input[name=square]:checked").evaluate_all("all => all.map(one => one.value)") == [
        "L1",
        "A9",
    ]
    await looked_at(page, width)
    await press(page, "Look at what will be painted over", width)
    # Marked more, with what was marked before: both pages were looked at already.
    await page.get_by_role("button", name="Mark more, or less").click()
    await page.get_by_role("button", name="Look at what will be painted over").click()
    await press(page, "Paint over for good", width)
    key = await fetch_value("select rendition_1600 from photo order by number limit 1")
    shown = seen(await served.photo_store.get(key))
    assert all(alike(shown.getpixel(place), GREY) for place in ((216, 160), (20, 340), (460, 20)))  # type: ignore[arg-type]

    await press(page, "Save the decision", width)
    await agree(page, width)
    other = await administrator(served, browser, width)
    await other.goto(f"{home}/review/photos")
    await looked_at(other, width)
    await other.locator("table a").click()
    await agree(other, width)
    await other.get_by_role("link", name="Next photo").click()
    await other.get_by_role("button", name="Paint over parts of it").click()
    await other.wait_for_load_state()
    await looked_at(other, width)

    assert await fetch_value("select review from photo order by number limit 1") == "publishable"
