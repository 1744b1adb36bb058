"""A lead's month in a browser, narrow and wide: created by a route, joined by a printed code, walked, closed."""

import io
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pypdf
import pytest
import zxingcpp
from PIL import Image
from playwright.async_api import Browser, Page

from tests.api.programmes.leading import TRACK, know_lambeth
from tests.audits.builders import TOWPATH
from tests.audits.phones import a_body, a_stop
from tests.journeys.clocked import clocked
from tests.journeys.test_desk import enter_day
from tests.journeys.test_pages import browser
from tests.journeys.test_scheme import press, seen
from tests.people import Service, ok

__all__ = ["browser"]
MARGIN: Any = dict.fromkeys(("top", "right", "bottom", "left"), "12mm")  # as printers leave it


@pytest.fixture
async def served(tmp_path: Path, database_url: str) -> AsyncIterator[Service]:
    """The service, served, over a corner of London that is known."""
    async with clocked(tmp_path, database_url) as service:
        await know_lambeth()
        yield service


async def lead(service: Service, browser: Browser, width: int) -> Page:
    """A page of a browser in which a lead has shown her second factor."""
    signed_in = await service.staff_browser("lead")
    context = await browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    url = service.settings.base_url
    cookies = [{"name": one.name, "value": one.value or "", "url": url} for one in signed_in.cookies.jar]
    await context.add_cookies(cookies)  # type: ignore[arg-type]  # a TypedDict of theirs
    return await context.new_page()


async def created(page: Page, width: int) -> None:
    """By a GPX route with a width, through a mistake, over the check page."""
    await page.get_by_label("Name", exact=True).fill("Brixton after dark")
    await enter_day(page, "First night of walking", "1 10 2026")
    await enter_day(page, "Last night of walking", "31 12 2026")
    await page.get_by_label("In a file").check()
    await page.get_by_label("GeoJSON of one area").set_input_files(
        {"name": "route.gpx", "mimeType": "application/gpx+xml", "buffer": TRACK}
    )
    await press(page, "Look at it on a map", width)
    assert (await page.title()).startswith("Error: ")
    await page.get_by_label("Width, if it is").fill("60")
    await press(page, "Look at it on a map", width)
    await press(page, "Create the programme", width)


async def planned(page: Page, width: int) -> None:
    """A stop by a press on the map, one by writing, the station by a button; then kept."""
    await page.get_by_role("link", name="Stops and route").click()
    await seen(page, width)
    await page.locator("#pointing svg").click()
    assert re.fullmatch(r"TQ \d{5} \d{5}", await page.get_by_label("Where it is").input_value())
    await page.get_by_label("Its name").fill("Half way")
    await press(page, "Add this stop to the list", width)
    await page.get_by_label("Stops, in the order").fill(
        await page.get_by_label("Stops, in the order").input_value() + "\nThe end of it; 51.4640, -0.1120"
    )
    await page.get_by_text("Add many at once").click()
    await press(page, "Add the stations", width)
    await press(page, "Keep the plan", width)
    assert await page.locator("tbody tr").count() == 3
    await page.get_by_role("link", name="Overview").click()


async def walked(service: Service, link: str) -> None:
    """A phone joins by what the sheet's code says, and hands in a walk."""
    http = service.http
    joined = await ok(await http.post("/api/invitations/redeem", json={"code": link, "device_id": str(uuid4())}), 201)
    phone = {"Authorization": f"Bearer {joined['token']}"}
    planned = [stop["id"] for stop in joined["programme"]["planned_stops"]]
    places = ((-0.1145, 51.4625), (-0.1120, 51.4640))
    stops = [a_stop(n + 1, where=place, planned_stop_id=planned[n]) for n, place in enumerate(places)]
    walk = uuid4()
    body = a_body(joined["programme"]["id"], stops, client_sent_at=service.clock().isoformat())
    await ok(await http.put(f"/api/walks/{walk}", json=body, headers=phone), 201)
    assert (await ok(await http.post(f"/api/walks/{walk}/complete", headers=phone)))["state"] == "received"


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("width", [360, 1280])
async def test_a_leads_month(served: Service, browser: Browser, width: int) -> None:
    """Every page on the way is looked at; the printed code, read back by another's reader, lets a phone join."""
    page, home = await lead(served, browser, width), served.settings.base_url
    await page.goto(f"{home}/programmes")
    await seen(page, width)
    await page.get_by_role("button", name="Create a programme").click()
    await seen(page, width)
    await created(page, width)
    await planned(page, width)
    await page.get_by_role("button", name="Invite women to walk").click()
    await seen(page, width)
    await press(page, "Make the joining sheet", width)
    await page.emulate_media(media="print")
    printed = zxingcpp.read_barcodes(Image.open(io.BytesIO(await page.screenshot(full_page=True))))
    sheet = pypdf.PdfReader(io.BytesIO(await page.pdf(format="A4", margin=MARGIN)))
    await page.emulate_media(media="screen")
    code = await page.locator(".ns-joining__code").inner_text()

    assert [found.text for found in printed] == [f"{home}/join#{code}"]
    assert len(sheet.pages) == 1 and code in sheet.pages[0].extract_text()
    await walked(served, printed[0].text)
    await page.get_by_role("link", name="Back to the programme").click()
    await seen(page, width)
    assert await page.get_by_text("1 woman has joined. 11 places are free.").count() == 1
    assert await page.get_by_role("link", name=re.compile("^2 stops.*after dark, 24 October 2026")).count() == 1

    await page.get_by_role("link", name="Coverage").click()
    await seen(page, width)
    assert await page.get_by_text("Planned stops: 1 never made, 2 made once").count() == 1
    await page.get_by_role("link", name="Overview").click()

    await page.get_by_role("link", name="Withdraw").click()
    await press(page, "Withdraw the invitation", width)
    await page.get_by_role("button", name="Close the programme").click()
    await press(page, "Close the programme", width)
    assert await page.get_by_text("The programme is closed.").count() == 1
    await page.goto(f"{home}/programmes")
    await seen(page, width)


@pytest.mark.only_on("sqlite")
async def test_an_area_is_drawn_on_the_map(served: Service, browser: Browser) -> None:
    """What stands in the field is shown; corners are pressed, set by keys and taken back; the form takes them."""
    page = await lead(served, browser, 1280)
    await page.goto(f"{served.settings.base_url}/programmes/new")
    await page.get_by_label("Draw it on a map, or paste it").check()
    field = page.get_by_label("GeoJSON", exact=True)
    await field.fill(json.dumps(TOWPATH))
    await page.get_by_role("button", name="Draw it on a map").click()
    await page.get_by_text("The map is ready.").wait_for()
    await seen(page, 1280)
    await page.get_by_label("An area", exact=True).check()
    canvas = page.locator(".ns-map__canvas canvas").first
    await canvas.click(position={"x": 100, "y": 60})
    await page.get_by_text("3 corners. The area is").wait_for()
    await canvas.press("Enter")
    four = json.loads(await field.input_value())
    await canvas.press("Backspace")
    await page.get_by_label("Name", exact=True).fill("Drawn")
    await enter_day(page, "Last night of walking", "31 12 2026")
    three = json.loads(await field.input_value())
    await press(page, "Look at it on a map", 1280)

    assert (len(four["coordinates"][0]), len(three["coordinates"][0])) == (5, 4)
    assert three["coordinates"][0][:2] == TOWPATH["coordinates"]
    assert await page.get_by_role("button", name="Create the programme").count() == 1
