"""The Safety Action Plan: its order, its cells for spreadsheets, and what the public may read of it and when."""

import csv
import io
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from audits.actions.errors import NoSuchPlan, PlanNotPublishable
from audits.actions.plan.arranging import staff_plan
from audits.actions.plan.as_csv import COLUMNS, as_csv
from audits.actions.plan.publishing import publish_plan, take_back_plan
from audits.actions.plan.queries import plan_as_public, plan_for_everybody, plan_for_staff, published_plans
from audits.actions.raising import raise_issue, withdraw_issue
from audits.actions.recommending import finish, record_answer
from audits.actions.stops import StopsAsked, stops_to_choose
from audits.errors import NoSuchProgramme
from audits.programmes import close_programme
from audits.queries import ProgrammeFacts
from tests.audits.actions.builders import (
    ACCEPTED,
    DONE,
    REFUSED,
    TODAY,
    acting,
    an_issue,
    raised,
    recommended,
    walked,
)
from tests.audits.builders import LEAD, NOW, OTHER_LEAD, a_programme

DELAY = timedelta(days=14)
LATER = NOW + timedelta(days=40)


async def issue_of(programme: ProgrammeFacts, *nights: date, **changes: object) -> UUID:
    """An issue from the first stop of a walk on each of these nights."""
    walks = [await walked(programme, night, {"lighting": 0}, **changes) for night in nights]
    found = [await stops_to_choose(StopsAsked(programme=programme.number, walk_id=walk.id)) for walk in walks]
    id = uuid4()
    said = an_issue()
    said = type(said)(
        kind="defect",
        title=said.title,
        place=said.place,
        factors=["lighting"],  # type: ignore[arg-type]
        stop_ids=[stops[0].id for stops in found],
    )
    await raise_issue(programme.id, said, id=id, acting=acting())
    return id


async def test_a_plan_goes_by_kind_body_and_due_date(database: str) -> None:
    """Defects first; what nobody was asked for last; what is late is marked; withdrawn issues are out."""
    programme = await a_programme()
    layout, lamp = await raised(programme, kind="design"), await raised(programme)
    bare, gone = await raised(programme, title="Not asked yet"), await raised(programme)
    await withdraw_issue(gone, reason="Twice", acting=acting())
    for issue_id, body, due in (
        (layout, "TfL", date(2027, 1, 1)),
        (lamp, "lambeth Council", date(2026, 11, 8)),
        (lamp, "BID", date(2026, 12, 1)),
        (lamp, "Lambeth Council", date(2026, 11, 1)),
    ):
        await recommended(issue_id, body=body, due_on=due)
    plan = (await plan_for_staff(programme.id, caller=LEAD, now=NOW + timedelta(days=10))).plan

    assert [(line.kind, line.body, line.due, line.overdue) for line in plan.lines] == [
        ("defect", "BID", "2026-12-01", False),
        ("defect", "Lambeth Council", "2026-11-01", True),
        ("defect", "lambeth Council", "2026-11-08", False),
        ("defect", "", "", False),
        ("design", "TfL", "2027-01-01", False),
    ]
    assert plan.lines[3].issue_id == str(bare)
    with pytest.raises(NoSuchProgramme):
        await plan_for_staff(programme.id, caller=OTHER_LEAD, now=NOW)


async def test_no_cell_of_a_plan_is_calculated(database: str) -> None:
    """Whatever somebody typed, and in every column."""
    programme = await a_programme()
    issue_id = await raised(programme, title="=1+1", place="@SUM(A1)", description="+44")
    id = await recommended(issue_id, action="-2", body="=cmd|' /C calc'!A0")
    await record_answer(id, REFUSED, acting=acting())
    found = await plan_for_staff(programme.id, caller=LEAD, now=NOW)
    (line,) = csv.DictReader(io.StringIO(as_csv(found.plan).decode()))

    assert list(line) == list(COLUMNS) and line["reason"] == "No budget"
    assert (line.pop("longitude"), line.pop("latitude")) == ("-0.11460", "51.46260")
    assert all(not cell or cell[0] not in "=+-@" for cell in line.values())
    assert as_csv(staff_plan("x", [], today=TODAY, labels={})).decode().count("\n") == 1


async def test_the_public_reads_months_cells_and_nobodys_role(database: str) -> None:
    """Of an issue that two nights stand behind; nothing finer than a month or a cell of 150 m."""
    programme = await a_programme()
    id = await recommended(await issue_of(programme, date(2026, 10, 1), date(2026, 10, 8)))
    await record_answer(id, ACCEPTED, acting=acting())
    await finish(id, DONE, acting=acting())
    plan = await plan_as_public(programme.id, caller=LEAD, now=LATER, delay=DELAY)
    (line,) = plan.lines

    assert (line.due, line.answered, line.done) == ("2026-11", "2026-10", "2026-10")
    assert line.cells and all(cell.startswith("h150:") for cell in line.cells)
    assert (line.issue_id, line.answered_by, line.done_note, line.seen, line.description) == (None, "", "", (), "")
    assert (line.longitude, line.latitude, line.photos) == ("", "", 0)


@pytest.mark.parametrize(
    ("nights", "group_size"),
    [((1,), 7), ((1, 8), 4), ((1, 23), 7), ((1, 1), 7)],
    ids=["one night", "four people", "one of them too young", "the same night twice"],
)
async def test_what_few_stand_behind_is_not_public(database: str, nights: tuple[int, ...], group_size: int) -> None:
    """And the page says that something is left out."""
    programme = await a_programme()
    await issue_of(programme, *(date(2026, 10, night) for night in nights), group_size=group_size)
    plan = await plan_as_public(programme.id, caller=LEAD, now=NOW, delay=DELAY)

    assert (plan.lines, plan.left_out) == ((), True)


async def test_a_plan_is_public_once_closed_old_and_published(database: str) -> None:
    """Before each of these, and after it was taken back, there is none."""
    programme = await a_programme()
    await issue_of(programme, date(2026, 10, 1), date(2026, 10, 8))
    with pytest.raises(PlanNotPublishable):
        await publish_plan(programme.id, delay=DELAY, acting=acting())
    await close_programme(programme.id, by=LEAD, now=NOW)
    with pytest.raises(PlanNotPublishable):
        await publish_plan(programme.id, delay=DELAY, acting=acting())
    with pytest.raises(NoSuchPlan):
        await plan_for_everybody(programme.id, now=LATER, delay=DELAY)
    with pytest.raises(NoSuchProgramme):
        await publish_plan(programme.id, delay=DELAY, acting=acting(by=OTHER_LEAD, now=LATER))
    for _ in range(2):
        await publish_plan(programme.id, delay=DELAY, acting=acting(now=LATER))

    assert len((await plan_for_everybody(programme.id, now=LATER, delay=DELAY)).lines) == 1
    assert [one.programme_id for one in await published_plans(now=LATER, delay=DELAY)] == [programme.id]
    assert await published_plans(now=LATER, delay=timedelta(days=60)) == []
    await take_back_plan(programme.id, acting=acting(now=LATER))
    with pytest.raises(NoSuchPlan):
        await plan_for_everybody(programme.id, now=LATER, delay=DELAY)
