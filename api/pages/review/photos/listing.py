"""The queue of photos: first those that wait for a second person, and whether the reader can be the one."""

from typing import Annotated, Any, get_args
from urllib.parse import urlencode

from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from litestar.response import Template

from api.pages.actions.listing import MAX_PROGRAMMES, as_uuid
from api.pages.kit.forms import whole_number
from api.pages.review.photos.one import walk_named
from api.pages.review.photos.words import photo_tag
from api.roles import Principal
from audits.queries import programmes
from audits.reviewing.photos.queries import PhotosAsked, Waiting, Waits, photo_queue

SHOWN = 50
WAITS: dict[Waits, str] = {
    "second": "One more person must agree",
    "undecided": "To decide",
    "withheld": "Withheld",
    "publishable": "May be shown",
}
Word = Annotated[str, QueryParameter(description="A choice of the form; anything else is taken as none.")]


@get("/review/photos", include_in_schema=False)
async def photos_page(
    who: NamedDependency[Principal], programme: Word = "", standing: Word = "", after: Word = ""
) -> Template:
    """Those that wait for a second person, unless others are asked for."""
    asked = _asked(programme, standing, after)
    found = await photo_queue(asked, caller=who.caller)
    chosen = {"programme": programme, "standing": asked.waits}
    context = {
        "rows": [_row(photo) for photo in found[:SHOWN]],
        "typed": chosen,
        "standings": WAITS,
        "programmes": await programmes(caller=who.caller, limit=MAX_PROGRAMMES),
        "next": _next(chosen, found[SHOWN - 1]) if len(found) > SHOWN else "",
    }
    return Template("review/photos/queue.html", context=context)


def _asked(programme: str, standing: str, after: str) -> PhotosAsked:
    """What the address asks for; of what it cannot mean, nothing."""
    waits: Waits = next((one for one in get_args(Waits) if one == standing), "second")
    return PhotosAsked(programme_id=as_uuid(programme), waits=waits, after=whole_number(after) or 0, limit=SHOWN + 1)


def _next(chosen: dict[str, str], last: Waiting) -> str:
    return "/review/photos?" + urlencode({**chosen, "after": last.number})


def _row(photo: Waiting) -> dict[str, Any]:
    if photo.review != "unreviewed" or not photo.agreed:
        who = "You decided" if photo.mine else ""
    else:
        who = "You agreed: somebody else must" if photo.mine else "Waits for you, or another"
    return {
        "photo": photo,
        "walk": walk_named(photo),
        "who": who,
        "state": photo_tag(photo.review, person_seen=photo.person_seen, agreed=photo.agreed),
    }


HANDLERS = [photos_page]
