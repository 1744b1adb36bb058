"""What takes a reason: withdrawing, bringing back, undoing a step, and taking later stops off."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from api.pages.actions.sent import FORM, REFUSALS, on_version, refused_at
from api.pages.kit.forms import Form
from api.resources.actions.acting import ACTING
from audits.actions.issues import issue, recommendation
from audits.actions.keeping import Acting
from audits.actions.linking import unlink_stops
from audits.actions.raising import bring_back_issue, withdraw_issue
from audits.actions.recommending import undo, withdraw_recommendation


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that takes a reason: its words, and the command behind it."""

    title: str
    says: str
    button: str
    do: Callable[[UUID, str, Acting], Awaitable[None]]


ISSUE_STEPS = {
    "withdraw": Step(
        title="Withdraw this issue?",
        says="For an issue that was raised by mistake. It leaves the plan and every edition that is made from now on; "
        "its recommendations rest with it. Nothing is deleted, and it can be brought back.",
        button="Withdraw the issue",
        do=lambda id, reason, acting: withdraw_issue(id, reason=reason, acting=acting),
    ),
    "return": Step(
        title="Bring this issue back?",
        says="It stands again, with its recommendations as they were.",
        button="Bring it back",
        do=lambda id, reason, acting: bring_back_issue(id, reason=reason, acting=acting),
    ),
    "unlink": Step(
        title="Take the later stops off?",
        says="What was seen later is no longer compared with this issue. You can link the right stops afterwards.",
        button="Take them off",
        do=lambda id, reason, acting: unlink_stops(id, reason=reason, acting=acting),
    ),
}
RECOMMENDATION_STEPS = {
    "withdraw": Step(
        title="Withdraw this recommendation?",
        says="It leaves the plan. Nothing is deleted, and undoing brings it back.",
        button="Withdraw it",
        do=lambda id, reason, acting: withdraw_recommendation(id, reason=reason, acting=acting),
    ),
    "undo": Step(
        title="Undo the last step?",
        says="For what was entered by mistake: the withdrawal, or else that it was done, or else the answer is taken "
        "back. The history keeps it, with your reason.",
        button="Undo it",
        do=lambda id, reason, acting: undo(id, reason=reason, acting=acting),
    ),
}
Steps = dict[str, Step]


@get("/actions/issues/{issue_id:uuid}/{step:str}", dependencies=ACTING, include_in_schema=False)
async def issue_step_form(issue_id: FromPath[UUID], step: FromPath[str], acting: NamedDependency[Acting]) -> Template:
    """What it means, and why."""
    one = (await issue(issue_id, caller=acting.by)).issue
    return _page(_step(ISSUE_STEPS, step), Form({"version": str(one.version)}), name=one.title, issue_id=one.id)


@post("/actions/issues/{issue_id:uuid}/{step:str}", dependencies=FORM, include_in_schema=False, status_code=303)
async def issue_step(
    form: NamedDependency[Form],
    issue_id: FromPath[UUID],
    step: FromPath[str],
    acting: NamedDependency[Acting],
) -> Template | Redirect:
    """Do it, or show what is wrong."""
    meant = _step(ISSUE_STEPS, step)
    one = (await issue(issue_id, caller=acting.by)).issue
    if not await _did(meant, issue_id, form, on_version(acting, form)):
        return _page(meant, form, name=one.title, issue_id=issue_id)
    return Redirect(f"/actions/issues/{issue_id}?done={step}", status_code=303)


@get("/actions/recommendations/{recommendation_id:uuid}/{step:str}", dependencies=ACTING, include_in_schema=False)
async def recommendation_step_form(
    recommendation_id: FromPath[UUID], step: FromPath[str], acting: NamedDependency[Acting]
) -> Template:
    """What it means, and why."""
    one, meant = await recommendation(recommendation_id, caller=acting.by), _step(RECOMMENDATION_STEPS, step)
    return _page(meant, Form({"version": str(one.version)}), name=one.action, issue_id=one.issue_id)


@post(
    "/actions/recommendations/{recommendation_id:uuid}/{step:str}",
    dependencies=FORM,
    include_in_schema=False,
    status_code=303,
)
async def recommendation_step(
    form: NamedDependency[Form],
    recommendation_id: FromPath[UUID],
    step: FromPath[str],
    acting: NamedDependency[Acting],
) -> Template | Redirect:
    """Do it, or show what is wrong."""
    meant = _step(RECOMMENDATION_STEPS, step)
    one = await recommendation(recommendation_id, caller=acting.by)
    if not await _did(meant, recommendation_id, form, on_version(acting, form)):
        return _page(meant, form, name=one.action, issue_id=one.issue_id)
    return Redirect(f"/actions/issues/{one.issue_id}?done={step}", status_code=303)


async def _did(step: Step, id: UUID, form: Form, acting: Acting) -> bool:
    try:
        await step.do(id, form.text("reason"), acting)
    except REFUSALS as refused:
        refused_at(form, refused)
        return False
    return True


def _step(steps: Steps, name: str) -> Step:
    if name not in steps:
        raise NotFoundException
    return steps[name]


def _page(step: Step, form: Form, *, name: str, issue_id: UUID) -> Template:
    context = {"form": form, "step": step, "name": name, "back": f"/actions/issues/{issue_id}"}
    return Template("actions/step.html", context=context, status_code=form.status)


HANDLERS = [issue_step_form, issue_step, recommendation_step_form, recommendation_step]
