"""What is said of a place: its class, its limits, and what it says in worlds where the truth is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.crs import Metres
from geo.grid import GRID_150
from geo.hotspots import METHOD, METHOD_VERSION, Class, Scores, find_hotspots, seen_in
from tests.geo.scored import Row, agreed, cells_of, pilots, repeated, scores_of


def of_the_worse_stop(rows: list[Row]) -> str:
    """The class of the stop where `repeated` is worse."""
    found = find_hotspots(scores_of(rows))
    return found.classes()[3]


def test_the_method_has_a_name_and_a_version() -> None:
    """Everything published names both."""
    assert (METHOD, METHOD_VERSION) == ("within-walk contrasts", 1)


def test_classes_are_the_words_of_the_contract() -> None:
    """In every interface."""
    assert [each.word for each in Class] == ["not_enough_evidence", "ordinary", "hotspot", "works_well"]


def test_a_worse_place_is_a_hotspot() -> None:
    """With its estimate, interval, q and strength."""
    found = find_hotspots(scores_of(repeated()))
    verdicts = found.verdicts

    assert found.classes()[3] == "hotspot"
    assert verdicts.estimate[3] == pytest.approx(-2)
    assert verdicts.low[3] <= verdicts.estimate[3] <= verdicts.high[3] < -0.1
    assert verdicts.q[3] < 0.05
    assert verdicts.strong[3]


def test_a_better_place_works_well() -> None:
    """The same, upside down."""
    rows = [{**row, "value": 3 - row["value"]} for row in repeated()]
    found = find_hotspots(scores_of(rows))

    assert found.classes()[3] == "works_well"
    assert found.verdicts.estimate[3] == pytest.approx(2)


def test_a_small_difference_is_not_strong() -> None:
    """Certain, but within a tenth of a score of none."""
    rows = [{**row, "value": 2 - (row["stop"] % 100 == 3 and row["person"] == 0)} for row in repeated(women=12)]
    found = find_hotspots(scores_of(rows))

    assert found.verdicts.estimate[3] == pytest.approx(-1 / 12)
    assert not found.verdicts.strong[3]


@pytest.mark.parametrize(("women", "kind"), [(4, "not_enough_evidence"), (5, "hotspot")])
def test_five_people_are_needed(women: int, kind: str) -> None:
    """Four women are not enough, five are."""
    assert of_the_worse_stop(repeated(women=women)) == kind


@pytest.mark.parametrize(("walks", "kind"), [(2, "not_enough_evidence"), (3, "hotspot")])
def test_three_walks_are_needed(walks: int, kind: str) -> None:
    """Two walks are not enough, three are."""
    assert of_the_worse_stop(repeated(walks=walks)) == kind


@pytest.mark.parametrize(("nights", "kind"), [(1, "not_enough_evidence"), (2, "hotspot")])
def test_two_nights_are_needed(nights: int, kind: str) -> None:
    """Four walks in one night may have met one crowd."""
    assert of_the_worse_stop([{**row, "night": row["outing"] % nights} for row in repeated()]) == kind


@pytest.mark.parametrize(("stops", "kind"), [(4, "hotspot"), (2, "not_enough_evidence")])
def test_a_third_of_the_scores_is_the_most(stops: int, kind: str) -> None:
    """One stop of four is a quarter; one of two is half of what there is to compare with."""
    found = find_hotspots(scores_of(repeated(stops=stops, worse_at=1)))

    assert found.classes()[1] == kind


@pytest.mark.parametrize(("walks", "kind"), [(7, "not_enough_evidence"), (8, "hotspot")])
def test_group_factors_need_eight_walks(walks: int, kind: str) -> None:
    """With fewer they are described, never flagged."""
    found = find_hotspots(agreed(repeated(walks=walks)))

    assert found.classes()[3] == kind
    assert found.facts.counts[3].sum() == walks
    assert found.facts.walks[3] == walks


def test_both_legs_of_an_outing_are_one_walk() -> None:
    """A day and a dark leg with one outing number are one unit: two outings stay two walks."""
    rows = [{**row, "outing": row["outing"] // 2, "night": row["outing"] // 2} for row in repeated()]
    found = find_hotspots(scores_of(rows))

    assert found.facts.walks[3] == 2
    assert found.classes()[3] == "not_enough_evidence"


def test_where_nothing_is_tested_no_number_is_given() -> None:
    """An estimate of four women would be one about them."""
    verdicts = find_hotspots(scores_of(repeated(women=4))).verdicts

    for number in (verdicts.estimate, verdicts.low, verdicts.high, verdicts.p, verdicts.q):
        assert np.isnan(number).all()


def test_facts_are_those_of_the_support() -> None:
    """The cell and its ring: here one stop of four walks and six women."""
    facts = find_hotspots(scores_of(repeated())).facts

    assert (facts.people[3], facts.walks[3], facts.nights[3], facts.stops[3]) == (6, 4, 4, 4)
    assert facts.counts[3].tolist() == [12, 12, 0, 0]
    assert facts.share_low[3] == 1
    assert 0.85 < facts.share_low_from[3] < facts.share_low_to[3] == pytest.approx(1)


def test_the_people_of_a_group_factor_are_its_largest_group() -> None:
    """A floor: women of two walks may be the same or not."""
    scores = agreed(repeated(walks=8))
    sizes = np.where(scores.outing == 5, 11, 7)
    found = find_hotspots(Scores(**{**vars(scores), "group_size": sizes}))

    assert found.facts.people.tolist() == [11] * 8


@given(pilots())
def test_all_scores_are_described(rows: list[Row]) -> None:
    """Every visited cell is there once, and its counts are those of the cells around."""
    found = find_hotspots(scores_of(rows))
    cells = cells_of(rows)

    assert sorted(set(cells)) == list(found.cells)
    assert found.facts.counts.sum(axis=1).min() >= 1
    assert (found.facts.counts.sum(axis=1) >= [cells.count(cell) for cell in found.cells]).all()


@given(rows=pilots(), seed=st.integers(0, 9))
def test_the_order_of_the_rows_does_not_matter(rows: list[Row], seed: int) -> None:
    """Shuffled scores give the same findings."""
    shuffled = [rows[row] for row in np.random.default_rng(seed).permutation(len(rows))]
    first, second = find_hotspots(scores_of(rows)), find_hotspots(scores_of(shuffled))

    assert first.classes() == second.classes()
    assert first.verdicts.q == pytest.approx(second.verdicts.q, nan_ok=True)
    assert (first.facts.stops == second.facts.stops).all()


@settings(max_examples=30)
@given(pilots())
def test_a_lenient_woman_changes_nothing(rows: list[Row]) -> None:
    """Each is compared with herself only: one more everywhere, for one of them, is no difference between places."""
    mild = [{**row, "value": row["value"] // 2} for row in rows]
    lenient = [{**row, "value": row["value"] + (row["person"] % 1_000 == 0)} for row in mild]
    first, second = find_hotspots(scores_of(mild)).verdicts, find_hotspots(scores_of(lenient)).verdicts

    assert first.estimate == pytest.approx(second.estimate, nan_ok=True, abs=1e-9)


def test_the_names_of_the_rows_do_not_matter() -> None:
    """Other numbers for the same walks, women and nights give the same findings."""
    rows = repeated()
    renamed = [{**row, "outing": 10**15 + 7 * row["outing"], "person": 50 - row["person"]} for row in rows]

    assert find_hotspots(scores_of(rows)).verdicts.q.tolist() == pytest.approx(
        find_hotspots(scores_of(renamed)).verdicts.q.tolist()
    )


def test_a_flag_is_stable_where_other_grids_see_it_too() -> None:
    """A hotspot of one stop is one in all four shifted grids; what is not flagged has no stability."""
    found = find_hotspots(scores_of(repeated()))
    flagged = found.verdicts.class_ >= Class.HOTSPOT

    assert found.stability[3] == 4
    assert not found.stability[~flagged].any()


@pytest.mark.parametrize("group_size", [None, np.zeros(0, dtype=np.int64)])
def test_no_scores_are_no_cells(group_size: np.ndarray | None) -> None:
    """A programme without walks yet is nothing to be afraid of."""
    none = np.zeros(0, dtype=np.int64)
    person = none if group_size is None else None
    scores = Scores(
        programme=none,
        outing=none,
        night=none,
        stop=none,
        places=Metres.of([], []),
        value=none,
        person=person,
        group_size=group_size,
    )
    found = find_hotspots(scores)

    assert len(found) == len(found.classes()) == len(seen_in(scores).cells) == 0
    assert found.facts.counts.shape == (0, 4)


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"person": None}, "person"),
        ({"group_size": np.ones(192, dtype=int)}, "group size"),
        ({"night": np.zeros(5, dtype=int)}, "one length"),
        ({"value": np.full(192, 4)}, "0 to 3"),
        ({"value": np.full(192, -1)}, "0 to 3"),
    ],
)
def test_what_is_no_score_is_refused(columns: dict[str, object], sentence: str) -> None:
    """`cannot_tell` is not a number, and columns belong together."""
    with pytest.raises(ValueError, match=sentence):
        scores_of(repeated(), **columns)


def test_large_cells_count_their_own_scores_only() -> None:
    """Each score in one cell, and in no neighbour of it."""
    scores = scores_of(repeated())
    large = seen_in(scores)

    assert set(large.cells) == set(GRID_150.cells_at(scores.places))
    assert large.facts.counts.sum() == len(scores)
