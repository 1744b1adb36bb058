"""From 100,000 personal scores to hotspots, beside the time that numpy takes to sort and count the same arrays."""

import time

import numpy as np

from geo.crs import Metres
from geo.grid import GRID_50
from geo.hotspots import find_hotspots
from geo.method.scores import Scores
from tests.benchmarks.measure import Measured, own_peak_mb, timed

WOMEN, STOPS = 10, 10
RUNS = 7


def hotspots_of_observations(count: int) -> Measured:
    """The whole method, its four shifted grids included, on walks of ten women and ten stops all over London."""
    scores = walked_london(count)
    find_hotspots(scores)
    times, wall, cpu = timed(lambda: find_hotspots(scores), RUNS)
    raw_s = min(timed(lambda: sort_and_count(scores), RUNS)[0])
    return Measured(f"hotspots of {count:,} scores", times, wall, cpu, own_peak_mb(), 1 / raw_s)


def walked_london(count: int, seed: int = 1) -> Scores:
    """Scores of invented walks: each goes 100 m from stop to stop in some direction, from one of 300 places."""
    chance = np.random.default_rng(seed)
    walks = count // (WOMEN * STOPS)
    walk, woman, stop = (axis.ravel() for axis in np.indices((walks, WOMEN, STOPS)))
    starts = 520_000 + 20_000 * chance.random((300, 2))
    start, bearing = starts[chance.integers(0, 300, walks)], 2 * np.pi * chance.random(walks)
    east = start[:, 0, None] + 100 * np.arange(STOPS) * np.sin(bearing)[:, None]
    north = start[:, 1, None] + 100 * np.arange(STOPS) * np.cos(bearing)[:, None]
    mood = chance.normal(0, 0.3, walks)[walk] + chance.normal(0, 0.4, 3_000)[(walk * 7 + woman) % 3_000]
    value = np.clip(np.round(1.8 + mood + chance.normal(0, 0.8, count)), 0, 3).astype(np.int8)
    return Scores(
        programme=walk % 12,
        outing=walk,
        night=walk // 10,
        stop=walk * STOPS + stop,
        places=Metres.of(east[walk, stop], north[walk, stop]),
        value=value,
        person=(walk * 7 + woman) % 3_000,
    )


def sort_and_count(scores: Scores) -> float:
    """What cannot be avoided: find the cells, sort the scores by cell and walk, and add them up; five grids."""
    began = time.perf_counter()
    for _ in range(5):
        cells = GRID_50.cells_at(scores.places)
        order = np.lexsort((scores.outing, cells.r, cells.q))
        np.add.reduceat(scores.value[order], np.arange(0, len(order), 100))
    return time.perf_counter() - began
