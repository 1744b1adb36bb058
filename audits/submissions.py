"""Walks handed in: idempotent steps that end alike however often, in whatever order and however raced."""

import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from audits.arriving.rows import Arrival, into, stop_row, walk_row
from audits.darkroom.receiving import ANNOUNCE
from audits.errors import (
    FieldError,
    IdTaken,
    NoSuchWalk,
    PhotosMissing,
    UnknownProgramme,
    WalkDiffers,
)
from audits.events import EVENT, event, note_event
from audits.instrument import value_and_answer
from audits.queries import Caller, ProgrammeFacts, programme, programme_walked_by
from audits.responses import Sending, join_held_responses, signed_out
from audits.walks import (
    Assessment,
    Ground,
    Problem,
    Walk,
    assess,
    check,
    content_of,
    without_what_is_not_kept,
)
from geo.places.queries import hubs_known
from geo.spatial_index import index_writes
from migrations.database import (
    ConstraintViolated,
    execute,
    execute_all,
    fetch,
    fetch_one,
    fetch_tuples,
    fetch_value,
    lock,
    snapshot,
    transaction,
)

# A phone that insists sends the same content again; different contents under one id are few, or an attack.
MAX_REVISIONS = 20
# Raced by any number of identical requests, one inserts and the others wait for it and get nothing back (by
# walk_id_unique). Most walks have no response before them, so their number comes along instead of a query.
IF_NEW = """
    on conflict (id) do nothing
    returning number,
        (select count(*) from response where response.walk_id = walk.id and response.walk is null) as held
"""
# The stop's number is looked up here, so that all of a walk's rows can travel together.
GROUP_SCORE = """
    insert into group_score (programme, walk, stop, factor, value, answer)
    values ($1, $2, (select number from stop where id = $3), $4, $5, $6)
"""
PROBLEM = "insert into walk_problem (walk, code, detail, field) values ($1, $2, $3, $4)"
PROBLEM_ONCE = """
    insert into walk_problem (walk, code, detail, field)
    select cast($1 as bigint), cast($2 as text), cast($3 as text), cast($4 as text)
    where not exists (select 1 from walk_problem where walk = $1 and code = $2)
"""
REVISION = ("walk", "auditor", "received_at", "sealed", "content_mac", "route")
LATE = Problem("device-revoked", "The device was signed out after the walk began and before all of it was sent.")


class RefusedPhoto(msgspec.Struct, frozen=True):
    """A photo whose bytes came and were not taken, and why."""

    id: UUID
    reason: str


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What is safe here of a walk, and what is still to come; durable when it is given."""

    walk_id: UUID
    state: str
    missing_photos: list[UUID]
    refused_photos: list[RefusedPhoto]
    problems: list[dict[str, str | None]]
    night_of: date
    dark: bool | None
    received_at: datetime


@dataclass(frozen=True)
class Received:
    """A receipt, and whether this was the first time."""

    receipt: Receipt
    first: bool


async def receive_walk(walk_id: UUID, walk: Walk, sending: Sending) -> Received:
    """Keep a walk, once, with its stops, group scores, announced photos and doubts.

    Raises WalkNotAcceptable, UnknownProgramme, IdTaken, WalkDiffers, DeviceRevoked, and NoSuchWalk where the id is
    another auditor's.
    """
    check(walk)
    if sending.revoked_at is not None and walk.started_at >= sending.revoked_at:
        raise signed_out()
    # Before anything is clipped: the whole content is compared, and only this is kept of it.
    mac = sending.seal.mac(content_of(walk), purpose="walk")
    to = await _walked_programme(walk.programme_id, sending)
    if to is not None:
        arrival = Arrival(
            walk_id=walk_id,
            walk=walk,
            mac=mac,
            found=_assessed(walk, to, sending),
            programme=to.number,
            hubs=await hubs_known({stop.hub for stop in walk.stops if stop.hub}),
            sending=sending,
        )
        if first := await _insert(arrival):
            return Received(first, first=True)
    # The id is taken, by this walk or by another; or she walks for no such programme.
    return await _receive_again(walk_id, walk, mac, sending)


async def complete_walk(walk_id: UUID, *, without: Collection[UUID], sending: Sending) -> Receipt:
    """Take the phone's word that all of the walk was sent, but the photos named in `without`; again changes nothing.

    Raises NoSuchWalk, DeviceRevoked where a revoked phone may not, and PhotosMissing while others are missing.
    """
    async with transaction():
        # Locked, so that two completions, or a completion and a review, come one after the other.
        known = await lock("select number, auditor, device, started_at, state from walk where id = $1", walk_id)
        _must_be_theirs(known[0] if known else None, sending.by, sending.revoked_at)
        if known[0]["state"] == "incomplete":
            number = known[0]["number"]
            await _refuse_while_missing(number, without)
            if sending.revoked_at is not None:
                await execute(PROBLEM_ONCE, number, *LATE)
            doubtful = await fetch_value("select count(*) from walk_problem where walk = $1", number)
            state = "quarantined" if doubtful else "received"
            await execute("update walk set state = $1, completed_at = $2 where number = $3", state, sending.now, number)
            # A response that was on its way together with the walk may have missed it (see receive_response).
            await join_held_responses(walk_id, sending.seal)
            await note_event("completed", of="walk", id=walk_id, by=sending.by.id, at=sending.now)
        return await _receipt(walk_id)


async def receipt(walk_id: UUID, *, by: Caller, revoked_at: datetime | None = None) -> Receipt:
    """What is safe here of the auditor's own walk; raises NoSuchWalk, and DeviceRevoked as `complete_walk` does."""
    async with snapshot():
        _must_be_theirs(await _known(walk_id), by, revoked_at)
        return await _receipt(walk_id)


async def _refuse_while_missing(walk: int, without: Collection[UUID]) -> None:
    expected = await fetch("select id from photo where walk = $1 and state = 'expected'", walk)
    missing = len({row["id"] for row in expected}.difference(without))
    if missing:
        raise PhotosMissing(f"Photos are still missing ({missing}). Send them, or name them in `without`.")


async def _known(walk_id: UUID) -> dict[str, Any] | None:
    return await fetch_one(
        "select number, auditor, device, started_at, content_mac, reviewed_at, "
        "(select count(*) from walk_revision where walk_revision.walk = walk.number) as revisions "
        "from walk where id = $1",
        walk_id,
    )


async def _receipt(walk_id: UUID) -> Receipt:
    walk = await fetch_one("select number, state, night_of, dark, received_at from walk where id = $1", walk_id)
    assert walk is not None
    number = walk.pop("number")
    problems = await fetch("select code, detail, field from walk_problem where walk = $1 order by number", number)
    return _receipt_of(await _photos_of(number), walk_id=walk_id, problems=problems, **walk)


async def _photos_of(walk: int) -> list[tuple[Any, ...]]:
    return await fetch_tuples("select id, state, refusal from photo where walk = $1 order by number", walk)


def _receipt_of(photos: Sequence[tuple[Any, ...]], **facts: Any) -> Receipt:
    missing = [id_ for id_, state, _ in photos if state == "expected"]
    refused = [RefusedPhoto(id_, why) for id_, state, why in photos if state == "refused"]
    return Receipt(missing_photos=missing, refused_photos=refused, **facts)


async def _receive_again(walk_id: UUID, walk: Walk, mac: bytes, sending: Sending) -> Received:
    known = await _known(walk_id)
    if known is None:
        raise UnknownProgramme
    # Absent and not hers are told alike: an id says nothing about whose it is.
    if known["auditor"] != sending.by.auditor:
        raise _no_such_walk()
    if hmac.compare_digest(known["content_mac"], mac):
        async with snapshot():
            return Received(await _receipt(walk_id), first=False)
    if known["reviewed_at"] is not None or known["revisions"]:
        await _keep_revision(walk_id, known["number"], walk, mac, sending)
    raise WalkDiffers("Another walk was received under this id, and it stands. Send this one under a new id.")


async def _keep_revision(walk_id: UUID, number: int, walk: Walk, mac: bytes, sending: Sending) -> None:
    """Keep for the reviewer what came after her review began, clipped like any walk; each content once."""
    place = {"table": "walk_revision", "column": "sealed", "row": str(walk_id)}
    to = await _walked_programme(walk.programme_id, sending)
    # Without a programme there is no area to clip it to, so it may not be kept.
    if to is None:
        return
    found = _assessed(walk, to, sending)
    content = content_of(without_what_is_not_kept(walk, found))
    async with transaction():
        await lock("select number from walk where number = $1", number)
        kept = await fetch("select sealed, content_mac from walk_revision where walk = $1", number)
        known = [row["content_mac"] == mac or sending.seal.open(row["sealed"], **place) == content for row in kept]
        if len(kept) >= MAX_REVISIONS or any(known):
            return
        sealed = sending.seal.seal(content, **place)
        facts = (number, sending.by.auditor, sending.now, sealed, mac, found.route)
        await execute(into("walk_revision", REVISION), *facts)
        await note_event("revision kept", of="walk", id=walk_id, by=sending.by.id, at=sending.now)


async def _walked_programme(programme_id: UUID, sending: Sending) -> ProgrammeFacts | None:
    if sending.imported:
        return await programme(programme_id, caller=sending.by)
    # Open or closed: walks are handed in late, and nothing that was walked is refused for that.
    auditor = sending.by.auditor
    return None if auditor is None else await programme_walked_by(auditor, programme_id)


def _no_such_walk() -> NoSuchWalk:
    return NoSuchWalk("There is no such walk, or it is not yours. Check its id.")


def _must_be_theirs(known: dict[str, Any] | None, by: Caller, revoked_at: datetime | None) -> None:
    """The walk is the auditor's; and for a phone that was signed out, one that it began before and sent itself."""
    hers = known if known is not None and known["auditor"] == by.auditor else None
    # Whoever found the phone learns nothing of her other walks, not even which there are.
    if revoked_at is not None and (hers is None or hers["device"] != by.device or hers["started_at"] >= revoked_at):
        raise signed_out()
    if hers is None:
        raise _no_such_walk()


def _assessed(walk: Walk, to: ProgrammeFacts, sending: Sending) -> Assessment:
    ground = Ground(to.area, to.opens_on, to.closes_on)
    found = assess(walk, ground, received_at=sending.now, imported=sending.imported)
    if sending.revoked_at is None:
        return found
    return replace(found, problems=(*found.problems, LATE))


async def _insert(arrival: Arrival) -> Receipt | None:
    """Write all of the walk, or nothing where its id is taken."""
    try:
        async with transaction():
            return await _write(arrival)
    except ConstraintViolated as violated:
        # The database is the judge of ids: asking first would only be a slower way to race.
        if not violated.concerns("stop.id"):
            raise
        raise _id_taken("stops") from None


async def _write(arrival: Arrival) -> Receipt | None:
    row = walk_row(arrival)
    written = await fetch_one(f"{into('walk', row)} {IF_NEW}", *row.values())
    if written is None:
        return None
    number, sending = written["number"], arrival.sending
    photos = _announcements(number, arrival)
    located = {stop.id: found.place.location for stop, found in arrival.stops if found.place}
    # Every phone waits for this, so all of it is one visit to the database.
    await execute_all(
        *_stop_writes(number, arrival),
        (GROUP_SCORE, _score_rows(number, arrival)),
        (PROBLEM, [(number, *problem) for problem in arrival.found.problems]),
        (ANNOUNCE, photos),
        (EVENT, [event("received", of="walk", id=arrival.walk_id, by=sending.by.id, at=sending.now)]),
        *index_writes("stop", "location", list(located), list(located.values())),
    )
    if written["held"]:
        await join_held_responses(arrival.walk_id, sending.seal)
    taken_in = await _photos_of(number) if photos else []
    if len(taken_in) < len(photos):
        # The rest belong to another auditor or another walk.
        raise _id_taken("photos")
    return _receipt_of(
        taken_in,
        walk_id=arrival.walk_id,
        state=row["state"],
        problems=[problem._asdict() for problem in arrival.found.problems],
        night_of=arrival.found.night_of,
        dark=arrival.found.dark,
        received_at=sending.now,
    )


def _stop_writes(number: int, arrival: Arrival) -> list[tuple[str, list[tuple[Any, ...]]]]:
    rows = [stop_row(number, stop, found, arrival) for stop, found in arrival.stops]
    return [(into("stop", rows[0]), [tuple(row.values()) for row in rows])] if rows else []


def _score_rows(number: int, arrival: Arrival) -> list[tuple[Any, ...]]:
    return [
        (arrival.programme, number, stop.id, factor, *value_and_answer(score))
        for stop, found in arrival.stops
        for factor, score in found.scores.items()
    ]


def _announcements(number: int, arrival: Arrival) -> list[tuple[Any, ...]]:
    """Expect the photos that the walk lists, and take in those that came before it; an import has none."""
    whose = (arrival.sending.by.auditor, arrival.programme, number, arrival.walk_id)
    return [
        (p.id, *whose, p.stop_id, p.sha256.lower(), p.bytes, p.media_type, p.caption)
        for p in (() if arrival.sending.imported else arrival.walk.photos)
    ]


def _id_taken(field: str) -> IdTaken:
    message = "An id here is already used by another walk. Give this walk's stops and photos ids of their own."
    return IdTaken(message, [FieldError(field, message)])
