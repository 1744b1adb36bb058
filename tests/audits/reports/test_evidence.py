"""The evidence as arrays: the same in any order of arrival, and only what counts."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from audits.reports.evidence import (
    CANNOT_TELL,
    Scope,
    agreed,
    by_what_they_said,
    field_of,
    outings,
    said_alone,
    scores_of,
)
from migrations.database import execute, transaction
from tests.audits.builders import a_programme
from tests.audits.reports.walked import STOPS, UNEASY_STOP, Nights, walk_nights


async def test_walks_and_stops_come_in_the_order_of_their_content(database: str) -> None:
    """By night, leg and start, stops by sequence, however their rows are numbered."""
    await walk_nights(programme := await a_programme(), Nights(arrival=5))
    field = await field_of(Scope(programmes=(programme.number,)))

    assert field.walks.night_of == sorted(field.walks.night_of)
    assert field.walks.dark[:2].tolist() == [True, False]
    assert field.stops.walk.tolist() == [walk for walk in range(7) for _ in range(STOPS)]
    assert len(set(zip(field.stops.places.easting[:STOPS], field.stops.places.northing[:STOPS], strict=True))) == STOPS


async def test_a_period_and_as_of_leave_walks_out(database: str) -> None:
    """Both ends of a period count; a walk that ended after as_of does not."""
    await walk_nights(programme := await a_programme())
    middle = Scope(programmes=(programme.number,), from_on=date(2026, 10, 4), to_on=date(2026, 10, 5))
    early = Scope(programmes=(programme.number,), as_of=datetime(2026, 10, 3, 22, 59, tzinfo=UTC))

    assert (await field_of(middle)).walks.night_of == [date(2026, 10, 4), date(2026, 10, 5)]
    assert (await field_of(early)).walks.dark.tolist() == [False]


async def test_scores_find_their_stops(database: str) -> None:
    """Every woman is uneasy at the one stop; two nights of one woman are one person."""
    await walk_nights(programme := await a_programme())
    scope = Scope(programmes=(programme.number,))
    field = await field_of(scope)
    said = await said_alone(scope, field, "feeling")
    uneasy = said.stop % STOPS == UNEASY_STOP
    assert said.person is not None

    assert (len(said.value), len(np.unique(said.person))) == (6 * 12 * STOPS, 12)
    assert set(said.value[uneasy].tolist()) <= {0, 1} and set(said.value[~uneasy].tolist()) <= {2, 3}


async def test_answers_without_a_score_are_never_zero(database: str) -> None:
    """`cannot_tell` keeps its code and is left out of what is counted."""
    await walk_nights(programme := await a_programme())
    async with transaction():
        await execute("update group_score set value = null, answer = 'cannot_tell' where factor = 'lighting'")
    scope = Scope(programmes=(programme.number,))
    field = await field_of(scope)
    said = await agreed(scope, field, "lighting")

    assert set(said.value.tolist()) == {CANNOT_TELL} and len(said.scored().value) == 0
    assert len(scores_of(field, said)) == 0


async def test_scores_of_walks_that_do_not_count_are_left_out(database: str) -> None:
    """A quarantined walk's scores have no stop in the field."""
    await walk_nights(programme := await a_programme(), Nights(state="quarantined"))
    scope = Scope(programmes=(programme.number,))
    field = await field_of(scope)

    assert len(field.walks) == len(field.stops) == len((await agreed(scope, field, "help")).value) == 0


async def test_stops_without_a_place_are_no_evidence_of_one(database: str) -> None:
    """A stop that lost its location keeps its scores, and no cell."""
    await walk_nights(programme := await a_programme())
    async with transaction():
        await execute("update stop set easting_m = null, northing_m = null where sequence = 1")
    scope = Scope(programmes=(programme.number,))
    field = await field_of(scope)
    said = await agreed(scope, field, "help")

    assert (len(said.value), len(scores_of(field, said))) == (7 * STOPS, 7 * (STOPS - 1))
    assert len(scores_of(field, said, dark=False)) == STOPS - 1


async def test_no_programme_is_no_evidence(database: str) -> None:
    """A caller who may see nothing is answered with nothing."""
    field = await field_of(Scope(programmes=()))

    assert len(field.walks) == len(field.stops) == 0


async def test_a_light_and_a_dark_leg_are_one_outing(database: str) -> None:
    """Only one of the two names the other, and they are counted once."""
    await walk_nights(programme := await a_programme())
    field = await field_of(Scope(programmes=(programme.number,)))

    assert len(field.walks) == 7 and len(np.unique(field.walks.outing)) == 6


LEGS = st.tuples(st.integers(1, 2), st.dates(date(2026, 10, 1), date(2026, 10, 2)), st.sampled_from(("light", "dark")))


@given(st.lists(st.tuples(st.integers(0, 9), LEGS), min_size=1, max_size=10))
def test_an_outing_is_two_legs_of_one_night_or_a_walk_alone(walks: list[tuple[int, tuple[int, date, str]]]) -> None:
    """Whoever names whom: one leg in the light and one in the dark, of one programme, of which one names the other."""
    ids = [UUID(int=place + 1) for place in range(len(walks))]
    named = [ids[other] if other < len(ids) else None for other, _ in walks]
    found = outings(ids, named, [leg for _, leg in walks]).tolist()
    together = {first: [place for place, of in enumerate(found) if of == first] for first in set(found)}

    for first, places in together.items():
        assert places[0] == first and len(places) <= 2
        for one, two in [places] if len(places) == 2 else []:
            assert walks[one][1][:2] == walks[two][1][:2] and {walks[one][1][2], walks[two][1][2]} == {"light", "dark"}
            assert two == walks[one][0] or one == walks[two][0]


def test_walks_whose_pair_never_came_are_outings_of_their_own() -> None:
    """A pair that is not here pairs nothing; nor does one of another night, and two that name one are not three."""
    night = date(2026, 10, 3)
    here, there, other = uuid4(), uuid4(), uuid4()
    legs = [(1, night, "light"), (1, night, "dark"), (1, night, "dark")]

    assert outings([here, there], [uuid4(), None], legs[:2]).tolist() == [0, 1]
    assert outings([here, there], [there, None], [legs[0], (1, date(2026, 10, 4), "dark")]).tolist() == [0, 1]
    assert outings([here, there, other], [None, here, here], legs).tolist() == [0, 0, 2]


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 3), st.integers(0, 5)), max_size=60), st.randoms())
def test_people_are_numbered_by_what_they_said(said: list[tuple[int, int, int]], chance: object) -> None:
    """Other row numbers for the same women give the same numbers, and different women keep different ones."""
    stop, value, person = np.array(said, dtype=np.int64).reshape(-1, 3).T
    others = np.array(chance.sample(range(100, 200), 6))[person]  # type: ignore[attr-defined]
    here, there = by_what_they_said(stop, value, person), by_what_they_said(stop, value, others)
    told = {number: sorted(zip(stop[here == number], value[here == number], strict=True)) for number in set(here)}

    assert told == {n: sorted(zip(stop[there == n], value[there == n], strict=True)) for n in set(there)}
    assert len(set(here)) == len(set(person))
