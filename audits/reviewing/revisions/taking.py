"""Deciding about a later version of a walk: it is taken over, and what stood is kept in its place; or it is left.

Taking one over brings the walk back to review. Nothing is lost: what stood is sealed as a version of its own, answers
that women gave alone stay with their stops, and a stop on which something rests stays even where it is left out.
"""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import msgspec

from audits.actions.keeping import Acting
from audits.arriving.rows import PLACE_FACTS, WALK_FACTS, Arrival, into, stop_row, walk_row
from audits.darkroom.receiving import ANNOUNCE
from audits.events import note_event
from audits.instrument import value_and_answer
from audits.queries import VISIBLE, Caller, programme, sight
from audits.responses import Sending, join_held_responses
from audits.reviewing.errors import NoSuchRevision, RevisionDecided, RevisionNotTakeable
from audits.reviewing.placing import check_why, route_between
from audits.reviewing.revisions.queries import opened, staying
from audits.reviewing.revisions.standing import originals, restricted_stops, sealed_of, standing
from audits.submissions import GROUP_SCORE, PROBLEM
from audits.walks import Ground, Stop, StopFound, Walk, assess, content_of
from geo.places.queries import hubs_known
from geo.spatial_index import index_shapes, unindex
from migrations.database import (
    ConstraintViolated,
    execute,
    execute_all,
    fetch,
    fetch_one,
    fetch_tuples,
    lock,
    transaction,
)
from migrations.sealing import Seal

REVISION = f"""
    select walk_revision.number, walk_revision.walk, programme.id as programme_id
    from walk_revision join walk on walk.number = walk_revision.walk
    join programme on programme.number = walk.programme
    where walk.id = $4 and walk_revision.number = $5 and {VISIBLE}
"""  # noqa: S608 - our own texts
KEPT = "select number, auditor, received_at, sealed, content_mac, route, decision from walk_revision where number = $1"
STANDS = "select number, programme, state, content_mac, route, received_at from walk where number = $1"
DECIDE = "update walk_revision set decision = $2, decided_at = $3, decided_by = $4, reason = $5 where number = $1"
REPLACED = ("walk", "auditor", "received_at", "sealed", "content_mac", "route")
# What is about how a walk was sent, and not about what it says, outlives a version of it.
ABOUT_SENDING = ("clock-off", "device-revoked")
OWN_FACTS = ("id", "programme", "walk", "note", "note_flagged", "sealed", *PLACE_FACTS)
OTHER_PROGRAMME = (
    "This version was sent for another programme. Leave it, and ask its auditor to send it under a new id."
)
IDS_TAKEN = "This version has stops or photos that belong to another walk. Leave it, and ask for it under a new id."


@dataclass(frozen=True)
class _Revision:
    """A version that waits, and the walk that it is of, both locked."""

    walk_id: UUID
    row: dict[str, Any]
    stands: dict[str, Any]


async def leave_revision(walk_id: UUID, number: int, reason: str, *, acting: Acting) -> None:
    """Let the walk stand as it is; the version is kept.

    Raises NoSuchRevision, CorrectionNotAcceptable without a reason, RevisionDecided.
    """
    async with transaction():
        found = await _waiting(walk_id, number, reason, acting)
        await _decide(found, "left", reason, acting)


async def take_revision(walk_id: UUID, number: int, reason: str, *, acting: Acting, seal: Seal) -> None:
    """Let the later version be the walk, and bring that back to review.

    Raises NoSuchRevision, CorrectionNotAcceptable without a reason, RevisionDecided, RevisionNotTakeable.
    """
    try:
        async with transaction():
            found = await _waiting(walk_id, number, reason, acting)
            later = opened(found.row, walk_id, seal)
            await _take(found, await _arrival(found, later, acting, seal), reason, acting)
    except ConstraintViolated as violated:
        if not violated.concerns("stop.id"):
            raise
        raise RevisionNotTakeable(IDS_TAKEN) from None


async def _waiting(walk_id: UUID, number: int, reason: str, acting: Acting) -> _Revision:
    check_why(reason)
    seen = await fetch_one(REVISION, *sight(acting.by), walk_id, number)
    if seen is None:
        raise NoSuchRevision
    (stands,) = await lock(STANDS, seen["walk"])
    (row,) = await lock(KEPT, seen["number"])
    if row["decision"] is not None:
        raise RevisionDecided("Somebody has decided about this version already. Look at the walk as it is now.")
    return _Revision(walk_id, row, {**stands, "programme_id": seen["programme_id"]})


async def _decide(found: _Revision, decision: str, reason: str, acting: Acting) -> None:
    await execute(DECIDE, found.row["number"], decision, acting.now, acting.by.id, reason.strip())
    detail = {"reason": reason.strip()}
    await note_event(f"revision {decision}", of="walk", id=found.walk_id, by=acting.by.id, at=acting.now, **detail)


async def _arrival(found: _Revision, later: Walk, acting: Acting, seal: Seal) -> Arrival:
    """The later version as if it arrived, at the moment when it did; its clock was judged then."""
    if later.programme_id != found.stands["programme_id"]:
        raise RevisionNotTakeable(OTHER_PROGRAMME)
    of = await programme(later.programme_id, caller=acting.by)
    ground = Ground(of.area, of.opens_on, of.closes_on)
    assessed = assess(later, ground, received_at=found.row["received_at"], imported=True)
    by = Caller(id=acting.by.id, auditor=found.row["auditor"])
    return Arrival(
        walk_id=found.walk_id,
        walk=later,
        mac=found.row["content_mac"] or found.stands["content_mac"],
        found=replace(assessed, route=found.row["route"]),
        programme=of.number,
        hubs=await hubs_known({stop.hub for stop in later.stops if stop.hub}),
        sending=Sending(by=by, now=acting.now, seal=seal, revoked_at=None),
    )


async def _take(found: _Revision, arrival: Arrival, reason: str, acting: Acting) -> None:
    walk, seal = found.stands["number"], arrival.sending.seal
    await _keep_what_stood(found, arrival, acting)
    await _Stops(walk, arrival, reason, acting).write()
    problems = await _write_problems(walk, arrival)
    await _announce(walk, arrival)
    await _write_walk(walk, arrival, state="quarantined" if problems else "received")
    await join_held_responses(found.walk_id, seal)
    await _decide(found, "taken", reason, acting)


async def _keep_what_stood(found: _Revision, arrival: Arrival, acting: Acting) -> None:
    stood, seal = found.stands, arrival.sending.seal
    content = content_of(await standing(stood["number"], seal))
    sealed = seal.seal(content, table="walk_revision", column="sealed", row=str(found.walk_id))
    facts = (stood["number"], found.row["auditor"], stood["received_at"], sealed, stood["content_mac"], stood["route"])
    await execute(into("walk_revision", REPLACED), *facts)
    await execute(
        "update walk_revision set decision = 'replaced', decided_at = $2, decided_by = $3 "
        "where number = (select max(number) from walk_revision where walk = $1)",
        *(stood["number"], acting.now, acting.by.id),
    )


async def _write_walk(walk: int, arrival: Arrival, *, state: str) -> None:
    located = await fetch(
        "select location from stop where walk = $1 and location is not null order by sequence, number", walk
    )
    row = walk_row(arrival)
    facts = {
        **{name: row[name] for name in (*WALK_FACTS, "started_at", "ended_at", "night_of", "dark")},
        "route": route_between(arrival.found.route, [row["location"] for row in located]),
        "content_mac": arrival.mac,
        "state": state,
        **dict.fromkeys(("reviewed_at", "reviewed_by", "review_reason")),
    }
    await _update("walk", walk, facts)


async def _write_problems(walk: int, arrival: Arrival) -> bool:
    """What is doubtful about the new content; gives whether anything is."""
    kept = ", ".join(f"'{code}'" for code in ABOUT_SENDING)
    await execute(f"delete from walk_problem where walk = $1 and code not in ({kept})", walk)  # noqa: S608 (ours)
    await execute_all((PROBLEM, [(walk, *problem) for problem in arrival.found.problems]))
    return bool(await fetch_one("select 1 from walk_problem where walk = $1 limit 1", walk))


async def _announce(walk: int, arrival: Arrival) -> None:
    """Expect the photos that are new; those that are left out stay, and captions are as they are said now."""
    known = {row["id"] for row in await fetch("select id from photo where walk = $1", walk)}
    whose = (arrival.sending.by.auditor, arrival.programme, walk, arrival.walk_id)
    photos = arrival.walk.photos
    new = [
        (p.id, *whose, p.stop_id, p.sha256.lower(), p.bytes, p.media_type, p.caption)
        for p in photos
        if p.id not in known
    ]
    said = [(p.id, walk, p.stop_id, p.caption) for p in photos if p.id in known]
    await execute_all(
        (ANNOUNCE, new),
        ("update photo set stop_id = $3, caption = $4 where id = $1 and walk = $2", said),
    )
    taken_in = {row[0] for row in await fetch_tuples("select id from photo where walk = $1", walk)}
    if any(photo.id not in taken_in for photo in photos):
        raise RevisionNotTakeable(IDS_TAKEN)


async def _update(table: str, number: int, facts: dict[str, Any]) -> None:
    columns = ", ".join(f"{name} = ${place}" for place, name in enumerate(facts, start=2))
    await execute(f"update {table} set {columns} where number = $1", number, *facts.values())  # noqa: S608 (ours)


class _Stops:
    """The stops of a version, written over those that stand."""

    def __init__(self, walk: int, arrival: Arrival, reason: str, acting: Acting) -> None:
        self.walk, self.arrival, self.reason, self.acting = walk, arrival, reason, acting
        self.stands: dict[UUID, dict[str, Any]] = {}
        self.original: dict[int, Any] = {}
        self.restricted: frozenset[UUID] = frozenset()

    async def write(self) -> None:
        """Change those that are in both, add new ones, and let go of those on which nothing rests."""
        self.stands = {row["id"]: row for row in await fetch("select * from stop where walk = $1", self.walk)}
        self.original = await originals(self.walk)
        self.restricted = await restricted_stops(self.walk)
        await self._let_go()
        for stop, found in self.arrival.stops:
            row = stop_row(self.walk, stop, found, self.arrival)
            if stop.id in self.stands:
                await self._change(self.stands[stop.id], stop, row)
            else:
                await self._add(row)
        await execute_all((GROUP_SCORE, self._scores(self.arrival.stops)))

    async def _let_go(self) -> None:
        gone = self.stands.keys() - {stop.id for stop, _ in self.arrival.stops} - await staying(self.walk)
        for id in gone:
            await execute("delete from stop where number = $1", self.stands[id]["number"])

    async def _add(self, row: dict[str, Any]) -> None:
        await execute(into("stop", row), *row.values())
        if row["location"] is not None:
            (added,) = await fetch("select number from stop where id = $1", row["id"])
            await index_shapes("stop", "location", [added["number"]], [row["location"]])

    async def _change(self, was: dict[str, Any], stop: Stop, row: dict[str, Any]) -> None:
        await execute("delete from group_score where stop = $1", was["number"])
        facts = {name: value for name, value in row.items() if name not in OWN_FACTS}
        await _update("stop", was["number"], facts | self._note(was, stop, row))
        if row["location"] != self.original.get(was["number"], was["location"]):
            await self._place(was, {name: row[name] for name in PLACE_FACTS})

    def _note(self, was: dict[str, Any], stop: Stop, row: dict[str, Any]) -> dict[str, Any]:
        """Its note: as reviewers left it where the phone says the same, and restricted where one has been."""
        apart = sealed_of(was, self.arrival.sending.seal)
        new = msgspec.structs.replace(apart, causes=sealed_of(row, self.arrival.sending.seal).causes)
        same, held = stop.note == (apart.note or was["note"]), was["note_flagged"] or stop.id in self.restricted
        if same and (held or not stop.note_flagged):
            return {"sealed": self._sealed(stop.id, new)}
        if stop.note is not None and (stop.note_flagged or held):
            sealed = self._sealed(stop.id, msgspec.structs.replace(new, note=stop.note))
            return {"note": None, "note_flagged": True, "note_review": None, "sealed": sealed}
        bare = self._sealed(stop.id, msgspec.structs.replace(new, note=None))
        return {"note": stop.note, "note_flagged": False, "note_review": None, "sealed": bare}

    def _sealed(self, id: UUID, apart: Any) -> bytes | None:
        if apart.note is None and not apart.causes:
            return None
        return self.arrival.sending.seal.seal(msgspec.json.encode(apart), table="stop", column="sealed", row=str(id))

    async def _place(self, was: dict[str, Any], place: dict[str, Any]) -> None:
        """Put it where the later version has it; where it was stays in its history, and undoing leads here."""
        if was["number"] in self.original:
            await execute(
                "insert into stop_correction (stop, location_before, reason, corrected_at, corrected_by, by_phone) "
                "values ($1, $2, $3, $4, $5, $6)",
                *(was["number"], was["location"], self.reason.strip(), self.acting.now, self.acting.by.id, True),
            )
        await _update("stop", was["number"], place)
        if place["location"] is None:
            await unindex("stop", "location", was["number"])
        else:
            await index_shapes("stop", "location", [was["number"]], [place["location"]])

    def _scores(self, stops: list[tuple[Stop, StopFound]]) -> list[tuple[Any, ...]]:
        return [
            (self.arrival.programme, self.walk, stop.id, factor, *value_and_answer(score))
            for stop, found in stops
            for factor, score in found.scores.items()
        ]
