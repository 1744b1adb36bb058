"""edition.gpkg: what an edition says, as layers for QGIS and its like, in British National Grid.

The layers are hotspots (the numbered places), cells (a row for each factor), stops (only within the GLA), hubs and the
area. A layer comes styled, a column with a sentence, and rows in the order of what they say.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from audits.reports.contents import Contents, Finding, Place, Ring, StopRow
from audits.reports.drawing import qgis
from audits.reports.words import dictionary
from geo.crs import Degrees, to_metres
from geo.geopackage import Kind, Layer, Row, area_of, geopackage, point_of, polygon_of
from geo.grid import GRIDS, Cells
from geo.shapes import Shape

KINDS: dict[str, Kind] = {"text": "TEXT", "number": "REAL", "count": "INTEGER", "yes or no": "BOOLEAN", "day": "DATE"}
CENTIMETRES = 2  # decimals of a metre: finer than any phone


def edition_gpkg(contents: Contents) -> bytes:
    """The edition's layers as one GeoPackage, the same bytes for the same contents."""
    layers = [_hotspots(contents), _cells(contents), _hubs(contents), _area(contents)]
    if contents.audience == "gla":
        layers.insert(2, _stops(contents))
    return geopackage(layers, as_of=contents.as_of)


def _columns(table: str) -> list[tuple[str, Kind, str]]:
    return [(column.name, KINDS[column.kind], column.says) for column in dictionary.TABLES[table]]


def _hotspots(contents: Contents) -> Layer:
    return Layer(
        name="hotspots",
        title="Hotspots, and places that work",
        shape="POINT",
        columns=_columns("places"),
        rows=[(point_of(place.easting_m, place.northing_m), row) for place, row in _placed(contents.places)],
        style=qgis.places(),
    )


def _placed(places: Iterable[Place]) -> Iterator[tuple[Place, Row]]:
    for place in places:
        yield from ((place, dictionary.place_row(place, finding)) for finding in place.findings)


def _cells(contents: Contents) -> Layer:
    return Layer(
        name="cells",
        title="Hexagons that were walked, by factor",
        shape="POLYGON",
        columns=_columns("cells"),
        rows=zip(_hexagons(contents.findings), map(dictionary.finding_row, contents.findings), strict=True),
        style=qgis.cells(),
    )


def _hexagons(findings: Sequence[Finding]) -> list[Shape]:
    """All findings of an edition are of one grid; a cell is drawn once, however many factors it is told of."""
    if not findings:
        return []
    cells = list(dict.fromkeys((each.q_cell, each.r_cell) for each in findings))
    corners = GRIDS[findings[0].side_m].corners_m(Cells.of(cells)).round(CENTIMETRES)
    drawn = {cell: polygon_of([corner]) for cell, corner in zip(cells, corners, strict=True)}
    return [drawn[each.q_cell, each.r_cell] for each in findings]


def _stops(contents: Contents) -> Layer:
    return Layer(
        name="stops",
        title="Stops, with what their groups agreed",
        shape="POINT",
        columns=_columns("stops"),
        rows=zip(_points(contents.stops), map(dictionary.stop_row, contents.stops), strict=True),
        style=qgis.stops(),
    )


def _points(stops: Sequence[StopRow]) -> list[Shape | None]:
    located = [(at.longitude, at.latitude) for at in stops if at.longitude is not None and at.latitude is not None]
    lon, lat = np.array(located, dtype=np.float64).reshape(-1, 2).T
    metres = to_metres(Degrees(lon, lat))
    east, north = metres.easting.round(CENTIMETRES).tolist(), metres.northing.round(CENTIMETRES).tolist()
    points = iter([point_of(x, y) for x, y in zip(east, north, strict=True)])
    return [None if stop.longitude is None or stop.latitude is None else next(points) for stop in stops]


def _hubs(contents: Contents) -> Layer:
    return Layer(
        name="hubs",
        title="Stations, bus stations and piers around",
        shape="POINT",
        columns=_columns("hubs"),
        rows=[(point_of(easting_m, northing_m), (name,)) for easting_m, northing_m, name in contents.ground.hubs],
        style=qgis.hubs(),
    )


def _area(contents: Contents) -> Layer:
    rings: Sequence[Ring] = contents.ground.area
    return Layer(
        name="area",
        title="The area that was to be walked",
        shape="MULTIPOLYGON",
        columns=_columns("area"),
        rows=[(area_of(rings), (contents.title,))] if rings else [],
        style=qgis.area(),
    )
