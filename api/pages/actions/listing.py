"""Every issue that the staff may see, narrowed by programme, kind, body, state and lateness."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter
from litestar.response import Template

from api.pages.actions.words import KINDS, STATES, state_tag
from api.resources.actions.acting import ACTING
from api.resources.paging import Cursor, cursor_of, number_in
from audits.actions.issues import Asked, Raised, issues
from audits.actions.keeping import Acting
from audits.actions.life import ISSUE_STATES
from audits.actions.recommending import today_in_london
from audits.actions.suggesting import BODIES
from audits.queries import programmes
from charter.letters import long_date

SHOWN, MAX_PROGRAMMES = 50, 200
CHOICES: dict[str, Any] = {"kinds": KINDS, "bodies": BODIES, "states": STATES}
Word = Annotated[str, QueryParameter(description="One of the choices of the form; anything else is taken as any.")]


@dataclass(frozen=True, kw_only=True)
class Narrowed:
    """The filters of the list as they were chosen, and the question that they make."""

    chosen: dict[str, str]
    asked: Asked


async def narrowed(
    now: NamedDependency[datetime],
    programme: Word = "",
    kind: Word = "",
    responsible: Word = "",
    standing: Word = "",
    overdue: Word = "",
    cursor: Cursor = None,
) -> Narrowed:
    """What is not among the choices is taken as any, as an old address may name it."""
    words = {"programme": programme, "kind": kind, "responsible": responsible, "standing": standing, "overdue": overdue}
    asked = Asked(
        programme_id=as_uuid(programme),
        kind=kind if kind in KINDS else None,
        body=responsible if responsible in BODIES else None,
        state=standing if standing in ISSUE_STATES else None,
        overdue_on=today_in_london(now) if overdue == "yes" else None,
        before=number_in(cursor),
        limit=SHOWN + 1,
    )
    return Narrowed(chosen=words, asked=asked)


@get("/actions", dependencies={**ACTING, "narrowed": Provide(narrowed)}, include_in_schema=False)
async def list_actions(acting: NamedDependency[Acting], narrowed: NamedDependency[Narrowed]) -> Template:
    """The newest first; the filters stay in the address."""
    found, chosen = await issues(narrowed.asked, caller=acting.by), narrowed.chosen
    context = {
        "rows": [_row(one, today_in_london(acting.now)) for one in found[:SHOWN]],
        "typed": chosen,
        "narrowed": any(chosen.values()),
        "next": _next(chosen, found[SHOWN - 1].number) if len(found) > SHOWN else None,
        "programmes": await programmes(caller=acting.by, limit=MAX_PROGRAMMES),
        **CHOICES,
    }
    return Template("actions/list.html", context=context)


def as_uuid(text: str) -> UUID | None:
    """The id that was chosen; None for any other text."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _next(typed: dict[str, str], number: int) -> str:
    chosen = {name: value for name, value in typed.items() if value}
    return f"/actions?{urlencode({**chosen, 'cursor': cursor_of(number)})}"


def _row(one: Raised, today: Any) -> dict[str, Any]:
    standing = [each for each in one.recommendations if each.state != "withdrawn"]
    dues = [each.due_on for each in standing if each.state in ("waiting", "accepted")]
    return {
        "id": one.id,
        "title": one.title,
        "place": one.place,
        "programme": one.programme,
        "kind": KINDS[one.kind][0],
        "state": state_tag(one.state),
        "bodies": ", ".join(sorted({each.body for each in standing})) or "–",
        "due": long_date(min(dues)) if dues else "–",
        "overdue": any(each.overdue(today) for each in standing) and one.state != "withdrawn",
    }


HANDLERS = [list_actions]
