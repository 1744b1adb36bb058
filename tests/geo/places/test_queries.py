"""What is asked of the register of places, on both databases alike."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from math import inf
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point

from geo.errors import EmptyGeometry
from geo.places.boundaries import read_boroughs, read_outline, read_town_centres
from geo.places.entries import Kind, Read
from geo.places.hubs import read_hubs
from geo.places.importing import import_places
from geo.places.queries import (
    Sought,
    areas_named,
    borough_of,
    boroughs_of,
    folded,
    hub_known,
    hubs_known,
    naptan_code,
    place,
    place_keyed,
    places,
    places_in_box,
    places_near,
    town_centres,
)
from geo.places.venues import read_venues
from geo.shapes import distance_m
from migrations.database import execute, transaction
from tests.geo.places.files import geojson, naptan, square, venues

NOW = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)
BRIXTON = Point(-0.11476, 51.46233)
LAMBETH = ({"gss": "E09000022", "name": "Lambeth"}, square(-0.2, 51.4, 0.1))


async def bring(read: Read) -> None:
    await import_places(read, now=NOW)


async def bring_venues(*names: str) -> None:
    """Venues of these names in a row from west to east, 100 m apart."""
    rows = [{"name": name, "easting": str(532_000 + 100 * n)} for n, name in enumerate(names)]
    await bring(read_venues(venues(*rows), category="pub"))


async def names_of(sought: Sought) -> list[str]:
    return [found.name for found in await places(sought)]


async def test_areas_are_found_by_the_words_of_their_name(database: str) -> None:
    """Whatever stands between them; those called exactly so come first, and signs of a pattern are signs."""
    names = ("Saint James", "St. James's", "St. James", "Brixton")
    about = [
        {"layerreference": name, "sitename": name, "classification": "Major", "borough": "Lambeth"} for name in names
    ]
    await bring(read_town_centres(geojson(*((one, square(-0.2, 51.4)) for one in about))))

    assert [found.name for found in await areas_named("st james", limit=9)] == ["St. James", "St. James's"]
    assert [found.name for found in await areas_named("St. James's", limit=9)] == ["St. James's"]
    assert [found.name for found in await areas_named("james", limit=2)] == ["St. James", "Saint James"]
    assert await areas_named("%_!", limit=9) == []


async def test_without_boroughs_nothing_is_known_and_nothing_fails(database: str) -> None:
    assert await borough_of(BRIXTON) is None
    assert await boroughs_of([], []) == []
    assert await hub_known("9400ZZLUBXN") is False


async def test_a_borough_is_known_as_soon_as_it_was_imported_and_when_it_changes(database: str) -> None:
    await bring(read_boroughs(geojson(LAMBETH)))
    at_first = await borough_of(BRIXTON)
    await bring(read_boroughs(geojson((LAMBETH[0], square(-0.3, 51.4, 0.1)))))

    assert (at_first, await borough_of(BRIXTON)) == ("E09000022", None)


async def test_boroughs_that_were_taken_away_are_forgotten(database: str) -> None:
    await bring(read_boroughs(geojson(LAMBETH)))
    assert await borough_of(BRIXTON) == "E09000022"

    async with transaction():
        await execute("DELETE FROM place")

    assert await borough_of(BRIXTON) is None


async def test_many_places_are_answered_at_once(database: str) -> None:
    await bring(read_boroughs(geojson(LAMBETH)))

    assert await boroughs_of([-0.15, -0.6, -0.1001], [51.45, 51.45, 51.41]) == ["E09000022", None, "E09000022"]


async def test_a_hub_is_known_by_naptans_code_and_by_tfls(database: str) -> None:
    await bring(read_hubs(naptan({})))

    assert all([await hub_known(code) for code in ("9400ZZLUBXN", "940GZZLUBXN", " 940GZZLUBXN ")])
    assert not any([await hub_known(code) for code in ("9400ZZLUBXN1", "940GZZNEUGST", "", "'; DROP TABLE place")])


async def test_the_hubs_of_a_walk_are_known_by_one_question(database: str) -> None:
    await bring(read_hubs(naptan({}, {"ATCOCode": "9100BRIXTN", "StopType": "RLY"})))

    known = await hubs_known(["940GZZLUBXN", "910GBRIXTN", "9400ZZLUBXN", "HUBBXN"])

    assert known == {"940GZZLUBXN", "910GBRIXTN", "9400ZZLUBXN"}
    assert await hubs_known([]) == frozenset()


def test_only_stop_areas_of_rail_metro_and_ferries_are_spelt_otherwise() -> None:
    assert [naptan_code(code) for code in ("930GWMP", "490G00001", "HUBWAT")] == ["9300WMP", "490G00001", "HUBWAT"]


async def test_a_place_is_found_by_its_number_and_by_its_key(database: str) -> None:
    await bring(read_hubs(naptan({})))
    by_key = await place_keyed(Kind.HUB, "940GZZLUBXN")

    assert by_key is not None
    assert await place(by_key.number) == by_key
    assert (by_key.name, by_key.category, by_key.shape) == ("Brixton Underground Station", "MET", BRIXTON)


async def test_what_is_not_there_is_none(database: str) -> None:
    assert await place(1) is None
    assert await place_keyed(Kind.WARD, "940GZZLUBXN") is None


async def test_places_near_come_nearest_first_within_the_distance(database: str) -> None:
    await bring_venues("A", "B", "C", "D")
    [start] = await places(Sought(text="b"))

    near = await places_near(start.shape, 150)

    assert [found.place.name for found in near] == ["B", "A", "C"]
    assert [found.distance_m for found in near] == pytest.approx([0, 100, 100], abs=0.01)


async def test_places_near_are_of_the_kinds_asked_for_and_areas_count_from_their_edge(database: str) -> None:
    await bring_venues("A")
    await bring(read_boroughs(geojson(({"gss": "E09000028", "name": "Southwark"}, square(-0.1, 51.5)))))
    [venue] = await places(Sought(kind=Kind.VENUE))

    near = await places_near(venue.shape, 50, kinds=[Kind.BOROUGH, Kind.WARD])

    assert [(found.place.name, found.distance_m) for found in near] == [("Southwark", 0)]


async def test_nothing_is_near_what_is_far_away(database: str) -> None:
    await bring_venues("A")

    for lon, lat, metres in ((-74, 40.7, 100), (0, 90, 100), (-0.1, 51.5, 0), (-0.1, 51.5, -5), (-0.1, 51.5, inf)):
        assert await places_near(Point(lon, lat), metres) == []


@settings(max_examples=15)
@given(east_m=st.integers(-400, 700), metres=st.floats(1, 600))
async def test_near_agrees_with_measuring_every_place(database: str, east_m: int, metres: float) -> None:
    await bring_venues("A", "B", "C", "D")
    everything = await places(Sought())
    here = Point(everything[0].shape.x + east_m / 69_300, everything[0].shape.y)

    near = await places_near(here, metres)

    assert {found.place.name for found in near} == {
        found.name for found in everything if distance_m(found.shape, here) <= metres
    }


async def test_a_box_holds_what_touches_it_and_not_what_only_its_bounds_touch(database: str) -> None:
    corner = {"type": "Polygon", "coordinates": [[[0, 51], [0.1, 51], [0, 51.1], [0, 51]]]}
    await bring(read_boroughs(geojson(({"gss": "E09000001", "name": "City of London"}, corner))))

    assert [found.name for found in await places_in_box(0.01, 51.01, 0.02, 51.02)] == ["City of London"]
    assert await places_in_box(0.09, 51.09, 0.1, 51.1) == []


async def test_a_box_takes_in_what_lies_on_its_edge(database: str) -> None:
    await bring(read_hubs(naptan({})))
    lon, lat = BRIXTON.x, BRIXTON.y

    assert len(await places_in_box(lon, lat, lon + 0.01, lat + 0.01, kinds=[Kind.HUB])) == 1
    assert await places_in_box(lon, lat, lon + 0.01, lat + 0.01, kinds=[Kind.VENUE]) == []


async def test_a_box_that_is_upside_down_is_refused(database: str) -> None:
    with pytest.raises(EmptyGeometry):
        await places_in_box(0.1, 51, 0, 52)


async def test_a_name_is_found_by_any_part_whatever_its_case_and_accents(database: str) -> None:
    await bring_venues("Café Cairo", "O’Neill's", "100% Bar", "Under_Score!")

    assert [await names_of(Sought(text=text)) for text in ("cafe", "CAFÉ", "é C")] == [["Café Cairo"]] * 3
    assert await names_of(Sought(text="o'neill")) == ["O’Neill's"]


async def test_signs_of_a_pattern_are_sought_like_any_other(database: str) -> None:
    await bring_venues("100% Bar", "Under_Score!")

    assert await names_of(Sought(text="%")) == ["100% Bar"]
    assert [await names_of(Sought(text=sign)) for sign in "_!"] == [["Under_Score!"]] * 2
    assert await names_of(Sought(text="\\")) == []


async def test_a_list_is_narrowed_by_kind_borough_category_and_box_together(database: str) -> None:
    await bring_venues("A", "B", "C")
    await bring(read_hubs(naptan({})))
    [_, b, _] = await places(Sought(kind=Kind.VENUE))
    around_b = (b.shape.x - 1e-4, b.shape.y - 1e-4, b.shape.x + 1e-4, b.shape.y + 1e-4)
    southwark = Sought(kind=Kind.VENUE, borough="E09000028", category="pub")

    assert await names_of(southwark) == ["A", "B", "C"]
    assert await names_of(replace(southwark, box=around_b)) == ["B"]
    assert await names_of(replace(southwark, borough="E09000022")) == []
    assert await names_of(replace(southwark, category="MET")) == []


async def test_pages_follow_each_other_by_number_without_gaps(database: str) -> None:
    await bring_venues(*"ABCDE")
    first = await places(Sought(), limit=2)
    second = await places(Sought(), after=first[-1].number, limit=2)
    third = await places(Sought(), after=second[-1].number, limit=2)

    assert [len(first), len(second), len(third)] == [2, 2, 1]
    assert sorted(found.name for found in first + second + third) == list("ABCDE")


async def test_town_centres_come_by_name(database: str) -> None:
    centres = [{"layerreference": n, "sitename": n, "classification": "Major"} for n in ("Éclair", "Zebra", "Angel")]
    await bring(read_town_centres(geojson(*((centre, square(-0.1, 51.5)) for centre in centres))))

    assert [centre.name for centre in await town_centres()] == ["Angel", "Éclair", "Zebra"]


def test_folding_makes_plain_what_people_type_plainly() -> None:
    assert folded("ZÓCALO") == "zocalo"
    assert folded("Straße") == "strasse"


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


async def test_on_the_real_map_bridges_and_moored_ships_have_a_borough(database: str, shared_data: Path) -> None:
    await bring_file(shared_data / "boundaries/london_boroughs.geojson", read_boroughs)
    without_outline = await boroughs_of([-0.1219, -0.0754, -0.595], [51.5009, 51.5055, 51.511])
    await bring_file(shared_data / "boundaries/greater_london_outline_with_thames.geojson", read_outline)

    assert await boroughs_of([-0.1219, -0.0754, -0.595], [51.5009, 51.5055, 51.511]) == without_outline
    assert without_outline == ["E09000033", "E09000030", None]
    assert await borough_of(Point(-0.12217, 51.50565)) == "E09000033"


async def bring_file(path: Path, reader: Callable[..., Read]) -> None:
    with path.open("rb") as file:
        await bring(reader(file))
