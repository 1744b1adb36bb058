"""Shapes into and out of both databases."""

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from geo.geometry import WGS84, Geometry, UnfitShape, from_ewkb, many_from_ewkb, many_to_ewkb, to_ewkb
from migrations.database import (
    ConstraintViolated,
    Row,
    execute,
    execute_many,
    fetch,
    fetch_tuples,
    fetch_value,
    transaction,
)
from migrations.shapes import shape_check

BANKSIDE = shapely.Point(-0.0983, 51.5076)
LONGITUDES = st.floats(-180, 180)
LATITUDES = st.floats(-90, 90)
PLACES = st.tuples(LONGITUDES, LATITUDES)
POINTS = PLACES.map(shapely.Point)
LINES = st.lists(PLACES, min_size=2, max_size=6).map(shapely.LineString)
AREAS = st.tuples(LONGITUDES, LATITUDES, st.floats(0.001, 1)).map(lambda at: shapely.Point(at[:2]).buffer(at[2]))
SINGLES = POINTS | LINES | AREAS
SEVERAL = (
    st.lists(POINTS, min_size=1, max_size=4).map(shapely.MultiPoint)
    | st.lists(LINES, min_size=1, max_size=4).map(shapely.MultiLineString)
    | st.lists(AREAS, min_size=1, max_size=3).map(shapely.MultiPolygon)
    | st.lists(SINGLES, min_size=1, max_size=4).map(shapely.GeometryCollection)
)
SHAPES = SINGLES | SEVERAL

TABLES = {
    "sqlite": "CREATE TABLE pitch (number INTEGER PRIMARY KEY, shape GEOMETRY_BLOB, "
    "spot GEOMETRY_BLOB {check}, area GEOMETRY_BLOB {checks})",
    "postgresql": "CREATE TABLE pitch (number BIGINT PRIMARY KEY, shape geometry(Geometry,4326), "
    "spot geometry(Point,4326), area geometry(Geometry,4326))",
}


class Pitch(Row, tablename="pitch"):
    """A place with a spot and an area."""

    spot = Geometry("Point", null=True)
    area = Geometry("Polygon|MultiPolygon", null=True)


@pytest.fixture
async def pitch(database: str) -> str:
    """An open database with a table of shapes; the value is its kind."""
    async with transaction():
        await execute(
            TABLES[database].format(
                check=shape_check("pitch", "spot", "Point"), checks=shape_check("pitch", "area", "Polygon|MultiPolygon")
            )
        )
    return database


@given(SHAPES)
def test_a_shape_survives_its_bytes(shape: BaseGeometry) -> None:
    back = from_ewkb(to_ewkb(shape))

    assert back.equals_exact(shape, 0)
    assert (back.geom_type, shapely.get_srid(back)) == (shape.geom_type, WGS84)


@given(st.lists(SHAPES, min_size=1, max_size=5))
def test_many_at_once_are_the_same_as_one_by_one(shapes: list[BaseGeometry]) -> None:
    assert many_to_ewkb(shapes) == [to_ewkb(shape) for shape in shapes]
    assert shapely.equals_exact(many_from_ewkb(many_to_ewkb(shapes)), shapes).all()


def test_the_bytes_are_postgis_extended_well_known_binary() -> None:
    """SELECT encode(ST_AsEWKB('SRID=4326;POINT(1 2)'), 'hex') on PostGIS 3.3."""
    assert to_ewkb(shapely.Point(1, 2)).hex() == "0101000020e6100000000000000000f03f0000000000000040"


@pytest.mark.parametrize(
    ("shape", "complaint"),
    [
        (shapely.Point(), "empty"),
        (shapely.Point(float("nan"), 51), "finite"),
        (shapely.LineString([(0, 51), (float("inf"), 51)]), "finite"),
        (shapely.Point(0, 51, 12), "heights"),
        (shapely.set_srid(shapely.Point(532_000, 180_000), 27700), "EPSG:27700"),
    ],
)
def test_a_shape_that_no_column_takes_is_refused(shape: BaseGeometry, complaint: str) -> None:
    with pytest.raises(UnfitShape, match=complaint):
        to_ewkb(shape)


async def test_both_databases_give_back_every_kind_of_shape(pitch: str) -> None:
    """A ring comes back as a line: well-known binary knows no rings of their own."""
    line, area = shapely.LineString([(0, 51), (0.5, 51.5), (1, 51)]), BANKSIDE.buffer(0.01)
    parts = shapely.MultiPoint([BANKSIDE]), shapely.MultiLineString([line]), shapely.MultiPolygon([area])
    shapes = [BANKSIDE, line, area, *parts, shapely.GeometryCollection([line, area]), shapely.LinearRing(line)]
    async with transaction():
        await execute_many("INSERT INTO pitch (number, shape) VALUES ($1, $2)", enumerate(shapes))

    found = [shape for (shape,) in await fetch_tuples("SELECT shape FROM pitch ORDER BY number")]
    assert shapely.equals_exact(found, [*shapes[:-1], shapely.LineString(shapes[-1])]).all()
    assert set(shapely.get_srid(found)) == {WGS84}


async def test_bytes_made_in_bulk_are_taken_as_they_are(pitch: str) -> None:
    async with transaction():
        await execute_many("INSERT INTO pitch (number, spot) VALUES ($1, $2)", enumerate(many_to_ewkb([BANKSIDE] * 3)))

    assert await fetch_value("SELECT spot FROM pitch WHERE number = 2") == BANKSIDE


async def test_no_shape_is_null(pitch: str) -> None:
    async with transaction():
        await execute("INSERT INTO pitch (number, shape, spot) VALUES (1, $1, $1)", None)

    assert await fetch("SELECT shape, spot, area FROM pitch") == [{"shape": None, "spot": None, "area": None}]


async def test_the_schema_refuses_a_shape_of_another_kind(pitch: str) -> None:
    """SQLite by a check, PostgreSQL by the column's type, which says so as an error in the statement."""
    with pytest.raises(ConstraintViolated if pitch == "sqlite" else Exception, match=r"Point|pitch_spot_kind"):
        async with transaction():
            await execute("INSERT INTO pitch (number, spot) VALUES (1, $1)", BANKSIDE.buffer(0.01))

    assert await fetch("SELECT * FROM pitch") == []


async def test_a_check_of_two_kinds_takes_both(pitch: str) -> None:
    area = BANKSIDE.buffer(0.01)
    async with transaction():
        await execute("INSERT INTO pitch (number, area) VALUES (1, $1), (2, $2)", area, shapely.MultiPolygon([area]))

    assert await fetch_value("SELECT count(area) FROM pitch") == 2


async def test_a_row_refuses_a_shape_of_another_kind_in_words(pitch: str) -> None:
    with pytest.raises(UnfitShape, match="spot takes a Point, not a Polygon"):
        async with transaction():
            await Pitch.insert(Pitch(spot=BANKSIDE.buffer(0.01)))
    with pytest.raises(UnfitShape, match="area takes a Polygon or MultiPolygon, not a Point"):
        Pitch.update({Pitch.area: BANKSIDE})


async def test_a_row_gives_back_its_shape(pitch: str) -> None:
    async with transaction():
        await Pitch.insert(Pitch(number=1, spot=BANKSIDE))

    assert await Pitch.select(Pitch.spot).where(Pitch.spot.is_not_null()) == [{"spot": BANKSIDE}]


async def test_a_column_says_its_type_on_either_database(pitch: str) -> None:
    types = {"sqlite": ["GEOMETRY_BLOB"] * 2, "postgresql": ["geometry(Point,4326)", "geometry(Geometry,4326)"]}

    assert [Pitch.spot.column_type, Pitch.area.column_type] == types[pitch]
