"""The words of photos at the desk: where one stands, who must still agree, and what happened to it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from api.pages.actions.words import actor, happened_at
from audits.reviewing.photos.agreeing import Standing, Vote
from audits.reviewing.photos.queries import Decided, PhotoRead

STATES: dict[str, tuple[str, str]] = {
    "unreviewed": ("To decide", "govuk-tag--blue"),
    "waiting": ("One more person must agree", "govuk-tag--yellow"),
    "two": ("Two people must agree", "govuk-tag--yellow"),
    "publishable": ("May be shown", "govuk-tag--green"),
    "withheld": ("Withheld", "govuk-tag--grey"),
}
DECISIONS = {"publishable": "Show it", "withheld": "Withhold it"}
PERSON = {True: "Yes", False: "No"}


def photo_tag(review: str, *, person_seen: bool | None, agreed: int = 0) -> dict[str, Any]:
    """A photo's state as GOV.UK's tag takes it; `agreed` is how many would show it, where that is known."""
    key = review
    if review == "unreviewed" and person_seen:
        key = "waiting" if agreed else "two"
    text, classes = STATES[key]
    return {"text": text, "classes": classes}


def standing_said(found: Standing, *, me: str) -> str:
    """Where a photo stands, and what its reader can do about it."""
    hers = found.vote_of(me)
    if found.review == "withheld":
        return "It is withheld: it is not shown outside the programme as long as anybody withholds it."
    if found.review == "publishable":
        more = " Two different people agree that it may be, with a person in it." if found.person_seen else ""
        return f"It may be shown outside the programme.{more}"
    if not found.person_seen:
        return "Nobody has decided yet."
    if not found.agreed:
        return "Somebody saw a person in it, so two different people must agree before it is shown."
    if hers is not None:
        return (
            "A person is visible and you agree to show it. One more person must agree; it waits for her in the queue."
        )
    return "A person is visible, and one reviewer agrees to show it. One more person must agree: that can be you."


def done_said(done: str, found: Standing) -> str:
    """What was just done, and what came of it; empty for a word that is none of ours."""
    if done == "decided":
        came = {
            "publishable": "The photo may be shown.",
            "withheld": "The photo is not shown.",
            "unreviewed": "One more person must agree before the photo is shown.",
        }
        return f"Your decision is kept. {came[found.review]}"
    return {
        "withdrawn": "Your decision is withdrawn.",
        "covered": "Painted over. What it showed there is gone for good: decide about the photo as it is now.",
    }.get(done, "")


def vote_row(vote: Vote, people: dict[str, str], *, me: str) -> dict[str, Any]:
    """A decision in the table."""
    return {
        "who": actor(vote.principal, people) + (" (you)" if vote.principal == me else ""),
        "decision": DECISIONS[vote.decision],
        "person": PERSON[vote.shows_person] if vote.decision == "publishable" or vote.shows_person else "Not said",
        "when": happened_at(vote.voted_at),
    }


def happened(one: Decided, people: dict[str, str]) -> str:
    """An entry of the history as a sentence."""
    return f"{happened_at(one.at)}, {actor(one.by, people)} {_what(one, people)}."


def _what(one: Decided, people: dict[str, str]) -> str:
    if one.action == "publishable":
        seen = ", seeing a person in it" if one.said.get("shows_person") else ", seeing nobody in it"
        return f"agreed to show it{seen}"
    if one.action == "withheld":
        return "withheld it"
    if one.action == "painted-over":
        cleared = one.said.get("votes_cleared")
        parts = "a part" if one.said.get("rectangles") == 1 else "parts"
        return f"painted over {parts} of it" + (", so that whoever had agreed must look again" if cleared else "")
    if one.said.get("because") == "person seen":
        return f"saw a person, so that {actor(str(one.said.get('voter')), people)} must look again"
    return "withdrew her decision"


def titled(photo_id: UUID, others: Sequence[PhotoRead]) -> str:
    """Which of the walk's photos it is, such as Photo 2 of 5."""
    places = [one.id for one in others]
    return f"Photo {places.index(photo_id) + 1} of {len(places)}" if photo_id in places else "Photo"


def pictured(photo: PhotoRead, title: str) -> str:
    """The text for those who do not see it; what it shows is not known."""
    at = f", at stop {photo.stop}" if photo.stop else ""
    return f"{title}{at}"
