"""One pledge: its words, what shows that it is kept, a form for the evidence, pictures, and every change."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from api.pages.desk.fields import evidence_errors, fields_of, in_words, keeping_from, typed_values
from api.pages.desk.overview import SAVED, Saved
from api.pages.desk.pictures import ONE_PLEDGE, hang
from api.pages.desk.sent import typed_with_file
from api.pages.desk.words import PLEDGE_STATES, ROLES, moment, tag
from api.pages.kit.forms import Form, whole_number
from api.resources.mine.acting import member_for
from api.resources.mine.files import DOOR, Door
from api.resources.photos import announced_length
from api.roles import Principal
from audits.photos import MAX_PHOTO_BYTES
from charter.errors import ChangedMeanwhile, EvidenceUnreadable, PledgeNotAcceptable
from charter.keeping.at_desk import Kept
from charter.keeping.evidence import MAX_CAPTION, MAX_FILES, MAX_STATEMENT
from charter.keeping.members import Member
from charter.keeping.pledges import keep_pledge
from charter.keeping.queries import at_desk, history_of, kept_of
from charter.wordings import pledges_of

ROOM_FOR_FIELDS = 200_000  # what is typed beside a picture, and the boundaries between
CHANGED = "Somebody else has changed this since you opened it. Compare the history below, then save again."


@get(ONE_PLEDGE, include_in_schema=False)
async def pledge_form(
    signatory_id: FromPath[UUID], number: FromPath[int], who: NamedDependency[Principal], saved: Saved = ""
) -> Template:
    """The form as it stands."""
    by = await member_for(who, signatory_id)
    kept = await kept_of(by, number)
    return await pledge_page(by, kept, Form(typed_values(kept)), banner=SAVED.get(saved))


@post(
    ONE_PLEDGE,
    include_in_schema=False,
    status_code=303,
    dependencies=DOOR,
    request_max_body_size=MAX_PHOTO_BYTES + ROOM_FOR_FIELDS,
)
async def keep(
    signatory_id: FromPath[UUID],
    number: FromPath[int],
    request: Request[Any, Any, Any],
    who: NamedDependency[Principal],
    door: NamedDependency[Door],
) -> Template | Redirect:
    """Keep what was typed with its picture, or show it again with what is wrong."""
    by = await member_for(who, signatory_id)
    before = await kept_of(by, number)
    form, added = await _with_picture(request, by, number, door)
    saved = await _keep(by, before, form, door.now)
    if saved is None:
        return await pledge_page(by, before, form)
    return Redirect(f"/desk/{signatory_id}/pledges/{number}?saved={'pledge' if added else saved}", status_code=303)


async def _with_picture(request: Request[Any, Any, Any], by: Member, number: int, door: Door) -> tuple[Form, bool]:
    """What was typed, and whether a picture came with it and hangs now."""
    async with door.darkroom.room_for(announced_length(request)):
        values, content = await typed_with_file(request, "picture")
        form = Form(values)
        # The picture first: an evidenced campaign takes one, and what is shown again with errors has it already.
        return form, bool(await hang(by, number, form, content, door=door))


async def _keep(by: Member, before: Kept, form: Form, now: datetime) -> str | None:
    """What to say of it once it is kept; None where the form says what is wrong."""
    sent = keeping_from(before.pledge, form)
    if form.errors:
        return None
    try:
        after = await keep_pledge(by, before.pledge, sent, version=_version(form), now=now)
    except (PledgeNotAcceptable, EvidenceUnreadable) as refused:
        evidence_errors(form, refused.errors)
        return None
    except ChangedMeanwhile:
        form.refuse("state", CHANGED)
        return None
    return "same" if after == before else "pledge"


async def pledge_page(by: Member, kept: Kept, form: Form, *, banner: str | None = None) -> Template:
    """The whole page; `form` holds what was typed, whichever of its two forms that was."""
    desk = await at_desk(by)
    words = {pledge.number: pledge for pledge in await pledges_of(desk.charter_version)}
    context = {
        "desk": desk,
        "back": f"/desk/{desk.id}",
        "page": f"/desk/{desk.id}/pledges/{kept.pledge}",
        "banner": banner,
        "kept": kept,
        "tag": tag(PLEDGE_STATES, kept.state),
        "words": words.get(kept.pledge),
        "fields": fields_of(kept.pledge),
        "form": form,
        # A form that is sent twice adds its picture once.
        "picture_id": form.text("picture_id") if form.errors else str(uuid4()),
        "pictures": [picture for picture in desk.pictures if picture.pledge == kept.pledge],
        "history": await _history(by, kept.pledge),
        "limits": {"statement": MAX_STATEMENT, "caption": MAX_CAPTION, "files": MAX_FILES},
    }
    return Template("desk/pledge.html", context=context, status_code=form.status)


def _version(form: Form) -> int:
    """What she saw; a number that nothing has where the form was tampered with."""
    version = whole_number(form.text("version"))
    return -1 if version is None else version


async def _history(by: Member, pledge: int) -> list[dict[str, Any]]:
    return [
        {
            "when": moment(change.at),
            "who": ROLES.get(change.by, change.by),
            "tag": tag(PLEDGE_STATES, change.state),
            "statement": change.statement,
            "said": in_words(pledge, change.evidence),
        }
        for change in await history_of(by, pledge)
    ]


HANDLERS = [pledge_form, keep]
