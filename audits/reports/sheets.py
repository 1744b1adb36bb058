"""What the map of an edition shows: the outcome after dark, and where nobody walked."""

from collections.abc import Iterable

import numpy as np

from audits.reports.cells import OUTCOME
from audits.reports.contents import HOTSPOT_LEG, Contents, Finding, Ring
from audits.reports.maps import Mark, Path, Sheet
from geo.grid import GRIDS, Cells

OUR_LINE = "Night safety audits"
THEIR_LINE = "contains OS data © Crown copyright and database right; NaPTAN, Open Government Licence v3.0"


def sheet_of(contents: Contents) -> Sheet:
    """The map's content: each visited cell by what is known of the outcome there, places by their labels."""
    kinds = kinds_of_cells(contents.findings)
    ground = contents.ground
    return Sheet(
        title=f"{contents.title}: places after dark",
        description=_in_words(contents, list(kinds.values())),
        attribution=f"{OUR_LINE}; {THEIR_LINE}" if ground.boroughs or ground.hubs else OUR_LINE,
        area=_paths(ground.area),
        cells={kind: _hexagons(kinds, kind) for kind in sorted(set(kinds.values()))},
        boroughs=_paths(ground.boroughs),
        walks=_paths(ground.walks),
        hubs=[Mark(easting_m, northing_m) for easting_m, northing_m, _ in ground.hubs],
        places=[Mark(p.easting_m, p.northing_m, p.label, works_well=p.works_well) for p in contents.places],
    )


def kinds_of_cells(findings: Iterable[Finding]) -> dict[tuple[int, int, int], str]:
    """How each visited cell is drawn, by side, q and r: by the outcome after dark, or as not decided."""
    kinds: dict[tuple[int, int, int], str] = {}
    for finding in findings:
        cell = (finding.side_m, finding.q_cell, finding.r_cell)
        if (finding.factor, finding.leg) == (OUTCOME, HOTSPOT_LEG):
            kinds[cell] = "strong" if finding.strong and finding.kind == "hotspot" else finding.kind
        else:
            kinds.setdefault(cell, "suppressed" if finding.side_m == GRIDS[150].side_m else "not_enough_evidence")
    return kinds


def _hexagons(kinds: dict[tuple[int, int, int], str], kind: str) -> list[Path]:
    chosen = sorted(cell for cell, its_kind in kinds.items() if its_kind == kind)
    grid = GRIDS[chosen[0][0]]
    return list(grid.corners_m(Cells.of([(q, r) for _, q, r in chosen])))


def _paths(rings: Iterable[Ring]) -> list[Path]:
    return [np.array(ring, dtype=np.float64) for ring in rings]


def _in_words(contents: Contents, kinds: list[str]) -> str:
    words = {
        "strong": "strong hotspots",
        "hotspot": "hotspots",
        "works_well": "that work well",
        "ordinary": "where nothing was found",
        "not_enough_evidence": "without enough evidence",
        "suppressed": "with too few people to show",
    }
    found = [f"{kinds.count(kind)} {name}" for kind, name in words.items() if kind in kinds]
    places = [f"{place.label}, {place.name}" for place in contents.places]
    return (
        f"Map of {', '.join(programme.name for programme in contents.programmes)}. "
        f"Of the hexagons walked there are {', '.join(found) or 'none'}. The rest of the area was not walked. "
        + (f"Numbered places: {'; '.join(places)}." if places else "No place is numbered.")
    )
