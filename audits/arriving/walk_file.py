"""The copy that an auditor saves of what did not arrive: one JSON file with walks, responses and photos."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from audits.arriving.lines import ImportedWalk
from audits.errors import AuditError
from audits.responses import Response
from audits.walks import Wire

FORMAT = "night-safety-walk-file"
MAX_FILE_BYTES = (
    1_000_000_000  # a hundred photos at their largest would be two; a phone shrinks them to half a megabyte
)


class SavedWalk(Wire, frozen=True, kw_only=True):
    """A walk; whether the phone had said, or would say, that all of it was sent, and which photos will not come."""

    walk: ImportedWalk
    complete: bool
    without: tuple[UUID, ...] = ()


class SavedResponse(Response, frozen=True, kw_only=True):
    """The body of PUT /api/responses/{id}, with its id; it is hers whose file it is."""

    id: UUID


class SavedPhoto(Wire, frozen=True, kw_only=True):
    """A photo's bytes, in base64, and what the phone says of them."""

    id: UUID
    media_type: str
    sha256: str
    data: bytes


class WalkFile(Wire, frozen=True, kw_only=True):
    """The whole file, of version 1."""

    format: Literal["night-safety-walk-file"]
    version: Literal[1]
    saved_at: datetime
    auditor_id: UUID
    programme_id: UUID
    walks: tuple[SavedWalk, ...] = ()
    responses: tuple[SavedResponse, ...] = ()
    photos: tuple[SavedPhoto, ...] = ()


class WalkFileRefused(AuditError):
    """The file cannot be read; the message says why, and never what it held."""


def read_walk_file(content: bytes) -> WalkFile:
    """What the file says. Raises WalkFileRefused."""
    if len(content) > MAX_FILE_BYTES:
        raise WalkFileRefused("The file is larger than 1 GB. Save a copy with fewer photos.")
    try:
        return msgspec.json.decode(content, type=WalkFile)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        # msgspec names the place and the kind of what is wrong, and never the value.
        reason = str(error).rstrip(".") if isinstance(error, msgspec.MsgspecError) else "it is damaged"
        raise WalkFileRefused(f"This is no copy saved by the app, or it is damaged: {reason}.") from None
