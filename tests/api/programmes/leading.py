"""What tests of a lead's pages share: places that are known, forms as a browser sends them, programmes of hers."""

import json
import re
from html import unescape
from typing import Any
from uuid import UUID

import httpx

from geo.places.boundaries import read_boroughs, read_town_centres
from geo.places.hubs import read_hubs
from geo.places.importing import import_places
from tests.api.actions.test_pages import HIDDEN
from tests.audits.builders import BRIXTON
from tests.geo.places.files import geojson, naptan, square
from tests.people import TONIGHT

CODE = re.compile(r'class="ns-joining__code">([0-9A-Z-]{14})<')
TRACK = b"""<gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>
<trkpt lat="51.4610" lon="-0.1170"/><trkpt lat="51.4625" lon="-0.1146"/><trkpt lat="51.4640" lon="-0.1120"/>
</trkseg></trk></gpx>"""
CENTRE = {"layerreference": "T1", "sitename": "Brixton", "classification": "Major", "borough": "Lambeth"}
FILLED: dict[str, Any] = {
    "name": "Brixton after dark",
    "purpose": "Which streets to light first.",
    "lead_body": "E09000022",
    "instrument_version": "1",
    "opens_on-day": "1",
    "opens_on-month": "10",
    "opens_on-year": "2026",
    "closes_on-day": "31",
    "closes_on-month": "12",
    "closes_on-year": "2026",
    "at": "drawn",
    "geojson": json.dumps(BRIXTON),
    "width_m": "",
}


async def know_lambeth() -> None:
    """One borough, one town centre and one station."""
    await import_places(
        read_boroughs(geojson(({"gss": "E09000022", "name": "Lambeth"}, square(-0.2, 51.4, 0.1)))), now=TONIGHT
    )
    await import_places(read_town_centres(geojson((CENTRE, square(-0.12, 51.46)))), now=TONIGHT)
    await import_places(read_hubs(naptan({})), now=TONIGHT)


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's form."""
    return {name: unescape(value) for name, value in HIDDEN.findall(page)}


async def look(browser: httpx.AsyncClient, file: bytes = b"", **changes: Any) -> httpx.Response:
    """The first form, filled in but for `changes`, and sent with its file."""
    form = hidden((await browser.get("/programmes/new")).text)
    parts: list[Any] = [(name, (None, value)) for name, value in {**form, **FILLED, **changes}.items()]
    return await browser.post("/programmes/new", files=[*parts, ("file", ("area", file))])


async def create(browser: httpx.AsyncClient, file: bytes = b"", **changes: Any) -> UUID:
    """The id of a programme that was looked at and created."""
    page = await look(browser, file, **changes)
    assert page.status_code == 200, page.text
    made = await browser.post("/programmes/new/create", data={**hidden(page.text), "step": "create"})
    assert made.status_code == 303, made.text
    return UUID(made.headers["location"].split("/")[-1].partition("?")[0])


async def invitation(browser: httpx.AsyncClient, programme_id: UUID, **changes: str) -> httpx.Response:
    """The joining sheet of an invitation, or its form with what is wrong."""
    url = f"/programmes/{programme_id}/invite"
    until = {"expires_on-day": "31", "expires_on-month": "12", "expires_on-year": "2026"}
    form = {**hidden((await browser.get(url)).text), "places": "12", "label": "", **until}
    return await browser.post(url, data={**form, **changes})


def code_on(sheet: str) -> str:
    """The code that a joining sheet shows."""
    found = CODE.search(sheet)
    assert found, sheet
    return found[1]
