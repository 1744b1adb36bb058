"""An invented corner of London to try things on, drawn by hand: its places, its audit area and a walk through it."""

import json
from collections.abc import Iterator
from datetime import datetime
from importlib.resources import files
from typing import IO, Any

from geo.places.boundaries import read_boroughs, read_town_centres
from geo.places.entries import Read
from geo.places.hubs import read_hubs
from geo.places.importing import Summary, import_places
from geo.places.venues import read_venues

SOURCE = "Demo: invented, drawn by hand"
_FOLDER = files(__name__)
_WALK = json.loads((_FOLDER / "walk.geojson").read_text(encoding="utf8"))["features"]

DEMO_AREA: dict[str, Any] = _WALK[0]["geometry"]


def demo_route() -> list[tuple[float, float]]:
    """The places where the demo's walks stop, in order, all in DEMO_AREA: longitude and latitude in degrees."""
    return [(lon, lat) for lon, lat in _WALK[1]["geometry"]["coordinates"]]


async def import_demo_places(*, now: datetime) -> list[Summary]:
    """Import the demo's places: two boroughs' invented shapes, a town centre, hubs and venues."""
    return [await import_places(read, now=now) for read in _demo_files()]


def _demo_files() -> Iterator[Read]:
    # Boroughs first: every place after them is assigned to one.
    with _opened("boroughs.geojson") as file:
        yield read_boroughs(file, source=SOURCE)
    with _opened("town_centre.geojson") as file:
        yield read_town_centres(file, source=SOURCE)
    with _opened("hubs.csv") as file:
        yield read_hubs(file, source=SOURCE)
    with _opened("pubs.csv") as file:
        yield read_venues(file, category="pub", source=SOURCE)
    with _opened("music_venues.csv") as file:
        yield read_venues(file, category="music_venue", source=SOURCE)


def _opened(name: str) -> IO[bytes]:
    return (_FOLDER / name).open("rb")
