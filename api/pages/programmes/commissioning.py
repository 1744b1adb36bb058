"""Creating a programme: a form, a look at its area on a map with everything that is in it, and then the programme."""

import asyncio
import gzip
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from api.pages.actions.sent import FORM, uuid_typed
from api.pages.actions.sketch import sketch
from api.pages.desk.sent import typed_with_file
from api.pages.kit.days import in_boxes
from api.pages.kit.forms import Form
from api.pages.programmes.areas import ASKED_AT, Choices, Given, area_given, width_typed
from api.pages.programmes.changing import NIGHTS, words_typed
from api.pages.programmes.drawn import numbered
from api.pages.programmes.words import BOROUGHS, body, extent, place_said, window
from api.pages.register.maps import GEOJSON, SQUEEZED, takes_gzip
from api.roles import Principal
from audits.actions.keeping import Acting
from audits.errors import ProgrammeNotAcceptable
from audits.instrument import INSTRUMENTS
from audits.planning.plan import StopToMake
from audits.planning.surveying import STATIONS, Survey, survey
from audits.programmes import Commission, create_programme, today_in_london
from audits.queries import programme
from geo.gpx import MAX_GPX_BYTES
from geo.places.queries import KnownPlace, hubs_of, town_centres
from geo.shapes import Shape, simplified, to_geojson
from migrations.database import ConstraintViolated

ROOM_FOR_FIELDS = 2_000_000  # an area that was drawn or pasted, and all that is typed
GROUND_TOLERANCE_M = 10.0  # of outlines that are only looked at
KEPT = ("id", "name", "purpose", "lead_body", "instrument_version", "width_m")


@get("/programmes/new", include_in_schema=False)
async def new_form(now: NamedDependency[datetime]) -> Template:
    """An empty form; its id lets a button pressed twice create one programme."""
    opens = in_boxes("opens_on", today_in_london(now))
    return _form(Form({"id": str(uuid4()), "instrument_version": str(max(INSTRUMENTS)), "at": "known", **opens}))


@get("/programmes/ground.geojson", include_in_schema=False)
async def ground(request: Request[Any, Any, Any]) -> Response[bytes]:
    """What there is to see while an area is drawn: town centres, and London's stations with their names."""
    content = await asyncio.to_thread(_ground, await town_centres(), await hubs_of(STATIONS), takes_gzip(request))
    headers = {"Cache-Control": "private, max-age=3600", "Vary": "Accept-Encoding"}
    return Response(content, media_type=GEOJSON, headers=headers | (SQUEEZED if takes_gzip(request) else {}))


def _ground(centres: Sequence[KnownPlace], hubs: Sequence[KnownPlace], squeeze: bool) -> bytes:
    # Files of hubs are of all Britain; without boroughs nobody knows which of them are London's.
    stations = [hub for hub in hubs if hub.borough] or hubs
    features = [_feature(one, "centre", simplified(one.shape, GROUND_TOLERANCE_M)) for one in centres]
    features += [_feature(hub, "station", hub.location) for hub in stations]
    content = msgspec.json.encode({"type": "FeatureCollection", "features": features})
    return gzip.compress(content, mtime=0) if squeeze else content


def _feature(place: KnownPlace, kind: str, shape: Shape) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"name": place.name, "kind": kind}, "geometry": to_geojson(shape)}


@post(
    "/programmes/new",
    include_in_schema=False,
    status_code=200,
    request_max_body_size=MAX_GPX_BYTES + ROOM_FOR_FIELDS,
)
async def look(request: Request[Any, Any, Any], who: NamedDependency[Principal]) -> Template:
    """What it would be, on a map; nothing is created by looking."""
    values, content = await typed_with_file(request, "file")
    form = Form(values)
    given = await area_given(form, content)
    commission = _commission(form, given)
    try:
        found = await survey(commission, by=who.caller)
    except ProgrammeNotAcceptable as refused:
        _refuse(form, refused, given)
    if form.errors:
        return _form(form, given)
    assert isinstance(given, Given), "without an area there is an error"
    return _check(form, given, commission, found)


@post("/programmes/new/create", dependencies=FORM, include_in_schema=False, status_code=303)
async def create(form: NamedDependency[Form], acting: NamedDependency[Acting]) -> Template | Redirect:
    """Create what was looked at, once however often the button is pressed; or go back to change it."""
    form = Form({**form.values, "at": "kept"})
    given = await area_given(form, b"")
    if form.text("step") == "change":
        return _form(form, given)
    commission, id = _commission(form, given), uuid_typed(form, "id")
    try:
        found = await survey(commission, by=acting.by)
        if not form.errors:
            await _create(_with_stops(commission, found, form), id, acting)
            return Redirect(f"/programmes/{id}?done=created", status_code=303)
    except ProgrammeNotAcceptable as refused:
        _refuse(form, refused, given)
    return _form(form, given)


async def _create(commission: Commission, id: UUID, acting: Acting) -> None:
    try:
        await create_programme(commission, id=id, by=acting.by, now=acting.now)
    except ConstraintViolated as violated:
        if violated.kind != "unique":
            raise
        # The button was pressed twice: the programme is there, and hers.
        await programme(id, caller=acting.by)


def _commission(form: Form, given: Given | Choices) -> Commission:
    """What was typed; whatever is missing is refused at its field, and stands for itself by what nothing accepts."""
    version = form.text("instrument_version")
    area = given.geojson if isinstance(given, Given) else {}
    return Commission(
        **msgspec.structs.asdict(words_typed(form)),
        area=area,
        width_m=width_typed(form),
        instrument_version=int(version) if version in {str(number) for number in INSTRUMENTS} else 0,
        route=area if area.get("type") == "LineString" else None,
    )


def _refuse(form: Form, refused: ProgrammeNotAcceptable, given: Given | Choices) -> None:
    """Say each error at the page's own field; of an area that was not given there is nothing more to say."""
    for name, message in refused.errors:
        if name == "width_m" and not form.text("width_m").strip():
            form.refuse("width_m", "A route or a line needs a width to be an area. Enter its full width in metres")
        elif name not in ("area", "route"):
            form.refuse(name, message)
        elif isinstance(given, Given):
            form.refuse(ASKED_AT[form.text("at")], message)


def _with_stops(commission: Commission, found: Survey, form: Form) -> Commission:
    """The commission with a planned stop at each station that was ticked."""
    ticked = set(form.several("stations"))
    stops = [
        StopToMake(id=uuid4(), name=hub.name[:100], location=to_geojson(hub.location))
        for hub in found.stations
        if hub.key in ticked
    ]
    return msgspec.structs.replace(commission, planned_stops=stops)


def _form(form: Form, given: Given | Choices | None = None) -> Template:
    # An area that was read is kept, as no browser fills a file in again.
    area = msgspec.json.encode(given.geojson).decode() if isinstance(given, Given) else form.text("area")
    at = "kept" if isinstance(given, Given) and ASKED_AT[form.text("at")] not in form.errors else form.text("at")
    context = {
        "form": form,
        "area": area,
        "at": at if area or at != "kept" else "",
        "boroughs": BOROUGHS,
        "instruments": sorted(INSTRUMENTS, reverse=True),
        "choices": [(one.number, place_said(one)) for one in given.places] if isinstance(given, Choices) else [],
        "back": "/programmes",
    }
    return Template("programmes/new.html", context=context, status_code=form.status)


def _check(form: Form, given: Given, commission: Commission, found: Survey) -> Template:
    inside = numbered([hub.location for hub in found.stations])
    kept = {name: form.text(name) for name in KEPT} | {
        f"{name}-{part}": form.text(f"{name}-{part}") for name in NIGHTS for part in ("day", "month", "year")
    }
    context = {
        "kept": kept,
        "area": msgspec.json.encode(given.geojson).decode(),
        "doubts": given.doubts,
        "facts": _facts(given, commission, found),
        "map": sketch(found.area, inside, title="Map of the area", route=found.line),
        "stations": [
            {"value": hub.key, "text": f"{number}. {hub.name}", "hint": {"text": STATIONS[hub.category or ""]}}
            for number, hub in enumerate(found.stations, start=1)
        ],
        "name": commission.name,
    }
    return Template("programmes/check.html", context=context)


def _facts(given: Given, commission: Commission, found: Survey) -> list[tuple[str, str]]:
    length = [] if found.length_m is None else [("Route", f"{found.length_m / 1000:.2f} km long")]
    return [
        ("Name", commission.name),
        ("What it is for", commission.purpose or "Nothing is said"),
        ("Led by", body(commission.lead_body)),
        ("Nights", window(commission.opens_on, commission.closes_on)),
        ("Questions", f"Version {commission.instrument_version}"),
        *([("Place", given.name)] if given.name else []),
        ("Area", extent(found.km2, commission.width_m)),
        *length,
        ("Boroughs", ", ".join(found.boroughs) or "Not known: no borough was imported here"),
        ("Stations and piers inside", str(len(found.stations)) if found.stations else "None that is known"),
        ("Bus stops inside", str(found.bus_stops) if found.bus_stops else "None that is known"),
    ]


HANDLERS = [ground, new_form, look, create]
