"""Scores as they stand now, for hotspots without an edition: read leanly, in no order that anybody may rely on.

An edition must come out the same on every database, so its evidence is put in the order of its content; hotspots are
rounded before they leave, and are asked again and again. Only what the method takes is read.
"""

import numpy as np

from audits.instrument import Factor
from audits.reports.evidence import AGREED_SQL, ALONE_SQL, Integers, Scope, in_scope, outings, places_of, scored
from geo.crs import Metres
from geo.method.scores import Scores
from migrations.database import fetch_tuples

WALKS_SQL = """
    select walk.number, walk.id, walk.programme, walk.paired_walk_id, walk.leg, walk.night_of, walk.group_size
    from walk where {walks}
"""
STOPS_SQL = """
    select stop.number, stop.walk, stop.easting_m, stop.northing_m
    from stop join walk on walk.number = stop.walk where {walks} and stop.easting_m is not null
"""


async def live_scores(scope: Scope, factor: Factor, *, dark: bool) -> Scores:
    """The scores of one factor at located stops of one leg; two queries, and one a programme."""
    walks = await fetch_tuples(*in_scope(WALKS_SQL, scope))
    stops = await fetch_tuples(*in_scope(STOPS_SQL, scope))
    alone = factor.mode == "personal"
    rows = await scored(ALONE_SQL if alone else AGREED_SQL, scope, factor.key, columns=3 if alone else 2)
    at = np.array(stops, dtype=np.float64).reshape(-1, 4)
    stop, known = places_of(rows[:, 0], at[:, 0].astype(np.int64))
    walk, _ = places_of(at[:, 1].astype(np.int64)[stop], np.array([row[0] for row in walks], dtype=np.int64))
    of_leg = np.array([row[4] == ("dark" if dark else "light") for row in walks], dtype=bool)
    chosen = known & (rows[:, 1] >= 0)
    chosen[chosen] = of_leg[walk[chosen]]
    stop, walk, rows = stop[chosen], walk[chosen], rows[chosen]
    return Scores(
        programme=_of_walks([row[2] for row in walks])[walk],
        outing=outings(
            [row[1] for row in walks], [row[3] for row in walks], [(row[2], row[5], row[4]) for row in walks]
        )[walk],
        night=_of_walks([row[5].toordinal() for row in walks])[walk],
        stop=stop,
        places=Metres(at[stop, 2], at[stop, 3]),
        value=rows[:, 1].astype(np.int8),
        person=rows[:, 2] if alone else None,
        group_size=None if alone else _of_walks([row[6] for row in walks])[walk],
    )


def _of_walks(values: list[int]) -> Integers:
    return np.array(values, dtype=np.int64)
