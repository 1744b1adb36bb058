"""The reach as a page: London in a sentence, a map drawn by ourselves, and the table that says all of it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import QueryParameter
from litestar.response import Template

from charter.reach.as_files import outline
from charter.reach.queries import Area, Figures, figures
from charter.reach.shares import Reach
from geo.drawing.outlines import outlines
from geo.drawing.shares import LIMITS, ShareSheet, draw_shares, height_of
from geo.nearness import on_grid
from geo.places.authorities import authority

LONDON = ZoneInfo("Europe/London")
BY = {"borough": "Boroughs", "town_centre": "Town centres"}
TOLERANCE_M = 30.0  # nobody zooms a map of shares in to a doorstep
# What a table can be sorted by; the name settles whatever is equal, and counts begin with the largest.
SORTS: dict[str, tuple[str, Callable[[Area], Any]]] = {
    "name": ("Name", lambda area: 0),
    "share": ("Share signed, highest first", lambda area: -1.0 if area.reach.share is None else area.reach.share),
    "known": ("Venues known, most first", lambda area: area.reach.venues_known),
    "premises": ("Premises signed, most first", lambda area: area.reach.premises_signed),
}
FOR_A_WHILE = {"Cache-Control": "public, max-age=300"}

Wanted = Annotated[str, QueryParameter(max_length=40)]


@get("/reach", include_in_schema=False)
async def reach(now: NamedDependency[datetime], by: Wanted = "borough", sort: Wanted = "name") -> Template:
    """The table of boroughs or of town centres, with the map above it; two or three queries once it was counted."""
    by, sort = by if by in BY else "borough", sort if sort in SORTS else "name"
    known, drawn = await figures(now=now), await outlines()
    context = _told(known, by, sort)
    return Template("reach/reach.html", context={**context, "drawable": height_of(drawn) if drawn else None})


def _told(known: Figures, by: str, sort: str) -> dict[str, Any]:
    return {
        "by": by,
        "london": known.london,
        "known": known,
        "share": percent(known.london.share),
        "rows": [_row(area) for area in _sorted(_areas(known, by), sort)],
        "as_of": in_words(known.made_at),
        "layers": _layers(by),
        "kinds": _options(BY, by),
        "sorts": _options({key: words for key, (words, _) in SORTS.items()}, sort),
    }


@get("/reach/map.svg", include_in_schema=False)
async def reach_map(now: NamedDependency[datetime], by: Wanted = "borough") -> Response[str]:
    """London with the share of its night venues that signed, by borough or at each town centre; 404 of nowhere."""
    known, drawn = await figures(now=now), await outlines()
    if not drawn:
        raise NotFoundException
    svg = draw_shares(drawn, _of_centres(known) if by == "town_centre" else _of_boroughs(known))
    return Response(svg, media_type="image/svg+xml", headers=FOR_A_WHILE)


@get("/reach/areas.geojson", include_in_schema=False)
async def areas(now: NamedDependency[datetime], by: Wanted = "borough") -> Response[bytes]:
    """What the interactive map shades: areas with venues, and only those, so that blank stays blank."""
    known = await figures(now=now)
    features = [
        {
            "type": "Feature",
            "geometry": outline(known.shapes[area.id], TOLERANCE_M),
            "properties": {"id": area.key, "share": area.reach.share, "label": f"{area.name}: {_of_known(area.reach)}"},
        }
        for area in _areas(known, by)
        if area.reach.venues_known
    ]
    content = msgspec.json.encode({"type": "FeatureCollection", "features": features})
    return Response(content, media_type="application/geo+json", headers=FOR_A_WHILE)


def percent(share: float | None) -> str:
    """A share as people read it; less than one in two hundred is not nobody.

    >>> percent(0.256), percent(0.001), percent(0.0), percent(None)
    ('26%', 'under 1%', '0%', '')
    """
    if share is None:
        return ""
    return "under 1%" if 0 < share < 0.005 else f"{share:.0%}"


def _areas(known: Figures, by: str) -> Sequence[Area]:
    return known.town_centres if by == "town_centre" else known.boroughs


def _sorted(areas: Sequence[Area], sort: str) -> list[Area]:
    """Sorting keeps the order of names among equals."""
    return sorted(areas, key=SORTS[sort][1], reverse=sort != "name")


def _row(area: Area) -> dict[str, Any]:
    home = authority(area.borough) if area.borough else None
    return {
        "name": area.name,
        "gss": area.key if area.kind == "borough" else None,
        "where": ", ".join(part for part in (area.category, home.name if home else None) if part),
        "of_known": f"{area.reach.venues_signed:,} of {area.reach.venues_known:,}",
        "share": _share_in_words(area.reach),
        "organisations": f"{area.reach.organisations_signed:,}",
        "premises": f"{area.reach.premises_signed:,}",
    }


def _share_in_words(reach: Reach) -> str:
    if reach.share is None:
        return "No venues known"
    if reach.few:
        return "Too few venues for a percentage"
    more = percent(reach.share_at_most)
    return percent(reach.share) if more == percent(reach.share) else f"{percent(reach.share)} (at most {more})"


def _of_known(reach: Reach) -> str:
    known = f"{reach.venues_signed:,} of {reach.venues_known:,} venues known"
    return known if reach.few else f"{known} ({percent(reach.share)})"


def _of_boroughs(known: Figures) -> ShareSheet:
    """A borough that was not imported is not drawn, and one of few venues has a shade and its counts."""
    return ShareSheet(
        title="Share of night venues that signed, by borough",
        description="For each London borough, the share of the night venues known there that signed the charter.",
        counted="Of the night venues known in the borough, signed",
        boroughs={area.key: area.reach.share for area in known.boroughs},
        labels={area.key: _label(area.reach) for area in known.boroughs if area.reach.venues_known},
    )


def _label(reach: Reach) -> str:
    return f"{reach.venues_signed}/{reach.venues_known}" if reach.few else percent(reach.share).replace("under ", "<")


def _of_centres(known: Figures) -> ShareSheet:
    there = on_grid([known.shapes[area.id].point_on_surface() for area in known.town_centres])
    return ShareSheet(
        title="Share of night venues that signed, by town centre",
        description="A disc for each town centre, shaded by the share of the night venues known in it that signed.",
        counted="Of the night venues known in the town centre, signed",
        places=list(zip(there.easting.tolist(), there.northing.tolist(), strict=True)),
        place_shares=[area.reach.share for area in known.town_centres],
    )


def _layers(by: str) -> list[dict[str, Any]]:
    """The shaded areas of the interactive map, small ones on the boroughs' outlines; see static/map.js."""
    shade = {"url": f"/reach/areas.geojson?by={by}", "kind": "shade", "property": "share", "limits": LIMITS}
    if by == "borough":
        return [{**shade, "title": "label", "link": "/register?borough="}]
    return [{"url": "/map/boroughs.geojson", "kind": "outline"}, {**shade, "title": "label"}]


def _options(words: dict[str, str], chosen: str) -> list[dict[str, Any]]:
    return [{"value": value, "text": text, "selected": value == chosen} for value, text in words.items()]


def in_words(at: datetime) -> str:
    """When, on London's clocks: "14:05 on 3 November 2026"."""
    there = at.astimezone(LONDON)
    return f"{there:%H:%M} on {there.day} {there:%B %Y}"


HANDLERS = [reach, reach_map, areas]
