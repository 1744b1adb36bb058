"""The programmes that somebody of the staff may see: hers for a lead, every one for analysts and administrators."""

from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from litestar.response import Template

from api.pages.desk.words import tag
from api.pages.programmes.words import STATES, body, nights, size
from api.pages.review.words import counted
from api.resources.paging import Cursor, cursor_of, number_in
from api.roles import LEADS, Principal
from audits.planning.queries import STATES as KNOWN
from audits.planning.queries import Listed, listed

SHOWN = 50
Word = Annotated[str, QueryParameter(description="open or closed; anything else is taken as any.")]


@get("/programmes", include_in_schema=False)
async def list_programmes(who: NamedDependency[Principal], standing: Word = "", cursor: Cursor = None) -> Template:
    """The newest first; the filter stays in the address."""
    state = standing if standing in KNOWN else None
    found = await listed(caller=who.caller, state=state, before=number_in(cursor), limit=SHOWN + 1)
    context = {
        "rows": [_row(one) for one in found[:SHOWN]],
        "standing": state or "",
        "states": STATES,
        "leads": may_lead(who),
        "next": _next(state, found[SHOWN - 1]) if len(found) > SHOWN else "",
    }
    return Template("programmes/list.html", context=context)


def may_lead(who: Principal) -> bool:
    """Whether somebody may commission, invite and close; others look on."""
    return bool(who.roles & LEADS)


def _next(state: str | None, last: Listed) -> str:
    return "/programmes?" + urlencode({"standing": state or "", "cursor": cursor_of(last.programme.number)})


def _row(one: Listed) -> dict[str, Any]:
    of = one.programme
    waiting = f", {one.waiting} to review" if one.waiting else ""
    return {
        "of": of,
        "state": tag(STATES, of.state),
        "body": body(of.lead_body),
        "size": size(of),
        "nights": nights(of),
        "walks": f"{counted(one.walks, 'walk', 'walks')}{waiting}",
        "joined": counted(one.joined, "woman", "women"),
    }


HANDLERS = [list_programmes]
