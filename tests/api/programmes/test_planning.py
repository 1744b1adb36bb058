"""Planning stops on a programme's page: gathered from anywhere, kept as one list, the same stops in later years."""

import json
from typing import Any
from uuid import UUID

import httpx

from audits.queries import programme
from geo.shapes import in_metres, point, read_shape
from migrations.database import fetch, fetch_value
from tests.api.programmes.leading import TRACK, create, hidden, know_lambeth
from tests.api.register.pages import table_rows, words
from tests.audits.builders import ADMINISTRATOR, TOWPATH, a_programme, a_stop, a_walk
from tests.people import Service

MARKED = TRACK.replace(b"<trk>", b'<wpt lat="51.4625" lon="-0.1146"><name>Arch</name></wpt><trk>')
COLLECTION = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"name": "Bus shelter"},
            "geometry": {"type": "Point", "coordinates": [-0.114, 51.463]},
        },
        {"type": "Feature", "properties": None, "geometry": TOWPATH},
    ],
}


async def send(browser: httpx.AsyncClient, id: UUID, page: str, file: bytes = b"", **typed: str) -> httpx.Response:
    """The form of the plan as `page` has it, with what is typed and a file, by one of its buttons."""
    found = {"stops": text_of(page), "keep_route": "yes", **hidden(page), **typed}
    parts: list[Any] = [(name, (None, value)) for name, value in found.items()]
    return await browser.post(f"/programmes/{id}/plan", files=[*parts, ("file", ("plan", file))])


def text_of(page: str) -> str:
    """The list of stops as it stands in the form."""
    return page.partition('name="stops"')[2].partition(">")[2].partition("</textarea>")[0]


async def planned(id: UUID) -> list[str]:
    """The names of what is kept, in their order."""
    rows = await fetch(
        "select planned_stop.name from planned_stop join programme on programme.number = planned_stop.programme "
        "where programme.id = $1 order by sequence",
        id,
    )
    return [str(row["name"]) for row in rows]


async def test_stops_are_gathered_from_everywhere_and_kept_as_one_list(service: Service) -> None:
    """A place that was pressed, waypoints and the route of a file, stations; nothing is kept before the button."""
    await know_lambeth()
    lead = await service.staff_browser("lead")
    id = await create(lead)
    page = (await lead.get(f"/programmes/{id}/plan")).text
    for typed, file in (
        ({"step": "one", "stop_name": "Under the bridge", "position": "TQ 3105 7542"}, b""),
        ({"step": "file"}, MARKED),
        ({"step": "file"}, json.dumps(COLLECTION).encode()),
        ({"step": "stations"}, b""),
    ):
        page = (await send(lead, id, page, file, **typed)).text
    before = await planned(id)
    kept = await send(lead, id, page, step="keep")
    shown = (await lead.get(kept.headers["location"])).text

    assert before == [] and kept.status_code == 303
    assert await planned(id) == ["Under the bridge", "Arch", "Bus shelter", "Brixton Underground Station"]
    assert (await fetch_value("select route from programme")).equals_exact(read_shape(TOWPATH), 1e-6)
    assert "The plan was kept." in words(shown)
    assert [row[0] for row in table_rows(shown)[1:]][1] == "2. Arch"


async def test_a_later_programme_makes_the_same_stops(service: Service) -> None:
    """Under the same ids, which walks name; saving a list again keeps them, and a stop that moved gets a new one."""
    lead = await service.staff_browser("lead")
    first, second = await create(lead), await create(lead, name="Brixton again")
    stops = "Arch; 51.4625, -0.1146\nShelter; 51.4630, -0.1140"
    await send(lead, first, (await lead.get(f"/programmes/{first}/plan")).text, step="keep", stops=stops)
    page = await send(
        lead, second, (await lead.get(f"/programmes/{second}/plan")).text, step="earlier", earlier=str(first)
    )
    moved = text_of(page.text).replace("51.463000", "51.463100")
    await send(lead, second, page.text, step="keep", stops=moved)
    rows = await fetch("select programme, id from planned_stop order by programme, sequence")

    assert len(rows) == 4
    assert rows[0]["id"] == rows[2]["id"] and rows[1]["id"] != rows[3]["id"]


async def test_a_mistake_in_the_list_is_told_by_its_stop(service: Service) -> None:
    """And what was typed stands."""
    lead = await service.staff_browser("lead")
    id = await create(lead)
    page = (await lead.get(f"/programmes/{id}/plan")).text
    for typed, field, sentence in (
        ({"step": "keep", "stops": "Arch; 51.4625, -0.1146\nnowhere"}, "stops", "Line 2: write the name"),
        ({"step": "keep", "stops": "Far; 51.6, -0.1146"}, "stops", "Stop 1, Far: This stop is over 100 m outside"),
        ({"step": "keep", "stops": "A; 51.4625, -0.1146\n" * 61}, "stops", "Plan at most 60 stops"),
        ({"step": "keep", "route": "{}"}, "keep_route", "The route cannot be read"),
        ({"step": "one", "position": "51.46, -0.11"}, "stop_name", "Name the stop"),
        ({"step": "one", "stop_name": "Arch", "position": "here"}, "position", "Press on the map"),
        ({"step": "file"}, "file", "Choose a GeoJSON or GPX file"),
        ({"step": "earlier", "earlier": str(id)}, "earlier", "Choose a programme"),
        ({"step": "stations"}, "stops", "No station inside the area"),
    ):
        answer = await send(lead, id, page, **typed)

        assert answer.status_code == 422 and sentence in words(answer.text), typed
        assert f'<a href="#{field}">' in answer.text, typed
    for file in (b"<gpx/>", b"<html/>", b"{}", b"[", b"\xff\xfe", b'{"type": "FeatureCollection", "features": []}'):
        answer = await send(lead, id, page, file, step="file")

        assert answer.status_code == 422 and '<a href="#file">' in answer.text, file
    assert await planned(id) == []


async def test_a_plan_stands_once_somebody_walked(service: Service) -> None:
    """The form is gone, and a page that was open before changes nothing."""
    made = await a_programme()
    browser = await service.staff_browser("administrator")
    page = (await browser.get(f"/programmes/{made.id}/plan")).text
    await a_walk(made)
    late = await send(browser, made.id, page, step="keep", stops="Arch; 51.4625, -0.1146")
    after = (await browser.get(f"/programmes/{made.id}/plan")).text

    assert late.status_code == 422 and "Somebody has walked by this plan already" in late.text
    assert await planned(made.id) == [] and "<textarea" not in after


async def test_coverage_tells_walked_once_and_never(service: Service) -> None:
    """By cell and by planned stop, of walks that count; one leg alone where that is asked."""
    lead = await service.staff_browser("lead")
    id = await create(lead, TRACK, at="file", width_m="60")
    stops = "Arch; 51.4625, -0.1146\nShelter; 51.4630, -0.1138"
    await send(lead, id, (await lead.get(f"/programmes/{id}/plan")).text, step="keep", stops=stops)
    empty = (await lead.get(f"/programmes/{id}/coverage")).text
    arch = await fetch_value("select id from planned_stop where sequence = 1")
    await walked_at(id, arch)
    page = (await lead.get(f"/programmes/{id}/coverage")).text
    light = (await lead.get(f"/programmes/{id}/coverage?leg=light")).text
    rows = {row[0]: row[1:] for row in table_rows(page)}

    assert "Planned stops: 2 never made, 0 made once" in words(empty)
    assert rows["1. Arch"] == ["1", "0", "Walked once"] and rows["2. Shelter"] == ["0", "0", "Never walked"]
    assert "Never walked 8 Walked once 1 Twice or more 0" in words(page)
    assert "Planned stops: 2 never made" in words(light) and "<svg" in page
    peer = await service.staff_browser("lead")
    assert [(await peer.get(f"/programmes/{id}/{part}")).status_code for part in ("coverage", "plan")] == [404, 404]


async def walked_at(id: UUID, planned_stop: UUID) -> None:
    """A received walk that stopped there twice, one that waits in quarantine, and a stop that lost its place."""
    of, at = await programme(id, caller=ADMINISTRATOR), in_metres(point(-0.1146, 51.4625))
    for state in ("received", "quarantined"):
        walk = await a_walk(of, state=state)
        for sequence in (1, 2):
            await a_stop(walk, sequence=sequence, planned_stop_id=planned_stop, easting_m=at.x, northing_m=at.y)
        await a_stop(walk, sequence=3)
