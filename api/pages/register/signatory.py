"""One signatory, as whoever reads a sign on a wall looks it up: what it promised, and what is true of it today."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Annotated, Any
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect, Template
from markupsafe import Markup

from api.settings import Settings
from charter.certificate.badge import HEIGHT, WIDTH, told
from charter.certificate.content import CERTIFIED_IN
from charter.letters import long_date
from charter.pledges import SECTORS
from charter.queries import Entry, Place, signatory
from charter.wordings import pledges_of
from geo.drawing.london import Sheet, draw
from geo.drawing.outlines import outlines, positions
from geo.places.authorities import authority

ON_A_PAGE = 50  # of a chain's premises


@dataclass(frozen=True)
class State:
    """A state in the words and the colour of its tag, and in a sentence."""

    word: str
    colour: str
    sentence: str


STATES = {
    "active": State("Active", "green", "It keeps the charter, and has confirmed that it does."),
    "review_due": State(
        "Review due", "yellow", "Its yearly review is due. It stays in the register while it has time to do it."
    ),
    "lapsed": State(
        "Lapsed",
        "red",
        "It has not confirmed for too long to keep the charter. A sign on its wall that says otherwise is out of date.",
    ),
    "withdrawn": State("Withdrawn", "grey", "It signed the charter and has left it since."),
}


@get("/register/{signatory_id:uuid}", include_in_schema=False)
async def signatory_page(
    signatory_id: FromPath[UUID],
    settings: NamedDependency[Settings],
    page: Annotated[int, QueryParameter(ge=1, le=1_000, description="Which fifty of its premises.")] = 1,
) -> Template | Redirect:
    """The signatory; a signature that repeated another leads on to it. 404 for a hidden one."""
    entry = await signatory(signatory_id)
    if entry.id != signatory_id:
        return Redirect(f"/register/{entry.id}", status_code=301)
    more = {"drawing": await _drawing(entry), "pledges": await pledges_of(entry.charter_version)}
    told = {**_told(entry, settings), **_premises_shown(entry, page), **more}
    return Template("register/signatory.html", context=told)


def _told(entry: Entry, settings: Settings) -> dict[str, Any]:
    return {
        "id": entry.id,
        "name": entry.name,
        "state": STATES[entry.state],
        "facts": list(_facts(entry)),
        "charter_version": entry.charter_version,
        "certified": entry.state in CERTIFIED_IN,
        "badge": {"words": told(entry).in_words, "width": WIDTH, "height": HEIGHT},
        "snippet": snippet(entry, settings.base_url),
    }


def _premises_shown(entry: Entry, page: int) -> dict[str, Any]:
    """One page of its premises, and where the pages before and after it are."""
    shown = entry.premises[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    address = f"/register/{entry.id}"
    return {
        "places": [_place(place) for place in shown],
        "previous": f"{address}?page={page - 1}" if page > 1 and shown else None,
        "next": f"{address}?page={page + 1}" if page * ON_A_PAGE < len(entry.premises) else None,
    }


def snippet(entry: Entry, base_url: str) -> str:
    """The HTML that shows the badge on the signatory's own site, as a link to what the register says."""
    page = f"{base_url.rstrip('/')}/register/{entry.id}"
    image = f"{base_url.rstrip('/')}/api/charter/signatories/{entry.id}/badge.svg"
    words = "Women’s Night Safety Charter: see what the register says today"
    return f'<a href="{escape(page)}"><img src="{escape(image)}" width="{WIDTH}" height="{HEIGHT}" alt="{words}"></a>'


def _facts(entry: Entry) -> list[dict[str, Any]]:
    facts = {
        "Sector": SECTORS[entry.sector].label,
        "Boroughs": ", ".join(_borough(code) for code in entry.boroughs) or "None in London",
        "Premises": _premises(entry.premises),
        "Signed on": long_date(entry.signed_on) if entry.signed_on else "",
        "Last confirmed on": long_date(entry.last_confirmed_on) if entry.last_confirmed_on else "",
        "Reference": entry.reference,
    }
    return [{"key": {"text": name}, "value": {"text": value}} for name, value in facts.items() if value]


def _premises(places: Sequence[Place]) -> str:
    unlisted = sum(place.name is None for place in places)
    if not places:
        return "None"
    return f"{len(places):,}" + (f", {unlisted:,} of them not shown publicly" if unlisted else "")


def _place(place: Place) -> dict[str, str | None]:
    borough = _borough(place.borough) if place.borough else "Outside London"
    return {"name": place.name, "postcode": place.postcode, "borough": borough}


def _borough(code: str) -> str:
    known = authority(code)
    return known.name if known else code


async def _drawing(entry: Entry) -> Markup | None:
    """Its listed places on a map of London, where there are any and boroughs to draw them in."""
    at = [place.location for place in entry.premises if place.location]
    drawn = await outlines()
    if not at or not drawn:
        return None
    sheet = Sheet(
        title="Map of its listed premises",
        description="Each dot is one of the premises; the table beneath the map names them.",
        places=positions([place.x for place in at], [place.y for place in at]),
    )
    return Markup(draw(drawn, sheet))  # noqa: S704 (drawn by us; its words are escaped)


HANDLERS = [signatory_page]
