"""A London of two boroughs and a town centre between them, with venues that tests sign for."""

from collections.abc import Sequence
from typing import Any

from geo.places.boundaries import read_boroughs, read_town_centres
from geo.places.importing import import_places
from geo.places.venues import read_venues
from geo.shapes import in_metres, point
from tests.charter.builders import LAMBETH, NOW, SOUTHWARK, place
from tests.geo.places.files import GLA_COLUMNS, csv_file, geojson, square

WEST, EAST = (-0.12, 51.46), (-0.11, 51.46)  # the south-western corners of two squares of 0.01 degrees, side by side
IN_WEST, IN_EAST, IN_BOTH = (-0.1185, 51.462), (-0.1015, 51.462), (-0.1101, 51.465)


def lines(*venues: tuple[str, Sequence[float], str], **more: str) -> Any:
    """The GLA's CSV of venues: a name, longitude and latitude, and the borough that the file states."""
    rows = []
    for name, at, borough in venues:
        there = in_metres(point(*at))
        grid = {"easting": f"{there.x:.2f}", "northing": f"{there.y:.2f}"}
        degrees = {"longitude": str(at[0]), "latitude": str(at[1])}
        rows.append({"name": name, "address1": "1 Example Street", "borough_code": borough, **grid, **degrees, **more})
    return csv_file(GLA_COLUMNS, rows)


async def bring_venues(*venues: tuple[str, Sequence[float], str], category: str = "pub") -> None:
    """Import a list of venues."""
    await import_places(read_venues(lines(*venues), category=category), now=NOW)


async def bring_areas() -> None:
    """Lambeth in the west, Southwark in the east, and a town centre that lies in both."""
    boroughs = (
        ({"GSS_CODE": LAMBETH, "NAME": "Lambeth"}, square(*WEST)),
        (
            {"GSS_CODE": SOUTHWARK, "NAME": "Southwark"},
            square(*EAST),
        ),
    )
    await import_places(read_boroughs(geojson(*boroughs)), now=NOW)
    centre = {"layerreference": "T1", "sitename": "Middle", "classification": "District", "borough": "Lambeth"}
    await import_places(read_town_centres(geojson((centre, square(-0.115, 51.46)))), now=NOW)


async def bring_the_town() -> None:
    """Three pubs and a music venue, one of which both lists name."""
    await bring_areas()
    await bring_venues(
        ("The Lamb", IN_WEST, LAMBETH), ("The Crown", IN_BOTH, LAMBETH), ("The Ship", IN_EAST, SOUTHWARK)
    )
    await bring_venues(("Crown", (-0.1102, 51.4651), LAMBETH), ("The Hall", IN_EAST, SOUTHWARK), category="music_venue")


def at(name: str, where: Sequence[float], **changes: Any) -> list[dict[str, Any]]:
    """A signature's premises: one, there."""
    return [place(name, at=where, **changes)]
