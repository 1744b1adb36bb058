"""Questions about programmes and walks, each answered only as far as the caller may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from audits.errors import NoSuchProgramme
from audits.events import COMMAND_LINE
from audits.nights import duration_s
from geo.shapes import Shape
from migrations.database import fetch, fetch_one, snapshot

Found = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who asks or acts: `id` is what the trail calls her; whoever is given nothing more sees nothing."""

    id: str
    sees_all: bool = False  # analysts and administrators: every programme
    administrator: bool = False
    lead: bool = False  # the programmes she leads, and those that nobody leads
    auditor: int | None = None  # the programmes she walks for
    device: int | None = None


OPERATOR = Caller(id=COMMAND_LINE, sees_all=True, administrator=True)


@dataclass(frozen=True, kw_only=True)
class ProgrammeFacts:
    """A programme as a rule needs it. `area` is the effective one, in WGS 84; `width_m` is full, and only a line's."""

    number: int
    id: UUID
    name: str
    area: Shape
    line: Shape | None
    width_m: float | None
    instrument_version: int
    opens_on: date
    closes_on: date
    lead_body: str | None
    state: str
    closed_at: datetime | None
    created_at: datetime
    route: Shape | None = None
    purpose: str | None = None


@dataclass(frozen=True, kw_only=True)
class WalksAsked:
    """Which walks a reviewer asks for; those after the walk numbered `before`, which is older the further she pages."""

    programme_id: UUID | None = None
    state: str | None = None
    before: int | None = None
    limit: int = 50


PROGRAMME = (
    "programme.number, programme.id, programme.name, programme.area, programme.line, programme.width_m, "
    "programme.instrument_version, programme.opens_on, programme.closes_on, programme.lead_body, programme.state, "
    "programme.closed_at, programme.created_at, programme.route, programme.purpose"
)

LAST = 2**63 - 1  # no row is numbered higher: where paging begins

# Whether a programme is the caller's to see; $1 to $3 are what `sight` gives. Each part is looked up by an index:
# membership_once, and programme_lead_once for both ends of a lead's question.
VISIBLE = """(
    cast($1 as boolean)
    or exists (select 1 from membership where auditor = cast($2 as bigint) and membership.programme = programme.number)
    or (cast($3 as text) is not null and (
        exists (select 1 from programme_lead where programme_lead.programme = programme.number and principal = $3)
        or not exists (select 1 from programme_lead where programme_lead.programme = programme.number)
    ))
)"""


def sight(caller: Caller) -> tuple[bool, int | None, str | None]:
    """The arguments $1 to $3 of VISIBLE."""
    return caller.sees_all, caller.auditor, caller.id if caller.lead else None


async def programme(programme_id: UUID, *, caller: Caller) -> ProgrammeFacts:
    """The programme with that id. Raises NoSuchProgramme where there is none, or it is not the caller's to see."""
    found = await fetch_one(
        f"select {PROGRAMME} from programme where programme.id = $4 and {VISIBLE}",  # noqa: S608 - our own texts
        *sight(caller),
        programme_id,
    )
    if found is None:
        raise NoSuchProgramme("There is no such programme, or it is not yours. Ask its lead for an invitation.")
    return ProgrammeFacts(**found)


async def programmes(*, caller: Caller, before: int | None = None, limit: int = 50) -> list[ProgrammeFacts]:
    """The programmes that the caller may see, newest first, older than the one numbered `before`."""
    found = await fetch(
        f"""
        select {PROGRAMME} from programme
        where {VISIBLE} and programme.number < coalesce(cast($4 as bigint), {LAST})
        order by programme.number desc limit $5
        """,  # noqa: S608 - our own texts
        *sight(caller),
        before,
        limit,
    )
    return [ProgrammeFacts(**row) for row in found]


async def programme_walked_by(auditor: int, programme_id: UUID) -> ProgrammeFacts | None:
    """The programme, if that auditor walks for it; open or closed, for walks are handed in late."""
    found = await fetch_one(
        f"""
        select {PROGRAMME} from programme
        join membership on membership.programme = programme.number
        where programme.id = $1 and membership.auditor = $2
        """,  # noqa: S608 - our own text
        programme_id,
        auditor,
    )
    return ProgrammeFacts(**found) if found else None


async def auditor_seen_by(caller: Caller, auditor_id: UUID) -> int | None:
    """The row's number of an auditor who walks for a programme that the caller may see."""
    found = await fetch_one(
        f"""
        select auditor.number from auditor
        join membership as place on place.auditor = auditor.number
        join programme on programme.number = place.programme
        where auditor.id = $4 and {VISIBLE} limit 1
        """,  # noqa: S608 - our own texts
        *sight(caller),
        auditor_id,
    )
    return int(found["number"]) if found else None


async def walks(asked: WalksAsked, *, caller: Caller) -> list[Found]:
    """Walks with their problems and photos, newest receipt first; a few queries however many walks there are.

    Times are no finer than the night, and no location, note, score or response is among them. Raises NoSuchProgramme.
    """
    async with snapshot():
        of = None if asked.programme_id is None else await programme(asked.programme_id, caller=caller)
        found = await _walks(asked, of.number if of else None, caller)
        numbers = [walk["number"] for walk in found]
        problems = await _of_walks("code, detail, field", "walk_problem", numbers)
        photos = await _of_walks("id, stop_id, state, review", "photo", numbers)
    for walk in found:
        # A start to the minute, beside a small programme's map, would say where somebody was and when.
        walk["duration_min"] = round(duration_s(walk.pop("started_at"), walk.pop("ended_at")) / 60)
        walk["problems"] = problems.get(walk["number"], [])
        walk["photos"] = photos.get(walk["number"], [])
    return found


async def _walks(asked: WalksAsked, of: int | None, caller: Caller) -> list[Found]:
    # The text differs with what is asked, so that a programme's walks come by walk_programme_state, and all walks
    # by walk's key backwards; one text with "or $4 is null" would read every newer walk of everybody first.
    of_programme = "walk.programme = $4" if of is not None else "cast($4 as bigint) is null"
    in_state = "walk.state = $5" if asked.state is not None else "cast($5 as text) is null"
    return await fetch(
        f"""
        select walk.number, walk.id, programme.id as programme_id, walk.state, walk.instrument_version, walk.leg,
               walk.paired_walk_id, walk.night_of, walk.started_at, walk.ended_at, walk.dark, walk.group_size,
               walk.cut_short, walk.reviewed_at, walk.review_reason,
               (select count(*) from stop where stop.walk = walk.number) as stops,
               (select count(*) from walk_revision where walk_revision.walk = walk.number
                and walk_revision.decision is null) as revisions
        from walk join programme on programme.number = walk.programme
        where {of_programme} and {in_state} and {VISIBLE}
          and walk.number < coalesce(cast($6 as bigint), {LAST})
        order by walk.number desc limit $7
        """,  # noqa: S608 - our own texts
        *sight(caller),
        of,
        asked.state,
        asked.before,
        asked.limit,
    )


async def _of_walks(columns: str, table: str, numbers: Sequence[int]) -> dict[int, list[Found]]:
    """The rows of `table` for each walk, in the order in which they were written."""
    if not numbers:
        return {}
    places = ", ".join(f"${place}" for place in range(1, len(numbers) + 1))
    rows = await fetch(
        f"select walk, {columns} from {table} where walk in ({places}) order by number",  # noqa: S608 - our own texts
        *numbers,
    )
    found: dict[int, list[Found]] = {}
    for row in rows:
        found.setdefault(row.pop("walk"), []).append(row)
    return found
