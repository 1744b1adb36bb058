"""Positions as people write them, and what is no position."""

import pytest
from hypothesis import given

from geo.crs import Degrees, great_circle_m, to_metres
from geo.places.written import as_written, position_written
from tests.strategies import positions

LAMB = (-0.118923, 51.523145)
GOOGLE = "https://www.google.com/maps/place/The+Lamb/@51.52,-0.11,17z/data=!3m1!4b1!8m2!3d51.523145!4d-0.118923"


@pytest.mark.parametrize(
    "text",
    [
        "51.523145, -0.118923",
        " 51.523145 -0.118923 ",
        "(51.523145,-0.118923)",
        "-0.118923, 51.523145",
        "51.523145, \u22120.118923",
        "51.523145N 0.118923W",
        "51.523145° N, 0.118923° W",
        "geo:51.523145,-0.118923",
        GOOGLE,
        "https://maps.google.com/?q=51.523145,-0.118923",
        "https://www.google.com/maps/@51.523145,-0.118923,17z",
        "https://www.google.com/maps/search/?api=1&query=51.523145%2C-0.118923",
        "https://maps.apple.com/?ll=51.523145,-0.118923&q=The%20Lamb",
        "https://www.openstreetmap.org/#map=19/51.523145/-0.118923",
        "https://www.openstreetmap.org/?mlat=51.523145&mlon=-0.118923#map=17/51.6/-0.1",
        "https://www.bing.com/maps?cp=51.523145~-0.118923&lvl=17",
    ],
)
def test_degrees_and_links_of_maps_are_read(text: str) -> None:
    """Either way round, in the surest place that a link has."""
    assert position_written(text) == LAMB


@pytest.mark.parametrize(
    ("text", "within_m"),
    [("TQ 30600 82124", 2), ("tq3060082124", 2), ("TQ 306 821", 75), ("530600, 182124", 2), ("530600 182124", 2)],
)
def test_the_national_grid_is_read(text: str, within_m: float) -> None:
    """Letters or figures, with or without spaces; a square by its middle."""
    found = position_written(text)
    assert found is not None

    there = to_metres(Degrees.of(*found))
    assert abs(there.easting[0] - 530600) <= within_m and abs(there.northing[0] - 182124) <= within_m


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The Lamb, 94 Lamb's Conduit Street",
        "WC1N 3LZ",
        "51.523145",
        "51.5, -0.1, 7",
        "40.7128, -74.0060",
        "0, 0",
        "TQ 30600 8212",
        "TI 30600 82124",
        "https://maps.app.goo.gl/Zz51",
        "https://example.org/51.5/-0.1",
        "nan, inf",
        "9" * 5000,
    ],
)
def test_what_is_no_position_in_britain_is_none(text: str) -> None:
    """Whatever its length."""
    assert position_written(text) is None


@given(positions)
def test_what_is_written_is_read_back(place: tuple[float, float]) -> None:
    """On both sides of Greenwich, to less than 0.2 m."""
    found = position_written(as_written(*place))

    assert found is not None
    assert great_circle_m(Degrees.of(*place), Degrees.of(*found))[0] < 0.2
