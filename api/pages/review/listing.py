"""The queue: walks that wait for a decision, narrowed by programme and state, the longest waiting first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import get
from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter
from litestar.response import Template
from markupsafe import Markup

from api.pages.actions.listing import MAX_PROGRAMMES, as_uuid
from api.pages.actions.sketch import Dot, sketch
from api.pages.kit.forms import whole_number
from api.pages.review.words import LEGS, PROBLEMS, STATES, counted, state_tag
from api.roles import Principal
from audits.queries import Caller, programme, programmes
from audits.reviewing.photos.queries import waiting_for_second
from audits.reviewing.queue import STATES as KNOWN
from audits.reviewing.queue import Glance, QueueAsked, Waiting, at_a_glance, queue
from audits.reviewing.together import desks
from charter.letters import long_date

SHOWN = 50
Word = Annotated[str, QueryParameter(description="A choice of the form; anything else is taken as any.")]


@dataclass(frozen=True, kw_only=True)
class Narrowed:
    """The filters as they were chosen, and the question that they make."""

    chosen: dict[str, str]
    asked: QueueAsked


async def narrowed(programme: Word = "", standing: Word = "", after: Word = "") -> Narrowed:
    """What is not among the choices is taken as any."""
    last = whole_number(after) or 0
    asked = QueueAsked(
        programme_id=as_uuid(programme),
        state=standing if standing in KNOWN else None,
        after=last,
        limit=SHOWN + 1,
    )
    return Narrowed(chosen={"programme": programme, "standing": standing}, asked=asked)


@get("/review", dependencies={"narrowed": Provide(narrowed)}, include_in_schema=False)
async def review_queue(who: NamedDependency[Principal], narrowed: NamedDependency[Narrowed]) -> Template:
    """What waits, and how many of it can be accepted together."""
    found = await queue(narrowed.asked, caller=who.caller)
    context = {
        **await _around(narrowed, who.caller),
        **await _walks(found[:SHOWN], who.caller),
        "next": _next(narrowed, found[SHOWN - 1]) if len(found) > SHOWN else "",
    }
    return Template("review/queue.html", context=context)


async def _walks(shown: Sequence[Waiting], caller: Caller) -> dict[str, Any]:
    """The rows of the table, and the map beside it."""
    glance = await at_a_glance(shown)
    rows = [_row(walk, number, glance) for number, walk in enumerate(shown, start=1)]
    return {"rows": rows, "map": await _map(shown, glance, caller)}


async def _around(narrowed: Narrowed, caller: Caller) -> dict[str, Any]:
    """What the list may be narrowed by, and what else waits."""
    return {
        "typed": narrowed.chosen,
        "narrowed": any(narrowed.chosen.values()),
        "states": STATES,
        "programmes": await programmes(caller=caller, limit=MAX_PROGRAMMES),
        "plain": sum(desk.plain for desk in await desks(caller=caller, programme_id=narrowed.asked.programme_id)),
        "second": await waiting_for_second(caller=caller),
    }


def _next(narrowed: Narrowed, last: Waiting) -> str:
    return "/review?" + urlencode({**narrowed.chosen, "after": last.number})


async def _map(shown: Sequence[Waiting], glance: Glance, caller: Caller) -> Markup | None:
    """Where the walks begin, under the numbers of the table; None where they are of several programmes, or of none."""
    of = {walk.programme_id for walk in shown}
    if len(of) != 1:
        return None
    dots = [
        Dot(glance.begins[walk.number], str(place))
        for place, walk in enumerate(shown, start=1)
        if walk.number in glance.begins
    ]
    area = (await programme(of.pop(), caller=caller)).area
    return sketch(
        area, dots, title=f"Map of where {counted(len(dots), 'walk begins', 'walks begin')}, by their numbers"
    )


def _row(walk: Waiting, number: int, glance: Glance) -> dict[str, Any]:
    problems = [PROBLEMS.get(code, code) for code in glance.problems.get(walk.number, ())]
    return {
        "number": number,
        "problems": ", ".join(problems),
        "walk": walk,
        "leg": LEGS[walk.leg],
        "night": long_date(walk.night_of),
        "state": state_tag(walk.state),
        "look": ", ".join(_to_look_at(walk)) or "Nothing by itself",
    }


def _to_look_at(walk: Waiting) -> list[str]:
    there = (
        (walk.problems, "problem", "problems"),
        (walk.photos, "photo", "photos"),
        (walk.notes, "note", "notes"),
        (walk.flagged, "flagged note", "flagged notes"),
        (walk.revisions, "later version", "later versions"),
    )
    return [counted(number, one, many) for number, one, many in there if number]


HANDLERS = [review_queue]
