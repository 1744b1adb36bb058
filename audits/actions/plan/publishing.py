"""Letting the public read a programme's plan, and taking it back; somebody looks at it first, for it is free text."""

from datetime import timedelta
from uuid import UUID

from audits.actions.errors import PlanNotPublishable
from audits.actions.keeping import Acting
from audits.actions.plan.queries import old_enough
from audits.events import note_event
from audits.queries import programme
from migrations.database import execute, fetch, transaction


async def publish_plan(programme_id: UUID, *, delay: timedelta, acting: Acting) -> None:
    """Let everybody read the public's version; again changes nothing. Raises NoSuchProgramme, PlanNotPublishable."""
    async with transaction():
        of = await programme(programme_id, caller=acting.by)
        if not old_enough({"closed_at": of.closed_at}, now=acting.now, delay=delay):
            raise PlanNotPublishable(
                f"A plan can be public {delay.days} days after its programme was closed. Close the programme first, "
                "or wait."
            )
        written = await fetch(
            "insert into plan_publication (programme, published_at, published_by) values ($1, $2, $3) "
            "on conflict (programme) do nothing returning number",
            of.number,
            acting.now,
            acting.by.id,
        )
        if written:
            await note_event("plan-published", of="programme", id=programme_id, by=acting.by.id, at=acting.now)


async def take_back_plan(programme_id: UUID, *, acting: Acting) -> None:
    """Let nobody read it any more; whoever kept a copy keeps it. Raises NoSuchProgramme."""
    async with transaction():
        of = await programme(programme_id, caller=acting.by)
        taken = await fetch("select number from plan_publication where programme = $1", of.number)
        await execute("delete from plan_publication where programme = $1", of.number)
        if taken:
            await note_event("plan-taken-back", of="programme", id=programme_id, by=acting.by.id, at=acting.now)
