"""The pictures of a pledge: added by a form, looked at, and removed."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID, uuid4

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect

from api.pages.desk.fields import evidence_errors
from api.pages.kit.forms import Form
from api.resources.mine.acting import member_for
from api.resources.mine.files import Door, pictured
from api.resources.photos import FOREVER
from api.roles import Principal
from audits.errors import PhotoRefused
from audits.photo_store.store import PhotoStore
from audits.photos import kind_of
from charter.errors import EvidenceFileDiffers, PledgeNotAcceptable
from charter.keeping.files import add_file, check_caption, remove_file
from charter.keeping.members import Member
from charter.keeping.queries import file_of

ONE_PLEDGE = "/desk/{signatory_id:uuid}/pledges/{number:int}"
FILES = f"{ONE_PLEDGE}/files"


async def hang(by: Member, pledge: int, form: Form, content: bytes, *, door: Door) -> bool:
    """Add the picture that came with a form, if one did; what is wrong with it is said at its field."""
    caption = form.text("caption")
    if not content:
        if caption.strip():
            form.refuse("picture", "Choose the picture that this describes.")
        return False
    try:
        check_caption(caption)
        developed = await door.develop(content, kind_of(content) or "")
        picture = pictured(developed, id=_id(form), pledge=pledge, caption=caption.strip(), now=door.now)
        added = await add_file(by, picture, developed)
    except PledgeNotAcceptable as refused:
        evidence_errors(form, refused.errors)
        return False
    except (PhotoRefused, EvidenceFileDiffers) as refused:
        form.refuse("picture", str(refused))
        return False
    # What was added is not offered again where the rest of the form has to be put right.
    form.values = {**form.values, "caption": "", "picture_id": str(uuid4())}
    return added


def _id(form: Form) -> UUID:
    """The id that the page gave the picture; a new one where that was tampered with."""
    try:
        return UUID(form.text("picture_id"))
    except ValueError:
        return uuid4()


@get(f"{FILES}/{{file_id:uuid}}", include_in_schema=False, media_type="image/jpeg")
async def look(
    signatory_id: FromPath[UUID],
    number: FromPath[int],
    file_id: FromPath[UUID],
    who: NamedDependency[Principal],
    photo_store: NamedDependency[PhotoStore],
    width: Annotated[Literal[320, 1600], QueryParameter(description="Pixels of the longer side at most.")] = 1600,
) -> Response[bytes]:
    """The picture, for its own organisation only."""
    by = await member_for(who, signatory_id)
    key = await file_of(by, number, file_id, width=width)
    return Response(await photo_store.get(key), media_type="image/jpeg", headers=FOREVER)


@post(f"{FILES}/{{file_id:uuid}}/remove", include_in_schema=False, status_code=303)
async def remove(
    signatory_id: FromPath[UUID],
    number: FromPath[int],
    file_id: FromPath[UUID],
    who: NamedDependency[Principal],
    now: NamedDependency[datetime],
) -> Redirect:
    """Remove it at once: it can be added again."""
    by = await member_for(who, signatory_id)
    try:
        await remove_file(by, number, file_id, now=now)
    except PledgeNotAcceptable:
        return Redirect(f"/desk/{signatory_id}/pledges/{number}?saved=last-picture", status_code=303)
    return Redirect(f"/desk/{signatory_id}/pledges/{number}?saved=removed", status_code=303)


HANDLERS = [look, remove]
