"""Handing in a photo's bytes, and looking at its pictures."""

import base64
import hashlib
import re
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Request, Response, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from api.resources.sending import SENDING
from api.roles import Principal
from audits.darkroom import receiving
from audits.darkroom.children import Darkroom
from audits.darkroom.receiving import Parcel, PhotoReceipt
from audits.errors import DigestMissing, PhotoMismatch, PhotoTooLarge
from audits.photo_store.store import PhotoStore
from audits.photos import MAX_PHOTO_BYTES
from audits.responses import Sending

ONE_PHOTO = "/api/photos/{photo_id:uuid}"
# RFC 9530: a dictionary of digests, of which we read the one that is strong enough.
SHA_256 = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):\s*(?:,|$)")
LENGTH = re.compile(r"[0-9]{1,12}", re.ASCII)
KEY = re.compile(r'"([0-9a-f]{64})"')
# A photo may be painted over, and whoever keeps its picture asks each time whether it still is the one.
CHECKED = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}
# A picture of what was done never changes under its id; only who asked keeps it.
FOREVER = {"Cache-Control": "private, max-age=31536000, immutable", "Vary": "Authorization, Cookie"}


@put(ONE_PHOTO, request_max_body_size=None, dependencies=SENDING, tags=["walks"], summary="Hand in a photo's bytes")
async def put_photo(
    photo_id: FromPath[UUID],
    request: Request[Any, Any, Any],
    sending: NamedDependency[Sending],
    darkroom: NamedDependency[Darkroom],
    photo_store: NamedDependency[PhotoStore],
) -> Response[PhotoReceipt]:
    """201 the first time, 200 for the same bytes, 409 for others; the kinds are JPEG, PNG and WebP."""
    stated = digest_stated(request.headers.get("content-digest", ""))
    try:
        async with darkroom.room_for(announced_length(request)):
            parcel = await read_parcel(request, stated)
            receipt, first = await receiving.receive_photo(
                photo_id, parcel, sending, darkroom=darkroom, photo_store=photo_store
            )
    except PhotoTooLarge as refusal:
        await receiving.refuse_oversize(photo_id, sending, str(refusal))
        raise
    return Response(receipt, status_code=201 if first else 200)


@get(ONE_PHOTO, media_type="image/jpeg", tags=["walks"], summary="Look at a photo")
async def get_photo(
    request: Request[Any, Any, Any],
    photo_id: FromPath[UUID],
    who: NamedDependency[Principal],
    now: NamedDependency[datetime],
    photo_store: NamedDependency[PhotoStore],
    width: Annotated[Literal[320, 1600], QueryParameter(description="Pixels of the longer side at most.")] = 1600,
) -> Response[bytes]:
    """Its auditor, who leads or administers its programme, and analysts once it is publishable; 404 to others."""
    has = KEY.findall(request.headers.get("if-none-match", ""))
    key = await receiving.photo_file(photo_id, width=width, caller=who.caller, now=now, has=has)
    headers = {"ETag": f'"{key}"', **CHECKED}
    if key in has:
        return Response(b"", status_code=304, headers=headers)
    return Response(await photo_store.get(key), media_type="image/jpeg", headers=headers)


def digest_stated(header: str) -> str:
    """The SHA-256 digest in a Content-Digest header, in hex; raises DigestMissing."""
    found = SHA_256.search(header)
    if found is None:
        raise DigestMissing("Send the SHA-256 of the bytes: Content-Digest: sha-256=:<base64>:.")
    return base64.b64decode(found[1]).hex()


def announced_length(request: Request[Any, Any, Any]) -> int:
    """How many bytes are announced; the most that may come where none are. Raises PhotoTooLarge."""
    announced = request.headers.get("content-length", "")
    if not LENGTH.fullmatch(announced):
        return MAX_PHOTO_BYTES
    return _within_limit(int(announced))


def _within_limit(length: int) -> int:
    if length > MAX_PHOTO_BYTES:
        raise PhotoTooLarge(f"A photo has at most {MAX_PHOTO_BYTES:,} bytes. Send it smaller.")
    return length


async def read_parcel(request: Request[Any, Any, Any], stated: str) -> Parcel:
    """Read the bytes as they come; raises PhotoTooLarge as soon as they are too many, and PhotoMismatch."""
    content, digest = bytearray(), hashlib.sha256()
    async for chunk in request.stream():
        _within_limit(len(content) + len(chunk))
        content += chunk
        digest.update(chunk)
    if digest.hexdigest() != stated:
        raise PhotoMismatch("The bytes were damaged on the way: they do not match their digest. Send them again.")
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return Parcel(content=content, media_type=media_type, sha256=stated)


PHOTOS = [put_photo, get_photo]
