"""Cells and places: what touches is one place, and a place has a name that a reader can find."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.reports.cells import findings_of, grid_reference, name_of_place, places_of
from audits.reports.disclosure import GLA, PUBLIC
from geo.crs import Metres
from geo.scores import Scores
from tests.audits.reports.samples import MIDDLE, finding


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
