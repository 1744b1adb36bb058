"""Questions about stops, as an issue sees them: with what the group scored, and without anybody who walked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from audits.actions.comparing import Cell, StopSeen
from audits.queries import VISIBLE, Caller, sight
from migrations.database import fetch, snapshot

MAX_LISTED = 200  # stops to choose from on one page; narrower questions find the others
AT_ONCE = 500  # ids in one statement

STOP = """
    stop.number, stop.programme as of, stop.id, walk.id as walk_id, walk.state as walk_state, walk.night_of,
    stop.sequence, walk.leg, walk.group_size, walk.instrument_version, stop.planned_stop_id, stop.sun_band,
    stop.cell_q, stop.cell_r, stop.location, stop.easting_m, stop.northing_m, stop.hub, stop.causes
"""
FROM = "from stop join walk on walk.number = stop.walk join programme on programme.number = stop.programme"
# SQLite keeps to the order of a cross join: a few cells, in a few hundred programmes, each found by the index.
IN_CELLS = f"""
    with wanted (q, r) as (values {{pairs}})
    select {STOP} from wanted cross join programme cross join stop cross join walk
    where stop.programme = programme.number and stop.cell_q = wanted.q and stop.cell_r = wanted.r
      and walk.number = stop.walk and walk.state = 'accepted' and {VISIBLE}
"""  # noqa: S608 - our own texts
AT_PLANNED = f"select {STOP} {FROM} where {VISIBLE} and walk.state = 'accepted' and stop.planned_stop_id"


@dataclass(frozen=True, kw_only=True)
class StopsAsked:
    """Which stops to choose from: of accepted walks of a programme; with `factor`, those that scored 0 or 1 on it."""

    programme: int
    walk_id: UUID | None = None
    leg: str | None = None
    factor: str | None = None
    cause: str | None = None


async def stops_to_choose(asked: StopsAsked, *, limit: int = MAX_LISTED) -> list[StopSeen]:
    """The stops asked for, newest nights first, in the order they were walked; by stop_programme_cell."""
    conditions = ["stop.programme = $1", "walk.state = 'accepted'", "stop.location is not null"]
    args: list[Any] = [asked.programme, limit]
    for value, condition in (
        (asked.walk_id, "walk.id = ${}"),
        (asked.leg, "walk.leg = ${}"),
        (
            asked.factor,
            "exists (select 1 from group_score where group_score.stop = stop.number and factor = ${} and value <= 1)",
        ),
        (f'%"{asked.cause}"%' if asked.cause else None, "stop.causes like ${}"),
    ):
        if value is not None:
            args.append(value)
            conditions.append(condition.format(len(args)))
    async with snapshot():
        rows = await fetch(
            f"select {STOP} {FROM} where {' and '.join(conditions)} "
            "order by walk.night_of desc, walk.number desc, stop.sequence, stop.number limit $2",
            *args,
        )
        return await _with_scores(rows)


async def stops_named(stop_ids: Sequence[UUID], *, caller: Caller) -> list[StopSeen]:
    """Those of the stops that there are and the caller may see, whatever became of their walks; by stop_id_unique."""
    if not stop_ids:
        return []
    places = ", ".join(f"${4 + place}" for place in range(len(stop_ids)))
    async with snapshot():
        rows = await fetch(
            f"select {STOP} {FROM} where {VISIBLE} and stop.id in ({places}) order by stop.number",
            *sight(caller),
            *stop_ids,
        )
        return await _with_scores(rows)


async def stops_numbered(numbers: Iterable[int]) -> dict[int, StopSeen]:
    """The stops of these rows, by number; whose they are was asked before."""
    wanted, found = sorted(set(numbers)), []
    async with snapshot():
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            rows = await fetch(
                f"select {STOP} {FROM} where stop.number in ({_places(some)})",
                *some,
            )
            found += await _with_scores(rows)
    return {stop.number: stop for stop in found}


async def stops_at(cells: Iterable[Cell], planned: Iterable[UUID], *, caller: Caller) -> list[StopSeen]:
    """The stops of accepted walks that the caller may see in these cells or at these planned stops, by night.

    Cell by cell through stop_programme_cell, in each programme that may be seen; planned stops through stop_planned.
    """
    wanted, known, found = sorted(set(cells)), sorted(set(planned)), []
    async with snapshot():
        for start in range(0, len(wanted), AT_ONCE):
            pairs = ", ".join(f"({int(q)}, {int(r)})" for q, r in wanted[start : start + AT_ONCE])
            found += await _visible(IN_CELLS.format(pairs=pairs), caller)
        for start in range(0, len(known), AT_ONCE):
            some = known[start : start + AT_ONCE]
            found += await _visible(f"{AT_PLANNED} in ({_places(some, first=4)})", caller, *some)
        once = {row["number"]: row for row in found}
        return await _with_scores(sorted(once.values(), key=lambda row: (row["night_of"], row["number"])))


async def _visible(sql: str, caller: Caller, *args: Any) -> list[dict[str, Any]]:
    return await fetch(sql, *sight(caller), *args)


async def photos_of(stop_ids: Sequence[UUID]) -> list[tuple[UUID, UUID]]:
    """The photos of these stops that were found publishable: each one's id, and its stop's."""
    if not stop_ids:
        return []
    rows = await fetch(
        f"select photo.id, photo.stop_id from photo join stop on stop.id = photo.stop_id "  # noqa: S608 - our own
        f"where stop.id in ({_places(stop_ids)}) and photo.walk = stop.walk and photo.state = 'stored' "
        "and photo.review = 'publishable' order by photo.number",
        *stop_ids,
    )
    return [(row["id"], row["stop_id"]) for row in rows]


async def _with_scores(rows: Sequence[dict[str, Any]]) -> list[StopSeen]:
    scores: dict[int, dict[str, int | str]] = {row["number"]: {} for row in rows}
    numbers = list(scores)
    for start in range(0, len(numbers), AT_ONCE):
        some = numbers[start : start + AT_ONCE]
        for scored in await fetch(
            f"select stop, factor, value, answer from group_score where stop in ({_places(some)})",  # noqa: S608
            *some,
        ):
            value = scored["value"]
            scores[scored["stop"]][scored["factor"]] = scored["answer"] if value is None else value
    return [_seen(row, scores[row["number"]]) for row in rows]


def _seen(row: dict[str, Any], scores: dict[str, int | str]) -> StopSeen:
    q, r, location = row.pop("cell_q"), row.pop("cell_r"), row.pop("location")
    return StopSeen(
        **{**row, "causes": tuple(msgspec.json.decode(row["causes"]))},
        cell=None if q is None else (q, r),
        longitude=location.x if location is not None else None,
        latitude=location.y if location is not None else None,
        scores=scores,
    )


def _places(values: Sequence[object], *, first: int = 1) -> str:
    return ", ".join(f"${place}" for place in range(first, first + len(values)))
