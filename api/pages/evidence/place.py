"""The page of one hotspot, or of a place that works: what an edition made now would say of it."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Template
from markupsafe import Markup

from api.pages.evidence.acting import PRESS
from api.roles import Principal
from audits.errors import NoSuchEdition
from audits.queries import programme
from audits.reports.contents import Contents, Finding, Place
from audits.reports.editions import NewEdition, Press
from audits.reports.gathered import Order
from audits.reports.life.trying import try_edition
from audits.reports.words.occupation import occupation
from audits.reports.words.places import pages_of, shown
from geo.shapes import to_geojson

Cell = Annotated[str, QueryParameter(max_length=60, description="A cell of the place, such as h50:6142:1170.")]


@get("/evidence/places/{programme_id:uuid}", dependencies=PRESS, include_in_schema=False)
async def place_page(
    programme_id: FromPath[UUID],
    who: NamedDependency[Principal],
    now: NamedDependency[datetime],
    press: NamedDependency[Press],
    cell: Cell = "",
) -> Template:
    """404 where the cell is in no place that differs from the rest of the same walks."""
    of = await programme(programme_id, caller=who.caller)
    order = Order(title=of.name, audience="gla")
    new = NewEdition(id=uuid4(), order=order, programme_ids=(programme_id,))
    contents = (await try_edition(new, press, by=who.caller, now=now)).contents
    return Template("evidence/place.html", context={"of": of, **_shown(contents, _number_of(contents, cell))})


def _shown(contents: Contents, number: int) -> dict[str, Any]:
    """What the page tells of one of the places."""
    told, pictures = pages_of(contents)[number]
    drawn = [Markup(picture.svg) for picture in pictures]  # noqa: S704 - drawn by us, words escaped there
    return {
        "place": {name.replace("-", "_"): value for name, value in told.items()},
        "svg": drawn[0],
        "strip_svg": drawn[1] if len(drawn) > 1 else None,
        "stability": [_stability(finding) for finding in contents.places[number].findings],
        "signed": [row[1:] for row in occupation(contents)["signatory-rows"] if row[0] == told["label"]],
    }


def _number_of(contents: Contents, cell: str) -> int:
    for number, place in enumerate(shown(contents)):
        if cell in _cells(place):
            return number
    raise NoSuchEdition(
        "No place that differs from the rest of its walks has this cell now. Look at the hotspots again."
    )


def _cells(place: Place) -> set[str]:
    return {f"h50:{q}:{r}" for q, r in place.cells}


def _stability(finding: Finding) -> str:
    return f"{finding.stability} of 4" if finding.stability is not None else "–"


@get("/evidence/programmes/{programme_id:uuid}/area", include_in_schema=False)
async def area_layer(programme_id: FromPath[UUID], who: NamedDependency[Principal]) -> Response[bytes]:
    """The area of a programme as GeoJSON, for the moving map."""
    of = await programme(programme_id, caller=who.caller)
    feature = {"type": "Feature", "properties": {"name": of.name}, "geometry": to_geojson(of.area)}
    content = msgspec.json.encode({"type": "FeatureCollection", "features": [feature]})
    return Response(content, media_type="application/geo+json")


HANDLERS = [place_page, area_layer]
