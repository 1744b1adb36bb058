"""The desk's front: which organisation, what is next, how the pledges stand, and what happened."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect, Template

from api.pages.desk.words import PLEDGE_STATES, ROLES, STATES, day, moment, tag, told, where
from api.resources.mine.acting import member_for
from api.roles import Principal
from charter.keeping.at_desk import AtDesk
from charter.keeping.members import organisations_of
from charter.keeping.next_steps import Step, next_steps
from charter.keeping.queries import at_desk, happened_to
from charter.pledges import Pledge
from charter.signing import london_date
from charter.wordings import pledges_of

# What a page that was saved says when it shows the desk again.
SAVED = {
    "pledge": "You have changed how this pledge is kept.",
    "same": "Nothing was changed: this is how it stood already.",
    "last-picture": "Nothing was removed: this is the only picture of an evidenced campaign. Add another one first.",
    "removed": "You have removed a picture.",
    "listing": "You have changed who sees your organisation, and what we write to you about.",
    "unchanged": "Nothing was changed: this is how it stood already.",
    "asked": "A letter is on its way. She takes the role by following its link.",
    "deputy-removed": "The deputy’s role has ended, and her name and address are erased.",
    "left": "You have left your role, and your name and address are erased from it.",
}
Saved = Annotated[str, QueryParameter(description="What was just done.")]


@get("/desk", include_in_schema=False)
async def choose(who: NamedDependency[Principal], saved: Saved = "") -> Template | Redirect:
    """Her organisations to choose from; with one, straight to it; with none, how that changes."""
    organisations = await organisations_of(who.email_mac) if who.email_mac else []
    if len(organisations) == 1 and not saved:
        return Redirect(f"/desk/{organisations[0].id}", status_code=303)
    shown = [{"organisation": one, "tag": tag(STATES, one.state), "role": ROLES[one.role]} for one in organisations]
    return Template("desk/choose.html", context={"organisations": shown, "banner": SAVED.get(saved)})


@get("/desk/{signatory_id:uuid}", include_in_schema=False)
async def overview(
    signatory_id: FromPath[UUID],
    who: NamedDependency[Principal],
    now: NamedDependency[datetime],
    saved: Saved = "",
) -> Template:
    """What is next first, then the seven pledges, then everything that is looked at less often."""
    by = await member_for(who, signatory_id)
    desk = await at_desk(by)
    shown = _front(desk, await pledges_of(desk.charter_version), london_date(now))
    return Template("desk/overview.html", context={**shown, "banner": SAVED.get(saved)})


@get("/desk/{signatory_id:uuid}/history", include_in_schema=False)
async def history(signatory_id: FromPath[UUID], who: NamedDependency[Principal]) -> Template:
    """All that was done, in plain words, by role and never by name."""
    by = await member_for(who, signatory_id)
    rows = [
        {"when": moment(one.at), "who": ROLES.get(one.by, one.by), "what": told(one)} for one in await happened_to(by)
    ]
    context = {"desk": await at_desk(by), "back": f"/desk/{signatory_id}", "rows": rows}
    return Template("desk/history.html", context=context)


def _front(desk: AtDesk, pledges: Sequence[Pledge], today: date) -> dict[str, Any]:
    page = f"/desk/{desk.id}"
    return {
        "desk": desk,
        "page": page,
        "tag": tag(STATES, desk.state),
        "steps": [_step(step, page) for step in _pressing(next_steps(desk, today))],
        "pledges": _task_list(desk, page, pledges),
        "facts": _facts(desk),
    }


def _pressing(steps: Iterable[Step]) -> list[Step]:
    """The steps without all but the first pledge to be started: the list of all seven stands right below."""
    begun = False
    shown = []
    for step in steps:
        starts = step.what == "start-pledge"
        if not (starts and begun):
            shown.append(step)
        begun = begun or starts
    return shown


def _step(step: Step, page: str) -> dict[str, Any]:
    due = f"by {day(step.due_on)}" if step.due_on else ""
    return {
        "title": {"text": step.text},
        "href": where(step, page),
        "hint": {"text": f"Was due {due}" if step.overdue else f"To do {due}"} if due else None,
        "status": {"tag": {"text": "Overdue", "classes": "govuk-tag--red"}} if step.overdue else {"text": ""},
    }


def _task_list(desk: AtDesk, page: str, wording: Iterable[Pledge]) -> list[dict[str, Any]]:
    texts = {pledge.number: pledge.text for pledge in wording}
    return [
        {
            "title": {"text": f"{kept.pledge}. {texts.get(kept.pledge, 'Pledge')}"},
            "href": f"{page}/pledges/{kept.pledge}",
            "hint": {"text": f"Evidence of {day(kept.evidence_on)}"} if kept.evidence_on else None,
            "status": {"tag": tag(PLEDGE_STATES, kept.state)},
        }
        for kept in desk.pledges
    ]


def _facts(desk: AtDesk) -> list[dict[str, Any]]:
    champion = "Confirmed" if desk.of_role("champion", confirmed=True) else "Nobody has confirmed"
    said = {
        "Reference": desk.reference,
        "Charter signed": f"Version {desk.charter_version}, on {day(desk.signed_on)}",
        "Last confirmed": day(desk.last_confirmed_on),
        "Next review due": day(desk.review_due_on),
        "Premises": f"{desk.premises:,}",
        "Champion": champion,
    }
    return [{"key": {"text": name}, "value": {"text": text}} for name, text in said.items()]


HANDLERS = [choose, overview, history]
