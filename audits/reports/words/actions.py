"""Recommendations in words: what, to whom, by when, what they said, and what became of it."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from audits.reports.sections import Action
from audits.reports.words.figures import date_of, listed


def action_row(action: Action) -> list[str]:
    """One recommendation: what, whose, by when, and how it stands."""
    return [action.action, action.body, _by(action), standing(action)]


def standing(action: Action) -> str:
    """How it stands, in a sentence or two: the answer or the state, what was done, and walking again.

    >>> from audits.reports.sections import Action
    >>> told = {"kind": "defect", "places": (), "where": "", "issue": "", "action": "", "body": "", "due_on": None}
    >>> standing(Action(**told, state="done", answer="accepted", done_on=date(2026, 10, 10), re_audit="walked again"))
    'Accepted. Done 10 October 2026. Walked again.'
    """
    state = "" if action.done_on or action.state == action.answer.partition(":")[0] else action.state
    done = f"done {date_of(action.done_on)}" if action.done_on else ""
    parts = [part.rstrip(".") for part in (state, action.answer, done, action.re_audit) if part]
    return " ".join(f"{part[:1].upper()}{part[1:]}." for part in parts)


def by_body(actions: Sequence[Action]) -> list[dict[str, Any]]:
    """The recommendations of each responsible body, by name, and of each the earliest due first."""
    bodies = sorted({action.body for action in actions})
    return [{"body": body, "rows": [_row(action) for action in _of(actions, body)]} for body in bodies]


def _of(actions: Iterable[Action], body: str) -> list[Action]:
    return sorted(
        (one for one in actions if one.body == body), key=lambda one: (one.due_on or date.max, one.issue, one.action)
    )


def _row(action: Action) -> list[str]:
    where = listed(action.places) if action.places else action.where
    return [action.kind, where or "elsewhere", f"{action.issue}: {action.action}", _by(action), standing(action)]


def _by(action: Action) -> str:
    return date_of(action.due_on) if action.due_on else ""
