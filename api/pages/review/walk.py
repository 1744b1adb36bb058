"""One walk: its map with the table of its stops, its problems explained, its photos and notes, and the decision."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect, Template

from api.pages.actions.issue import actors_by_id
from api.pages.actions.sent import FORM
from api.pages.actions.sketch import Dot, sketch
from api.pages.actions.words import BANDS, actor, happened_at, score_said
from api.pages.kit.forms import Form
from api.pages.review.photos.words import photo_tag
from api.pages.review.words import LEGS, REVISION_STATES, advice, counted, labels_known, state_tag
from api.roles import Principal
from audits.actions.keeping import Acting
from audits.errors import DecisionNotAcceptable, NothingToReview
from audits.review import WalkDecision, review_walk
from audits.reviewing.deciding import review_note
from audits.reviewing.revisions.queries import RevisionListed, revisions_of
from audits.reviewing.walk_file import StopRead, WalkFile, open_walk
from charter.letters import long_date
from migrations.sealing import Seal

DONE = {
    "accepted": "The walk is accepted: its scores count in evidence, and editions may show them.",
    "rejected": "The walk is rejected: it counts nowhere. Its auditor’s phone shows the reason.",
    "note": "The decision about the note is kept.",
    "version-taken": "The later version is the walk now, and waits for a decision. What stood is kept beneath.",
    "version-left": "The later version was left. The walk stands as it was.",
    "flagged": "The note is held apart. Only named reviewers can read it now.",
    "photo": "The decision about the photo is kept.",
    "covered": "The photo was painted over. What it showed before is gone; decide about it now.",
    "moved": "The stop was moved. Where it was before is kept beneath.",
    "moved-back": "The stop is where its phone had it again.",
}
Done = Annotated[str, QueryParameter(description="What was just done, in a word of DONE.")]
MEASURED = {True: "Dark at every stop", False: "Not dark at every stop", None: "Not known"}
STOP_FIELD = re.compile(r"stops\[(\d{1,3})\]")
MENDED_BY_MOVING = ("stop-outside-area", "impossible-speed")
ONE = "/review/walks/{walk_id:uuid}"


@get(ONE, include_in_schema=False)
async def walk_page(
    walk_id: FromPath[UUID],
    who: NamedDependency[Principal],
    now: NamedDependency[datetime],
    seal: NamedDependency[Seal],
    done: Done = "",
) -> Template:
    """Everything that a decision needs on one page. Raises NoSuchWalk."""
    found = await open_walk(walk_id, by=who.caller, now=now)
    versions = await revisions_of(walk_id, caller=who.caller)
    return await _page(found, Form({"decision": ""}), seal, versions, done=DONE.get(done))


@post(ONE, dependencies=FORM, include_in_schema=False, status_code=303)
async def decide(
    walk_id: FromPath[UUID],
    form: NamedDependency[Form],
    acting: NamedDependency[Acting],
    seal: NamedDependency[Seal],
) -> Template | Redirect:
    """Accept or reject it, or say what is missing."""
    decision = _decision(form)
    try:
        if decision:
            await review_walk(walk_id, decision, by=acting.by, now=acting.now)
            return Redirect(f"/review/walks/{walk_id}?done={decision.decision}", status_code=303)
    except DecisionNotAcceptable as refused:
        form.refuse_all(refused.errors)
    except NothingToReview as refused:
        form.refuse("decision", str(refused))
    found = await open_walk(walk_id, by=acting.by, now=acting.now)
    return await _page(found, form, seal, await revisions_of(walk_id, caller=acting.by))


def _decision(form: Form) -> WalkDecision | None:
    """What was decided; None, and a word at the field, where nothing was."""
    reason = form.text("reason").strip() or None
    match form.text("decision"):
        case "accepted" | "rejected" as decision:
            return WalkDecision(decision=decision, reason=reason)
    form.refuse("decision", "Choose whether to accept the walk or to reject it")
    return None


@post("/review/notes/{stop_id:uuid}", dependencies=FORM, include_in_schema=False, status_code=303)
async def decide_note(
    stop_id: FromPath[UUID], form: NamedDependency[Form], acting: NamedDependency[Acting]
) -> Redirect:
    """Let a note be quoted, or not; anything but a clear yes withholds it."""
    decision: Literal["publishable", "withheld"] = (
        "publishable" if form.text("decision") == "publishable" else "withheld"
    )
    walk_id = await review_note(stop_id, decision, by=acting.by, now=acting.now)
    return Redirect(f"/review/walks/{walk_id}?done=note#notes", status_code=303)


async def _page(
    found: WalkFile, form: Form, seal: Seal, versions: list[RevisionListed], *, done: str | None = None
) -> Template:
    walk, people = found.walk, await actors_by_id(seal)
    title = f"{LEGS[walk['leg']]}, {long_date(walk['night_of'])}"
    dots = [Dot(stop.seen, str(number)) for number, stop in enumerate(found.stops, start=1)]
    numbered = {stop.seen.id: number for number, stop in enumerate(found.stops, start=1)}
    labels = labels_known(walk["instrument_version"])
    context = {
        "found": found,
        "walk": walk,
        "title": title,
        "form": form,
        "done": done,
        "state": state_tag(walk["state"]),
        "facts": _facts(found, people),
        "versions": [(one.number, happened_at(one.received_at), REVISION_STATES[one.decision]) for one in versions],
        "map": sketch(found.programme.area, dots, title=f"Map of the {len(dots)} stops, which the table beneath lists"),
        "stops": [_stop(stop, number, labels) for number, stop in enumerate(found.stops, start=1)],
        "problems": [_problem(one, found, numbered) for one in found.problems],
        "photos": [
            {
                **one,
                "stop": numbered.get(one["stop_id"]),
                "tag": photo_tag(one["review"], person_seen=one["person_seen"]),
            }
            for one in found.photos
        ],
        "notes": [{"stop": stop, "number": number} for number, stop in enumerate(found.stops, start=1) if stop.note],
        "moved": [(number, _moved(stop, people)) for number, stop in enumerate(found.stops, start=1) if stop.moved],
    }
    return Template("review/walk.html", context=context, status_code=form.status)


def _problem(one: dict[str, Any], found: WalkFile, numbered: dict[UUID, int]) -> dict[str, Any]:
    """A problem with what to do about it, and the stop that it is about; fields count stops as they were sent."""
    about = STOP_FIELD.match(one["field"] or "")
    sent = sorted(found.stops, key=lambda stop: stop.seen.number)
    stop = sent[int(about[1])] if about and int(about[1]) < len(sent) else None
    return {
        "detail": one["detail"],
        "advice": advice(one["code"]),
        "stop": numbered[stop.seen.id] if stop else None,
        "id": stop.seen.id if stop else None,
        "moves": one["code"] in MENDED_BY_MOVING,
        "moved": bool(stop and stop.moved),
    }


def _facts(found: WalkFile, people: dict[str, str]) -> list[tuple[str, str]]:
    walk = found.walk
    facts = [
        ("Night", long_date(walk["night_of"])),
        ("Leg", LEGS[walk["leg"]]),
        ("Measured light", MEASURED[walk["dark"]]),
        ("Group", counted(walk["group_size"], "woman", "women")),
        ("Took", counted(walk["duration_min"], "minute", "minutes")),
    ]
    if walk["cut_short"]:
        facts.append(("Cut short", walk["cut_short_reason"] or "No reason was given"))
    if walk["reviewed_at"]:
        by = actor(walk["reviewed_by"] or "", people)
        facts.append(("Decided", f"{happened_at(walk['reviewed_at'])}, by {by}"))
    if walk["review_reason"]:
        facts.append(("Because", walk["review_reason"]))
    return facts


def _stop(stop: StopRead, number: int, labels: dict[str, str]) -> dict[str, Any]:
    seen = stop.seen
    return {
        "number": number,
        "id": seen.id,
        "light": BANDS.get(seen.sun_band or "", "not known"),
        "place": "No place" if seen.latitude is None else f"{seen.latitude:.5f}, {seen.longitude:.5f}",
        "accuracy": "" if stop.accuracy_m is None else f"within {stop.accuracy_m:.0f} m",
        "scores": [(labels.get(factor, factor), score_said(seen, factor)) for factor in seen.scores],
        "flagged": stop.note_flagged,
    }


def _moved(stop: StopRead, people: dict[str, str]) -> list[str]:
    return [
        f"{happened_at(one.corrected_at)}, by {actor(one.corrected_by, people)}: from "
        + ("no place" if one.location_before is None else f"{one.location_before.y:.5f}, {one.location_before.x:.5f}")
        + f". {one.reason}"
        for one in stop.moved
    ]


HANDLERS = [walk_page, decide, decide_note]
