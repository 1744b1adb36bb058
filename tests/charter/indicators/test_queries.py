"""The figures of a register that lived a little, by the real commands, on both databases."""

import csv
import io
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
import pytest

from charter.indicators.as_csv import COLUMNS, as_csv
from charter.indicators.queries import Indicators, indicators
from migrations.database import execute, fetch_value, transaction
from tests.charter.builders import NOW, Pen, counted, organisation

HIDDEN = {"consent": {"public_listing": False, "network_contact": False}}
pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def pen() -> Pen:
    return Pen()


async def keeps(id: UUID, pledge: int, state: str, **evidence: Any) -> None:
    """Write how a signatory keeps a pledge, with the event that the command leaves."""
    async with transaction():
        number = await fetch_value("select number from signatory where id = $1", id)
        await execute(
            "insert into kept_pledge (signatory, pledge, state, evidence, evidence_on, changed_at) "
            "values ($1, $2, $3, $4, $5, $6)",
            number,
            pledge,
            state,
            msgspec.json.encode(evidence).decode(),
            NOW.date(),
            NOW,
        )
        said = "insert into charter_event (at, actor, action, subject, subject_id) values ($1, 'x', 'kept', $2, $3)"
        await execute(said, NOW, "signatory", str(id))


async def reviews(id: UUID, *, due: date, done: date) -> None:
    async with transaction():
        number = await fetch_value("select number from signatory where id = $1", id)
        await execute(
            "insert into review (id, signatory, due_on, done_on, by, charter_version) "
            "values ($1, $2, $3, $4, 'x', '2018')",
            UUID(int=number),
            number,
            due,
            done,
        )


async def many(pen: Pen, how_many: int) -> list[UUID]:
    return [await pen.stand(f"No {number}", premises=[]) for number in range(how_many)]


async def known(pen: Pen) -> Indicators:
    return await indicators(now=pen.now)


async def test_an_empty_register_has_figures(pen: Pen) -> None:
    found = await known(pen)

    assert (found.organisations, found.premises, found.not_listed, len(found.months)) == (0, 0, 0, 1)
    assert found.training.staff_trained is None
    assert {count for pledge in found.pledges for count in pledge.states.values()} == {None}


async def test_sectors_count_who_is_listed(pen: Pen) -> None:
    """And the whole counts everybody, so that no sector tells of who is not."""
    await pen.stand("Lamb")
    await pen.stand("Cabs", organisation=organisation("Cabs", "taxi_or_private_hire"), premises=[])
    await pen.stand("Met", organisation=organisation("Met", "police_or_emergency"), **HIDDEN)
    found = await known(pen)
    sectors = {sector.key: (sector.organisations, sector.premises) for sector in found.sectors if sector.organisations}

    assert sectors == {"pub_or_bar": (1, 1), "taxi_or_private_hire": (1, 0)}
    assert (found.organisations, found.not_listed, found.states["active"]) == (3, 1, 3)


async def test_months_follow_the_calendar(pen: Pen) -> None:
    await pen.stand("October")
    pen.move(days=40)
    await pen.stand("December")
    found = await known(pen)

    assert [(month.key, month.signed, month.in_force) for month in found.months] == [
        ("2026-10", 1, 1),
        ("2026-11", 0, 1),
        ("2026-12", 1, 2),
    ]


async def test_pledges_are_counted_where_enough_keep_them(pen: Pen) -> None:
    """Eleven organisations: six with evidence for the third pledge, and one with evidence for the fourth."""
    ids = await many(pen, 11)
    for id in ids[:6]:
        await keeps(id, 3, "evidenced")
    await keeps(ids[0], 4, "evidenced")
    pledges = {pledge.number: pledge.states for pledge in (await known(pen)).pledges}

    assert pledges[3] == {"evidenced": 6, "in_progress": 0, "lapsed": 0, "not_started": 5}
    assert pledges[4] == {"evidenced": None, "in_progress": 0, "lapsed": 0, "not_started": None}
    assert pledges[1]["not_started"] == 11


@pytest.mark.parametrize(("organisations", "trained"), [(4, None), (5, 15)])
async def test_staff_are_summed_over_enough_organisations(organisations: int, trained: int | None, pen: Pen) -> None:
    """Evidence without both numbers, and of who no longer keeps the charter, is not in the sum."""
    ids = await many(pen, organisations + 1)
    for number, id in enumerate(ids[:-1], start=1):
        await keeps(id, 5, "evidenced", staff_trained=number, staff_in_scope=10, course="Ours")
    await keeps(ids[-1], 5, "evidenced", staff_trained=1000)
    training = (await known(pen)).training

    assert (training.staff_trained, training.staff_in_scope) == (trained, 50 if trained else None)


@pytest.mark.parametrize(("late", "on_time"), [(5, 5), (1, None), (0, 5)])
async def test_reviews_are_in_time_until_the_day_they_are_due(late: int, on_time: int | None, pen: Pen) -> None:
    """A year back from today; one late review alone is nobody's to see."""
    ids = await many(pen, 5 + late)
    due, today = date(2026, 10, 20), date(2026, 10, 25)
    for id in ids[:5]:
        await reviews(id, due=due, done=due)
    for id in ids[5:]:
        await reviews(id, due=due, done=today)
    await pen.stand("So that something changed")
    found = (await known(pen)).reviews

    assert (found.since, found.done, found.on_time) == (date(2025, 10, 25), 5 + late, on_time)


async def test_the_csv_holds_every_figure_in_columns_that_stay(pen: Pen) -> None:
    await many(pen, 6)
    rows = list(csv.DictReader(io.StringIO(as_csv(await known(pen)).decode(), newline="")))
    cells = {(row["figure"], row["group"], row["month"]): row for row in rows}

    assert tuple(rows[0]) == COLUMNS and len(cells) == len(rows)
    assert cells["in_force", "", "2026-10"]["value"] == "6"
    assert cells["organisations_by_sector", "pub_or_bar", ""]["value"] == "6"
    assert (cells["staff_trained", "5", ""]["value"], cells["staff_trained", "5", ""]["hidden"]) == ("", "yes")
    assert not any(cell.startswith(tuple("=+-@")) for row in rows for cell in row.values())


async def test_the_queries_do_not_grow_with_the_register(pen: Pen) -> None:
    numbers = []
    for more in (1, 9):
        for id in await many(pen, more):
            await keeps(id, 5, "evidenced", staff_trained=1, staff_in_scope=2)
        async with counted() as asked:
            await known(pen)
        numbers.append(len([statement for statement in asked if "select" in statement.lower()]))

    assert numbers[0] == numbers[1]
