"""The sums over sorted arrays are those of the definitions, computed here slowly, with dictionaries."""

import math
from collections import defaultdict
from collections.abc import Callable
from statistics import mean

import numpy as np
import pytest
from hypothesis import given, settings

from geo.grid import GRID_50, Cells, neighbours
from geo.method.contrasts import Visited, blocks, own_sums, sums_in, visited_cells
from geo.method.scores import codes_of, run_starts, sorting, walked_of
from geo.method.verdicts import LARGEST_SHARE, Evidence, evidence_of
from tests.geo.scored import Row, agreed, cells_of, pilots, repeated, scores_of

Unit = tuple[int, int]  # outing, person


def found_in(rows: list[Row]) -> tuple[Visited, Evidence]:
    """What the arrays say."""
    walked = walked_of(scores_of(rows))
    visited = visited_cells(GRID_50, walked.places)
    return visited, evidence_of(walked, visited)


def support_of(cell: tuple[int, int]) -> set[tuple[int, int]]:
    """The cell and its ring."""
    return {cell, *neighbours(Cells.of([cell]))}


def contrasts_at(rows: list[Row], cell: tuple[int, int]) -> dict[Unit, tuple[float, float]]:
    """For each woman on each walk who scored inside the support and outside: her difference, and its weight."""
    support = support_of(cell)
    halves: dict[Unit, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for row, where in zip(rows, cells_of(rows), strict=True):
        halves[row["outing"], row["person"]][where not in support].append(row["value"])
    return {
        unit: (mean(inside) - mean(outside), len(inside) * len(outside) / (len(inside) + len(outside)))
        for unit, (inside, outside) in halves.items()
        if inside and outside
    }


def scatter_of(at: dict[Unit, tuple[float, float]], cluster: Callable[[Unit], int]) -> tuple[float, float]:
    """The variance between clusters, and their effective number, from the definitions."""
    total = sum(weight for _, weight in at.values())
    estimate = sum(difference * weight for difference, weight in at.values()) / total
    shares: dict[int, float] = defaultdict(float)
    residuals: dict[int, float] = defaultdict(float)
    for unit, (difference, weight) in at.items():
        shares[cluster(unit)] += weight / total
        residuals[cluster(unit)] += weight / total * (difference - estimate)
    return sum(each**2 for each in residuals.values()), 1 / sum(each**2 for each in shares.values())


@given(pilots())
def test_estimates_are_weighted_mean_contrasts(rows: list[Row]) -> None:
    """Each cell's estimate is the definition's, and NaN where nobody scored both inside and outside."""
    visited, evidence = found_in(rows)

    for place, cell in enumerate(visited.cells):
        at = contrasts_at(rows, cell)
        weight = sum(weight for _, weight in at.values())
        slowly = sum(difference * weight for difference, weight in at.values()) / weight if weight else math.nan
        assert evidence.estimate[place] == pytest.approx(slowly, abs=1e-9, nan_ok=True)


@given(pilots())
def test_variances_are_between_walks_and_between_people(rows: list[Row]) -> None:
    """Both are the definitions'."""
    visited, evidence = found_in(rows)
    walks, people = evidence.scatters()

    for place, cell in enumerate(visited.cells):
        at = contrasts_at(rows, cell)
        for scatter, position in ((walks, 0), (people, 1)):
            slowly = scatter_of(at, lambda unit: unit[position]) if at else (math.nan, math.nan)  # noqa: B023 (used at once)
            here = scatter.variance[place], scatter.effective[place]
            assert here == pytest.approx(slowly, abs=1e-9, nan_ok=True)


@given(pilots())
def test_people_walks_and_nights_are_counted_once(rows: list[Row]) -> None:
    """Distinct ones in the support, however often they came by."""
    visited, evidence = found_in(rows)

    for place, cell in enumerate(visited.cells):
        inside = [row for row, where in zip(rows, cells_of(rows), strict=True) if where in support_of(cell)]
        counted = (evidence.people[place], evidence.walks[place], evidence.nights[place])
        assert counted == tuple(len({row[name] for row in inside}) for name in ("person", "outing", "night"))


@given(pilots())
def test_enough_is_five_people_three_walks_two_nights_and_a_third(rows: list[Row]) -> None:
    """Counted among those who scored elsewhere too; and the support holds at most 34 % of any programme's scores."""
    visited, evidence = found_in(rows)

    for place, cell in enumerate(visited.cells):
        compared = contrasts_at(rows, cell).keys()
        nights = {row["night"] for row in rows if (row["outing"], row["person"]) in compared}
        here = [row["programme"] for row, at in zip(rows, cells_of(rows), strict=True) if at in support_of(cell)]
        every = [row["programme"] for row in rows]
        share = max(here.count(programme) / every.count(programme) for programme in set(here))
        people, walks = {person for _, person in compared}, {outing for outing, _ in compared}
        enough = len(people) >= 5 and len(walks) >= 3 and len(nights) >= 2 and share <= LARGEST_SHARE
        assert evidence.enough[place] == enough


@settings(max_examples=30)
@given(pilots())
def test_some_cells_are_like_all_cells(rows: list[Row]) -> None:
    """Asking about some cells gives what asking about all gives for them."""
    walked = walked_of(scores_of(rows))
    visited = visited_cells(GRID_50, walked.places)
    some = np.arange(0, len(visited), 2)

    assert evidence_of(walked, visited, some).estimate == pytest.approx(
        evidence_of(walked, visited).estimate[some], nan_ok=True
    )


@pytest.mark.parametrize("rows_at_once", [1, 50, 10**6])
def test_blocks_do_not_show(rows_at_once: int) -> None:
    """However few cells are worked on at a time, all are worked on, in order, with the same sums."""
    walked = walked_of(scores_of(repeated()))
    visited = visited_cells(GRID_50, walked.places)
    own = own_sums(walked, visited)
    parts = [sums_in(walked, own, block) for block in blocks(own, visited.support, rows_at_once)]
    contrasts = np.concatenate([part.contrast for part in parts])

    assert len(parts) == {1: 8, 50: 4, 10**6: 1}[rows_at_once]
    assert contrasts == pytest.approx(sums_in(walked, own, visited.support).contrast)


def test_group_factors_know_walks_only() -> None:
    """No people are counted, and both scatters are that between walks."""
    walked = walked_of(agreed(repeated(walks=9)))
    evidence = evidence_of(walked, visited_cells(GRID_50, walked.places))
    walks, people = evidence.scatters()

    assert not evidence.people.any()
    assert (walks.variance == people.variance).all()
    assert walks.effective == pytest.approx(np.full(8, 9.0))


@given(pilots())
def test_ids_become_small_numbers_in_order(rows: list[Row]) -> None:
    """However far apart ids lie, the codes are the ranks of the ids."""
    for apart in (1, 10**12):
        ids = np.array([row["outing"] * apart for row in rows])
        codes, present = codes_of(ids)

        assert (present[codes] == ids).all()
        assert present.tolist() == sorted(set(ids.tolist()))


@pytest.mark.parametrize("largest", [9, 70_000, 5 * 10**9])
def test_sorting_is_stable_at_every_size(largest: int) -> None:
    """Sixteen bits, thirty-two and more: the order is that of a plain stable sort."""
    codes = np.random.default_rng(1).integers(0, largest, 5_000) // 3 * 3
    order = sorting(codes)

    assert (order == np.argsort(codes, kind="stable")).all()
    assert run_starts(codes[order])[0] == 0
