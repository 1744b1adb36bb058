"""Questions about programmes as their leads see them: what was walked, by how many, and how far each has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from audits.planning.coverage import Visit
from audits.planning.invitations import InvitationFacts, invitations
from audits.planning.outings import Leg
from audits.planning.plan import PlannedFacts, planned_stops
from audits.queries import LAST, PROGRAMME, VISIBLE, Caller, ProgrammeFacts, programme, programmes, sight
from geo.crs import Metres
from geo.grid import Grid
from migrations.database import fetch, fetch_tuples, fetch_value, snapshot

STATES = ("open", "closed")
MOST_EARLIER = 200  # programmes whose stops can be taken over
MOST_LEGS = 500  # listed by one page; more than a programme of twelve women walks in a year

# Each count is of one programme: membership_programme, walk_programme_state.
LISTED = f"""
    select {PROGRAMME},
           (select count(*) from membership where membership.programme = programme.number) as joined,
           (select count(*) from walk where walk.programme = programme.number and walk.state <> 'incomplete') as walks,
           (select count(*) from walk where walk.programme = programme.number
               and walk.state in ('received', 'quarantined')) as waiting
    from programme
    where {VISIBLE} and {{in_state}} and programme.number < coalesce(cast($4 as bigint), {LAST})
    order by programme.number desc limit $5
"""  # noqa: S608 - our own texts
LEGS = f"""
    select walk.id, walk.leg, walk.state, walk.night_of, walk.paired_walk_id, walk.cut_short,
           (select count(*) from stop where stop.walk = walk.number) as stops
    from walk where walk.programme = $1 order by walk.night_of desc, walk.number desc limit {MOST_LEGS}
"""  # noqa: S608 - our own number

# The stops of walks that count or may yet; by walk_programme_state and stop_walk.
VISITS = """
    select walk.number, coalesce(walk.dark, walk.leg = 'dark'), stop.easting_m, stop.northing_m, stop.planned_stop_id
    from stop join walk on walk.number = stop.walk
    where walk.programme = $1 and walk.state in ('received', 'accepted')
"""


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A programme in the list: how many women joined, how many walks came, and how many of them wait for review."""

    programme: ProgrammeFacts
    joined: int
    walks: int
    waiting: int


@dataclass(frozen=True, kw_only=True)
class Led:
    """A programme as its page shows it; `joined` counts women and names none, `by_state` counts walks."""

    programme: ProgrammeFacts
    joined: int
    invitations: Sequence[InvitationFacts]
    planned: Sequence[PlannedFacts]
    legs: Sequence[Leg]
    by_state: dict[str, int]


async def listed(
    *, caller: Caller, state: str | None = None, before: int | None = None, limit: int = 50
) -> list[Listed]:
    """The programmes that the caller may see, in that state or in any, newest first."""
    in_state = f"programme.state = '{state}'" if state in STATES else "true"
    rows = await fetch(LISTED.format(in_state=in_state), *sight(caller), before, limit)
    counts = ("joined", "walks", "waiting")
    return [Listed(**{name: row.pop(name) for name in counts}, programme=ProgrammeFacts(**row)) for row in rows]


async def led(programme_id: UUID, *, caller: Caller) -> Led:
    """One programme with its people by count, its invitations and its walks. Raises NoSuchProgramme."""
    async with snapshot():
        of = await programme(programme_id, caller=caller)
        by_state = await fetch("select state, count(*) as n from walk where programme = $1 group by state", of.number)
        return Led(
            programme=of,
            joined=await joined(of.number),
            invitations=await invitations(of.number),
            planned=(await planned_stops([of.number])).get(of.number, []),
            legs=[Leg(**row) for row in await fetch(LEGS, of.number)],
            by_state={row["state"]: row["n"] for row in by_state},
        )


async def joined(programme: int) -> int:
    """How many women joined a programme, by membership_programme."""
    return int(await fetch_value("select count(*) from membership where programme = $1", programme))


async def earlier(*, caller: Caller, but: int) -> list[tuple[ProgrammeFacts, list[PlannedFacts]]]:
    """The other programmes that the caller may see and that have planned stops, newest first."""
    found = [one for one in await programmes(caller=caller, limit=MOST_EARLIER) if one.number != but]
    planned = await planned_stops([one.number for one in found])
    return [(one, planned[one.number]) for one in found if one.number in planned]


async def is_walked(programme: int) -> bool:
    """Whether a walk of the programme has come, after which its plan stands; by walk_programme_state."""
    return bool(await fetch_value("select 1 from walk where programme = $1 limit 1", programme))


async def visits(programme: int, grid: Grid) -> list[Visit]:
    """Every stop of received and accepted walks, in the cells of that grid."""
    rows = await fetch_tuples(VISITS, programme)
    placed = [(easting, northing) for _, _, easting, northing, _ in rows if easting is not None]
    cells = iter(grid.cells_at(Metres.of([at[0] for at in placed], [at[1] for at in placed])))
    return [
        Visit(walk=walk, dark=bool(dark), cell=None if easting is None else next(cells), planned=planned)
        for walk, dark, easting, _, planned in rows
    ]
