"""Questions about where a stop is, where its phone had it, and who moved it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from audits.actions.comparing import StopSeen
from audits.actions.stops import stops_numbered
from audits.queries import VISIBLE, Caller, ProgrammeFacts, programme, sight
from audits.reviewing.errors import NoSuchStop
from audits.reviewing.placing import original_of
from geo.shapes import Point, Shape
from migrations.database import fetch, fetch_one, snapshot

ONE = f"""
    select stop.number, stop.walk, walk.id as walk_id, walk.leg, walk.night_of, walk.state as walk_state, walk.route,
           stop.location, stop.accuracy_m, programme.id as programme_id
    from stop join walk on walk.number = stop.walk join programme on programme.number = stop.programme
    where stop.id = $4 and {VISIBLE}
"""  # noqa: S608 - our own texts
MOVES = """
    select location_before, by_phone, reason, corrected_at, corrected_by from stop_correction
    where stop = $1 order by number
"""


@dataclass(frozen=True, kw_only=True)
class Move:
    """A stop was moved: from where (None: from no place), where to, why, when and by whom."""

    was: Point | None
    became: Point | None
    reason: str
    at: datetime
    by: str
    by_phone: bool | None


@dataclass(frozen=True, kw_only=True)
class StopPlaced:
    """A stop among those of its walk: `location` as it counts now, `original` as its phone had it.

    `label` is its place in the walk, counted from 1; `version` counts how often it was moved.
    """

    id: UUID
    label: int
    walk_id: UUID
    walk_state: str
    leg: str
    night_of: date
    route: Shape | None
    programme: ProgrammeFacts
    location: Point | None
    original: Point | None
    accuracy_m: float | None
    moves: tuple[Move, ...]
    stops: tuple[StopSeen, ...]

    @property
    def version(self) -> int:
        """What a change of it was made of."""
        return len(self.moves)

    @property
    def moved(self) -> bool:
        """Whether it is elsewhere than where its phone had it."""
        return self.location != self.original


async def stop_placed(stop_id: UUID, *, caller: Caller) -> StopPlaced:
    """Where that stop is, with its history. Raises NoSuchStop."""
    async with snapshot():
        row = await fetch_one(ONE, *sight(caller), stop_id)
        if row is None:
            raise NoSuchStop
        number, walk = row.pop("number"), row.pop("walk")
        of = await programme(row.pop("programme_id"), caller=caller)
        numbers = [
            one["number"]
            for one in await fetch("select number from stop where walk = $1 order by sequence, number", walk)
        ]
        seen = await stops_numbered(numbers)
        moves = await _moves(number, row["location"])
    return StopPlaced(
        id=stop_id,
        label=numbers.index(number) + 1,
        programme=of,
        original=original_of([(move.was, move.by_phone) for move in moves], row["location"]),
        moves=moves,
        stops=tuple(seen[one] for one in numbers),
        **row,
    )


async def _moves(stop: int, now_at: Point | None) -> tuple[Move, ...]:
    rows = await fetch(MOVES, stop)
    became = [*(row["location_before"] for row in rows[1:]), now_at][: len(rows)]
    return tuple(
        Move(
            was=row["location_before"],
            became=there,
            reason=row["reason"],
            at=row["corrected_at"],
            by=row["corrected_by"],
            by_phone=row["by_phone"],
        )
        for row, there in zip(rows, became, strict=True)
    )
