"""The reach of real London, counted again by other means: the publishers' files, EPSG's own grid, shapely's test."""

import csv
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from pyproj import Transformer
from shapely.geometry import shape

from charter.reach.queries import Figures, figures
from geo.places.boundaries import read_boroughs, read_outline, read_town_centres
from geo.places.entries import Read
from geo.places.importing import import_places
from geo.places.venues import read_venues
from tests.charter.builders import NOW, Pen, place

BRIDGE = (-0.1166, 51.5088)  # the middle of Waterloo Bridge, in no borough's polygon
EVERY = 41  # which of the pubs sign: a hundred, all over London
NOT_LETTERS = re.compile(r"^the |[^a-z0-9]")
pytestmark = pytest.mark.usefixtures("database")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def degrees(venues: list[dict[str, str]]) -> np.ndarray[Any, Any]:
    """Longitude and latitude by EPSG's own transformation of easting and northing."""
    to_degrees = Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)
    grid = [(float(row["easting"]), float(row["northing"])) for row in venues]
    return np.array([to_degrees.transform(*there) for there in grid])


@pytest.fixture
def pubs(shared_data: Path) -> list[dict[str, str]]:
    return rows(shared_data / "venues" / "gla_pubs_2020.csv")


@pytest.fixture
def music(shared_data: Path) -> list[dict[str, str]]:
    return rows(shared_data / "venues" / "gla_music_venues_2022.csv")


@pytest.fixture
async def london(shared_data: Path, database: str) -> None:
    """Everything that the reach is made of, imported."""
    files: tuple[tuple[str, Callable[..., Read], dict[str, str]], ...] = (
        ("boundaries/london_boroughs.geojson", read_boroughs, {}),
        ("boundaries/greater_london_outline_with_thames.geojson", read_outline, {}),
        ("boundaries/london_town_centres.geojson", read_town_centres, {}),
        ("venues/gla_pubs_2020.csv", read_venues, {"category": "pub"}),
        ("venues/gla_music_venues_2022.csv", read_venues, {"category": "music_venue"}),
    )
    for name, reader, more in files:
        with (shared_data / name).open("rb") as file:
            await import_places(reader(file, **more), now=NOW)


async def signed_by_a_chain(pubs: list[dict[str, str]]) -> Figures:
    """The figures once a chain of these pubs and a kiosk on a bridge has signed."""
    there = degrees(pubs).tolist()
    places = [place(row["name"], at=at) for row, at in zip(pubs, there, strict=True)]
    await Pen().stand("A Chain", premises=[*places, place("Kiosk", at=BRIDGE)])
    return await figures(now=NOW)


@pytest.fixture
def chain(pubs: list[dict[str, str]]) -> list[dict[str, str]]:
    """Every so many pubs, and the Tattershall Castle, which is moored outside every borough."""
    ship = next(row for row in pubs if row["name"] == "Tattershall Castle")
    return [ship, *(row for row in pubs[::EVERY] if row is not ship)]


async def test_signed_pubs_are_found_borough_by_borough(london: None, chain: list[dict[str, str]]) -> None:
    """As many as the publisher's own borough codes say; the bridge's kiosk is in the nearest borough, and no venue."""
    found = await signed_by_a_chain(chain)
    by_code = Counter(row["borough_code"] for row in chain)
    signed = {area.key: area.reach.venues_signed for area in found.boroughs}
    premises = sum(area.reach.premises_signed for area in found.boroughs)

    assert {code: count for code, count in signed.items() if count} == {k: n for k, n in by_code.items() if k}
    assert (premises, found.elsewhere, found.london.organisations_signed) == (len(chain) + 1, 0, 1)
    assert found.london.share == pytest.approx(len(chain) / found.london.venues_known)


async def test_signed_pubs_are_found_in_their_town_centres(
    london: None, chain: list[dict[str, str]], shared_data: Path
) -> None:
    """As many as lie in the publisher's polygons."""
    found = await signed_by_a_chain(chain)
    read = json.loads((shared_data / "boundaries" / "london_town_centres.geojson").read_text())["features"]
    points = shapely.points(degrees(chain))
    expected = {
        feature["properties"]["layerreference"]: int(shapely.intersects(shape(feature["geometry"]), points).sum())
        for feature in read
    }
    signed = {area.key: area.reach.venues_signed for area in found.town_centres}

    assert len(signed) == len(expected) == 234
    assert sum(expected.values()) > 20
    # A pub within a few metres of an edge may fall on its other side by another grid's metres.
    assert sum(signed[key] != count for key, count in expected.items()) <= 1


async def test_venues_of_both_lists_are_known_once(
    london: None, pubs: list[dict[str, str]], music: list[dict[str, str]]
) -> None:
    """Every pair of the same plain name within 100 m is joined; what is joined beyond those is a few."""
    plain = [NOT_LETTERS.sub("", row["name"].lower()) for row in pubs]
    grid = np.array([(float(row["easting"]), float(row["northing"])) for row in pubs])
    both = 0
    for row in music:
        away_m = np.hypot(*(grid - [float(row["easting"]), float(row["northing"])]).T)
        both += any(plain[near] == NOT_LETTERS.sub("", row["name"].lower()) for near in np.flatnonzero(away_m <= 100))
    known = (await figures(now=NOW)).london.venues_known
    lists = len(pubs) + len(music)

    assert both > 300
    assert lists - both - 60 <= known <= lists - both


async def test_no_share_is_above_one_though_everybody_signs_twice(london: None, chain: list[dict[str, str]]) -> None:
    there = degrees(chain).tolist()
    places = [place(row["name"], at=at) for row, at in zip(chain, there, strict=True)]
    for name in ("Landlord", "Tenant"):
        await Pen().stand(name, premises=places)
    found = await figures(now=NOW)

    assert (found.london.venues_signed, found.london.premises_signed) == (len(chain), 2 * len(chain))
    assert all((area.reach.share_at_most or 0) <= 1 for area in (*found.boroughs, *found.town_centres))
