"""Many walks at once, from a file: the checks and quarantine of a phone's, written a table at a time."""

import asyncio
import hmac
import sys
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import repeat
from typing import Any
from uuid import UUID, uuid5

from audits.arriving.lines import Said, WalkLine
from audits.arriving.rows import Arrival, into, stop_row, walk_row
from audits.events import EVENT, event
from audits.instrument import value_and_answer
from audits.queries import ProgrammeFacts
from audits.responses import PERSONAL_SCORE, Parted, Response, Sending, content_of_response, parted
from audits.walks import Ground, assess, content_of
from geo.places.queries import hubs_known
from geo.spatial_index import index_shapes
from migrations.database import (
    ConstraintViolated,
    execute_many,
    execute_plain,
    fetch_tuples,
    take_numbers,
    transaction,
)
from migrations.sealing import Seal
from migrations.values import Plain

ROWS_AT_ONCE = 6_000  # stops and responses of one transaction: enough for speed, few enough to let others in between
SWITCH_S = 0.0002  # how soon the interpreter is given up to who asks for it
IDS_AT_ONCE = 500  # of one `in (...)`: SQLite takes 999 arguments where it was built long ago
LABEL = "import-auditor"  # the purpose of the keyed hash that stands for a label, which may be somebody's name
GROUP_SCORE = ("programme", "walk", "stop", "factor", "value", "answer")
PROBLEM = "insert into walk_problem (walk, code, detail, field) values ($1, $2, $3, $4)"

DIFFERS = "Another walk was received under this id, and it stands. Give this one a new id."
OTHER_RESPONSE = "Another response was received under an id of this line, and it stands."
ID_TAKEN = "A stop's or response's id is already used elsewhere, or somebody has answered at this stop already."


@dataclass(kw_only=True)
class Tally:
    """What became of a file's lines. `refused` are (line number, why)."""

    new: int = 0
    there: int = 0
    quarantined: int = 0
    stops: int = 0
    responses: int = 0
    responses_there: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Count what became of other lines too."""
        for name in ("new", "there", "quarantined", "stops", "responses", "responses_there"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.refused += other.refused


@dataclass(frozen=True)
class _Response:
    """A response on its way in, with the number of its line."""

    line: int
    said: Said
    parted: Parted
    mac: bytes

    @property
    def at(self) -> Response:
        """What she said, and where."""
        return self.said.response


@dataclass(frozen=True, kw_only=True)
class _Line:
    """A line on its way in: the walk with what was found of it, and its responses parted."""

    read: WalkLine
    arrival: Arrival
    said: list[_Response]


@dataclass
class _Numbers:
    """The numbers of rows by the ids of their walks and stops."""

    walk: dict[UUID, int] = field(default_factory=dict)
    stop: dict[UUID, int] = field(default_factory=dict)


class _Room(asyncio.Event):
    """Set while the interpreter is free, because the database writes by itself, or nothing is written."""

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Let others compute while the block waits for the database, which asks for the interpreter at times."""
        self.set()
        usual = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_S)
        try:
            yield
        finally:
            sys.setswitchinterval(usual)
            self.clear()

    async def turn(self) -> None:
        """Wait for room, and let others have theirs."""
        await self.wait()
        await asyncio.sleep(0)


async def import_walks(
    lines: Iterable[WalkLine], *, to: ProgrammeFacts, sending: Sending
) -> AsyncGenerator[Tally, None]:
    """Keep the walks of these lines that are not there yet, each with its responses; a tally for what is durable then.

    What is there already is left alone, and its missing responses are added, so that a file may be imported again. A
    line that cannot be taken is in a tally's `refused`, and keeps no other out. While some are written the next are
    read and assessed, so that at most two transactions' lines are held.
    """
    remaining, room = iter(lines), _Room()
    room.set()
    ready = await _next(remaining, to, sending, room)
    while ready:
        room.clear()
        upcoming = asyncio.create_task(_next(remaining, to, sending, room))
        try:
            tally = await _keep(ready, to, sending, room)
            with room.lent():
                ready = await upcoming
        finally:
            upcoming.cancel()
        yield tally


async def _next(lines: Iterator[WalkLine], to: ProgrammeFacts, sending: Sending, room: _Room) -> list[_Line]:
    """The next lines, assessed: as many as one transaction takes."""
    read, rows = list[WalkLine](), 0
    for line in lines:
        read.append(line)
        rows += len(line.walk.stops) + len(line.said)
        if rows >= ROWS_AT_ONCE:
            break
        await room.turn()
    hubs = await hubs_known({stop.hub for line in read for stop in line.walk.stops if stop.hub})
    ready = []
    for line in read:
        ready.append(_ready(line, to, hubs, sending))
        await room.turn()
    return ready


def _ready(read: WalkLine, to: ProgrammeFacts, hubs: frozenset[str], sending: Sending) -> _Line:
    walk, seal = read.walk, sending.seal
    ground = Ground(to.area, to.opens_on, to.closes_on)
    arrival = Arrival(
        walk_id=read.walk_id,
        walk=walk,
        mac=seal.mac(content_of(walk), purpose="walk"),
        found=assess(walk, ground, received_at=sending.now, imported=True),
        programme=to.number,
        hubs=hubs,
        sending=sending,
    )
    return _Line(read=read, arrival=arrival, said=[_response(read, each, seal) for each in read.said])


def _response(read: WalkLine, said: Said, seal: Seal) -> _Response:
    parts = parted(said.id, said.response, instrument_version=read.walk.instrument_version, seal=seal)
    return _Response(read.number, said, parts, seal.mac(content_of_response(said.response), purpose="response"))


async def _keep(lines: Sequence[_Line], to: ProgrammeFacts, sending: Sending, room: _Room) -> Tally:
    try:
        return await _write(lines, to, sending, room)
    except ConstraintViolated:
        # Some id is taken. One line at a time shows whose, and costs only where it happens.
        tally = Tally()
        for one in lines:
            tally.add(await _write_alone(one, to, sending, room))
        return tally


async def _write_alone(line: _Line, to: ProgrammeFacts, sending: Sending, room: _Room) -> Tally:
    try:
        return await _write([line], to, sending, room)
    except ConstraintViolated:
        return Tally(refused=[(line.read.number, ID_TAKEN)])


async def _write(lines: Sequence[_Line], to: ProgrammeFacts, sending: Sending, room: _Room) -> Tally:
    async with transaction():
        tally, new, there = await _sorted_out(lines)
        numbers = await _write_walks(new)
        await _look_up(there, numbers)
        scores = await _write_responses([*new, *there], numbers, to, sending, tally)
        await execute_many(EVENT, [_received("walk", line.read.walk_id, sending) for line in new])
        with room.lent():
            await execute_plain(
                "group_score", GROUP_SCORE, (row for line in new for row in _group_scores(line, numbers))
            )
            await execute_plain("personal_score", PERSONAL_SCORE, scores)
    tally.new, tally.there = len(new), len(there)
    tally.quarantined = sum(bool(line.arrival.found.problems) for line in new)
    tally.stops = sum(len(line.read.walk.stops) for line in new)
    return tally


async def _sorted_out(lines: Sequence[_Line]) -> tuple[Tally, list[_Line], list[_Line]]:
    """The lines that are new, and those that are there already; others under a known id are refused."""
    known = dict(
        await _by_ids("select id, content_mac from walk where id in ({})", [each.read.walk_id for each in lines])
    )
    tally, new, there = Tally(), list[_Line](), list[_Line]()
    for line in lines:
        mac = known.setdefault(line.read.walk_id, line.arrival.mac)
        if not hmac.compare_digest(mac, line.arrival.mac):
            tally.refused.append((line.read.number, DIFFERS))
        elif mac is line.arrival.mac:
            new.append(line)
        else:
            there.append(line)  # here from before, or twice in the file
    return tally, new, there


async def _write_walks(lines: Sequence[_Line]) -> _Numbers:
    """Write the walks with their stops and problems; gives their numbers."""
    numbers = _Numbers()
    if not lines:
        return numbers
    numbers.walk = await _numbered("walk", [line.read.walk_id for line in lines])
    rows = [walk_row(line.arrival) for line in lines]
    await _insert("walk", numbers.walk, rows)
    stops = [
        stop_row(numbers.walk[line.read.walk_id], stop, found, line.arrival)
        for line in lines
        for stop, found in line.arrival.stops
    ]
    numbers.stop = await _numbered("stop", [row["id"] for row in stops])
    await _insert("stop", numbers.stop, stops)
    located = {numbers.stop[row["id"]]: row["location"] for row in stops if row["location"] is not None}
    if located:
        await index_shapes("stop", "location", list(located), list(located.values()))
    problems = [(numbers.walk[x.read.walk_id], *problem) for x in lines for problem in x.arrival.found.problems]
    await execute_many(PROBLEM, problems)
    return numbers


async def _numbered(table: str, ids: Sequence[UUID]) -> dict[UUID, int]:
    return dict(zip(ids, await take_numbers(table, len(ids)), strict=True))


async def _insert(table: str, numbers: dict[UUID, int], rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        await execute_many(into(table, ("number", *rows[0])), [(numbers[row["id"]], *row.values()) for row in rows])


async def _look_up(lines: Sequence[_Line], numbers: _Numbers) -> None:
    """Add the numbers of walks that are there, for responses that came with their lines."""
    numbers.walk |= await _numbers("walk", [line.read.walk_id for line in lines])
    numbers.stop |= await _numbers("stop", [stop.id for line in lines for stop in line.read.walk.stops])


def _group_scores(line: _Line, numbers: _Numbers) -> Iterable[tuple[Plain, ...]]:
    programme, number = line.arrival.programme, numbers.walk[line.read.walk_id]
    for at, found in line.arrival.stops:
        there = numbers.stop[at.id]
        for factor, score in found.scores.items():
            yield (programme, number, there, factor, *value_and_answer(score))


async def _write_responses(
    lines: Sequence[_Line], numbers: _Numbers, to: ProgrammeFacts, sending: Sending, tally: Tally
) -> list[tuple[Plain, ...]]:
    """The responses that are not there yet, counted at once, for their walks are here; gives their scores' rows."""
    new = await _new_responses(lines, tally)
    if not new:
        return []
    auditor = await _auditors({each.said.label for each in new}, to, sending)
    number = await take_numbers("response", len(new))
    whose = [
        (to.number, numbers.walk[each.at.walk_id], numbers.stop[each.at.stop_id], auditor[each.said.label])
        for each in new
    ]
    await execute_many(RESPONSE, map(_response_row, number, new, whose, repeat(sending.now)))
    await execute_many(EVENT, [_received("response", each.said.id, sending) for each in new])
    tally.responses = len(new)
    scored = zip(number, new, whose, strict=True)
    return [(of, *hers, *score) for of, each, hers in scored for score in each.parted.scores]


async def _new_responses(lines: Sequence[_Line], tally: Tally) -> list[_Response]:
    """Those that are not there yet; others under a known id are refused, and what is there is counted."""
    walks = [line.read.walk_id for line in lines]
    known = dict(await _by_ids("select id, content_mac from response where walk_id in ({})", walks))
    every = [said for line in lines for said in line.said]
    there = [each for each in every if each.said.id in known]
    tally.refused += [(x.line, OTHER_RESPONSE) for x in there if not hmac.compare_digest(known[x.said.id], x.mac)]
    tally.responses_there = len(there)
    return [each for each in every if each.said.id not in known]


def _response_row(number: int, of: _Response, whose: tuple[int, int, int, int], now: datetime) -> tuple[Any, ...]:
    programme, walk, stop, auditor = whose
    at, parts = of.at, of.parted
    said = (parts.presence_effect, parts.causes, parts.sealed)
    return (number, of.said.id, programme, auditor, at.walk_id, at.stop_id, walk, stop, of.mac, *said, now)


RESPONSE = (
    "insert into response (number, id, programme, auditor, walk_id, stop_id, walk, stop, content_mac, presence_effect, "
    "causes, sealed, received_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
)


async def _auditors(labels: set[str], to: ProgrammeFacts, sending: Sending) -> dict[str, int]:
    """The auditors behind the labels, by a keyed hash of each; members of the programme from the first time on."""
    hashed = {label: sending.seal.mac(f"{to.id}:{label}".encode(), purpose=LABEL).hex() for label in labels}
    ids = {label: uuid5(to.id, mac) for label, mac in hashed.items()}
    await execute_many(
        "insert into auditor (id, created_at, label) values ($1, $2, $3) on conflict (id) do nothing",
        [(ids[label], sending.now, hashed[label]) for label in sorted(labels)],
    )
    number = await _numbers("auditor", list(ids.values()))
    await execute_many(
        "insert into membership (auditor, programme, joined_at) values ($1, $2, $3) "
        "on conflict (auditor, programme) do nothing",
        [(number[id], to.number, sending.now) for id in sorted(ids.values())],
    )
    return {label: number[id] for label, id in ids.items()}


async def _numbers(table: str, ids: Sequence[UUID]) -> dict[UUID, int]:
    return dict(await _by_ids(f"select id, number from {table} where id in ({{}})", ids))  # noqa: S608 (names are ours)


async def _by_ids(sql: str, ids: Sequence[UUID]) -> list[tuple[Any, ...]]:
    """The rows of a select by id, in portions."""
    found: list[tuple[Any, ...]] = []
    for first in range(0, len(ids), IDS_AT_ONCE):
        some = ids[first : first + IDS_AT_ONCE]
        found += await fetch_tuples(sql.format(", ".join(f"${place}" for place in range(1, len(some) + 1))), *some)
    return found


def _received(what: str, id: UUID, sending: Sending) -> tuple[object, ...]:
    return event("received", of=what, id=id, by=sending.by.id, at=sending.now, imported=True)
