"""Finding shapes by a box: an R*Tree beside the table on SQLite, a GiST index on PostgreSQL, the same answers.

Migrations make the index with migrations.shapes.index_ddl.
"""

from collections.abc import Sequence
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from migrations.database import dialect, execute_many

Shapes = Sequence[BaseGeometry] | NDArray[np.object_]
BoxRow = tuple[object, ...]


async def index_shapes(table: str, column: str, numbers: Sequence[int], shapes: Shapes) -> None:
    """Index the shapes of the rows `numbers`, replacing what was indexed for them; inside transaction().

    PostgreSQL indexes by itself. On SQLite whoever writes a shape calls this; deleting a row is seen to by a trigger.
    """
    if dialect() == "sqlite":
        await execute_many(_insert(table, column, number="$1"), _boxes(numbers, shapes))


def index_writes(table: str, column: str, ids: Sequence[UUID], shapes: Shapes) -> list[tuple[str, list[BoxRow]]]:
    """What index_shapes writes, for rows told by their `id`, to go with the other writes of one execute_all."""
    if dialect() == "postgresql" or not ids:
        return []
    number = f"(SELECT number FROM {table} WHERE id = $1)"  # noqa: S608 (names are ours)
    return [(_insert(table, column, number=number), _boxes(ids, shapes))]


def _insert(table: str, column: str, *, number: str) -> str:
    return (
        f"INSERT OR REPLACE INTO {_box(table, column)} "  # noqa: S608 (names are ours)
        "(number, min_x, max_x, min_y, max_y, west, east, south, north) "
        f"VALUES ({number}, $2, $3, $4, $5, $2, $3, $4, $5)"
    )


def _boxes(keys: Sequence[object], shapes: Shapes) -> list[BoxRow]:
    bounds = shapely.bounds(np.asarray(shapes, dtype=object)).reshape(-1, 4).tolist()
    return [(key, west, east, south, north) for key, (west, south, east, north) in zip(keys, bounds, strict=True)]


def where_box(table: str, column: str, first_placeholder: int = 1) -> str:
    """A condition on `table`: the bounds of its shape meet a box, edges included.

    The arguments from `first_placeholder` on are west, south, east, north, in the column's degrees. Both kinds of index
    keep single-precision boxes, rounded outwards: the index finds candidates, and double precision decides.
    """
    west, south, east, north = (f"${first_placeholder + place}" for place in range(4))
    if dialect() == "sqlite":
        return (
            f"{table}.number IN (SELECT number FROM {_box(table, column)} "  # noqa: S608 (names are ours)
            f"WHERE max_x >= {west} AND min_x <= {east} AND max_y >= {south} AND min_y <= {north} "
            f"AND east >= {west} AND west <= {east} AND north >= {south} AND south <= {north})"
        )
    # && uses the index and single precision; ST_XMax and the others read the coordinates themselves.
    shape = f"{table}.{column}"
    return (
        f"({shape} && ST_MakeEnvelope({west}, {south}, {east}, {north}, 4326) "
        f"AND ST_XMax({shape}) >= {west} AND ST_XMin({shape}) <= {east} "
        f"AND ST_YMax({shape}) >= {south} AND ST_YMin({shape}) <= {north})"
    )


def _box(table: str, column: str) -> str:
    return f"{table}_{column}_box"
