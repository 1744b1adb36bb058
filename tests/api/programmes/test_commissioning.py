"""Creating a programme on its pages: however its area is given, nothing is created before it was looked at."""

import json
import re
from typing import Any

import httpx
import pytest

from geo.gpx import read_gpx
from migrations.database import fetch, fetch_value
from tests.api.programmes.leading import FILLED, TRACK, create, hidden, know_lambeth, look
from tests.api.register.pages import words
from tests.audits.builders import TOWPATH, square
from tests.audits.test_programmes import BOWTIE
from tests.conftest import SHARED
from tests.people import Service

SUMMARY = re.compile(r'<a href="#([\w-]+)"')
TRACKS = re.compile(rb"<trkseg>.*?</trkseg>", re.DOTALL)
GPX_FILES = sorted((SHARED / "gpx").rglob("*.gpx"))


MISTAKES: list[tuple[dict[str, Any], str, str]] = [
    ({"geojson": json.dumps(BOWTIE)}, "geojson", "crosses itself"),
    ({"geojson": json.dumps(square(0.06))}, "geojson", "km², and a lead may commission up to 25 km²"),
    ({"geojson": json.dumps(TOWPATH)}, "width_m", "needs a width"),
    ({"geojson": json.dumps(TOWPATH), "width_m": "wide"}, "width_m", "as a number of metres"),
    ({"geojson": json.dumps(TOWPATH), "width_m": "nan"}, "width_m", "more than 0 and at most 1000"),
    ({"width_m": "60"}, "width_m", "A polygon already says how wide it is"),
    ({"geojson": '{"type": "Polygon"'}, "geojson", "neither GeoJSON nor GPX"),
    ({"geojson": "[" * 100_000}, "geojson", "neither GeoJSON nor GPX"),
    ({"geojson": "7"}, "geojson", "This is not GeoJSON"),
    ({"geojson": '{"type": "Feature", "geometry": null}'}, "geojson", "holds no area"),
    ({"geojson": " "}, "geojson", "Draw the area on the map"),
    ({"geojson": json.dumps({"type": "Polygon", "coordinates": [[[2, 48], [3, 48], [3, 49], [2, 48]]]})},
     "geojson", "not in Great Britain"),
    ({"geojson": json.dumps({"type": "Polygon", "coordinates": [[[-3, 53], [-2.99, 53], [-3, 53.01], [-3, 53]]]})},
     "geojson", "not in London"),
    ({"at": "file"}, "file", "Choose a GeoJSON or GPX file"),
    ({"at": ""}, "at", "Choose how you want to give the area"),
    ({"at": "known"}, "place", "Enter a borough"),
    ({"name": " "}, "name", "Enter a name"),
    ({"purpose": "x" * 2001}, "purpose", "1 to 2000 characters"),
    ({"opens_on-day": "31", "opens_on-month": "2"}, "opens_on", "a real one"),
    ({"closes_on-day": ""}, "closes_on", "must include a day"),
    ({"opens_on-year": "2027"}, "closes_on", "cannot close before it opens"),
    ({"instrument_version": "9"}, "instrument_version", "No instrument has this version"),
]  # fmt: skip


async def test_an_area_is_looked_at_and_then_created(service: Service) -> None:
    """With its size, boroughs and stations; the trail and the programme say what was typed."""
    await know_lambeth()
    lead = await service.staff_browser("lead")
    page = (await look(lead)).text
    before = await fetch_value("select count(*) from programme")
    stations = {"stations": "9400ZZLUBXN"}
    made = await lead.post("/programmes/new/create", data={**hidden(page), **stations, "step": "create"})
    [row] = await fetch("select name, purpose, lead_body, opens_on, closes_on from programme")

    said = words(page)
    assert before == 0 and made.status_code == 303
    assert "0.37 km²" in said and "Lambeth" in said and "1. Brixton Underground Station" in said and "<svg" in page
    assert [str(value) for value in row.values()] == [
        "Brixton after dark", "Which streets to light first.", "E09000022", "2026-10-01", "2026-12-31",
    ]  # fmt: skip
    assert await fetch_value("select name from planned_stop") == "Brixton Underground Station"
    assert await fetch_value("select action from audit_event where subject = 'programme'") == "created"


async def test_a_button_pressed_twice_creates_one(service: Service) -> None:
    """Both answers lead to the same programme."""
    lead = await service.staff_browser("lead")
    form = {**hidden((await look(lead)).text), "step": "create"}
    answers = [await lead.post("/programmes/new/create", data=form) for _ in "ab"]

    assert {answer.headers["location"] for answer in answers} == {f"/programmes/{form['id']}?done=created"}
    assert await fetch_value("select count(*) from programme") == 1


async def test_another_s_id_creates_nothing(service: Service) -> None:
    """Whoever forges the hidden field is told that there is no such programme of hers."""
    lead, peer = await service.staff_browser("lead"), await service.staff_browser("lead")
    taken = await create(lead)
    form = {**hidden((await look(peer)).text), "id": str(taken), "step": "create"}

    assert (await peer.post("/programmes/new/create", data=form)).status_code == 404
    assert await fetch_value("select count(*) from programme") == 1


async def test_a_gpx_route_with_a_width_is_area_and_route(service: Service) -> None:
    """The line is kept as it was drawn, as wide as was said, and phones show it as the route."""
    id = await create(await service.staff_browser("lead"), TRACK, at="file", width_m="60")
    [row] = await fetch("select width_m, line, route, area from programme where id = $1", id)

    assert row["width_m"] == 60 and row["line"].equals(row["route"])
    assert row["line"].equals(read_gpx(TRACK).line) and row["area"].covers(row["line"])


async def test_a_known_place_is_an_area_by_its_name(service: Service) -> None:
    """Whatever its case; several of a name are offered, and the number of one of them is taken."""
    await know_lambeth()
    lead = await service.staff_browser("lead")
    centre = await create(lead, at="known", place="brixton")
    unknown = await look(lead, at="known", place="Atlantis")
    several = await look(lead, at="known", place="b")
    number = str(await fetch_value("select number from place where kind = 'town_centre'"))
    chosen = await look(lead, at="known", place="b", place_number=number)

    assert (await fetch_value("select area from programme where id = $1", centre)).area == pytest.approx(0.0001)
    assert unknown.status_code == 422 and "No borough, town centre or ward is called so" in unknown.text
    assert several.status_code == 422 and "Brixton, town centre, Lambeth" in several.text
    assert chosen.status_code == 200 and "Brixton" in words(chosen.text)


async def test_each_mistake_is_explained_at_its_field(service: Service) -> None:
    """Alone, in the summary and at the field, and everything else that was typed stands."""
    await know_lambeth()
    lead = await service.staff_browser("lead")
    for changes, field, sentence in MISTAKES:
        page = await look(lead, **changes)

        assert page.status_code == 422 and "<title>Error: " in page.text, changes
        assert SUMMARY.findall(page.text) == ["main-content", field], changes
        assert sentence in words(page.text), changes
        assert "name" in changes or FILLED["name"] in page.text


async def test_a_large_area_is_an_administrators(service: Service) -> None:
    """She is not refused."""
    page = await look(await service.staff_browser("administrator"), geojson=json.dumps(square(0.06)))

    assert page.status_code == 200 and "27.8 km²" in words(page.text)


async def test_what_was_read_survives_a_mistake_and_a_second_thought(service: Service) -> None:
    """No browser fills a file in again, so the area of one stays on the page."""
    lead = await service.staff_browser("lead")
    mistaken = await look(lead, TRACK, at="file", width_m="60", name="")
    kept = hidden(mistaken.text)["area"]
    again = await look(lead, at="kept", area=kept, width_m="60")
    changed = await lead.post("/programmes/new/create", data={**hidden(again.text), "step": "change"})

    assert mistaken.status_code == 422 and again.status_code == 200
    assert changed.status_code == 200 and hidden(changed.text)["area"] == kept
    assert 'value="Brixton after dark"' in changed.text and 'value="60"' in changed.text
    assert await fetch_value("select count(*) from programme") == 0


async def test_doubts_about_a_file_are_said(service: Service) -> None:
    """A track that jumps is shown, with the sentence that says so."""
    gap = TRACK.replace(
        b'<trkpt lat="51.4640"', b'</trkseg><trkseg><trkpt lat="51.4650" lon="-0.1110"/><trkpt lat="51.4640"'
    )
    page = await look(await service.staff_browser("lead"), gap, at="file", width_m="60")

    assert page.status_code == 200 and "joined over 1 gap" in page.text


@pytest.mark.only_on("sqlite")
async def test_every_device_s_file_is_taken_or_refused_with_a_sentence(service: Service) -> None:
    """On the page, too: each becomes a map, or a sentence at its field; a street of London becomes a map."""
    if not GPX_FILES:
        pytest.skip("the shared GPX files are not here")
    lead = await service.staff_browser("lead")
    whole = [await taken(lead, path.read_bytes()) for path in GPX_FILES]
    streets = next(path for path in GPX_FILES if path.name.startswith("osm_london_streets")).read_bytes()
    tracks = TRACKS.findall(streets)[:12]
    single = [await taken(lead, b"<gpx><trk>" + track + b"</trk></gpx>") for track in tracks]

    assert len(whole) >= 20 and [said for said in whole if said != "taken" and not said.endswith(".")] == []
    assert single == ["taken"] * 12


async def taken(lead: httpx.AsyncClient, file: bytes) -> str:
    """Whether a file became a map, or the sentence at its field."""
    page = await look(lead, file, at="file", width_m="60")
    refused = page.text.partition('<a href="#file">')[2].partition("</a>")[0]
    return "taken" if page.status_code == 200 and "<svg" in page.text else refused.strip()


async def test_the_map_to_draw_on_knows_town_centres_and_stations(service: Service) -> None:
    """By name, for leads; single bus stops would hide them."""
    await know_lambeth()
    lead, analyst = await service.staff_browser("lead"), await service.staff_browser("analyst")
    ground = (await lead.get("/programmes/ground.geojson")).json()

    assert [(one["properties"], one["geometry"]["type"]) for one in ground["features"]] == [
        ({"name": "Brixton", "kind": "centre"}, "Polygon"),
        ({"name": "Brixton Underground Station", "kind": "station"}, "Point"),
    ]
    assert (await analyst.get("/programmes/ground.geojson")).status_code == 403


async def test_only_leads_and_administrators_create(service: Service) -> None:
    """An analyst looks on."""
    analyst = await service.staff_browser("analyst")
    answers = [await analyst.get("/programmes/new"), await analyst.post("/programmes/new/create", data={"id": "x"})]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert "Create a programme" not in (await analyst.get("/programmes")).text
