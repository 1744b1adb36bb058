"""Hypothesis strategies shared by all tests: London's places, areas and walks. Degrees, longitude first."""

import math
from typing import Any

from hypothesis import strategies as st

WEST, SOUTH, EAST, NORTH = -0.51, 51.28, 0.33, 51.69  # Greater London and a little more
DEGREES_PER_METRE_NORTH = 1 / 111_250
DEGREES_PER_METRE_EAST = 1 / 69_300  # at London's latitude

Position = tuple[float, float]

longitudes = st.floats(WEST, EAST)
latitudes = st.floats(SOUTH, NORTH)
positions = st.tuples(longitudes, latitudes)
metres_east = st.floats(500_000, 562_000)
metres_north = st.floats(150_000, 205_000)


def beside(place: Position, *, east_m: float, north_m: float) -> Position:
    """The position so many metres east and north of `place`, within a few per mille."""
    return place[0] + east_m * DEGREES_PER_METRE_EAST, place[1] + north_m * DEGREES_PER_METRE_NORTH


@st.composite
def points(draw: st.DrawFn) -> dict[str, Any]:
    """A GeoJSON point in London."""
    return {"type": "Point", "coordinates": list(draw(positions))}


@st.composite
def rings(draw: st.DrawFn, min_radius_m: float = 50, max_radius_m: float = 2_000) -> list[Position]:
    """A closed ring around a place in London, star-shaped, so that it never crosses itself."""
    centre = draw(positions)
    corners = draw(st.integers(3, 12))
    radii_m = [draw(st.floats(min_radius_m, max_radius_m)) for _ in range(corners)]
    turns = [math.tau * corner / corners for corner in range(corners)]
    ring = [
        beside(centre, east_m=radius * math.cos(turn), north_m=radius * math.sin(turn))
        for radius, turn in zip(radii_m, turns, strict=True)
    ]
    return [*ring, ring[0]]


@st.composite
def polygons(draw: st.DrawFn) -> dict[str, Any]:
    """A GeoJSON polygon in London, 50 m to 2 km from its middle to its corners, without holes."""
    return {"type": "Polygon", "coordinates": [[list(position) for position in draw(rings())]]}


@st.composite
def walks(draw: st.DrawFn, min_vertices: int = 3, max_vertices: int = 25) -> list[Position]:
    """The positions of a walk through London: steps of 5 to 200 m in any direction, in order."""
    place = draw(positions)
    track = [place]
    for _ in range(draw(st.integers(min_vertices, max_vertices)) - 1):
        step_m, turn = draw(st.floats(5, 200)), draw(st.floats(0, math.tau))
        place = beside(place, east_m=step_m * math.cos(turn), north_m=step_m * math.sin(turn))
        track.append(place)
    return track


@st.composite
def routes(draw: st.DrawFn) -> dict[str, Any]:
    """A GeoJSON line: the route of a walk."""
    return {"type": "LineString", "coordinates": [list(position) for position in draw(walks())]}
