"""The reach as files: CSV for spreadsheets and GeoJSON for maps, an area a row or a feature."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from charter.reach.queries import Area
from charter.reach.shares import Reach
from geo.shapes import Shape, simplified, to_geojson
from geo.spreadsheets import inert

TOLERANCE_M = 10.0  # as far as a boundary of the GeoJSON may be from its publisher's
COLUMNS = (
    "id",
    "kind",
    "key",
    "name",
    "category",
    "borough",
    "venues_known",
    "venues_signed",
    "share",
    "share_at_most",
    "organisations_signed",
    "premises_signed",
)


def as_csv(areas: Iterable[Area]) -> bytes:
    """The areas as CSV (RFC 4180, UTF-8), a heading first; a share of no venues is blank."""
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    rows.writerows(_cells(area) for area in areas)
    return text.getvalue().encode()


def as_geojson(areas: Sequence[Area], shapes: Mapping[int, Shape]) -> Iterator[bytes]:
    """The areas as a FeatureCollection, feature by feature; `shapes` are their boundaries by id, in WGS 84."""
    before = b'{"type":"FeatureCollection","features":['
    for area in areas:
        yield before + msgspec.json.encode(_feature(area, shapes[area.id]))
        before = b",\n"
    yield b"]}\n" if areas else before + b"]}\n"


@lru_cache(maxsize=1_000)
def outline(shape: Shape, tolerance_m: float) -> msgspec.Raw:
    """A boundary as GeoJSON, lightened and written once: boundaries change with an import, and figures every day."""
    return msgspec.Raw(msgspec.json.encode(to_geojson(simplified(shape, tolerance_m))))


def figures_of(reach: Reach) -> dict[str, Any]:
    """The counts of an area with its shares, as every file and the interface name them."""
    return {
        "venues_known": reach.venues_known,
        "venues_signed": reach.venues_signed,
        "share": rounded(reach.share),
        "share_at_most": rounded(reach.share_at_most),
        "organisations_signed": reach.organisations_signed,
        "premises_signed": reach.premises_signed,
    }


def rounded(share: float | None) -> float | None:
    """A share to four decimals, a hundredth of a percent."""
    return None if share is None else round(share, 4)


def _cells(area: Area) -> tuple[Any, ...]:
    # Names are their publishers', and a publisher's file is nobody's promise that a name is not a formula.
    texts = [inert(text or "") for text in (area.kind, area.key, area.name, area.category, area.borough)]
    return (area.id, *texts, *("" if value is None else value for value in figures_of(area.reach).values()))


def _feature(area: Area, shape: Shape) -> dict[str, Any]:
    about = {"kind": area.kind, "key": area.key, "name": area.name, "category": area.category}
    return {
        "type": "Feature",
        "id": area.id,
        "geometry": outline(shape, TOLERANCE_M),
        "properties": {**about, "borough": area.borough, **figures_of(area.reach)},
    }
