"""One programme: where and when, who has joined by count, its invitations, and its walks, day beside dark."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Template

from api.pages.desk.words import tag
from api.pages.programmes.listing import may_lead
from api.pages.programmes.words import STANDINGS, STATES, body, nights, size
from api.pages.review.words import counted, state_tag
from api.roles import Principal
from audits.planning.invitations import InvitationFacts
from audits.planning.outings import Leg, Outing, outings
from audits.planning.queries import MOST_LEGS, Led, led
from audits.programmes import today_in_london
from charter.letters import long_date

ONE = "/programmes/{programme_id:uuid}"
DONE: Mapping[str, str] = {
    "created": "The programme was created. Invite the women who walk, and plan stops for both legs if you want to.",
    "withdrawn": "The invitation was withdrawn. Whoever has joined by it stays.",
    "changed": "The programme was changed. Phones show it from their next connection.",
    "closed": "The programme is closed. Walks that were made may still be handed in.",
    "planned": "The plan was kept. Phones show it from their next connection.",
}
Done = Annotated[str, QueryParameter(description="What was just done, in a word of DONE.")]


@get(ONE, include_in_schema=False)
async def programme_page(
    programme_id: FromPath[UUID], who: NamedDependency[Principal], now: NamedDependency[datetime], done: Done = ""
) -> Template:
    """404 where it is absent, or not hers."""
    found = await led(programme_id, caller=who.caller)
    context = {
        **around(found, who),
        **_walked(found),
        "done": DONE.get(done),
        "facts": _facts(found),
        "joined": _joined(found, now),
        "invitations": [_invitation(one, found, now) for one in found.invitations],
    }
    return Template("programmes/one.html", context=context)


def _walked(found: Led) -> dict[str, Any]:
    """The outings, how many have both legs, and how many legs there are in each state."""
    together = outings(found.legs)
    return {
        "outings": [_outing(one) for one in together],
        "pairs": sum(one.light is not None and one.dark is not None for one in together),
        "by_state": [(state_tag(state), number) for state, number in sorted(found.by_state.items())],
        "more": max(0, sum(found.by_state.values()) - MOST_LEGS),
    }


def around(found: Led, who: Principal) -> dict[str, Any]:
    """What every page of one programme shows: which it is, in which state, and whether its reader may lead it."""
    of = found.programme
    address = f"/programmes/{of.id}"
    return {"of": of, "state": tag(STATES, of.state), "address": address, "leads": may_lead(who)}


def _facts(found: Led) -> list[tuple[str, str]]:
    of = found.programme
    facts = [("What it is for", of.purpose)] if of.purpose else []
    facts += [
        ("Led by", body(of.lead_body)),
        ("Nights", nights(of)),
        ("Area", size(of)),
        ("Questions", f"Version {of.instrument_version}"),
        ("Planned stops", str(len(found.planned)) if found.planned else "None"),
    ]
    return facts + ([("Closed", long_date(today_in_london(of.closed_at)))] if of.closed_at else [])


def _joined(found: Led, now: datetime) -> str:
    today, state = today_in_london(now), found.programme.state
    standing = [one.standing(today=today, programme_state=state) == "open" for one in found.invitations]
    free = sum(one.places - one.used for one, is_open in zip(found.invitations, standing, strict=True) if is_open)
    said = f"{counted(found.joined, 'woman has', 'women have')} joined."
    return f"{said} {counted(free, 'place is', 'places are')} free." if any(standing) else said


def _invitation(one: InvitationFacts, found: Led, now: datetime) -> dict[str, Any]:
    standing = one.standing(today=today_in_london(now), programme_state=found.programme.state)
    return {
        "number": one.number,
        "label": one.label or f"Invitation {one.number}",
        "made": long_date(today_in_london(one.created_at)),
        "taken": f"{one.used} of {one.places}",
        "until": long_date(one.expires_on),
        "state": tag(STANDINGS, standing),
        "open": standing == "open",
    }


def _outing(one: Outing) -> dict[str, Any]:
    return {"night": long_date(one.night_of), "light": _leg(one.light), "dark": _leg(one.dark)}


def _leg(leg: Leg | None) -> dict[str, Any] | None:
    if leg is None:
        return None
    short = ", cut short" if leg.cut_short else ""
    return {
        "id": leg.id,
        "said": f"{counted(leg.stops, 'stop', 'stops')}{short}",
        "state": state_tag(leg.state),
        "reviewable": leg.state != "incomplete",
    }


HANDLERS = [programme_page]
