"""Cells and places: what touches is one place, and a place has a name that a reader can find."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.reports.cells import (
    _only,
    findings_of,
    grid_reference,
    name_of_place,
    places_of,
    visited_as_released,
)
from audits.reports.disclosure import GLA, PUBLIC, Rule, thin
from geo.crs import Metres
from geo.grid import GRIDS
from geo.method.scores import Scores
from tests.audits.reports.samples import MIDDLE, finding

Behind = dict[tuple[int, int], tuple[set[int], set[int]]]


def scores(*, walks: int = 6, women: int = 12, stops: int = 9, apart_m: float = 170.0) -> Scores:
    """Every woman on every walk at every stop of a three by three square; at the fourth all feel bad."""
    walk, woman, stop = (axis.ravel() for axis in np.indices((walks, women, stops)))
    return Scores(
        programme=walk * 0,
        outing=walk,
        night=walk,
        stop=walk * stops + stop,
        places=Metres.of(MIDDLE[0] + apart_m * (stop % 3), MIDDLE[1] + apart_m * (stop // 3)),
        value=np.where(stop == 4, 0, 2) + (walk + woman + stop) % 2,
        person=woman,
    )


@given(st.integers(1, 30), st.integers(1, 5), st.sampled_from(("feeling", "belonging")))
def test_no_cell_is_narrower_than_the_rule(women: int, walks: int, factor: str) -> None:
    """Whatever was walked, nothing is said of a cell with fewer people than the audience's rule asks."""
    needed = 10 if factor == "belonging" else 5
    for rule in (GLA, PUBLIC):
        found = findings_of(scores(walks=walks, women=women), factor=factor, leg="dark", rule=rule)
        said = [one for one in found if one.estimate is not None or one.n_people is not None]
        assert found and (not said or (women >= needed and walks >= rule.min_nights))


def test_a_ring_lends_nobody_to_a_public_cell() -> None:
    """A cell of 150 m that one woman visited is withheld, though its neighbours were visited by twelve."""
    many, one = scores(), scores(women=1)
    alone = Metres.of(MIDDLE[0] + 700 + one.places.easting * 0, MIDDLE[1] + one.places.northing * 0)
    both = Scores(
        **{
            name: np.concatenate([getattr(many, name), getattr(one, name)]) for name in ("programme", "outing", "night")
        },
        stop=np.concatenate([many.stop, one.stop + 1000]),
        places=Metres.of(
            np.concatenate([many.places.easting, alone.easting]), np.concatenate([many.places.northing, alone.northing])
        ),
        value=np.concatenate([many.value, one.value]),
        person=np.concatenate([many.person, one.person]),
    )
    found = findings_of(both, factor="feeling", leg="dark", rule=PUBLIC)

    assert max(found, key=lambda cell: cell.q_cell).kind == "suppressed"
    assert {cell.kind for cell in found} != {"suppressed"}


def test_cells_side_by_side_are_one_place_of_several_factors() -> None:
    """The number on the map stands for the place; its surest finding of each factor is in the table."""
    near = finding(0, 0, kind="hotspot", q=0.01), finding(1, 0, kind="hotspot", q=0.04)
    lamps = finding(1, 0, kind="hotspot", factor="lighting", q=0.001)
    (place,) = places_of([*near, lamps], [])

    assert place.label == "1" and [found.factor for found in place.findings] == ["feeling", "lighting"]
    assert place.findings[0] == near[0]


def test_surer_places_come_first_and_good_ones_have_letters() -> None:
    """Strong before merely significant; hotspots are numbered, places that work lettered; the rest is no place."""
    found = [
        finding(0, 0, kind="hotspot", q=0.001),
        finding(5, 0, kind="hotspot", q=0.03, strong=True),
        finding(-5, 0, kind="works_well"),
        finding(9, 0),
    ]
    places = places_of(found, [])

    assert [place.label for place in places] == ["1", "2", "A"]
    assert places[0].findings == (found[1],)


def test_letters_go_on_after_z() -> None:
    """The twenty-seventh place that works is AA."""
    many = places_of([finding(3 * n, 0, kind="works_well", q=0.001 * n) for n in range(28)], [])

    assert [place.label for place in many][-3:] == ["Z", "AA", "AB"]


@pytest.mark.parametrize(
    ("east", "north", "name"),
    [
        (0, 10, "at Brixton Station"),
        (0, 100, "100 m north of Brixton Station"),
        (-70, -70, "100 m south-west of Brixton Station"),
        (0, 900, "grid reference TQ 3105 7632"),
    ],
)
def test_places_are_named_by_the_nearest_station(east: float, north: float, name: str) -> None:
    """At it, so far in a direction from it, or by the National Grid where no station is near."""
    assert name_of_place(MIDDLE[0] + east, MIDDLE[1] + north, [(*MIDDLE, "Brixton Station")]) == name


@pytest.mark.parametrize(
    ("easting", "northing", "reference"),
    [
        (530_034, 180_381, "TQ 3003 8038"),  # Charing Cross
        (438_710, 114_792, "SU 3871 1479"),  # Ordnance Survey, Southampton
        (216_650, 771_250, "NN 1665 7125"),  # Ben Nevis
        (433_000, 1_150_000, "HU 3300 5000"),  # Shetland
    ],
)
def test_grid_references_are_the_ordnance_surveys(easting: float, northing: float, reference: str) -> None:
    """Published examples of the National Grid."""
    assert grid_reference(easting, northing) == reference


@st.composite
def small_worlds(draw: st.DrawFn) -> Scores:
    """Two or three programmes, each with women of its own who each scored in a few cells of a row."""
    programmes = draw(st.integers(2, 3))
    rows = [
        (programme, 100 * programme + woman, cell, night)
        for programme in range(programmes)
        for woman in range(draw(st.integers(1, 8)))
        for cell in draw(st.sets(st.integers(0, 5), min_size=1, max_size=4))
        for night in range(draw(st.integers(1, 2)))
    ]
    programme, person, cell, night = np.array(rows, dtype=np.int64).T
    outing = programme * 10 + night
    return Scores(
        programme=programme,
        outing=outing,
        night=night,
        stop=outing * 10 + cell,
        places=Metres.of(MIDDLE[0] + 100.0 * cell, np.full(len(cell), MIDDLE[1])),
        value=(person + cell) % 4,
        person=person,
    )


def behind(world: Scores, programmes: tuple[int, ...], rule: Rule, factor: str, side_m: int) -> Behind:
    """The women behind what is counted in each cell of those programmes, and those behind what is compared there."""
    chosen, grid = _only(world, np.isin(world.programme, programmes)), GRIDS[side_m]
    visited = visited_as_released(chosen, grid)
    few = thin(chosen, visited, factor=factor, rule=rule) if len(programmes) > 1 else np.zeros((1, len(visited)), bool)
    found = {}
    for number, cell in enumerate(visited.cells):
        kept = np.isin(chosen.programme, np.array(programmes)[~few[:, number]])
        inside = kept & np.isin(visited.cell, visited.support[number][visited.support[number] >= 0])
        units = [set(zip(chosen.outing[rows], chosen.person[rows], strict=True)) for rows in (inside, kept & ~inside)]
        found[cell] = set(chosen.person[inside].tolist()), {woman for _, woman in units[0] & units[1]}
    return found


@given(small_worlds(), st.sampled_from((GLA, PUBLIC)), st.sampled_from(("feeling", "treatment")))
def test_programmes_taken_away_uncover_nobody_few(world: Scores, rule: Rule, factor: str) -> None:
    """Between nested choices of programmes the women behind a cell are the same, or differ by as many as the rule asks;
    and so do those behind its estimate, where enough can be compared for one."""
    known, needed = range(int(world.programme.max()) + 1), rule.people_needed(factor)
    choices = [chosen for n in range(1, len(known) + 1) for chosen in itertools.combinations(known, n)]
    for side_m in {50, rule.side_m}:
        told = {chosen: behind(world, chosen, rule, factor, side_m) for chosen in choices}
        for few, many in itertools.permutations(choices, 2):
            for cell in told[few].keys() & told[many].keys() if set(few) < set(many) else ():
                for one, other in zip(told[few][cell], told[many][cell], strict=True):
                    both = len(one) >= needed and len(other) >= needed
                    assert not both or not one ^ other or len(one ^ other) >= needed


def test_a_woman_who_scored_nowhere_else_lends_no_estimate() -> None:
    """Six women of another programme, of whom one scored elsewhere too: what is compared is that of the first alone."""
    first, other = scores(women=6), scores(women=6)
    lone = (other.person > 0) & (other.stop % 9 != 4)
    names = ("programme", "outing", "night", "stop", "value", "person")
    ours = {name: getattr(first, name) for name in names}
    theirs = {name: (getattr(other, name) + (0 if name in ("value", "night") else 1000))[~lone] for name in names}
    places = [np.concatenate([mine, yours[~lone]]) for mine, yours in zip(axes(first), axes(other), strict=True)]
    both = Scores(**{name: np.concatenate([ours[name], theirs[name]]) for name in names}, places=Metres(*places))
    told = [findings_of(some, factor="feeling", leg="dark", rule=GLA) for some in (first, both)]

    assert any(cell.estimate is not None for cell in told[0])
    assert [cell.estimate for cell in told[0]] == [cell.estimate for cell in told[1]]


def test_a_large_cell_is_called_by_the_clearest_of_its_small_ones() -> None:
    """A hotspot where one of them is; counted by itself; and by none that too few stand behind."""
    world = scores(walks=6, women=12)
    small = findings_of(world, factor="feeling", leg="dark", rule=GLA)
    large = findings_of(world, factor="feeling", leg="dark", rule=PUBLIC)
    worst = [one for one in small if one.kind == "hotspot"]
    called = [one for one in large if one.kind == "hotspot"]

    assert {one.side_m for one in large} == {150} and len(worst) >= 1
    assert len(called) >= 1 and {one.estimate for one in called} <= {one.estimate for one in worst}
    strict = findings_of(scores(walks=6, women=9), factor="belonging", leg="dark", rule=PUBLIC)
    assert {one.kind for one in strict} == {"suppressed"}


def test_one_woman_of_another_programme_is_left_out() -> None:
    """Five women of one programme and one of another in the same places: the six are told as the five alone."""
    five, one = scores(women=5), scores(women=1)
    columns = ("programme", "outing", "night", "stop", "value", "person")
    ours = {name: getattr(five, name) for name in columns}
    theirs = {name: getattr(one, name) + (0 if name in ("value", "night") else 1000) for name in columns}
    both = Scores(
        **{name: np.concatenate([ours[name], theirs[name]]) for name in columns},
        places=Metres(*(np.concatenate(pair) for pair in zip(*map(axes, (five, one)), strict=True))),
    )
    for rule in (GLA, PUBLIC):
        told = [findings_of(some, factor="feeling", leg="dark", rule=rule) for some in (five, both)]
        assert told[0] == told[1] and {cell.n_people for cell in told[0]} == {"5-9"}


def axes(world: Scores) -> tuple[np.ndarray, np.ndarray]:
    """Eastings and northings."""
    return world.places.easting, world.places.northing
