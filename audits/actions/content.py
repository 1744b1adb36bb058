"""What is said of an issue, a recommendation, an answer and what was done, and what must be true of it."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from audits.actions.errors import ActionNotAcceptable
from audits.actions.suggesting import BODIES
from audits.errors import FieldError
from audits.instrument import Instrument

MAX_TITLE, MAX_PLACE, MAX_BODY, MAX_ANSWERER = 200, 200, 200, 200
MAX_DESCRIPTION, MAX_REASON, MAX_NOTE, MAX_ACTION, MAX_CAPTION = 2_000, 2_000, 2_000, 1_000, 300
MAX_STOPS = 100  # of one issue; more is an area, and several issues
PLANNED_WITHIN = timedelta(days=3_653)
# Nothing here is older; what is written as 0202 is a slip of the keyboard.
EARLIEST = date(2018, 1, 1)

Errors = Iterator[FieldError]


class IssueSaid(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is wrong, where, and from which stops that is known. `factors` are the group's, `causes` the open chips."""

    kind: Literal["defect", "design"]
    title: str
    place: str
    stop_ids: list[UUID]
    factors: list[str] = []
    causes: list[str] = []
    description: str = ""


class RecommendationSaid(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What which body should do, by when, that day included; `body_kind` is a key of BODIES."""

    action: str
    body_kind: str
    body: str
    due_on: date


class AnswerSaid(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the body answered; a refusal has a reason. `answered_by` is a role there, and nobody's name."""

    answer: Literal["accepted", "refused"]
    answered_on: date
    answered_by: str
    reason: str | None = None


class DoneSaid(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When it was done, and what shows it."""

    done_on: date
    note: str


def check_issue(said: IssueSaid, asked: Instrument) -> None:
    """Raise ActionNotAcceptable, naming every field that cannot stand; `asked` is the programme's instrument."""
    _refuse(
        [
            *_text("title", said.title, MAX_TITLE, "Say in a line what is wrong."),
            *_text("place", said.place, MAX_PLACE, "Say where it is, so that somebody finds it."),
            *_most("description", said.description, MAX_DESCRIPTION),
            *_about(said, asked),
            *_stops(said.stop_ids),
        ]
    )


def check_recommendation(said: RecommendationSaid, *, since: date) -> None:
    """The same for what should be done; it cannot be due before `since`, London's day of its writing."""
    errors = [
        *_text("action", said.action, MAX_ACTION, "Say what should be done."),
        *_text("body", said.body, MAX_BODY, "Name the body that is responsible."),
    ]
    if said.body_kind not in BODIES:
        errors.append(FieldError("body_kind", "Choose what kind of body is responsible."))
    if not since <= said.due_on <= since + PLANNED_WITHIN:
        errors.append(FieldError("due_on", "Give a day that is not over when this is written, within ten years."))
    _refuse(errors)


def check_answer(said: AnswerSaid, *, today: date) -> None:
    """The same for an answer; `today` is London's."""
    errors = [
        *_happened("answered_on", said.answered_on, today),
        *_text("answered_by", said.answered_by, MAX_ANSWERER, "Say who answered for the body, by role."),
        *_most("reason", said.reason or "", MAX_REASON),
    ]
    if said.answer == "refused" and not (said.reason or "").strip():
        errors.append(FieldError("reason", "Say why it was refused, in the body’s own terms."))
    _refuse(errors)


def check_done(said: DoneSaid, *, today: date) -> None:
    """The same for what was done; `today` is London's."""
    shows = "Say what shows that it was done: who looked, and what there is to see."
    _refuse([*_happened("done_on", said.done_on, today), *_text("note", said.note, MAX_NOTE, shows)])


def check_reason(reason: str) -> None:
    """A correction, an undoing and a withdrawal each say why."""
    _refuse([*_text("reason", reason, MAX_REASON, "Say why, for whoever reads this later.")])


def check_caption(caption: str) -> None:
    """A caption is all that some readers get of a picture."""
    _refuse([*_text("caption", caption, MAX_CAPTION, "Say in a few words what the picture shows.")])


def _refuse(errors: Sequence[FieldError]) -> None:
    if errors:
        raise ActionNotAcceptable("This cannot stand as it was sent. See errors for what to change.", errors)


def _text(name: str, text: str, longest: int, missing: str) -> Errors:
    # What comes in an address may hold a NUL, which no database takes; bodies with one were refused before.
    if not text.strip() or "\0" in text:
        yield FieldError(name, missing)
    yield from _most(name, text, longest)


def _most(name: str, text: str, longest: int) -> Errors:
    if len(text) > longest:
        yield FieldError(name, f"Say it in at most {longest} characters.")


def _happened(name: str, day: date, today: date) -> Errors:
    if not EARLIEST <= day <= today:
        yield FieldError(name, f"Give a day from {EARLIEST.year} until today: it has happened.")


def _about(said: IssueSaid, asked: Instrument) -> Errors:
    if not said.factors and not said.causes:
        yield FieldError("factors", "Choose at least one factor or cause that it is about.")
    # What women said alone has its place in editions, where enough of them stand behind it.
    if not asked.keys("group").issuperset(said.factors):
        yield FieldError("factors", "Choose among the factors that the group scores aloud.")
    if not asked.open_causes().issuperset(said.causes):
        yield FieldError("causes", "Choose among the causes that a stop shows in the open.")


def _stops(stop_ids: Sequence[UUID]) -> Errors:
    if not stop_ids:
        yield FieldError("stop_ids", "Tick at least one stop where it was seen.")
    elif len(stop_ids) > MAX_STOPS:
        yield FieldError("stop_ids", f"Tick at most {MAX_STOPS} stops. Raise one issue for each place.")
    elif len(set(stop_ids)) < len(stop_ids):
        yield FieldError("stop_ids", "Name each stop once.")
