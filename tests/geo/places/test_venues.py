"""Venues from the GLA's Cultural Infrastructure Map: the published files, and rows that a test makes up."""

from pathlib import Path

import pytest
from shapely import Point

from geo.places.entries import Entry, Skipped
from geo.places.venues import DEGREES_NOT_TRUSTED, read_venues, venue_category
from tests.geo.places.files import parted, venues
from tests.geo.places.test_hubs import metres_between

NO_METRES = {"easting": "", "northing": ""}
# The Lamb's place, 125 m off: the degrees of OSGB36, under columns that promise WGS 84.
OSGB36 = {"longitude": "-0.08724", "latitude": "51.50337"}


def venues_of(path: Path) -> tuple[list[Entry], list[Skipped]]:
    with path.open("rb") as file:
        return parted(read_venues(file, category=venue_category(path.name)))


def test_a_venue_is_read_with_its_borough_place_and_address() -> None:
    [lamb], skipped = parted(read_venues(venues({"postcode": "x"} if False else {}), category="pub"))

    assert (lamb.name, lamb.address, lamb.category) == ("The Lamb", "1 Example Street, London", "pub")
    assert (lamb.borough, lamb.source) == ("E09000028", "GLA Cultural Infrastructure Map: pub")
    assert metres_between(lamb.shape, Point(-0.08884, 51.50388)) < 5
    assert skipped == []
