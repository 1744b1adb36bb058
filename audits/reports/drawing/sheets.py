"""What the maps of an edition show: the outcome after dark, where was walked, and the surroundings of a place."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from audits.reports.cells import OUTCOME
from audits.reports.contents import HOTSPOT_LEG, Contents, Finding, Place, Ring, StopRow
from audits.reports.drawing.maps import VISITED, Detail, Mark, Path, Sheet
from geo.crs import Degrees, to_metres
from geo.grid import GRIDS, Cells

OUR_LINE = "Night safety audits"
THEIR_LINE = "contains OS data © Crown copyright and database right; NaPTAN, Open Government Licence v3.0"


SURROUNDINGS_M = 800.0  # further away no window reaches


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


def coverage_sheet(contents: Contents) -> Sheet:
    """Where was walked, once or more often, and where nobody walked."""
    by_kind: dict[str, list[tuple[int, int]]] = {}
    for visit in contents.visits:
        kind = "walked" if visit.once is None else "once" if visit.once else "more"
        by_kind.setdefault(kind, []).append((visit.q_cell, visit.r_cell))
    grid = GRIDS[contents.visits[0].side_m] if contents.visits else GRIDS[50]
    return replace(
        sheet_of(contents),
        title=f"{contents.title}: where was walked",
        description=_coverage_in_words(by_kind),
        cells={kind: list(grid.corners_m(Cells.of(cells))) for kind, cells in sorted(by_kind.items())},
        places=(),
        looks=VISITED,
    )


def details_of(contents: Contents, places: Sequence[Place]) -> Iterator[Detail]:
    """The window around each place: its hexagons' rim, and the stops where the audience may see them."""
    at, dark = _stops_in_metres(contents.stops)
    for place in places:
        near = np.hypot(*(at - [place.easting_m, place.northing_m]).T) < SURROUNDINGS_M
        yield Detail(
            rim=GRIDS[place.findings[0].side_m].rim(Cells.of(place.cells)),
            dark_stops=[Mark(*there) for there in at[near & dark].tolist()],
            light_stops=[Mark(*there) for there in at[near & ~dark].tolist()],
        )


def located_in_words(contents: Contents, place: Place) -> str:
    """What the window shows, for whoever cannot see it."""
    stops = "; dots are stops, dark ones after dark" if contents.stops else ""
    return f"Map of the surroundings of {place.label}, {place.name}. A dark line holds its hexagons{stops}."


def _stops_in_metres(stops: Iterable[StopRow]) -> tuple[Path, NDArray[np.bool_]]:
    """Where the stops with a place are, and which of them were scored after dark."""
    located = [(stop.longitude, stop.latitude, stop.leg == "dark") for stop in stops if stop.longitude is not None]
    lon, lat, dark = np.array(located, dtype=np.float64).reshape(-1, 3).T
    metres = to_metres(Degrees(lon, lat))
    return np.stack([metres.easting, metres.northing], axis=1), dark.astype(bool)


def _coverage_in_words(by_kind: dict[str, list[tuple[int, int]]]) -> str:
    words = {"walked": "were walked", "once": "were walked on one walk only", "more": "on two walks or more"}
    found = [f"{len(by_kind[kind])} {said}" for kind, said in words.items() if kind in by_kind]
    return f"Map of where was walked. Of the hexagons {', '.join(found) or 'none was walked'}; the rest never."


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
