"""Deciding about a photo: each reviewer has one vote, which she may change and withdraw; every step is in the trail."""

from datetime import datetime
from typing import Any
from uuid import UUID

from audits.errors import NoSuchPhoto, NothingToReview, PictureChanged
from audits.events import note_event
from audits.queries import VISIBLE, Caller, sight
from audits.reviewing.photos.agreeing import PhotoDecision, Standing, Vote, overlooked, standing
from audits.reviewing.photos.queries import votes_on
from migrations.database import execute, fetch_value, lock, transaction

SEEN = f"""
    select photo.number from photo join programme on programme.number = photo.programme
    where photo.id = $4 and {VISIBLE}
"""  # noqa: S608 - our own texts
LOCKED = """
    select number, id, state, review, person_seen, rendition_1600, rendition_320, width, height from photo
    where number = $1
"""
# One vote a person, by photo_vote_once.
VOTE = """
    insert into photo_vote (photo, principal, decision, shows_person, voted_at) values ($1, $2, $3, $4, $5)
    on conflict (photo, principal) do update set
        decision = excluded.decision, shows_person = excluded.shows_person, voted_at = excluded.voted_at
"""


async def vote(
    photo_id: UUID, decision: PhotoDecision, *, by: Caller, now: datetime, seen: str | None = None
) -> Standing:
    """Decide about a photo, in place of what she decided before; the same again changes nothing. Gives what stands.

    `seen` is the key of the larger picture that she looked at. Raises NoSuchPhoto where it is not hers to review,
    NothingToReview where its bytes have not come, PictureChanged where it was painted over since.
    """
    newest = Vote(principal=by.id, decision=decision.decision, shows_person=decision.shows_person, voted_at=now)
    async with transaction():
        photo = await locked_photo(photo_id, by, seen=seen)
        votes = await votes_on(photo["number"])
        if any(_same(newest, vote) for vote in votes):
            return standing(votes, person_seen=photo["person_seen"])
        for one in overlooked(votes, newest=newest, person_seen=photo["person_seen"]):
            await _forget(photo, one, by=by, now=now, because="person seen")
        await execute(VOTE, photo["number"], by.id, newest.decision, newest.shows_person, now)
        photo["person_seen"] = bool(photo["person_seen"] or newest.shows_person)
        found = await settle(photo)
        said = {"before": photo["review"], "shows_person": newest.shows_person, "review": found.review}
        await note_event(newest.decision, of="photo", id=photo_id, by=by.id, at=now, **said)
    return found


async def withdraw_vote(photo_id: UUID, *, by: Caller, now: datetime) -> Standing:
    """Take back what she decided; where she decided nothing, nothing changes. Raises NoSuchPhoto, NothingToReview."""
    async with transaction():
        photo = await locked_photo(photo_id, by)
        hers = standing(await votes_on(photo["number"]), person_seen=None).vote_of(by.id)
        if hers is not None:
            await _forget(photo, hers, by=by, now=now, because="withdrawn")
        return await settle(photo)


async def locked_photo(photo_id: UUID, by: Caller, *, seen: str | None = None) -> dict[str, Any]:
    """The photo, locked, so that its reviewers decide one after the other; see `vote` for what is raised."""
    number = await fetch_value(SEEN, *sight(by), photo_id)
    if number is None:
        raise NoSuchPhoto("There is no such photo, or it is not yours to review.")
    (photo,) = await lock(LOCKED, number)
    if photo["state"] != "stored":
        raise NothingToReview("This photo has not come yet, or was refused. There is nothing to look at.")
    if seen is not None and seen != photo["rendition_1600"]:
        raise PictureChanged
    return photo


async def settle(photo: dict[str, Any]) -> Standing:
    """Let the photo's state be what its votes come to; gives it."""
    found = standing(await votes_on(photo["number"]), person_seen=photo["person_seen"])
    sql = "update photo set review = $2, person_seen = $3 where number = $1"
    await execute(sql, photo["number"], found.review, found.person_seen)
    return found


async def _forget(photo: dict[str, Any], vote: Vote, *, by: Caller, now: datetime, because: str) -> None:
    await execute("delete from photo_vote where photo = $1 and principal = $2", photo["number"], vote.principal)
    said = {"decision": vote.decision, "voter": vote.principal, "because": because}
    await note_event("vote-gone", of="photo", id=photo["id"], by=by.id, at=now, **said)


def _same(one: Vote, other: Vote) -> bool:
    return (one.principal, one.decision, one.shows_person) == (other.principal, other.decision, other.shows_person)
