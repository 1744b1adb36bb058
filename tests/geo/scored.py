"""Small sets of scores for the tests of the method, as rows that a slow and plain computation can read too."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from geo.crs import Metres
from geo.grid import GRID_50
from geo.method.scores import Scores

Row = dict[str, Any]
COLUMNS = ("programme", "outing", "night", "stop", "value", "person")


@st.composite
def pilots(draw: st.DrawFn) -> list[Row]:
    """One to three programmes of some walks with some women, whose stops lie within a few cells of each other."""
    programmes = draw(st.integers(1, 3))
    rows = []
    for outing in range(draw(st.integers(1, 7))):
        programme, women = outing % programmes, draw(st.integers(1, 7))
        for stop in range(draw(st.integers(1, 7))):
            place = (530_000 + draw(st.integers(0, 500)), 180_000 + draw(st.integers(0, 300)))
            rows += [
                {
                    "programme": programme,
                    "outing": 70 - outing,
                    "night": outing // 2,
                    "stop": 100 * outing + stop,
                    "value": draw(st.integers(0, 3)),
                    "person": programme * 1_000 + woman,
                    "place": place,
                }
                for woman in range(women)
            ]
    return rows


def repeated(*, walks: int = 4, women: int = 6, stops: int = 8, worse_at: int = 3) -> list[Row]:
    """The same stops, 200 m apart, walked on so many nights by the same women; one stop is worse."""
    return [
        {
            "programme": 0,
            "outing": walk,
            "night": walk,
            "stop": 100 * walk + stop,
            "value": (0 if stop == worse_at else 2) + (walk + woman + stop) % 2,
            "person": woman,
            "place": (530_000 + 200 * stop, 180_000),
        }
        for walk in range(walks)
        for woman in range(women)
        for stop in range(stops)
    ]


def scores_of(rows: list[Row], **columns: Any) -> Scores:
    """The rows as the method takes them, with other columns where they are given."""
    arrays = {name: np.array([row[name] for row in rows], dtype=np.int64) for name in COLUMNS}
    return Scores(**{**arrays, "places": places_of(rows), **columns})


def agreed(rows: list[Row], group_size: int = 7) -> Scores:
    """The same as scores of a group factor: each stop's first score."""
    firsts = list({row["stop"]: row for row in reversed(rows)}.values())
    return scores_of(firsts, person=None, group_size=np.full(len(firsts), group_size))


def places_of(rows: list[Row]) -> Metres:
    """Where the rows were scored."""
    eastings, northings = zip(*(row["place"] for row in rows), strict=True)
    return Metres.of(eastings, northings)


def cells_of(rows: list[Row]) -> list[tuple[int, int]]:
    """The cell of each row."""
    return list(GRID_50.cells_at(places_of(rows)))
