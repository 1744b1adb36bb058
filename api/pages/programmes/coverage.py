"""Coverage so far: which part of a programme's area was walked, walked once, and never, as a map and its table."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import numpy as np
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Template
from markupsafe import Markup

from api.pages.programmes.one import ONE, around
from api.pages.review.words import counted
from api.roles import Principal
from audits.planning.coverage import NEVER, Cell, Visit, Walked, kinds, of_cells, of_planned
from audits.planning.plan import PlannedFacts
from audits.planning.queries import Led, led, visits
from audits.planning.surveying import hubs_in, stations_among
from audits.queries import ProgrammeFacts
from audits.reports.cells import Hub, name_of_place
from audits.reports.compose import rings_of
from audits.reports.drawing.maps import VISITED, Mark, Sheet, draw
from geo.grid import GRID_50, GRID_150, Cells, Grid, cell_id
from geo.places.queries import KnownPlace
from geo.shapes import in_metres

MOST_FINE = 600  # cells of 50 m; a larger area is told in those of 150 m
MOST_ROWS = 200
LEGS = {"dark": "After dark", "light": "In daylight"}
KINDS = {"never": ("Never walked", "red"), "once": ("Walked once", "yellow"), "more": ("Twice or more", "green")}
Word = Annotated[str, QueryParameter(description="dark, light, or anything else for both legs.")]


@get(f"{ONE}/coverage", include_in_schema=False)
async def coverage_page(programme_id: FromPath[UUID], who: NamedDependency[Principal], leg: Word = "") -> Template:
    """Of walks that count or may yet; what waits in quarantine does not count before it was looked at."""
    found = await led(programme_id, caller=who.caller)
    of = found.programme
    grid, wanted = await asyncio.to_thread(_cells, of)
    seen = [visit for visit in await visits(of.number, grid) if leg not in LEGS or visit.dark == (leg == "dark")]
    stations = stations_among(await hubs_in(of.area))
    shown = await asyncio.to_thread(_shown, found, grid, wanted, seen, stations)
    context = {**around(found, who), **shown, "leg": leg if leg in LEGS else "", "legs": LEGS}
    return Template("programmes/coverage.html", context=context)


def _cells(of: ProgrammeFacts) -> tuple[Grid, list[Cell]]:
    """The grid in which an area is told, and its cells: those that a line passes, or whose middle an area holds."""
    for grid in (GRID_50, GRID_150):
        cells = list(grid.cells_along(of.line) if of.line is not None else grid.cells_inside(of.area))
        if len(cells) <= MOST_FINE:
            break
    return grid, cells


def _shown(
    found: Led, grid: Grid, wanted: Sequence[Cell], seen: Sequence[Visit], stations: Sequence[KnownPlace]
) -> dict[str, Any]:
    walked, planned = of_cells(seen), of_planned(seen)
    hubs = [(at.x, at.y, hub.name) for hub in stations for at in [in_metres(hub.location)]]
    in_order = sorted(wanted, key=lambda cell: _least_walked_first(cell, walked.get(cell, NEVER)))
    return {
        "kinds": KINDS,
        "counts": kinds(wanted, walked),
        "cells": len(wanted),
        "side_m": grid.side_m,
        "beyond": len(set(walked) - set(wanted)),
        "rows": [_row(cell, walked.get(cell, NEVER), grid, hubs) for cell in in_order[:MOST_ROWS]],
        "more": max(0, len(in_order) - MOST_ROWS),
        "planned": [_planned(stop, planned.get(stop.id, NEVER)) for stop in found.planned],
        "planned_counts": kinds([stop.id for stop in found.planned], planned),
        "map": Markup(draw(_sheet(found, grid, walked, hubs))),  # noqa: S704 - drawn by us, words escaped there
    }


def _row(cell: Cell, walked: Walked, grid: Grid, hubs: Sequence[Hub]) -> dict[str, Any]:
    centre = grid.centres(Cells.of([cell]))
    name = name_of_place(float(centre.easting[0]), float(centre.northing[0]), hubs)
    return {"name": name, "cell": cell_id(grid.side_m, *cell), **_said(walked)}


def _planned(stop: PlannedFacts, walked: Walked) -> dict[str, Any]:
    return {"name": f"{stop.sequence}. {stop.name}", "cell": "", **_said(walked)}


def _said(walked: Walked) -> dict[str, Any]:
    words, colour = KINDS[walked.kind]
    tag = {"text": words, "classes": f"govuk-tag--{colour}"}
    return {"dark": walked.dark, "light": walked.light, "tag": tag}


def _least_walked_first(cell: Cell, walked: Walked) -> tuple[int, int, int]:
    """And among those walked alike from north to south, and from west to east."""
    q, r = cell
    return walked.walks, -r, q


def _sheet(found: Led, grid: Grid, walked: dict[Cell, Walked], hubs: Sequence[Hub]) -> Sheet:
    of = found.programme
    by_kind: dict[str, list[Cell]] = {}
    for cell, one in sorted(walked.items()):
        by_kind.setdefault(one.kind, []).append(cell)
    route = of.route if of.route is not None else of.line
    stops = [in_metres(stop.location) for stop in found.planned]
    return Sheet(
        title="Coverage so far",
        description=f"{counted(len(walked), 'hexagon was', 'hexagons were')} walked so far. The table says the same.",
        attribution="Night safety audits",
        area=[np.array(ring) for ring in rings_of(of.area)],
        cells={kind: list(grid.corners_m(Cells.of(cells))) for kind, cells in by_kind.items()},
        walks=[np.array(ring) for ring in rings_of(route)] if route is not None else [],
        hubs=[Mark(easting_m, northing_m) for easting_m, northing_m, _ in hubs],
        places=[Mark(at.x, at.y, str(stop.sequence)) for stop, at in zip(found.planned, stops, strict=True)],
        looks=VISITED,
        places_are=("planned stop" if stops else "", ""),
    )


HANDLERS = [coverage_page]
