"""A saved copy brought in as if its phone had sent it: the same checks, the same receipts, again changes nothing."""

import hashlib
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from audits.arriving.lines import as_sent
from audits.arriving.walk_file import SavedPhoto, SavedResponse, SavedWalk, WalkFile, WalkFileRefused
from audits.darkroom.children import Darkroom
from audits.darkroom.receiving import Parcel, receive_photo
from audits.errors import AuditError, PhotoMismatch
from audits.photo_store.store import PhotoStore
from audits.queries import Caller
from audits.responses import Response, Sending, receive_response
from audits.submissions import complete_walk, receive_walk
from audits.walks import Walk
from migrations.database import fetch_one
from migrations.sealing import Seal

# Hers, and the phone that she used last; one that was signed out may still bring what was walked before.
HERS = """
    select auditor.number as auditor, device.number as device, device.revoked_at from auditor
    left join device on device.auditor = auditor.number
    where auditor.id = $1 and auditor.erased_at is null
    order by device.revoked_at is null desc, device.revoked_at desc, device.number desc limit 1
"""


@dataclass(kw_only=True)
class Brought:
    """What became of a file's parts. `refused` are (what, why)."""

    walks: int = 0
    responses: int = 0
    photos: int = 0
    complete: int = 0
    there: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Door:
    """What the parts of a file come in by."""

    darkroom: Darkroom
    photo_store: PhotoStore
    seal: Seal
    now: datetime


async def bring_in(file: WalkFile, door: Door) -> Brought:
    """Keep what of the file is not here yet: walks, responses, photos, completions; each durable when it returns.

    What cannot be taken is in `refused`, and keeps nothing else out. Raises WalkFileRefused where nobody of that id
    walks any more.
    """
    sending, brought = await _sending(file.auditor_id, door), Brought()
    for walk in file.walks:
        brought.walks += await _tried(f"walk {walk.walk.id}", _walk(walk, file, sending), brought)
    for response in file.responses:
        brought.responses += await _tried(f"response {response.id}", _response(response, sending), brought)
    for photo in file.photos:
        brought.photos += await _tried(f"photo {photo.id}", _photo(photo, sending, door), brought)
    for walk in file.walks:
        if walk.complete:
            await _complete(walk, sending, brought)
    return brought


async def _sending(auditor_id: UUID, door: Door) -> Sending:
    hers = await fetch_one(HERS, auditor_id)
    if hers is None:
        raise WalkFileRefused("Whoever saved this copy is not known here, or asked to be forgotten.")
    by = Caller(id=str(auditor_id), auditor=hers["auditor"], device=hers["device"])
    return Sending(by=by, now=door.now, seal=door.seal, revoked_at=hers["revoked_at"])


async def _tried(what: str, part: Awaitable[bool], brought: Brought) -> bool:
    """Whether the part is new here; one that cannot be taken is named with the reason."""
    try:
        first = await part
    except AuditError as error:
        brought.refused.append((what, str(error)))
        return False
    brought.there += not first
    return first


async def _walk(saved: SavedWalk, file: WalkFile, sending: Sending) -> bool:
    # When a file is read says nothing of the phone's clock, so that is taken to be right.
    walk = as_sent(saved.walk, Walk, programme_id=file.programme_id, client_sent_at=sending.now)
    return (await receive_walk(saved.walk.id, walk, sending)).first


async def _response(saved: SavedResponse, sending: Sending) -> bool:
    return (await receive_response(saved.id, as_sent(saved, Response), sending))[1]


async def _photo(saved: SavedPhoto, sending: Sending, door: Door) -> bool:
    digest = hashlib.sha256(saved.data).hexdigest()
    if digest != saved.sha256.lower():
        raise PhotoMismatch("Its bytes are not those that the phone saved: the file is damaged.")
    parcel = Parcel(content=saved.data, media_type=saved.media_type, sha256=digest)
    async with door.darkroom.room_for(len(saved.data)):
        return (await receive_photo(saved.id, parcel, sending, darkroom=door.darkroom, photo_store=door.photo_store))[1]


async def _complete(saved: SavedWalk, sending: Sending, brought: Brought) -> None:
    try:
        await complete_walk(saved.walk.id, without=saved.without, sending=sending)
    except AuditError as error:
        brought.refused.append((f"completion of walk {saved.walk.id}", str(error)))
    else:
        brought.complete += 1
