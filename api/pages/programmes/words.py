"""The words of programmes: states with their colours, nights, areas, and what is known of a place."""

from collections.abc import Mapping
from datetime import date

from audits.queries import ProgrammeFacts
from charter.letters import long_date
from geo.places.authorities import AUTHORITIES, authority
from geo.places.entries import Kind
from geo.places.queries import KnownPlace
from geo.shapes import area_km2

STATES: dict[str, tuple[str, str]] = {"open": ("Open", "green"), "closed": ("Closed", "grey")}
STANDINGS: dict[str, tuple[str, str]] = {
    "open": ("Can be joined", "green"),
    "full": ("Full", "blue"),
    "expired": ("Expired", "grey"),
    "withdrawn": ("Withdrawn", "red"),
    "closed": ("Programme closed", "grey"),
}
KINDS: Mapping[Kind, str] = {Kind.BOROUGH: "borough", Kind.TOWN_CENTRE: "town centre", Kind.WARD: "ward"}
BOROUGHS: Mapping[str, str] = {one.gss: one.name for one in AUTHORITIES}
NO_BODY = "No authority is named"


def nights(of: ProgrammeFacts) -> str:
    """From which night to which."""
    return window(of.opens_on, of.closes_on)


def window(first: date, last: date) -> str:
    """A window of nights in words.

    >>> window(date(2026, 10, 1), date(2026, 12, 31))
    '1 October 2026 to 31 December 2026'
    """
    return long_date(first) if first == last else f"{long_date(first)} to {long_date(last)}"


def body(gss: str | None) -> str:
    """The authority that leads it, by name."""
    found = authority(gss) if gss else None
    return found.name if found else NO_BODY


def size(of: ProgrammeFacts) -> str:
    """How large its area is, and how wide where it is a line."""
    return extent(area_km2(of.area), of.width_m)


def extent(km2: float, width_m: float | None = None) -> str:
    """A size as people say it: small ones in hectares.

    >>> extent(0.4), extent(0.0222, 30.0), extent(12.345)
    ('0.40 km²', '2.2 hectares, a line 30 m wide', '12.3 km²')
    """
    said = f"{km2 * 100:.1f} hectares" if km2 < 0.1 else f"{km2:.2f} km²" if km2 < 10 else f"{km2:.1f} km²"
    return said if width_m is None else f"{said}, a line {width_m:g} m wide"


def place_said(place: KnownPlace) -> str:
    """A place that may be an area: its name, what it is, and in which borough."""
    there = authority(place.borough) if place.borough and place.kind is not Kind.BOROUGH else None
    return ", ".join([place.name, KINDS[place.kind], *([there.name] if there else [])])
