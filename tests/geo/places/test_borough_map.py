"""Which borough a place is in: made-up squares, and London's real boundaries."""

import csv
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import IO

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.crs import Metres, to_degrees
from geo.places.borough_map import BoroughMap
from geo.places.boundaries import read_boroughs, read_outline, read_town_centres
from geo.places.entries import Entry, Read
from geo.places.venues import read_venues
from geo.shapes import box, points_in
from tests.geo.places.files import parted

WEST_SQUARE, EAST_SQUARE = box(-0.2, 51.4, -0.1, 51.5), box(-0.09, 51.4, 0.0, 51.5)
TWO = BoroughMap(["west", "east"], [WEST_SQUARE, EAST_SQUARE])
WITH_OUTLINE = BoroughMap(["west", "east"], [WEST_SQUARE, EAST_SQUARE], box(-0.2, 51.4, 0.0, 51.52))
SHARED_EDGE = BoroughMap(["first", "second"], [box(-0.2, 51.4, -0.1, 51.5), box(-0.1, 51.4, 0.0, 51.5)])

# The middles of bridges that no borough polygon holds, for these stop at mean high water.
BRIDGES = {
    "Westminster": (-0.1219, 51.5009, {"E09000022", "E09000033"}),
    "Waterloo": (-0.1168, 51.5086, {"E09000022", "E09000033"}),
    "Millennium": (-0.0985, 51.5095, {"E09000001", "E09000028"}),
    "Tower": (-0.0754, 51.5055, {"E09000028", "E09000030"}),
}


def one(boroughs: BoroughMap, lon: float, lat: float) -> str | None:
    [found] = boroughs.boroughs_of([lon], [lat])
    return found


def entries_of(path: Path, reader: Callable[[IO[bytes]], Read]) -> list[Entry]:
    with path.open("rb") as file:
        return parted(reader(file))[0]


@cache
def real_map(data: Path) -> BoroughMap:
    boroughs = entries_of(data / "boundaries/london_boroughs.geojson", read_boroughs)
    [outline] = entries_of(data / "boundaries/greater_london_outline_with_thames.geojson", read_outline)
    ordered = sorted(boroughs, key=lambda entry: entry.key)
    return BoroughMap([each.key for each in ordered], [each.shape for each in ordered], outline.shape)


@pytest.fixture
def london(shared_data: Path) -> Iterator[BoroughMap]:
    """The 33 real boroughs and the outline."""
    yield real_map(shared_data)


def test_a_place_inside_a_borough_is_in_it() -> None:
    assert TWO.boroughs_of([-0.15, -0.05], [51.45, 51.45]) == ["west", "east"]


def test_a_common_edge_belongs_to_the_first_of_its_boroughs() -> None:
    assert one(SHARED_EDGE, -0.1, 51.45) == "first"


def test_between_two_banks_the_nearer_one_counts_in_metres() -> None:
    assert one(WITH_OUTLINE, -0.096, 51.45) == "west"
    assert one(WITH_OUTLINE, -0.094, 51.45) == "east"


def test_far_from_both_but_inside_the_outline_the_nearest_still_counts() -> None:
    assert one(WITH_OUTLINE, -0.15, 51.518) == "west"
    assert one(TWO, -0.15, 51.518) is None


def test_outside_the_outline_there_is_no_borough_however_near() -> None:
    assert one(WITH_OUTLINE, -0.2005, 51.45) is None


def test_without_an_outline_500_metres_are_the_limit() -> None:
    assert one(TWO, -0.15, 51.5044) == "west"
    assert one(TWO, -0.15, 51.5046) is None


def test_without_boroughs_nothing_is_known_and_nothing_fails() -> None:
    assert BoroughMap([], []).boroughs_of([-0.1, 500], [51.5, np.inf]) == [None, None]
    assert BoroughMap([], [], box(-1, 51, 1, 52)).boroughs_of([], []) == []


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_any_place_on_the_globe_has_an_answer(lon: float, lat: float) -> None:
    assert one(TWO, lon, lat) in ("west", "east", None)
    assert one(WITH_OUTLINE, lon, lat) in ("west", "east", None)


@given(st.lists(st.tuples(st.floats(-0.25, 0.05), st.floats(51.38, 51.54)), min_size=1, max_size=90))
def test_many_places_at_once_are_answered_like_each_alone(places: list[tuple[float, float]]) -> None:
    lons, lats = zip(*places, strict=True)

    assert WITH_OUTLINE.boroughs_of(lons, lats) == [one(WITH_OUTLINE, lon, lat) for lon, lat in places]


@pytest.mark.parametrize("bridge", BRIDGES)
def test_a_bridge_over_the_thames_is_in_the_borough_of_a_bank(london: BoroughMap, bridge: str) -> None:
    lon, lat, banks = BRIDGES[bridge]
    inside = [
        code for code, shape in zip(london.codes, london.shapes, strict=True) if shapely.intersects_xy(shape, lon, lat)
    ]

    assert inside == []
    assert one(london, lon, lat) in banks


@pytest.mark.parametrize(("lon", "lat"), [(-0.595, 51.511), (-0.336, 51.752), (0.215, 51.447), (-74.0, 40.7)])
def test_slough_st_albans_dartford_and_new_york_are_in_no_borough(london: BoroughMap, lon: float, lat: float) -> None:
    assert one(london, lon, lat) is None


def test_music_venues_are_in_the_borough_they_state_by_easting_and_northing(
    london: BoroughMap, shared_data: Path
) -> None:
    music = entries_of(shared_data / "venues/gla_music_venues_2022.csv", read_venues)
    stated = [venue for venue in music if venue.borough]
    found = london.boroughs_of([venue.shape.x for venue in stated], [venue.shape.y for venue in stated])

    assert len(stated) == 783
    assert [venue.name for venue, borough in zip(stated, found, strict=True) if borough != venue.borough] == []


def test_degrees_at_face_value_would_put_over_50_into_wrong_boroughs(london: BoroughMap, shared_data: Path) -> None:
    with (shared_data / "venues/gla_music_venues_2022.csv").open(encoding="utf8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["borough_code"]]
    lons, lats = [float(row["longitude"]) for row in rows], [float(row["latitude"]) for row in rows]
    by_polygon = [london.codes[index] if index >= 0 else None for index in points_in(london.shapes, lons, lats)]
    wrong = [row["name"] for row, borough in zip(rows, by_polygon, strict=True) if borough != row["borough_code"]]

    # The data's README counts 53 on the unsimplified boundaries; vessels are in no polygon wherever their degrees are.
    assert len(set(wrong) - {"The Battersea Barge", "Crown River Cruises"}) in (53, 54)


def test_pubs_are_in_the_borough_they_state_moored_ships_too(london: BoroughMap, shared_data: Path) -> None:
    pubs = entries_of(shared_data / "venues/gla_pubs_2020.csv", read_venues)
    found = london.boroughs_of([pub.shape.x for pub in pubs], [pub.shape.y for pub in pubs])
    ships = {pub.name: borough for pub, borough in zip(pubs, found, strict=True) if pub.name == "Tattershall Castle"}

    assert [pub.name for pub, borough in zip(pubs, found, strict=True) if borough != pub.borough] == []
    assert ships == {"Tattershall Castle": "E09000033"}


def test_two_town_centres_are_planned_by_another_borough_than_their_middle_is_in(
    london: BoroughMap, shared_data: Path
) -> None:
    centres = entries_of(shared_data / "boundaries/london_town_centres.geojson", read_town_centres)
    middles = [centre.shape.representative_point() for centre in centres]
    found = london.boroughs_of([middle.x for middle in middles], [middle.y for middle in middles])
    torn = {centre.name for centre, borough in zip(centres, found, strict=True) if borough != centre.borough}

    assert torn == {"Green Lane", "Herne Hill"}


def test_a_hundred_thousand_places_take_under_two_seconds(london: BoroughMap) -> None:
    chance = np.random.default_rng(7)
    places = to_degrees(Metres.of(chance.uniform(505_000, 560_000, 100_000), chance.uniform(157_000, 200_000, 100_000)))

    found = london.boroughs_of(places.lon, places.lat)

    assert len(found) == 100_000
    assert {code for code in found if code} == set(london.codes)
