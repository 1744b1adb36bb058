"""A clipped route shows nothing outside the area, nothing before the first stop and nothing after the last."""

import math
from typing import Any

import numpy as np
import pytest
import shapely
import shapely.ops
from hypothesis import given
from hypothesis import strategies as st

from geo import shapes
from geo.routes import clip_route, narrow_route
from tests.strategies import Position, beside, polygons, routes

HOME = (-0.114888, 51.462618)
EVERYWHERE = shapes.box(-0.6, 51.2, 0.5, 51.8)
TENTH_OF_A_MILLIMETRE_DEG = 1e-9
fractions = st.floats(0, 1)


def at(east_m: float, north_m: float = 0) -> Position:
    """A position measured from the auditor's home."""
    return beside(HOME, east_m=east_m, north_m=north_m)


def spot(east_m: float, north_m: float = 0) -> shapes.Point:
    """A stop measured from the auditor's home."""
    return shapes.point(*at(east_m, north_m))


def route(*positions: Position) -> shapes.Shape:
    """The line walked through these positions."""
    return shapes.read_shape({"type": "LineString", "coordinates": list(positions)})


def kept_of(
    walked: shapes.Shape, area: shapes.Shape, first: shapes.Point, last: shapes.Point, **stops: Any
) -> shapes.Shape:
    """What is kept of a route, of which something must be."""
    kept = clip_route(walked, area, first, last, **stops)
    assert kept is not None
    return kept


def metres_from_home(shape: shapes.Shape) -> tuple[float, float]:
    """How far east of home the shape begins and ends."""
    east = (shapely.get_coordinates(shape)[:, 0] - HOME[0]) * 69_300
    return float(east.min()), float(east.max())


@given(geometry=routes(), area=polygons(), ends=st.tuples(fractions, fractions))
def test_nothing_outside_the_area_survives(
    geometry: dict[str, Any], area: dict[str, Any], ends: tuple[float, float]
) -> None:
    """Whatever the walk, the area and the stops: what is kept is inside, and was walked."""
    line, inside = shapes.read_shape(geometry), shapes.area_of(area)
    first, last = (line.interpolate(end, normalized=True) for end in sorted(ends))
    kept = clip_route(line, inside, first, last)

    if kept is not None:
        assert kept.within(inside.buffer(TENTH_OF_A_MILLIMETRE_DEG))
        assert kept.within(line.buffer(TENTH_OF_A_MILLIMETRE_DEG))


@given(geometry=routes(), ends=st.tuples(fractions, fractions))
def test_nothing_before_the_first_or_after_the_last_stop_survives(
    geometry: dict[str, Any], ends: tuple[float, float]
) -> None:
    """However the walk winds, the kept part is no longer than the way between the stops and within that way."""
    line = shapes.read_shape(geometry)
    begin, end = sorted(ends)
    way = shapely.ops.substring(line, begin, end, normalized=True)
    kept = clip_route(line, EVERYWHERE, *(line.interpolate(at, normalized=True) for at in (begin, end)))

    if kept is not None:
        assert kept.within(way.buffer(1e-7))
        assert shapes.length_m(kept) <= shapes.length_m(way) + 0.1


@given(first_m=st.floats(0, 900), more_m=st.floats(1, 1_000))
def test_a_straight_walk_is_kept_from_stop_to_stop(first_m: float, more_m: float) -> None:
    """Nothing is lost where nothing is in doubt."""
    last_m = min(first_m + more_m, 1_000)
    kept = kept_of(route(at(0), at(400), at(1_000)), EVERYWHERE, spot(first_m), spot(last_m))

    assert metres_from_home(kept) == pytest.approx((first_m, last_m), abs=0.5)


def test_stops_need_not_be_on_the_line() -> None:
    """Another phone's position, some metres off, counts at the nearest point of the route."""
    kept = kept_of(route(at(0), at(1_000)), EVERYWHERE, spot(200, 15), spot(700, -20))

    assert metres_from_home(kept) == pytest.approx((200, 700), abs=1)


def test_home_within_the_area_is_dropped() -> None:
    """She lives inside the area, walks out, and comes home by another street."""
    walked = route(at(0), at(100), at(100, 400), at(300, 400), at(300, 100), at(0))
    kept = kept_of(walked, EVERYWHERE, spot(100, 200), spot(300, 200))

    assert metres_from_home(kept) == pytest.approx((100, 300), abs=1)
    assert shapes.distance_m(kept, spot(0)) > 200


def test_home_past_the_first_stop_is_dropped() -> None:
    """She comes home along the street where the walk began; it does not count as walked twice."""
    walked = route(at(0), at(500), at(0), at(-300))
    kept = kept_of(walked, EVERYWHERE, spot(100), spot(400))

    assert metres_from_home(kept) == pytest.approx((100, 400), abs=1)
    assert shapes.length_m(kept) == pytest.approx(300, abs=2)


def test_stops_between_tell_the_way_back_from_the_way_home() -> None:
    """Out to the bridge and back to the last stop: both ways are kept, and the way from home and to home are not."""
    walked = route(at(0), at(1_000), at(0))
    kept = kept_of(walked, EVERYWHERE, spot(200), spot(300), between=[spot(600), spot(1_000), spot(700)])

    assert metres_from_home(kept) == pytest.approx((200, 1_000), abs=1)
    assert shapes.length_m(kept) == pytest.approx(800 + 700, rel=0.01)


def test_two_stops_on_one_corner_may_seem_swapped() -> None:
    """A second stop whose position is a few metres back costs nothing."""
    kept = kept_of(route(at(0), at(1_000)), EVERYWHERE, spot(200), spot(900), between=[spot(190), spot(600)])

    assert metres_from_home(kept) == pytest.approx((200, 900), abs=1)


def test_a_circle_needs_a_stop_between() -> None:
    """Beginning and ending in one place is nothing by itself, and the whole round with a stop on the way."""
    walked = route(at(-200), at(0), at(300), at(300, 300), at(0, 300), at(0), at(-200))
    doubtful = clip_route(walked, EVERYWHERE, spot(0), spot(0))
    kept = kept_of(walked, EVERYWHERE, spot(0), spot(0), between=[spot(300, 300)])

    assert doubtful is None
    assert shapes.length_m(kept) == pytest.approx(1_200, abs=5)


def test_a_walk_that_leaves_the_area_comes_in_pieces() -> None:
    """In walking order; the vertex outside is gone, and only the crossings of the edge are new."""
    area = shapes.read_shape(
        {"type": "Polygon", "coordinates": [[at(0, -50), at(600, -50), at(600, 50), at(0, 50), at(0, -50)]]}
    )
    kept = kept_of(route(at(50), at(300), at(350, 500), at(400), at(550)), area, spot(100), spot(500))

    assert [round(x) for part in kept.geoms for x in metres_from_home(part)] == [100, 305, 395, 500]
    assert shapely.get_coordinates(kept)[:, 1].max() < at(0, 50.1)[1]


def test_a_segment_that_crosses_two_parts_keeps_its_order() -> None:
    """One step through both halves of an area gives its pieces as walked, here from east to west."""
    halves = shapes.united([shapes.box(*at(0, -50), *at(100, 50)), shapes.box(*at(200, -50), *at(300, 50))])
    kept = kept_of(route(at(400), at(-100)), halves, spot(290), spot(10))

    assert [part.coords[0][0] > part.coords[-1][0] for part in kept.geoms] == [True, True]
    assert [round(x) for part in kept.geoms for x in metres_from_home(part)] == [200, 290, 10, 100]


def test_walking_a_street_twice_is_walking_it_twice() -> None:
    """GEOS alone would merge the way there and the way back."""
    kept = kept_of(route(at(0), at(500), at(100)), EVERYWHERE, spot(0), spot(100), between=[spot(500)])

    assert shapes.length_m(kept) == pytest.approx(900, abs=3)
    assert kept.geom_type == "LineString"


@pytest.mark.parametrize(
    ("positions", "first", "last"),
    [
        ((at(0), at(100)), spot(50), spot(50)),
        ((at(0), at(100)), spot(80), spot(20)),
        ((at(0), at(0)), spot(0), spot(0)),
        ((at(0), at(100)), spot(-500), spot(-400)),
    ],
    ids=["one stop", "stops in the other order", "standing still", "stops before the route"],
)
def test_no_length_is_no_route(positions: tuple[Position, Position], first: shapes.Point, last: shapes.Point) -> None:
    """None, rather than a guess."""
    assert clip_route(route(*positions), EVERYWHERE, first, last) is None


def test_a_walk_outside_the_area_leaves_nothing() -> None:
    """Not even its points on the edge."""
    area = shapes.box(*at(1_000, -50), *at(1_100, 50))

    assert clip_route(route(at(0), at(1_000)), area, spot(0), spot(1_000)) is None


@given(geometry=routes(), area=polygons())
def test_clipping_again_changes_nothing(geometry: dict[str, Any], area: dict[str, Any]) -> None:
    """What was kept is inside the area already."""
    line, inside = shapes.read_shape(geometry), shapes.area_of(area)
    kept = clip_route(line, inside, shapes.Point(line.coords[0]), shapes.Point(line.coords[-1]))

    if kept is not None and kept.geom_type == "LineString":
        again = clip_route(kept, inside, shapes.Point(kept.coords[0]), shapes.Point(kept.coords[-1]))
        assert again is None or again.within(kept.buffer(TENTH_OF_A_MILLIMETRE_DEG))


def test_a_long_walk_in_a_detailed_area_is_quick() -> None:
    """14,400 positions that cross a ring of 2,000 vertices; the answer has no position outside."""
    turns = np.linspace(0, math.tau, 2_000)
    ring = [at(500 * math.cos(turn), 500 * math.sin(turn)) for turn in turns[:-1]]
    area = shapes.read_shape({"type": "Polygon", "coordinates": [[*ring, ring[0]]]})
    track = [at(700 * math.cos(7 * step / 500), step / 20 - 360) for step in range(14_400)]
    kept = kept_of(route(*track), area, spot(700, -360), shapes.point(*track[-1]))

    assert kept.within(area.buffer(TENTH_OF_A_MILLIMETRE_DEG))
    assert len(kept.geoms) > 10


def test_a_narrowed_route_is_never_more_than_it_was() -> None:
    """Its first stop moved 60 m on, its last stop beyond its end, and the gap where she left the area stays."""
    kept = shapely.MultiLineString([[at(0), at(100)], [at(140), at(300)]])
    left = narrow_route(kept, [spot(60), spot(400)])

    assert left is not None and left.geom_type == "MultiLineString"
    assert [round(shapes.length_m(part)) for part in shapely.get_parts(left)] == [40, 160]


def test_a_narrowed_route_of_two_stops_at_one_place_is_none() -> None:
    """Nothing lies between them; and where the first is beyond the last, nothing does either."""
    kept = route(at(0), at(100), at(200))

    assert narrow_route(kept, [spot(50), spot(50)]) is None
    assert narrow_route(kept, [spot(150), spot(50)]) is None
