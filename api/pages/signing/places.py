"""The pages that find premises: among the venues that are known, or by a position that people can give."""

from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from api.pages.kit.forms import Form, typed
from api.pages.kit.known_places import MAX_SOUGHT, borough_at, choices, details, known, named, near, position_chosen
from api.pages.signing.answers import one
from api.pages.signing.faults import faults_on
from api.pages.signing.visit import OVER, START, Visit
from geo.places.entries import Kind


@get("/charter/sign/premises/{place:int}/find", include_in_schema=False)
async def find_premises(request: Request[Any, Any, Any], place: FromPath[int]) -> Template | Redirect:
    """A search by name among the venues that are known, which saves typing an address."""
    visit = await Visit.of(request)
    if not visit.begun:
        return Redirect(OVER, status_code=303)
    visit.place(place)
    name = request.query_params.get("name", "")[:MAX_SOUGHT]
    found = choices(await named(name, Kind.VENUE))
    context = {"form": Form({"name": [name]}), "sought": name, "found": found, **_around(place, "")}
    return Template("signing/find.html", context=context)


@post("/charter/sign/premises/{place:int}/find", include_in_schema=False)
async def choose_premises(request: Request[Any, Any, Any], place: FromPath[int]) -> Redirect:
    """Take what is known of the chosen venue; everything can be corrected on the next page."""
    visit, fields = await Visit.of(request), await typed(request)
    if chosen := await known(one(fields, "known")):
        visit.answer_place(place, {field: [value] for field, value in details(chosen).items()})
    else:
        visit.place(place)
    return await visit.go(f"premises/{place}/details")


@get("/charter/sign/premises/{place:int}/position", include_in_schema=False)
async def ask_position(request: Request[Any, Any, Any], place: FromPath[int]) -> Template | Redirect:
    """Where the place is: at or near a known one, or as it is written."""
    visit = await Visit.of(request)
    if not visit.begun or not (fields := visit.place(place)):
        return Redirect(OVER, status_code=303)
    return Template("signing/position.html", context=await _position_page(request, place, Form(fields)))


@post("/charter/sign/premises/{place:int}/position", include_in_schema=False)
async def answer_position(request: Request[Any, Any, Any], place: FromPath[int]) -> Template | Redirect:
    """Keep it; the next page tells the borough that it is in."""
    visit, fields = await Visit.of(request), await typed(request)
    position = await position_chosen(one(fields, "at"), one(fields, "position"))
    visit.answer_place(place, {"position": [position]})
    form = Form(visit.place(place))
    form.refuse_all((fault.field, fault.message) for fault in faults_on(f"premises/{place}/position", visit.answers))
    if form.errors:
        return await visit.again("position", **await _position_page(request, place, form))
    return await visit.go(f"premises/{place}/hours")


async def _position_page(request: Request[Any, Any, Any], place: int, form: Form) -> dict[str, Any]:
    sought = request.query_params.get("near", "")[:MAX_SOUGHT]
    return {
        "form": form,
        "near": sought,
        "found": choices(await near(sought, form.text("postcode"))),
        "borough": await borough_at(form.text("position")),
        **_around(place, form.text("name")),
    }


def _around(place: int, name: str) -> dict[str, Any]:
    return {"place": place, "name": name, "back": f"{START}/premises"}


HANDLERS = [find_premises, choose_premises, ask_position, answer_position]
