"""Programmes and who joins them: commissioned and closed by leads, redeemed by auditors' phones."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
from litestar import Request, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.resources.paging import Cursor, Limit, Page, number_in, page
from api.roles import Principal
from api.settings import Settings
from audits import programmes as commands
from audits import queries
from audits.planning.plan import Plan, PlannedFacts, planned_stops, set_plan
from audits.programmes import CODE_BITS, Commission, DevicesMeant, NewInvitation, Phone
from audits.queries import ProgrammeFacts
from geo.shapes import to_geojson
from migrations.sealing import Seal, hash_token, new_token


class PlannedStopShown(msgspec.Struct, frozen=True, kw_only=True):
    """A stop that both legs are to make, and its place in the walk, from 1."""

    id: UUID
    sequence: int
    name: str
    location: dict[str, Any]


class ProgrammeShown(msgspec.Struct, frozen=True, kw_only=True):
    """A programme as clients see it: `area` is the effective one, `line` what it was drawn as, if it was a line."""

    id: UUID
    name: str
    purpose: str | None
    area: dict[str, Any]
    line: dict[str, Any] | None
    width_m: float | None
    instrument_version: int
    opens_on: date
    closes_on: date
    lead_body: str | None
    state: str
    planned_stops: list[PlannedStopShown]
    route: dict[str, Any] | None


class InvitationShown(msgspec.Struct, frozen=True, kw_only=True):
    """A code to hand out, shown this once, and the link that carries it where no server logs it."""

    code: str
    url: str


class Redemption(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A code as it was typed, and the id that the phone made for itself."""

    code: str
    device_id: UUID | None = None


class Redeemed(msgspec.Struct, frozen=True, kw_only=True):
    """The phone's token, shown this once, who it speaks for, and what she walks for."""

    token: str
    auditor_id: UUID
    programme: ProgrammeShown


class Revoked(msgspec.Struct, frozen=True, kw_only=True):
    """How many devices that were in use are not any more."""

    revoked: int


def shown(facts: ProgrammeFacts, planned: Sequence[PlannedFacts] = ()) -> ProgrammeShown:
    """A programme as clients see it, with what is planned."""
    return ProgrammeShown(
        id=facts.id,
        name=facts.name,
        purpose=facts.purpose,
        area=to_geojson(facts.area),
        line=to_geojson(facts.line) if facts.line is not None else None,
        width_m=facts.width_m,
        instrument_version=facts.instrument_version,
        opens_on=facts.opens_on,
        closes_on=facts.closes_on,
        lead_body=facts.lead_body,
        state=facts.state,
        planned_stops=[_planned(stop) for stop in planned],
        route=to_geojson(facts.route) if facts.route is not None else None,
    )


def _planned(stop: PlannedFacts) -> PlannedStopShown:
    return PlannedStopShown(id=stop.id, sequence=stop.sequence, name=stop.name, location=to_geojson(stop.location))


async def with_plan(facts: ProgrammeFacts) -> ProgrammeShown:
    """One programme with its planned stops."""
    return shown(facts, (await planned_stops([facts.number])).get(facts.number, ()))


def hash_code(code: str, seal: Seal) -> str:
    """How a code is kept. Its 60 bits could be tried out against a plain hash, so it takes our key too."""
    return seal.mac(code.encode(), purpose="invitation-code").hex()


@post("/api/programmes", tags=["audits"], summary="Commission an audit of a place")
async def create_programme(
    data: JSONBody[Commission], who: NamedDependency[Principal], now: NamedDependency[datetime]
) -> ProgrammeShown:
    """The lead who creates it leads it; an area above 25 km2 needs an administrator."""
    return await with_plan(await commands.create_programme(data, id=uuid4(), by=who.caller, now=now))


@get("/api/programmes", tags=["audits"], summary="The programmes that you may see, newest first")
async def list_programmes(
    request: Request[Any, Any, Any], who: NamedDependency[Principal], limit: Limit = 50, cursor: Cursor = None
) -> Page[ProgrammeShown]:
    """Auditors see those they walk for, leads those they lead or nobody does."""
    found = await queries.programmes(caller=who.caller, before=number_in(cursor), limit=limit + 1)
    planned = await planned_stops([facts.number for facts in found])

    def show(facts: ProgrammeFacts) -> ProgrammeShown:
        return shown(facts, planned.get(facts.number, ()))

    return page(request, found, limit=limit, number=lambda facts: facts.number, show=show)


@get("/api/programmes/{programme_id:uuid}", tags=["audits"], summary="One programme")
async def get_programme(programme_id: FromPath[UUID], who: NamedDependency[Principal]) -> ProgrammeShown:
    """404 where it is absent, or not yours."""
    return await with_plan(await queries.programme(programme_id, caller=who.caller))


@put("/api/programmes/{programme_id:uuid}/plan", tags=["audits"], summary="Plan stops and a route")
async def plan_programme(
    programme_id: FromPath[UUID], data: JSONBody[Plan], who: NamedDependency[Principal], now: NamedDependency[datetime]
) -> ProgrammeShown:
    """Replaces all that is planned; 409 once a walk has come."""
    return await with_plan(await set_plan(programme_id, data, by=who.caller, now=now))


@post("/api/programmes/{programme_id:uuid}/close", status_code=200, tags=["audits"], summary="Close a programme")
async def close_programme(
    programme_id: FromPath[UUID], who: NamedDependency[Principal], now: NamedDependency[datetime]
) -> ProgrammeShown:
    """Nobody joins any more; what was walked may still be handed in. Closing again changes nothing."""
    return await with_plan(await commands.close_programme(programme_id, by=who.caller, now=now))


@post("/api/programmes/{programme_id:uuid}/invitations", tags=["audits"], summary="Invite auditors")
async def invite(
    programme_id: FromPath[UUID],
    data: JSONBody[NewInvitation],
    who: NamedDependency[Principal],
    now: NamedDependency[datetime],
    seal: NamedDependency[Seal],
    settings: NamedDependency[Settings],
) -> InvitationShown:
    """One code for as many auditors as it has places, until the end of its last day in London."""
    code = commands.code_from(secrets.randbits(CODE_BITS))
    await commands.invite(programme_id, data, code_hash=hash_code(code, seal), by=who.caller, now=now)
    return InvitationShown(code=code, url=f"{settings.base_url}/join#{code}")


@post("/api/invitations/redeem", tags=["audits"], summary="Join a programme with a code")
async def redeem(
    data: JSONBody[Redemption],
    who: NamedDependency[Principal],
    now: NamedDependency[datetime],
    seal: NamedDependency[Seal],
) -> Redeemed:
    """A known device, or a call with her token, keeps its auditor; a device's former token is superseded."""
    token, code = new_token(), commands.code_meant(data.code) or ""
    phone = Phone(token_hash=hash_token(token), new_auditor_id=uuid4(), device_id=data.device_id, auditor=who.auditor)
    joined = await commands.redeem(hash_code(code, seal), phone, now=now)
    return Redeemed(token=token, auditor_id=joined.auditor_id, programme=await with_plan(joined.programme))


@post("/api/devices/revoke", status_code=200, tags=["audits"], summary="Sign a lost or shared phone out")
async def revoke_devices(
    data: JSONBody[DevicesMeant], who: NamedDependency[Principal], now: NamedDependency[datetime]
) -> Revoked:
    """Auditors: this phone (`{}`), another by `device_id`, or all by their `auditor_id`; leads: by `auditor_id`."""
    return Revoked(revoked=await commands.revoke_devices(data, by=who.caller, now=now))


PROGRAMMES = [
    create_programme,
    list_programmes,
    get_programme,
    plan_programme,
    close_programme,
    invite,
    redeem,
    revoke_devices,
]
