"""Questions about plans: a programme's for its staff, and those that the public may read."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from audits.actions.errors import NoSuchPlan
from audits.actions.issues import whole_issues_of
from audits.actions.plan.arranging import Plan, public_plan, staff_plan
from audits.actions.recommending import today_in_london
from audits.instrument import instrument
from audits.queries import OPERATOR, Caller, ProgrammeFacts, programme
from migrations.database import fetch, fetch_one, snapshot


@dataclass(frozen=True, kw_only=True)
class PlanForStaff:
    """The plan with its programme, and since when and by whom it is public; None where it is not."""

    programme: ProgrammeFacts
    plan: Plan
    published_at: datetime | None
    published_by: str | None


@dataclass(frozen=True, kw_only=True)
class PublishedPlan:
    """A plan that the public may read, by its programme."""

    programme_id: UUID
    programme: str


async def plan_for_staff(programme_id: UUID, *, caller: Caller, now: datetime) -> PlanForStaff:
    """The whole plan. Raises NoSuchProgramme where the programme is not the caller's to see."""
    async with snapshot():
        of = await programme(programme_id, caller=caller)
        issues = await whole_issues_of(of.number)
        row = await fetch_one("select * from plan_publication where programme = $1", of.number) or {}
    labels = {factor.key: factor.label for factor in instrument(of.instrument_version).factors}
    plan = staff_plan(of.name, issues, today=today_in_london(now), labels=labels)
    published_at, published_by = row.get("published_at"), row.get("published_by")
    return PlanForStaff(programme=of, plan=plan, published_at=published_at, published_by=published_by)


async def plan_as_public(programme_id: UUID, *, caller: Caller, now: datetime, delay: timedelta) -> Plan:
    """What the public would read, for whoever is about to publish it. Raises NoSuchProgramme."""
    async with snapshot():
        of = await programme(programme_id, caller=caller)
        return public_plan(of.name, await whole_issues_of(of.number), today=today_in_london(now), delay=delay)


async def plan_for_everybody(programme_id: UUID, *, now: datetime, delay: timedelta) -> Plan:
    """The plan of a programme that was published, closed and old enough. Raises NoSuchPlan for any other."""
    async with snapshot():
        row = await fetch_one(
            "select programme.closed_at from plan_publication "
            "join programme on programme.number = plan_publication.programme where programme.id = $1",
            programme_id,
        )
        if row is None or not old_enough(row, now=now, delay=delay):
            raise NoSuchPlan
        return await plan_as_public(programme_id, caller=OPERATOR, now=now, delay=delay)


async def published_plans(*, now: datetime, delay: timedelta) -> list[PublishedPlan]:
    """The plans that everybody may read, by name."""
    rows = await fetch(
        "select programme.id, programme.name, programme.closed_at from plan_publication "
        "join programme on programme.number = plan_publication.programme order by programme.name, programme.number"
    )
    return [
        PublishedPlan(programme_id=row["id"], programme=row["name"])
        for row in rows
        if old_enough(row, now=now, delay=delay)
    ]


def old_enough(row: dict[str, Any], *, now: datetime, delay: timedelta) -> bool:
    """Whether the programme of this row was closed for longer than the delay; one that is open never was."""
    return row["closed_at"] is not None and row["closed_at"] + delay < now
