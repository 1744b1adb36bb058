"""Signing: what an organisation sends, and what must be true of it before its signature is taken."""

import re
from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from charter.errors import FieldError, SignatureNotAcceptable
from charter.pledges import NUMBERS, SECTORS
from geo.errors import UnacceptableShape
from geo.shapes import point

LONDON = ZoneInfo("Europe/London")
NIGHT_BEGINS, NIGHT_ENDS = time(18), time(6)  # the charter is for whoever operates between 6pm and 6am
CONFIRM_WITHIN = timedelta(days=30)
MAX_NAME, MAX_ADDRESS, MAX_JOB_TITLE, MAX_WEBSITE = 300, 300, 200, 500
MAX_EMAIL = 254  # RFC 5321, section 4.5.3.1.3, less the angle brackets
MAX_PREMISES = 5_000
MAX_OWN_REFERENCE = 100
MAX_HOURS = 50  # lines of opening hours: seven days with several openings each
MAX_ERRORS = 100

# `held` (a burst) and `suspended` (by the scheme) stand beside the way from applied to lapsed; withdrawn follows any.
STATES = ("applied", "active", "review_due", "lapsed", "withdrawn", "held", "suspended")
IN_REGISTER = ("active", "review_due")
SHOWN_BY_ID = (*IN_REGISTER, "lapsed", "withdrawn")

# The roles that a contact may have, and the states in which each may still confirm: whoever lapsed may come back by a
# champion of its own, but what the scheme or the organisation itself decided is undone by no letter's link.
SIGNATORY, CHAMPION, DEPUTY = "signatory", "champion", "deputy"
CONFIRMS_IN = {
    SIGNATORY: ("applied",),
    CHAMPION: ("applied", *IN_REGISTER, "lapsed"),
    DEPUTY: (*IN_REGISTER, "lapsed"),
}

CLOCK_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
# Every form that British postcodes take (BS 7666), without their space and without asking whether one is in use.
POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}")
# The HTML standard's valid e-mail address, with a dot in the domain; nothing in it can end or extend a mail header.
EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Errors = Iterator[FieldError]


class Wire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What comes over the wire."""


class PointAt(Wire, frozen=True, kw_only=True):
    """A GeoJSON Point: longitude, latitude, WGS 84; a height is dropped."""

    type: Literal["Point"]
    coordinates: Annotated[tuple[float, ...], msgspec.Meta(min_length=2, max_length=4)]


class OpeningHours(Wire, frozen=True, kw_only=True):
    """Open on these days from `opens` up to, and not including, `closes`.

    Closing before opening means after midnight; equal times mean 24 hours.
    """

    days: tuple[Day, ...]
    opens: str
    closes: str


class Premises(Wire, frozen=True, kw_only=True):
    """A place of the organisation; `listed` None means what its sector does by default.

    `own_reference` is the organisation's word for it, such as a shop number, and is never shown to others.
    """

    name: str
    address: str
    postcode: str
    listed: bool | None = None
    location: PointAt
    opening_hours: tuple[OpeningHours, ...] = ()
    own_reference: str | None = None


class Organisation(Wire, frozen=True, kw_only=True):
    """Who signs."""

    name: str
    sector: str
    website: str | None = None
    operates_at_night: bool


class Contact(Wire, frozen=True, kw_only=True):
    """A person to write to; never shown to anybody else."""

    name: str
    job_title: str
    email: str


class Signatory(Contact, frozen=True, kw_only=True):
    """The person who signs for the organisation."""

    has_authority: bool


class Consent(Wire, frozen=True, kw_only=True):
    """What the organisation agrees to beyond the charter itself."""

    public_listing: bool
    network_contact: bool


class Signature(Wire, frozen=True, kw_only=True):
    """One organisation signs the charter: the body of POST /api/charter/signatures."""

    charter_version: str
    organisation: Organisation
    premises: tuple[Premises, ...]
    signatory: Signatory
    champion: Contact
    pledges: tuple[int, ...]
    consent: Consent


def check(signature: Signature, *, versions: Collection[str]) -> None:
    """Raise SignatureNotAcceptable, naming at most MAX_ERRORS fields, unless the signature can be taken.

    `versions` are those that were published, the oldest first.
    """
    errors = list(islice(_problems(signature, versions), MAX_ERRORS))
    if errors:
        raise SignatureNotAcceptable(errors)


def touches_night(opens: time, closes: time) -> bool:
    """Whether being open from `opens` up to `closes` touches 18:00 to 06:00; both are half-open.

    >>> touches_night(time(9), time(18)), touches_night(time(9), time(18, 1)), touches_night(time(9), time(9))
    (False, True, True)
    """
    # Whatever reaches midnight touches the night, and so do 24 hours.
    across_midnight = closes <= opens
    return across_midnight or opens < NIGHT_ENDS or closes > NIGHT_BEGINS


def is_listed(premises: Premises, sector: str) -> bool:
    """Whether the place may be shown: as it says itself, else as its sector does by default."""
    return SECTORS[sector].listed if premises.listed is None else premises.listed


def tidy_postcode(postcode: str) -> str:
    """The postcode in capitals with its one space.

    >>> tidy_postcode(" se11aa")
    'SE1 1AA'
    """
    joined = "".join(postcode.split()).upper()
    return f"{joined[:-3]} {joined[-3:]}"


def known_as(email: str) -> str:
    """The address as it is compared: few mail servers tell capitals apart, and people never do."""
    return email.casefold()


def one_person(signature: Signature) -> bool:
    """Whether signatory and champion share an address, so that one letter serves both."""
    return known_as(signature.signatory.email) == known_as(signature.champion.email)


def may_confirm(role: str, state: str) -> bool:
    """Whether a contact in that role still has something to confirm: a signature once, a role while it stands."""
    return state in CONFIRMS_IN[role]


def reference(year: int, place: int) -> str:
    """What people quote: the year of signing in London, and the signature's place in it.

    >>> reference(2026, 42)
    'WNSC-2026-00042'
    """
    return f"WNSC-{year}-{place:05d}"


def london_date(at: datetime) -> date:
    """The date on London's calendars at that instant."""
    return at.astimezone(LONDON).date()


def _problems(signature: Signature, versions: Collection[str]) -> Errors:
    yield from _version_and_pledges(signature, versions)
    yield from _organisation(signature.organisation)
    yield from contact_errors("signatory", signature.signatory)
    if not signature.signatory.has_authority:
        yield FieldError("signatory.has_authority", "Whoever signs must be allowed to sign for the organisation.")
    yield from contact_errors("champion", signature.champion)
    # Said alone: listing what is wrong with each of too many would help nobody.
    if len(signature.premises) > MAX_PREMISES:
        yield FieldError("premises", f"At most {MAX_PREMISES:,} premises can be sent at once.")
        return
    for place, premises in enumerate(signature.premises):
        yield from premises_problems(f"premises[{place}]", premises)
    yield from _night(signature.premises)


def _version_and_pledges(signature: Signature, versions: Collection[str]) -> Errors:
    if signature.charter_version not in versions:
        yield FieldError("charter_version", f"Sign a published version: {', '.join(versions)}.")
        return
    # Sorted and not a set, so that a pledge sent twice is noticed.
    if tuple(sorted(signature.pledges)) != NUMBERS:
        yield FieldError("pledges", f"The charter is signed whole: send each of its {len(NUMBERS)} pledges once.")


def _organisation(organisation: Organisation) -> Errors:
    yield from _text("organisation.name", organisation.name, MAX_NAME)
    if organisation.sector not in SECTORS:
        yield FieldError("organisation.sector", "Choose one of the sectors that GET /api/charter lists.")
    if organisation.website is not None and not _is_web_address(organisation.website):
        yield FieldError("organisation.website", "Write the whole address, such as https://example.org, or leave it.")
    if not organisation.operates_at_night:
        yield FieldError(
            "organisation.operates_at_night",
            "The charter is for organisations that operate at some time between 18:00 and 06:00.",
        )


def contact_errors(field: str, contact: Contact) -> Errors:
    """What is wrong with a person as she was named, at the fields below `field`."""
    yield from _text(f"{field}.name", contact.name, MAX_NAME)
    yield from _text(f"{field}.job_title", contact.job_title, MAX_JOB_TITLE)
    if not is_email(contact.email):
        yield FieldError(f"{field}.email", "Write one e-mail address, such as name@example.org.")


def premises_problems(field: str, premises: Premises) -> Errors:
    """What keeps a place from being taken, wherever it comes from; `field` is where it stands in what was sent."""
    yield from _text(f"{field}.name", premises.name, MAX_NAME)
    yield from _text(f"{field}.address", premises.address, MAX_ADDRESS)
    if not POSTCODE.fullmatch("".join(premises.postcode.split()).upper()):
        yield FieldError(f"{field}.postcode", "Write a whole British postcode, such as SE1 1AA.")
    try:
        point(*premises.location.coordinates[:2])
    except UnacceptableShape as error:
        yield FieldError(f"{field}.location", str(error))
    if premises.own_reference is not None:
        yield from _text(f"{field}.own_reference", premises.own_reference, MAX_OWN_REFERENCE)
    if len(premises.opening_hours) > MAX_HOURS:
        yield FieldError(f"{field}.opening_hours", f"At most {MAX_HOURS} lines of opening hours can be sent.")
        return
    for place, hours in enumerate(premises.opening_hours):
        yield from _hours(f"{field}.opening_hours[{place}]", hours)


def _hours(field: str, hours: OpeningHours) -> Errors:
    if not hours.days or len(set(hours.days)) < len(hours.days):
        yield FieldError(f"{field}.days", "Name each day once, and at least one.")
    for name, written in (("opens", hours.opens), ("closes", hours.closes)):
        if not CLOCK_TIME.fullmatch(written):
            yield FieldError(f"{field}.{name}", "Write the time of day as 17:00; midnight is 00:00.")


def _night(premises: tuple[Premises, ...]) -> Errors:
    """Hours are optional, but where any are given one of them must touch the night."""
    given = [(place, hours) for place, one in enumerate(premises) for hours in one.opening_hours]
    readable = [hours for _, hours in given if CLOCK_TIME.fullmatch(hours.opens) and CLOCK_TIME.fullmatch(hours.closes)]
    # What cannot be read was named already; whether the rest touches the night is not known yet.
    if len(readable) < len(given) or not given:
        return
    if not any(touches_night(time.fromisoformat(h.opens), time.fromisoformat(h.closes)) for h in readable):
        yield FieldError(f"premises[{given[0][0]}].opening_hours", "None of the opening hours touches 18:00 to 06:00.")


def _text(field: str, text: str, limit: int) -> Errors:
    if not text.strip():
        yield FieldError(field, "This cannot be empty.")
    elif len(text) > limit:
        yield FieldError(field, f"This is longer than {limit} characters. Shorten it.")


def is_email(text: str) -> bool:
    """Whether letters can be sent there, as far as its spelling tells."""
    # What HTML's pattern lets pass and mail servers refuse: dots at an end or in a row, and a long local part.
    local = text.partition("@")[0]
    dots = local.startswith(".") or local.endswith(".") or ".." in local
    return len(text) <= MAX_EMAIL and len(local) <= 64 and not dots and EMAIL.fullmatch(text) is not None


def _is_web_address(text: str) -> bool:
    if len(text) > MAX_WEBSITE or not text.isprintable() or " " in text:
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and "." in (parts.hostname or "") and parts.username is None
