"""The register as a list: the table first, the filters in the address, maps beneath it."""

from typing import Annotated, Any

from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from litestar.response import Template

from api.pages.register.asked import ASKED, Asked
from charter.letters import long_date
from charter.pledges import SECTORS
from charter.queries import Listed, by_borough, listed
from geo.drawing.london import height_of
from geo.drawing.outlines import outlines
from geo.places.authorities import AUTHORITIES, authority

ON_A_PAGE = 25
FEW = 3  # boroughs that a line names
BY_NAME = sorted(AUTHORITIES, key=lambda authority: authority.name)
BOROUGHS = [{"value": "", "text": "All boroughs"}, *({"value": one.gss, "text": one.name} for one in BY_NAME)]
KINDS = [{"value": "", "text": "All sectors"}, *({"value": one.key, "text": one.label} for one in SECTORS.values())]


@get("/register", dependencies=ASKED, include_in_schema=False)
async def register(asked: NamedDependency[Asked], cursor: Annotated[str | None, QueryParameter()] = None) -> Template:
    """A page of the register, by name; two queries however many there are."""
    found = await listed(asked.sought, limit=ON_A_PAGE, cursor=cursor)
    drawn = await outlines()
    context = {
        "asked": asked,
        "rows": [_row(line) for line in found.entries],
        "next": asked.address("/register", cursor=found.next) if found.next else None,
        "previous": asked.address("/register", cursor=found.previous) if found.previous else None,
        "drawable": height_of(drawn) if drawn else None,
        "layers": [{"url": "/map/boroughs.geojson", "kind": "outline"}, places_layer(asked.query)],
    }
    return Template("register/list.html", context={**context, "boroughs": BOROUGHS, "sectors": KINDS})


@get("/register/boroughs", dependencies=ASKED, include_in_schema=False)
async def boroughs(asked: NamedDependency[Asked]) -> Template:
    """The numbers of the map, for whoever does not see it."""
    counts = await by_borough(asked.sought)
    rows = [{"gss": one.gss, "name": one.name, "count": counts.get(one.gss, 0)} for one in BY_NAME]
    return Template("register/boroughs.html", context={"asked": asked, "boroughs": rows})


def places_layer(query: str) -> dict[str, Any]:
    """Listed places as dots that lead to their signatories; see static/map.js."""
    return {"url": f"/map/places.geojson{query}", "kind": "points", "link": "/register/"}


def _row(line: Listed) -> dict[str, Any]:
    return {
        "id": line.id,
        "name": line.name,
        "sector": SECTORS[line.sector].label,
        "where": _where(line),
        "last_confirmed_on": long_date(line.last_confirmed_on),
        "due": line.state == "review_due",
    }


def _where(line: Listed) -> str:
    """Its boroughs, the first few by name, and how many premises there are where there are several."""
    names = [known.name for code in line.boroughs if (known := authority(code))]
    shown = ", ".join(names[:FEW]) + (f" and {len(names) - FEW} more" if len(names) > FEW else "")
    if line.premises > 1:
        return f"{shown or 'Outside London'} ({line.premises:,} premises)"
    return shown or ("Outside London" if line.premises else "No premises")


HANDLERS = [register, boroughs]
