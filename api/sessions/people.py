"""The people of the staff: added, given roles, deprived of them, and let go; effective on their next request."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from api.sessions.errors import LastAdministrator, NoSuchPerson, PersonNotAcceptable, YourOwnRole
from api.sessions.letters import ADDED_TO_STAFF, letter_to_new_staff
from api.sessions.queries import Who
from audits.events import note_event
from charter.errors import FieldError
from charter.letters import Envelope
from charter.outbox import post
from charter.register import Desk, email_mac
from charter.signing import is_email
from migrations.database import execute, fetch_one, fetch_value, lock, transaction
from migrations.sealing import Seal

ADMINISTRATOR = "administrator"
STAFF_ROLES = ("lead", "analyst", ADMINISTRATOR)
MAX_NAME_LENGTH = 200


async def create_person(who: Who, *, roles: Iterable[str], by: str, desk: Desk) -> UUID:
    """Add somebody to the staff with these roles, and write to her how she signs in; gives her id.

    Raises PersonNotAcceptable, for somebody who is staff already too.
    """
    who = Who(name=who.name.strip(), email=who.email.strip())
    roles = sorted(set(roles))
    _check(who, roles)
    id = desk.new_id()
    async with transaction():
        number = await _file(id, who, desk)
        for role in roles:
            await _grant(number, role, by=by, now=desk.now)
        envelope = Envelope(id=desk.new_id(), written_at=desk.now, to=who.email)
        letter = letter_to_new_staff(envelope, base_url=desk.base_url)
        await post(letter, kind=ADDED_TO_STAFF, signatory=None, seal=desk.seal)
        await note_event("added", of="person", id=id, by=by, at=desk.now, roles=", ".join(roles))
    return id


async def change_roles(
    person: UUID, *, give: Collection[str] = (), take: Collection[str] = (), by: str, now: datetime
) -> None:
    """Give a person roles and take others, from her next request on; what she has or has not already stays.

    Raises NoSuchPerson, YourOwnRole, LastAdministrator; then nothing was changed.
    """
    async with transaction():
        number = await _number(person)
        if ADMINISTRATOR in take:
            await _refuse_lockout(person, number, by)
        for role in take:
            if await _withdraw(number, role, by=by, now=now):
                await note_event("role-withdrawn", of="person", id=person, by=by, at=now, role=role)
        for role in give:
            if await _grant(number, role, by=by, now=now):
                await note_event("role-granted", of="person", id=person, by=by, at=now, role=role)


async def end_person(person: UUID, *, by: str, now: datetime) -> None:
    """Let a person go: her roles, sessions and second factor end at once, and her name and address are erased.

    Raises NoSuchPerson, YourOwnRole, LastAdministrator.
    """
    async with transaction():
        number = await _number(person)
        await _refuse_lockout(person, number, by)
        for role in STAFF_ROLES:
            await _withdraw(number, role, by=by, now=now)
        await _end_access(number)
        await execute("update person set ended_at = $2, sealed = null, email_mac = null where number = $1", number, now)
        await note_event("ended", of="person", id=person, by=by, at=now)


async def reset_second_factor(person: UUID, *, by: str, now: datetime) -> None:
    """Let a person who lost phone and recovery codes set up a second factor anew when she next signs in.

    Her sessions end. Raises NoSuchPerson.
    """
    async with transaction():
        await _end_access(await _number(person))
        await note_event("second-factor-reset", of="person", id=person, by=by, at=now)


async def person_by_address(email: str, *, seal: Seal) -> UUID:
    """The id of whoever of the staff has this address. Raises NoSuchPerson."""
    address = email_mac(email.strip(), seal)
    found = await fetch_value("select id from person where email_mac = $1 and ended_at is null", address)
    if found is None:
        raise NoSuchPerson
    id: UUID = found
    return id


def _check(who: Who, roles: list[str]) -> None:
    errors = []
    if not 1 <= len(who.name) <= MAX_NAME_LENGTH or not who.name.isprintable():
        errors.append(FieldError("name", f"Write a name of 1 to {MAX_NAME_LENGTH} printable characters."))
    if not is_email(who.email):
        errors.append(FieldError("email", "Write one e-mail address, such as name@example.org."))
    if not roles or not set(roles) <= set(STAFF_ROLES):
        errors.append(FieldError("roles", "Choose at least one role."))
    if errors:
        raise PersonNotAcceptable(*errors)


async def _file(id: UUID, who: Who, desk: Desk) -> int:
    # The address decides, in one statement: of two who add her at once, one is told.
    number = await fetch_value(
        "insert into person (id, email_mac, sealed, created_at) values ($1, $2, $3, $4) "
        "on conflict (email_mac) do nothing returning number",
        id,
        email_mac(who.email, desk.seal),
        desk.seal.seal(msgspec.json.encode(who), table="person", column="sealed", row=str(id)),
        desk.now,
    )
    if number is None:
        raise PersonNotAcceptable(FieldError("email", "Somebody of the staff has this address already."))
    return int(number)


async def _number(person: UUID) -> int:
    """The person's row, locked, so that two changes of one person come one after the other."""
    found: list[dict[str, Any]] = await lock("select number from person where id = $1 and ended_at is null", person)
    if not found:
        raise NoSuchPerson
    return int(found[0]["number"])


async def _grant(person: int, role: str, *, by: str, now: datetime) -> bool:
    granted = await fetch_one(
        "insert into person_role (person, role, granted_at, granted_by) values ($1, $2, $3, $4) "
        "on conflict (person, role) where withdrawn_at is null do nothing returning number",
        person,
        role,
        now,
        by,
    )
    return granted is not None


async def _withdraw(person: int, role: str, *, by: str, now: datetime) -> bool:
    withdrawn = await fetch_one(
        "update person_role set withdrawn_at = $3, withdrawn_by = $4 "
        "where person = $1 and role = $2 and withdrawn_at is null returning number",
        person,
        role,
        now,
        by,
    )
    return withdrawn is not None


async def _refuse_lockout(person: UUID, number: int, by: str) -> None:
    # All administrators' rows are locked: two who remove each other at once must not both succeed.
    held = await lock(
        "select person from person_role where role = 'administrator' and withdrawn_at is null order by number"
    )
    if not any(row["person"] == number for row in held):
        return
    if len(held) == 1:
        raise LastAdministrator
    if by == str(person):
        raise YourOwnRole


async def _end_access(person: int) -> None:
    """Whatever she is signed in with, and what she would sign in with, but for her address."""
    await execute("delete from session where person = $1", person)
    await execute("delete from second_factor where person = $1", person)
    await execute("delete from recovery_code where person = $1", person)
    await execute("delete from sign_in_link where email_mac = (select email_mac from person where number = $1)", person)
