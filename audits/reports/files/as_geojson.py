"""hotspots.geojson: hexagons in WGS 84, longitude first, with what is known of each (RFC 7946)."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from audits.instrument import VERSION_1
from audits.reports.contents import HOTSPOT_LEG, Contents, Finding, canonical
from geo.crs import Metres, to_degrees
from geo.grid import GRIDS, Cells

PERSONAL_FACTORS = tuple(factor.key for factor in VERSION_1.factors if factor.mode == "personal")
DECIMALS = 6
BATCH = 5_000  # hexagons projected at once


def hotspots_geojson(contents: Contents) -> bytes:
    """Every finding of an edition as one FeatureCollection, sorted by factor, leg and cell.

    `left_out` names the factors that an edition of part of a programme may not speak of, and says why.
    """
    collection = feature_collection(contents.findings, method=contents.method, version=contents.method_version)
    about: dict[str, Any] = {
        "title": contents.title,
        "audience": contents.audience,
        "as_of": contents.as_of,
        "leg": HOTSPOT_LEG,
    }
    if contents.left_out:
        about["left_out"] = {"factors": PERSONAL_FACTORS, "why": contents.left_out}
    return canonical({**collection, **about}) + b"\n"


def feature_collection(findings: Iterable[Finding], *, method: str, version: str) -> dict[str, Any]:
    """The findings as a FeatureCollection that names the method; sorted, whatever order they come in."""
    ordered = sorted(findings, key=lambda found: (found.factor, found.leg, found.side_m, found.q_cell, found.r_cell))
    features = [
        feature for start in range(0, len(ordered), BATCH) for feature in _features(ordered[start : start + BATCH])
    ]
    return {"type": "FeatureCollection", "method": method, "method_version": version, "features": features}


def _features(findings: Sequence[Finding]) -> Iterable[dict[str, Any]]:
    for finding, ring in zip(findings, _rings(findings), strict=True):
        yield {
            "type": "Feature",
            "id": finding.cell,
            "geometry": {"type": "Polygon", "coordinates": [ring]},
            "properties": _properties(finding),
        }


def _properties(finding: Finding) -> dict[str, Any]:
    return {
        "cell": finding.cell,
        "factor": finding.factor,
        "leg": finding.leg,
        "class": finding.kind,
        "strong": finding.strong,
        "n_people": finding.n_people,
        "n_walks": finding.n_walks,
        "n_nights": finding.n_nights,
        "n_stops": finding.n_stops,
        "estimate": finding.estimate,
        "interval": finding.interval,
        "q": finding.q,
        "share_low": finding.share_low,
        "stability": finding.stability,
    }


def _rings(findings: Sequence[Finding]) -> list[list[list[float]]]:
    """Each hexagon's closed ring, anticlockwise, to six decimals; all findings are of one grid."""
    if not findings:
        return []
    grid = GRIDS[findings[0].side_m]
    corners = grid.corners_m(Cells.of([(found.q_cell, found.r_cell) for found in findings]))
    closed = np.concatenate([corners, corners[:, :1]], axis=1)
    flat = to_degrees(Metres(closed[:, :, 0].ravel(), closed[:, :, 1].ravel()))
    degrees = np.stack([flat.lon, flat.lat], axis=1).reshape(*closed.shape)
    rounded: list[list[list[float]]] = (np.round(degrees, DECIMALS) + 0.0).tolist()
    return rounded
