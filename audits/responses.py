"""What each auditor says alone: kept once, joined to its walk whenever that comes, and read by nobody."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec

from audits.errors import (
    DeviceRevoked,
    FieldError,
    NoSuchResponse,
    ResponseAlreadyGiven,
    ResponseDiffers,
    ResponseNotAcceptable,
)
from audits.events import EVENT, WORKER, event, note_event
from audits.instrument import Score, on_scale, value_and_answer
from audits.queries import Caller
from audits.walks import (
    MAX_CAUSES,
    MAX_NOTE,
    Wire,
    asked,
    too_long,
    too_many_words,
    unreasonable_scores,
    whole,
)
from migrations.database import execute, execute_many, execute_plain, fetch, fetch_one, fetch_value, lock, transaction
from migrations.sealing import Seal

# How long a phone may take to bring the walk that a photo or a response belongs to (contract, section 3).
HELD_FOR = timedelta(days=30)
Effect = Literal["safer", "no_different", "less_safe"]

# Her held responses to a walk that has come, if she walks for its programme and it has that stop (response_walk_id).
JOINABLE = """
    select response.number, response.id, response.auditor, response.sealed,
           walk.programme, walk.number as walk, walk.instrument_version, stop.number as stop
    from response
    join walk on walk.id = response.walk_id
    join stop on stop.id = response.stop_id and stop.walk = walk.number
    join membership on membership.auditor = response.auditor and membership.programme = walk.programme
    where response.walk_id = $1 and response.walk is null
"""


class PresenceEffect(Wire, frozen=True, kw_only=True):
    """How those who were there made her feel."""

    police: Effect | None = None
    security: Effect | None = None
    staff: Effect | None = None
    cctv_sign: Effect | None = None


NO_EFFECT = PresenceEffect()
PERSONAL_SCORE = ("response", "programme", "walk", "stop", "auditor", "factor", "value", "answer")
NO_SUCH_STOP = "This stop is not in that walk. Check both ids."


class Response(Wire, frozen=True, kw_only=True):
    """What one auditor says at one stop: the body of PUT /api/responses/{response_id}."""

    walk_id: UUID
    stop_id: UUID
    scores: dict[str, Score]
    presence_effect: PresenceEffect = NO_EFFECT
    causes: tuple[str, ...] | None = None
    note: str | None = None
    note_flagged: bool = False


class Sealed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What of a joined response is read by no role: her note, the chips about remarks, what cannot be counted."""

    note: str | None = None
    note_flagged: bool = False
    causes: tuple[str, ...] = ()
    kept: dict[str, Score] = {}


@dataclass(frozen=True, kw_only=True)
class Parted:
    """A response as its row's columns, and its scores as (factor, value, answer)."""

    presence_effect: str
    causes: str
    sealed: bytes | None
    scores: list[tuple[str, int | None, str | None]]


class ResponseReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """What is safe here of a response: `received`, or `held` until then for a walk that has not come.

    It is `refused`, with the reason, once that walk has come without its stop: it never counts, and makes way.
    """

    response_id: UUID
    walk_id: UUID
    stop_id: UUID
    state: Literal["received", "held", "refused"]
    held_until: datetime | None
    reason: str | None = None
    received_at: datetime


@dataclass(frozen=True, kw_only=True)
class Sending:
    """Who hands something in, when, and under which seal. A revoked phone may still bring walks begun before."""

    by: Caller
    now: datetime
    seal: Seal
    revoked_at: datetime | None = None
    # From a file of the operator's: complete as it stands, and without a phone's clock.
    imported: bool = False


def signed_out() -> DeviceRevoked:
    """What a phone is told that may no longer bring this."""
    return DeviceRevoked(
        "This device was signed out, and may only bring what it walked before. Ask your lead for a new invitation."
    )


def content_of_response(response: Response) -> bytes:
    """The response as bytes that are the same for the same content; see `walks.content_of`."""
    scores = {factor: whole(score) for factor, score in response.scores.items()}
    effect = NO_EFFECT if response.presence_effect == NO_EFFECT else response.presence_effect
    same = msgspec.structs.replace(response, scores=scores, causes=response.causes or None, presence_effect=effect)
    return msgspec.json.encode(same, order="deterministic")


def check_response(response: Response) -> None:
    """Raise ResponseNotAcceptable, naming every field, for what is out of all proportion."""
    errors = [
        *unreasonable_scores("scores", response.scores),
        *too_many_words("causes", response.causes or (), MAX_CAUSES),
        *too_long("note", response.note, MAX_NOTE),
    ]
    if errors:
        raise ResponseNotAcceptable("This response cannot be taken as it stands. See errors.", errors)


async def receive_response(response_id: UUID, response: Response, sending: Sending) -> tuple[ResponseReceipt, bool]:
    """Keep what an auditor says, once per stop; also says whether this was the first time.

    One that comes before its walk is held for 30 days, sealed whole; so is one to a walk of a programme she does not
    walk for, so that nobody learns which walks there are. Raises ResponseNotAcceptable, ResponseDiffers,
    ResponseAlreadyGiven, and NoSuchResponse where the id is another auditor's.
    """
    check_response(response)
    content = content_of_response(response)
    mac = sending.seal.mac(content, purpose="response")
    async with transaction():
        # Always written as held and then joined: one way in, whichever of the two comes first.
        # What she said before of no stop at all makes way; where this is no better, it stays.
        await _let_go_of_refused(response_id, response, sending.by)
        first = await _insert_held(response_id, response, content, mac, sending)
        if first:
            joined = await join_held_responses(response.walk_id, sending.seal)
            # Asked of the stop, not of the join: the walk may have come between the two.
            if not joined and await _is_elsewhere(response.walk_id, response.stop_id, sending.by):
                raise ResponseNotAcceptable(NO_SUCH_STOP, [FieldError("stop_id", NO_SUCH_STOP)])
            await note_event("received", of="response", id=response_id, by=sending.by.id, at=sending.now)
    known = await _known(response_id)
    if known is None or known["auditor"] != sending.by.auditor:
        raise _already_given() if known is None else _no_such_response()
    if not hmac.compare_digest(known["content_mac"], mac):
        raise ResponseDiffers("Another response was received under this id, and it stands. Nothing more is needed.")
    if known["held_until"] is not None and await _walk_is_there(response.walk_id, sending.by):
        # The walk was on its way while this was: whichever is here later joins the two.
        async with transaction():
            await join_held_responses(response.walk_id, sending.seal)
    return await response_receipt(response_id, by=sending.by), first


async def response_receipt(response_id: UUID, *, by: Caller) -> ResponseReceipt:
    """What is safe here of the auditor's own response; raises NoSuchResponse."""
    known = await _known(response_id)
    if known is None or known["auditor"] != by.auditor:
        raise _no_such_response()
    held_until = known["held_until"]
    # The walk may have come after it: asked now, so that both orders end alike.
    refused = held_until is not None and await _is_elsewhere(known["walk_id"], known["stop_id"], by)
    return ResponseReceipt(
        response_id=response_id,
        walk_id=known["walk_id"],
        stop_id=known["stop_id"],
        state="refused" if refused else "held" if held_until else "received",
        held_until=None if refused else held_until,
        reason=NO_SUCH_STOP if refused else None,
        received_at=known["received_at"],
    )


async def drop_unclaimed_responses(*, now: datetime) -> int:
    """Let go of responses whose walk has not come in their 30 days; gives how many."""
    async with transaction():
        dropped = await fetch("delete from response where held_until < $1 returning id", now)
        await execute_many(EVENT, [event("dropped", of="response", id=row["id"], by=WORKER, at=now) for row in dropped])
    return len(dropped)


async def join_held_responses(walk_id: UUID, seal: Seal) -> int:
    """Join to a walk what was said of it before it came, and count its scores; gives how many. In transaction()."""
    # The walk, its completion and the response itself may all try to join the two; the second finds it done.
    locked = await lock("select number from response where walk_id = $1 and walk is null order by number", walk_id)
    ours = {row["number"] for row in locked}
    if not ours:
        return 0
    waiting = [row for row in await fetch(JOINABLE, walk_id) if row["number"] in ours]
    for row in waiting:
        await _join(row, seal)
    return len(waiting)


async def _join(row: dict[str, Any], seal: Seal) -> None:
    place = {"table": "response", "column": "sealed", "row": str(row["id"])}
    response = msgspec.json.decode(seal.open(row["sealed"], **place), type=Response)
    said = parted(row["id"], response, instrument_version=row["instrument_version"], seal=seal)
    await execute(
        "update response set programme = $1, walk = $2, stop = $3, presence_effect = $4, causes = $5, sealed = $6, "
        "held_until = null where number = $7",
        *(row["programme"], row["walk"], row["stop"]),
        *(said.presence_effect, said.causes, said.sealed, row["number"]),
    )
    whose = (row["number"], row["programme"], row["walk"], row["stop"], row["auditor"])
    await execute_plain("personal_score", PERSONAL_SCORE, [(*whose, *score) for score in said.scores])


def parted(id: UUID, response: Response, *, instrument_version: int, seal: Seal) -> Parted:
    """A response to a walk by that instrument, parted into what counts, what may be read, and what no role reads."""
    questions = asked(instrument_version)
    factors = questions.keys("personal") if questions else frozenset()
    in_the_open = questions.open_causes() if questions else frozenset()
    causes = tuple(dict.fromkeys(response.causes or ()))
    # Under an unknown instrument her 2 may mean what our 0 does, so nothing of it is counted.
    counted = {factor: s for factor, s in response.scores.items() if factor in factors and on_scale(s)}
    apart = Sealed(
        note=response.note,
        note_flagged=response.note_flagged,
        causes=tuple(cause for cause in causes if cause not in in_the_open),
        kept={factor: score for factor, score in response.scores.items() if factor not in counted},
    )
    content = msgspec.json.encode(apart) if apart != Sealed() else None
    return Parted(
        presence_effect=msgspec.json.encode(response.presence_effect).decode(),
        causes=msgspec.json.encode([cause for cause in causes if cause in in_the_open]).decode(),
        sealed=seal.seal(content, table="response", column="sealed", row=str(id)) if content else None,
        scores=[(factor, *value_and_answer(score)) for factor, score in counted.items()],
    )


async def _insert_held(response_id: UUID, response: Response, content: bytes, mac: bytes, sending: Sending) -> bool:
    """Write it as held, sealed whole; False where its id is taken, or she has spoken at this stop."""
    sealed = sending.seal.seal(content, table="response", column="sealed", row=str(response_id))
    number = await fetch_value(
        "insert into response (id, auditor, walk_id, stop_id, content_mac, presence_effect, causes, sealed, "
        "received_at, held_until) values ($1, $2, $3, $4, $5, '{}', '[]', $6, $7, $8) "
        "on conflict do nothing returning number",
        *(response_id, sending.by.auditor, response.walk_id, response.stop_id, mac, sealed),
        *(sending.now, sending.now + HELD_FOR),
    )
    return number is not None


async def _walk_is_there(walk_id: UUID, by: Caller) -> bool:
    """Whether a walk of a programme that she walks for has come."""
    found = await fetch_value(
        "select walk.number from walk join membership on membership.programme = walk.programme "
        "where walk.id = $1 and membership.auditor = $2",
        walk_id,
        by.auditor,
    )
    return found is not None


async def _let_go_of_refused(response_id: UUID, response: Response, by: Caller) -> None:
    """Delete what stands in this response's way and can never count, its walk being here without its stop."""
    in_the_way = await fetch(
        "select number, walk_id, stop_id from response "
        "where auditor = $1 and walk is null and (id = $2 or stop_id = $3)",
        *(by.auditor, response_id, response.stop_id),
    )
    for row in in_the_way:
        if await _is_elsewhere(row["walk_id"], row["stop_id"], by):
            await execute("delete from response where number = $1", row["number"])


async def _is_elsewhere(walk_id: UUID, stop_id: UUID, by: Caller) -> bool:
    """Whether a walk that she walks for has come without this stop."""
    if not await _walk_is_there(walk_id, by):
        return False
    found = await fetch_value(
        "select stop.number from stop join walk on walk.number = stop.walk where stop.id = $1 and walk.id = $2",
        stop_id,
        walk_id,
    )
    return found is None


async def _known(response_id: UUID) -> dict[str, Any] | None:
    return await fetch_one(
        "select auditor, walk_id, stop_id, content_mac, held_until, received_at from response where id = $1",
        response_id,
    )


def _no_such_response() -> NoSuchResponse:
    return NoSuchResponse("There is no such response, or it is not yours. Check its id.")


def _already_given() -> ResponseAlreadyGiven:
    return ResponseAlreadyGiven("You have already answered at this stop, under another id. Nothing more is needed.")
