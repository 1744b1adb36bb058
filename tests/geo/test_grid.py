"""Hexagons: every place is in one, each has six neighbours, a name, and the same area."""

import math
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.crs import Metres
from geo.errors import TooSpreadOut, UnknownCell
from geo.grid import (
    GRID_50,
    GRID_150,
    SHIFTS_IN_CELLS,
    Cells,
    Grid,
    cell_id,
    cell_ids,
    neighbours,
    parse_cell_id,
)
from geo.shapes import area_km2, in_metres, read_shape
from tests.strategies import metres_east, metres_north, polygons, walks

grids = st.sampled_from([GRID_50, GRID_150, *(GRID_50.shifted(*shift) for shift in SHIFTS_IN_CELLS)])
numbers = st.integers(-1_000_000, 1_000_000)
london_numbers = st.tuples(st.integers(4_000, 6_000), st.integers(2_000, 2_700))


@given(grid=grids, easting=metres_east, northing=metres_north)
def test_every_place_is_in_its_hexagon(grid: Grid, easting: float, northing: float) -> None:
    """The cell of a place covers it (a millionth of a metre allowed on the edge)."""
    cells = grid.cells_at(Metres.of(easting, northing))
    hexagon = shapely.Polygon(grid.corners_m(cells)[0])

    assert len(cells) == 1
    assert hexagon.distance(shapely.Point(easting, northing)) < 1e-6


@given(grid=grids, place=london_numbers)
def test_a_centre_is_in_its_own_cell(grid: Grid, place: tuple[int, int]) -> None:
    """Centre and cell are each other's inverse."""
    cells = Cells.of([place])

    assert list(grid.cells_at(grid.centres(cells))) == [place]


@given(st.lists(st.tuples(metres_east, metres_north), min_size=1, max_size=20))
def test_many_places_are_binned_like_one(places: list[tuple[float, float]]) -> None:
    """Arrays give what single places give, in the same order."""
    eastings, northings = zip(*places, strict=True)
    together = list(GRID_50.cells_at(Metres.of(eastings, northings)))

    assert together == [next(iter(GRID_50.cells_at(Metres.of(*place)))) for place in places]


@given(side=st.sampled_from([50, 150]), q=numbers, r=numbers)
def test_ids_round_trip(side: int, q: int, r: int) -> None:
    """A cell's name leads back to the cell."""
    grid, *numbers_again = parse_cell_id(cell_id(side, q, r))

    assert grid.side_m == side
    assert numbers_again == [q, r]


@pytest.mark.parametrize(
    "text",
    ["", "h50:1", "h51:1:2", "h50:01:2", "h50:-0:2", "h50:1:2\n", "h50:1:٢", "H50:1:2", "h50:99999999:2", " h50:1:2"],
)
def test_other_texts_are_no_ids(text: str) -> None:
    """One cell has one name; nothing else is taken for it."""
    with pytest.raises(UnknownCell, match="hotspots"):
        parse_cell_id(text)


def test_names_are_written_as_the_contract_says() -> None:
    """`h50:q:r`, for one cell and for many."""
    assert cell_ids(50, Cells.of([(4963, 2339), (-1, 0)])) == ["h50:4963:2339", "h50:-1:0"]


@given(place=london_numbers)
def test_neighbours_are_neighbours_of_each_other(place: tuple[int, int]) -> None:
    """Six different cells, each of which has this one among its own six."""
    around = list(neighbours(Cells.of([place])))

    assert len({*around, place}) == 7
    assert all(place in list(neighbours(Cells.of([other]))) for other in around)


@given(grid=grids, place=london_numbers)
def test_neighbours_are_one_step_away(grid: Grid, place: tuple[int, int]) -> None:
    """All six centres lie sqrt(3) sides from this one."""
    here, around = grid.centres(Cells.of([place])), grid.centres(neighbours(Cells.of([place])))
    steps_m = np.hypot(around.easting - here.easting, around.northing - here.northing)

    assert steps_m == pytest.approx(np.full(6, math.sqrt(3) * grid.side_m))


@given(grid=grids, place=london_numbers)
def test_every_cell_has_the_same_area(grid: Grid, place: tuple[int, int]) -> None:
    """Measured on its corners, everywhere in London."""
    hexagon = shapely.Polygon(grid.corners_m(Cells.of([place]))[0])

    assert hexagon.area == pytest.approx(grid.cell_area_m2)
    assert hexagon.exterior.is_ccw


@given(place=london_numbers)
def test_polygons_leave_in_degrees(place: tuple[int, int]) -> None:
    """The WGS 84 hexagon, taken back to metres, has the grid's area."""
    (hexagon,) = GRID_50.polygons(Cells.of([place]))

    assert -10 < hexagon.bounds[0] < hexagon.bounds[2] < 10
    assert area_km2(hexagon) * 1e6 == pytest.approx(GRID_50.cell_area_m2, rel=1e-6)


def test_neighbouring_polygons_leave_no_gap() -> None:
    """A cell and its ring are one shape of seven cells, without holes."""
    middle = Cells.of([(4963, 2339)])
    flower = [*GRID_50.polygons(middle), *GRID_50.polygons(neighbours(middle))]
    whole = shapely.union_all([in_metres(cell).buffer(0.001) for cell in flower])

    assert whole.geom_type == "Polygon"
    assert not whole.interiors


def test_pointy_top() -> None:
    """The first corner is to the north-east, and the topmost lies straight north of the centre."""
    corners = GRID_50.corners_m(Cells.of([(0, 0)]))[0]

    assert corners[0] == pytest.approx([25 * math.sqrt(3), 25])
    assert corners[1] == pytest.approx([0, 50])


@pytest.mark.parametrize("shift", SHIFTS_IN_CELLS)
def test_a_shifted_grid_has_its_edges_elsewhere(shift: tuple[float, float]) -> None:
    """The middle of a cell of the shifted grid is at least half a side from every middle of the first."""
    place = GRID_50.shifted(*shift).centres(Cells.of([(4963, 2339)]))
    home = GRID_50.centres(GRID_50.cells_at(place))

    assert math.hypot(place.easting[0] - home.easting[0], place.northing[0] - home.northing[0]) > 25


@pytest.mark.parametrize("easting", [math.inf, -math.inf, math.nan, 1e12])
def test_places_off_the_grid_are_refused(easting: float) -> None:
    """A cell number that would not fit is a refusal, not a wrong cell."""
    with pytest.raises(TooSpreadOut, match="too far"):
        GRID_50.cells_at(Metres.of(easting, 175_423))


@given(walks())
def test_cells_along_a_line_are_those_that_it_passes(track: list[tuple[float, float]]) -> None:
    """Each is touched by the line; together they hold all of it but corners cut by a few metres."""
    line = shapely.LineString(track)
    cells = GRID_50.cells_along(line)
    hexagons = [shapely.Polygon(corners) for corners in GRID_50.corners_m(cells)]
    left = in_metres(line).difference(shapely.union_all([one.buffer(0.01) for one in hexagons]))

    assert len(set(cells)) == len(cells) > 0
    assert all(one.distance(in_metres(line)) < 1e-6 for one in hexagons)
    assert all(part.length < 6 for part in shapely.get_parts(left))


@given(polygons())
def test_cells_inside_an_area_have_their_middle_there(polygon: dict[str, Any]) -> None:
    """And none is missing: the cell of any place in the area is among them, or has its middle outside."""
    area = read_shape(polygon)
    cells = set(GRID_50.cells_inside(area))
    there = in_metres(area.representative_point())
    [home] = GRID_50.cells_at(Metres.of(there.x, there.y))
    middle = GRID_50.polygons(Cells.of([home]))[0].centroid

    assert all(area.buffer(1e-9).covers(one.centroid) for one in GRID_50.polygons(Cells.of(sorted(cells)[:50])))
    assert (home in cells) == area.covers(middle) or area.boundary.distance(middle) < 1e-7
