"""The boroughs as light outlines: simplified together, so that neighbours still share their edges."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geo.crs import Degrees, to_metres
from geo.places.authorities import authority
from geo.places.borough_map import BoroughMap
from geo.places.queries import borough_map
from geo.shapes import from_metres, in_metres, to_geojson

TOLERANCE_M = 120.0  # a line's width on a sheet that shows all of London
Ring = NDArray[np.float64]  # (n, 2): easting and northing in metres


@dataclass(frozen=True)
class Outlines:
    """The boroughs in the order of their codes: their rings, and a point inside each for its number or name."""

    rings: Mapping[str, list[Ring]] = field(default_factory=dict)
    middles: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    geojson: bytes = b'{"type":"FeatureCollection","features":[]}'

    def __bool__(self) -> bool:
        """Whether there is anything to draw: boroughs are there once they were imported."""
        return bool(self.rings)


# The last map that was drawn; `borough_map` gives another object as soon as other boundaries are imported.
_drawn: list[tuple[BoroughMap, Outlines]] = []


async def outlines() -> Outlines:
    """The boroughs that are in the register of places now; nothing where none was imported."""
    known = await borough_map()
    if not _drawn or _drawn[0][0] is not known:
        _drawn[:] = [(known, outlined(known))]
    return _drawn[0][1]


def outlined(known: BoroughMap) -> Outlines:
    """Light outlines of these boroughs; takes some 0.2 s for London's."""
    if not known.codes:
        return Outlines()
    planar = np.array([in_metres(shape) for shape in known.shapes], dtype=object)
    light = dict(zip(known.codes, shapely.coverage_simplify(planar, TOLERANCE_M).tolist(), strict=True))
    return Outlines(
        rings={code: _rings(shape) for code, shape in light.items()},
        middles={code: _middle(shape) for code, shape in light.items()},
        geojson=_collection({code: to_geojson(from_metres(shape)) for code, shape in light.items()}),
    )


def positions(lons: ArrayLike, lats: ArrayLike) -> NDArray[np.float64]:
    """Places in degrees (WGS 84) as eastings and northings in metres, (n, 2), to be drawn on the same sheet."""
    there = to_metres(Degrees.of(lons, lats))
    return np.stack([there.easting, there.northing], axis=1)


def _rings(shape: Any) -> list[Ring]:
    # Eyots and slivers of less than a hectare are not seen at this scale.
    parts = [part for part in shapely.get_parts(shape) if part.area > 10_000] or list(shapely.get_parts(shape))
    return [np.asarray(ring.coords)[:, :2] for part in parts for ring in (part.exterior, *part.interiors)]


def _middle(shape: Any) -> tuple[float, float]:
    """The point that is furthest from every edge: a label there has the most room."""
    line = shapely.maximum_inscribed_circle(max(shapely.get_parts(shape), key=lambda part: part.area), tolerance=50)
    x, y = line.coords[0]
    return float(x), float(y)


def _collection(shapes: Mapping[str, dict[str, Any]]) -> bytes:
    features = [
        {"type": "Feature", "geometry": shape, "properties": {"gss": code, "name": _name(code)}}
        for code, shape in shapes.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":")).encode()


def _name(code: str) -> str:
    known = authority(code)
    return known.name if known else code
