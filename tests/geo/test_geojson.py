"""GeoJSON is distrusted on its way in, and written one way on its way out."""

import math
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import (
    CoordinatesNotFinite,
    CoordinatesOffTheGlobe,
    EmptyGeometry,
    MalformedGeometry,
    NotLongitudeLatitude,
    RingNotClosed,
    SelfCrossing,
    TooManyVertices,
    UnacceptableShape,
    WrongKindOfGeometry,
)
from geo.geojson import geometry_in, read_shape, to_geojson
from tests.strategies import points, polygons, routes

SQUARE = [[-0.12, 51.46], [-0.11, 51.46], [-0.11, 51.47], [-0.12, 51.47], [-0.12, 51.46]]
HOLE = [[-0.118, 51.462], [-0.118, 51.468], [-0.112, 51.468], [-0.112, 51.462], [-0.118, 51.462]]
BOW_TIE = [[-0.12, 51.46], [-0.11, 51.47], [-0.11, 51.46], [-0.12, 51.47], [-0.12, 51.46]]
FAR_AWAY = [[0.2, 51.5], [0.21, 51.5], [0.21, 51.51], [0.2, 51.5]]

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


def polygon(*rings: list[list[float]]) -> dict[str, Any]:
    """A GeoJSON polygon of these rings."""
    return {"type": "Polygon", "coordinates": list(rings)}


def line(*positions: Any) -> dict[str, Any]:
    """A GeoJSON line through these positions."""
    return {"type": "LineString", "coordinates": list(positions)}


@given(points() | routes() | polygons())
def test_what_is_written_can_be_read(geometry: dict[str, Any]) -> None:
    """Writing and reading changes no coordinate by more than the sixth decimal, and a second time nothing at all."""
    shape = read_shape(geometry)
    written = to_geojson(shape)
    moved = shapely.get_coordinates(shape.normalize()) - shapely.get_coordinates(read_shape(written).normalize())

    assert abs(moved).max() <= 0.51e-6
    assert to_geojson(read_shape(written)) == written


@given(polygons())
def test_outer_rings_run_anticlockwise(geometry: dict[str, Any]) -> None:
    """The right-hand rule of RFC 7946, however the ring was sent."""
    backwards = polygon(geometry["coordinates"][0][::-1])

    for sent in (geometry, backwards):
        assert read_shape(to_geojson(read_shape(sent))).exterior.is_ccw


def test_holes_run_clockwise() -> None:
    """The other half of the right-hand rule; the hole stays a hole."""
    written = read_shape(to_geojson(read_shape(polygon(SQUARE, HOLE[::-1]))))

    assert len(written.interiors) == 1
    assert not written.interiors[0].is_ccw


def test_six_decimals_and_no_minus_nothing() -> None:
    """A tenth of a metre is more than a phone knows; zero has no sign."""
    written = to_geojson(shapely.Point(-0.00000001, 51.123456789))

    assert str(written["coordinates"]) == "[0.0, 51.123457]"


def test_heights_are_dropped() -> None:
    """A phone's altitude is nobody's business."""
    shape = read_shape({"type": "Point", "coordinates": [-0.1, 51.5, 12.5]})

    assert not shape.has_z
    assert to_geojson(shape)["coordinates"] == [-0.1, 51.5]


@pytest.mark.parametrize(
    ("kind", "coordinates"),
    [
        ("MultiPoint", [[-0.1, 51.5], [-0.2, 51.5]]),
        ("MultiLineString", [[[-0.1, 51.5], [-0.2, 51.5]], [[-0.3, 51.5], [-0.4, 51.6]]]),
        ("MultiPolygon", [[SQUARE, HOLE], [FAR_AWAY]]),
    ],
)
def test_collections_of_one_kind_are_read(kind: str, coordinates: list[Any]) -> None:
    """Two parts come in and two go out."""
    shape = read_shape({"type": kind, "coordinates": coordinates})

    assert (shape.geom_type, len(shape.geoms)) == (kind, 2)
    assert to_geojson(shape)["type"] == kind


@pytest.mark.parametrize(
    ("geometry", "refusal"),
    [
        (None, MalformedGeometry),
        ([], MalformedGeometry),
        ({"type": "Point"}, MalformedGeometry),
        ({"type": "Point", "coordinates": "51.5"}, MalformedGeometry),
        ({"type": "Point", "coordinates": [51.5]}, MalformedGeometry),
        ({"type": "Point", "coordinates": ["-0.1", "51.5"]}, MalformedGeometry),
        ({"type": "Point", "coordinates": [True, 51.5]}, MalformedGeometry),
        ({"type": "Point", "coordinates": [[-0.1, 51.5]]}, MalformedGeometry),
        ({"type": "Polygon", "coordinates": SQUARE}, MalformedGeometry),
        ({"type": "Polygon", "coordinates": [5]}, MalformedGeometry),
        (line([-0.1, 51.5]), MalformedGeometry),
        ({"coordinates": [-0.1, 51.5]}, WrongKindOfGeometry),
        ({"type": ["Point"], "coordinates": [-0.1, 51.5]}, WrongKindOfGeometry),
        ({"type": "GeometryCollection", "geometries": []}, WrongKindOfGeometry),
        ({"type": "Feature", "geometry": None}, WrongKindOfGeometry),
        ({"type": "Point", "coordinates": []}, MalformedGeometry),
        (line(), EmptyGeometry),
        (polygon(), EmptyGeometry),
        (polygon([]), EmptyGeometry),
        ({"type": "MultiPolygon", "coordinates": []}, EmptyGeometry),
        ({"type": "MultiPolygon", "coordinates": [[SQUARE], []]}, EmptyGeometry),
        (polygon([[-0.1, 51.5]] * 4), EmptyGeometry),
        (polygon([[-0.1, 51.5], [-0.2, 51.5], [-0.3, 51.5], [-0.1, 51.5]]), EmptyGeometry),
        ({"type": "Point", "coordinates": [math.nan, 51.5]}, CoordinatesNotFinite),
        ({"type": "Point", "coordinates": [-0.1, math.inf]}, CoordinatesNotFinite),
        ({"type": "Point", "coordinates": [10**400, 51.5]}, CoordinatesNotFinite),
        ({"type": "Point", "coordinates": [-180.001, 51.5]}, CoordinatesOffTheGlobe),
        ({"type": "Point", "coordinates": [51.5, 90.001]}, CoordinatesOffTheGlobe),
        (line([0, 51], [0, -91]), CoordinatesOffTheGlobe),
        ({"type": "Point", "coordinates": [531053, 175423]}, NotLongitudeLatitude),
        ({**polygon(SQUARE), "crs": {"properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}}, NotLongitudeLatitude),
        (polygon(SQUARE[:-1]), RingNotClosed),
        (polygon(SQUARE, HOLE[:-1]), RingNotClosed),
        (polygon([SQUARE[0], SQUARE[1], SQUARE[0]]), RingNotClosed),
        (polygon(BOW_TIE), SelfCrossing),
        (polygon(HOLE, SQUARE), SelfCrossing),
        (polygon(SQUARE, FAR_AWAY), SelfCrossing),
        ({"type": "MultiPolygon", "coordinates": [[SQUARE], [SQUARE]]}, SelfCrossing),
        (line(*[[-0.1, 51.5]] * 20_001), TooManyVertices),
    ],
)
def test_unacceptable_geometries_are_named(geometry: object, refusal: type[UnacceptableShape]) -> None:
    """Each fault has its own refusal, whose sentence says what to send and repeats no coordinate."""
    with pytest.raises(refusal) as refused:
        read_shape(geometry)

    assert str(refused.value).endswith((".", "7946."))
    assert "51." not in str(refused.value)


@pytest.mark.parametrize(("lon", "lat"), [(-180, -90), (180, 90), (0, 0)])
def test_the_edges_of_the_globe_are_on_it(lon: int, lat: int) -> None:
    """Limits are closed; whole numbers are numbers."""
    assert read_shape({"type": "Point", "coordinates": [lon, lat]}).coords[0] == (lon, lat)


def test_a_route_may_stand_still_and_cross_itself() -> None:
    """Phones do both; the walk is kept."""
    still = read_shape(line([-0.1, 51.5], [-0.1, 51.5]))

    assert still.length == 0
    assert read_shape(line(*BOW_TIE)).length > 0


def test_twenty_thousand_vertices_are_enough() -> None:
    """The limit itself is allowed."""
    assert len(read_shape(line(*[[-0.1, 51.5]] * 20_000)).coords) == 20_000


def test_only_the_kinds_asked_for_are_taken() -> None:
    """A point is no route, and the refusal says what is."""
    with pytest.raises(WrongKindOfGeometry, match="LineString"):
        read_shape({"type": "Point", "coordinates": [-0.1, 51.5]}, kinds=frozenset({"LineString"}))


def test_wgs_84_may_be_named() -> None:
    """Older tools write a crs member; the right one passes."""
    named = {**polygon(SQUARE), "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}}

    assert read_shape(named).area > 0


@given(
    geometry=st.fixed_dictionaries(
        {"type": st.sampled_from(["Point", "Polygon", "MultiPolygon"]), "coordinates": anything}
    )
)
def test_nothing_but_a_refusal_comes_of_nonsense(geometry: dict[str, Any]) -> None:
    """Whatever is sent is read, or refused by a refusal of ours."""
    try:
        shape = read_shape(geometry)
    except UnacceptableShape:
        return

    assert shape.is_valid
    assert not shape.is_empty


@pytest.mark.parametrize(
    "document",
    [
        polygon(SQUARE),
        {"type": "Feature", "properties": {}, "geometry": polygon(SQUARE)},
        {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": polygon(SQUARE)}]},
    ],
)
def test_a_file_may_wrap_its_geometry(document: dict[str, Any]) -> None:
    """What drawing tools save: the geometry, a feature, or a collection of one."""
    assert geometry_in(document) == polygon(SQUARE)


@pytest.mark.parametrize("features", [None, [], [{"type": "Feature"}, {"type": "Feature"}]])
def test_a_file_holds_one_area(features: object) -> None:
    """Two areas are two programmes."""
    with pytest.raises(WrongKindOfGeometry, match="exactly one"):
        geometry_in({"type": "FeatureCollection", "features": features})


def test_a_file_is_an_object() -> None:
    """A list is no GeoJSON."""
    with pytest.raises(MalformedGeometry, match="not GeoJSON"):
        geometry_in([polygon(SQUARE)])
