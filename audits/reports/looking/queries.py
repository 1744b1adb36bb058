"""What a page of hotspots shows: every visited cell of one factor on one leg, as staff may know it, and its map."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from audits.instrument import Factor
from audits.queries import Caller, ProgrammeFacts, programme, programmes
from audits.reports.cells import NEAR_M, Hub, findings_of, name_of_place, places_of
from audits.reports.compose import cells_in, rings_of
from audits.reports.contents import Finding, Place
from audits.reports.disclosure import GLA
from audits.reports.drawing.maps import Mark, Sheet
from audits.reports.evidence import Scope
from audits.reports.gathering import STATIONS
from audits.reports.live import live_scores
from audits.reports.queries import READ_TIMEOUT_S
from audits.reports.sections import Leg
from geo.grid import GRID_50, Cells, parse_cell_id
from geo.hotspots import Scores, find_hotspots
from geo.method.coverage import walk_next
from geo.places.entries import Kind
from geo.places.queries import places_in_box
from geo.shapes import Line, Point, bounds, from_metres, in_metres, united
from geo.spatial_index import Box
from migrations.database import snapshot

MOST_PROGRAMMES = 1_000
NEXT_GROUP, NEXT_SHOWN = 7, 10  # how many women a next walk is thought to have, and how many cells are proposed


@dataclass(frozen=True, kw_only=True)
class Next:
    """A place where one more walk makes `gain` cells testable."""

    name: str
    gain: int


@dataclass(frozen=True, kw_only=True)
class Looked:
    """One factor on one leg: `findings` of every visited cell, the `places` that they make, and the map of both."""

    factor: Factor
    leg: Leg
    programmes: Sequence[ProgrammeFacts]
    findings: Sequence[Finding]
    names: dict[str, str]  # of cells, by the nearest station
    places: Sequence[Place]
    next_walks: Sequence[Next]
    cells_in_area: int
    sheet: Sheet
    box: Box


async def look(programme_id: UUID | None, factor: Factor, leg: Leg, *, caller: Caller) -> Looked | None:
    """One programme, or all that the caller may see; None where there is none yet. Raises NoSuchProgramme."""
    async with snapshot(READ_TIMEOUT_S):
        found = await _programmes(programme_id, caller)
        if not found:
            return None
        scores = await live_scores(Scope(programmes=tuple(one.number for one in found)), factor, dark=leg == "dark")
        box = bounds(united([one.area for one in found]))
        stations = await _stations(box)
    return await asyncio.to_thread(_looked, found, factor, leg, scores, stations, box)


async def named_cells(cells: Iterable[str]) -> dict[str, str]:
    """Cells by their ids, such as `h50:1:2`, in words: from the nearest station."""
    parsed = {cell: parse_cell_id(cell) for cell in cells}
    if not parsed:
        return {}
    centres = {cell: grid.centres(Cells.of([(q, r)])) for cell, (grid, q, r) in parsed.items()}
    at = {cell: (float(centre.easting[0]), float(centre.northing[0])) for cell, centre in centres.items()}
    around = Line(at.values()).envelope.buffer(NEAR_M) if len(at) > 1 else Point(*at.values()).buffer(NEAR_M)
    stations = await _stations(bounds(from_metres(around)))
    return {cell: name_of_place(*place, stations) for cell, place in at.items()}


async def _stations(box: Box) -> list[Hub]:
    """The stations in a box of WGS 84, with easting and northing in metres."""
    hubs = await places_in_box(*box, kinds=(Kind.HUB,))
    stations = [(in_metres(hub.shape), hub.name) for hub in hubs if hub.category in STATIONS]
    return [(at.x, at.y, name) for at, name in stations]


async def _programmes(programme_id: UUID | None, caller: Caller) -> list[ProgrammeFacts]:
    if programme_id is not None:
        return [await programme(programme_id, caller=caller)]
    return await programmes(caller=caller, limit=MOST_PROGRAMMES)


def _looked(
    found: Sequence[ProgrammeFacts],
    factor: Factor,
    leg: Leg,
    scores: Scores,
    hubs: Sequence[Hub],
    box: Box,
) -> Looked:
    findings = findings_of(scores, factor=factor.key, leg=leg, rule=GLA)
    places = places_of(findings, hubs)
    areas = [one.area for one in found]
    return Looked(
        factor=factor,
        leg=leg,
        programmes=found,
        findings=findings,
        names={one.cell: _name((one.q_cell, one.r_cell), hubs) for one in findings},
        places=places,
        next_walks=_next_walks(scores, factor, hubs) if len(scores) else (),
        cells_in_area=max(len(findings), cells_in(areas, GRID_50.side_m)),
        sheet=_sheet(factor, leg, findings, places, [ring for area in areas for ring in rings_of(area)], hubs),
        box=box,
    )


def _next_walks(scores: Scores, factor: Factor, hubs: Sequence[Hub]) -> list[Next]:
    """Where one more walk would decide most; of what women say alone no more than how many walked shows in it."""
    found = find_hotspots(scores, GRID_50)
    best = walk_next(found, group=NEXT_GROUP, is_personal=factor.mode == "personal", at_most=NEXT_SHOWN)
    return [Next(name=_name(cell, hubs), gain=int(gain)) for cell, gain in zip(best.cells, best.gains, strict=True)]


def _name(cell: tuple[int, int], hubs: Sequence[Hub]) -> str:
    centre = GRID_50.centres(Cells.of([cell]))
    return name_of_place(float(centre.easting[0]), float(centre.northing[0]), hubs)


def _sheet(
    factor: Factor,
    leg: Leg,
    findings: Sequence[Finding],
    places: Sequence[Place],
    area: Sequence[object],
    hubs: Sequence[Hub],
) -> Sheet:
    kinds: dict[str, list[tuple[int, int]]] = {}
    for one in findings:
        kind = "strong" if one.kind == "hotspot" and one.strong else one.kind
        kinds.setdefault(kind, []).append((one.q_cell, one.r_cell))
    flagged = sum(one.kind in ("hotspot", "works_well") for one in findings)
    return Sheet(
        title=f"{factor.label} {'after dark' if leg == 'dark' else 'in the light'}",
        description=f"{len(findings)} cells were visited; {flagged} differ beyond chance. The table says the same.",
        attribution="Night safety audits",
        area=[np.array(ring) for ring in area],
        cells={kind: list(GRID_50.corners_m(Cells.of(cells))) for kind, cells in sorted(kinds.items())},
        hubs=[Mark(easting_m, northing_m) for easting_m, northing_m, _ in hubs],
        places=[Mark(p.easting_m, p.northing_m, p.label, works_well=p.works_well) for p in places],
    )
