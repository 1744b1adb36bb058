"""The Safety Action Plan of a programme: to read, to print, as CSV; and made public once somebody looked at it."""

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect, Template

from api.pages.actions.issue import actors_by_id
from api.pages.actions.words import actor, happened_at, state_tag, when
from api.resources.actions.acting import ACTING
from api.settings import Settings
from audits.actions.errors import PlanNotPublishable
from audits.actions.keeping import Acting
from audits.actions.plan.arranging import Plan, PlanLine, by_body
from audits.actions.plan.as_csv import as_csv
from audits.actions.plan.publishing import publish_plan, take_back_plan
from audits.actions.plan.queries import (
    PlanForStaff,
    plan_as_public,
    plan_for_everybody,
    plan_for_staff,
    published_plans,
)
from audits.actions.recommending import today_in_london
from charter.letters import long_date
from migrations.sealing import Seal

ONE, PUBLIC = "/actions/plans/{programme_id:uuid}", "/plans/{programme_id:uuid}"
NOT_YET_TO_ANYBODY = "Nobody is asked yet"
SAYS = {
    "defect": "What is broken or missing, and mended in days.",
    "design": "Changes of the place itself, which take months and go to design reviews.",
}
DONE = {
    "published": "The plan is public now.",
    "taken-back": "The plan is no longer public. Whoever kept a copy keeps it.",
}
Done = Annotated[str, QueryParameter(description="What was just done, in a word of DONE.")]


def delay_of(settings: Settings) -> timedelta:
    """How old what is public must be."""
    return timedelta(days=settings.public_delay_days)


@get(ONE, dependencies=ACTING, include_in_schema=False)
async def plan_page(
    programme_id: FromPath[UUID], acting: NamedDependency[Acting], seal: NamedDependency[Seal], done: Done = ""
) -> Template:
    """By responsible body and due date, defects apart from design moves; what is late is marked."""
    found = await plan_for_staff(programme_id, caller=acting.by, now=acting.now)
    context = {
        **shown(found.plan, acting.now),
        "of": found.programme,
        "address": f"/actions/plans/{programme_id}",
        "published": await _published(found, seal),
        "done": DONE.get(done),
    }
    return Template("actions/plan.html", context=context)


async def _published(found: PlanForStaff, seal: Seal) -> str | None:
    """When it was published, and by whom; None where it was not."""
    if found.published_at is None:
        return None
    return f"{happened_at(found.published_at)}, by {actor(found.published_by or '', await actors_by_id(seal))}"


@get(f"{ONE}/plan.csv", dependencies=ACTING, include_in_schema=False)
async def plan_csv(programme_id: FromPath[UUID], acting: NamedDependency[Acting]) -> Response[bytes]:
    """A line for each thing to do; every cell is text."""
    found = await plan_for_staff(programme_id, caller=acting.by, now=acting.now)
    return _csv(found.plan)


@get(f"{ONE}/publish", dependencies=ACTING, include_in_schema=False)
async def publish_form(
    programme_id: FromPath[UUID],
    acting: NamedDependency[Acting],
    settings: NamedDependency[Settings],
) -> Template:
    """What the public would read, to be looked at first."""
    return await _before_publishing(programme_id, acting, settings)


@post(f"{ONE}/publish", dependencies=ACTING, include_in_schema=False, status_code=303)
async def publish(
    programme_id: FromPath[UUID],
    acting: NamedDependency[Acting],
    settings: NamedDependency[Settings],
) -> Template | Redirect:
    """Let everybody read it, or say why not yet."""
    try:
        await publish_plan(programme_id, delay=delay_of(settings), acting=acting)
    except PlanNotPublishable as refused:
        return await _before_publishing(programme_id, acting, settings, refused=str(refused))
    return Redirect(f"/actions/plans/{programme_id}?done=published", status_code=303)


@post(f"{ONE}/take-back", dependencies=ACTING, include_in_schema=False, status_code=303)
async def take_back(programme_id: FromPath[UUID], acting: NamedDependency[Acting]) -> Redirect:
    """Let nobody read it any more; it can be published again."""
    await take_back_plan(programme_id, acting=acting)
    return Redirect(f"/actions/plans/{programme_id}?done=taken-back", status_code=303)


async def _before_publishing(programme_id: UUID, acting: Acting, settings: Settings, *, refused: str = "") -> Template:
    plan = await plan_as_public(programme_id, caller=acting.by, now=acting.now, delay=delay_of(settings))
    context = {
        **shown(plan, acting.now),
        "refused": refused,
        "delay_days": settings.public_delay_days,
        "back": f"/actions/plans/{programme_id}",
    }
    return Template("actions/publish.html", context=context, status_code=409 if refused else 200)


@get("/plans", dependencies=ACTING, include_in_schema=False)
async def plans(now: NamedDependency[datetime], settings: NamedDependency[Settings]) -> Template:
    """The plans that everybody may read."""
    found = await published_plans(now=now, delay=delay_of(settings))
    return Template("actions/public_plans.html", context={"plans": found})


@get(PUBLIC, include_in_schema=False)
async def public_plan_page(
    programme_id: FromPath[UUID], now: NamedDependency[datetime], settings: NamedDependency[Settings]
) -> Template:
    """In whole months and cells of 150 m. Raises NoSuchPlan."""
    plan = await plan_for_everybody(programme_id, now=now, delay=delay_of(settings))
    context = {**shown(plan, now), "address": f"/plans/{programme_id}", "back": "/plans"}
    return Template("actions/public_plan.html", context=context)


@get(f"{PUBLIC}/plan.csv", dependencies=ACTING, include_in_schema=False)
async def public_plan_csv(
    programme_id: FromPath[UUID], now: NamedDependency[datetime], settings: NamedDependency[Settings]
) -> Response[bytes]:
    """The same as CSV. Raises NoSuchPlan."""
    return _csv(await plan_for_everybody(programme_id, now=now, delay=delay_of(settings)))


def shown(plan: Plan, now: datetime) -> dict[str, Any]:
    """A plan as its page has it: defects and design moves, each by responsible body."""
    parts = [
        {
            "heading": heading,
            "says": SAYS[kind],
            "bodies": [
                {"name": body or NOT_YET_TO_ANYBODY, "rows": [_row(line) for line in lines]}
                for body, lines in by_body([line for line in plan.lines if line.kind == kind]).items()
            ],
        }
        for kind, heading in (("defect", "Defects"), ("design", "Design moves"))
    ]
    return {
        "plan": plan,
        "parts": parts,
        "as_of": long_date(today_in_london(now)),
        "late": sum(line.overdue for line in plan.lines),
        "done_count": sum(line.state == "done" for line in plan.lines),
    }


def _row(line: PlanLine) -> dict[str, Any]:
    return {
        "line": line,
        "due": when(line.due),
        "answered": when(line.answered),
        "done": when(line.done),
        "state": state_tag(line.state),
    }


def _csv(plan: Plan) -> Response[bytes]:
    headers = {"Content-Disposition": 'attachment; filename="safety-action-plan.csv"', "Cache-Control": "no-store"}
    return Response(as_csv(plan), media_type="text/csv; charset=utf-8; header=present", headers=headers)


HANDLERS = [
    plan_page,
    plan_csv,
    publish_form,
    publish,
    take_back,
    plans,
    public_plan_page,
    public_plan_csv,
]
