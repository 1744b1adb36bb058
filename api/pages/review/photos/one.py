"""One photo at 1600 pixels: who decided what about it, what is still needed, its history, and one's own decision."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect, Template

from api.pages.actions.issue import actors_by_id
from api.pages.actions.sent import FORM
from api.pages.kit.forms import Form
from api.pages.review.photos.words import (
    done_said,
    happened,
    photo_tag,
    pictured,
    standing_said,
    titled,
    vote_row,
)
from api.pages.review.words import LEGS
from api.roles import Principal
from audits.actions.keeping import Acting
from audits.errors import NothingToReview, PictureChanged
from audits.reviewing.photos.agreeing import PhotoDecision
from audits.reviewing.photos.queries import PhotoFile, PhotoRead, photo_decided_on
from audits.reviewing.photos.voting import vote, withdraw_vote
from charter.letters import long_date
from migrations.sealing import Seal

ONE = "/review/photos/{photo_id:uuid}"
Done = Annotated[str, QueryParameter(description="What was just done: decided, withdrawn or covered.")]


@get(ONE, include_in_schema=False)
async def photo_page(
    photo_id: FromPath[UUID], who: NamedDependency[Principal], seal: NamedDependency[Seal], done: Done = ""
) -> Template:
    """Everything that a decision needs. Raises NoSuchPhoto."""
    found = await photo_decided_on(photo_id, caller=who.caller)
    mine = found.standing.vote_of(who.id)
    chosen = {"decision": mine.decision, "person": "yes" if mine.shows_person else "no"} if mine else {}
    return await _page(found, Form(chosen), seal, me=who.id, done=done)


@post(ONE, dependencies=FORM, include_in_schema=False, status_code=303)
async def decide(
    photo_id: FromPath[UUID],
    form: NamedDependency[Form],
    acting: NamedDependency[Acting],
    seal: NamedDependency[Seal],
) -> Template | Redirect:
    """Keep a decision about the picture that she saw, or say what is missing."""
    if decision := _decision(form):
        try:
            await vote(photo_id, decision, by=acting.by, now=acting.now, seen=form.text("seen"))
        except (NothingToReview, PictureChanged) as refused:
            form.refuse("decision", str(refused))
    if not form.errors:
        return Redirect(f"/review/photos/{photo_id}?done=decided", status_code=303)
    found = await photo_decided_on(photo_id, caller=acting.by)
    return await _page(found, form, seal, me=acting.by.id)


@post(f"{ONE}/withdraw", dependencies=FORM, include_in_schema=False, status_code=303)
async def withdraw(
    photo_id: FromPath[UUID], who: NamedDependency[Principal], now: NamedDependency[datetime]
) -> Redirect:
    """Take back what she decided."""
    await withdraw_vote(photo_id, by=who.caller, now=now)
    return Redirect(f"/review/photos/{photo_id}?done=withdrawn", status_code=303)


def _decision(form: Form) -> PhotoDecision | None:
    chosen, person = form.text("decision"), form.text("person")
    if chosen not in ("publishable", "withheld"):
        form.refuse("decision", "Choose whether the photo may be shown or is withheld")
    elif chosen == "publishable" and person not in ("yes", "no"):
        form.refuse("person", "Say whether a person is visible")
    if form.errors:
        return None
    return PhotoDecision(
        decision="publishable" if chosen == "publishable" else "withheld", shows_person=person == "yes"
    )


async def _page(found: PhotoFile, form: Form, seal: Seal, *, me: str, done: str = "") -> Template:
    people, photo = await actors_by_id(seal), found.photo
    title = titled(photo.id, found.others)
    context = {
        "photo": photo,
        "title": title,
        "alt": pictured(photo, title),
        "walk": walk_named(photo),
        "form": form,
        "done": done_said(done, found.standing),
        "state": photo_tag(photo.review, person_seen=photo.person_seen, agreed=found.standing.agreed),
        "said": standing_said(found.standing, me=me),
        "votes": [vote_row(one, people, me=me) for one in found.standing.votes],
        "mine": found.standing.vote_of(me) is not None,
        "history": [happened(one, people) for one in reversed(found.history)],
        **_neighbours(found),
    }
    return Template("review/photos/one.html", context=context, status_code=form.status)


def walk_named(photo: PhotoRead) -> str:
    """The walk that it is of."""
    return f"{LEGS[photo.leg]}, {long_date(photo.night_of)}"


def _neighbours(found: PhotoFile) -> dict[str, Any]:
    """The photos before and after it, for whoever goes through a walk."""
    ids = [one.id for one in found.others]
    here = ids.index(found.photo.id) if found.photo.id in ids else None
    if here is None:
        return {"before": None, "after": None}
    return {"before": ids[here - 1] if here else None, "after": ids[here + 1] if here + 1 < len(ids) else None}


HANDLERS = [photo_page, decide, withdraw]
