"""What editions and phones ask about issues: frozen values for the one, what became of her own walks for the other.

Nothing here names or quotes anybody who walked; what women said alone is in editions only.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import msgspec

from audits.actions.comparing import Change, StopSeen
from audits.actions.issues import (
    FROM_ISSUE,
    ISSUE,
    Raised,
    Recommended,
    WholeIssue,
    as_raised,
    numbered,
    recommended,
    whole,
)
from audits.nights import LONDON
from migrations.database import fetch, snapshot


class StopPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where and on which night a stop was: WGS 84 (longitude first) and metres on the National Grid.

    `q_cell`, `r_cell` are the 50 m hexagon. A public edition shows nothing finer than its own cells and months.
    """

    night_of: date
    leg: str
    sun_band: str | None
    longitude: float | None
    latitude: float | None
    easting_m: float | None
    northing_m: float | None
    q_cell: int | None
    r_cell: int | None


class ActionTold(msgspec.Struct, frozen=True, kw_only=True):
    """A recommendation: what, by whom, by when, what was answered and done. `state` is one of life's."""

    action: str
    body_kind: str
    body: str
    due_on: date
    state: str
    answer: str | None
    answered_on: date | None
    answered_by: str | None
    answer_reason: str | None
    done_on: date | None
    done_note: str | None
    photos: int


class IssueTold(msgspec.Struct, frozen=True, kw_only=True):
    """An issue for an edition: what, where, from which stops, what is recommended, and what changed.

    `people` is the largest group among the walks of its stops, a floor; `walks` and `nights` count those stops'.
    `changes` compare group scores before and after what was done, with n; see audits.actions.comparing.
    """

    programme: str
    programme_id: UUID
    kind: str
    title: str
    description: str
    place: str
    factors: tuple[str, ...]
    causes: tuple[str, ...]
    state: str
    raised_on: date
    walks: int
    nights: int
    people: int
    stops: tuple[StopPlace, ...]
    recommendations: tuple[ActionTold, ...]
    changes: tuple[Change, ...]


async def issues_of(
    programme_ids: Sequence[UUID], *, published: bool = False, until: date | None = None
) -> tuple[IssueTold, ...]:
    """The issues of these programmes that stand, with the recommendations that stand, for whoever makes an edition.

    `published`: only of programmes whose plan somebody of the staff looked at and let the public read. `until`: by
    their stops up to that night alone.
    Withdrawn ones are left out. Whether the reader may see the programmes is asked before; disclosure (bands, cells,
    months) is for the edition. The same rows give the same value on either database. Stops of walks that were
    rejected since are left out, and so are issues that have no others.
    """
    wanted = sorted(set(programme_ids))
    if not wanted:
        return ()
    places = ", ".join(f"${place}" for place in range(1, len(wanted) + 1))
    which = f"programme.id in ({places}) and issue.state <> 'withdrawn'"
    if published:
        which += " and exists (select 1 from plan_publication where plan_publication.programme = programme.number)"
    async with snapshot():
        rows = await fetch(f"select {ISSUE} {FROM_ISSUE} where {which}", *wanted)
        below = await recommended([row["number"] for row in rows])
        found = await whole([as_raised(row, below.get(row["number"], ())) for row in rows])
    told = [_told(one, until or date.max) for one in found]
    return tuple(sorted((one for one in told if one.stops), key=_by_content))


def _by_content(issue: IssueTold) -> bytes:
    """An order that does not depend on the ids that the server made at random."""
    return msgspec.json.encode(msgspec.structs.replace(issue, programme_id=UUID(int=0)))


def _told(one: WholeIssue, until: date) -> IssueTold:
    raised = one.issue
    stops = [stop for stop in one.stops if stop.walk_state == "accepted" and stop.night_of <= until]
    standing = [_action_told(each) for each in raised.recommendations if each.state != "withdrawn"]
    return IssueTold(
        programme=raised.programme,
        programme_id=raised.programme_id,
        kind=raised.kind,
        title=raised.title,
        description=raised.description,
        place=raised.place,
        factors=raised.factors,
        causes=raised.causes,
        state=raised.state,
        raised_on=raised.raised_at.astimezone(LONDON).date(),
        walks=len({stop.walk_id for stop in stops}),
        nights=len({stop.night_of for stop in stops}),
        people=max((stop.group_size for stop in stops), default=0),
        stops=tuple(sorted(map(_stop_place, stops), key=msgspec.json.encode)),
        recommendations=tuple(sorted(standing, key=lambda one: (one.due_on, msgspec.json.encode(one)))),
        changes=one.changes,
    )


def _action_told(one: Recommended) -> ActionTold:
    said = {name: getattr(one, name) for name in ActionTold.__struct_fields__ if name != "photos"}
    return ActionTold(**said, photos=len(one.photos))


def _stop_place(stop: StopSeen) -> StopPlace:
    q, r = stop.cell or (None, None)
    said = {name: getattr(stop, name) for name in StopPlace.__struct_fields__ if not name.endswith("_cell")}
    return StopPlace(**said, q_cell=q, r_cell=r)


@dataclass(frozen=True, kw_only=True)
class Reported:
    """An issue that her walks helped to raise: what became of it, and on which of her walks it was seen."""

    raised: Raised
    walk_ids: tuple[UUID, ...]


# Hers are the walks that she handed in, and those at whose stops she answered; by issue_stop_stop, walk_auditor and
# the responses' own indexes.
HERS = """
    select distinct issue_stop.issue, walk.id as walk_id from walk
    join stop on stop.walk = walk.number join issue_stop on issue_stop.stop = stop.number
    where walk.auditor = $1
        or walk.number in (select response.walk from response where response.auditor = $1 and response.walk is not null)
"""


async def reported_by(auditor: int) -> list[Reported]:
    """The issues that stand and were raised from walks of that auditor, newest first. Nobody else is in it."""
    async with snapshot():
        hers: dict[int, set[UUID]] = defaultdict(set)
        for row in await fetch(HERS, auditor):
            hers[row["issue"]].add(row["walk_id"])
        if not hers:
            return []
        numbers = sorted(hers, reverse=True)
        rows = await fetch(
            f"select {ISSUE} {FROM_ISSUE} where issue.number in ({numbered(numbers)}) "
            "and issue.state <> 'withdrawn' order by issue.number desc"
        )
        below = await recommended([row["number"] for row in rows])
    return [
        Reported(raised=as_raised(row, below.get(row["number"], ())), walk_ids=tuple(sorted(hers[row["number"]])))
        for row in rows
    ]
