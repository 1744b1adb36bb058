"""Questions about photos at the desk: one with its votes and history, those of a walk, and those that wait."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from audits.errors import NoSuchPhoto, NoSuchWalk
from audits.queries import VISIBLE, Caller, sight
from audits.reviewing.photos.agreeing import Standing, Vote, standing
from migrations.database import fetch, fetch_one, fetch_value, snapshot

MOST_COUNTED = 100
Waits = Literal["second", "undecided", "publishable", "withheld"]

PHOTO = """
    photo.number, photo.id, photo.walk_id, photo.caption, photo.state, photo.refusal, photo.review, photo.person_seen,
    photo.width, photo.height, photo.rendition_1600 as key, stop.sequence as stop, walk.leg, walk.night_of,
    programme.name as programme_name
"""
FROM = f"""
    from photo join walk on walk.number = photo.walk join programme on programme.number = photo.programme
    left join stop on stop.id = photo.stop_id and stop.walk = photo.walk
    where {VISIBLE}
"""
# As a walk shows them: by its stops, and those of no stop last.
IN_ORDER = "order by coalesce(stop.sequence, 2147483647), photo.number"
ONE = f"select {PHOTO} {FROM} and photo.id = $4"
OF_WALK = f"select {PHOTO} {FROM} and walk.id = $4 {IN_ORDER}"
VOTES = "select principal, decision, shows_person, voted_at from photo_vote where photo = $1 order by number"
# What was decided, by audit_event_subject; looks and what phones did are not among it.
HISTORY = """
    select at, actor, action, detail from audit_event
    where subject = 'photo' and subject_id = $1 and action in ('publishable', 'withheld', 'vote-gone', 'painted-over')
    order by number
"""
AGREED = "(select count(*) from photo_vote where photo_vote.photo = photo.number and decision = 'publishable')"
# Whoever waits for a second person is few, by photo_second_person; the others by photo_programme_review.
STANDINGS: dict[Waits, str] = {
    "second": "photo.person_seen and photo.review = 'unreviewed'"
    " and exists (select 1 from photo_vote where photo_vote.photo = photo.number)",
    "undecided": "photo.review = 'unreviewed'",
    "publishable": "photo.review = 'publishable'",
    "withheld": "photo.review = 'withheld'",
}
QUEUE = """
    select {photo}, {agreed} as agreed,
        exists (select 1 from photo_vote where photo_vote.photo = photo.number and principal = $5) as mine
    {where} and photo.state = 'stored' and {standing} and photo.number > $4 and {of_programme}
    order by photo.number limit $7
"""
COUNT = f"""
    select count(*) from (
        select 1 {FROM} and {STANDINGS["second"]} and not exists (
            select 1 from photo_vote where photo_vote.photo = photo.number and principal = $4
        ) limit {MOST_COUNTED}
    ) as waiting
"""  # noqa: S608 - our own texts


class PhotoRead(msgspec.Struct, frozen=True, kw_only=True):
    """A photo as its reviewer finds it; nobody who walked is in it.

    `stop` is its stop's place in the walk; `key` tells this picture from the one before it was painted over.
    """

    number: int
    id: UUID
    walk_id: UUID
    caption: str | None
    state: str
    refusal: str | None
    review: str
    person_seen: bool | None
    width: int | None
    height: int | None
    key: str | None
    stop: int | None
    leg: str
    night_of: date
    programme_name: str


class Waiting(PhotoRead, frozen=True, kw_only=True):
    """A photo in the queue: how many people would show it, and whether the caller is among those who decided."""

    agreed: int
    mine: bool


@dataclass(frozen=True, kw_only=True)
class Decided:
    """One entry of a photo's history; `said` tells what else is worth knowing."""

    at: datetime
    by: str
    action: str
    said: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class PhotoFile:
    """Everything that a decision about a photo is made by; `others` are the walk's photos in order, this one too."""

    photo: PhotoRead
    standing: Standing
    history: tuple[Decided, ...]
    others: tuple[PhotoRead, ...]


@dataclass(frozen=True, kw_only=True)
class PhotosAsked:
    """Which photos: of a programme, that wait for what, after the one numbered `after`."""

    programme_id: UUID | None = None
    waits: Waits = "second"
    after: int = 0
    limit: int = 50


async def votes_on(photo: int) -> list[Vote]:
    """The votes that stand about the photo of that number, the oldest first."""
    return [Vote(**row) for row in await fetch(VOTES, photo)]


async def photo_standing(photo_id: UUID, *, caller: Caller) -> tuple[PhotoRead, Standing]:
    """A photo and what its votes come to. Raises NoSuchPhoto."""
    async with snapshot():
        return await _standing(photo_id, caller)


async def photo_decided_on(photo_id: UUID, *, caller: Caller) -> PhotoFile:
    """A photo with its votes, its history and its neighbours. Raises NoSuchPhoto."""
    async with snapshot():
        photo, found = await _standing(photo_id, caller)
        history = [_decided(row) for row in await fetch(HISTORY, str(photo_id))]
        others = await fetch(OF_WALK, *sight(caller), photo.walk_id)
        shown = tuple(msgspec.convert(row, PhotoRead) for row in others if row["state"] == "stored")
        return PhotoFile(photo=photo, standing=found, history=tuple(history), others=shown)


async def photos_of_walk(walk_id: UUID, *, caller: Caller) -> list[PhotoRead]:
    """The photos of a walk, those that did not come too. Raises NoSuchWalk."""
    seen = f"select walk.number from walk join programme on programme.number = walk.programme where {VISIBLE}"  # noqa: S608
    if await fetch_value(f"{seen} and walk.id = $4", *sight(caller), walk_id) is None:
        raise NoSuchWalk("There is no such walk, or it is not yours to review.")
    return [msgspec.convert(row, PhotoRead) for row in await fetch(OF_WALK, *sight(caller), walk_id)]


async def photo_queue(asked: PhotosAsked, *, caller: Caller) -> list[Waiting]:
    """The photos asked for, of programmes that the caller may see, in the order in which they came."""
    sql = QUEUE.format(
        photo=PHOTO,
        agreed=AGREED,
        where=FROM,
        standing=STANDINGS[asked.waits],
        of_programme="programme.id = $6" if asked.programme_id else "cast($6 as text) is null",
    )
    rows = await fetch(sql, *sight(caller), asked.after, caller.id, asked.programme_id, asked.limit)
    return [msgspec.convert({**row, "mine": bool(row["mine"])}, Waiting) for row in rows]


async def waiting_for_second(*, caller: Caller) -> int:
    """How many photos wait for a second person who the caller could be; at most MOST_COUNTED."""
    return int(await fetch_value(COUNT, *sight(caller), caller.id))


async def _standing(photo_id: UUID, caller: Caller) -> tuple[PhotoRead, Standing]:
    row = await fetch_one(ONE, *sight(caller), photo_id)
    if row is None:
        raise NoSuchPhoto("There is no such photo, or it is not yours to review.")
    photo = msgspec.convert(row, PhotoRead)
    return photo, standing(await votes_on(photo.number), person_seen=photo.person_seen)


def _decided(row: dict[str, Any]) -> Decided:
    said = msgspec.json.decode(row["detail"]) if row["detail"] else {}
    return Decided(at=row["at"], by=row["actor"], action=row["action"], said=said)
