"""An organisation's desk as its own people see it: pledges, pictures, people, and what happened."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from charter.keeping.evidence import Evidence

NOT_BEGUN = 0  # the version of a pledge of which nothing was said yet


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """How a pledge is kept now; `version` is what an edit must name as seen."""

    pledge: int
    state: str
    statement: str | None
    evidence: Evidence
    evidence_on: date | None
    changed_at: datetime | None
    version: int


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A picture that shows how a pledge is kept."""

    id: UUID
    pledge: int
    caption: str
    width: int
    height: int
    added_at: datetime


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a pledge's history: what it was from then on, and who changed it, as a role and not a name."""

    at: datetime
    by: str
    state: str
    statement: str | None
    evidence: Evidence
    evidence_on: date | None


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who acts for the organisation, or was asked to; `link_until` is when her newest letter's link ends."""

    number: int
    id: UUID
    role: str
    sealed: bytes
    email_mac: bytes
    confirmed_at: datetime | None
    named_at: datetime | None
    link_until: datetime | None


class Happened(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was done to the organisation; `by` is a role, `the scheme's desk` or the calendar."""

    at: datetime
    by: str
    action: str
    detail: dict[str, Any]


class AtDesk(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation as its own people see it."""

    id: UUID
    reference: str
    name: str
    sector: str
    state: str
    charter_version: str
    public_listing: bool
    signed_on: date | None
    last_confirmed_on: date | None
    review_due_on: date | None
    champion_since: date | None
    champion_gone_on: date | None
    premises: int
    pledges: tuple[Kept, ...]
    pictures: tuple[Picture, ...]
    people: tuple[Person, ...]

    def of_role(self, role: str, *, confirmed: bool) -> Person | None:
        """Who has the role, or was asked last to take it."""
        found = [one for one in self.people if one.role == role and (one.confirmed_at is not None) == confirmed]
        return found[-1] if found else None
