"""Finding shapes by a box: an R*Tree beside the table on SQLite, a GiST index on PostgreSQL, the same answers.

Migrations make the index with migrations.shapes.index_ddl.
"""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from migrations.database import dialect, execute_many


async def index_shapes(
    table: str, column: str, numbers: Sequence[int], shapes: "Sequence[BaseGeometry] | NDArray[np.object_]"
) -> None:
    """Index the shapes of the rows `numbers`, replacing what was indexed for them; inside transaction().

    PostgreSQL indexes by itself. On SQLite whoever writes a shape calls this; deleting a row is seen to by a trigger.
    """
    if dialect() == "postgresql":
        return
    # One call for all shapes: a million bounds take a second, a million calls take ten.
    bounds = shapely.bounds(np.asarray(shapes, dtype=object)).tolist()
    await execute_many(
        f"INSERT OR REPLACE INTO {_box(table, column)} "  # noqa: S608 (names are ours)
        "(number, min_x, max_x, min_y, max_y, west, east, south, north) VALUES ($1, $2, $3, $4, $5, $2, $3, $4, $5)",
        (
            (number, west, east, south, north)
            for number, (west, south, east, north) in zip(numbers, bounds, strict=True)
        ),
    )


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
