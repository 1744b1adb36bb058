"""The reach for programs: for each borough and town centre, the night venues known and how many of them signed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from litestar.response import Stream

from charter.reach import queries
from charter.reach.as_files import as_csv, as_geojson, figures_of
from charter.reach.matching import METHOD_VERSION
from charter.reach.queries import Area, Figures
from geo.shapes import Shape

OfArea = Annotated[
    str | None,
    QueryParameter(name="area", max_length=40, description="Id of a place with an extent, as in /api/places."),
]


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """Venues known and signed, the share of them (0 to 1), and organisations and premises that signed."""

    venues_known: int
    venues_signed: int
    share: float | None
    share_at_most: float | None
    organisations_signed: int
    premises_signed: int


class AreaShown(Counts, frozen=True, kw_only=True):
    """The reach of one area; `borough` is the GSS code of the borough that a town centre or ward is in."""

    id: int
    kind: str
    key: str
    name: str
    category: str | None
    borough: str | None


class OneArea(AreaShown, frozen=True, kw_only=True):
    """The reach of the area that was asked for, and as of when."""

    method_version: str
    as_of: datetime


class London(Counts, frozen=True, kw_only=True):
    """London in all: its organisations are in no area where they are not listed, its premises where elsewhere."""

    organisations_not_listed: int
    premises_elsewhere: int


class EveryArea(msgspec.Struct, frozen=True, kw_only=True):
    """Every borough and town centre, and London in all; the list is always whole."""

    method_version: str
    as_of: datetime
    london: London
    items: list[AreaShown]
    next: None = None


@get("/api/charter/reach", tags=["charter"], summary="Where signatories are against where night venues are")
async def get_reach(now: NamedDependency[datetime], area: OfArea = None) -> OneArea | EveryArea:
    """Of one area with `area`, else of every borough and town centre; 404 for a place that is no area."""
    if area is not None:
        found, _, as_of = await queries.reach_of(area, now=now)
        return OneArea(method_version=METHOD_VERSION, as_of=as_of, **_about(found))
    return _every(await queries.figures(now=now))


def _every(figures: Figures) -> EveryArea:
    return EveryArea(
        method_version=METHOD_VERSION,
        as_of=figures.made_at,
        london=London(
            organisations_not_listed=figures.not_listed,
            premises_elsewhere=figures.elsewhere,
            **figures_of(figures.london),
        ),
        items=[AreaShown(**_about(one)) for one in figures.areas],
    )


@get("/api/charter/reach.csv", tags=["charter"], summary="The reach as CSV")
async def reach_csv(now: NamedDependency[datetime], area: OfArea = None) -> Response[bytes]:
    """A row an area; the share is blank where no venue is known."""
    areas, _ = await _areas(area, now)
    headers = {"Content-Disposition": 'attachment; filename="reach.csv"'}
    return Response(as_csv(areas), media_type="text/csv; header=present", headers=headers)


@get("/api/charter/reach.geojson", tags=["charter"], summary="The reach as GeoJSON")
async def reach_geojson(now: NamedDependency[datetime], area: OfArea = None) -> Stream:
    """A feature an area, with its boundary to within 10 m."""
    areas, shapes = await _areas(area, now)
    headers = {"Content-Disposition": 'attachment; filename="reach.geojson"'}
    return Stream(as_geojson(areas, shapes), media_type="application/geo+json", headers=headers)


async def _areas(area: str | None, now: datetime) -> tuple[Sequence[Area], dict[int, Shape]]:
    if area is not None:
        found, shape, _ = await queries.reach_of(area, now=now)
        return [found], {found.id: shape}
    figures = await queries.figures(now=now)
    return figures.areas, dict(figures.shapes)


def _about(area: Area) -> dict[str, Any]:
    about = {name: getattr(area, name) for name in ("id", "kind", "key", "name", "category", "borough")}
    return {**about, **figures_of(area.reach)}


REACH = [get_reach, reach_csv, reach_geojson]
