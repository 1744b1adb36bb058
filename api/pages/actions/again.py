"""Walking again: later stops at an issue's places, with what speaks against comparing them, ticked and linked."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from api.pages.actions.issue import drawn, lettered
from api.pages.actions.listing import as_uuid
from api.pages.actions.sent import FORM, REFUSALS, on_version, refused_at
from api.pages.actions.words import labels_of, score_said, stop_named
from api.pages.kit.forms import Form
from api.resources.actions.acting import ACTING
from audits.actions.comparing import StopSeen
from audits.actions.issues import Later, issue, stops_for_again
from audits.actions.keeping import Acting
from audits.actions.linking import link_stops
from audits.queries import programme

AGAIN = "/actions/issues/{issue_id:uuid}/again"


@get(AGAIN, dependencies=ACTING, include_in_schema=False)
async def again_form(issue_id: FromPath[UUID], acting: NamedDependency[Acting]) -> Template:
    """Stops that can be compared are ticked already."""
    return await _page(issue_id, acting, None)


@post(AGAIN, dependencies=FORM, include_in_schema=False, status_code=303)
async def walk_again(
    form: NamedDependency[Form], issue_id: FromPath[UUID], acting: NamedDependency[Acting]
) -> Template | Redirect:
    """Link what was ticked, or show what is wrong."""
    ids = [found for text in form.several("stop_ids") if (found := as_uuid(text))]
    try:
        await link_stops(issue_id, ids, acting=on_version(acting, form))
    except REFUSALS as refused:
        refused_at(form, refused, else_at="stop_ids")
        return await _page(issue_id, acting, form)
    return Redirect(f"/actions/issues/{issue_id}?done=walked-again", status_code=303)


async def _page(issue_id: UUID, acting: Acting, form: Form | None) -> Template:
    whole = await issue(issue_id, caller=acting.by)
    of = await programme(whole.issue.programme_id, caller=acting.by)
    later = await stops_for_again(whole, caller=acting.by)
    ready = [str(one.stop.id) for one in later if one.why_not is None]
    form = form or Form({"stop_ids": ready, "version": str(whole.issue.version)})
    context = {
        "form": form,
        "issue": whole.issue,
        "boxes": _boxes(later, whole.issue.factors, labels_of(of.instrument_version), form.several("stop_ids")),
        "map": drawn(of, whole.stops, [one.stop for one in later], title=whole.issue.title),
        "back": f"/actions/issues/{issue_id}",
    }
    return Template("actions/again.html", context=context, status_code=form.status)


def _boxes(
    later: Sequence[Later], factors: Sequence[str], labels: dict[str, str], ticked: Sequence[str]
) -> list[dict[str, Any]]:
    """The later stops to tick, each with its scores, or why it cannot be compared."""
    return [
        {
            "value": str(one.stop.id),
            "text": f"{lettered(number)}. {stop_named(one.stop)}",
            "hint": {"text": one.why_not or _scores(one.stop, factors, labels)},
            "checked": str(one.stop.id) in ticked,
        }
        for number, one in enumerate(later)
    ]


def _scores(stop: StopSeen, factors: Sequence[str], labels: dict[str, str]) -> str:
    said = ", ".join(f"{labels.get(factor, factor)} {score_said(stop, factor)}" for factor in factors)
    return f"Comparable. {said}" if said else "Comparable."


HANDLERS = [again_form, walk_again]
