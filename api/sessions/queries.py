"""The questions of signing in: whose session this is, who is staff, who is known at all."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from charter.keeping.members import stands_for_somebody
from migrations.database import fetch, fetch_one, fetch_value, snapshot
from migrations.sealing import Seal


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """A session and whose it is: `number` and `person` are rows, `roles` those of a person of the staff now."""

    number: int
    id: UUID
    email_mac: bytes
    person: int | None
    person_id: UUID | None
    created_at: datetime
    last_seen_at: datetime
    second_factor_at: datetime | None
    roles: frozenset[str]


class Who(msgspec.Struct, frozen=True, kw_only=True):
    """What is sealed of a person of the staff."""

    name: str
    email: str


class Staff(msgspec.Struct, frozen=True, kw_only=True):
    """A person of the staff as administrators see her."""

    id: UUID
    name: str
    email: str
    roles: list[str]
    created_at: datetime
    second_factor: bool


class Beginning(msgspec.Struct, frozen=True, kw_only=True):
    """One of somebody's sessions: when it began and was last used."""

    number: int
    created_at: datetime
    last_seen_at: datetime


async def session_of(id_hash: str) -> SignedIn | None:
    """The session whose cookie has this hash, with its person's roles, in one query by a unique index."""
    rows = await fetch(
        "select session.number, session.id, session.email_mac, session.created_at, session.last_seen_at, "
        "session.second_factor_at, person.number as person, person.id as person_id, person_role.role "
        "from session "
        "left join person on person.number = session.person and person.ended_at is null "
        "left join person_role on person_role.person = person.number and person_role.withdrawn_at is null "
        "where session.id_hash = $1",
        id_hash,
    )
    if not rows:
        return None
    roles = frozenset(row["role"] for row in rows if row["role"] is not None)
    return SignedIn(roles=roles, **{name: value for name, value in rows[0].items() if name != "role"})


async def is_known(email_mac: bytes) -> bool:
    """Whether somebody with this address has anything to sign in for: as staff, or for an organisation."""
    found = await fetch_value("select 1 from person where email_mac = $1 and ended_at is null", email_mac)
    return found is not None or await stands_for_somebody(email_mac)


async def address_of(session: int, *, seal: Seal) -> str:
    """The address that a session was opened with."""
    found = await fetch_one("select id, sealed from session where number = $1", session)
    return seal.open_text(found["sealed"], table="session", column="sealed", row=str(found["id"])) if found else ""


async def sessions_of(email_mac: bytes) -> list[Beginning]:
    """Everything that whoever has this address is signed in with, the latest first. Uses session_email_mac."""
    rows = await fetch(
        "select number, created_at, last_seen_at from session where email_mac = $1 order by last_seen_at desc, number",
        email_mac,
    )
    return [Beginning(**row) for row in rows]


async def staff(*, seal: Seal) -> list[Staff]:
    """Everybody of the staff, by name. Three queries, however many they are."""
    async with snapshot():
        people = await fetch(
            "select person.number, person.id, person.sealed, person.created_at, second_factor.number as factor "
            "from person left join second_factor on second_factor.person = person.number "
            "and second_factor.confirmed_at is not null where person.ended_at is null"
        )
        held = await fetch("select person, role from person_role where withdrawn_at is null order by role")
    found = [_staff(row, [one["role"] for one in held if one["person"] == row["number"]], seal) for row in people]
    return sorted(found, key=lambda person: (person.name.casefold(), person.email))


async def offered_key(person: int, *, seal: Seal) -> str | None:
    """The key of the second factor that this person is setting up; None where none was offered."""
    found = await fetch_one("select id, sealed from second_factor where person = $1 and confirmed_at is null", person)
    return unsealed_key(found, seal) if found else None


async def has_second_factor(person: int) -> bool:
    """Whether a second factor of this person is in use."""
    found = "select 1 from second_factor where person = $1 and confirmed_at is not null"
    return await fetch_value(found, person) is not None


async def recovery_codes_left(person: int) -> int:
    """How many of her recovery codes were not used."""
    found = "select count(*) from recovery_code where person = $1 and used_at is null"
    return int(await fetch_value(found, person))


async def has_administrator() -> bool:
    """Whether anybody can look after people."""
    found = "select 1 from person_role where role = 'administrator' and withdrawn_at is null limit 1"
    return await fetch_value(found) is not None


def unsealed_key(row: dict[str, Any], seal: Seal) -> str:
    """The TOTP key in a row of second_factor."""
    return seal.open_text(row["sealed"], table="second_factor", column="sealed", row=str(row["id"]))


def unsealed_person(row: dict[str, Any], seal: Seal) -> Who:
    """Who a row of person is."""
    content = seal.open(row["sealed"], table="person", column="sealed", row=str(row["id"]))
    return msgspec.json.decode(content, type=Who)


def _staff(row: dict[str, Any], roles: list[str], seal: Seal) -> Staff:
    who = unsealed_person(row, seal)
    return Staff(
        id=row["id"],
        name=who.name,
        email=who.email,
        roles=roles,
        created_at=row["created_at"],
        second_factor=row["factor"] is not None,
    )
