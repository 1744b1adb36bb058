"""The public register as files: CSV for spreadsheets and GeoJSON for maps, of the same lines, piece by piece."""

import csv
import io
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import msgspec

from charter.queries import Line
from geo.shapes import Shape
from geo.spreadsheets import inert

DECIMALS = 6  # about 0.1 m
COLUMNS = (
    "id",
    "reference",
    "name",
    "sector",
    "charter_version",
    "state",
    "signed_on",
    "last_confirmed_on",
    "premises",
    "postcode",
    "borough",
    "longitude",
    "latitude",
)


async def as_csv(batches: AsyncGenerator[list[Line], None]) -> AsyncGenerator[bytes, None]:
    """The lines as CSV (RFC 4180, UTF-8), a heading first; empty cells where nothing is said."""
    before = _rows([COLUMNS])
    # Closed here, a download that is broken off gives its connection back at once.
    async with aclosing(batches):
        async for batch in batches:
            yield (before + _rows([_cells(line) for line in batch])).encode()
            before = ""
    yield before.encode()


async def as_geojson(batches: AsyncGenerator[list[Line], None]) -> AsyncGenerator[bytes, None]:
    """The lines as a FeatureCollection; an unlisted place, or a signatory without premises, has no geometry."""
    before = b'{"type":"FeatureCollection","features":['
    async with aclosing(batches):
        async for batch in batches:
            yield before + b",\n".join(msgspec.json.encode(_feature(line)) for line in batch)
            before = b",\n"
    yield b"]}\n" if before == b",\n" else before + b"]}\n"


def as_point(place: Shape) -> dict[str, Any]:
    """A place as a GeoJSON Point, with DECIMALS decimals."""
    return {"type": "Point", "coordinates": _position(place)}


def _rows(rows: list[tuple[Any, ...]]) -> str:
    # newline="" keeps a name's own line breaks apart from those of the rows.
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _cells(line: Line) -> tuple[Any, ...]:
    """Coordinates are numbers of ours and stay numbers, whatever sign they begin with."""
    longitude, latitude = _position(line.location) if line.location else ("", "")
    texts = (line.name, line.sector, line.charter_version, line.state)
    places = (line.place, line.postcode, line.borough)
    return (
        line.id,
        line.reference,
        *map(inert, texts),
        line.signed_on,
        line.last_confirmed_on,
        *(inert(text or "") for text in places),
        longitude,
        latitude,
    )


def _feature(line: Line) -> dict[str, Any]:
    properties = {name: getattr(line, name) for name in Line.__struct_fields__ if name not in ("place", "location")}
    return {
        "type": "Feature",
        "geometry": as_point(line.location) if line.location else None,
        "properties": {**properties, "premises": line.place},
    }


def _position(place: Shape) -> tuple[float, float]:
    """Longitude and latitude in degrees, WGS 84."""
    return round(place.x, DECIMALS), round(place.y, DECIMALS)
