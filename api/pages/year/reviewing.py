"""The yearly review: what the register says, each pledge as it stands, a tick for each, and the next date."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.response import Redirect, Template

from api.pages.desk.words import PLEDGE_STATES, STATES, tag
from api.pages.kit.forms import Form, typed, whole_number
from api.resources.mine.acting import member_for
from api.roles import Principal
from charter.keeping.at_desk import AtDesk, Kept
from charter.keeping.members import Member
from charter.keeping.queries import at_desk
from charter.letters import long_date
from charter.pledges import SECTORS
from charter.register import Desk
from charter.wordings import pledges_of
from charter.year.calendar import GRACE
from charter.year.errors import ReviewNotAcceptable
from charter.year.reviewing import Looked, review

CHECKED = "yes"


async def acting_here(signatory_id: FromPath[UUID], who: NamedDependency[Principal]) -> Member:
    """Whoever opens the page, as she acts for the organisation of its address. Raises NotYourOrganisation."""
    return await member_for(who, signatory_id)


HERE = {"by": Provide(acting_here)}


@get("/desk/{signatory_id:uuid}/review", dependencies=HERE, include_in_schema=False)
async def review_form(by: NamedDependency[Member]) -> Template:
    """What is to be looked at, with a tick for each."""
    return await _form(by, Form())


@post("/desk/{signatory_id:uuid}/review", dependencies=HERE, include_in_schema=False)
async def review_year(
    request: Request[Any, Any, Any], by: NamedDependency[Member], desk: NamedDependency[Desk]
) -> Template | Redirect:
    """Take the review, or show what was not looked at yet."""
    form = Form(await typed(request))
    try:
        await review(by, _looked(form), desk=desk)
    except ReviewNotAcceptable as refused:
        form.refuse_all(refused.errors)
        return await _form(by, form)
    return Redirect(f"/desk/{by.signatory_id}/review/done", status_code=303)


@get("/desk/{signatory_id:uuid}/review/done", dependencies=HERE, include_in_schema=False)
async def reviewed(by: NamedDependency[Member]) -> Template | Redirect:
    """Thanks, and when the next review is due."""
    organisation = await at_desk(by)
    confirmed_on, due_on = organisation.last_confirmed_on, organisation.review_due_on
    # By its address alone, or long after, it would thank for what was not done.
    if organisation.state != "active" or confirmed_on is None or due_on is None:
        return Redirect(f"/desk/{by.signatory_id}/review", status_code=303)
    dates = {"confirmed_on": long_date(confirmed_on), "next_due_on": long_date(due_on)}
    return Template("year/reviewed.html", context={"organisation": organisation, **dates})


def _looked(form: Form) -> Looked:
    numbers = map(whole_number, form.several("pledges_looked_at"))
    looked_at = tuple(number for number in numbers if number is not None)
    return Looked(details_confirmed=form.text("details_confirmed") == CHECKED, pledges_looked_at=looked_at)


async def _form(by: Member, form: Form) -> Template:
    organisation = await at_desk(by)
    texts = {pledge.number: pledge.text for pledge in await pledges_of(organisation.charter_version)}
    due = organisation.review_due_on
    context = {
        "form": form,
        "organisation": organisation,
        "back": f"/desk/{organisation.id}",
        "facts": _facts(organisation),
        "pledges": [_pledge(kept, texts.get(kept.pledge, ""), organisation.id) for kept in organisation.pledges],
        "due_on": long_date(due) if due else None,
        "grace_ends_on": long_date(due + GRACE) if due else None,
    }
    return Template("year/review.html", context=context, status_code=form.status)


def _facts(organisation: AtDesk) -> list[dict[str, Any]]:
    """What the register says, as the rows of a summary list; the public's view has the rest."""
    said = {
        "Organisation": organisation.name,
        "Reference": organisation.reference,
        "Sector": SECTORS[organisation.sector].label,
        "In the public register": "Yes" if organisation.public_listing else "No, it counts and stays hidden",
        "Premises": f"{organisation.premises:,}",
        "Charter signed": f"Wording of {organisation.charter_version}",
        "Signed on": long_date(organisation.signed_on) if organisation.signed_on else "Not yet",
        "Last confirmed on": long_date(organisation.last_confirmed_on) if organisation.last_confirmed_on else "Not yet",
    }
    return [
        {"name": "State", "tag": tag(STATES, organisation.state)},
        *({"name": name, "text": text} for name, text in said.items()),
    ]


def _pledge(kept: Kept, text: str, signatory_id: UUID) -> dict[str, Any]:
    return {
        "number": kept.pledge,
        "text": text,
        "tag": tag(PLEDGE_STATES, kept.state),
        "evidence_on": long_date(kept.evidence_on) if kept.evidence_on else None,
        "href": f"/desk/{signatory_id}/pledges/{kept.pledge}",
    }


HANDLERS = [review_form, review_year, reviewed]
