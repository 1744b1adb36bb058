"""Files of places as publishers would write them, made small for one test."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from shapely import Point

from geo.places.entries import Entry, Skipped

# The true header of NaPTAN's CSV, all 43 columns of it.
NAPTAN_COLUMNS = """
    ATCOCode NaptanCode PlateCode CleardownCode CommonName CommonNameLang ShortCommonName ShortCommonNameLang
    Landmark LandmarkLang Street StreetLang Crossing CrossingLang Indicator IndicatorLang Bearing NptgLocalityCode
    LocalityName ParentLocalityName GrandParentLocalityName Town TownLang Suburb SuburbLang LocalityCentre GridType
    Easting Northing Longitude Latitude StopType BusStopType TimingStatus DefaultWaitTime Notes NotesLang
    AdministrativeAreaCode CreationDateTime ModificationDateTime RevisionNumber Modification Status
""".split()  # noqa: SIM905 (43 quoted names are harder to read)

BRIXTON = {
    "ATCOCode": "9400ZZLUBXN",
    "CommonName": "Brixton Underground Station",
    "Street": "Brixton Road",
    "LocalityName": "Brixton",
    "GridType": "UKOS",
    "Easting": "531060",
    "Northing": "175340",
    "Longitude": "-0.11476",
    "Latitude": "51.46233",
    "StopType": "MET",
    "Status": "active",
}

GLA_COLUMNS = """
    name address1 address2 address3 borough_code borough_name os_addressbase_uprn ward_2018_code ward_2018_name
    website longitude latitude easting northing runtime
""".split()  # noqa: SIM905 (as above)

LAMB = {
    "name": "The Lamb",
    "address1": "1 Example Street",
    "address2": "London",
    "borough_code": "E09000028",
    "borough_name": "Southwark",
    "easting": "532700.4",
    "northing": "180100.6",
    "longitude": "-0.089432",
    "latitude": "51.504268",
}


def csv_file(columns: Iterable[str], rows: Iterable[dict[str, str]], *, bom: bool = False) -> io.BytesIO:
    """A CSV file with CRLF line ends, blank where a row says nothing."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(columns), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return io.BytesIO(text.getvalue().encode("utf-8-sig" if bom else "utf-8"))


def naptan(*stops: dict[str, str], **as_file: Any) -> io.BytesIO:
    """A NaPTAN file; each stop is Brixton station but for what is given."""
    return csv_file(NAPTAN_COLUMNS, ({**BRIXTON, **stop} for stop in stops), **as_file)


def venues(*rows: dict[str, str], **as_file: Any) -> io.BytesIO:
    """A file of the Cultural Infrastructure Map; each venue is The Lamb but for what is given."""
    return csv_file(GLA_COLUMNS, ({**LAMB, **row} for row in rows), **as_file)


def square(west: float, south: float, side: float = 0.01) -> dict[str, Any]:
    """A GeoJSON polygon with its sides along the meridians and parallels, in degrees."""
    east, north = west + side, south + side
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def geojson(*features: tuple[dict[str, Any], dict[str, Any] | None]) -> io.BytesIO:
    """A FeatureCollection of (properties, geometry)."""
    made = [{"type": "Feature", "properties": about, "geometry": geometry} for about, geometry in features]
    return io.BytesIO(json.dumps({"type": "FeatureCollection", "features": made}).encode())


def parted(read: Iterator[Entry | Skipped]) -> tuple[list[Entry], list[Skipped]]:
    """What a reader found, and what it skipped."""
    found = list(read)
    return [one for one in found if isinstance(one, Entry)], [one for one in found if isinstance(one, Skipped)]


def metres_between(one: Point, other: Point) -> float:
    """Near enough in London, where a degree of latitude is 111.2 km and one of longitude 69.2 km."""
    return float((((one.x - other.x) * 69_200) ** 2 + ((one.y - other.y) * 111_200) ** 2) ** 0.5)
