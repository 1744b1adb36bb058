"""The scheme desk's words: states, reasons, events, and how long something has waited."""

from datetime import date, datetime
from typing import Any

import msgspec

from api.pages.desk.words import HAPPENED, PLEDGE_STATES, day, moment, tag
from api.pages.desk.words import STATES as STANDING
from charter.pledges import SECTORS
from charter.scheme.queries import Short
from charter.signing import london_date

STATES = {"applied": ("Not confirmed", "blue"), "held": ("Held", "orange"), **STANDING}
WHY_HELD = {
    "network": "Many from one network",
    "domain": "Many for one email domain",
    "address": "Many for one email address",
    "all": "Many at once from everywhere",
}
REASONS = {
    "name": "the same name",
    "premises": "premises of the same name and postcode",
    "address": "the same address",
    "website": "the same web site",
}
NOTES = {
    "letter": "Letter",
    "correction": "Correction",
    "suspension": "Suspension",
    "reinstatement": "Suspension lifted",
    "merge": "Merged",
    "note": "Note",
    "contacts-read": "Contacts shown, for this purpose",
    "withdrawal": "Reason for withdrawing",
}
EVENTS = {
    **HAPPENED,
    "contacts-read": "looked at the contacts",
    "note-written": "wrote a note",
    "written-to": "wrote to the organisation",
    "corrected": "corrected the listing",
    "suspended": "suspended the organisation",
    "suspension-lifted": "lifted the suspension",
    "merged": "merged it into an earlier signature",
    "merged-in": "merged a later signature into it",
    "released": "released it from being held",
    "wording-signed": "signed the wording of {version}",
}


def age(since: date | datetime | None, now: datetime) -> str:
    """How long ago that was, in whole days of London; nothing where there is none."""
    if since is None:
        return ""
    days = (london_date(now) - (london_date(since) if isinstance(since, datetime) else since)).days
    return "today" if days <= 0 else "1 day ago" if days == 1 else f"{days} days ago"


def row(one: Short, now: datetime) -> dict[str, Any]:
    """A signatory in a list."""
    return {
        "id": one.id,
        "name": one.name,
        "reference": one.reference,
        "sector": sector(one.sector),
        "state": tag(STATES, one.state),
        "applied": age(one.applied_at, now),
        "review_due": day(one.review_due_on),
        "why": WHY_HELD.get(one.held_because or "", ""),
    }


def sector(key: str) -> str:
    """A sector's label."""
    return SECTORS[key].label if key in SECTORS else key


def told(event: dict[str, Any]) -> str:
    """What was done, in plain words; of an action without words of its own, its name."""
    detail = msgspec.json.decode(event["detail"]) if event["detail"] else {}
    state = PLEDGE_STATES.get(str(detail.get("state")), ("", ""))[0].lower()
    words = EVENTS.get(event["action"], event["action"].replace("-", " "))
    known = {"pledge": "", "role": "", "version": "", **detail, "state": state}
    return str(words.format(**known))


def actor(by: str, people: dict[str, str]) -> str:
    """Who did it: one of the staff by name, or a role. A contact's id says only that it was somebody of theirs."""
    ours = {"worker": "The calendar", "signatory": "Whoever signed", "champion": "The champion", "deputy": "The deputy"}
    return people.get(by) or ours.get(by) or "The organisation"


__all__ = ["STATES", "WHY_HELD", "actor", "age", "day", "moment", "row", "sector", "tag", "told"]
