"""A flagged note: for everybody who reviews that it is there, for its named readers its text, once for each purpose."""

from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from api.pages.actions.issue import actors_by_id
from api.pages.actions.sent import FORM
from api.pages.actions.words import actor, happened_at
from api.pages.kit.forms import Form
from api.pages.review.words import LEGS, NOTE_DECISIONS, READ_FOR, handled_said
from api.roles import Principal
from audits.actions.keeping import Acting
from audits.reviewing.disclosing import PURPOSES, NoteDecision
from audits.reviewing.errors import NoteDecisionNotAcceptable
from audits.reviewing.flagged import NoteRead, decide_flagged, flag_note, read_note
from audits.reviewing.restricted import FlaggedFile, flagged_file, flagged_notes
from charter.letters import long_date
from migrations.sealing import Seal

ONE = "/review/flagged/{stop_id:uuid}"


@get("/review/flagged", include_in_schema=False)
async def flagged_list(who: NamedDependency[Principal]) -> Template:
    """The flagged notes that she is named for; those nobody has decided about first."""
    found = await flagged_notes(caller=who.caller)
    rows = [
        {
            "id": one.id,
            "title": f"{LEGS[one.leg]}, {long_date(one.night_of)}, stop {one.sequence}",
            "programme": one.programme_name,
            "decision": NOTE_DECISIONS[one.decision][0] if one.decision else "Waits for a decision",
        }
        for one in sorted(found, key=lambda one: one.decision is not None)
    ]
    return Template("review/flagged_list.html", context={"rows": rows})


@get(ONE, include_in_schema=False)
async def flagged_page(
    stop_id: FromPath[UUID], who: NamedDependency[Principal], seal: NamedDependency[Seal]
) -> Template:
    """Everything but the note. Raises NoSuchNote."""
    return await _page(await flagged_file(stop_id, caller=who.caller), Form({}), seal)


@post(f"{ONE}/read", dependencies=FORM, include_in_schema=False, status_code=200)
async def read(
    stop_id: FromPath[UUID],
    form: NamedDependency[Form],
    acting: NamedDependency[Acting],
    seal: NamedDependency[Seal],
) -> Template:
    """Show the note to a named reader who says what for. Raises NoSuchNote, NotANamedReader."""
    purpose = next((known for known in PURPOSES if known == form.text("purpose")), None)
    if purpose is None:
        form.refuse("purpose", "Choose what you read it for")
    text = await read_note(stop_id, purpose, acting=acting, seal=seal) if purpose else None
    return await _page(await flagged_file(stop_id, caller=acting.by), form, seal, text)


@post(ONE, dependencies=FORM, include_in_schema=False, status_code=303)
async def decide(
    stop_id: FromPath[UUID],
    form: NamedDependency[Form],
    acting: NamedDependency[Acting],
    seal: NamedDependency[Seal],
) -> Template | Redirect:
    """Keep the decision, or say what it lacks; the note itself is not shown again for that."""
    try:
        await decide_flagged(stop_id, _decision(form), acting=acting, seal=seal)
    except msgspec.ValidationError:
        form.refuse("decision", "Choose what becomes of the note")
    except NoteDecisionNotAcceptable as refused:
        form.refuse_all(refused.errors)
    if form.errors:
        return await _page(await flagged_file(stop_id, caller=acting.by), form, seal)
    return Redirect(f"/review/flagged/{stop_id}", status_code=303)


@post("/review/notes/{stop_id:uuid}/flag", dependencies=FORM, include_in_schema=False, status_code=303)
async def flag(stop_id: FromPath[UUID], acting: NamedDependency[Acting], seal: NamedDependency[Seal]) -> Redirect:
    """Hold an open note apart. Raises NoSuchNote."""
    walk_id = await flag_note(stop_id, acting=acting, seal=seal)
    return Redirect(f"/review/walks/{walk_id}?done=flagged", status_code=303)


def _decision(form: Form) -> NoteDecision:
    sent = {name: form.text(name) for name in ("decision", "about", "redacted")}
    return msgspec.convert(sent, NoteDecision)


async def _page(found: FlaggedFile, form: Form, seal: Seal, text: NoteRead | None = None) -> Template:
    people = await actors_by_id(seal)
    context = {
        "found": found,
        "form": form,
        "walk": f"{LEGS[found.leg]}, {long_date(found.night_of)}",
        "readers": [actor(one.principal, people) for one in found.readers],
        "purposes": READ_FOR,
        "decisions": NOTE_DECISIONS,
        "standing": _standing(found, people),
        "handled": [
            {"when": happened_at(one.at), "who": actor(one.by, people), "what": handled_said(one.action, one.purpose)}
            for one in found.handled
        ],
        "text": text.text if text else None,
        "earlier": [
            f"{happened_at(one.at)}, {actor(one.by, people)}: {one.about}" for one in text.decisions if one.about
        ]
        if text
        else [],
    }
    return Template("review/flagged.html", context=context, status_code=form.status)


def _standing(found: FlaggedFile, people: dict[str, str]) -> str:
    # What was decided says something about the note, so it is for those who may read that.
    if found.standing is None:
        return "Nobody has decided about it yet."
    if not found.may_read:
        return "Somebody has decided about it."
    said = NOTE_DECISIONS[found.standing.decision][0]
    return f"{said}: {happened_at(found.standing.at)}, {actor(found.standing.by, people)}."


HANDLERS = [flagged_list, flagged_page, read, decide, flag]
