"""The reach of real London in a real browser, narrow and wide, with JavaScript and without."""

from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.journeys.server import deployment
from tests.journeys.test_pages import WIDTHS, browser

__all__ = ["browser"]  # a fixture that the tests here take

IMPORTS = (
    ("boroughs", "boundaries/london_boroughs.geojson"),
    ("town-centres", "boundaries/london_town_centres.geojson"),
    ("venues", "venues/gla_pubs_2020.csv"),
    ("venues", "venues/gla_music_venues_2022.csv"),
)
# What a browser draws does not depend on the database; tests/api asks for the same pages on both.
pytestmark = pytest.mark.only_on("sqlite")


async def test_the_reach_of_london_is_readable(
    tmp_path: Path,
    database_url: str,
    shared_data: Path,
    browser: Browser,
) -> None:
    """Nothing overflows, no row is missing, and the page is light before its map is asked for."""
    with deployment(tmp_path, database_url) as server:
        for kind, name in IMPORTS:
            server.run("import", kind, str(shared_data / name))
        server.start()
        for width in WIDTHS:
            page = await browser.new_page(viewport={"width": width, "height": 800})
            for by, rows in (("borough", 33), ("town_centre", 234)):
                answer = await page.goto(f"{server.address}/reach?by={by}")
                assert answer is not None and len(await answer.body()) < 150_000
                assert await page.locator("html").evaluate("page => page.scrollWidth") <= width
                assert await page.locator("tbody tr").count() == rows
            await page.close()


async def test_the_reach_needs_no_script(
    tmp_path: Path,
    database_url: str,
    shared_data: Path,
    browser: Browser,
) -> None:
    """What the table shows and how it is sorted are chosen by a form; the map is a picture."""
    with deployment(tmp_path, database_url) as server:
        for kind, name in IMPORTS:
            server.run("import", kind, str(shared_data / name))
        server.start()
        context = await browser.new_context(java_script_enabled=False)
        page = await context.new_page()
        await page.goto(f"{server.address}/reach")
        await page.get_by_label("Show", exact=True).select_option("town_centre")
        await page.get_by_label("Sort the table by").select_option("known")
        await page.get_by_role("button", name="Show", exact=True).click()

        assert "by=town_centre&sort=known" in page.url
        assert (await page.locator("tbody th").first.inner_text()).startswith("West End")
        assert await page.get_by_role("img", name="Map of London").is_visible()
        await context.close()
