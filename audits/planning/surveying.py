"""Looking at an area before it is commissioned: how large it is, whose streets it holds, and which hubs."""

from collections.abc import Sequence
from dataclasses import dataclass

from audits.errors import FieldError, ProgrammeNotAcceptable
from audits.programmes import MAX_AREA_KM2, Commission, check_commission
from audits.queries import Caller
from geo.places.authorities import authority
from geo.places.entries import Kind
from geo.places.queries import KnownPlace, borough_map, borough_of, places_in_box
from geo.shapes import Shape, area_km2, bounds, length_m, points_in, share_inside

# Where people arrive and wait; entrances and single bus stops would fill a page.
STATIONS = {"RLY": "Railway station", "MET": "Underground, DLR or tram stop", "BST": "Bus station", "FER": "Pier"}
LEAST_SHARE = 0.01  # of an area: a borough's own outline runs a little into its neighbours
BUS_STOPS = frozenset({"BCT", "BCS", "BCE", "BCQ"})


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What is known of an area: boroughs by name, stations inside by name; a line's length is None for a polygon."""

    area: Shape
    line: Shape | None
    km2: float
    length_m: float | None
    boroughs: Sequence[str]
    stations: Sequence[KnownPlace]
    bus_stops: int


async def survey(commission: Commission, *, by: Caller) -> Survey:
    """The area that would be commissioned. Raises ProgrammeNotAcceptable with every field that cannot be accepted.

    Refused beside what a commission always is: an area outside London, and one larger than `by` may commission.
    """
    place = check_commission(commission)
    km2 = area_km2(place.area)
    if km2 > MAX_AREA_KM2 and not by.administrator:
        raise _refused(
            f"The area is {km2:.1f} km², and a lead may commission up to {MAX_AREA_KM2:.0f} km². Take a smaller one, "
            "or ask an administrator."
        )
    boroughs = await _boroughs(place.area)
    hubs = await hubs_in(place.area)
    return Survey(
        area=place.area,
        line=place.line,
        km2=km2,
        length_m=None if place.line is None else length_m(place.line),
        boroughs=boroughs,
        stations=stations_among(hubs),
        bus_stops=sum(hub.category in BUS_STOPS for hub in hubs),
    )


async def _boroughs(area: Shape) -> list[str]:
    """The boroughs that an area lies in, by name; none where no borough was imported, so that nothing is known."""
    around = await places_in_box(*bounds(area), kinds=(Kind.BOROUGH,))
    codes = {borough.key for borough in around if share_inside(area, borough.shape) >= LEAST_SHARE}
    if not codes and (known := await borough_map()).codes:
        # A bridge lies in no borough, and is London all the same.
        nearest = await borough_of(area.representative_point())
        if nearest is None:
            raise _refused("The area is not in London. Check its file, or choose a place that is known.")
        codes = {nearest} & set(known.codes)
    return sorted(found.name for code in codes if (found := authority(code)))


async def hubs_in(area: Shape) -> list[KnownPlace]:
    """The transport hubs inside an area."""
    around = await places_in_box(*bounds(area), kinds=(Kind.HUB,))
    inside = points_in([area], [hub.location.x for hub in around], [hub.location.y for hub in around])
    return [hub for hub, index in zip(around, inside.tolist(), strict=True) if index >= 0]


def stations_among(hubs: Sequence[KnownPlace]) -> list[KnownPlace]:
    """Those where people arrive and wait, by name."""
    return sorted((hub for hub in hubs if hub.category in STATIONS), key=lambda hub: (hub.name, hub.number))


def _refused(message: str) -> ProgrammeNotAcceptable:
    return ProgrammeNotAcceptable(message, [FieldError("area", message)])
