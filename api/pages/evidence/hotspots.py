"""Hotspots as they stand now: the table first, a map of our own, and a moving one when it is asked for."""

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from litestar.response import Template
from markupsafe import Markup

from api.pages.actions.listing import as_uuid
from api.pages.evidence.words import LEGS, row_of
from api.pages.kit.forms import whole_number
from api.roles import Principal
from audits.instrument import Factor
from audits.queries import programmes
from audits.reports.contents import HOTSPOT_LEG, Finding
from audits.reports.drawing.maps import draw
from audits.reports.looking.queries import MOST_PROGRAMMES, Looked, look
from audits.reports.queries import FACTORS
from audits.reports.sections import Leg

ROWS = 200  # of the table on a page
ORDER = ("hotspot", "works_well", "ordinary", "not_enough_evidence", "suppressed")
Word = Annotated[
    str, QueryParameter(description="One of the choices of the form; anything else is taken as the first.")
]
PageNumber = Annotated[str, QueryParameter(description="Which page of the table; anything but a number is the first.")]


@get("/evidence/hotspots", include_in_schema=False)
async def hotspots(
    who: NamedDependency[Principal], programme: Word = "", factor: Word = "", leg: Word = "", page: PageNumber = ""
) -> Template:
    """One programme or all of hers, one factor, one leg; the choice stays in the address."""
    chosen = FACTORS.get(factor, FACTORS["feeling"])
    leg_chosen: Leg = "light" if leg == "light" else "dark"
    of = as_uuid(programme)
    looked = await look(of, chosen, leg_chosen, caller=who.caller)
    context = {
        **_choices(chosen, leg_chosen),
        "programmes": await programmes(caller=who.caller, limit=MOST_PROGRAMMES),
        "of": str(of) if of else "",
        **(_seen(looked) | _table(looked, of, whole_number(page) or 1) if looked else {"rows": None}),
    }
    return Template("evidence/hotspots.html", context=context)


def _choices(chosen: Factor, leg: Leg) -> dict[str, Any]:
    """The switches of the page, and what they are at."""
    return {
        "factors": [{"value": key, "text": one.label, "selected": one is chosen} for key, one in FACTORS.items()],
        "legs": [{"value": key, "text": words, "selected": key == leg} for key, words in LEGS.items()],
        "factor": chosen,
        "leg": LEGS[leg].lower(),
        "personal": chosen.mode == "personal",
    }


def _seen(looked: Looked) -> dict[str, Any]:
    findings = looked.findings
    one = looked.programmes[0] if len(looked.programmes) == 1 else None
    asked = {"factor": looked.factor.key, "leg": looked.leg, **({"programme_id": str(one.id)} if one else {})}
    outline = [{"url": f"/evidence/programmes/{one.id}/area", "kind": "outline"}] if one else []
    return {
        "places": [_place(place) for place in looked.places],
        "one": one,
        "opens": one is not None and looked.leg == HOTSPOT_LEG,
        "next_walks": looked.next_walks,
        "walked": len(findings),
        "in_area": looked.cells_in_area,
        "flagged": sum(found.kind in ORDER[:2] for found in findings),
        "undecided": sum(found.kind == "not_enough_evidence" for found in findings),
        "map": Markup(draw(looked.sheet)),  # noqa: S704 - drawn by us, words escaped there
        "layers": [*outline, {"url": f"/api/hotspots?{urlencode(asked)}", "kind": "classes"}],
        "download": f"/api/hotspots?{urlencode(asked)}",
        "box": looked.box,
    }


def _table(looked: Looked, of: UUID | None, page: int) -> dict[str, Any]:
    """The rows of one page, which of how many they are, and where the pages before and after it are."""
    asked = {"programme": of or "", "factor": looked.factor.key, "leg": looked.leg}
    findings = sorted(looked.findings, key=_first_what_matters)
    last = max(1, -(-len(findings) // ROWS))
    page = min(max(page, 1), last)
    begin = (page - 1) * ROWS
    shown = findings[begin : begin + ROWS]
    return {
        "rows": [row_of(found, looked.names[found.cell]) for found in shown],
        "span": f", {begin + 1:,} to {begin + len(shown):,} of {len(findings):,}" if last > 1 else "",
        "previous": _page_of(asked, page - 1) if page > 1 else "",
        "next": _page_of(asked, page + 1) if page < last else "",
    }


def _page_of(asked: dict[str, Any], page: int) -> str:
    return f"/evidence/hotspots?{urlencode({**asked, 'page': page})}#cells"


def _place(place: Any) -> dict[str, Any]:
    return {"label": place.label, "name": place.name, "works": place.works_well, "cell": place.findings[0].cell}


def _first_what_matters(found: Finding) -> tuple[int, bool, float, int, int]:
    return ORDER.index(found.kind), not found.strong, 1.0 if found.q is None else found.q, found.q_cell, found.r_cell


HANDLERS = [hotspots]
