"""Accepting together what nobody has to look at by itself: one programme at a time, and why the rest is left."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from audits.actions.keeping import Acting
from audits.events import EVENT, event
from audits.queries import VISIBLE, Caller, programme, sight
from migrations.database import execute_many, fetch, lock, transaction

MOST_AT_ONCE = 200
# Each reason why a person has to look at a walk by itself, in the order in which they are told.
REASONS: Mapping[str, str] = {
    "problems": "exists (select 1 from walk_problem where walk_problem.walk = walk.number)",
    "photos": "exists (select 1 from photo where photo.walk = walk.number and photo.state = 'stored' "
    "and photo.review = 'unreviewed')",
    "notes": "exists (select 1 from stop where stop.walk = walk.number and stop.note is not null "
    "and stop.note_review is null)",
    "flagged": "exists (select 1 from stop where stop.walk = walk.number and stop.note_flagged)",
    "revisions": "exists (select 1 from walk_revision where walk_revision.walk = walk.number "
    "and walk_revision.decision is null)",
}
DECIDED = "decided"  # somebody has decided meanwhile, or it waits in quarantine
ABSENT = "absent"  # there is no such walk in the programme
LOOKS = ", ".join(f'{condition} as "{name} [BOOLEAN]"' for name, condition in REASONS.items())
PLAIN = f"walk.state = 'received' and not ({' or '.join(REASONS.values())})"
COUNTS = f"""
    select programme.id, programme.name, count(*) as waiting, sum(case when {PLAIN} then 1 else 0 end) as plain,
           {", ".join(f"sum(case when {condition} then 1 else 0 end) as {name}" for name, condition in REASONS.items())}
    from walk join programme on programme.number = walk.programme
    where walk.state in ('received', 'quarantined') and {VISIBLE} and {{of_programme}}
    group by programme.id, programme.name order by programme.name, programme.id
"""  # noqa: S608 - our own texts
LISTED = f"""
    select walk.id, walk.leg, walk.night_of, walk.group_size,
           (select count(*) from stop where stop.walk = walk.number) as stops
    from walk where walk.programme = $1 and {PLAIN} order by walk.number limit {MOST_AT_ONCE}
"""  # noqa: S608 - our own texts
ASKED = f"select number, id, state, {LOOKS} from walk where programme = $1 and id in ({{places}}) order by number"  # noqa: S608
ACCEPT = """
    update walk set state = 'accepted', reviewed_at = $2, reviewed_by = $3, review_reason = null where number = $1
"""


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """What waits of a programme: how many walks, how many of them plain, and how many to look at for each reason.

    A walk may be counted for several reasons.
    """

    id: UUID
    name: str
    waiting: int
    plain: int
    problems: int
    photos: int
    notes: int
    flagged: int
    revisions: int

    @property
    def reasons(self) -> dict[str, int]:
        """How many walks each reason holds back, but for those that hold back none."""
        return {name: count for name in REASONS if (count := getattr(self, name))}


class Plain(msgspec.Struct, frozen=True, kw_only=True):
    """A walk in which nothing has to be looked at by itself."""

    id: UUID
    leg: str
    night_of: date
    group_size: int
    stops: int


@dataclass(frozen=True, kw_only=True)
class Together:
    """What came of accepting together: how many, and why the others were left, each under its first reason."""

    accepted: int
    left: Mapping[str, int]


async def desks(*, caller: Caller, programme_id: UUID | None = None) -> list[Desk]:
    """What waits, programme by programme, of those that the caller may see; one query, by walk_programme_state."""
    of_programme = "programme.id = $4" if programme_id else "cast($4 as text) is null"
    rows = await fetch(COUNTS.format(of_programme=of_programme), *sight(caller), programme_id)
    return [msgspec.convert({name: _whole(value) for name, value in row.items()}, Desk) for row in rows]


def _whole(value: Any) -> Any:
    """A sum of whole numbers, which PostgreSQL gives as a decimal."""
    return value if isinstance(value, str | UUID) else int(value)


async def plain_walks(programme_id: UUID, *, caller: Caller) -> list[Plain]:
    """The plain walks of a programme, the longest waiting first, at most MOST_AT_ONCE. Raises NoSuchProgramme."""
    of = await programme(programme_id, caller=caller)
    return [msgspec.convert(row, Plain) for row in await fetch(LISTED, of.number)]


async def accept_walks(programme_id: UUID, walk_ids: Sequence[UUID], *, acting: Acting) -> Together:
    """Accept those of the walks that are plain still, each a decision of its own in the trail.

    At most MOST_AT_ONCE are looked at. Raises NoSuchProgramme.
    """
    asked = list(dict.fromkeys(walk_ids))[:MOST_AT_ONCE]
    async with transaction():
        of = await programme(programme_id, caller=acting.by)
        found = await _looked_at(of.number, asked)
        plain = [row for row in found if _why_left(row) is None]
        await execute_many(ACCEPT, [(row["number"], acting.now, acting.by.id) for row in plain])
        await execute_many(EVENT, [_accepted(row["id"], acting) for row in plain])
    left = Counter(why for row in found if (why := _why_left(row)))
    left[ABSENT] += len(asked) - len(found)
    return Together(accepted=len(plain), left=+left)


async def _looked_at(programme: int, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """The walks with what there is to look at in each, locked first, so that nobody decides meanwhile."""
    if not ids:
        return []
    places = ", ".join(f"${place}" for place in range(2, len(ids) + 2))
    only = f"select number from walk where programme = $1 and id in ({places}) order by number"  # noqa: S608 (ours)
    await lock(only, programme, *ids)
    return await fetch(ASKED.format(places=places), programme, *ids)


def _why_left(row: Mapping[str, Any]) -> str | None:
    if row["state"] == "quarantined":
        return "problems"
    if row["state"] != "received":
        return DECIDED
    return next((name for name in REASONS if row[name]), None)


def _accepted(walk_id: UUID, acting: Acting) -> tuple[object, ...]:
    by, at = acting.by.id, acting.now
    return event("accepted", of="walk", id=walk_id, by=by, at=at, before="received", together=True)


def in_order(left: Mapping[str, int]) -> Iterable[tuple[str, int]]:
    """The reasons why walks were left, in the order in which they are told."""
    return [(name, left[name]) for name in (*REASONS, DECIDED, ABSENT) if left.get(name)]
