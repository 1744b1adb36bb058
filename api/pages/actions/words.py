"""The words of issues and plans: kinds, states with their colours, days and months, and what happened."""

from datetime import date, datetime
from typing import Any

from api.pages.desk.words import moment, tag
from audits.actions.comparing import StopSeen
from audits.actions.issues import Happened
from audits.instrument import Instrument, instrument
from charter.letters import long_date

KINDS = {
    "defect": ("Defect", "Something broken or missing: report it now, and it is mended in days."),
    "design": ("Design move", "A change of the place itself: it takes months, and is for a design review."),
}
STATES = {
    "raised": ("Nothing recommended yet", "grey"),
    "waiting": ("Waiting for an answer", "yellow"),
    "accepted": ("Accepted", "blue"),
    "refused": ("Refused", "red"),
    "done": ("Done", "green"),
    "walked_again": ("Walked again", "green"),
    "withdrawn": ("Withdrawn", "grey"),
}
BANDS = {"day": "daylight", "civil": "civil twilight", "nautical": "nautical twilight", "night": "night"}
LEGS = {"light": "in the light", "dark": "after dark"}
# What was done, after who did it.
HAPPENED = {
    "raised": "raised the issue",
    "corrected": "corrected it",
    "withdrawn": "withdrew it",
    "brought-back": "brought the issue back",
    "recommended": "wrote a recommendation",
    "accepted": "recorded that the body accepts",
    "refused": "recorded that the body refuses",
    "done": "noted that it was done",
    "undone": "took the last step back",
    "photo-added": "added a picture",
    "photo-removed": "removed a picture",
    "walked-again": "linked later stops",
    "unlinked": "took the later stops off",
}
# What was said in a change, field by field, in the order in which it is read.
SAID = {
    "kind": "Kind",
    "title": "Issue",
    "place": "Where",
    "description": "More about it",
    "action": "What should be done",
    "body": "Responsible",
    "due_on": "Due",
    "answered_on": "Answered",
    "answered_by": "Answered by",
    "reason": "Reason given",
    "done_on": "Done",
    "note": "What shows it",
    "caption": "Picture",
}
DAYS = ("due_on", "answered_on", "done_on")


def state_tag(state: str) -> dict[str, Any]:
    """A state as GOV.UK's tag takes it."""
    return tag(STATES, state)


def when(day: str) -> str:
    """A day or a month of a plan in words.

    >>> when("2026-11-08"), when("2026-11"), when("")
    ('8 November 2026', 'November 2026', '')
    """
    if len(day) == len("2026-11"):
        return long_date(date.fromisoformat(f"{day}-01")).partition(" ")[2]
    return long_date(date.fromisoformat(day)) if day else ""


def labels_of(version: int) -> dict[str, str]:
    """The labels of group factors and open causes, by key."""
    asked: Instrument = instrument(version)
    factors = {factor.key: factor.label for factor in asked.factors if factor.mode == "group"}
    return factors | {chip.key: chip.label for chip in asked.causes if not chip.personal}


def stop_named(stop: StopSeen) -> str:
    """A stop in a list: its night, its light and its place in the walk.

    The light is that of the sun, and no hour: a time beside a place would say when somebody was there.
    """
    return f"{long_date(stop.night_of)}, {LEGS.get(stop.leg, stop.leg)}, stop {stop.sequence}"


def score_said(stop: StopSeen, factor: str) -> str:
    """What the group said of a factor: 0 to 3, or the answer in words; a dash where it was not asked."""
    return str(stop.scores.get(factor, "–")).replace("_", " ")


def happened(one: Happened, people: dict[str, str], actions: dict[Any, str]) -> dict[str, Any]:
    """An entry of a history; `people` are the staff by id, `actions` the recommendations by id."""
    words = HAPPENED.get(one.action, one.action.replace("-", " "))
    about = actions.get(one.recommendation_id)
    said = [(label, _said(field, one.said[field])) for field, label in SAID.items() if one.said.get(field)]
    return {
        "when": moment(one.at),
        "who": actor(one.by, people),
        "what": f"{words}: {about}" if about and one.action != "recommended" else words,
        "reason": one.reason,
        "said": said,
    }


def actor(by: str, people: dict[str, str]) -> str:
    """Somebody of the staff, or a program, by name; whoever left has none."""
    return people.get(by, "A former member of staff")


def happened_at(at: datetime) -> str:
    """Day and minute in London."""
    return moment(at)


def _said(field: str, value: Any) -> str:
    if field == "kind":
        return KINDS[value][0]
    return when(value) if field in DAYS else str(value)
