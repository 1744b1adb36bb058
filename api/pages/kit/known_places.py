"""Known places to choose a position from, for every form that asks where something is; nobody else is asked."""

from typing import Any

from api.pages.kit.forms import whole_number
from geo.places import queries
from geo.places.authorities import authority
from geo.places.entries import Kind
from geo.places.queries import KnownPlace, Sought, folded
from geo.places.written import as_written, position_written

FEW, MANY = 10, 500  # as many as one chooses among, and as many as those are chosen from
MAX_SOUGHT = 100
WRITTEN = "written"  # the choice of a position of one's own
NOT_IN_LONDON = "not in London, as far as we know"


async def named(name: str, kind: Kind | None = None) -> list[KnownPlace]:
    """Known places with that in their names; areas are no positions, whatever they are called."""
    if len(name.strip()) < 2:
        return []
    sought = folded(name.strip())
    found = await queries.places(Sought(kind=kind, text=name.strip()[:MAX_SOUGHT]), limit=MANY)
    positions = [one for one in found if one.kind in (Kind.VENUE, Kind.HUB)]
    # Whoever types "Lamb" means the Lamb before the Lamb & Flag, and that before the Slaughtered Lamb.
    return sorted(positions, key=lambda one: (not folded(one.name).startswith(sought), folded(one.name)))[:FEW]


async def near(sought: str, postcode: str) -> list[KnownPlace]:
    """The places to choose a position from: what was searched, else the venues of the premises' postcode."""
    return await named(sought) if sought else await queries.venues_at(postcode)


async def known(number: str) -> KnownPlace | None:
    """The place of a number that a page of ours offered; None for anything else."""
    chosen = whole_number(number, digits=11)
    return None if chosen is None else await queries.place(chosen)


async def position_chosen(at: str, written: str) -> str:
    """The position that a form means: of the known place `at`, else as it was written."""
    chosen = await known(at) if at != WRITTEN else None
    return as_written(chosen.location.x, chosen.location.y) if chosen else written


async def borough_at(written: str) -> str | None:
    """The name of the borough of a position as it was written; None where it means none."""
    if not (found := position_written(written)):
        return None
    return borough_named((await queries.boroughs_of([found[0]], [found[1]]))[0]) or NOT_IN_LONDON


def borough_named(code: str | None) -> str | None:
    """A borough by its GSS code."""
    found = authority(code) if code else None
    return found.name if found else None


def details(chosen: KnownPlace) -> dict[str, str]:
    """What is known of a venue, by the fields that ask for it."""
    return {
        "name": chosen.name,
        "address": chosen.address or "",
        "postcode": chosen.postcode or "",
        "position": as_written(chosen.location.x, chosen.location.y),
    }


def choices(found: list[KnownPlace]) -> list[dict[str, Any]]:
    """The places as radios, each with what tells it from others of its name."""
    return [{"value": str(place.number), "text": place.name, "hint": {"text": _told(place)}} for place in found]


def _told(place: KnownPlace) -> str:
    return ", ".join(filter(None, (place.address, place.postcode, borough_named(place.borough)))) or " "
