"""Ordering an edition: what it is about, what would be held back and why, and then the order itself."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from litestar import get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from api.pages.actions.listing import as_uuid
from api.pages.evidence.acting import FORM, PRESS
from api.pages.evidence.words import AUDIENCES
from api.pages.kit.days import day_typed
from api.pages.kit.forms import Form
from api.roles import Principal
from audits.errors import EditionNotAcceptable
from audits.queries import Caller, programmes
from audits.reports.contents import Audience
from audits.reports.editions import NewEdition, Press
from audits.reports.gathered import Order
from audits.reports.life.trying import Tried, try_edition
from audits.reports.life.waiting import order_edition
from audits.reports.looking.queries import MOST_PROGRAMMES
from audits.reports.words.dictionary import label_of
from audits.reports.words.figures import date_of

FIELDS = {"programme_ids": "programme_ids", "to": "to-day", "from": "from-day", "as_of": "title"}


@get("/evidence/new", include_in_schema=False)
async def order_form(who: NamedDependency[Principal]) -> Template:
    """What the edition is to be about; nothing is made yet."""
    return await _page(who.caller, Form({"audience": "gla", "id": str(uuid4())}))


@post("/evidence/new", dependencies={**FORM, **PRESS}, include_in_schema=False, status_code=200)
async def order(
    form: NamedDependency[Form],
    who: NamedDependency[Principal],
    now: NamedDependency[datetime],
    press: NamedDependency[Press],
) -> Template | Redirect:
    """First what would be held back; then, pressed again, the order, once however often the button is pressed."""
    new = ordered(form)
    if not form.errors:
        try:
            if form.text("step") == "make":
                made = await order_edition(new, press, by=who.caller, now=now)
                return Redirect(f"/evidence/editions/{made.id}", status_code=303)
            if form.text("step") != "change":
                return _preview(form, new, await try_edition(new, press, by=who.caller, now=now))
        except EditionNotAcceptable as refused:
            form.refuse_all((FIELDS.get(name, name), message) for name, message in refused.errors)
    return await _page(who.caller, form)


def ordered(form: Form) -> NewEdition:
    """What was asked for; what is no order is refused at its field."""
    title, audience = form.text("title").strip(), form.text("audience")
    if not title:
        form.refuse("title", "Enter a title, such as the name of the place and the year")
    if audience not in AUDIENCES:
        form.refuse("audience", "Choose who the edition is for")
    ids = [found for text in form.several("programme_ids") if (found := as_uuid(text))]
    if not ids:
        form.refuse("programme_ids", "Choose at least one programme")
    first, last = _day("from", form), _day("to", form)
    kind: Audience = "public" if audience == "public" else "gla"
    about = Order(title=title, audience=kind, from_on=first, to_on=last)
    return NewEdition(id=_id(form), order=about, programme_ids=tuple(ids))


def _id(form: Form) -> UUID:
    return as_uuid(form.text("id")) or uuid4()


def _day(name: str, form: Form) -> date | None:
    found = day_typed(name, form)
    if name in form.errors:
        form.refuse(f"{name}-day", form.errors.pop(name))
    return found


def _preview(form: Form, new: NewEdition, tried: Tried) -> Template:
    contents = tried.contents
    coverage = contents.coverage
    first, last = coverage.first_night, coverage.last_night
    figures = [
        ("Walks that count", coverage.walks),
        ("Nights", f"{date_of(first)} to {date_of(last)}" if first and last else "none"),
        ("Stops", coverage.stops),
        ("Women who answered alone", coverage.people),
        ("Cells walked", f"{coverage.cells_walked} of {coverage.cells_in_area}"),
        ("Places on the map", str(len(contents.places))),
    ]
    context = {
        "form": form,
        "title": new.order.title,
        "audience": AUDIENCES[new.order.audience],
        "programmes": contents.programmes,
        "figures": figures,
        "left_out": contents.left_out,
        "walks_left_out": tried.walks_left_out,
        "factors": [(label_of(one.factor), one) for one in tried.by_factor],
        "suppressed": sum(one.suppressed for one in tried.by_factor),
    }
    return Template("evidence/preview.html", context=context)


async def _page(caller: Caller, form: Form) -> Template:
    found = await programmes(caller=caller, limit=MOST_PROGRAMMES)
    chosen = set(form.several("programme_ids"))
    boxes: list[dict[str, Any]] = [
        {
            "value": str(one.id),
            "text": one.name,
            "hint": {"text": f"{one.state}, {date_of(one.opens_on)} to {date_of(one.closes_on)}"},
            "checked": str(one.id) in chosen,
        }
        for one in found
    ]
    context = {"form": form, "programmes": boxes, "audiences": AUDIENCES, "back": "/evidence"}
    return Template("evidence/new.html", context=context, status_code=form.status)


HANDLERS = [order_form, order]
