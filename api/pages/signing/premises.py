"""The pages that list an organisation's premises, and ask for each its name, address, and opening hours."""

from typing import Any

from litestar import Request, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from api.pages.kit.forms import Form, typed
from api.pages.signing.answers import MAX_PREMISES_TYPED, Typed, lines_of, one
from api.pages.signing.faults import faults, faults_on
from api.pages.signing.shown import cards
from api.pages.signing.visit import OVER, START, Visit
from charter.pledges import SECTORS
from geo.places.written import position_written

MOST_LINES = 14  # two openings on each day of the week
FULL = f"Only {MAX_PREMISES_TYPED} premises can be typed in here. Add the others from a file once you have signed"


@get("/charter/sign/premises", include_in_schema=False)
async def list_premises(request: Request[Any, Any, Any]) -> Template | Redirect:
    """The premises so far, and whether there are more."""
    visit = await Visit.of(request)
    if not visit.begun:
        return Redirect(OVER, status_code=303)
    context = {"form": Form(visit.answers.page("premises")), **await _listed(visit)}
    return Template("signing/premises.html", context=context)


@post("/charter/sign/premises", include_in_schema=False)
async def add_or_go_on(request: Request[Any, Any, Any]) -> Template | Redirect:
    """Add a place, or go on once those that were added are right."""
    visit = await Visit.of(request)
    visit.answers.pages["premises"] = fields = await typed(request)
    form, more = Form(fields), one(fields, "more") == "yes"
    if more and len(visit.answers.premises) >= MAX_PREMISES_TYPED:
        form.refuse("more", FULL)
    elif more:
        return await visit.go(f"premises/{len(visit.answers.premises) + 1}/find")
    wrong = [fault for fault in faults(visit.answers) if fault.page.startswith("premises")]
    # What is wrong with a place stands on its own page; the summary leads there.
    form.refuse_all((f.field if f.page == "premises" else f"{START}/{f.page}#{f.field}", f.message) for f in wrong)
    return await visit.again("premises", form, **await _listed(visit)) if form.errors else await visit.go()


@post("/charter/sign/premises/{place:int}/remove", include_in_schema=False)
async def remove_premises(request: Request[Any, Any, Any], place: FromPath[int]) -> Redirect:
    """Take a place out; the list is shown without it."""
    visit = await Visit.of(request)
    if visit.place(place):
        del visit.answers.premises[place - 1]
    visit.answers.pages.pop("premises", None)
    return await visit.go("premises")


@get("/charter/sign/premises/{place:int}/details", include_in_schema=False)
async def ask_details(request: Request[Any, Any, Any], place: FromPath[int]) -> Template | Redirect:
    """Name, address, and whether the place may be shown."""
    visit = await Visit.of(request)
    if not visit.begun:
        return Redirect(OVER, status_code=303)
    form = Form({**visit.place(place), **_as_its_sector(visit, place)})
    return Template("signing/details.html", context={"form": form, **_of(visit, place)})


@post("/charter/sign/premises/{place:int}/details", include_in_schema=False)
async def answer_details(request: Request[Any, Any, Any], place: FromPath[int]) -> Template | Redirect:
    """Keep them; then ask for the position, unless it is known already."""
    visit = await Visit.of(request)
    visit.answer_place(place, await typed(request))
    form = _form(visit, place, "details")
    if form.errors:
        return await visit.again("details", form, **_of(visit, place))
    known = position_written(one(visit.place(place), "position"))
    return await visit.go(f"premises/{place}/{'hours' if known else 'position'}")


@get("/charter/sign/premises/{place:int}/hours", include_in_schema=False)
async def ask_hours(request: Request[Any, Any, Any], place: FromPath[int]) -> Template | Redirect:
    """Opening hours, a line for days that have the same ones."""
    visit = await Visit.of(request)
    if not visit.begun or not (fields := visit.place(place)):
        return Redirect(OVER, status_code=303)
    context = {"form": Form(fields), "lines": _lines(fields), **_of(visit, place)}
    return Template("signing/hours.html", context=context)


@post("/charter/sign/premises/{place:int}/hours", include_in_schema=False)
async def answer_hours(request: Request[Any, Any, Any], place: FromPath[int]) -> Template | Redirect:
    """Keep them, show one line more where that was asked, or go back to the list of premises."""
    visit, fields = await Visit.of(request), await typed(request)
    if not visit.place(place):
        raise NotFoundException
    add_a_line = bool(fields.pop("add", None))
    visit.answer_place(place, fields, instead_of=("hours-",))
    # What is half typed is not scolded while she asks for another line.
    form = Form(visit.place(place)) if add_a_line else _form(visit, place, "hours")
    if form.errors or add_a_line:
        return await visit.again("hours", form, lines=_lines(fields) + add_a_line, **_of(visit, place))
    # Whether there are more premises is asked anew after each.
    visit.answers.pages.pop("premises", None)
    return await visit.go("premises")


def _lines(fields: Typed) -> int:
    """How many lines of opening hours are shown, at least one and with room for another."""
    return min(MOST_LINES - 1, max(1, lines_of(fields)))


def _form(visit: Visit, place: int, part: str) -> Form:
    form = Form(visit.place(place))
    form.refuse_all((fault.field, fault.message) for fault in faults_on(f"premises/{place}/{part}", visit.answers))
    return form


def _of(visit: Visit, place: int) -> dict[str, Any]:
    """What every page of a place shows: its number, its name, the way back, and whether its kind is usually hidden."""
    return {
        "place": place,
        "name": one(visit.place(place), "name"),
        "back": f"{START}/premises",
        "hidden": not _is_listed(visit),
    }


def _as_its_sector(visit: Visit, place: int) -> Typed:
    """The answer that stands there before one is given: what the sector does by default."""
    return {} if one(visit.place(place), "listed") else {"listed": ["yes" if _is_listed(visit) else "no"]}


def _is_listed(visit: Visit) -> bool:
    sector = SECTORS.get(one(visit.answers.page("organisation"), "sector"))
    return sector is None or sector.listed


async def _listed(visit: Visit) -> dict[str, Any]:
    return {"cards": await cards(visit.answers), "back": visit.back_from("premises")}


HANDLERS = [list_premises, add_or_go_on, remove_premises, ask_details, answer_details, ask_hours, answer_hours]
