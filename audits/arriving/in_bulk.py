"""Many walks at once, from a file: the checks and quarantine of a phone's, written a table at a time."""

import hmac
from collections.abc import Iterable, Sequence
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
from migrations.database import ConstraintViolated, execute_many, fetch_tuples, transaction

IDS_AT_ONCE = 500  # of one `in (...)`: SQLite takes 999 arguments where it was built long ago
LABEL = "import-auditor"  # the purpose of the keyed hash that stands for a label, which may be somebody's name
GROUP_SCORE = "insert into group_score (programme, walk, stop, factor, value, answer) values ($1, $2, $3, $4, $5, $6)"
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


@dataclass(frozen=True, kw_only=True)
class _Line:
    """A line on its way in: the walk with what was found of it, and its responses parted."""

    read: WalkLine
    arrival: Arrival
    parted: list[Parted]


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


async def import_walks(lines: Sequence[WalkLine], *, to: ProgrammeFacts, sending: Sending) -> Tally:
    """Keep the walks of these lines that are not there yet, each with its responses; all durable when it returns.

    What is there already is left alone, and its missing responses are added, so that a file may be imported again. A
    line that cannot be taken is in the tally's `refused`, and keeps no other out.
    """
    hubs = await hubs_known({stop.hub for line in lines for stop in line.walk.stops if stop.hub})
    ready = [_ready(line, to, hubs, sending) for line in lines]
    try:
        return await _write(ready, to, sending)
    except ConstraintViolated:
        # Some id is taken. One line at a time shows whose, and costs only where it happens.
        tally = Tally()
        for one in ready:
            tally.add(await _write_alone(one, to, sending))
        return tally


def _ready(read: WalkLine, to: ProgrammeFacts, hubs: frozenset[str], sending: Sending) -> _Line:
    walk = read.walk
    ground = Ground(to.area, to.opens_on, to.closes_on)
    arrival = Arrival(
        walk_id=read.walk_id,
        walk=walk,
        mac=sending.seal.mac(content_of(walk), purpose="walk"),
        found=assess(walk, ground, received_at=sending.now, imported=True),
        programme=to.number,
        hubs=hubs,
        sending=sending,
    )
    version, seal = walk.instrument_version, sending.seal
    return _Line(
        read=read,
        arrival=arrival,
        parted=[parted(said.id, said.response, instrument_version=version, seal=seal) for said in read.said],
    )


async def _write_alone(line: _Line, to: ProgrammeFacts, sending: Sending) -> Tally:
    try:
        return await _write([line], to, sending)
    except ConstraintViolated:
        return Tally(refused=[(line.read.number, ID_TAKEN)])


async def _write(lines: Sequence[_Line], to: ProgrammeFacts, sending: Sending) -> Tally:
    async with transaction():
        tally, kept = await _sorted_out(lines)
        new = [line for line, is_new in kept if is_new]
        await _write_walks(new)
        await _write_responses([line for line, _ in kept], to, sending, tally)
        await execute_many(EVENT, [_received("walk", line.read.walk_id, sending) for line in new])
    tally.new, tally.there = len(new), len(kept) - len(new)
    tally.quarantined = sum(bool(line.arrival.found.problems) for line in new)
    tally.stops = sum(len(line.read.walk.stops) for line in new)
    return tally


async def _sorted_out(lines: Sequence[_Line]) -> tuple[Tally, list[tuple[_Line, bool]]]:
    """The lines that are new (True) or there already; others under a known id, or repeated in the file, are refused."""
    known = dict(
        await _by_ids("select id, content_mac from walk where id in ({})", [each.read.walk_id for each in lines])
    )
    tally, kept = Tally(), list[tuple[_Line, bool]]()
    for line in lines:
        mac = known.get(line.read.walk_id)
        if mac is not None and not hmac.compare_digest(mac, line.arrival.mac):
            tally.refused.append((line.read.number, DIFFERS))
            continue
        kept.append((line, mac is None))
        known[line.read.walk_id] = line.arrival.mac
    return tally, kept


async def _write_walks(lines: Sequence[_Line]) -> None:
    if not lines:
        return
    rows = [walk_row(line.arrival) for line in lines]
    await execute_many(into("walk", rows[0]), [tuple(row.values()) for row in rows])
    walk = await _numbers("walk", [line.read.walk_id for line in lines])
    stops = [
        stop_row(walk[line.read.walk_id], stop, found, line.arrival)
        for line in lines
        for stop, found in line.arrival.stops
    ]
    if stops:
        await execute_many(into("stop", stops[0]), [tuple(row.values()) for row in stops])
    stop = await _numbers("stop", [row["id"] for row in stops])
    located = {stop[row["id"]]: row["location"] for row in stops if row["location"] is not None}
    if located:
        await index_shapes("stop", "location", list(located), list(located.values()))
    await execute_many(GROUP_SCORE, (score for line in lines for score in _group_scores(line, walk, stop)))
    await execute_many(
        PROBLEM, [(walk[x.read.walk_id], *problem) for x in lines for problem in x.arrival.found.problems]
    )


def _group_scores(line: _Line, walk: dict[UUID, int], stop: dict[UUID, int]) -> Iterable[tuple[Any, ...]]:
    programme, number = line.arrival.programme, walk[line.read.walk_id]
    for at, found in line.arrival.stops:
        there = stop[at.id]
        for factor, score in found.scores.items():
            yield (programme, number, there, factor, *value_and_answer(score))


async def _write_responses(lines: Sequence[_Line], to: ProgrammeFacts, sending: Sending, tally: Tally) -> None:
    """The responses that are not there yet, counted at once, for their walks are here."""
    new = await _new_responses(lines, sending, tally)
    if not new:
        return
    auditor = await _auditors({each.said.label for each in new}, to, sending)
    walk = await _numbers("walk", list({each.said.response.walk_id for each in new}))
    stop = await _numbers("stop", list({each.said.response.stop_id for each in new}))
    whose = [(to.number, walk[each.at.walk_id], stop[each.at.stop_id], auditor[each.said.label]) for each in new]
    await execute_many(RESPONSE, map(_response_row, new, whose, repeat(sending.now)))
    number = await _numbers("response", [each.said.id for each in new])
    await execute_many(
        PERSONAL_SCORE,
        (
            (of, *hers, *score)
            for each, hers in zip(new, whose, strict=True)
            for of in (number[each.said.id],)
            for score in each.parted.scores
        ),
    )
    await execute_many(EVENT, [_received("response", each.said.id, sending) for each in new])
    tally.responses = len(new)


async def _new_responses(lines: Sequence[_Line], sending: Sending, tally: Tally) -> list[_Response]:
    """Those that are not there yet; others under a known id are refused, and what is there is counted."""
    every = [
        _Response(line.read.number, said, of, sending.seal.mac(content_of_response(said.response), purpose="response"))
        for line in lines
        for said, of in zip(line.read.said, line.parted, strict=True)
    ]
    ids = [each.said.id for each in every]
    known = dict(await _by_ids("select id, content_mac from response where id in ({})", ids))
    there = [each for each in every if each.said.id in known]
    tally.refused += [(x.line, OTHER_RESPONSE) for x in there if not hmac.compare_digest(known[x.said.id], x.mac)]
    tally.responses_there = len(there)
    return [each for each in every if each.said.id not in known]


def _response_row(of: _Response, whose: tuple[int, int, int, int], now: datetime) -> tuple[Any, ...]:
    programme, walk, stop, auditor = whose
    at, parts = of.at, of.parted
    said = (parts.presence_effect, parts.causes, parts.sealed)
    return (of.said.id, programme, auditor, at.walk_id, at.stop_id, walk, stop, of.mac, *said, now)


RESPONSE = (
    "insert into response (id, programme, auditor, walk_id, stop_id, walk, stop, content_mac, presence_effect, causes, "
    "sealed, received_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
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
