"""Walks and photos handed in: idempotent steps that end alike however often, in whatever order and however raced."""

import asyncio
import hmac
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from audits.darkroom import Darkroom
from audits.errors import (
    DeviceRevoked,
    FieldError,
    IdTaken,
    NoSuchPhoto,
    NoSuchWalk,
    PhotoDiffers,
    PhotoMismatch,
    PhotoRefused,
    PhotosMissing,
    UnknownProgramme,
    WalkDiffers,
)
from audits.events import note_event
from audits.instrument import value_and_answer
from audits.photo_store import PhotoStore
from audits.photos import MAX_PHOTO_BYTES
from audits.queries import VISIBLE, Caller, ProgrammeFacts, programme, programme_walked_by, sight
from audits.responses import HELD_FOR, Sending, join_held_responses
from audits.walks import (
    Assessment,
    Ground,
    Problem,
    Stop,
    StopFound,
    Walk,
    assess,
    check,
    content_of,
    without_what_is_not_kept,
)
from geo.places.queries import hubs_known, naptan_code
from geo.spatial_index import index_shapes
from migrations.database import (
    ConstraintViolated,
    execute,
    execute_many,
    fetch,
    fetch_one,
    fetch_tuples,
    fetch_value,
    lock,
    snapshot,
    transaction,
)
from migrations.sealing import Seal

MAX_REVISIONS = 20
WALK_FACTS = (
    *("instrument_version", "leg", "paired_walk_id", "started_at", "ended_at"),
    *("group_size", "cut_short", "cut_short_reason"),
)
PLACE_FACTS = ("location", "easting_m", "northing_m", "cell_q", "cell_r")

# The bytes that came are those that the walk announces.
SAME_BYTES = (
    "(photo.sha256 = excluded.sha256 and photo.bytes = excluded.bytes and photo.media_type = excluded.media_type)"
)
# The same, or better bytes that followed refused ones before the walk came.
AS_ANNOUNCED = f"({SAME_BYTES} or photo.state = 'held' and photo.refusal is not null)"
KEPT_PHOTO = ("sha256", "bytes", "media_type")
KEPT_PICTURE = ("rendition_1600", "rendition_320", "width", "height", "stored_at")

# A walk names a photo; what came before it is taken in, if it is hers and was announced so (unique by photo.id).
ANNOUNCE = f"""
    insert into photo (
        id, auditor, programme, walk, walk_id, stop_id, sha256, bytes, media_type, caption, state, review
    ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'expected', 'unreviewed')
    on conflict (id) do update set
        programme = excluded.programme, walk = excluded.walk, walk_id = excluded.walk_id,
        stop_id = excluded.stop_id, caption = excluded.caption, held_until = null,
        state = case
            when photo.state = 'held' and {AS_ANNOUNCED} then 'stored'
            when photo.state = 'refused' and {SAME_BYTES} then 'refused'
            else 'expected'
        end,
        refusal = case when photo.state = 'refused' and {SAME_BYTES} then photo.refusal end,
        {", ".join(f"{c} = case when {AS_ANNOUNCED} then photo.{c} else excluded.{c} end" for c in KEPT_PHOTO)},
        {", ".join(f"{c} = case when {AS_ANNOUNCED} then photo.{c} end" for c in KEPT_PICTURE)}
    where photo.walk is null and photo.auditor = excluded.auditor
"""  # noqa: S608 - our own texts

# A photo's pictures are kept: held while its walk is not there, stored where it is and waits for these bytes.
STORE = f"""
    insert into photo (
        id, auditor, sha256, bytes, media_type, held_until, rendition_1600, rendition_320, width, height, stored_at,
        state, review
    ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'held', 'unreviewed')
    on conflict (id) do update set
        {", ".join(f"{c} = excluded.{c}" for c in (*KEPT_PHOTO, *KEPT_PICTURE))},
        state = case when photo.walk is null then 'held' else 'stored' end,
        held_until = case when photo.walk is null then excluded.held_until end,
        refusal = case when photo.walk is null then photo.refusal end
    where photo.auditor = excluded.auditor
      and (photo.state = 'refused' or photo.state = 'expected' and {SAME_BYTES})
    returning id, state, walk_id, held_until
"""  # noqa: S608 - our own texts

# Bytes that cannot become a photo are no longer waited for. What is here already stands.
REFUSE = f"""
    insert into photo (id, auditor, sha256, bytes, media_type, held_until, refusal, state, review)
    values ($1, $2, $3, $4, $5, $6, $7, 'refused', 'unreviewed')
    on conflict (id) do update set state = 'refused', refusal = excluded.refusal
    where photo.auditor = excluded.auditor
      and (photo.state = 'refused' or photo.state = 'expected' and {SAME_BYTES})
    returning number
"""  # noqa: S608 - our own texts

# Her own by photo_id_unique, else as far as the caller sees the programme; analysts see what is publishable.
PICTURE = f"""
    select photo.rendition_1600, photo.rendition_320 from photo
    left join programme on programme.number = photo.programme
    where photo.id = $4 and photo.rendition_1600 is not null and (
        photo.auditor = $2
        or $2 is null and {VISIBLE} and (cast($5 as boolean) or photo.review = 'publishable')
    )
"""  # noqa: S608 - our own texts


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


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """A photo's bytes as they came, the kind that was stated, and their digest in hex."""

    content: bytes | bytearray
    media_type: str
    sha256: str


class PhotoReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a photo's bytes: `stored`, or `held` until then for a walk that has not come."""

    id: UUID
    state: str
    walk_id: UUID | None
    held_until: datetime | None


@dataclass(frozen=True, kw_only=True)
class _Arrival:
    """A walk at the door, with all that is known of it before the transaction begins."""

    walk_id: UUID
    walk: Walk
    mac: bytes
    found: Assessment
    programme: int
    hubs: frozenset[str]
    sending: Sending


async def receive_walk(walk_id: UUID, walk: Walk, sending: Sending) -> Received:
    """Keep a walk, once, with its stops, group scores, announced photos and doubts.

    Raises WalkNotAcceptable, UnknownProgramme, IdTaken, WalkDiffers, DeviceRevoked, and NoSuchWalk where the id is
    another auditor's.
    """
    check(walk)
    mac = sending.seal.mac(content_of(walk), purpose="walk")
    if await _known(walk_id) is not None:
        return await _receive_again(walk_id, walk, mac, sending)
    to = await _walked_programme(walk.programme_id, sending)
    arrival = _Arrival(
        walk_id=walk_id,
        walk=walk,
        mac=mac,
        found=_assessed(walk, to, sending),
        programme=to.number,
        hubs=await hubs_known({stop.hub for stop in walk.stops if stop.hub}),
        sending=sending,
    )
    # Where an identical, or another, walk won the race for the id, this one is a second time.
    return await _insert(arrival) or await _receive_again(walk_id, walk, mac, sending)


async def complete_walk(walk_id: UUID, *, without: Collection[UUID], sending: Sending) -> Receipt:
    """Take the phone's word that all of the walk was sent, but the photos named in `without`; again changes nothing.

    Raises NoSuchWalk, and PhotosMissing while others are missing.
    """
    async with transaction():
        known = await lock("select number, auditor, state from walk where id = $1", walk_id)
        if not known or known[0]["auditor"] != sending.by.auditor:
            raise _no_such_walk()
        if known[0]["state"] == "incomplete":
            number = known[0]["number"]
            await _refuse_while_missing(number, without)
            doubtful = await fetch_value("select count(*) from walk_problem where walk = $1", number)
            state = "quarantined" if doubtful else "received"
            await execute("update walk set state = $1, completed_at = $2 where number = $3", state, sending.now, number)
            # A response that was on its way together with the walk may have missed it (see receive_response).
            await join_held_responses(walk_id, sending.seal)
            await note_event("completed", of="walk", id=walk_id, by=sending.by.id, at=sending.now)
        return await _receipt(walk_id)


async def receipt(walk_id: UUID, *, by: Caller) -> Receipt:
    """What is safe here of the auditor's own walk; raises NoSuchWalk."""
    async with snapshot():
        known = await _known(walk_id)
        if known is None or known["auditor"] != by.auditor:
            raise _no_such_walk()
        return await _receipt(walk_id)


async def _refuse_while_missing(walk: int, without: Collection[UUID]) -> None:
    expected = await fetch("select id from photo where walk = $1 and state = 'expected'", walk)
    missing = len({row["id"] for row in expected}.difference(without))
    if missing:
        raise PhotosMissing(f"{missing} photos are still missing. Send them, or name them in `without`.")


async def _known(walk_id: UUID) -> dict[str, Any] | None:
    return await fetch_one("select number, auditor, content_mac, reviewed_at from walk where id = $1", walk_id)


async def _receipt(walk_id: UUID) -> Receipt:
    walk = await fetch_one("select number, state, night_of, dark, received_at from walk where id = $1", walk_id)
    assert walk is not None
    number = walk.pop("number")
    photos = await fetch_tuples("select id, state, refusal from photo where walk = $1 order by number", number)
    problems = await fetch("select code, detail, field from walk_problem where walk = $1 order by number", number)
    return Receipt(
        walk_id=walk_id,
        missing_photos=[id_ for id_, state, _ in photos if state == "expected"],
        refused_photos=[RefusedPhoto(id_, why) for id_, state, why in photos if state == "refused"],
        problems=problems,
        **walk,
    )


async def _receive_again(walk_id: UUID, walk: Walk, mac: bytes, sending: Sending) -> Received:
    known = await _known(walk_id)
    if known is None or known["auditor"] != sending.by.auditor:
        raise _no_such_walk()
    if hmac.compare_digest(known["content_mac"], mac):
        async with snapshot():
            return Received(await _receipt(walk_id), first=False)
    if known["reviewed_at"] is not None:
        await _keep_revision(walk_id, known["number"], walk, sending)
    raise WalkDiffers("Another walk was received under this id, and it stands. Send this one under a new id.")


async def _keep_revision(walk_id: UUID, number: int, walk: Walk, sending: Sending) -> None:
    """Keep for the reviewer what came after her review began, clipped like any walk; each content once."""
    place = {"table": "walk_revision", "column": "sealed", "row": str(walk_id)}
    found = _assessed(walk, await _walked_programme(walk.programme_id, sending), sending)
    content = content_of(without_what_is_not_kept(walk, found))
    async with transaction():
        await lock("select number from walk where number = $1", number)
        kept = await fetch("select sealed from walk_revision where walk = $1", number)
        if len(kept) >= MAX_REVISIONS or content in [sending.seal.open(row["sealed"], **place) for row in kept]:
            return
        sealed = sending.seal.seal(content, **place)
        columns = ("walk", "auditor", "received_at", "sealed")
        await execute(_into("walk_revision", columns), number, sending.by.auditor, sending.now, sealed)
        await note_event("revision kept", of="walk", id=walk_id, by=sending.by.id, at=sending.now)


async def _walked_programme(programme_id: UUID, sending: Sending) -> ProgrammeFacts:
    if sending.imported:
        return await programme(programme_id, caller=sending.by)
    auditor = sending.by.auditor
    found = None if auditor is None else await programme_walked_by(auditor, programme_id)
    if found is None:
        raise UnknownProgramme
    return found


def _into(table: str, columns: Collection[str]) -> str:
    places = ", ".join(f"${place}" for place in range(1, len(columns) + 1))
    return f"insert into {table} ({', '.join(columns)}) values ({places})"  # noqa: S608 - our own names


def _no_such_walk() -> NoSuchWalk:
    return NoSuchWalk("There is no such walk, or it is not yours. Check its id.")


def _assessed(walk: Walk, to: ProgrammeFacts, sending: Sending) -> Assessment:
    if sending.revoked_at is not None and walk.started_at >= sending.revoked_at:
        raise DeviceRevoked("This device was signed out before the walk began. Ask your lead for a new invitation.")
    ground = Ground(to.area, to.opens_on, to.closes_on)
    found = assess(walk, ground, received_at=sending.now, imported=sending.imported)
    if sending.revoked_at is None:
        return found
    late = Problem("device-revoked", "The device was signed out after the walk began and before it was sent.")
    return replace(found, problems=(*found.problems, late))


async def _insert(arrival: _Arrival) -> Received | None:
    """Write all of the walk, or nothing where its id is taken."""
    sending = arrival.sending
    try:
        async with transaction():
            number = await _insert_walk(arrival)
            if number is None:
                return None
            await _insert_stops(number, arrival)
            await _announce_photos(number, arrival)
            await join_held_responses(arrival.walk_id, sending.seal)
            await note_event("received", of="walk", id=arrival.walk_id, by=sending.by.id, at=sending.now)
            return Received(await _receipt(arrival.walk_id), first=True)
    except ConstraintViolated as violated:
        if not violated.concerns("stop.id"):
            raise
        message = "A stop's id is already used by another walk. Give this walk's stops ids of their own."
        raise IdTaken(message, [FieldError("stops", message)]) from None


async def _insert_walk(arrival: _Arrival) -> int | None:
    walk, found, sending = arrival.walk, arrival.found, arrival.sending
    complete = "quarantined" if found.problems else "received"
    row = {
        "id": arrival.walk_id,
        "programme": arrival.programme,
        "auditor": sending.by.auditor,
        "device": sending.by.device,
        "content_mac": arrival.mac,
        "state": complete if sending.imported else "incomplete",
        **{name: getattr(walk, name) for name in WALK_FACTS},
        "night_of": found.night_of,
        "dark": found.dark,
        "clock_offset_s": None if sending.imported else found.clock_offset_s,
        "route": found.route,
        "received_at": sending.now,
        "completed_at": sending.now if sending.imported else None,
    }
    number = await fetch_value(f"{_into('walk', row)} on conflict (id) do nothing returning number", *row.values())
    if number is not None:
        problems = [(number, *problem) for problem in found.problems]
        await execute_many(_into("walk_problem", ("walk", "code", "detail", "field")), problems)
    return None if number is None else int(number)


async def _insert_stops(number: int, arrival: _Arrival) -> None:
    pairs = list(zip(arrival.walk.stops, arrival.found.stops, strict=True))
    rows = [_stop_row(number, stop, found, arrival) for stop, found in pairs]
    if not rows:
        return
    await execute_many(_into("stop", rows[0]), [tuple(row.values()) for row in rows])
    numbers = dict(await fetch_tuples("select id, number from stop where walk = $1", number))
    scores = [
        (arrival.programme, number, numbers[stop.id], factor, *value_and_answer(score))
        for stop, found in pairs
        for factor, score in found.scores.items()
    ]
    await execute_many(_into("group_score", ("programme", "walk", "stop", "factor", "value", "answer")), scores)
    located = {numbers[stop.id]: found.place.location for stop, found in pairs if found.place}
    if located:
        await index_shapes("stop", "location", list(located), list(located.values()))


def _stop_row(number: int, stop: Stop, found: StopFound, arrival: _Arrival) -> dict[str, Any]:
    return {
        "id": stop.id,
        "programme": arrival.programme,
        "walk": number,
        "sequence": stop.sequence,
        "planned_stop_id": stop.planned_stop_id,
        "observed_at": stop.observed_at,
        # iOS says -1 where it does not know.
        "accuracy_m": stop.accuracy_m if stop.accuracy_m is not None and stop.accuracy_m >= 0 else None,
        **(vars(found.place) if found.place else dict.fromkeys(PLACE_FACTS)),
        "sun_altitude_deg": found.sun_altitude_deg,
        "sun_band": found.sun_band,
        "hub": naptan_code(stop.hub) if stop.hub in arrival.hubs else stop.hub or None,
        "hub_known": stop.hub in arrival.hubs if stop.hub else None,
        **msgspec.structs.asdict(stop.presence),
        "causes": msgspec.json.encode(found.open_causes).decode(),
        "note": None if stop.note_flagged else stop.note,
        "note_flagged": stop.note_flagged,
        "sealed": _sealed(stop, found, arrival.sending.seal),
        "kept": msgspec.json.encode(found.kept).decode() if found.kept else None,
    }


def _sealed(stop: Stop, found: StopFound, seal: Seal) -> bytes | None:
    """What nobody reads without a purpose: a flagged note, and chips about remarks, being followed or stopped."""
    note = stop.note if stop.note_flagged else None
    if note is None and not found.sealed_causes:
        return None
    plain = msgspec.json.encode({"note": note, "causes": found.sealed_causes})
    return seal.seal(plain, table="stop", column="sealed", row=str(stop.id))


async def _announce_photos(number: int, arrival: _Arrival) -> None:
    """Expect the photos that the walk lists, and take in those that came before it; an import has none."""
    photos = () if arrival.sending.imported else arrival.walk.photos
    whose = (arrival.sending.by.auditor, arrival.programme, number, arrival.walk_id)
    rows = [(p.id, *whose, p.stop_id, p.sha256.lower(), p.bytes, p.media_type, p.caption) for p in photos]
    await execute_many(ANNOUNCE, rows)
    if rows and await fetch_value("select count(*) from photo where walk = $1", number) < len(rows):
        message = "A photo's id is already used elsewhere. Give this walk's photos ids of their own."
        raise IdTaken(message, [FieldError("photos", message)])


async def receive_photo(
    photo_id: UUID, parcel: Parcel, sending: Sending, *, darkroom: Darkroom, photo_store: PhotoStore
) -> tuple[PhotoReceipt, bool]:
    """Develop a photo and keep its pictures, once; also says whether this was the first time.

    Raises PhotoRefused and its kin, PhotoMismatch, PhotoDiffers, DarkroomBusy, and NoSuchPhoto where the id is another
    auditor's.
    """
    already = await _photo_already(photo_id, parcel, sending)
    if already is not None:
        return already, False
    try:
        painted = await darkroom.develop(parcel.content, parcel.media_type)
    except PhotoRefused as refusal:
        await refuse_photo(photo_id, parcel, sending, str(refusal))
        raise
    # Files first, then the row: no row ever points at a file that a power cut can take.
    keys = await asyncio.gather(photo_store.put(painted.large), photo_store.put(painted.small))
    row = (*_photo_row(photo_id, parcel, sending), *keys, painted.width, painted.height, sending.now)
    async with transaction():
        stored = await fetch_one(STORE, *row)
        if stored is not None:
            await note_event(stored["state"], of="photo", id=photo_id, by=sending.by.id, at=sending.now)
            return PhotoReceipt(**stored), True
    already = await _photo_already(photo_id, parcel, sending)
    assert already is not None
    return already, False


async def refuse_oversize(photo_id: UUID, sending: Sending, reason: str) -> None:
    """No longer wait for a photo that its walk announces as larger than any may be."""
    async with transaction():
        sql = "update photo set state = 'refused', refusal = $1 where id = $2 and auditor = $3 and bytes > $4"
        await execute(f"{sql} and state = 'expected'", reason, photo_id, sending.by.auditor, MAX_PHOTO_BYTES)


async def refuse_photo(photo_id: UUID, parcel: Parcel, sending: Sending, reason: str) -> None:
    """Note that these bytes are no photo, so that the walk no longer waits for them; better bytes may follow."""
    async with transaction():
        refused = await fetch_value(REFUSE, *_photo_row(photo_id, parcel, sending), reason)
        if refused is not None:
            await note_event("refused", of="photo", id=photo_id, by=sending.by.id, at=sending.now)


def _photo_row(photo_id: UUID, parcel: Parcel, sending: Sending) -> tuple[Any, ...]:
    held_until = sending.now + HELD_FOR
    return photo_id, sending.by.auditor, parcel.sha256, len(parcel.content), parcel.media_type, held_until


async def _photo_already(photo_id: UUID, parcel: Parcel, sending: Sending) -> PhotoReceipt | None:
    """The receipt of the same bytes where they are here; None where these are wanted."""
    row = await fetch_one(
        "select id, auditor, state, walk_id, held_until, sha256, bytes, media_type from photo where id = $1", photo_id
    )
    if row is None:
        return None
    if row["auditor"] != sending.by.auditor:
        raise NoSuchPhoto("There is no such photo, or it is not yours.")
    same = row["sha256"] == parcel.sha256
    if row["state"] in ("held", "stored"):
        if not same:
            raise PhotoDiffers("Another photo was received under this id, and it stands. Send this one under a new id.")
        return PhotoReceipt(id=photo_id, state=row["state"], walk_id=row["walk_id"], held_until=row["held_until"])
    announced = same and row["bytes"] == len(parcel.content) and row["media_type"] == parcel.media_type
    if row["state"] == "expected" and not announced:
        raise PhotoMismatch("These are not the bytes that the walk announced. Send the photo that it lists.")
    return None


async def photo_file(photo_id: UUID, *, width: Literal[320, 1600], caller: Caller, now: datetime) -> str:
    """The photo store's key of a picture, for those who may see it: its auditor, who leads or administers its
    programme, and analysts once it is publishable. Others' looks are noted in the trail. Raises NoSuchPhoto.
    """
    row = await fetch_one(PICTURE, *sight(caller), photo_id, caller.lead or caller.administrator)
    if row is None:
        raise NoSuchPhoto("There is no such photo, or it is not yours to see.")
    if caller.auditor is None:
        async with transaction():
            await note_event("seen", of="photo", id=photo_id, by=caller.id, at=now, width=width)
    return str(row[f"rendition_{width}"])
