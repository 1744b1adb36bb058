"""Finding shapes by a box: an R*Tree beside the table on SQLite, a GiST index on PostgreSQL, the same answers.

Migrations make the index with migrations.shapes.index_ddl.
"""

from collections.abc import Sequence
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from migrations.database import dialect, execute, execute_many, fetch_value

Shapes = Sequence[BaseGeometry] | NDArray[np.object_]
BoxRow = tuple[object, ...]
Box = tuple[float, float, float, float]  # west, south, east, north in degrees


async def index_shapes(table: str, column: str, numbers: Sequence[int], shapes: Shapes) -> None:
    """Index the shapes of the rows `numbers`, replacing what was indexed for them; inside transaction().

    PostgreSQL indexes by itself. On SQLite whoever writes a shape calls this; deleting a row is seen to by a trigger.
    """
    if dialect() == "sqlite":
        await execute_many(_insert(table, column, number="$1"), _boxes(numbers, shapes))


async def unindex(table: str, column: str, number: int) -> None:
    """Forget what was indexed for a row that has no shape any more; inside transaction()."""
    if dialect() == "sqlite":
        await execute(f"DELETE FROM {_box(table, column)} WHERE number = $1", number)  # noqa: S608 (names are ours)


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
    """A condition on `table`: the bounds of its shape meet a box, edges included; found through the index.

    The arguments from `first_placeholder` on are west, south, east, north, in the column's degrees. Both kinds of index
    keep single-precision boxes, rounded outwards: the index finds candidates, and double precision decides.
    """
    if dialect() == "sqlite":
        inside = f"{_candidates(first_placeholder)} AND {_decides(first_placeholder)}"
        return f"{table}.number IN (SELECT number FROM {_box(table, column)} WHERE {inside})"  # noqa: S608 (names are ours)
    shape = f"{table}.{column}"
    return f"({shape} && {_envelope(first_placeholder)} AND {_reads(shape, first_placeholder)})"


def row_in_box(table: str, column: str, first_placeholder: int = 1) -> str:
    """The same condition, read off each row that something else has found; cheaper where most of a table is inside."""
    if dialect() == "sqlite":
        return (
            f"EXISTS (SELECT 1 FROM {_box(table, column)} AS its_box "  # noqa: S608 (names are ours)
            f"WHERE its_box.number = {table}.number AND {_decides(first_placeholder)})"
        )
    return f"({_reads(f'{table}.{column}', first_placeholder)})"


async def more_than(count: int, table: str, column: str, box: Box) -> bool:
    """Whether about more than so many shapes meet the box; asked of the index alone, which stops counting there."""
    if dialect() == "sqlite":
        source, inside = _box(table, column), _candidates(1)
    else:
        source, inside = table, f"{column} && {_envelope(1)}"
    sql = f"SELECT 1 FROM {source} WHERE {inside} LIMIT 1 OFFSET {count:d}"  # noqa: S608 (names are ours)
    return await fetch_value(sql, *box) is not None


def _candidates(first: int) -> str:
    return f"max_x >= ${first} AND min_x <= ${first + 2} AND max_y >= ${first + 1} AND min_y <= ${first + 3}"


def _decides(first: int) -> str:
    return f"east >= ${first} AND west <= ${first + 2} AND north >= ${first + 1} AND south <= ${first + 3}"


def _envelope(first: int) -> str:
    return f"ST_MakeEnvelope(${first}, ${first + 1}, ${first + 2}, ${first + 3}, 4326)"


def _reads(shape: str, first: int) -> str:
    # && uses the index and single precision; ST_XMax and the others read the coordinates themselves.
    return (
        f"ST_XMax({shape}) >= ${first} AND ST_XMin({shape}) <= ${first + 2} "
        f"AND ST_YMax({shape}) >= ${first + 1} AND ST_YMin({shape}) <= ${first + 3}"
    )


def _box(table: str, column: str) -> str:
    return f"{table}_{column}_box"
