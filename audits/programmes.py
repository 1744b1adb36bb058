"""Programmes: commissioned, opened to auditors by invitation, and closed; and the phones that join them."""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec

from audits.errors import (
    AreaTooLarge,
    DevicesNotNamed,
    FieldError,
    InvitationNotAcceptable,
    InvitationNotValid,
    NoSuchDevice,
    ProgrammeClosed,
    ProgrammeNotAcceptable,
    UnknownInstrument,
)
from audits.events import note_event
from audits.instrument import instrument
from audits.nights import LONDON
from audits.planning.changing import is_text, unacceptable
from audits.planning.plan import Drawn, Plan, StopToMake, check_plan, write_plan
from audits.queries import Caller, ProgrammeFacts, auditor_seen_by, programme
from audits.tables import Auditor, Device, Invitation, Membership, Programme, ProgrammeLead
from geo.errors import UnacceptableShape, WidthNeeded, WidthNotWanted, WidthOutOfRange
from geo.shapes import Shape, area_km2, area_of, read_shape
from migrations.database import ConstraintViolated, fetch, fetch_value, lock, transaction

MAX_LABEL_LENGTH = 100
MAX_AREA_KM2 = 25.0  # larger than any town centre; a borough's worth needs an administrator's word
MAX_PLACES = 1000

# Crockford's base 32: no I, L, O or U, so that a code read aloud or from paper is understood.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
CODE_LENGTH, GROUP_LENGTH = 12, 4
CODE_BITS = 5 * CODE_LENGTH  # 60: a hundred thousand guesses an hour for a year find one in a billion
MAX_TYPED_LENGTH = 300

WIDTH_REFUSALS = (WidthNeeded, WidthNotWanted, WidthOutOfRange)


class Commission(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a lead asks to be audited: where (GeoJSON, WGS 84), when (inclusive, London's calendar), with what."""

    name: str
    area: dict[str, Any]
    instrument_version: int
    opens_on: date
    closes_on: date
    width_m: float | None = None
    lead_body: str | None = None
    purpose: str | None = None
    planned_stops: list[StopToMake] = []
    route: dict[str, Any] | None = None


class NewInvitation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How many auditors may join with one code, until which day, that day included; and which group it is for."""

    places: Annotated[int, msgspec.Meta(ge=1, le=MAX_PLACES)]
    expires_on: date
    label: str | None = None


class DevicesMeant(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which phones are to be revoked: one by the id it made for itself, or all of an auditor's; nothing: this one."""

    device_id: UUID | None = None
    auditor_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Phone:
    """What redeems a code: the hash of the token it will get, its own id, and the auditor it is known to be hers."""

    token_hash: str
    new_auditor_id: UUID  # hers if she is not known yet
    device_id: UUID | None = None
    auditor: int | None = None


@dataclass(frozen=True, kw_only=True)
class Joined:
    """An auditor's place in a programme."""

    auditor_id: UUID
    programme: ProgrammeFacts


@dataclass(frozen=True)
class Place:
    """A commissioned area: the effective one, the line it was drawn as, and what is planned in it."""

    area: Shape
    line: Shape | None
    plan: Drawn


def code_from(bits: int) -> str:
    """An invitation code to read aloud, from 60 random bits.

    >>> code_from(0), code_from(2**60 - 1)
    ('0000-0000-0000', 'ZZZZ-ZZZZ-ZZZZ')
    """
    return _grouped("".join(ALPHABET[bits >> (5 * place) & 31] for place in range(CODE_LENGTH)))


def code_meant(typed: str) -> str | None:
    """The code as it was given out, however it was typed; None if it cannot be one.

    Case, spaces and dashes do not matter, O is read as 0, I and L as 1, U as V; the whole link will do too.

    >>> code_meant("https://night.example/join#o123 4567-89ab"), code_meant("open sesame")
    ('0123-4567-89AB', None)
    """
    # Normalising a megabyte of accents takes seconds; no code is longer than its link.
    if len(typed) > MAX_TYPED_LENGTH:
        return None
    plain = unicodedata.normalize("NFKC", typed.rpartition("#")[2]).upper().translate(MISREAD)
    letters = "".join(letter for letter in plain if unicodedata.category(letter) not in ("Zs", "Pd", "Cc", "Cf"))
    if len(letters) != CODE_LENGTH or not set(letters) <= set(ALPHABET):
        return None
    return _grouped(letters)


def _grouped(letters: str) -> str:
    return "-".join(letters[start : start + GROUP_LENGTH] for start in range(0, CODE_LENGTH, GROUP_LENGTH))


def today_in_london(now: datetime) -> date:
    """The date on London's calendars at `now`."""
    return now.astimezone(LONDON).date()


def check_commission(commission: Commission) -> Place:
    """The place that is commissioned. Raises ProgrammeNotAcceptable with every field that cannot be accepted."""
    errors = list(unacceptable(commission))
    try:
        instrument(commission.instrument_version)
    except UnknownInstrument as refusal:
        errors.append(FieldError("instrument_version", str(refusal)))
    try:
        place = _place(commission)
    except ProgrammeNotAcceptable as refusal:
        errors.extend(refusal.errors)
    except WIDTH_REFUSALS as refusal:
        errors.append(FieldError("width_m", str(refusal)))
    except UnacceptableShape as refusal:
        errors.append(FieldError("area", str(refusal)))
    if errors:
        raise ProgrammeNotAcceptable(
            "The programme cannot be created like this. See errors for what to change.", errors
        )
    return place


def _place(commission: Commission) -> Place:
    area = area_of(commission.area, commission.width_m)
    is_line = commission.area.get("type") == "LineString"
    plan = check_plan(Plan(planned_stops=commission.planned_stops, route=commission.route), area=area)
    return Place(area, read_shape(commission.area) if is_line else None, plan)


async def create_programme(
    commission: Commission, *, id: UUID, by: Caller, now: datetime, leads: tuple[str, ...] = ()
) -> ProgrammeFacts:
    """Commission an audit; a lead who does so leads it, and `leads` with her. Without any it is open to every lead.

    Raises ProgrammeNotAcceptable, and AreaTooLarge where it takes an administrator.
    """
    place = check_commission(commission)
    if not by.administrator and area_km2(place.area) > MAX_AREA_KM2:
        raise AreaTooLarge(f"The area is larger than {MAX_AREA_KM2:.0f} km2. Draw it smaller, or ask an administrator.")
    async with transaction():
        number = await _write(commission, place, id, now)
        await write_plan(number, place.plan)
        # A set, since a lead may name herself.
        for principal in sorted({*leads, by.id} if by.lead else {*leads}):
            await ProgrammeLead.insert(ProgrammeLead(programme=number, principal=principal))
        await note_event("created", of="programme", id=id, by=by.id, at=now)
        return await programme(id, caller=by)


async def _write(commission: Commission, place: Place, id: UUID, now: datetime) -> int:
    row = Programme(
        id=id,
        name=commission.name,
        purpose=commission.purpose,
        area=place.area,
        line=place.line,
        width_m=commission.width_m,
        route=None,
        instrument_version=commission.instrument_version,
        opens_on=commission.opens_on,
        closes_on=commission.closes_on,
        lead_body=commission.lead_body,
        state="open",
        closed_at=None,
        created_at=now,
    )
    (written,) = await Programme.insert(row).returning(Programme.number)
    return int(written["number"])


async def close_programme(programme_id: UUID, *, by: Caller, now: datetime) -> ProgrammeFacts:
    """End it: nobody joins any more, and what was walked may still be handed in. Closing again changes nothing.

    Raises NoSuchProgramme.
    """
    async with transaction():
        found = await programme(programme_id, caller=by)
        await lock("select number from programme where number = $1", found.number)
        closed = {Programme.state: "closed", Programme.closed_at: now}
        changed = (
            await Programme.update(closed)
            .where(Programme.number == found.number, Programme.state == "open")
            .returning(Programme.number)
        )
        if changed:
            await note_event("closed", of="programme", id=programme_id, by=by.id, at=now)
        return await programme(programme_id, caller=by)


async def invite(programme_id: UUID, invitation: NewInvitation, *, code_hash: str, by: Caller, now: datetime) -> None:
    """Let as many auditors as it has places join with the code behind `code_hash`; the same code again is the same one.

    Raises NoSuchProgramme, ProgrammeClosed, InvitationNotAcceptable.
    """
    _check_invitation(invitation, now)
    async with transaction():
        to = await programme(programme_id, caller=by)
        # Locked, so that a button pressed twice makes one, and none is made while the programme is being closed.
        (locked,) = await lock("select state from programme where number = $1", to.number)
        if locked["state"] == "closed":
            raise ProgrammeClosed("The programme is closed, so nobody can join it. Create a new one.")
        if await Invitation.exists().where(Invitation.code_hash == code_hash, Invitation.programme == to.number):
            return
        row = Invitation(
            programme=to.number,
            code_hash=code_hash,
            places=invitation.places,
            used=0,
            expires_on=invitation.expires_on,
            label=invitation.label,
            created_by=by.id,
            created_at=now,
            withdrawn_at=None,
        )
        await Invitation.insert(row)
        await note_event("invited", of="programme", id=programme_id, by=by.id, at=now, places=invitation.places)


def _check_invitation(invitation: NewInvitation, now: datetime) -> None:
    errors = []
    if not 1 <= invitation.places <= MAX_PLACES:
        errors.append(FieldError("places", f"Give it between 1 and {MAX_PLACES:,} places."))
    if invitation.expires_on < today_in_london(now):
        errors.append(FieldError("expires_on", "An invitation cannot expire before it is made. Choose a later day."))
    if invitation.label is not None and not is_text(invitation.label, MAX_LABEL_LENGTH):
        errors.append(FieldError("label", f"Say which group it is for in 1 to {MAX_LABEL_LENGTH} characters."))
    if errors:
        raise InvitationNotAcceptable(errors[0].message, errors)


async def redeem(code_hash: str, phone: Phone, *, now: datetime) -> Joined:
    """Let the phone's owner into the invitation's programme, and the phone's new token speak for her.

    A phone that is known keeps its auditor, who takes a place only where she has none; its former token is superseded.
    Raises InvitationNotValid alike for an unknown, expired, withdrawn and full invitation and for a closed programme.
    """
    try:
        return await _redeem(code_hash, phone, now)
    except ConstraintViolated as violated:
        if violated.kind != "unique":
            raise
        # The same phone was let in at the same moment by another code: now it is known.
        return await _redeem(code_hash, phone, now)


async def _redeem(code_hash: str, phone: Phone, now: datetime) -> Joined:
    async with transaction():
        invitation = await _valid(code_hash, now)
        auditor = await _known_auditor(phone) or await _new_auditor(phone, now)
        if not await Membership.exists().where(
            Membership.auditor == auditor, Membership.programme == invitation["programme"]
        ):
            await _take_place(invitation, auditor, now)
        await _hand_over(phone, auditor, now)
        joined = await _joined(auditor, invitation["programme_id"])
        await note_event("joined", of="programme", id=joined.programme.id, by=str(joined.auditor_id), at=now)
    return joined


async def _valid(code_hash: str, now: datetime) -> dict[str, Any]:
    """The invitation, locked until the end of the transaction, so that its last place is given once."""
    locked = await lock(
        "select number, programme, places, used, expires_on from invitation "
        "where code_hash = $1 and withdrawn_at is null",
        code_hash,
    )
    for invitation in locked:
        to = await fetch("select id, state from programme where number = $1", invitation["programme"])
        if to[0]["state"] == "open" and today_in_london(now) <= invitation["expires_on"]:
            return {**invitation, "programme_id": to[0]["id"]}
    raise _not_valid()


def _not_valid() -> InvitationNotValid:
    return InvitationNotValid("This invitation is not valid, or no longer. Check the code, or ask for a new one.")


async def _known_auditor(phone: Phone) -> int | None:
    """Who the phone speaks for, locked, so that her phones and memberships change one after the other."""
    # Her token says more than the phone's id: phones are handed on, and an id is not a secret.
    known = phone.auditor or await _auditor_of(phone.device_id)
    if known is not None:
        await lock("select number from auditor where number = $1", known)
    return known


async def _auditor_of(device_id: UUID | None) -> int | None:
    if device_id is None:
        return None
    found = await fetch_value("select auditor from device where device_id = $1 and revoked_at is null", device_id)
    return None if found is None else int(found)


async def _new_auditor(phone: Phone, now: datetime) -> int:
    row = Auditor(id=phone.new_auditor_id, created_at=now, label=None, erased_at=None)
    (written,) = await Auditor.insert(row).returning(Auditor.number)
    return int(written["number"])


async def _take_place(invitation: dict[str, Any], auditor: int, now: datetime) -> None:
    if invitation["used"] >= invitation["places"]:
        raise _not_valid()
    await Invitation.update({Invitation.used: invitation["used"] + 1}).where(Invitation.number == invitation["number"])
    await Membership.insert(Membership(auditor=auditor, programme=invitation["programme"], joined_at=now))


async def _hand_over(phone: Phone, auditor: int, now: datetime) -> None:
    """Give the phone its new token. A phone's id that is another auditor's stays hers: shared phones are no proof."""
    device_id = phone.device_id
    owner = await _auditor_of(device_id)
    # A new auditor whose phone has an owner by now lost a race: the insert below fails, and redeem() tries again.
    if owner == auditor:
        await Device.update({Device.revoked_at: now}).where(Device.device_id == device_id, Device.revoked_at.is_null())
    elif owner is not None and phone.auditor is not None:
        device_id = None
    row = Device(auditor=auditor, device_id=device_id, token_hash=phone.token_hash, created_at=now, revoked_at=None)
    await Device.insert(row)


async def _joined(auditor: int, programme_id: UUID) -> Joined:
    auditor_id = await fetch_value("select id from auditor where number = $1", auditor)
    facts = await programme(programme_id, caller=Caller(id=str(auditor_id), auditor=auditor))
    return Joined(auditor_id=auditor_id, programme=facts)


async def revoke_devices(meant: DevicesMeant, *, by: Caller, now: datetime) -> int:
    """Make phones' tokens useless at once, but for handing in walks begun before; gives how many were in use.

    An auditor means the phone she calls from, another of hers by `device_id`, or all of them by her own `auditor_id`;
    a lead those of an auditor who walks for a programme of hers. Raises NoSuchDevice, DevicesNotNamed.
    """
    async with transaction():
        auditor_id, auditor = await _owner(meant, by)
        in_use = await lock("select number, device_id from device where auditor = $1 and revoked_at is null", auditor)
        ended = [device["number"] for device in in_use if _is_meant(device, meant, by)]
        if meant.device_id is not None and not ended:
            raise _no_such_device()
        for number in ended:
            await Device.update({Device.revoked_at: now}).where(Device.number == number)
        await note_event("devices revoked", of="auditor", id=auditor_id, by=by.id, at=now, devices=len(ended))
    return len(ended)


async def _owner(meant: DevicesMeant, by: Caller) -> tuple[UUID, int]:
    """Whose devices are meant: her id and her row's number."""
    if by.auditor is not None:
        if meant.auditor_id not in (None, UUID(by.id)):
            raise _no_such_device()
        return UUID(by.id), by.auditor
    if meant.auditor_id is None:
        message = "Send the auditor_id of the auditor whose devices are to be revoked."
        raise DevicesNotNamed(message, [FieldError("auditor_id", message)])
    auditor = await auditor_seen_by(by, meant.auditor_id)
    if auditor is None:
        raise _no_such_device()
    return meant.auditor_id, auditor


def _is_meant(device: dict[str, Any], meant: DevicesMeant, by: Caller) -> bool:
    if meant.device_id is not None:
        return bool(device["device_id"] == meant.device_id)
    return meant.auditor_id is not None or bool(device["number"] == by.device)


def _no_such_device() -> NoSuchDevice:
    return NoSuchDevice("There is no such device in use, or it is not yours to revoke. Check the id.")
