"""Whole numbers as arrays: the same from either database, in a transaction and outside one."""

import numpy as np
import pytest

from migrations.database import fetch_integers, snapshot

ROWS = "select 1, 2 union all select 3, -4 union all select 9007199254740993, 0"


async def test_numbers_come_as_they_are(database: str) -> None:
    """Large and negative ones, in columns, with arguments; none at all is no rows of so many columns."""
    found = await fetch_integers(f"select * from ({ROWS}) as numbers where 1 < $1", 2, columns=2)
    async with snapshot():
        none = await fetch_integers(f"select * from ({ROWS}) as numbers where 1 > $1", 2, columns=2)

    assert found.tolist() == [[1, 2], [3, -4], [9007199254740993, 0]]
    assert none.shape == (0, 2) and found.dtype == none.dtype == np.int64


@pytest.mark.parametrize("text", ["lighting", "a'b"])
async def test_texts_are_arguments(database: str, text: str) -> None:
    """Never part of what is run."""
    found = await fetch_integers("select length(cast($1 as text)), 1", text, columns=2)

    assert found.tolist() == [[len(text), 1]]
