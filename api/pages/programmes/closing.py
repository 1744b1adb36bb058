"""Closing a programme: what it means and what is still open, and then the closing, for good."""

from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from api.pages.actions.sent import FORM
from api.pages.programmes.one import ONE, around
from api.pages.review.words import counted
from api.roles import Principal
from api.settings import Settings
from audits.actions.keeping import Acting
from audits.planning.queries import led
from audits.programmes import close_programme
from audits.reviewing.queue import WAITING


@get(f"{ONE}/close", include_in_schema=False)
async def close_form(
    programme_id: FromPath[UUID], who: NamedDependency[Principal], settings: NamedDependency[Settings]
) -> Template:
    """What follows, before it is done."""
    found = await led(programme_id, caller=who.caller)
    waiting = sum(found.by_state.get(state, 0) for state in WAITING)
    unfinished = found.by_state.get("incomplete", 0)
    context = {
        **around(found, who),
        "joined": counted(found.joined, "woman", "women"),
        "waiting": counted(waiting, "walk waits", "walks wait") if waiting else "",
        "unfinished": counted(unfinished, "walk is", "walks are") if unfinished else "",
        "delay_days": settings.public_delay_days,
    }
    return Template("programmes/close.html", context=context)


@post(f"{ONE}/close", dependencies=FORM, include_in_schema=False, status_code=303)
async def close(programme_id: FromPath[UUID], acting: NamedDependency[Acting]) -> Redirect:
    """Close it; again changes nothing."""
    await close_programme(programme_id, by=acting.by, now=acting.now)
    return Redirect(f"/programmes/{programme_id}?done=closed", status_code=303)


HANDLERS = [close_form, close]
