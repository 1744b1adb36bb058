"""What shows that a pledge is kept: the evidence of each of the seven, and what must be true of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec

from charter.errors import EvidenceUnreadable, FieldError, PledgeNotAcceptable
from charter.keeping.choices import ANSWERS, CHECKS, CHOICES

PLEDGES = range(1, 8)
NOT_STARTED, IN_PROGRESS, EVIDENCED, LAPSED = "not_started", "in_progress", "evidenced", "lapsed"
STATES = (NOT_STARTED, IN_PROGRESS, EVIDENCED, LAPSED)
CHAMPION_GRACE = timedelta(days=30)  # how long a pledge to have a champion outlives her leaving
MAX_STATEMENT, MAX_TEXT, MAX_CAPTION = 2_000, 200, 300
MAX_LANGUAGES = 50
MAX_COUNT = 1_000_000  # more than London's largest employer has staff
MAX_FILES = 10  # of one pledge
# Nobody's evidence is older; what is written as 0202 or 1920 is a slip of the keyboard.
EARLIEST = date(2000, 1, 1)
PLANNED_WITHIN = timedelta(days=3_653)

Errors = Iterator[FieldError]


class Evidence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What shows that a pledge is kept; None is what has not been said yet."""


class Championed(Evidence, frozen=True, kw_only=True):
    """Pledge 1: a champion is named. Who she is stands with the contacts, sealed, and nowhere here."""

    started_on: date | None = None
    ended_on: date | None = None
    briefed_on: date | None = None


class Campaign(Evidence, frozen=True, kw_only=True):
    """Pledge 2: a campaign with its channels; `ends_on` may be ahead, and a picture shows it."""

    began_on: date | None = None
    ends_on: date | None = None
    channels: tuple[str, ...] = ()
    other_channel: str | None = None


class Reminders(Evidence, frozen=True, kw_only=True):
    """Pledge 3: where people are told what to do, and when somebody last looked that they still are."""

    shown_at: tuple[str, ...] = ()
    shown_elsewhere: str | None = None
    checked_on: date | None = None


class Reporting(Evidence, frozen=True, kw_only=True):
    """Pledge 4: how victims and bystanders can report, and whether they can understand how."""

    routes: tuple[str, ...] = ()
    other_route: str | None = None
    languages: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()


class Training(Evidence, frozen=True, kw_only=True):
    """Pledge 5: who was trained, of those who meet the public or take reports, and until when it holds."""

    course: str | None = None
    provider: str | None = None
    trained_on: date | None = None
    staff_trained: int | None = None
    staff_in_scope: int | None = None
    refresh_on: date | None = None


class Log(Evidence, frozen=True, kw_only=True):
    """Pledge 6: reports are logged and answered. Counts only: what happened to whom has no place here."""

    log_kept: bool | None = None
    owner_role: str | None = None
    reviewed_on: date | None = None
    reports_received: int | None = None
    reports_responded: int | None = None


class SelfCheck(Evidence, frozen=True, kw_only=True):
    """Pledge 7: a walk through one's own premises; `audit` is the id of an edition of night safety audits here."""

    checked_on: date | None = None
    cctv_and_lights: str | None = None
    toilets: str | None = None
    access_audit: str | None = None
    safety_audit: str | None = None
    quiet_space: str | None = None
    where_staff_stand: str | None = None
    actions_open: int | None = None
    actions_closed: int | None = None
    audit: UUID | None = None


SHAPES: dict[int, type[Evidence]] = {
    1: Championed,
    2: Campaign,
    3: Reminders,
    4: Reporting,
    5: Training,
    6: Log,
    7: SelfCheck,
}
# Dates that tell what happened, and so cannot be ahead; the others may be planned.
HAPPENED = ("started_on", "briefed_on", "checked_on", "trained_on", "reviewed_on")
IN_ORDER = (("started_on", "ended_on"), ("began_on", "ends_on"), ("trained_on", "refresh_on"))
AT_MOST = (("staff_trained", "staff_in_scope"), ("reports_responded", "reports_received"))
# The day of a pledge's evidence, where nobody gives another; pledge 4 has none of its own.
DATED_BY = {
    1: "briefed_on",
    2: "began_on",
    3: "checked_on",
    5: "trained_on",
    6: "reviewed_on",
    7: "checked_on",
}

# What `evidenced` takes, and what to say where it is missing; any one of the fields of a row is enough.
NEEDED: dict[int, tuple[tuple[tuple[str, ...], str], ...]] = {
    1: (
        (("started_on",), "Enter the day on which your champion started."),
        (("briefed_on",), "Enter the day on which your champion was briefed."),
    ),
    2: (
        (("began_on",), "Enter the day on which the campaign began."),
        (("ends_on",), "Enter the day on which the campaign ends or ended."),
        (("channels", "other_channel"), "Choose at least one channel of the campaign."),
    ),
    3: (
        (("shown_at", "shown_elsewhere"), "Choose at least one place where the message is shown."),
        (("checked_on",), "Enter the day on which somebody last checked that it is shown."),
    ),
    4: (
        (("routes", "other_route"), "Choose at least one way of reporting."),
        (("languages",), "Enter at least one language."),
        (("formats",), "Choose at least one format."),
    ),
    5: (
        (("course",), "Enter the name of the course."),
        (("provider",), "Enter who gave the course."),
        (("trained_on",), "Enter the day of the training."),
        (("staff_trained",), "Enter how many staff were trained."),
        (("staff_in_scope",), "Enter how many staff should be trained."),
        (("refresh_on",), "Enter the day by which the training is refreshed."),
    ),
    6: (
        (("log_kept",), "Start a log of reports first: without one this pledge is in progress."),
        (("owner_role",), "Enter the role of whoever owns the log."),
        (("reviewed_on",), "Enter the day on which the log was last reviewed."),
    ),
    7: (
        (("checked_on",), "Enter the day of the self-check."),
        *(((name,), f"Choose an answer: {line}.") for name, line in CHECKS.items()),
        (("actions_open",), "Enter how many actions are open; 0 where there are none."),
        (("actions_closed",), "Enter how many actions were closed; 0 where there were none."),
    ),
}


class Keeping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a pledge is kept, as it is sent; `evidence` has the shape of its pledge in SHAPES."""

    state: str
    statement: str | None = None
    evidence: dict[str, Any] = {}
    evidence_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a judgement takes beside what was sent: London's day, the champion, and how many pictures there are."""

    day: date
    has_champion: bool
    files: int


def read_evidence(pledge: int, sent: Mapping[str, Any]) -> Evidence:
    """The evidence of that pledge as its own type. Raises EvidenceUnreadable, naming the field and not its content."""
    try:
        return msgspec.convert(sent, SHAPES[pledge])
    except msgspec.ValidationError as error:
        # msgspec says "... - at `$.trained_on`"; an unknown field it names in the sentence itself.
        message, _, place = str(error).partition(" - at `$.")
        raise EvidenceUnreadable("evidence." + place.rstrip("`") if place else "evidence", message) from None


def evidence_on(pledge: int, keeping: Keeping, evidence: Evidence) -> date | None:
    """The day that the evidence is of: what was sent, else the pledge's own date."""
    own: date | None = getattr(evidence, DATED_BY[pledge]) if pledge in DATED_BY else None
    return keeping.evidence_on or own


def check(pledge: int, keeping: Keeping, evidence: Evidence, facts: Facts) -> None:
    """Raise PledgeNotAcceptable, naming every field that cannot stand as it is."""
    errors = [*_state(keeping, evidence), *_statement(keeping), *_evidence(evidence, facts)]
    dated = evidence_on(pledge, keeping, evidence)
    errors.extend(_day("evidence_on", keeping.evidence_on, facts.day, happened=True))
    if keeping.state == EVIDENCED:
        errors.extend(_missing(pledge, evidence, facts))
        if dated is None and pledge not in DATED_BY:
            errors.append(FieldError("evidence_on", "Enter the day that this evidence is of."))
    if errors:
        raise PledgeNotAcceptable(errors)


def lapses(pledge: int, state: str, evidence: Evidence, *, today: date, champion_gone_on: date | None) -> bool:
    """Whether time has made the pledge lapse by `today`; what has lapsed does not lapse again.

    Pledge 1 lapses when the organisation has had no champion for longer than its grace; pledge 5 on the day after its
    refresh was due, where it was evidenced.
    """
    if state == LAPSED:
        return False
    if pledge == 1:
        return champion_gone_on is not None and today > champion_gone_on + CHAMPION_GRACE
    refresh_on = getattr(evidence, "refresh_on", None)
    return state == EVIDENCED and refresh_on is not None and today > refresh_on


def is_empty(evidence: Evidence) -> bool:
    """Whether nothing has been said."""
    return all(value in (None, ()) for value in msgspec.structs.astuple(evidence))


def _state(keeping: Keeping, evidence: Evidence) -> Errors:
    if keeping.state == LAPSED:
        yield FieldError("state", "Only time makes a pledge lapse. Choose in progress or evidenced.")
    elif keeping.state not in STATES:
        yield FieldError("state", "Choose not started, in progress or evidenced.")
    elif keeping.state == NOT_STARTED and (keeping.statement or not is_empty(evidence)):
        yield FieldError("state", "Something is written here, so it has begun: choose in progress, or empty the form.")


def _statement(keeping: Keeping) -> Errors:
    if keeping.statement is not None:
        yield from _text("statement", keeping.statement, MAX_STATEMENT)


def _evidence(evidence: Evidence, facts: Facts) -> Errors:
    for name, value in msgspec.structs.asdict(evidence).items():
        yield from _value(name, value, facts.day)
    for first, second in IN_ORDER:
        began, ended = getattr(evidence, first, None), getattr(evidence, second, None)
        if began and ended and ended < began:
            yield FieldError(f"evidence.{second}", "This must not be before the day on which it began.")
    for part, whole in AT_MOST:
        some, all_ = getattr(evidence, part, None), getattr(evidence, whole, None)
        if some is not None and all_ is not None and some > all_:
            yield FieldError(f"evidence.{part}", f"This must be {all_:,} or less, as there are no more.")


def _value(name: str, value: Any, today: date) -> Errors:
    field = f"evidence.{name}"
    # A bool is an int to Python, so that it is asked for first; it can only be right.
    if value is None or isinstance(value, bool | UUID):
        return
    if isinstance(value, date):
        yield from _day(field, value, today, happened=name in HAPPENED)
    elif isinstance(value, int):
        if not 0 <= value <= MAX_COUNT:
            yield FieldError(field, f"Enter a whole number from 0 to {MAX_COUNT:,}.")
    elif isinstance(value, tuple):
        yield from _several(field, name, value)
    elif name in CHECKS:
        if value not in ANSWERS:
            yield FieldError(field, "Choose yes, no or does not apply.")
    else:
        yield from _text(field, value, MAX_TEXT)


def _several(field: str, name: str, chosen: tuple[str, ...]) -> Errors:
    if len(set(chosen)) < len(chosen):
        yield FieldError(field, "Name each once.")
    elif name not in CHOICES:  # languages are London's, and not ours to list
        if len(chosen) > MAX_LANGUAGES:
            yield FieldError(field, f"Name at most {MAX_LANGUAGES}.")
        for one in chosen[:MAX_LANGUAGES]:
            yield from _text(field, one, MAX_TEXT)
    elif not set(chosen) <= CHOICES[name].keys():
        yield FieldError(field, f"Choose from {', '.join(CHOICES[name])}.")


def _text(field: str, text: str, limit: int) -> Errors:
    if not text.strip():
        yield FieldError(field, "This cannot be empty.")
    elif len(text) > limit:
        yield FieldError(field, f"This is longer than {limit:,} characters. Shorten it.")


def _day(field: str, day: date | None, today: date, *, happened: bool) -> Errors:
    if day is None:
        return
    if day < EARLIEST:
        yield FieldError(field, f"Check the year: nothing here is from before {EARLIEST.year}.")
    elif happened and day > today:
        yield FieldError(field, "This tells what has happened, so it cannot be in the future.")
    elif day > today + PLANNED_WITHIN:
        yield FieldError(field, "Check the year: this is more than ten years ahead.")


def _missing(pledge: int, evidence: Evidence, facts: Facts) -> Errors:
    """What stands between this and `evidenced`."""
    for names, message in NEEDED[pledge]:
        # False is an answer, but a log that is not kept is no evidence of one; 0 of anything is said.
        if all(getattr(evidence, name) in (None, ()) or getattr(evidence, name) is False for name in names):
            yield FieldError(f"evidence.{names[0]}", message)
    match evidence:
        case Championed(ended_on=ended) if ended is not None and ended <= facts.day:
            yield FieldError("evidence.ended_on", "Your champion has left. Name another before this is evidenced.")
        case Championed() if not facts.has_champion:
            yield FieldError("state", "Nobody has confirmed to be your champion. Ask her to follow her letter first.")
        case Campaign(began_on=began) if began is not None and began > facts.day:
            yield FieldError("evidence.began_on", "The campaign has not begun. Until then this is in progress.")
        case Training(staff_trained=0):
            yield FieldError("evidence.staff_trained", "Train somebody first. Until then this is in progress.")
        case Training(refresh_on=refresh) if refresh is not None and refresh < facts.day:
            yield FieldError("evidence.refresh_on", "The training was due to be refreshed by then. Train again first.")
        case _:
            pass
    if pledge == 2 and not facts.files:
        yield FieldError("files", "Add a picture that shows the campaign. Until then this is in progress.")
