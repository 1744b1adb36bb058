"""A later version of a walk: what it says otherwise, in words, and the decision to take it over or to leave it."""

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from api.pages.actions.issue import actors_by_id
from api.pages.actions.sent import FORM
from api.pages.actions.words import actor, happened_at
from api.pages.kit.forms import Form
from api.pages.review.differences import change_said, stop_said
from api.pages.review.words import LEGS, REVISION_STATES, counted, labels_known
from api.roles import Principal
from audits.actions.keeping import Acting
from audits.reviewing.errors import CorrectionNotAcceptable, RevisionDecided, RevisionNotTakeable
from audits.reviewing.revisions.queries import RevisionFile, revision_file
from audits.reviewing.revisions.taking import leave_revision, take_revision
from charter.letters import long_date
from migrations.sealing import Seal

ONE = "/review/walks/{walk_id:uuid}/versions/{number:int}"


@get(ONE, include_in_schema=False)
async def revision_page(
    walk_id: FromPath[UUID], number: FromPath[int], who: NamedDependency[Principal], seal: NamedDependency[Seal]
) -> Template:
    """What the version says otherwise. Raises NoSuchRevision."""
    return await _page(await revision_file(walk_id, number, caller=who.caller, seal=seal), Form({}), seal)


@post(ONE, dependencies=FORM, include_in_schema=False, status_code=303)
async def decide_revision(
    walk_id: FromPath[UUID],
    number: FromPath[int],
    form: NamedDependency[Form],
    acting: NamedDependency[Acting],
    seal: NamedDependency[Seal],
) -> Template | Redirect:
    """Take it over or leave it, or say what is missing."""
    try:
        done = await _decide(walk_id, number, form, acting, seal)
    except CorrectionNotAcceptable as refused:
        form.refuse_all(refused.errors)
    except (RevisionDecided, RevisionNotTakeable) as refused:
        form.refuse("decision", str(refused))
    if not form.errors:
        return Redirect(f"/review/walks/{walk_id}?done={done}", status_code=303)
    return await _page(await revision_file(walk_id, number, caller=acting.by, seal=seal), form, seal)


async def _decide(walk_id: UUID, number: int, form: Form, acting: Acting, seal: Seal) -> str:
    decision, reason = form.text("decision"), form.text("reason")
    if decision == "taken":
        await take_revision(walk_id, number, reason, acting=acting, seal=seal)
    elif decision == "left":
        await leave_revision(walk_id, number, reason, acting=acting)
    else:
        form.refuse("decision", "Choose whether to take it over or to leave it")
    return f"version-{decision}"


async def _page(found: RevisionFile, form: Form, seal: Seal) -> Template:
    people, labels = await actors_by_id(seal), labels_known(found.instrument_version)
    listed = found.listed
    context: dict[str, Any] = {
        "found": found,
        "form": form,
        "walk": f"{LEGS[found.leg]}, {long_date(found.night_of)}",
        "came": happened_at(listed.received_at),
        "standing": REVISION_STATES[listed.decision],
        "decided": f"{happened_at(listed.decided_at)}, by {actor(listed.decided_by or '', people)}"
        if listed.decided_at
        else "",
        "changes": [change_said(one, labels) for one in found.differs.walk] + _photos(found),
        "stops": [
            (stop_said(one, found.stays), [change_said(c, labels) for c in one.changes]) for one in found.differs.stops
        ],
    }
    return Template("review/revision.html", context=context, status_code=form.status)


def _photos(found: RevisionFile) -> list[str]:
    said = []
    if found.differs.photos_added:
        said.append(f"{counted(found.differs.photos_added, 'photo', 'photos')} more, which may not have been sent")
    if found.differs.photos_left_out:
        said.append(f"{counted(found.differs.photos_left_out, 'photo', 'photos')} left out, which stay here")
    return said


HANDLERS = [revision_page, decide_revision]
