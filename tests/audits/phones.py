"""What a phone sends, as values, and a doorstep that receives it: for tests of submissions."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import msgspec
from PIL import Image

from audits.darkroom.children import Darkroom
from audits.darkroom.receiving import Parcel, PhotoReceipt, receive_photo
from audits.photo_store.folder import FolderPhotoStore
from audits.queries import Caller, ProgrammeFacts
from audits.responses import Response, ResponseReceipt, Sending, receive_response
from audits.submissions import Receipt, Received, complete_walk, receive_walk
from audits.walks import Walk
from migrations.sealing import Seal
from tests.audits.builders import NOW
from tests.journeys.walks import Picture, stop, walk

SEAL = Seal(b"a key of thirty-two bytes or more")
IN_BRIXTON = (-0.115, 51.463)
STARTED, ENDED = "2026-10-24T22:10:00Z", "2026-10-25T01:20:00Z"


def a_stop(sequence: int = 1, *, where: tuple[float, float] = IN_BRIXTON, **more: Any) -> dict[str, Any]:
    """A stop in Brixton, five minutes after the one before it."""
    return stop(sequence, at=f"2026-10-24T22:{10 + 5 * sequence}:00Z", where=where, **more)


def a_body(programme_id: UUID, stops: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    """The JSON of a walk on the night the clocks go back, sent just now."""
    sent = {"client_sent_at": NOW.isoformat(), **more}
    return walk(str(programme_id), [a_stop()] if stops is None else stops, started=STARTED, ended=ENDED, **sent)


def read(body: dict[str, Any]) -> Walk:
    """The body as it is parsed at the door."""
    return msgspec.json.decode(msgspec.json.encode(body), type=Walk)


def a_jpeg(shade: int = 0, size: tuple[int, int] = (64, 48)) -> bytes:
    """The bytes of a small picture of one colour."""
    out = BytesIO()
    Image.new("RGB", size, (shade % 256, shade // 256 % 256, 90)).save(out, "JPEG")
    return out.getvalue()


def a_response(walk_id: UUID, stop_id: str, **more: Any) -> Response:
    """What an auditor says at a stop, alone."""
    scores = {"sensory": 2, "treatment": 3, "belonging": 3, "feeling": 1}
    return msgspec.convert({"walk_id": walk_id, "stop_id": UUID(stop_id), "scores": scores, **more}, Response)


@dataclass
class Phone:
    """An auditor's phone, and the doorstep that it sends to."""

    by: Caller
    programme: ProgrammeFacts
    darkroom: Darkroom
    store: FolderPhotoStore
    now: datetime = NOW
    revoked_at: datetime | None = None

    def body(self, stops: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
        """A walk for its programme."""
        return a_body(self.programme.id, stops, **more)

    def body_with(self, *photos: Picture, **more: Any) -> dict[str, Any]:
        """A walk of one stop that announces these photos."""
        stop = a_stop()
        return self.body([stop], photos=[photo.in_manifest(stop["id"]) for photo in photos], **more)

    def sending(self, **more: Any) -> Sending:
        """How it hands something in."""
        return Sending(**{"by": self.by, "now": self.now, "seal": SEAL, "revoked_at": self.revoked_at, **more})

    async def put_walk(self, walk_id: UUID, body: dict[str, Any], **more: Any) -> Received:
        """The first step."""
        return await receive_walk(walk_id, read(body), self.sending(**more))

    async def put_photo(self, photo: Picture, media_type: str | None = None) -> tuple[PhotoReceipt, bool]:
        """The second step."""
        digest = hashlib.sha256(photo.content).hexdigest()
        parcel = Parcel(content=photo.content, media_type=media_type or photo.media_type, sha256=digest)
        return await receive_photo(
            UUID(photo.id), parcel, self.sending(), darkroom=self.darkroom, photo_store=self.store
        )

    async def complete(self, walk_id: UUID, *without: str) -> Receipt:
        """The third step."""
        return await complete_walk(walk_id, without=[UUID(id_) for id_ in without], sending=self.sending())

    async def put_response(self, response: Response, response_id: UUID | None = None) -> tuple[ResponseReceipt, bool]:
        """What is said alone."""
        return await receive_response(response_id or uuid4(), response, self.sending())
