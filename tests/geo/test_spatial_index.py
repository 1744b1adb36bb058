"""Finding by a box gives what looking at every shape gives, on both databases."""

from collections.abc import AsyncIterator
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from geo.spatial_index import index_shapes, more_than, row_in_box, where_box
from migrations.database import execute, execute_many, fetch_tuples, fetch_value, transaction
from migrations.scripts import statements
from migrations.shapes import drop_index_ddl, index_ddl

Box = tuple[float, float, float, float]

TABLES = {
    "sqlite": "CREATE TABLE pitch (number INTEGER PRIMARY KEY, shape GEOMETRY_BLOB, "
    "part_of INTEGER REFERENCES pitch (number) ON DELETE CASCADE)",
    "postgresql": "CREATE TABLE pitch (number BIGINT PRIMARY KEY, shape geometry(Geometry,4326), "
    "part_of BIGINT REFERENCES pitch (number) ON DELETE CASCADE)",
}
# Numbers that single precision cannot hold, close together, around Greenwich; none nearer to 0 than 1e-15 degrees (a
# tenth of a nanometre), where SQLite's R*Tree rounds an underflowing edge inwards.
DEGREES = st.integers(-40, 40).map(lambda steps: 0.1 + steps * 1e-8) | st.floats(-0.5, 0.5).map(lambda d: round(d, 15))
SPOTS = st.tuples(DEGREES, DEGREES).map(lambda at: shapely.Point(at[0], 51 + at[1]))
LINES = st.lists(SPOTS, min_size=2, max_size=3).map(shapely.LineString)
BOXES = st.tuples(DEGREES, DEGREES, DEGREES, DEGREES).map(
    lambda box: (min(box[0], box[1]), 51 + min(box[2], box[3]), max(box[0], box[1]), 51 + max(box[2], box[3]))
)


async def run_script(script: str) -> None:
    """Run every statement of a script in a transaction."""
    async with transaction():
        for statement in statements(script):
            await execute(statement)


@pytest.fixture
async def pitch(database: str) -> str:
    """An open database with an indexed table of shapes; the value is its kind."""
    await run_script(TABLES[database] + ";" + index_ddl("pitch", "shape")[database])
    return database


async def put(shapes: list[BaseGeometry], *, first: int = 1, part_of: int | None = None) -> None:
    """Write shapes, numbered from `first`, and index them."""
    numbers = range(first, first + len(shapes))
    async with transaction():
        await execute_many(
            "INSERT INTO pitch (number, shape, part_of) VALUES ($1, $2, $3)",
            ((number, shape, part_of) for number, shape in zip(numbers, shapes, strict=True)),
        )
        await index_shapes("pitch", "shape", numbers, shapes)


async def within(box: Box) -> list[int]:
    """The numbers found by the index, which are those that each row's own box tells."""
    found = [
        await fetch_tuples(f"SELECT number FROM pitch WHERE {condition('pitch', 'shape')} ORDER BY number", *box)
        for condition in (where_box, row_in_box)
    ]
    assert found[0] == found[1]
    return [number for (number,) in found[0]]


def looked_through(shapes: list[BaseGeometry], box: Box) -> list[int]:
    """The numbers found by looking at the bounds of every shape."""
    west, south, east, north = shapely.bounds(shapes).T
    meets = (west <= box[2]) & (east >= box[0]) & (south <= box[3]) & (north >= box[1])
    return (np.flatnonzero(meets) + 1).tolist()


@pytest.fixture
async def emptied(pitch: str) -> AsyncIterator[Any]:
    """The table, emptied before each of many examples."""

    async def empty() -> None:
        async with transaction():
            await execute("DELETE FROM pitch")

    yield empty


@given(shapes=st.lists(SPOTS | LINES, min_size=1, max_size=12), box=BOXES)
async def test_a_box_finds_what_looking_at_every_shape_finds(
    emptied: Any, shapes: list[BaseGeometry], box: Box
) -> None:
    await emptied()
    await put(shapes)

    assert await within(box) == looked_through(shapes, box)


async def test_the_edges_of_a_box_belong_to_it(pitch: str) -> None:
    """0.1 is not a single-precision number: an index alone would also find its neighbours."""
    await put([shapely.Point(0.1, 51.5), shapely.Point(np.nextafter(0.1, 1), 51.5)])

    assert await within((0.0, 51.0, 0.1, 51.5)) == [1]
    assert await within((0.1, 51.5, 0.1, 51.5)) == [1]


async def test_deleting_a_row_forgets_its_box(pitch: str) -> None:
    await put([shapely.Point(0, 51)])
    await put([shapely.Point(0, 51)], first=2, part_of=1)
    async with transaction():
        await execute("DELETE FROM pitch WHERE number = 1")

    assert await within((-1, 50, 1, 52)) == []
    if pitch == "sqlite":
        assert await fetch_value("SELECT count(*) FROM pitch_shape_box") == 0


async def test_indexing_again_replaces(pitch: str) -> None:
    await put([shapely.Point(0, 51)])
    async with transaction():
        await execute("UPDATE pitch SET shape = $1", shapely.Point(0.3, 51))
        await index_shapes("pitch", "shape", [1], [shapely.Point(0.3, 51)])

    assert await within((-0.1, 50, 0.1, 52)) == []
    assert await within((0.2, 50, 0.4, 52)) == [1]


async def test_the_condition_stands_among_others(pitch: str) -> None:
    await put([shapely.Point(0, 51), shapely.Point(0, 51)])
    sql = f"SELECT number FROM pitch WHERE number > $1 AND {where_box('pitch', 'shape', 2)}"

    assert await fetch_tuples(sql, 1, -1, 50, 1, 52) == [(2,)]


async def test_an_index_can_be_taken_away_and_made_again(pitch: str) -> None:
    await run_script(drop_index_ddl("pitch", "shape")[pitch] + index_ddl("pitch", "shape")[pitch])
    await put([shapely.Point(0, 51)])

    assert await within((-1, 50, 1, 52)) == [1]


async def test_the_index_is_used(pitch: str) -> None:
    places = np.random.default_rng(7).uniform((-0.5, 51.3), (0.3, 51.7), (20_000, 2))
    await put(list(shapely.points(places)))
    async with transaction():
        await execute("ANALYZE pitch")

    explain = "EXPLAIN QUERY PLAN" if pitch == "sqlite" else "EXPLAIN"
    plan = await fetch_tuples(
        f"{explain} SELECT * FROM pitch WHERE {where_box('pitch', 'shape')}", -0.1, 51.5, -0.09, 51.51
    )
    assert any("pitch_shape_box" in str(line) for line in plan)
    assert not any("SCAN pitch " in str(line) or "Seq Scan" in str(line) for line in plan)


async def test_a_crowded_box_is_told_from_an_empty_one(pitch: str) -> None:
    """By counting no further than asked, on the edge too."""
    await put([shapely.Point(0.1 + n / 1000, 51.5) for n in range(5)])
    box = (0.1, 51.4, 0.103, 51.6)

    assert [await more_than(count, "pitch", "shape", box) for count in (0, 3, 4)] == [True, True, False]
    assert not await more_than(0, "pitch", "shape", (1.0, 51.4, 1.1, 51.6))
