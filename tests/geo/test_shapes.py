"""Areas, distances and lengths in metres; who is inside; what is near."""

import math
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo import shapes
from geo.crs import Degrees, great_circle_m
from geo.errors import (
    CoordinatesOffTheGlobe,
    EmptyGeometry,
    OutsideTheNationalGrid,
    UnacceptableShape,
    WidthNeeded,
    WidthNotWanted,
    WidthOutOfRange,
    WrongKindOfGeometry,
)
from tests.strategies import Position, beside, polygons, positions, routes

BRIXTON = (-0.114888, 51.462618)
WIDTHS_M = st.floats(1, 1_000)


def square(centre: Position = BRIXTON, half_m: float = 100) -> dict[str, Any]:
    """A GeoJSON square around `centre`."""
    corners = [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]
    return {
        "type": "Polygon",
        "coordinates": [
            [list(beside(centre, east_m=east * half_m, north_m=north * half_m)) for east, north in corners]
        ],
    }


def street(length_m: float = 500) -> dict[str, Any]:
    """A GeoJSON line running east from Brixton station."""
    return {"type": "LineString", "coordinates": [list(BRIXTON), list(beside(BRIXTON, east_m=length_m, north_m=0))]}


@given(polygons())
def test_a_polygon_is_its_own_area(geometry: dict[str, Any]) -> None:
    """Nothing is added to and nothing taken from what was drawn."""
    assert shapes.area_of(geometry).equals(shapes.read_shape(geometry))


@given(route=routes(), width_m=WIDTHS_M)
def test_a_widened_line_reaches_half_its_width_to_each_side(route: dict[str, Any], width_m: float) -> None:
    """It covers the line, and its edge is half the width away from it everywhere (1 % for round corners)."""
    line, area = shapes.read_shape(route), shapes.area_of(route, width_m)
    reach_m = shapes.in_metres(line).hausdorff_distance(shapes.in_metres(area).exterior)

    assert area.covers(line)
    assert area.is_valid
    assert shapes.distance_m(line, area.exterior) == pytest.approx(width_m / 2, rel=0.01)
    assert reach_m >= width_m / 2 * 0.99


def test_a_street_of_forty_metres() -> None:
    """500 m by 40 m and two half discs are 0.0213 km2."""
    area = shapes.area_of(street(500), 40)

    assert shapes.area_km2(area) == pytest.approx((500 * 40 + math.pi * 20**2) / 1e6, rel=0.01)


@pytest.mark.parametrize(
    ("geometry", "width_m", "refusal"),
    [
        (street(), None, WidthNeeded),
        (square(), 10.0, WidthNotWanted),
        (street(), 0.0, WidthOutOfRange),
        (street(), -5.0, WidthOutOfRange),
        (street(), math.nan, WidthOutOfRange),
        (street(), 1_000.5, WidthOutOfRange),
        (street(0), 10.0, EmptyGeometry),
        ({"type": "Point", "coordinates": list(BRIXTON)}, None, WrongKindOfGeometry),
        ({"type": "LineString", "coordinates": [[51.46, -0.11], [51.47, -0.11]]}, 10.0, OutsideTheNationalGrid),
        (square((2.35, 48.85)), None, OutsideTheNationalGrid),
    ],
)
def test_areas_that_cannot_be(
    geometry: dict[str, Any], width_m: float | None, refusal: type[UnacceptableShape]
) -> None:
    """A width with a line and only then; and Great Britain, longitude first."""
    with pytest.raises(refusal):
        shapes.area_of(geometry, width_m)


def test_a_square_kilometre() -> None:
    """Measured on the grid, with the London boroughs' own precision."""
    assert shapes.area_km2(shapes.area_of(square(half_m=500))) == pytest.approx(1, rel=0.005)


@given(start=positions, metres=st.floats(1, 5_000))
def test_length_is_length_on_the_ground(start: Position, metres: float) -> None:
    """A line's length on the grid agrees with the globe to half a per mille."""
    end = beside(start, east_m=metres, north_m=metres)
    line = shapes.read_shape({"type": "LineString", "coordinates": [start, end]})
    globe_m = great_circle_m(Degrees.of(*start), Degrees.of(*end))[0]

    assert shapes.length_m(line) == pytest.approx(globe_m, rel=5e-4, abs=1e-3)


@given(east_m=st.floats(-2_000, 2_000), north_m=st.floats(-2_000, 2_000))
def test_outside_is_measured_from_the_edge(east_m: float, north_m: float) -> None:
    """Zero inside; outside, the distance to the nearest side or corner of the square."""
    area = shapes.area_of(square(half_m=100))
    beyond = math.hypot(max(abs(east_m) - 100, 0), max(abs(north_m) - 100, 0))
    away_m = shapes.distance_outside_m(shapes.point(*beside(BRIXTON, east_m=east_m, north_m=north_m)), area)

    assert away_m == pytest.approx(beyond, rel=0.03, abs=1)


def test_the_edge_is_inside() -> None:
    """A stop on the area's corner is in the area."""
    corner = square()["coordinates"][0][0]

    assert shapes.distance_outside_m(shapes.point(*corner), shapes.area_of(square())) == 0


def test_a_stop_on_the_other_side_of_the_globe_is_far_outside() -> None:
    """Where the National Grid ends the distance stays a number."""
    away_m = shapes.distances_outside_m([88, -60, *BRIXTON[:1]], [0, 30, BRIXTON[1]], shapes.area_of(square()))

    assert (away_m[:2] > 5_000_000).all()
    assert away_m[2] == 0


def test_nearest_takes_the_first_of_equals() -> None:
    """Index and metres; the place inside two areas belongs to the first."""
    areas = [shapes.area_of(square(beside(BRIXTON, east_m=east, north_m=0))) for east in (1_000, 0, 0)]

    assert shapes.nearest(shapes.point(*BRIXTON), areas) == (1, 0.0)
    assert shapes.nearest(shapes.point(*BRIXTON), areas[:1])[1] == pytest.approx(900, rel=0.01)


def test_near_to_nothing_is_refused() -> None:
    """There is no nearest of none."""
    with pytest.raises(EmptyGeometry):
        shapes.nearest(shapes.point(*BRIXTON), [])


@given(areas=st.lists(polygons(), min_size=1, max_size=4), places=st.lists(positions, min_size=1, max_size=5))
def test_points_are_found_in_the_first_area_that_holds_them(
    areas: list[dict[str, Any]], places: list[Position]
) -> None:
    """The same as asking every area about every place, edges included, few places or many."""
    drawn = [shapes.area_of(area) for area in areas]
    asked = places + [tuple(area["coordinates"][0][0]) for area in areas]
    lons, lats = zip(*(asked * 40), strict=True)
    expected = [
        next((index for index, area in enumerate(drawn) if area.covers(shapely.Point(place))), -1) for place in asked
    ]

    assert shapes.points_in(drawn, lons, lats).tolist() == expected * 40
    assert shapes.points_in(drawn, lons[: len(asked)], lats[: len(asked)]).tolist() == expected


def test_neighbours_share_no_place_and_leave_no_gap() -> None:
    """A place on the border of two boroughs is in exactly one of them."""
    west, east = shapes.box(-0.2, 51.4, -0.1, 51.5), shapes.box(-0.1, 51.4, 0.0, 51.5)
    border = np.full(100, -0.1)

    assert (shapes.points_in([west, east], border, np.linspace(51.4, 51.5, 100)) == 0).all()


def test_asking_prepares_nobodys_shape() -> None:
    """Shapes stay as they were, so that threads may share them."""
    area = shapes.area_of(square())
    shapes.points_in([area], np.full(1_000, BRIXTON[0]), np.full(1_000, BRIXTON[1]))

    assert not shapely.is_prepared(area)


@given(geometry=polygons(), tolerance_m=st.floats(0.1, 50))
def test_simplified_stays_close(geometry: dict[str, Any], tolerance_m: float) -> None:
    """No vertex is further from the drawing than twice what was asked for, and it is still an area."""
    shape = shapes.read_shape(geometry)
    drawn = shapes.simplified(shape, tolerance_m)
    away_m = shapely.distance(
        shapely.points(shapely.get_coordinates(shapes.in_metres(shape))), shapes.in_metres(drawn).exterior
    )

    assert drawn.is_valid
    assert away_m.max() <= 2 * tolerance_m + 1e-6


def test_united_areas_are_one() -> None:
    """Two halves of a box are the box."""
    halves = [shapes.box(-0.2, 51.4, -0.1, 51.5), shapes.box(-0.1, 51.4, 0.0, 51.5)]

    assert shapes.united(halves).equals(shapes.box(-0.2, 51.4, 0.0, 51.5))


@pytest.mark.parametrize("edges", [(0.1, 51, 0.0, 52), (0.0, 52, 0.1, 51), (0, 51, 0, 52), (math.nan, 51, 0, 52)])
def test_a_box_has_an_inside(edges: tuple[float, float, float, float]) -> None:
    """West below east and south below north."""
    with pytest.raises(EmptyGeometry):
        shapes.box(*edges)


def test_a_box_is_on_the_globe() -> None:
    """Its corners are places."""
    with pytest.raises(CoordinatesOffTheGlobe):
        shapes.box(-0.1, 51, 0.1, 92)


@given(polygons())
def test_bounds_hold_the_shape(geometry: dict[str, Any]) -> None:
    """West, south, east, north."""
    shape = shapes.read_shape(geometry)

    assert shapes.box(*shapes.bounds(shape)).covers(shape)


def test_everything_promised_is_there() -> None:
    """The names this file offers, those it passes on included."""
    assert all(hasattr(shapes, name) for name in shapes.__all__)
