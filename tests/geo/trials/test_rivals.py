"""The methods that heat maps use: as their authors wrote them, and why they are not ours."""

from dataclasses import replace

import numpy as np
import pytest

from geo.crs import Metres
from geo.grid import GRID_50, neighbours
from geo.hotspots import Class, Scores
from geo.method.contrasts import visited_cells
from geo.trials.rivals import METHODS, count_of_low_scores, gi_star, gi_star_with_bh, gi_star_z, raw_mean, within_walk
from geo.trials.worlds import LONDON, PILOT, outcome, world


def test_gi_star_is_the_formula_worked_by_hand() -> None:
    """Three cells in a row with 0, 0 and 3: the standard score of each, from its own and its neighbours' values."""
    east = np.array([0.0, 50 * np.sqrt(3), 100 * np.sqrt(3)]) + 530_000
    row = GRID_50.centres(GRID_50.cells_at(Metres.of(east, np.full(3, 180_000.0))))
    visited = visited_cells(GRID_50, row)

    z = gi_star_z(np.array([0.0, 0.0, 3.0]), visited)

    # mean 1, sd sqrt(2); two neighbours: spread sqrt(2) * sqrt((3 * 2 - 4) / 2) = sqrt(2); three: nothing is left out.
    assert z == pytest.approx([(0 - 2) / np.sqrt(2), 0, (3 - 2) / np.sqrt(2)])


def test_gi_star_agrees_with_pysal() -> None:
    """To 1e-9 on a pilot's cells, with PySAL's own weights of the cell and its neighbours."""
    esda = pytest.importorskip("esda", reason="PySAL's esda is a development dependency")
    weights = pytest.importorskip("libpysal.weights")
    scores = world(PILOT, 5).personal.scores
    visited = visited_cells(GRID_50, scores.places)
    means = np.bincount(visited.cell, weights=scores.value) / np.bincount(visited.cell)
    ring = np.array(list(neighbours(visited.cells))).reshape(len(visited), 6, 2).tolist()
    number = {cell: place for place, cell in enumerate(visited.cells)}
    near = {place: [number[q, r] for q, r in cells if (q, r) in number] for place, cells in enumerate(ring)}
    # esda leaves cells without a neighbour out of the sums, and so do we for this comparison.
    alone = [place for place, them in near.items() if not them]
    theirs = esda.G_Local(means, weights.W(near, silence_warnings=True), transform="B", star=True, permutations=0)

    ours = gi_star_z(means, visited)

    assert not alone
    assert ours == pytest.approx(theirs.Zs, abs=1e-9)


def test_where_all_is_alike_gi_star_says_nothing() -> None:
    """No spread, no score; not even a division by it."""
    visited = visited_cells(GRID_50, Metres.of(np.array([530_000.0, 530_500.0]), np.array([180_000.0, 180_000.0])))

    assert gi_star_z(np.array([2.0, 2.0]), visited).tolist() == [0, 0]


@pytest.mark.parametrize("method", [count_of_low_scores, raw_mean])
def test_a_worst_twentieth_is_always_found(method: object) -> None:
    """Whether anything differs or not: that is what is wrong with it."""
    for seed in range(3):
        made = world(PILOT, seed).personal
        called = method(made.scores)  # type: ignore[operator]
        assert (called.class_ == Class.HOTSPOT).sum() == round(0.05 * len(called.cells)) > 0


def test_what_is_walked_more_is_counted_more() -> None:
    """Ten women at a good place outnumber one at a bad one, and the count calls the good one."""
    walk = np.arange(22)
    good = walk < 20
    places = Metres.of(np.where(good, 530_000.0, 531_000.0) + 200.0 * (walk % 2), np.full(22, 180_000.0))
    scores = Scores(
        programme=0 * walk, outing=walk, night=walk, stop=walk, places=places,
        value=np.where(good, walk % 2, 0), person=walk,
    )  # fmt: skip

    assert count_of_low_scores(scores).cells.q.min() == visited_cells(GRID_50, places).cells.q.min()


def test_ours_alone_is_silent_where_nothing_differs() -> None:
    """One null London: hundreds of false flags by each of the others that sets no rate, none by ours."""
    made = world(replace(LONDON, programmes=8), 77)
    flagged = {name: outcome(made.personal, made.discs, judge(made.personal.scores)).flagged
               for name, judge in METHODS.items()}  # fmt: skip

    assert flagged["within-walk contrasts"] == 0
    assert min(flagged["count of low scores, top 5 %"], flagged["raw mean, worst 5 %"], flagged["Gi*, p < .05"]) > 30


def test_a_stricter_gi_star_flags_part_of_what_the_laxer_flags() -> None:
    """Benjamini-Hochberg only ever takes flags away."""
    scores = world(replace(PILOT, discs=1), 3).personal.scores
    lax, strict = gi_star(scores).class_, gi_star_with_bh(scores).class_

    assert ((strict == lax) | (strict == Class.ORDINARY)).all()


def test_all_methods_speak_of_the_same_cells() -> None:
    """So that they can be judged by the same truth."""
    scores = world(PILOT, 2).personal.scores
    cells = [list(method(scores).cells) for method in METHODS.values()]

    assert all(each == cells[0] for each in cells)
    assert within_walk(scores).testable.sum() < len(cells[0])
