"""Places for programs: what was imported of boroughs, wards, town centres, hubs and venues."""

from typing import Annotated, Any

import msgspec
from litestar import Request, get
from litestar.exceptions import ValidationException
from litestar.params import FromPath, QueryParameter

from api.resources.paging import Cursor, Limit, Page, number_in, page
from geo.places import queries
from geo.places.entries import Kind
from geo.places.errors import NoSuchPlace
from geo.places.queries import KnownPlace, Sought
from geo.places.reading import tidy
from geo.shapes import bounds, box, to_geojson

GSS_CODE = r"^E09\d{6}$"
CATEGORY = r"^[A-Za-z_ ]{1,40}$"

OfKind = Annotated[Kind | None, QueryParameter(description="borough, outline, ward, town_centre, hub or venue.")]
Named = Annotated[str | None, QueryParameter(name="q", max_length=200, description="Any part of the name.")]
InBorough = Annotated[str | None, QueryParameter(pattern=GSS_CODE, description="The borough's GSS code.")]
OfCategory = Annotated[
    str | None, QueryParameter(pattern=CATEGORY, description="Town centre class, NaPTAN stop type or sort of venue.")
]
InBox = Annotated[str | None, QueryParameter(max_length=200, description="west,south,east,north in degrees.")]
WithShapes = Annotated[bool, QueryParameter(description="Whether to give areas with their boundaries, not null.")]


class PlaceShown(msgspec.Struct, frozen=True, kw_only=True):
    """A place: `key` is its publisher's own id, `location` a point on it, `geometry` its boundary where asked for."""

    id: int
    kind: Kind
    key: str
    name: str
    borough: str | None
    category: str | None
    address: str | None
    postcode: str | None
    source: str
    location: dict[str, Any]
    geometry: dict[str, Any] | None


@get("/api/places", tags=["places"], summary="Boroughs, wards, town centres, hubs and venues")
async def list_places(
    request: Request[Any, Any, Any],
    kind: OfKind = None,
    q: Named = None,
    borough: InBorough = None,
    category: OfCategory = None,
    bbox: InBox = None,
    geometry: WithShapes = False,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[PlaceShown]:
    """In the order of import; a `bbox` takes in every place whose bounds it touches."""
    sought = Sought(kind=kind, text=tidy(q or ""), borough=borough, category=category, box=box_in(bbox))
    found = await queries.places(sought, after=number_in(cursor) or 0, limit=limit + 1)
    return page(
        request, found, limit=limit, number=lambda known: known.number, show=lambda known: shown(known, geometry)
    )


@get("/api/places/{number:int}", tags=["places"], summary="One place, with its boundary")
async def get_place(number: FromPath[int]) -> PlaceShown:
    """404 where no place has that number."""
    # Beyond 64 bits the databases would fail instead of finding nothing.
    known = await queries.place(number) if 0 < number < 2**63 else None
    if known is None:
        raise NoSuchPlace("There is no place of that number. Look it up in /api/places.")
    return shown(known, True)


def shown(known: KnownPlace, with_shape: bool) -> PlaceShown:
    """A place as clients see it."""
    return PlaceShown(
        id=known.number,
        kind=known.kind,
        key=known.key,
        name=known.name,
        borough=known.borough,
        category=known.category,
        address=known.address,
        postcode=known.postcode,
        source=known.source,
        location=to_geojson(known.location),
        geometry=to_geojson(known.shape) if with_shape else None,
    )


def box_in(bbox: str | None) -> tuple[float, float, float, float] | None:
    """The box that a client wrote; 400 where it is no box, UnacceptableShape (422) where it is none on the globe."""
    if bbox is None:
        return None
    try:
        west, south, east, north = (float(part) for part in bbox.split(","))
    except ValueError:
        message = "Write a box as west,south,east,north in degrees."
        raise ValidationException(extra=[{"key": "bbox", "message": message}]) from None
    return bounds(box(west, south, east, north))


PLACES = [list_places, get_place]
