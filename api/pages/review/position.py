"""Moving a stop: the map to point at, the position to write, why, and everything that was done about it before."""

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from api.pages.actions.issue import actors_by_id
from api.pages.actions.sent import FORM, on_version
from api.pages.actions.sketch import Dot, sketch
from api.pages.actions.words import actor, happened_at
from api.pages.kit.forms import Form
from api.pages.review.words import LEGS
from api.roles import Principal
from audits.actions.keeping import Acting
from audits.errors import NothingToReview
from audits.reviewing.errors import CorrectionNotAcceptable, StopMovedMeanwhile
from audits.reviewing.moved import Move, StopPlaced, stop_placed
from audits.reviewing.moving import move_stop, move_stop_back
from audits.reviewing.placing import Correction
from audits.walks import PointAt
from charter.letters import long_date
from geo.places.written import as_written, position_written
from geo.shapes import Point
from migrations.sealing import Seal

ONE = "/review/stops/{stop_id:uuid}/position"
FIELDS = {"location": "position"}
UNREADABLE = "Write a latitude and longitude such as 51.46260, -0.11460, a grid reference, or a link copied from a map"
CHANGED = "Somebody else has moved this stop since you opened the page. Look where it is now, then save again"


@get(ONE, include_in_schema=False)
async def position_page(
    stop_id: FromPath[UUID], who: NamedDependency[Principal], seal: NamedDependency[Seal]
) -> Template:
    """Where it is, where its phone had it, and the form. Raises NoSuchStop."""
    return await _page(await stop_placed(stop_id, caller=who.caller), Form({}), seal)


@post(ONE, dependencies=FORM, include_in_schema=False, status_code=303)
async def move(
    stop_id: FromPath[UUID],
    form: NamedDependency[Form],
    acting: NamedDependency[Acting],
    seal: NamedDependency[Seal],
) -> Template | Redirect:
    """Move it, or put it back where its phone had it."""
    await _try_to_move(stop_id, form, acting)
    found = await stop_placed(stop_id, caller=acting.by)
    if form.errors:
        return await _page(found, form, seal)
    done = "moved-back" if form.text("back") else "moved"
    return Redirect(f"/review/walks/{found.walk_id}?done={done}", status_code=303)


async def _try_to_move(stop_id: UUID, form: Form, acting: Acting) -> None:
    """Do what the form asks for, or say at its fields why not."""
    try:
        if form.text("back"):
            await move_stop_back(stop_id, form.text("reason"), acting=on_version(acting, form))
        elif written := position_written(form.text("position")):
            correction = Correction(location=PointAt(type="Point", coordinates=written), reason=form.text("reason"))
            await move_stop(stop_id, correction, acting=on_version(acting, form))
        else:
            form.refuse("position", UNREADABLE)
    except CorrectionNotAcceptable as refused:
        form.refuse_all((FIELDS.get(name, name), message) for name, message in refused.errors)
    except StopMovedMeanwhile:
        form.refuse("position", CHANGED)
    except NothingToReview as refused:
        form.refuse("position", str(refused))


async def _page(found: StopPlaced, form: Form, seal: Seal) -> Template:
    people = await actors_by_id(seal)
    dots = [Dot(stop, str(number)) for number, stop in enumerate(found.stops, start=1)]
    title = f"Map of the walk’s {len(dots)} stops, which the table beneath lists"
    context = {
        "found": found,
        "form": form,
        "walk": f"{LEGS[found.leg]}, {long_date(found.night_of)}",
        "map": sketch(found.programme.area, dots, title=title, pointing=True),
        "places": [(number, _at(stop.latitude, stop.longitude)) for number, stop in enumerate(found.stops, start=1)],
        "now_at": _said(found.location),
        "original": _said(found.original),
        "typed": form.text("position") if "position" in form.values else _written(found.location),
        "history": [_told(one, people) for one in reversed(found.moves)],
    }
    return Template("review/position.html", context=context, status_code=form.status)


def _at(latitude: float | None, longitude: float | None) -> str:
    return "No place" if latitude is None or longitude is None else as_written(longitude, latitude)


def _said(at: Point | None) -> str:
    return "No place" if at is None else as_written(at.x, at.y)


def _written(at: Point | None) -> str:
    return "" if at is None else as_written(at.x, at.y)


def _told(one: Move, people: dict[str, str]) -> dict[str, Any]:
    return {
        "when": happened_at(one.at),
        "who": actor(one.by, people),
        "what": f"{_said(one.was)} → {_said(one.became)}",
        "reason": one.reason,
    }


HANDLERS = [position_page, move]
