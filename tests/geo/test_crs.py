"""Degrees become metres and come back, the same on every machine and thread."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.crs import Degrees, Metres, great_circle_m, to_degrees, to_metres
from tests.strategies import latitudes, longitudes

# Stations of NaPTAN (Department for Transport, 2026-07-24), which publishes both systems, metres rounded.
STATIONS = [
    ("Brixton", -0.11488809366, 51.46261782799, 531053, 175423),
    ("Heathrow Terminal 4", -0.44577137798, 51.45852352136, 508078, 174428),
    ("King's Cross St. Pancras", -0.12319449821, 51.53066282392, 530282, 182975),
    ("Stratford, just west of the meridian", -0.00345823239, 51.54180618892, 538553, 184434),
    ("Upminster, east of the meridian", 0.25088179465, 51.55906320964, 556130, 186865),
]


@pytest.mark.parametrize(("name", "lon", "lat", "easting", "northing"), STATIONS)
def test_stations_are_where_naptan_has_them(name: str, lon: float, lat: float, easting: int, northing: int) -> None:
    """Within a metre, on both sides of Greenwich."""
    there = to_metres(Degrees.of(lon, lat))

    assert there.easting[0] == pytest.approx(easting, abs=1), name
    assert there.northing[0] == pytest.approx(northing, abs=1), name


@given(lon=longitudes, lat=latitudes)
def test_there_and_back_is_the_same_place(lon: float, lat: float) -> None:
    """Degrees to metres to degrees moves no place by more than a centimetre."""
    start = Degrees.of(lon, lat)
    back = to_degrees(to_metres(start))

    assert great_circle_m(start, back)[0] < 0.01


@given(lon=longitudes, lat=latitudes)
def test_the_grid_measures_like_the_globe(lon: float, lat: float) -> None:
    """A hundred metres on the grid are a hundred metres on the ground, to half a per mille."""
    here = to_metres(Degrees.of(lon, lat))
    there = Metres(here.easting + 100, here.northing)

    assert great_circle_m(to_degrees(here), to_degrees(there))[0] == pytest.approx(100, rel=5e-4)


@given(st.lists(st.tuples(longitudes, latitudes), min_size=1, max_size=20))
def test_many_places_are_each_like_one(places: list[tuple[float, float]]) -> None:
    """Arrays give what single places give, in the same order."""
    lons, lats = zip(*places, strict=True)
    together = to_metres(Degrees.of(lons, lats))

    assert together.easting.tolist() == [to_metres(Degrees.of(*place)).easting[0] for place in places]
    assert len(together) == len(places)


def test_threads_share_the_transformation() -> None:
    """Eight threads at once get what one gets."""
    places = Degrees.of(np.linspace(-0.5, 0.3, 5_000), np.linspace(51.3, 51.6, 5_000))
    alone = to_metres(places)

    with ThreadPoolExecutor(8) as pool:
        shared = list(pool.map(to_metres, [places] * 16))

    assert all((each.easting == alone.easting).all() for each in shared)


def test_what_the_grid_cannot_express_is_infinite() -> None:
    """A quarter of the globe away there is no easting; nothing raises."""
    assert np.isinf(to_metres(Degrees.of(88, 0)).easting[0])


def test_degrees_and_metres_have_no_common_name() -> None:
    """Taking the one for the other fails at once, not 500 km away."""
    with pytest.raises(AttributeError):
        to_metres(Metres.of(531_053, 175_423))  # type: ignore[arg-type]


def test_places_are_frozen() -> None:
    """Nobody moves a place that somebody else holds."""
    with pytest.raises(FrozenInstanceError):
        Degrees.of(-0.1, 51.5).lon = np.zeros(1)  # type: ignore[misc]


def test_unequal_coordinates_are_refused() -> None:
    """Two longitudes and one latitude are no places."""
    with pytest.raises(ValueError, match="as many"):
        Degrees.of([-0.1, -0.2], [51.5])
