"""Noting that something is done, with words and a picture that show it; pictures looked at, added and removed."""

from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect, Template

from api.pages.actions.recommending import ONE
from api.pages.actions.sent import REFUSALS, on_version, refused_at, try_rule, uuid_typed
from api.pages.desk.sent import typed_with_file
from api.pages.kit.days import day_typed
from api.pages.kit.forms import Form
from api.resources.actions.acting import ACTING
from api.resources.actions.pictures import hang
from api.resources.mine.files import DOOR, Door
from api.resources.photos import FOREVER, announced_length
from audits.actions.content import DoneSaid, check_caption, check_done
from audits.actions.errors import DonePhotoDiffers
from audits.actions.issues import Recommended, recommendation
from audits.actions.keeping import Acting
from audits.actions.photos import MAX_PHOTOS, add_photo, photo_file, remove_photo
from audits.actions.recommending import finish, today_in_london
from audits.errors import PhotoRefused
from audits.photo_store.store import PhotoStore
from audits.photos import MAX_PHOTO_BYTES, kind_of

ROOM_FOR_FIELDS = 200_000  # what is typed beside a picture, and the boundaries between
AS_TYPED = {"photo": "picture"}


@get(f"{ONE}/done", dependencies=ACTING, include_in_schema=False)
async def done_form(recommendation_id: FromPath[UUID], acting: NamedDependency[Acting]) -> Template:
    """When, what shows it, and a picture; of what is done already, another picture."""
    one = await recommendation(recommendation_id, caller=acting.by)
    return _page(one, Form({"version": str(one.version)}))


@post(
    f"{ONE}/done",
    include_in_schema=False,
    status_code=303,
    dependencies={**ACTING, **DOOR},
    request_max_body_size=MAX_PHOTO_BYTES + ROOM_FOR_FIELDS,
)
async def note_done(
    request: Request[Any, Any, Any],
    recommendation_id: FromPath[UUID],
    acting: NamedDependency[Acting],
    door: NamedDependency[Door],
) -> Template | Redirect:
    """Note it with its picture, or show what is wrong; a picture that came with errors hangs already."""
    one = await recommendation(recommendation_id, caller=acting.by)
    form, added = await _with_picture(request, one, acting, door)
    saved = not form.errors and (await _finish(one, form, acting) if one.done_on is None else added)
    if not saved:
        return _page(await recommendation(recommendation_id, caller=acting.by), form)
    return Redirect(f"/actions/issues/{one.issue_id}?done={'picture' if one.done_on else 'done'}", status_code=303)


async def _with_picture(
    request: Request[Any, Any, Any], one: Recommended, acting: Acting, door: Door
) -> tuple[Form, bool]:
    """What was typed, and whether a picture came with it and hangs now; first whether the rest can stand."""
    async with door.darkroom.room_for(announced_length(request)):
        values, content = await typed_with_file(request, "picture")
        form = Form(values)
        if one.done_on is None:
            _done_typed(form, acting)
        elif not content:
            form.refuse("picture", "Choose a picture to add")
        if form.errors:
            return form, False
        return form, await _hang(one, form, content, acting, door)


def _done_typed(form: Form, acting: Acting) -> DoneSaid:
    on, today = day_typed("done_on", form), today_in_london(acting.now)
    if on is None:
        form.refuse("done_on", "Enter the day on which it was done")
    said = DoneSaid(done_on=on or today, note=form.text("note"))
    try_rule(form, lambda: check_done(said, today=today))
    return said


async def _hang(one: Recommended, form: Form, content: bytes, acting: Acting, door: Door) -> bool:
    caption = form.text("caption")
    if not content:
        if caption.strip():
            form.refuse("picture", "Choose the picture that this describes")
        return False
    try:
        check_caption(caption)
        hung = await hang(door, content, kind_of(content) or "")
        return await add_photo(one.id, hung, id=uuid_typed(form, "picture_id"), caption=caption, acting=acting)
    except REFUSALS as refused:
        refused_at(form, refused, else_at="picture", fields=AS_TYPED)
    except (PhotoRefused, DonePhotoDiffers) as refused:
        form.refuse("picture", str(refused))
    return False


async def _finish(one: Recommended, form: Form, acting: Acting) -> bool:
    said = _done_typed(form, acting)
    if form.errors:
        return False
    # A picture that was added just now made no new version; somebody else's change did.
    try:
        await finish(one.id, said, acting=on_version(acting, form))
    except REFUSALS as refused:
        refused_at(form, refused, else_at="note")
        return False
    return True


@get(f"{ONE}/photos/{{photo_id:uuid}}", dependencies=ACTING, include_in_schema=False, media_type="image/jpeg")
async def look(
    recommendation_id: FromPath[UUID],
    photo_id: FromPath[UUID],
    acting: NamedDependency[Acting],
    photo_store: NamedDependency[PhotoStore],
    width: Annotated[Literal[320, 1600], QueryParameter(description="Pixels of the longer side at most.")] = 1600,
) -> Response[bytes]:
    """The picture, for who sees its programme."""
    key = await photo_file(recommendation_id, photo_id, width=width, acting=acting)
    return Response(await photo_store.get(key), media_type="image/jpeg", headers=FOREVER)


@post(f"{ONE}/photos/{{photo_id:uuid}}/remove", dependencies=ACTING, include_in_schema=False, status_code=303)
async def remove(
    recommendation_id: FromPath[UUID],
    photo_id: FromPath[UUID],
    acting: NamedDependency[Acting],
) -> Redirect:
    """Remove it at once: it can be added again, and the history keeps that it hung."""
    one = await recommendation(recommendation_id, caller=acting.by)
    await remove_photo(recommendation_id, photo_id, reason=None, acting=acting)
    return Redirect(f"/actions/issues/{one.issue_id}?done=removed", status_code=303)


def _page(one: Recommended, form: Form) -> Template:
    context = {
        "form": form,
        "one": one,
        # A form that is sent twice adds its picture once.
        "picture_id": form.text("picture_id") or str(uuid4()),
        "most": MAX_PHOTOS,
        "back": f"/actions/issues/{one.issue_id}",
    }
    return Template("actions/done.html", context=context, status_code=form.status)


HANDLERS = [done_form, note_done, look, remove]
