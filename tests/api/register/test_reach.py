"""The reach for programs: one area or all, as JSON, CSV and GeoJSON, of the same figures."""

import csv
import io
from typing import Any

import pytest

from tests.charter.builders import LAMBETH, Pen
from tests.charter.reach.world import IN_WEST, at, bring_the_town
from tests.people import Service, ok


@pytest.fixture
async def town(service: Service) -> Service:
    """The service with two boroughs, a town centre and four venues, one of which signed."""
    await bring_the_town()
    await Pen(now=service.clock()).stand("=Lamb", premises=at("The Lamb", IN_WEST))
    return service


async def every_area(service: Service) -> Any:
    return await ok(await service.http.get("/api/charter/reach"))


async def test_one_area_is_asked_for_by_its_place(town: Service) -> None:
    [lambeth] = (await ok(await town.http.get("/api/places?kind=borough&q=lambeth")))["items"]
    reach = await ok(await town.http.get(f"/api/charter/reach?area={lambeth['id']}"))

    assert {name: reach[name] for name in ("id", "kind", "key", "name")} == {
        name: lambeth[name] for name in ("id", "kind", "key", "name")
    }
    assert (reach["venues_known"], reach["venues_signed"], reach["share"], reach["share_at_most"]) == (2, 1, 0.5, 0.5)
    assert (reach["organisations_signed"], reach["premises_signed"]) == (1, 1)


async def test_every_area_comes_with_london_in_all(town: Service) -> None:
    found = await every_area(town)

    assert [(item["kind"], item["name"], item["share"]) for item in found["items"]] == [
        ("borough", "Lambeth", 0.5),
        ("borough", "Southwark", 0.0),
        ("town_centre", "Middle", 0.0),
    ]
    assert (found["london"]["venues_known"], found["london"]["share"], found["next"]) == (4, 0.25, None)
    assert found["as_of"] == town.clock().isoformat().replace("+00:00", "Z")


async def test_the_files_hold_the_same_figures(town: Service) -> None:
    """Row by row and feature by feature."""
    items = (await every_area(town))["items"]
    rows = list(csv.DictReader(io.StringIO((await town.http.get("/api/charter/reach.csv")).text, newline="")))
    features = (await ok(await town.http.get("/api/charter/reach.geojson")))["features"]

    assert [{name: str("" if item[name] is None else item[name]) for name in rows[0]} for item in items] == rows
    assert [{"id": feature["id"], **feature["properties"]} for feature in features] == items
    assert {feature["geometry"]["type"] for feature in features} == {"Polygon"}


async def test_files_can_be_of_one_area(town: Service) -> None:
    last = (await every_area(town))["items"][-1]
    rows = (await town.http.get(f"/api/charter/reach.csv?area={last['id']}")).text.splitlines()
    features = (await ok(await town.http.get(f"/api/charter/reach.geojson?area={last['id']}")))["features"]

    assert len(rows) == 2
    assert [feature["properties"]["name"] for feature in features] == ["Middle"]


@pytest.mark.parametrize("address", ["reach", "reach.csv", "reach.geojson"])
async def test_an_unknown_area_is_404(address: str, town: Service) -> None:
    """An unknown number, a borough's code, nothing at all, and a venue, which has no extent."""
    [venue] = (await ok(await town.http.get("/api/places?kind=venue&limit=1")))["items"]
    asked = ["999999", LAMBETH, "", "%00", str(venue["id"])]
    answers = [await town.http.get(f"/api/charter/{address}?area={area}") for area in asked]

    assert [answer.status_code for answer in answers] == [404] * 5
    assert {answer.json()["type"] for answer in answers} == {"/problems/no-such-place"}


async def test_with_nothing_imported_the_files_are_empty_and_whole(service: Service) -> None:
    assert (await every_area(service))["items"] == []
    assert (await ok(await service.http.get("/api/charter/reach.geojson")))["features"] == []
    assert len((await service.http.get("/api/charter/reach.csv")).text.splitlines()) == 1
