"""What has been typed into the form so far, and the signature that it makes."""

import re
from collections.abc import Iterator
from math import nan
from uuid import UUID

import msgspec

from charter.pledges import NUMBERS
from charter.signing import (
    Consent,
    Contact,
    OpeningHours,
    Organisation,
    PointAt,
    Premises,
    Signatory,
    Signature,
)
from geo.places.written import position_written

Typed = dict[str, list[str]]  # a page's fields, each with what was typed into it, in order
MAX_PREMISES_TYPED = 50  # more come as a file, at the organisation's desk
HOURS_FIELD = re.compile(r"hours-(\d{1,2})-(days|opens|closes)")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WORDS_FOR_TIMES = {"midnight": "00:00", "noon": "12:00", "midday": "12:00"}
TIME = re.compile(r"(\d{1,2})(?:[:.]?(\d{2}))? *(am|pm)?")


class Answers(msgspec.Struct, kw_only=True):
    """One organisation's answers; `id` is what its signature will have, so that sending twice signs once."""

    id: UUID
    pages: dict[str, Typed] = {}
    premises: list[Typed] = []
    sent: str | None = None  # its reference, once it was sent; all else is forgotten then

    def page(self, name: str) -> Typed:
        """The fields of one page as they were typed; empty where it was not sent yet."""
        return self.pages.get(name, {})


def one(typed: Typed, field: str) -> str:
    """What was typed into a field of one value; empty where nothing was."""
    return (typed.get(field) or [""])[0]


def said(typed: Typed, field: str) -> str:
    """The same without the spaces that phones put around what they complete."""
    return one(typed, field).strip()


def signature_of(answers: Answers) -> Signature:
    """The signature that the answers make, as far as they go; charter.signing.check says what is wrong with it."""
    organisation, pledges = answers.page("organisation"), answers.page("pledges")
    signatory = answers.page("signatory")
    return Signature(
        charter_version=one(pledges, "version"),
        organisation=Organisation(
            name=said(organisation, "name"),
            sector=one(organisation, "sector"),
            website=_web_address(said(organisation, "website")),
            operates_at_night=one(organisation, "operates_at_night") == "yes",
        ),
        premises=tuple(map(premises_of, answers.premises)),
        signatory=Signatory(**_person(signatory), has_authority=one(signatory, "has_authority") == "yes"),
        champion=Contact(**_person(champion_of(answers))),
        # The charter is signed whole, with one tick for all.
        pledges=NUMBERS if one(pledges, "agreed") == "yes" else (),
        consent=Consent(
            public_listing=one(pledges, "public_listing") == "yes",
            network_contact=one(pledges, "network_contact") == "yes",
        ),
    )


def champion_of(answers: Answers) -> Typed:
    """The champion's fields: whoever signs, where she said that it is she."""
    champion = answers.page("champion")
    return answers.page("signatory") if one(champion, "who") == "me" else champion


def premises_of(typed: Typed) -> Premises:
    """One place as it was typed; a position that cannot be read is nowhere."""
    listed = one(typed, "listed")
    found = position_written(one(typed, "position"))
    return Premises(
        name=said(typed, "name"),
        address=said(typed, "address"),
        postcode=said(typed, "postcode"),
        listed=listed == "yes" if listed else None,
        location=PointAt(type="Point", coordinates=found or (nan, nan)),
        opening_hours=tuple(hours for _, hours in hours_of(typed)),
    )


def hours_of(typed: Typed) -> Iterator[tuple[int, OpeningHours]]:
    """The lines of opening hours that something was typed into, each with its number on the page."""
    for line in range(lines_of(typed)):
        days = tuple(day for day in DAYS if day in typed.get(f"hours-{line}-days", []))
        opens, closes = (one(typed, f"hours-{line}-{end}") for end in ("opens", "closes"))
        if days or opens.strip() or closes.strip():
            yield line, OpeningHours(days=days, opens=clock_time(opens), closes=clock_time(closes))  # type: ignore[arg-type]


def lines_of(typed: Typed) -> int:
    """How many lines of opening hours the page had."""
    return max((int(found[1]) + 1 for field in typed if (found := HOURS_FIELD.fullmatch(field))), default=0)


def clock_time(text: str) -> str:
    """A time of day as people write it, as the charter writes it; what is no time stays as it is.

    >>> clock_time("5pm"), clock_time("11.30 PM"), clock_time("1700"), clock_time("midnight"), clock_time("late")
    ('17:00', '23:30', '17:00', '00:00', 'late')
    """
    plain = " ".join(text.lower().split())
    found = TIME.fullmatch(WORDS_FOR_TIMES.get(plain, plain))
    if not found:
        return text
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half and not 1 <= hour <= 12:
        return text
    # Noon is 12pm and midnight 12am; what comes of 25:70 is refused where times are checked.
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return f"{hour:02d}:{minute:02d}"


def _person(typed: Typed) -> dict[str, str]:
    return {field: said(typed, field) for field in ("name", "job_title", "email")}


def _web_address(text: str) -> str | None:
    """What people write of a web address, with the scheme that they leave out."""
    return f"https://{text}" if text and "://" not in text else text or None
