"""The staff's first page: the rooms that are theirs, and how much waits in each."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Template

from api.roles import ADMINISTRATORS, LEADS, Principal
from audits.actions.recommending import today_in_london
from audits.reviewing.at_work import AtWork, at_work
from charter.scheme.queries import waiting

Room = dict[str, Any]


@get("/work", include_in_schema=False)
async def rooms(who: NamedDependency[Principal], now: NamedDependency[datetime]) -> Template:
    """What one may do as who one is, what waits first."""
    found = await at_work(caller=who.caller, today=today_in_london(now))
    shown = list(_of_audits(who, found))
    if who.roles & ADMINISTRATORS:
        shown += _of_scheme(await waiting())
    return Template("work/rooms.html", context={"rooms": shown})


def _of_audits(who: Principal, found: AtWork) -> Iterator[Room]:
    said = "Where women walk and when: the area, the invitations, what was covered so far."
    yield _room("Programmes", "/programmes", said, f"{found.programmes} open" if found.programmes else "None open")
    if who.roles & LEADS:
        said = "Walks that came in: look at them, their photos and notes, and decide whether they count."
        yield _room("Review", "/review", said, _counted(found.walks, "waiting"))
    said = "Places that women score lower, or higher, than the rest of the same walks."
    yield _room("Hotspots", "/evidence/hotspots", said)
    said = "Frozen reports for a design review: make one, compare two, withdraw one."
    yield _room("Editions", "/evidence", said)
    said = "From what was found to what was done, and each programme’s Safety Action Plan."
    yield _room("Actions", "/actions", said, _counted(found.late, "overdue"))


def _of_scheme(found: dict[str, Any]) -> Iterator[Room]:
    said = "The charter’s register: what is held, what may be a duplicate, who has not reviewed."
    yield _room("Scheme desk", "/scheme", said, _counted(found["held"] + found["duplicates"], "to decide"))
    yield _room("People of the staff", "/scheme/people", "Who may do what, and who no longer may.")


def _room(name: str, address: str, said: str, status: str = "") -> Room:
    return {"title": {"text": name}, "href": address, "hint": {"text": said}, "status": {"text": status}}


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count else f"None {what}"


HANDLERS = [rooms]
