"""How far a chain has come, for whoever looks at it or writes it down."""

from dataclasses import dataclass
from datetime import datetime

from migrations.database import fetch_one, fetch_value, snapshot
from migrations.trail.chain import Head, Trail

HEAD = "select position, mac from {head} where number = 1"
LINK = "select event, linked_at, mac from {links} where number = $1"
WAITING = """
    select count(*) from {events} as said
    where number > $1 and not exists (select 1 from {links} as link where link.event = said.number)
"""


@dataclass(frozen=True, kw_only=True)
class Chained:
    """How far a chain has come: its head, when that was linked, and how many newer events wait."""

    head: Head
    linked_at: datetime | None
    waiting: int


async def chained(trail: Trail) -> Chained:
    """How far the chain has come."""
    async with snapshot():
        head = await fetch_one(trail.of(HEAD)) or {"position": 0, "mac": b""}
        last = await fetch_one(trail.of(LINK), head["position"])
        waiting = await fetch_value(trail.of(WAITING), last["event"] if last else 0)
    at = last["linked_at"] if last else None
    return Chained(head=Head(head["position"], head["mac"]), linked_at=at, waiting=waiting)


async def head_at(trail: Trail, position: int) -> Head:
    """The link at that place of the chain, as it would be written down; the chain's beginning where there is none."""
    row = await fetch_one(trail.of(LINK), position)
    return Head(position, row["mac"]) if row else Head(0, b"")
