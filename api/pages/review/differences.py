"""What a later version of a walk says otherwise, in words."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from api.pages.actions.words import LEGS
from api.pages.review.words import counted
from audits.reviewing.revisions.differing import Changed, StopDiffers

FIELDS = {
    "instrument_version": "Version of the questions",
    "leg": "Leg",
    "paired_walk_id": "The other leg of the pair",
    "group_size": "Group",
    "cut_short": "Cut short",
    "cut_short_reason": "Why it was cut short",
    "caption": "Caption of a photo",
    "sequence": "Number in the walk",
    "planned_stop_id": "Planned stop",
    "accuracy_m": "Accuracy of the place, in metres",
    "hub": "Transport hub",
    "causes": "Causes",
    "note": "Note",
    "note_flagged": "Note is flagged",
    "presence.police": "Police there",
    "presence.security": "Security staff there",
    "presence.staff": "Other staff there",
    "presence.cctv_sign": "Sign of CCTV",
}
TIMES = {"started_at": "Begin", "ended_at": "End", "observed_at": "Time"}
IDS = frozenset({"paired_walk_id", "planned_stop_id"})
NOT_TOLD = {
    "note": "Note: another text, restricted to named reviewers",
    "sealed_causes": "Sealed chips: others were ticked",
}
STOPS = {"added": "Stop {} is new", "left_out": "Stop {} is left out", "changed": "Stop {}"}


def change_said(one: Changed, labels: dict[str, str]) -> str:
    """A change in a sentence of its field, what it was and what it becomes."""
    if one.field in TIMES:
        return f"{TIMES[one.field]}: {_later(one.becomes)}"
    if one.field == "location":
        return _moved(one)
    if one.was is None and one.becomes is None:
        return NOT_TOLD[one.field] if one.field in NOT_TOLD else FIELDS.get(one.field, one.field)
    name = labels.get(one.field.removeprefix("scores.")) or FIELDS.get(one.field, one.field)
    if one.field in IDS:
        return f"{name}: another one"
    return f"{name}: {_value(one.was, labels)} → {_value(one.becomes, labels)}"


def stop_said(one: StopDiffers, stays: Collection[UUID]) -> str:
    """Which stop, and whether it is new, left out or changed."""
    said = STOPS[one.kind].format(one.label)
    return f"{said}, and stays because something rests on it" if one.id in stays else said


def _value(value: Any, labels: dict[str, str]) -> str:
    if value is None or value == []:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(labels.get(str(key), str(key)) for key in value)
    return LEGS.get(value, str(value).replace("_", " ") if value in ("cannot_tell", "not_applicable") else str(value))


def _later(seconds: float) -> str:
    """How far a time moved, and which way.

    >>> _later(645 * 60), _later(-60), _later(20)
    ('10 hours 45 minutes later', '1 minute earlier', 'less than a minute later')
    """
    hours, minutes = divmod(round(abs(seconds) / 60), 60)
    parts = [counted(number, one, f"{one}s") for number, one in ((hours, "hour"), (minutes, "minute")) if number]
    return (" ".join(parts) or "less than a minute") + (" later" if seconds > 0 else " earlier")


def _moved(one: Changed) -> str:
    if isinstance(one.was, bool):
        return "Place: within the area now" if one.becomes else "Place: none now, as it is over 100 m outside the area"
    return f"Place: {one.becomes:.0f} m away"
