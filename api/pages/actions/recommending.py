"""Recommendations on pages: written, put right, answered, and done with words and a picture that show it."""

from datetime import date
from uuid import UUID, uuid4

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from api.pages.actions.sent import FORM, REFUSALS, on_version, reason_typed, refused_at, try_rule, uuid_typed
from api.pages.kit.days import day_typed, in_boxes
from api.pages.kit.forms import Form
from api.resources.actions.acting import ACTING
from audits.actions.content import MAX_ACTION, AnswerSaid, RecommendationSaid, check_answer, check_recommendation
from audits.actions.issues import WholeIssue, issue, recommendation
from audits.actions.keeping import Acting
from audits.actions.recommending import correct_recommendation, recommend, record_answer, today_in_london
from audits.actions.suggesting import BODIES, ONLY_ONE, Body, due_on, responsible
from geo.places.queries import boroughs_of

ONE = "/actions/recommendations/{recommendation_id:uuid}"


@get("/actions/issues/{issue_id:uuid}/recommend", dependencies=ACTING, include_in_schema=False)
async def recommend_form(issue_id: FromPath[UUID], acting: NamedDependency[Acting]) -> Template:
    """Begun with who is probably responsible, and a day that is usual for its kind."""
    whole = await issue(issue_id, caller=acting.by)
    body = await suggested_body(whole)
    due = due_on(whole.issue.kind, today=today_in_london(acting.now))
    values = {"id": str(uuid4()), "body_kind": body.kind, "body": body.name, **in_boxes("due_on", due)}
    return _page(whole, Form(values), suggestion=body)


@post("/actions/issues/{issue_id:uuid}/recommend", dependencies=FORM, include_in_schema=False, status_code=303)
async def write_recommendation(
    form: NamedDependency[Form], issue_id: FromPath[UUID], acting: NamedDependency[Acting]
) -> Template | Redirect:
    """Write it, once however often the button is pressed, or show what is wrong."""
    whole = await issue(issue_id, caller=acting.by)
    said = recommendation_typed(form, today_in_london(acting.now))
    if not form.errors:
        try:
            await recommend(issue_id, said, id=uuid_typed(form, "id"), acting=acting)
            return Redirect(f"/actions/issues/{issue_id}?done=recommended", status_code=303)
        except REFUSALS as refused:
            refused_at(form, refused, else_at="action")
    return _page(whole, form)


@get(f"{ONE}/correct", dependencies=ACTING, include_in_schema=False)
async def correct_form(recommendation_id: FromPath[UUID], acting: NamedDependency[Acting]) -> Template:
    """What stands, to be put right."""
    one = await recommendation(recommendation_id, caller=acting.by)
    values = {
        "action": one.action,
        "body_kind": one.body_kind,
        "body": one.body,
        "version": str(one.version),
        **in_boxes("due_on", one.due_on),
    }
    return _page(await issue(one.issue_id, caller=acting.by), Form(values), correcting=True)


@post(f"{ONE}/correct", dependencies=FORM, include_in_schema=False, status_code=303)
async def correct(
    form: NamedDependency[Form], recommendation_id: FromPath[UUID], acting: NamedDependency[Acting]
) -> Template | Redirect:
    """Put it right with a reason, or show what is wrong."""
    one = await recommendation(recommendation_id, caller=acting.by)
    said, reason = recommendation_typed(form, today_in_london(one.written_at)), reason_typed(form)
    if not form.errors:
        try:
            await correct_recommendation(recommendation_id, said, reason=reason, acting=on_version(acting, form))
            return Redirect(f"/actions/issues/{one.issue_id}?done=corrected", status_code=303)
        except REFUSALS as refused:
            refused_at(form, refused)
    return _page(await issue(one.issue_id, caller=acting.by), form, correcting=True)


def recommendation_typed(form: Form, since: date) -> RecommendationSaid:
    """What was typed; what cannot stand is refused at its field. A body of which there is only one needs no name.

    `since` is London's day of its writing.
    """
    kind, due = form.text("body_kind"), day_typed("due_on", form)
    if due is None:
        form.refuse("due_on", "Enter the day by which it should be done")
    body = form.text("body").strip() or ONLY_ONE.get(kind, "")
    said = RecommendationSaid(action=form.text("action"), body_kind=kind, body=body, due_on=due or since)
    try_rule(form, lambda: check_recommendation(said, since=since))
    return said


async def suggested_body(whole: WholeIssue) -> Body:
    """Who probably looks after the issue's place: by the hubs that its stops name, else by its borough."""
    placed = [stop for stop in whole.stops if stop.longitude is not None and stop.latitude is not None]
    lons = [stop.longitude for stop in placed if stop.longitude is not None]
    lats = [stop.latitude for stop in placed if stop.latitude is not None]
    boroughs = await boroughs_of(lons[:1], lats[:1]) if placed else []
    hubs = [stop.hub for stop in whole.stops if stop.hub]
    return responsible(hubs=hubs, borough=boroughs[0] if boroughs else None)


@get(f"{ONE}/answer", dependencies=ACTING, include_in_schema=False)
async def answer_form(recommendation_id: FromPath[UUID], acting: NamedDependency[Acting]) -> Template:
    """What the body said, when, and who there."""
    one = await recommendation(recommendation_id, caller=acting.by)
    return await _answer(acting, recommendation_id, Form({"version": str(one.version)}))


@post(f"{ONE}/answer", dependencies=FORM, include_in_schema=False, status_code=303)
async def answer(
    form: NamedDependency[Form], recommendation_id: FromPath[UUID], acting: NamedDependency[Acting]
) -> Template | Redirect:
    """Record it, or show what is wrong."""
    said = answer_typed(form, today_in_london(acting.now))
    if not form.errors:
        try:
            await record_answer(recommendation_id, said, acting=on_version(acting, form))
            one = await recommendation(recommendation_id, caller=acting.by)
            return Redirect(f"/actions/issues/{one.issue_id}?done=answered", status_code=303)
        except REFUSALS as refused:
            refused_at(form, refused, else_at="answer")
    return await _answer(acting, recommendation_id, form)


def answer_typed(form: Form, today: date) -> AnswerSaid:
    """What was typed; what cannot stand is refused at its field. `today` is London's."""
    answer, on = form.text("answer"), day_typed("answered_on", form)
    if answer not in ("accepted", "refused"):
        form.refuse("answer", "Choose whether the body accepts or refuses")
    if on is None:
        form.refuse("answered_on", "Enter the day of the answer")
    said = AnswerSaid(
        answer="refused" if answer == "refused" else "accepted",
        answered_on=on or today,
        answered_by=form.text("answered_by"),
        reason=form.text("reason") or None,
    )
    try_rule(form, lambda: check_answer(said, today=today))
    return said


async def _answer(acting: Acting, recommendation_id: UUID, form: Form) -> Template:
    one = await recommendation(recommendation_id, caller=acting.by)
    context = {"form": form, "one": one, "back": f"/actions/issues/{one.issue_id}"}
    return Template("actions/answer.html", context=context, status_code=form.status)


def _page(whole: WholeIssue, form: Form, *, suggestion: Body | None = None, correcting: bool = False) -> Template:
    context = {
        "form": form,
        "issue": whole.issue,
        "bodies": BODIES,
        "suggestion": suggestion,
        "correcting": correcting,
        "most": MAX_ACTION,
        "back": f"/actions/issues/{whole.issue.id}",
    }
    return Template("actions/recommend.html", context=context, status_code=form.status)


HANDLERS = [recommend_form, write_recommendation, correct_form, correct, answer_form, answer]
