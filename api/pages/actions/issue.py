"""One issue: what and where, its map with the table of its stops, what is recommended, what changed, its history."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Template

from api.pages.actions.sketch import Dot, sketch
from api.pages.actions.words import (
    BANDS,
    KINDS,
    actor,
    happened,
    happened_at,
    labels_of,
    score_said,
    state_tag,
    stop_named,
)
from api.pages.scheme.file import staff_by_id
from api.resources.actions.acting import ACTING
from api.sessions.tokens import tokens
from audits.actions.comparing import CAUTION, Change, StopSeen
from audits.actions.issues import Recommended, WholeIssue, history, issue
from audits.actions.keeping import Acting
from audits.actions.life import MAY
from audits.actions.recommending import today_in_london
from audits.actions.stops import photos_of
from audits.events import COMMAND_LINE
from audits.queries import ProgrammeFacts, programme
from charter.letters import long_date
from migrations.sealing import Seal

DONE = {
    "raised": "The issue was raised. Now recommend what should be done about it.",
    "corrected": "The correction was kept. What was said before stays in the history.",
    "withdraw": "Withdrawn. Nothing was deleted, and it can be brought back.",
    "return": "The issue stands again.",
    "recommended": "The recommendation was written.",
    "answered": "The answer was recorded.",
    "done": "Noted as done. Walk there again to see what changed.",
    "undo": "The last step was taken back.",
    "picture": "The picture was added.",
    "removed": "The picture was removed.",
    "walked-again": "The later stops were linked.",
    "unlink": "The later stops were taken off.",
}
Done = Annotated[str, QueryParameter(description="What was just done, in a word of DONE.")]


@get("/actions/issues/{issue_id:uuid}", dependencies=ACTING, include_in_schema=False)
async def issue_page(
    issue_id: FromPath[UUID],
    acting: NamedDependency[Acting],
    seal: NamedDependency[Seal],
    done: Done = "",
) -> Template:
    """Everything about it on one page. Raises NoSuchIssue."""
    whole = await issue(issue_id, caller=acting.by)
    of = await programme(whole.issue.programme_id, caller=acting.by)
    people = await actors_by_id(seal)
    past = _history(whole, await history(issue_id, caller=acting.by), people)
    context = {"done": DONE.get(done), "photos": await _photos(whole), "history": past}
    return Template("actions/issue.html", context={**_shown(whole, of, acting, people), **context})


def _shown(whole: WholeIssue, of: ProgrammeFacts, acting: Acting, people: dict[str, str]) -> dict[str, Any]:
    """The issue itself, what is recommended, and where its stops are."""
    return {
        **_facts(whole, of, people),
        "recommendations": _all_recommended(whole, acting, people),
        "map": drawn(of, whole.stops, [later.stop for later in whole.later], title=whole.issue.title),
    }


async def actors_by_id(seal: Seal) -> dict[str, str]:
    """The names of staff and programs by what the history knows them by."""
    programs = {str(row["id"]): f"{row['name']} (a program)" for row in await tokens()}
    return {COMMAND_LINE: "The command line"} | programs | await staff_by_id(seal)


async def _photos(whole: WholeIssue) -> list[tuple[UUID, int]]:
    """The publishable photos of its stops, each with the number of its stop."""
    numbered = {stop.id: number for number, stop in enumerate(whole.stops, start=1)}
    return [(photo, numbered[stop]) for photo, stop in await photos_of(list(numbered))]


def drawn(of: ProgrammeFacts, stops: Sequence[StopSeen], later: Sequence[StopSeen] = (), *, title: str) -> Any:
    """The map of an issue: its stops under the numbers of their table, later ones under letters."""
    dots = [Dot(stop, str(number)) for number, stop in enumerate(stops, start=1)]
    dots += [Dot(stop, lettered(number), later=True) for number, stop in enumerate(later)]
    return sketch(of.area, dots, title=f"Map of {title}: {len(stops)} stops, which the table beneath lists")


def lettered(number: int) -> str:
    """The letter under which a map shows a later stop: A to Z, then A1, A2 and so on."""
    return chr(ord("A") + number) if number < 26 else f"A{number - 25}"


def _facts(whole: WholeIssue, of: ProgrammeFacts, people: dict[str, str]) -> dict[str, Any]:
    one, labels = whole.issue, labels_of(of.instrument_version)
    about = [labels.get(key, key) for key in (*one.factors, *one.causes)]
    return {
        "issue": one,
        "address": f"/actions/issues/{one.id}",
        "kind": KINDS[one.kind],
        "state": state_tag(one.state),
        "about": ", ".join(about),
        "raised": f"{happened_at(one.raised_at)}, by {actor(one.raised_by, people)}",
        "factors": [labels.get(key, key) for key in one.factors],
        "stops": [stop_row(stop, one.factors, str(number)) for number, stop in enumerate(whole.stops, start=1)],
        "later": [
            {**stop_row(later.stop, one.factors, lettered(number)), "why_not": later.why_not}
            for number, later in enumerate(whole.later)
        ],
        "changes": [_change(change, labels) for change in whole.changes],
        "caution": CAUTION,
    }


def stop_row(stop: StopSeen, factors: Sequence[str], label: str) -> dict[str, Any]:
    """A stop in a table: where the map shows it, its night, its light, and its group's scores."""
    return {
        "id": stop.id,
        "label": label,
        "name": stop_named(stop),
        "light": BANDS.get(stop.sun_band or "", "not known"),
        "scores": [score_said(stop, factor) for factor in factors],
        "walk_state": stop.walk_state,
    }


def _all_recommended(whole: WholeIssue, acting: Acting, people: dict[str, str]) -> list[dict[str, Any]]:
    today = today_in_london(acting.now)
    return [_recommended(one, today, people) for one in whole.issue.recommendations]


def _recommended(one: Recommended, today: date, people: dict[str, str]) -> dict[str, Any]:
    acts = {act for act, states in MAY.items() if one.state in states}
    return {
        "one": one,
        "address": f"/actions/recommendations/{one.id}",
        "state": state_tag(one.state),
        "written": f"{happened_at(one.written_at)}, by {actor(one.written_by, people)}",
        "due": long_date(one.due_on),
        "overdue": one.overdue(today),
        "answered": long_date(one.answered_on) if one.answered_on else "",
        "done": long_date(one.done_on) if one.done_on else "",
        "acts": acts,
    }


def _change(change: Change, labels: dict[str, str]) -> dict[str, Any]:
    sign = "+" if (change.change or 0) > 0 else ""
    return {
        "label": labels.get(change.factor, change.factor),
        "before": "–" if change.before is None else change.before,
        "after": "–" if change.after is None else change.after,
        "change": "–" if change.change is None else f"{sign}{change.change}",
        "n_before": _n(change.stops_before, change.walks_before, change.people_before),
        "n_after": _n(change.stops_after, change.walks_after, change.people_after),
        "why_not": change.why_not,
    }


def _n(stops: int, walks: int, people: int) -> str:
    if not stops:
        return "none"
    return (
        f"{stops} {'stop' if stops == 1 else 'stops'}, {walks} {'walk' if walks == 1 else 'walks'}, "
        f"at least {people} people"
    )


def _history(whole: WholeIssue, changed: Sequence[Any], people: dict[str, str]) -> list[dict[str, Any]]:
    actions = {one.id: one.action for one in whole.issue.recommendations}
    return [happened(one, people, actions) for one in changed]


HANDLERS = [issue_page]
