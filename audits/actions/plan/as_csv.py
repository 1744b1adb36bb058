"""A Safety Action Plan as CSV: a line for each thing to do, as the page has it; every cell of words stays words."""

import csv
import io

from audits.actions.plan.arranging import Plan, PlanLine
from geo.spreadsheets import inert

# Column by column: its name, and the field of a line. The public's plan has the same columns, and what it may not say
# is blank.
COLUMNS = {
    "kind": "kind",
    "responsible_body": "body",
    "body_kind": "body_kind",
    "due": "due",
    "overdue": "overdue",
    "issue": "title",
    "place": "place",
    "cells": "cells",
    "longitude": "longitude",
    "latitude": "latitude",
    "what_was_seen": "description",
    "action": "action",
    "state": "state",
    "answered": "answered",
    "answered_by": "answered_by",
    "reason": "answer_reason",
    "done": "done",
    "what_shows_it": "done_note",
    "seen_again": "seen",
}

NUMBERS = ("longitude", "latitude")


def as_csv(plan: Plan) -> bytes:
    """The lines (RFC 4180, UTF-8), a heading first."""
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    rows.writerows([_cell(line, field) for field in COLUMNS.values()] for line in plan.lines)
    return text.getvalue().encode()


def _cell(line: PlanLine, field: str) -> str:
    value = getattr(line, field)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field in NUMBERS:
        return str(value)  # ours, and a minus before a longitude is no formula
    return inert("; ".join(value) if isinstance(value, tuple) else value)
