"""The photos of a walk side by side, each as large as it is kept."""

from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from api.pages.review.photos.one import walk_named
from api.pages.review.photos.words import photo_tag, pictured, titled
from api.roles import Principal
from audits.reviewing.photos.queries import photos_of_walk


@get("/review/walks/{walk_id:uuid}/photos", include_in_schema=False)
async def side_by_side(walk_id: FromPath[UUID], who: NamedDependency[Principal]) -> Template:
    """Those that came, in the order of their stops. Raises NoSuchWalk."""
    found = [photo for photo in await photos_of_walk(walk_id, caller=who.caller) if photo.state == "stored"]
    rows = [
        {
            "photo": photo,
            "alt": pictured(photo, titled(photo.id, found)),
            "title": titled(photo.id, found),
            "state": photo_tag(photo.review, person_seen=photo.person_seen),
        }
        for photo in found
    ]
    walk = walk_named(found[0]) if found else ""
    return Template("review/photos/together.html", context={"rows": rows, "walk": walk, "walk_id": walk_id})


HANDLERS = [side_by_side]
