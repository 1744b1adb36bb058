"""The fields of each pledge's form: what a champion reads, how it is typed, and how that becomes evidence and back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.pages.kit.days import WHOLE, day_typed, in_boxes
from api.pages.kit.forms import Form
from charter.keeping.at_desk import Kept
from charter.keeping.choices import ANSWERS, CHECKS, CHOICES
from charter.keeping.evidence import Evidence, Keeping
from charter.letters import long_date

DAY, TEXT, COUNT, AUDIT = "day", "text", "count", "audit"
SEVERAL, ANSWER, SAID, LINES = "several", "answer", "said", "lines"  # boxes, one of three, yes or no, one on each line
YES_NO = {"yes": "Yes", "no": "No"}
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True)
class Field:
    """One question: the evidence's field, how it is answered, what it says, and what helps."""

    name: str
    kind: str
    label: str
    hint: str = ""

    @property
    def choices(self) -> dict[str, str]:
        """What there is to choose from, by key."""
        return {ANSWER: ANSWERS, SAID: YES_NO}.get(self.kind) or CHOICES.get(self.name, {})


FIELDS: dict[int, tuple[Field, ...]] = {
    1: (
        Field("started_on", DAY, "When did your champion start?"),
        Field("briefed_on", DAY, "When was she briefed?", "On the charter, and on what is expected of her."),
        Field("ended_on", DAY, "When does she leave, if you know?", "Leave empty if she is staying."),
    ),
    2: (
        Field("began_on", DAY, "When did the campaign begin?"),
        Field("ends_on", DAY, "When does it end, or when did it?"),
        Field("channels", SEVERAL, "Where does it run?"),
        Field("other_channel", TEXT, "Anywhere else?"),
    ),
    3: (
        Field("shown_at", SEVERAL, "Where do people see what to do if they are harassed?"),
        Field("shown_elsewhere", TEXT, "Anywhere else?"),
        Field("checked_on", DAY, "When did somebody last check that it is still there?"),
    ),
    4: (
        Field("routes", SEVERAL, "How can people report?"),
        Field("other_route", TEXT, "In any other way?"),
        Field("languages", LINES, "In which languages is this explained?", "One on each line."),
        Field("formats", SEVERAL, "In which formats?"),
    ),
    5: (
        Field("course", TEXT, "Name of the course"),
        Field("provider", TEXT, "Who gave it?"),
        Field("trained_on", DAY, "When?"),
        Field("staff_trained", COUNT, "How many staff were trained?"),
        Field("staff_in_scope", COUNT, "How many should be?", "Everybody who meets the public or takes a report."),
        Field("refresh_on", DAY, "By when is the training refreshed?", "The pledge lapses after this day."),
    ),
    6: (
        Field("log_kept", SAID, "Do you keep a log of reports?"),
        Field("owner_role", TEXT, "Who owns the log?", "A role, such as duty manager. Do not enter anybody’s name."),
        Field("reviewed_on", DAY, "When was it last reviewed?"),
        Field(
            "reports_received",
            COUNT,
            "How many reports since then, if you count them?",
            "A number only. Never enter what happened, or to whom.",
        ),
        Field("reports_responded", COUNT, "How many of them were responded to?"),
    ),
    7: (
        Field("checked_on", DAY, "When did you do the self-check?"),
        *(Field(name, ANSWER, line) for name, line in CHECKS.items()),
        Field("actions_open", COUNT, "How many actions from it are open?"),
        Field("actions_closed", COUNT, "How many were closed?"),
        Field("audit", AUDIT, "Night safety audit, if there is one", "Paste the link to its published report here."),
    ),
}
# The pledge whose evidence has no day of its own.
ASKS_DAY = Field("evidence_on", DAY, "When did you last check that these ways of reporting work?")


def fields_of(pledge: int) -> tuple[Field, ...]:
    """The questions of a pledge's form, in their order."""
    return (*FIELDS[pledge], ASKS_DAY) if pledge == 4 else FIELDS[pledge]


def typed_values(kept: Kept) -> dict[str, Any]:
    """What the form shows at first: what stands, as it would be typed."""
    values: dict[str, Any] = {
        "state": "" if kept.state == "lapsed" else kept.state,
        "statement": kept.statement or "",
        "version": str(kept.version),
    }
    for field in FIELDS[kept.pledge]:
        values.update(_typed(field, getattr(kept.evidence, field.name)))
    values.update(_typed(ASKS_DAY, kept.evidence_on))
    return values


def keeping_from(pledge: int, form: Form) -> Keeping:
    """What was typed, as it is sent; what cannot be read is refused at its field and left out."""
    evidence = {field.name: _read(field, form) for field in FIELDS[pledge]}
    return Keeping(
        state=form.text("state"),
        statement=form.text("statement") if form.text("statement").strip() else None,
        evidence={name: value for name, value in evidence.items() if value is not None},
        evidence_on=day_typed(ASKS_DAY.name, form) if pledge == 4 else None,
    )


def in_words(pledge: int, evidence: Evidence) -> list[tuple[str, str]]:
    """What the evidence says, question by question; what was not answered is left out."""
    said = [(field.label, _words(field, getattr(evidence, field.name))) for field in FIELDS[pledge]]
    return [(label, words) for label, words in said if words]


def _typed(field: Field, value: Any) -> Mapping[str, Any]:
    if field.kind == DAY:
        return in_boxes(field.name, value)
    if field.kind == SAID:
        return {field.name: {True: "yes", False: "no", None: ""}[value]}
    if field.kind == LINES:
        return {field.name: "\n".join(value)}
    if field.kind == SEVERAL:
        return {field.name: list(value)}
    return {field.name: "" if value is None else str(value)}


def _read(field: Field, form: Form) -> Any:
    text = form.text(field.name).strip()
    match field.kind:
        case "day":
            day = day_typed(field.name, form)
            return day.isoformat() if day else None
        case "several":
            return [value for value in form.several(field.name) if value]
        case "lines":
            return [line.strip() for line in text.splitlines() if line.strip()]
        case "count":
            return _count(field.name, text, form)
        case "said":
            return {"yes": True, "no": False}.get(text)
        case "audit":
            return _audit(field.name, text, form)
        case _:
            return text or None


def _count(name: str, text: str, form: Form) -> int | None:
    plain = text.replace(",", "").replace(" ", "")
    if not plain:
        return None
    if not WHOLE.fullmatch(plain):
        form.refuse(name, "Enter a whole number, such as 12.")
        return None
    return int(plain)


def _audit(name: str, text: str, form: Form) -> str | None:
    found = UUID.search(text)
    if text and found is None:
        form.refuse(name, "Paste the whole link to the audit’s report, as you copied it.")
    return found[0].lower() if found else None


def _words(field: Field, value: Any) -> str:
    if value is None or value == ():
        return ""
    if field.kind == DAY:
        return long_date(value)
    if field.kind == SAID:
        return "Yes" if value else "No"
    if isinstance(value, tuple):
        return ", ".join(str(field.choices.get(one, one)) for one in value)
    return field.choices.get(value, str(value)) if isinstance(value, str) else str(value)


def evidence_errors(form: Form, errors: Any) -> None:
    """The rules' errors at the page's own fields: `evidence.languages[3]` is languages, a missing file is picture."""
    for field, message in errors:
        name = field.removeprefix("evidence.").partition("[")[0]
        form.refuse({"files": "picture", "evidence": "state"}.get(name, name), message)
