"""Painting over: mark in the picture, look at what would be painted, and only then paint, for good."""

from typing import Any
from uuid import UUID, uuid4

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from api.pages.actions.sent import FORM, uuid_typed
from api.pages.kit.forms import Form
from api.pages.review.photos.marks import NUMBERS, Grid, Marks, as_written, grid_over, marks_typed
from api.pages.review.photos.one import walk_named
from api.pages.review.photos.words import pictured, titled
from api.resources.reviewing.photos import BRUSHES
from api.roles import Principal
from audits.actions.keeping import Acting
from audits.errors import CoverDiffers, CoverNotAcceptable, NothingToReview
from audits.reviewing.photos.covering import Brushes, Cover, cover_photo
from audits.reviewing.photos.queries import PhotoFile, photo_decided_on
from audits.reviewing.photos.rectangles import Extent, boxes_of, check_rectangles

COVER = "/review/photos/{photo_id:uuid}/cover"


@get(COVER, include_in_schema=False)
async def marking(photo_id: FromPath[UUID], who: NamedDependency[Principal]) -> Template:
    """The picture under its grid. Raises NoSuchPhoto, NothingToReview where there is no picture yet."""
    found = await _with_picture(photo_id, who.caller)
    return _form(found, Form({"cover_id": str(uuid4())}), Marks())


@post(COVER, dependencies={**FORM, **BRUSHES}, include_in_schema=False, status_code=303)
async def cover(
    photo_id: FromPath[UUID],
    form: NamedDependency[Form],
    acting: NamedDependency[Acting],
    brushes: NamedDependency[Brushes],
) -> Template | Redirect:
    """Show what would be painted; paint only what was looked at; go back to marking."""
    found = await _with_picture(photo_id, acting.by)
    marks = marks_typed(form, _grid(found))
    rectangles = marks.rectangles(_grid(found))
    if form.text("step") == "change" or form.errors:
        return _form(found, form, marks)
    try:
        check_rectangles(rectangles)
        if form.text("step") != "paint":
            return _preview(found, form, marks)
        painted = Cover(id=uuid_typed(form, "cover_id"), rectangles=rectangles)
        await cover_photo(photo_id, painted, by=acting.by, now=acting.now, brushes=brushes)
    except (CoverNotAcceptable, CoverDiffers) as refused:
        form.refuse("square", str(refused))
        return _form(found, form, marks)
    return Redirect(f"/review/photos/{photo_id}?done=covered", status_code=303)


async def _with_picture(photo_id: UUID, caller: Any) -> PhotoFile:
    found = await photo_decided_on(photo_id, caller=caller)
    if found.photo.key is None or not (found.photo.width and found.photo.height):
        raise NothingToReview("This photo has not come yet, or was refused. There is nothing to paint over.")
    return found


def _grid(found: PhotoFile) -> Grid:
    return grid_over(found.photo.width or 1, found.photo.height or 1)


def _form(found: PhotoFile, form: Form, marks: Marks) -> Template:
    # Once read, numbers are among the rectangles above their fields.
    kept = {} if form.errors else dict.fromkeys(NUMBERS, "")
    shown = Form({**form.values, **kept}, form.errors)
    context = {
        **_picture(found),
        "form": shown,
        "grid": _grid(found),
        "squares": marks.squares,
        "drawn": [(as_written(one), one) for one in marks.drawn],
    }
    return Template("review/photos/cover.html", context=context, status_code=form.status)


def _preview(found: PhotoFile, form: Form, marks: Marks) -> Template:
    extent = Extent(width=found.photo.width or 1, height=found.photo.height or 1)
    context = {
        **_picture(found),
        "form": form,
        "squares": marks.squares,
        "drawn": [as_written(one) for one in marks.drawn],
        "boxes": boxes_of(marks.rectangles(_grid(found)), extent),
        "agreed": found.standing.agreed,
    }
    return Template("review/photos/sure.html", context=context)


def _picture(found: PhotoFile) -> dict[str, Any]:
    title = titled(found.photo.id, found.others)
    return {
        "photo": found.photo,
        "title": title,
        "walk": walk_named(found.photo),
        "alt": pictured(found.photo, title),
        "address": f"/review/photos/{found.photo.id}",
    }


HANDLERS = [marking, cover]
