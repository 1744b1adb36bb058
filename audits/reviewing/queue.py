"""The queue of the review desk: walks that wait, those that came first on top, with what there is to look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from audits.actions.comparing import StopSeen
from audits.actions.stops import stops_numbered
from audits.queries import VISIBLE, Caller, sight
from migrations.database import fetch, snapshot

WAITING = ("received", "quarantined")
STATES = (*WAITING, "accepted", "rejected")

# Walks of one state come by walk_programme_state; a programme's are few, and the queue is short once it is worked at.
QUEUE = """
    select walk.number, walk.id, programme.id as programme_id, programme.name as programme_name, walk.state, walk.leg,
           walk.night_of, walk.group_size, walk.cut_short, walk.paired_walk_id,
           (select count(*) from stop where stop.walk = walk.number) as stops,
           (select count(*) from walk_problem where walk_problem.walk = walk.number) as problems,
           (select count(*) from photo where photo.walk = walk.number and photo.state = 'stored'
               and photo.review = 'unreviewed') as photos,
           (select count(*) from stop where stop.walk = walk.number and stop.note is not null
               and stop.note_review is null) as notes,
           (select count(*) from stop where stop.walk = walk.number and stop.note_flagged) as flagged,
           (select count(*) from walk_revision where walk_revision.walk = walk.number
               and walk_revision.decision is null) as revisions
    from walk join programme on programme.number = walk.programme
    where {visible} and walk.state in ({states}) and walk.number > $4
      and {of_programme}
    order by walk.number limit $6
"""


CODES = "select distinct walk, code from walk_problem where walk in ({places}) order by walk, code"
LOCATED = """
    select walk, number from stop where walk in ({places}) and location is not null order by walk, sequence, number
"""


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A walk in the queue; times are no finer than the night, and nobody who walked is in it.

    `photos` and `notes` are those that nobody has decided about; `flagged` notes are for their named readers.
    """

    number: int
    id: UUID
    programme_id: UUID
    programme_name: str
    state: str
    leg: str
    night_of: date
    group_size: int
    cut_short: bool
    paired_walk_id: UUID | None
    stops: int
    problems: int
    photos: int
    notes: int
    flagged: int
    revisions: int


@dataclass(frozen=True, kw_only=True)
class Glance:
    """What a list of walks shows of them beside their counts, by the numbers of their rows.

    `problems` are the codes of each, `begins` the first stop that has a place; walks without one are not in it.
    """

    problems: Mapping[int, Sequence[str]]
    begins: Mapping[int, StopSeen]


@dataclass(frozen=True, kw_only=True)
class QueueAsked:
    """Which walks: of a programme, in a state (None: those that wait), after the walk numbered `after`."""

    programme_id: UUID | None = None
    state: str | None = None
    after: int = 0
    limit: int = 50


async def queue(asked: QueueAsked, *, caller: Caller) -> list[Waiting]:
    """The walks asked for, of programmes that the caller may see, the longest waiting first."""
    states = ", ".join(f"'{state}'" for state in STATES if state == asked.state) or ", ".join(
        f"'{state}'" for state in WAITING
    )
    of_programme = "programme.id = $5" if asked.programme_id else "cast($5 as text) is null"
    sql = QUEUE.format(visible=VISIBLE, states=states, of_programme=of_programme)
    rows = await fetch(sql, *sight(caller), asked.after, asked.programme_id, asked.limit)
    return [_waiting(row) for row in rows]


def _waiting(row: dict[str, Any]) -> Waiting:
    return msgspec.convert(row, Waiting)


async def at_a_glance(waiting: Sequence[Waiting]) -> Glance:
    """The kinds of problems of these walks, and where each begins; three queries, however many walks they are."""
    numbers = [walk.number for walk in waiting]
    if not numbers:
        return Glance(problems={}, begins={})
    places = ", ".join(f"${place}" for place in range(1, len(numbers) + 1))
    async with snapshot():
        codes = await fetch(CODES.format(places=places), *numbers)
        first = {row["walk"]: row["number"] for row in reversed(await fetch(LOCATED.format(places=places), *numbers))}
        seen = await stops_numbered(first.values())
    problems: dict[int, list[str]] = {}
    for row in codes:
        problems.setdefault(row["walk"], []).append(row["code"])
    return Glance(problems=problems, begins={walk: seen[stop] for walk, stop in first.items()})
