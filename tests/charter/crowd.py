"""A whole register at once: 10,000 organisations with 50,000 premises by a seed, written in seconds.

They are written as rows, not signed: signing each would take minutes and test nothing more. Nothing here is a person.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import shapely

from charter.pledges import SECTORS
from geo.geometry import many_to_ewkb
from geo.places.authorities import AUTHORITIES
from geo.places.queries import folded
from geo.spatial_index import index_writes
from migrations.database import Dialect, dialect, execute, execute_many, transaction

LONDON = (-0.51, 51.28, 0.33, 51.69)
FIRST_DAY = date(2024, 1, 1)
NOW = datetime(2026, 10, 25, 9, 0, tzinfo=UTC)
ROWS, COLUMNS = 3, 11  # thirty-three invented boroughs of one size, in the order of their codes
FIRSTS = (
    "Royal",
    "Golden",
    "Old",
    "Blue",
    "Night",
    "Silver",
    "Queen's",
    "King's",
    "Café",
    "Little",
    "Great",
    "Red",
    "Saint",
)
SECONDS = (
    "Lamb",
    "Ölkeller",
    "Arms",
    "Club",
    "Kitchen",
    "Theatre",
    "Hotel",
    "Stores",
    "Cabs",
    "College",
    "Harbour",
    "Lion",
)
STATES = ("active",) * 17 + ("review_due", "lapsed", "withdrawn")
SIGNATORY = (
    "insert into signatory (id, reference, charter_version, name, folded, sector, state, public_listing, "
    "network_contact, applied_at, signed_on, last_confirmed_on, likeness, review_due_on) "
    "values ($1, $2, '2018', $3, $4, $5, $6, $7, false, $8, $9, $9, $4, $10)"
)
PREMISES = (
    "insert into premises (id, signatory, sequence, listed, borough, name, folded, address, postcode, "
    "location, opening_hours, sealed) "
    "values ($1, (select number from signatory where id = $2), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
)
# What PostgreSQL's own housekeeping does within a minute of so many new rows.
TIDY: dict[Dialect, tuple[str, ...]] = {
    "sqlite": (),
    "postgresql": ("select gin_clean_pending_list('premises_named')",),
}


@dataclass(frozen=True)
class Crowd:
    """How large, and by which seed; the same for the same."""

    organisations: int = 10_000
    premises: int = 50_000
    seed: int = 1


CROWD = Crowd()


async def fill(crowd: Crowd = CROWD) -> None:
    """Write the crowd into the register, beside whoever stands there."""
    chance = random.Random(crowd.seed)
    signatories = [_signatory(chance, crowd.seed, number) for number in range(1, crowd.organisations + 1)]
    places = list(_places(crowd, chance, signatories))
    listed = [(row[0], at) for row, at in places if at is not None]
    async with transaction(timeout_s=120):
        await execute_many(SIGNATORY, signatories)
        await execute_many(PREMISES, (row for row, _ in places))
        ids, spots = [id for id, _ in listed], shapely.points([at for _, at in listed])
        for sql, rows in index_writes("premises", "location", ids, spots):
            await execute_many(sql, rows)
    for statement in ("analyze signatory", "analyze premises", *TIDY[dialect()]):
        async with transaction(timeout_s=120):
            await execute(statement)


def _name(chance: random.Random, number: int) -> str:
    return f"The {chance.choice(FIRSTS)} {chance.choice(SECONDS)} {number}"


def _signatory(chance: random.Random, seed: int, number: int) -> tuple[Any, ...]:
    """Most are active and listed; one in twenty agreed to no public listing."""
    signed = FIRST_DAY + timedelta(days=chance.randrange(900))
    state, name = chance.choice(STATES), _name(chance, number)
    return (
        UUID(int=chance.getrandbits(128), version=4),
        f"CROWD-{seed}-{number:05}",
        name,
        folded(name),
        chance.choice(tuple(SECTORS)),
        state,
        chance.random() > 0.05,
        NOW,
        signed,
        None if state == "withdrawn" else signed + timedelta(days=365),
    )


def _places(
    crowd: Crowd, chance: random.Random, signatories: list[tuple[Any, ...]]
) -> Iterator[tuple[tuple[Any, ...], tuple[float, float] | None]]:
    """Rows of premises, each with where it is; a third belongs to few chains, one in ten is unlisted."""
    west, south, east, north = LONDON
    content = many_to_ewkb(shapely.points(np.zeros(2), np.zeros(2)))[0][:-16]
    taken: dict[int, int] = {}
    for number in range(1, crowd.premises + 1):
        owner = int(crowd.organisations * chance.random() ** (4 if number % 3 == 0 else 1))
        sequence = taken[owner] = taken.get(owner, -1) + 1
        x, y = chance.random(), chance.random()
        at = (west + (east - west) * x, south + (north - south) * y)
        head = (UUID(int=chance.getrandbits(128), version=4), signatories[owner][0], sequence)
        borough = AUTHORITIES[int(y * ROWS) * COLUMNS + int(x * COLUMNS)].gss
        if number % 10 == 0:
            yield (*head, False, borough, None, None, None, None, None, None, b"sealed"), None
            continue
        name = f"{signatories[owner][2]}, {chance.choice(SECONDS)} {number}"
        where = content + np.array(at, dtype="<f8").tobytes()
        yield (
            (*head, True, borough, name, folded(name), f"{number} High Street", _postcode(number), where, "[]", None),
            at,
        )


def _postcode(number: int) -> str:
    return f"SE{number % 28 + 1} {number % 10}A{chr(65 + number % 20)}"
