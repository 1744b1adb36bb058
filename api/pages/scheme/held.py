"""Signatures that a burst had held: looked at by reason and hour, and released or refused, many at a time."""

from itertools import groupby
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from litestar.response import Redirect, Template

from api.pages.kit.forms import Form, typed
from api.pages.scheme.words import WHY_HELD, age, row
from api.roles import Principal
from charter.doubts.holding import refuse_held, release_held
from charter.errors import NoSuchSignatory, NotHeld
from charter.letters import long_date
from charter.register import Desk
from charter.scheme.queries import Short, in_state
from charter.signing import LONDON

DECISIONS = {"release": release_held, "refuse": refuse_held}
Done = Annotated[str, QueryParameter(description="How many were decided, and how.")]


@get("/scheme/held", include_in_schema=False)
async def held(desk: NamedDependency[Desk], done: Done = "") -> Template:
    """What is held, by what made it so and the hour in which it came."""
    return await _page(Form(), desk, done=_said(done))


@post("/scheme/held", include_in_schema=False, status_code=303)
async def decide(
    request: Request[Any, Any, Any], who: NamedDependency[Principal], desk: NamedDependency[Desk]
) -> Template | Redirect:
    """Ask once more what was chosen; confirmed, do it. What somebody else decided meanwhile is passed over."""
    form = Form(await typed(request))
    decision, chosen = form.text("decision"), _ids(form.several("chosen"))
    _check(form, chosen, decision)
    if form.errors:
        return await _page(form, desk)
    if form.text("confirmed") != "yes":
        context = {"form": form, "decision": decision, "chosen": chosen, "back": "/scheme/held"}
        return Template("scheme/held_sure.html", context=context, status_code=200)
    decided = sum([await _decided(signatory, decision, by=who.id, desk=desk) for signatory in chosen])
    return Redirect(f"/scheme/held?done={decision}-{decided}", status_code=303)


def _check(form: Form, chosen: list[UUID], decision: str) -> None:
    if not chosen:
        form.refuse("chosen", "Select the signatures that you want to decide about")
    if decision not in DECISIONS:
        form.refuse("decision", "Select whether to release or refuse them")


async def _decided(signatory: UUID, decision: str, *, by: str, desk: Desk) -> bool:
    try:
        await DECISIONS[decision](signatory, by=by, desk=desk)
    except (NotHeld, NoSuchSignatory):
        return False
    return True


async def _page(form: Form, desk: Desk, *, done: str = "") -> Template:
    found = await in_state("held")
    in_order = sorted(found.signatories, key=_burst)
    bursts = [
        {
            "why": WHY_HELD.get(why, why),
            "hour": f"{long_date(hour.date())}, from {hour:%H:%M}",
            "rows": [row(one, desk.now) for one in some],
        }
        for (why, hour), some in groupby(in_order, key=_burst)
    ]
    context = {"form": form, "bursts": bursts, "more": found.more, "done": done, "age": age, "back": "/scheme"}
    return Template("scheme/held.html", context=context, status_code=form.status)


def _burst(one: Short) -> tuple[str, Any]:
    there = one.applied_at.astimezone(LONDON)
    return one.held_because or "", there.replace(minute=0, second=0, microsecond=0)


def _ids(chosen: list[str]) -> list[UUID]:
    """The ids among what was sent; whatever else was is nobody's signature."""
    found = []
    for text in chosen:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _said(done: str) -> str:
    decision, _, count = done.partition("-")
    words = {"release": "Released, with their letters", "refuse": "Refused and deleted"}
    return f"{words[decision]}: {count}." if decision in words and count.isdecimal() and len(count) < 5 else ""


HANDLERS = [held, decide]
