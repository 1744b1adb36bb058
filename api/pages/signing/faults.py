"""What is wrong with the answers, at the page and field where it is put right, in words that say what to do."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from api.pages.signing.answers import Answers, Typed, hours_of, one, signature_of
from charter.errors import SignatureNotAcceptable
from charter.signing import MAX_ADDRESS, MAX_JOB_TITLE, MAX_NAME, check

PAGES = ("organisation", "premises", "signatory", "champion", "pledges")  # in the order in which they are asked
PARTS = ("details", "position", "hours")  # of each place
PREMISES_FIELD = re.compile(r"premises\[(\d+)\]\.(.+)")
HOURS_FIELD = re.compile(r"opening_hours\[(\d+)\]\.(days|opens|closes)")


class Fault(NamedTuple):
    """Something to put right: on which page, in which field, and how."""

    page: str
    field: str
    message: str


# What to say where nothing was typed, and where what was typed is refused; None leaves the rule's own words.
WORDS: dict[tuple[str, str], tuple[str, str | None]] = {
    ("organisation", "name"): (
        "Enter the name of your organisation",
        f"The name must be {MAX_NAME} characters or fewer",
    ),
    ("organisation", "sector"): ("Select the sector that fits best", "Select the sector that fits best"),
    ("organisation", "website"): ("", "Enter the whole web address, such as https://example.org, or leave it empty"),
    ("organisation", "operates_at_night"): (
        "Select yes if your organisation operates at some time between 6pm and 6am",
        "The charter is for organisations that operate at some time between 6pm and 6am",
    ),
    ("signatory", "name"): ("Enter your name", f"Your name must be {MAX_NAME} characters or fewer"),
    ("signatory", "job_title"): (
        "Enter your job title",
        f"Your job title must be {MAX_JOB_TITLE} characters or fewer",
    ),
    ("signatory", "email"): (
        "Enter your email address",
        "Enter an email address in the correct format, such as name@example.org",
    ),
    ("signatory", "has_authority"): (
        "Confirm that you may sign for your organisation, or ask somebody who may",
        None,
    ),
    ("champion", "name"): (
        "Enter the champion’s name",
        f"The champion’s name must be {MAX_NAME} characters or fewer",
    ),
    ("champion", "job_title"): (
        "Enter the champion’s job title",
        f"The champion’s job title must be {MAX_JOB_TITLE} characters or fewer",
    ),
    ("champion", "email"): (
        "Enter the champion’s email address",
        "Enter the champion’s email address in the correct format, such as name@example.org",
    ),
    ("pledges", "agreed"): ("Confirm that your organisation makes all seven pledges", None),
    ("details", "name"): ("Enter the name of the premises", f"The name must be {MAX_NAME} characters or fewer"),
    ("details", "address"): ("Enter the address", f"The address must be {MAX_ADDRESS} characters or fewer"),
    ("details", "postcode"): ("Enter the postcode", "Enter a full UK postcode, such as SE1 1AA"),
    ("position", "position"): (
        "Select a place, or enter where the premises are",
        "Enter a position in Great Britain, such as 51.50550, -0.08770, a link copied from a map, or TQ 32700 80200",
    ),
}
HOURS_WORDS = {
    "days": "Select the days that these opening hours are for",
    "opens": "Enter when the premises open, such as 17:00 or 5pm",
    "closes": "Enter when the premises close, such as 02:00 or 2am",
}
NO_NIGHT = "Enter opening hours of at least one place that touch the time between 6pm and 6am, or leave all of them out"


def faults(answers: Answers) -> list[Fault]:
    """Everything that keeps the answers from being a signature that is taken, in the order of the pages."""
    found = [*_unanswered(answers), *_of_the_rules(answers)]
    return sorted(dict.fromkeys(found), key=lambda fault: PAGES.index(fault.page.partition("/")[0]))


def faults_on(page: str, answers: Answers) -> list[Fault]:
    """Those of one page; a place's pages are called premises/1/details and so on."""
    return [fault for fault in faults(answers) if fault.page == page]


def first_open(answers: Answers) -> str | None:
    """The first page in their order that is not answered rightly yet; None when all are."""
    return next((fault.page for fault in faults(answers)), None)


def _unanswered(answers: Answers) -> Iterator[Fault]:
    """Questions without a rule of the charter behind them: they want an answer, whichever it is."""
    more = one(answers.page("premises"), "more")
    if more not in ("yes", "no"):
        words = "you need to add other premises" if answers.premises else "your organisation has premises"
        yield Fault("premises", "more", f"Select yes if {words}")
    if one(answers.page("champion"), "who") not in ("me", "other"):
        yield Fault("champion", "who", "Select who the champion is")
    if one(answers.page("pledges"), "public_listing") not in ("yes", "no"):
        yield Fault("pledges", "public_listing", "Select yes if your organisation may stand in the public register")


def _of_the_rules(answers: Answers) -> Iterator[Fault]:
    try:
        # Which wordings there are is asked where the page is, and again when the signature is taken.
        signature = signature_of(answers)
        check(signature, versions=[signature.charter_version] if signature.charter_version else [])
    except SignatureNotAcceptable as refused:
        for path, message in refused.errors:
            yield from _at_its_field(path, message, answers)


def _at_its_field(path: str, message: str, answers: Answers) -> Iterator[Fault]:
    """A rule's complaint at the field that it is about: `premises[0].postcode` is on premises/1/details."""
    if found := PREMISES_FIELD.fullmatch(path):
        yield _of_premises(int(found[1]), found[2], message, answers)
        return
    page, _, field = path.partition(".")
    if page in ("charter_version", "pledges"):
        page, field = "pledges", "agreed"
    # The champion's own fields are not asked where it is whoever signs, or where that is not said yet.
    if page != "champion" or one(answers.page("champion"), "who") == "other":
        yield Fault(page, field, _words(page, field, answers.page(page), message))


def _of_premises(place: int, path: str, message: str, answers: Answers) -> Fault:
    at, typed = f"premises/{place + 1}", answers.premises[place]
    if found := HOURS_FIELD.fullmatch(path):
        line = list(hours_of(typed))[int(found[1])][0]
        return Fault(f"{at}/hours", f"hours-{line}-{found[2]}", HOURS_WORDS[found[2]])
    if path == "opening_hours":
        return Fault("premises", "more", NO_NIGHT)
    if path == "location":
        return Fault(f"{at}/position", "position", _words("position", "position", typed, message))
    return Fault(f"{at}/details", path, _words("details", path, typed, message))


def _words(page: str, field: str, typed: Typed, message: str) -> str:
    blank, refused = WORDS.get((page, field), (message, message))
    return (refused if one(typed, field).strip() else blank) or blank or message
