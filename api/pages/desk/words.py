"""The desk's words: states with their colours, roles, days and moments in London, and what happened in plain words."""

from datetime import date, datetime
from typing import Any

from charter.keeping.at_desk import Happened
from charter.keeping.next_steps import Step
from charter.letters import long_date
from charter.signing import LONDON

# A state in words, and the colour of GOV.UK's tag; colour alone never says it.
STATES = {
    "active": ("Active", "green"),
    "review_due": ("Review due", "yellow"),
    "lapsed": ("Lapsed", "red"),
    "suspended": ("Suspended", "red"),
    "withdrawn": ("Withdrawn", "grey"),
}
PLEDGE_STATES = {
    "not_started": ("Not started", "grey"),
    "in_progress": ("In progress", "blue"),
    "evidenced": ("Evidenced", "green"),
    "lapsed": ("Lapsed", "red"),
}
ROLES = {
    "signatory": "Whoever signed",
    "champion": "The champion",
    "deputy": "The deputy",
    "scheme": "The scheme’s desk",
    "worker": "The calendar",
}
# What was done, after who did it; {pledge}, {state} and {role} are ours.
HAPPENED = {
    "signed": "signed the charter",
    "confirmed": "confirmed by letter",
    "pledge-kept": "said how pledge {pledge} is kept: {state}",
    "pledge-lapsed": "marked pledge {pledge} as lapsed",
    "file-added": "added a picture to pledge {pledge}",
    "file-removed": "removed a picture from pledge {pledge}",
    "named": "named a new {role}",
    "asked-again": "sent a new link to whoever was named {role}",
    "deputy-removed": "ended the deputy’s role",
    "left": "left the role of {role}",
    "handed-over": "took the role over",
    "reviewed": "reviewed the year",
    "consent-changed": "changed who sees the organisation, or what it is written to about",
    "reinstated": "reviewed the year and brought the organisation back",
    "review-due": "noted that the yearly review is overdue",
    "lapsed": "marked the organisation as lapsed, as its review was not done in time",
    "withdrawn": "withdrew from the charter",
    "reminded": "wrote a reminder",
    "premises-added": "added premises",
    "premises-changed": "changed what is said about premises",
    "premises-moved": "moved premises",
    "premises-closed": "closed premises",
    "premises-uploaded": "changed the premises by a spreadsheet",
    "wording-signed": "signed a newer wording of the charter",
    "written-to": "wrote to the organisation",
    "contacts-read": "looked up whom to write to",
    "note-written": "wrote a note",
    "corrected": "corrected the listing",
    "released": "released the signature that was held",
    "suspended": "suspended the organisation",
    "suspension-lifted": "lifted the suspension",
    "merged": "joined this signature to an earlier one",
    "merged-in": "joined a later signature to this one",
    "found-distinct": "found that this is nobody’s second signature",
}


def tag(states: dict[str, tuple[str, str]], state: str) -> dict[str, Any]:
    """A state as GOV.UK's tag takes it."""
    text, colour = states.get(state, (state.replace("_", " ").capitalize(), "grey"))
    return {"text": text, "classes": f"govuk-tag--{colour}"}


def moment(at: datetime) -> str:
    """Day and minute in London.

    >>> from datetime import UTC
    >>> moment(datetime(2026, 7, 1, 23, 5, tzinfo=UTC))
    '2 July 2026, 00:05'
    """
    there = at.astimezone(LONDON)
    return f"{long_date(there.date())}, {there:%H:%M}"


def day(on: date | None) -> str:
    """The day in words; a dash where there is none."""
    return long_date(on) if on else "–"


def told(happened: Happened) -> str:
    """What happened, without who did it; of an action without words of its own, its name."""
    words = HAPPENED.get(happened.action, happened.action.replace("-", " "))
    state = PLEDGE_STATES.get(str(happened.detail.get("state")), ("", ""))[0].lower()
    role = happened.detail.get("role", "")
    return words.format(pledge=happened.detail.get("pledge", ""), state=state, role=role)


def where(step: Step, desk: str) -> str:
    """The page on which a step is taken."""
    if step.what == "review":
        return f"{desk}/review"
    if step.what in ("name-champion", "ask-champion-again", "await-champion"):
        return f"{desk}/people"
    return f"{desk}/pledges/{step.pledge}"
