"""Stops and a route: what is planned for both legs, and the form that changes it until somebody has walked."""

from typing import Any
from uuid import UUID, uuid4

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from api.pages.actions.sketch import sketch
from api.pages.desk.sent import typed_with_file
from api.pages.kit.forms import Form
from api.pages.programmes.drawn import numbered
from api.pages.programmes.gathering import WAYS, Asked, Found
from api.pages.programmes.listing import may_lead
from api.pages.programmes.one import DONE, ONE, Done, around
from api.resources.actions.acting import ACTING
from api.roles import Principal
from audits.actions.keeping import Acting
from audits.errors import PlanIsWalked, ProgrammeNotAcceptable
from audits.planning.plan import Plan, StopToMake, set_plan
from audits.planning.queries import Led, earlier, is_walked, led
from audits.planning.written import Line, as_lines, known_again, read_lines, to_make, write_lines
from audits.queries import Caller
from geo.errors import UnacceptableShape
from geo.gpx import MAX_GPX_BYTES
from geo.places.written import as_written
from geo.shapes import Point, Shape, in_metres, length_m, read_shape, to_geojson

ROOM_FOR_FIELDS = 2_000_000
MOST_SAID = 5  # mistakes in the list, told together
NO_ROUTE = "The route cannot be read. Take it from its file again."


@get(f"{ONE}/plan", include_in_schema=False)
async def plan_page(programme_id: FromPath[UUID], who: NamedDependency[Principal], done: Done = "") -> Template:
    """What is planned, and to leads its form, until somebody has walked."""
    found = await led(programme_id, caller=who.caller)
    lines, route = as_lines(found.planned), found.programme.route
    form = Form({"stops": write_lines(lines), "keep_route": "yes", "route": _as_text(route)})
    return await _page(found, form, who, lines, route, done=DONE.get(done))


@post(
    f"{ONE}/plan",
    dependencies=ACTING,
    include_in_schema=False,
    status_code=200,
    request_max_body_size=MAX_GPX_BYTES + ROOM_FOR_FIELDS,
)
async def plan(
    request: Request[Any, Any, Any],
    programme_id: FromPath[UUID],
    who: NamedDependency[Principal],
    acting: NamedDependency[Acting],
) -> Template | Redirect:
    """Put more on the list, or keep all of it as the plan; nothing is kept by putting it there."""
    found = await led(programme_id, caller=who.caller)
    values, content = await typed_with_file(request, "file")
    form = Form(values)
    if form.text("step") in WAYS:
        gathered = await WAYS[form.text("step")](Asked(form=form, content=content, of=found.programme, by=acting.by))
        form = _with(form, gathered)
    elif await _keep(found, form, acting):
        return Redirect(f"/programmes/{programme_id}/plan?done=planned", status_code=303)
    return await _page(found, form, who, read_lines(form.text("stops"))[0], _route(form))


async def _keep(found: Led, form: Form, acting: Acting) -> bool:
    lines, unreadable = read_lines(form.text("stops"))
    if unreadable:
        named = ", ".join(str(line.number) for line in unreadable[:MOST_SAID])
        form.refuse(
            "stops", f"Line {named}: write the name, a semicolon and the place, such as Bus shelter; 51.4626, -0.1146."
        )
    route = _route(form) if form.text("keep_route") else None
    if form.errors:
        return False
    stops = to_make(lines, await _known(found, acting.by), new_id=uuid4)
    try:
        await set_plan(found.programme.id, _plan(stops, route), by=acting.by, now=acting.now)
    except ProgrammeNotAcceptable as refused:
        said = [_which(name, stops) + message for name, message in refused.errors[:MOST_SAID]]
        form.refuse("stops", " ".join(said))
    except PlanIsWalked as refused:
        form.refuse("stops", str(refused))
    return not form.errors


def _plan(stops: list[StopToMake], route: Shape | None) -> Plan:
    return Plan(planned_stops=stops, route=None if route is None else to_geojson(route))


async def _known(found: Led, by: Caller) -> dict[Any, UUID]:
    """The stops that are known: this programme's, and then those of others, so that walks can be compared."""
    others = [stop for _, planned in await earlier(caller=by, but=found.programme.number) for stop in planned]
    return known_again([*found.planned, *others])


def _which(path: str, stops: list[StopToMake]) -> str:
    """Which stop an error such as `planned_stops[2].location` is about."""
    number = path.removeprefix("planned_stops[").partition("]")[0]
    return f"Stop {int(number) + 1}, {stops[int(number)].name}: " if number.isdigit() else ""


def _with(form: Form, gathered: Found) -> Form:
    """The form with what was gathered at the end of its list; what was filled in to gather it is emptied."""
    if form.errors:
        return form
    text = "\n".join(part for part in (form.text("stops").rstrip(), write_lines(gathered.lines)) if part)
    more = {"stops": text, "stop_name": "", "position": "", "gathered": "yes"}
    if gathered.route is not None:
        more |= {"route": msgspec.json.encode(gathered.route).decode(), "keep_route": "yes"}
    return Form({**form.values, **more}, form.errors)


def _route(form: Form) -> Shape | None:
    """The route in the form's hidden field; refused where somebody tampered with that."""
    if not form.text("route"):
        return None
    try:
        return read_shape(msgspec.json.decode(form.text("route")), kinds=frozenset({"LineString"}))
    except (msgspec.DecodeError, RecursionError, UnacceptableShape):
        form.refuse("keep_route", NO_ROUTE)
        return None


def _as_text(route: Shape | None) -> str:
    return "" if route is None else msgspec.json.encode(to_geojson(route)).decode()


async def _page(
    found: Led, form: Form, who: Principal, lines: list[Line], route: Shape | None, *, done: str | None = None
) -> Template:
    of, walked = found.programme, await is_walked(found.programme.number)
    changes = may_lead(who) and not walked
    points = [Point(stop.lon, stop.lat) for stop in lines]
    context = {
        **around(found, who),
        "done": done,
        "form": form,
        "walked": walked,
        "changes": changes,
        "map": sketch(of.area, numbered(points), title="Map of the planned stops", route=route, pointing=changes),
        "stops": [_stop(number, stop) for number, stop in enumerate(lines, start=1)],
        "route": form.text("route"),
        "length": "" if route is None else f"{length_m(route) / 1000:.2f} km",
        "earlier": [(one.id, one.name, len(stops)) for one, stops in await earlier(caller=who.caller, but=of.number)]
        if changes
        else [],
    }
    return Template("programmes/plan.html", context=context, status_code=form.status)


def _stop(number: int, stop: Line) -> dict[str, str]:
    at = in_metres(Point(stop.lon, stop.lat))
    return {
        "number": str(number),
        "name": stop.name,
        "place": as_written(stop.lon, stop.lat),
        "grid": f"{at.x:.0f}, {at.y:.0f}",
    }


HANDLERS = [plan_page, plan]
