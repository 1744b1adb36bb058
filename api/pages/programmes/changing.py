"""Changing what a programme says of itself: its name, what it is for, who leads it, and its nights."""

from datetime import date
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from api.pages.actions.sent import FORM
from api.pages.kit.days import day_typed, in_boxes
from api.pages.kit.forms import Form
from api.pages.programmes.one import ONE, around
from api.pages.programmes.words import BOROUGHS
from api.roles import Principal
from audits.actions.keeping import Acting
from audits.planning.changing import Words, change_words, unacceptable
from audits.planning.queries import Led, led

NIGHTS = {"opens_on": "first", "closes_on": "last"}


@get(f"{ONE}/change", include_in_schema=False)
async def change_form(programme_id: FromPath[UUID], who: NamedDependency[Principal]) -> Template:
    """What it says now, to be changed."""
    found = await led(programme_id, caller=who.caller)
    of = found.programme
    said = {"name": of.name, "purpose": of.purpose or "", "lead_body": of.lead_body or ""}
    nights = in_boxes("opens_on", of.opens_on) | in_boxes("closes_on", of.closes_on)
    return _page(found, who, Form({**said, **nights}))


@post(f"{ONE}/change", dependencies=FORM, include_in_schema=False, status_code=303)
async def change(
    form: NamedDependency[Form],
    programme_id: FromPath[UUID],
    who: NamedDependency[Principal],
    acting: NamedDependency[Acting],
) -> Template | Redirect:
    """Change it, or show what is wrong."""
    words = words_typed(form)
    form.refuse_all(refusal for refusal in unacceptable(words) if refusal.field not in form.errors)
    if form.errors:
        return _page(await led(programme_id, caller=who.caller), who, form)
    await change_words(programme_id, words, by=acting.by, now=acting.now)
    return Redirect(f"/programmes/{programme_id}?done=changed", status_code=303)


def words_typed(form: Form) -> Words:
    """What was typed; whatever is missing is refused at its field, and stands for itself by what nothing accepts."""
    if not form.text("name").strip():
        form.refuse("name", "Enter a name, such as the place and the year")
    opens, closes = (_night(name, form) for name in NIGHTS)
    return Words(
        name=form.text("name").strip(),
        purpose=form.text("purpose").strip() or None,
        lead_body=form.text("lead_body") or None,
        opens_on=opens,
        closes_on=closes,
    )


def _night(name: str, form: Form) -> date:
    """The first or last night that was typed; what is none is refused, and stands for itself by any day."""
    found = day_typed(name, form)
    if found is None:
        form.refuse(name, f"Enter the {NIGHTS[name]} night of walking")
    # Anything will do: the form is shown again.
    return found or (date.min if name == "opens_on" else date.max)


def _page(found: Led, who: Principal, form: Form) -> Template:
    shown = around(found, who)
    context = {**shown, "form": form, "boroughs": BOROUGHS, "back": shown["address"]}
    return Template("programmes/change.html", context=context, status_code=form.status)


HANDLERS = [change_form, change]
