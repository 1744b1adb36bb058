"""Accepting together what needs no look by itself: one programme, exactly which walks, and then what came of it."""

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from litestar.response import Redirect, Template

from api.pages.actions.listing import as_uuid
from api.pages.actions.sent import FORM, uuid_typed
from api.pages.kit.forms import Form, whole_number
from api.pages.review.words import LEFT_BECAUSE, LEGS, counted
from api.roles import Principal
from audits.actions.keeping import Acting
from audits.queries import Caller
from audits.reviewing.together import Desk, Plain, accept_walks, desks, in_order, plain_walks
from charter.letters import long_date

MAX_DIGITS = 4
Word = Annotated[str, QueryParameter(description="The id of a programme; empty lets one choose.")]
Done = Annotated[str, QueryParameter(description="What was just done: accepted.120, and each reason such as photos.3.")]


@get("/review/accept", include_in_schema=False)
async def sure(who: NamedDependency[Principal], programme: Word = "", done: Done = "") -> Template:
    """The walks that would be accepted, each of them named and ticked, and why the others are not among them."""
    chosen = as_uuid(programme)
    if chosen is None:
        return Template("review/accept_where.html", context={"desks": await desks(caller=who.caller)})
    return await _page(chosen, who.caller, done)


@post("/review/accept", dependencies=FORM, include_in_schema=False, status_code=303)
async def accept(form: NamedDependency[Form], acting: NamedDependency[Acting]) -> Redirect:
    """Accept what is still ticked and still plain, and say what was left and why."""
    programme = uuid_typed(form, "programme")
    ids = [found for text in form.several("walk_ids") if (found := as_uuid(text))]
    came = await accept_walks(programme, ids, acting=acting)
    said = [f"{name}.{count}" for name, count in (("accepted", came.accepted), *in_order(came.left))]
    return Redirect("/review/accept?" + urlencode({"programme": programme, "done": "-".join(said)}), status_code=303)


async def _page(programme_id: UUID, caller: Caller, done: str) -> Template:
    found = await plain_walks(programme_id, caller=caller)
    desk = next(iter(await desks(caller=caller, programme_id=programme_id)), None)
    context: dict[str, Any] = {
        "programme": programme_id,
        "name": desk.name if desk else "",
        "rows": [_row(walk) for walk in found],
        "count": counted(len(found), "walk", "walks"),
        "behind": desk.plain - len(found) if desk else 0,
        "left": _left(desk),
        "done": _done(done),
    }
    return Template("review/accept.html", context=context)


def _row(walk: Plain) -> dict[str, Any]:
    return {
        "value": str(walk.id),
        "text": f"{LEGS[walk.leg]}, {long_date(walk.night_of)}",
        "hint": {"text": f"{counted(walk.stops, 'stop', 'stops')}, a group of {walk.group_size}"},
        "checked": True,
    }


def _left(desk: Desk | None) -> list[str]:
    """Why walks wait that are not offered here; one may wait for several reasons."""
    if desk is None:
        return []
    return [f"{counted(count, 'walk', 'walks')}: {LEFT_BECAUSE[name]}" for name, count in desk.reasons.items()]


def _done(text: str) -> dict[str, Any] | None:
    """What the last press came to, as its address says it; None where that says nothing."""
    pairs = [part.partition(".")[::2] for part in text.split("-") if part]
    numbers = [(name, whole_number(count, digits=MAX_DIGITS)) for name, count in pairs]
    counts = {name: number for name, number in numbers if number is not None}
    if "accepted" not in counts:
        return None
    left = {name: count for name, count in counts.items() if name in LEFT_BECAUSE}
    return {
        "accepted": counted(counts["accepted"], "walk is", "walks are"),
        "left": sum(left.values()),
        "because": [f"{count}: {LEFT_BECAUSE[name]}" for name, count in left.items()],
    }


HANDLERS = [sure, accept]
