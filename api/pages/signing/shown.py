"""The answers as people read them before they sign: rows of a question and what was said."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from api.pages.kit.known_places import NOT_IN_LONDON, borough_named
from api.pages.signing.answers import Answers, Typed, champion_of, one, premises_of, said, signature_of
from api.pages.signing.visit import START
from charter.pledges import SECTORS
from charter.signing import CLOCK_TIME, OpeningHours, is_listed, tidy_postcode
from geo.places.queries import boroughs_of
from geo.places.written import position_written

DAY_NAMES = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}


@dataclass(frozen=True)
class Said:
    """A question, what was answered (a line each), and the page that changes it."""

    question: str
    lines: Sequence[str]
    page: str

    @property
    def address(self) -> str:
        """Where it is changed."""
        return f"{START}/{self.page}"


@dataclass(frozen=True)
class Card:
    """One place with what was said of it."""

    number: int
    title: str
    rows: Sequence[Said]


async def cards(answers: Answers) -> list[Card]:
    """The premises as they were typed, each with the borough that its position is in."""
    found = [position_written(one(typed, "position")) for typed in answers.premises]
    known = [position for position in found if position]
    boroughs = iter(await boroughs_of([p[0] for p in known], [p[1] for p in known]) if known else [])
    names = [_borough(next(boroughs)) if position else None for position in found]
    sector = one(answers.page("organisation"), "sector")
    return [
        Card(number, said(typed, "name") or f"Premises {number}", list(_of_premises(typed, number, name, sector)))
        for number, (typed, name) in enumerate(zip(answers.premises, names, strict=True), 1)
    ]


def organisation_rows(answers: Answers) -> list[Said]:
    """The organisation as it will stand in the register."""
    organisation = signature_of(answers).organisation
    sector = SECTORS.get(organisation.sector)
    page = "organisation"
    return [
        Said("Name", [organisation.name], page),
        Said("Sector", [sector.label if sector else ""], page),
        Said("Website", [organisation.website or "None given"], page),
        Said("Operates between 6pm and 6am", ["Yes" if organisation.operates_at_night else "No"], page),
    ]


def people_rows(answers: Answers) -> list[Said]:
    """Who signs, and who is champion."""
    signs = answers.page("signatory")
    is_she = one(answers.page("champion"), "who") == "me"
    champion = ["You"] if is_she else _person(champion_of(answers))
    return [Said("You", _person(signs), "signatory"), Said("Champion", champion, "champion")]


def consent_rows(answers: Answers) -> list[Said]:
    """What the organisation agreed to."""
    signature = signature_of(answers)
    shown, written_to = signature.consent.public_listing, signature.consent.network_contact
    return [
        Said(
            "Pledges",
            [f"All {len(signature.pledges)} of the charter’s wording of {signature.charter_version}"],
            "pledges",
        ),
        Said("In the public register", ["Yes" if shown else "No: it counts, and is not shown"], "pledges"),
        Said("News of the charter’s network", ["Yes" if written_to else "No"], "pledges"),
    ]


def _of_premises(typed: Typed, number: int, borough: str | None, sector: str) -> Iterator[Said]:
    at, premises = f"premises/{number}", premises_of(typed)
    listed = sector not in SECTORS or is_listed(premises, sector)
    postcode = tidy_postcode(premises.postcode) if premises.postcode else ""
    yield Said("Address", [*premises.address.splitlines(), postcode], f"{at}/details")
    yield Said("Borough", [borough or "Not known: give its position"], f"{at}/position")
    yield Said("On the public map", ["Yes" if listed else "No, only its borough is shown"], f"{at}/details")
    yield Said(
        "Opening hours", [hours_in_words(hours) for hours in premises.opening_hours] or ["Not given"], f"{at}/hours"
    )


def hours_in_words(hours: OpeningHours) -> str:
    """A line of opening hours as people say it.

    >>> hours_in_words(OpeningHours(days=("fri", "sat"), opens="17:00", closes="02:00"))
    'Friday, Saturday: 17:00 to 02:00 the next day'
    """
    days = ", ".join(DAY_NAMES[day] for day in hours.days)
    if hours.opens == hours.closes:
        return f"{days}: 24 hours"
    readable = CLOCK_TIME.fullmatch(hours.opens) and CLOCK_TIME.fullmatch(hours.closes)
    # What closes at midnight closes at the end of the day that it opened on.
    after_midnight = readable and "00:00" < hours.closes < hours.opens
    return f"{days}: {hours.opens} to {hours.closes}{' the next day' if after_midnight else ''}"


def _borough(code: str | None) -> str:
    return borough_named(code) or NOT_IN_LONDON


def _person(typed: Typed) -> list[str]:
    return [said(typed, field) for field in ("name", "job_title", "email")]
