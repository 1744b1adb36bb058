"""Raising an issue from the stops of accepted walks, and putting right what was said of it."""

from typing import Annotated, Any
from uuid import UUID, uuid4

from litestar import get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect, Template

from api.pages.actions.choosing import Choice, begun, listed, stops_chosen, suggested
from api.pages.actions.issue import drawn
from api.pages.actions.listing import MAX_PROGRAMMES, as_uuid
from api.pages.actions.sent import FORM, REFUSALS, on_version, reason_typed, refused_at, try_rule, uuid_typed
from api.pages.actions.words import KINDS, LEGS
from api.pages.kit.forms import Form
from api.resources.actions.acting import ACTING
from audits.actions.comparing import StopSeen
from audits.actions.content import MAX_DESCRIPTION, IssueSaid, check_issue
from audits.actions.errors import ActionNotAcceptable
from audits.actions.issues import issue
from audits.actions.keeping import Acting
from audits.actions.raising import correct_issue, raise_issue
from audits.actions.stops import MAX_LISTED
from audits.instrument import instrument
from audits.queries import ProgrammeFacts, programme, programmes

Chosen = Annotated[str, QueryParameter(description="A choice of the form; empty means whatever.")]
TOO_MANY = f"The newest {MAX_LISTED} are shown. Narrow the list to see others."


async def chosen(
    programme: Chosen = "",
    leg: Chosen = "",
    factor: Chosen = "",
    cause: Chosen = "",
    cell: Chosen = "",
    tick: Chosen = "",
) -> Choice:
    """The programme, which of its stops are shown, and whether they are ticked, as the address says."""
    return Choice(programme=as_uuid(programme), leg=leg, factor=factor, cause=cause, cell=cell, tick=tick == "all")


@get("/actions/raise", dependencies={**ACTING, "choice": Provide(chosen)}, include_in_schema=False)
async def raise_form(acting: NamedDependency[Acting], choice: NamedDependency[Choice]) -> Template:
    """First which programme; then suggestions, a narrower list, and the stops to tick with the words of the issue."""
    if choice.programme is None:
        found = await programmes(caller=acting.by, limit=MAX_PROGRAMMES)
        return Template("actions/which_programme.html", context={"programmes": found, "back": "/actions"})
    of = await programme(choice.programme, caller=acting.by)
    stops = await stops_chosen(of, choice)
    ticked = [str(stop.id) for stop in stops] if choice.tick else []
    form = Form({**await begun(of, stops, choice), "stop_ids": ticked, "id": str(uuid4())})
    return await _page(of, form, stops, choice)


@post("/actions/raise", dependencies=FORM, include_in_schema=False, status_code=303)
async def raise_from_stops(form: NamedDependency[Form], acting: NamedDependency[Acting]) -> Template | Redirect:
    """Raise it, once however often the button is pressed, or show what is wrong."""
    of = await programme(uuid_typed(form, "programme"), caller=acting.by)
    said, id = issue_typed(form, of.instrument_version), uuid_typed(form, "id")
    if not form.errors:
        try:
            await raise_issue(of.id, said, id=id, acting=acting)
            return Redirect(f"/actions/issues/{id}?done=raised", status_code=303)
        except ActionNotAcceptable as refused:
            refused_at(form, refused)
    return await _again(of, form)


async def _again(of: ProgrammeFacts, form: Form) -> Template:
    """The page with what is wrong, and the stops that were shown."""
    leg, factor, cause, cell = (form.text(f"narrow-{name}") for name in ("leg", "factor", "cause", "cell"))
    choice = Choice(programme=of.id, leg=leg, factor=factor, cause=cause, cell=cell)
    return await _page(of, form, await stops_chosen(of, choice), choice)


@get("/actions/issues/{issue_id:uuid}/correct", dependencies=ACTING, include_in_schema=False)
async def correct_form(issue_id: FromPath[UUID], acting: NamedDependency[Acting]) -> Template:
    """What stands, to be put right."""
    whole = await issue(issue_id, caller=acting.by)
    one = whole.issue
    values = {
        **{name: getattr(one, name) for name in ("kind", "title", "place", "description")},
        "factors": list(one.factors),
        "causes": list(one.causes),
        "stop_ids": [str(stop.id) for stop in whole.stops],
        "version": str(one.version),
    }
    return await _correction(acting, issue_id, Form(values))


@post("/actions/issues/{issue_id:uuid}/correct", dependencies=FORM, include_in_schema=False, status_code=303)
async def correct(
    form: NamedDependency[Form], issue_id: FromPath[UUID], acting: NamedDependency[Acting]
) -> Template | Redirect:
    """Put it right with a reason, or show what is wrong."""
    of = await _programme_of(issue_id, acting)
    said, reason = issue_typed(form, of.instrument_version), reason_typed(form)
    if not form.errors:
        try:
            await correct_issue(issue_id, said, reason=reason, acting=on_version(acting, form))
            return Redirect(f"/actions/issues/{issue_id}?done=corrected", status_code=303)
        except REFUSALS as refused:
            refused_at(form, refused)
    return await _correction(acting, issue_id, form)


async def _programme_of(issue_id: UUID, acting: Acting) -> ProgrammeFacts:
    whole = await issue(issue_id, caller=acting.by)
    return await programme(whole.issue.programme_id, caller=acting.by)


def issue_typed(form: Form, version: int) -> IssueSaid:
    """What was typed of an issue; what cannot stand by the instrument of `version` is refused at its field."""
    kind = form.text("kind")
    if kind not in KINDS:
        form.refuse("kind", "Choose whether this is a defect or a design move")
    stops = [found for text in form.several("stop_ids") if (found := as_uuid(text))]
    said = IssueSaid(
        kind="design" if kind == "design" else "defect",
        title=form.text("title"),
        place=form.text("place"),
        description=form.text("description"),
        factors=[one for one in form.several("factors") if one],
        causes=[one for one in form.several("causes") if one],
        stop_ids=stops,
    )
    try_rule(form, lambda: check_issue(said, instrument(version)))
    return said


async def _page(of: ProgrammeFacts, form: Form, stops: list[StopSeen], choice: Choice) -> Template:
    context = {
        **_choices(of, form, stops),
        "choice": choice,
        "suggestions": await suggested(of) if not choice.is_narrow else [],
        "more": TOO_MANY if len(stops) == MAX_LISTED else "",
        "back": "/actions/raise" if not choice.is_narrow else f"/actions/raise?programme={of.id}",
        "legs": LEGS,
    }
    return Template("actions/raise.html", context=context, status_code=form.status)


async def _correction(acting: Acting, issue_id: UUID, form: Form) -> Template:
    whole = await issue(issue_id, caller=acting.by)
    of = await programme(whole.issue.programme_id, caller=acting.by)
    # Its own stops first, then others at hand that it may be about as well.
    others = await stops_chosen(of, Choice())
    held = {stop.id for stop in whole.stops}
    stops = [*whole.stops, *(stop for stop in others if stop.id not in held)]
    context = {**_choices(of, form, stops), "back": f"/actions/issues/{issue_id}"}
    return Template("actions/correct_issue.html", context=context, status_code=form.status)


def _choices(of: ProgrammeFacts, form: Form, stops: list[StopSeen]) -> dict[str, Any]:
    """What both forms show: the kinds, factors, causes and stops to choose from, and the map of those."""
    asked, ticked = instrument(of.instrument_version), set(form.several("stop_ids"))
    boxes = listed(stops, of.instrument_version)
    return {
        "form": form,
        "of": of,
        "kinds": KINDS,
        "factors": [factor for factor in asked.factors if factor.mode == "group"],
        "causes": [chip for chip in asked.causes if not chip.personal],
        "stops": [{**box, "checked": box["value"] in ticked} for box in boxes],
        "map": drawn(of, stops, title="the stops to choose from") if stops else "",
        "most": MAX_DESCRIPTION,
    }


HANDLERS = [raise_form, raise_from_stops, correct_form, correct]
