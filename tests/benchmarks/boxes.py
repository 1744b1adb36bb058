"""Reading the 1,000 of 200,000 points that lie in a box, with their shapes, beside the bare driver's reading."""

import random
import sqlite3
import time
from datetime import UTC, datetime

import asyncpg
import numpy as np
import shapely

from geo.geometry import many_to_ewkb
from geo.spatial_index import index_shapes, where_box
from migrations.database import execute, execute_many, fetch, fetch_value, open_database, transaction
from migrations.runner import upgrade
from tests.benchmarks.measure import Measured, own_peak_mb

POINTS = 200_000
READS = 200
WEST, SOUTH, WIDTH, HEIGHT = -0.5, 51.3, 0.8, 0.4
SHARE = (1_000 / POINTS) ** 0.5


async def box_of_points(engine: str, url: str) -> Measured:
    """Fill the table of places with points, then read boxes of about a thousand."""
    await upgrade(url)
    async with open_database(url, statement_timeout_s=300):
        await fill()
        sql = f"select number, name, shape from place where kind = 'venue' and {where_box('place', 'shape')}"
        boxes = [a_box(random.Random(n)) for n in range(READS)]
        found = [len(await fetch(sql, *boxes[0]))]
        times, wall, cpu = [], time.perf_counter(), time.process_time()
        for box in boxes:
            began = time.perf_counter()
            found.append(len(await fetch(sql, *box)))
            times.append(time.perf_counter() - began)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    assert 500 < np.mean(found) < 1_500, found
    raw_s = await raw_postgresql(url, boxes) if url.startswith("postgresql") else raw_sqlite(url, boxes)
    return Measured(f"{engine}: box of 1,000 of 200,000 points", times, wall, cpu, own_peak_mb(), 1 / raw_s)


async def fill() -> None:
    """200,000 invented venues, evenly spread."""
    chance = np.random.default_rng(1)
    shapes = shapely.points(WEST + WIDTH * chance.random(POINTS), SOUTH + HEIGHT * chance.random(POINTS))
    now, wkb = datetime.now(UTC), many_to_ewkb(shapes)
    async with transaction():
        first = (await fetch_value("select max(number) from place") or 0) + 1
        numbers = range(first, first + POINTS)
        await execute_many(
            "insert into place "
            "(number, kind, key, name, folded, borough_stated, fingerprint, shape, source, imported_at) "
            "values ($1, 'venue', $2, $3, $3, false, $2, $4, 'bench', $5)",
            ((n, f"bench-{n}", f"Venue {n}", content, now) for n, content in zip(numbers, wkb, strict=True)),
        )
        await index_shapes("place", "shape", numbers, shapes)
    async with transaction():
        await execute("analyze place")


def a_box(chance: random.Random) -> tuple[float, float, float, float]:
    """West, south, east, north of a box that holds about a thousand points."""
    west = WEST + chance.random() * WIDTH * (1 - SHARE)
    south = SOUTH + chance.random() * HEIGHT * (1 - SHARE)
    return west, south, west + WIDTH * SHARE, south + HEIGHT * SHARE


def raw_sqlite(url: str, boxes: list[tuple[float, float, float, float]]) -> float:
    """Seconds a read with the bare driver: the R*Tree join, shapes left as bytes."""
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    sql = (
        "select place.number, place.name, place.shape from place_shape_box box join place on place.number = box.number "
        "where box.max_x >= ? and box.min_x <= ? and box.max_y >= ? and box.min_y <= ?"
    )
    began = time.perf_counter()
    for west, south, east, north in boxes:
        connection.execute(sql, (west, east, south, north)).fetchall()
    taken_s = (time.perf_counter() - began) / len(boxes)
    connection.close()
    return taken_s


async def raw_postgresql(url: str, boxes: list[tuple[float, float, float, float]]) -> float:
    """Seconds a read with the bare driver: the GiST index, shapes left as bytes."""
    connection = await asyncpg.connect(url)
    sql = "select number, name, shape::bytea from place where shape && st_makeenvelope($1, $2, $3, $4, 4326)"
    await connection.fetch(sql, *boxes[0])
    began = time.perf_counter()
    for box in boxes:
        await connection.fetch(sql, *box)
    taken_s = (time.perf_counter() - began) / len(boxes)
    await connection.close()
    return taken_s
