"""Reading venues from the CSV files of the GLA's Cultural Infrastructure Map: pubs, music venues and their like."""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import PurePath
from typing import IO

import numpy as np
from shapely.geometry import Point

from geo.crs import great_circle_m
from geo.places.authorities import authority, authority_named
from geo.places.entries import Entry, Kind, Read, Skipped
from geo.places.positions import Position, degrees_of, in_degrees, located, metres_of, nowhere
from geo.places.reading import Layout, Line, csv_lines, too_long

GLA_VENUES = Layout(
    what="a CSV file of venues from the GLA's Cultural Infrastructure Map",
    needed={
        "name": "name",
        "address1": "address1",
        "borough_code": "borough_code",
        "easting": "easting",
        "northing": "northing",
    },
    welcome={
        "address2": "address2",
        "address3": "address3",
        "postcode": "postcode",
        "borough_name": "borough_name",
        "uprn": "os_addressbase_uprn|uprn",
        "longitude": "longitude",
        "latitude": "latitude",
    },
)

# The files do not say what they list; their names do ("gla_pubs_2020.csv", "Music_venues_all.csv").
CATEGORIES: tuple[tuple[str, str], ...] = (
    ("pub", "pub"),
    ("music", "music_venue"),
    ("nightclub", "nightclub"),
    ("lgbt", "lgbt_venue"),
    ("theatre", "theatre"),
    ("cinema", "cinema"),
    ("dance", "dance_venue"),
)
CATEGORY_KEYS = (*dict.fromkeys(key for _, key in CATEGORIES), "venue")
POSTCODE = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?) ?(\d[A-Z]{2})\b", re.IGNORECASE)

# The two positions of a row are metres apart when both are right; degrees of OSGB36 are 125 m off in London.
MAX_DISAGREEMENT_M = 50.0
DEGREES_NOT_TRUSTED = "only longitude and latitude, which this file has in another system than WGS 84"


def venue_category(file_name: str) -> str:
    """What the venues of a file are, by the file's name: a key such as `pub`; `venue` where the name does not tell.

    >>> venue_category("downloads/gla_music_venues_2022.csv")
    'music_venue'
    """
    plain = PurePath(file_name).stem.casefold()
    return next((category for word, category in CATEGORIES if word in plain), "venue")


def read_venues(file: IO[bytes], *, category: str = "venue", source: str | None = None) -> Read:
    """The venues of one file. Easting and northing are preferred: some files' degrees are OSGB36 labelled WGS 84.

    Keys are the UPRN where the file has a sound one, else a digest of name and place, each behind the category.
    `source` defaults to the map and the category. Raises WrongFile, UnreadableFile or FileTooLarge.
    """
    read = list(csv_lines(file, GLA_VENUES))
    lines = [line for line in read if isinstance(line, Line)]
    trusted = _degrees_agree(lines)
    shared = Counter(line.values.get("uprn", "") for line in lines)
    origin = source or f"GLA Cultural Infrastructure Map: {category}"
    for found in located(read, lambda line: _position(line, trust_degrees=trusted)):
        if isinstance(found, Skipped):
            yield found
            continue
        line, point = found
        yield _venue(line, point, key=f"{category}:{_key(line.values, shared)}", category=category, source=origin)


def _venue(line: Line, point: Point, *, key: str, category: str, source: str) -> Entry:
    address = _address(line.values)
    return Entry(
        row=line.row,
        kind=Kind.VENUE,
        key=key,
        name=line.values["name"],
        shape=point,
        source=source,
        borough=_stated_borough(line.values),
        category=category,
        address=address,
        postcode=_postcode(line.values.get("postcode") or address or ""),
    )


def _position(line: Line, *, trust_degrees: bool) -> Position | Skipped:
    if not line.values["name"]:
        return Skipped(line.row, "no name")
    if too_long(line.values["name"], _address(line.values) or ""):
        return Skipped(line.row, "a name or address too long to be one")
    # The degrees of a file may be OSGB36 under columns that promise WGS 84; its metres were right wherever we looked.
    if metres := metres_of(line):
        return metres
    if not trust_degrees and degrees_of(line):
        return Skipped(line.row, DEGREES_NOT_TRUSTED)
    return degrees_of(line) or nowhere(line)


def _degrees_agree(lines: list[Line]) -> bool:
    """Whether the file's degrees mean the same places as its metres, by the median distance between the two."""
    both = [(degrees, metres) for line in lines if (degrees := degrees_of(line)) and (metres := metres_of(line))]
    if not both:
        return True
    apart_m = great_circle_m(in_degrees([degrees for degrees, _ in both]), in_degrees([metres for _, metres in both]))
    return float(np.median(apart_m)) <= MAX_DISAGREEMENT_M


def _key(venue: Mapping[str, str], shared: Counter[str]) -> str:
    # Two venues in one house share its UPRN; a key has to tell them apart.
    uprn = venue.get("uprn", "")
    if _is_sound(uprn) and shared[uprn] == 1:
        return uprn
    content = f"{venue['name'].casefold()}|{venue['easting']}|{venue['northing']}"
    return hashlib.sha256(content.encode()).hexdigest()[:20]


def _is_sound(uprn: str) -> bool:
    """Whether a UPRN names a property: spreadsheets turn it into 1E+11 and save 100000000000, or leave 0."""
    return uprn.isascii() and uprn.isdigit() and len(uprn) <= 12 and int(uprn) % 1_000_000 != 0


def _stated_borough(venue: Mapping[str, str]) -> str | None:
    known = authority(venue["borough_code"]) or authority_named(venue.get("borough_name", ""))
    return known.gss if known else None


def _address(venue: Mapping[str, str]) -> str | None:
    parts = [part for name in ("address1", "address2", "address3") if (part := venue.get(name, ""))]
    return ", ".join(dict.fromkeys(parts)) or None


def _postcode(text: str) -> str | None:
    found = POSTCODE.search(text)
    return f"{found[1]} {found[2]}".upper() if found else None
