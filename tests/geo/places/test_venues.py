"""Venues from the GLA's Cultural Infrastructure Map: the published files, and rows that a test makes up."""

from collections import Counter
from pathlib import Path

import pytest
from shapely import Point

from geo.places.entries import Entry, Skipped
from geo.places.venues import DEGREES_NOT_TRUSTED, read_venues, venue_category
from tests.geo.places.files import LAMB, metres_between, parted, venues

HERE = Point(float(LAMB["longitude"]), float(LAMB["latitude"]))
NO_METRES = {"easting": "", "northing": ""}
# The Lamb's place in the degrees of OSGB36, 125 m off, under columns that promise WGS 84.
OSGB36 = {"longitude": "-0.087822", "latitude": "51.503758"}


def venues_of(path: Path) -> tuple[list[Entry], list[Skipped]]:
    with path.open("rb") as file:
        return parted(read_venues(file, category=venue_category(path.name)))


def test_a_venue_is_read_with_its_borough_place_and_address() -> None:
    [lamb], skipped = parted(read_venues(venues({}), category="pub"))

    assert (lamb.name, lamb.address, lamb.category) == ("The Lamb", "1 Example Street, London", "pub")
    assert (lamb.borough, lamb.source) == ("E09000028", "GLA Cultural Infrastructure Map: pub")
    assert skipped == []


@pytest.mark.parametrize(
    ("file_name", "category"),
    [
        ("gla_pubs_2020.csv", "pub"),
        ("Music_venues_all.csv", "music_venue"),
        ("LGBT_night_time_venues.csv", "lgbt_venue"),
        ("places.csv", "venue"),
    ],
)
def test_what_venues_are_is_told_by_the_name_of_their_file(file_name: str, category: str) -> None:
    assert venue_category(file_name) == category


def test_easting_and_northing_are_preferred_to_degrees() -> None:
    [lamb], _ = parted(read_venues(venues(OSGB36)))

    assert metres_between(lamb.shape, HERE) < 5


def test_degrees_are_taken_where_metres_are_missing_and_the_file_agrees_with_itself() -> None:
    [lamb, other], _ = parted(read_venues(venues({}, {"name": "The Ram", **NO_METRES})))

    assert metres_between(lamb.shape, other.shape) < 5


def test_degrees_are_not_taken_from_a_file_whose_two_positions_disagree() -> None:
    entries, [skipped] = parted(read_venues(venues(OSGB36, {"name": "The Ram", **OSGB36, **NO_METRES})))

    assert len(entries) == 1
    assert (skipped.row, skipped.why) == (3, DEGREES_NOT_TRUSTED)


@pytest.mark.parametrize(
    ("spoiled", "why"),
    [
        ({"name": " "}, "no name"),
        ({"name": "x" * 301}, "a name or address too long to be one"),
        ({**NO_METRES, "longitude": "", "latitude": ""}, "no position"),
        ({"easting": "0", "northing": "0", "longitude": "-77", "latitude": "39"}, "a position outside Great Britain"),
    ],
)
def test_a_row_that_cannot_be_used_is_skipped_with_the_reason(spoiled: dict[str, str], why: str) -> None:
    _, [skipped] = parted(read_venues(venues(spoiled)))

    assert skipped.why == why


def test_a_sound_uprn_is_the_key_so_that_a_new_name_is_the_same_venue() -> None:
    [before], _ = parted(read_venues(venues({"os_addressbase_uprn": "100023022302"})))
    [after], _ = parted(read_venues(venues({"os_addressbase_uprn": "100023022302", "name": "The Old Lamb"})))

    assert before.key == after.key == "venue:100023022302"


@pytest.mark.parametrize("ruined", ["", "0", "100000000000", "200000000000", "1E+11", "x"])
def test_where_a_spreadsheet_ruined_the_uprn_the_key_is_made_of_the_content(ruined: str) -> None:
    [one, other], _ = parted(
        read_venues(venues({"os_addressbase_uprn": ruined}, {"os_addressbase_uprn": ruined, "name": "The Ram"}))
    )
    [again], _ = parted(read_venues(venues({"os_addressbase_uprn": ruined})))

    assert ruined not in one.key.split(":") or not ruined
    assert one.key != other.key
    assert one.key == again.key


def test_a_uprn_that_two_venues_share_is_the_key_of_neither() -> None:
    shared = {"os_addressbase_uprn": "10091904160"}
    entries, _ = parted(read_venues(venues(shared, {**shared, "name": "The Ram"})))

    assert len({entry.key for entry in entries}) == 2
    assert not any("10091904160" in entry.key for entry in entries)


def test_a_pub_and_a_music_venue_of_one_house_are_two_venues() -> None:
    [pub], _ = parted(read_venues(venues({}), category="pub"))
    [music], _ = parted(read_venues(venues({}), category="music_venue"))

    assert pub.key != music.key


def test_the_borough_is_known_by_its_name_where_the_code_is_blank() -> None:
    [by_name, unknown], _ = parted(
        read_venues(
            venues(
                {"borough_code": "", "borough_name": "CITY OF WESTMINSTER"},
                {"name": "The Ram", "borough_code": "", "borough_name": ""},
            )
        )
    )

    assert (by_name.borough, unknown.borough) == ("E09000033", None)


def test_a_postcode_is_taken_from_the_end_of_an_address() -> None:
    [lamb], _ = parted(read_venues(venues({"address2": "London Se15 4st"})))

    assert lamb.postcode == "SE15 4ST"


def test_every_pub_of_the_published_file_is_read_with_its_own_key_and_borough(shared_data: Path) -> None:
    pubs, skipped = venues_of(shared_data / "venues/gla_pubs_2020.csv")

    assert (len(pubs), skipped) == (4098, [])
    assert len({pub.key for pub in pubs}) == 4098
    assert all(pub.borough for pub in pubs)


def test_names_that_were_encoded_twice_are_mended(shared_data: Path) -> None:
    pubs, _ = venues_of(shared_data / "venues/gla_pubs_2020.csv")
    foreign = [pub.name for pub in pubs if not pub.name.isascii()]

    assert foreign == ["Brodie’s (Bar & Kitchen)", "Boathouse Café & Bar", "Ahir Lorenzo’s", "Zócalo", "Café Cairo"]


def test_every_music_venue_of_the_published_file_has_a_key_of_its_own(shared_data: Path) -> None:
    music, skipped = venues_of(shared_data / "venues/gla_music_venues_2022.csv")
    keys = Counter(venue.key for venue in music)

    assert (len(music), skipped) == (797, [])
    assert keys.most_common(1)[0][1] == 1
    assert sum(not venue.borough for venue in music) == 14
