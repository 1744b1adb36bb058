"""Pictures that show how a pledge is kept: added once painted at the door, captioned, and removed.

Only pictures are taken. What a PDF would show is shown by a picture of its page: whatever else a PDF carries (names,
links, scripts) would have to be looked for, and paint takes all of it away.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from charter.errors import EvidenceFileDiffers, FieldError, NoSuchEvidenceFile, NoSuchPledge, PledgeNotAcceptable
from charter.events import note_event
from charter.keeping.at_desk import Picture
from charter.keeping.evidence import EVIDENCED, MAX_CAPTION, MAX_FILES, PLEDGES
from charter.keeping.members import Member
from charter.keeping.pledges import locked
from charter.keeping.queries import kept_of, pictures_of
from migrations.database import execute, fetch_one, transaction

NEEDS_A_PICTURE = 2  # the pledge whose evidence is not whole without one
LAST_ONE = (
    "This is the only picture of the campaign, and the pledge is evidenced by it. Add another one first, or set the "
    "pledge to in progress."
)


@dataclass(frozen=True, kw_only=True)
class Developed:
    """A picture as the photo store has it: its key, that of its small copy, and its size in pixels."""

    file: str
    small: str
    width: int
    height: int


def check_caption(caption: str) -> None:
    """Raise PledgeNotAcceptable unless the caption says something, briefly: it is all that some readers get."""
    if not caption.strip() or "\0" in caption:  # a NUL, which an address may carry and no database takes
        raise PledgeNotAcceptable([FieldError("caption", "Say in a few words what the picture shows.")])
    if len(caption) > MAX_CAPTION:
        message = f"This is longer than {MAX_CAPTION} characters. Shorten it."
        raise PledgeNotAcceptable([FieldError("caption", message)])


async def add_file(by: Member, picture: Picture, developed: Developed) -> bool:
    """Add a picture, once; whether this was the first time.

    The same picture under the same id is answered as the first was. Raises NoSuchPledge, PledgeNotAcceptable,
    EvidenceFileDiffers, OrganisationWithdrew, and NoSuchEvidenceFile where the id is another organisation's.
    """
    pledge = picture.pledge
    if pledge not in PLEDGES:
        raise NoSuchPledge
    check_caption(picture.caption)
    async with transaction():
        await locked(by)
        if await _is_there(by, picture.id, pledge, developed):
            return False
        if len(await pictures_of(by, pledge)) >= MAX_FILES:
            message = f"There are {MAX_FILES} pictures already. Remove one first."
            raise PledgeNotAcceptable([FieldError("files", message)])
        await _write(by, picture, developed)
        await note_event(
            "file-added", of="signatory", id=by.signatory_id, by=str(by.id), at=picture.added_at, pledge=pledge
        )
    return True


async def remove_file(by: Member, pledge: int, id: UUID, *, now: datetime) -> None:
    """Remove a picture; the file itself is swept once no row refers to it.

    Raises NoSuchEvidenceFile, and PledgeNotAcceptable where it is the last that an evidenced campaign has.
    """
    async with transaction():
        await locked(by)
        pictures = await pictures_of(by, pledge)
        if id not in [picture.id for picture in pictures]:
            raise NoSuchEvidenceFile
        needed = pledge == NEEDS_A_PICTURE and len(pictures) == 1
        if needed and (await kept_of(by, pledge)).state == EVIDENCED:
            raise PledgeNotAcceptable([FieldError("files", LAST_ONE)])
        await execute("delete from evidence_file where id = $1 and signatory = $2", id, by.signatory)
        await note_event("file-removed", of="signatory", id=by.signatory_id, by=str(by.id), at=now, pledge=pledge)


async def _is_there(by: Member, id: UUID, pledge: int, developed: Developed) -> bool:
    row = await fetch_one("select signatory, pledge, file from evidence_file where id = $1", id)
    if row is None:
        return False
    if row["signatory"] != by.signatory:
        raise NoSuchEvidenceFile
    if (row["pledge"], row["file"]) != (pledge, developed.file):
        raise EvidenceFileDiffers
    return True


async def _write(by: Member, picture: Picture, developed: Developed) -> None:
    await execute(
        "insert into evidence_file (id, signatory, pledge, caption, file, small, width, height, added_at, added_by) "
        "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        picture.id,
        by.signatory,
        picture.pledge,
        picture.caption,
        developed.file,
        developed.small,
        developed.width,
        developed.height,
        picture.added_at,
        str(by.id),
    )
