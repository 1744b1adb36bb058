"""The desk as a whole, for programs: the organisation, its pledges, its people's roles, what is next, what happened."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import get
from litestar.di import NamedDependency

from api.resources.mine.acting import ACTING
from api.resources.mine.pledges import PledgeShown, pledge_shown
from charter.keeping import queries
from charter.keeping.at_desk import AtDesk, Person
from charter.keeping.members import Member
from charter.keeping.next_steps import Step, next_steps
from charter.signing import london_date


class OrganisationShown(msgspec.Struct, frozen=True, kw_only=True):
    """The organisation as its own people see it."""

    id: UUID
    reference: str
    name: str
    sector: str
    state: str
    charter_version: str
    public_listing: bool
    premises: int
    signed_on: date | None
    last_confirmed_on: date | None
    review_due_on: date | None


class PersonShown(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who has a role or was asked to take it; who she is stays with the people it concerns."""

    id: UUID
    role: str
    confirmed: bool
    link_until: datetime | None


class Mine(msgspec.Struct, frozen=True, kw_only=True):
    """The desk: `role` is the caller's own, `next` what is to do, the most pressing first."""

    organisation: OrganisationShown
    role: str
    people: list[PersonShown]
    pledges: list[PledgeShown]
    next: list[Step]


class EventShown(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was done; `by` is a role, `worker` for the calendar or `scheme` for the scheme's desk."""

    at: datetime
    by: str
    action: str
    detail: dict[str, Any]


class Events(msgspec.Struct, frozen=True, kw_only=True):
    """The newest first."""

    items: list[EventShown]


@get("/api/charter/mine", dependencies=ACTING, tags=["desk"], summary="An organisation's own desk")
async def mine(by: NamedDependency[Member], now: NamedDependency[datetime]) -> Mine:
    """422 where she acts for several and names none; 404 for an organisation that is not hers."""
    desk = await queries.at_desk(by)
    return Mine(
        organisation=_organisation(desk),
        role=by.role,
        people=[_person(person) for person in desk.people],
        pledges=[pledge_shown(kept, desk.pictures, by) for kept in desk.pledges],
        next=list(next_steps(desk, london_date(now))),
    )


@get("/api/charter/mine/history", dependencies=ACTING, tags=["desk"], summary="What happened to an organisation")
async def history(by: NamedDependency[Member]) -> Events:
    """Who did what and when, by role and without names; the latest 500."""
    happened = await queries.happened_to(by)
    return Events(items=[EventShown(at=one.at, by=one.by, action=one.action, detail=one.detail) for one in happened])


def _organisation(desk: AtDesk) -> OrganisationShown:
    return OrganisationShown(**{name: getattr(desk, name) for name in OrganisationShown.__struct_fields__})


def _person(person: Person) -> PersonShown:
    waiting = person.confirmed_at is None
    return PersonShown(
        id=person.id, role=person.role, confirmed=not waiting, link_until=person.link_until if waiting else None
    )


HANDLERS = [mine, history]
