"""Where to find help: routes as dated data, which administrators replace as a whole and nobody edits in place."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

import msgspec

from audits.errors import FieldError
from audits.people.errors import HelpNotAcceptable

MAX_ROUTES = 30
# In characters; what a phone shows on one screen of 320 pixels without hiding the next route.
LONGEST = {"key": 40, "name": 100, "contact": 200, "when": 200, "note": 300}
KEY_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_")


class HelpRoute(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One way to help: a number to call or text, or a page. `confirmed`: the operator has said that it is right."""

    key: str
    name: str
    contact: str
    kind: Literal["call", "text", "web"]
    when: str
    note: str | None = None
    confirmed: bool = True


class HelpRoutes(msgspec.Struct, frozen=True, kw_only=True):
    """One published version, and the day as of which it is right; the most urgent route comes first."""

    version: str
    dated: date
    routes: tuple[HelpRoute, ...]


class NewHelpRoutes(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is published next."""

    dated: date
    routes: tuple[HelpRoute, ...]


def check_help(new: NewHelpRoutes) -> None:
    """Raise HelpNotAcceptable, naming every field that a phone could not show or use."""
    if errors := list(_errors(new)):
        raise HelpNotAcceptable("These help routes cannot be published as they stand. See errors.", errors)


def next_version(last: str, dated: date) -> str:
    """The version after `last`: the year, and a number that begins with each year.

    >>> next_version("2026-1", date(2026, 12, 1)), next_version("2026-7", date(2027, 1, 1))
    ('2026-2', '2027-1')
    """
    year, _, number = last.partition("-")
    # A date of last year does not turn the numbers back.
    return f"{dated.year}-1" if dated.year > int(year) else f"{year}-{int(number) + 1}"


def _errors(new: NewHelpRoutes) -> Iterator[FieldError]:
    if not 1 <= len(new.routes) <= MAX_ROUTES:
        yield FieldError("routes", f"Publish between 1 and {MAX_ROUTES} routes.")
    keys = [route.key for route in new.routes]
    for place, route in enumerate(new.routes):
        field = f"routes[{place}]"
        if not route.key or not set(route.key) <= KEY_LETTERS or keys.count(route.key) > 1:
            yield FieldError(f"{field}.key", "Give each route a key of its own, of small letters, digits and _.")
        for name, longest in LONGEST.items():
            text = getattr(route, name)
            if text is not None and (not text.strip() or len(text) > longest):
                yield FieldError(f"{field}.{name}", f"Write between 1 and {longest} characters.")
        if (message := _undiallable(route)) is not None:
            yield FieldError(f"{field}.contact", message)


def _undiallable(route: HelpRoute) -> str | None:
    if route.kind == "web":
        return None if route.contact.startswith("https://") else "Write an address that begins with https://."
    digits = route.contact.replace(" ", "").removeprefix("+")
    return None if digits.isascii() and digits.isdigit() and len(digits) >= 3 else "Write a telephone number."


FIRST = HelpRoutes(
    version="2026-1",
    dated=date(2026, 11, 25),
    routes=(
        HelpRoute(
            key="emergency",
            name="Police, ambulance or fire in an emergency",
            contact="999",
            kind="call",
            when="At any time, if you or somebody else is in danger now",
            note="If you cannot speak, press 55 when you are asked to.",
        ),
        HelpRoute(
            key="police",
            name="Police, when it is not an emergency",
            contact="101",
            kind="call",
            when="At any time",
            note="This is how to report a crime that is over.",
        ),
        HelpRoute(
            key="transport_police",
            name="British Transport Police",
            contact="61016",
            kind="text",
            when="At any time, on trains, the Tube and at stations",
            note="Never for emergencies: call 999.",
        ),
        HelpRoute(
            key="sexual_abuse",
            name="24/7 Rape and Sexual Abuse Support Line",
            contact="0808 500 2222",
            kind="call",
            when="At any time",
            confirmed=False,
        ),
        HelpRoute(
            key="domestic_abuse",
            name="National Domestic Abuse Helpline",
            contact="0808 2000 247",
            kind="call",
            when="At any time",
        ),
        HelpRoute(
            key="stalking",
            name="National Stalking Helpline",
            contact="0808 802 0300",
            kind="call",
            when="On weekdays; its web site says at what hours",
        ),
        HelpRoute(
            key="galop",
            name="Galop, for LGBT+ people who were abused or attacked",
            contact="0800 999 5428",
            kind="call",
            when="On weekdays; its web site says at what hours",
        ),
        HelpRoute(
            key="victim_support",
            name="Victim Support",
            contact="0808 16 89 111",
            kind="call",
            when="At any time",
        ),
    ),
)
