"""Votes on photos as they are kept: one a person, two people for a person in the picture, whoever races."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from audits.errors import NoSuchPhoto, NothingToReview, PictureChanged
from audits.events import note_event
from audits.queries import Caller
from audits.reviewing.photos.agreeing import PhotoDecision, Standing
from audits.reviewing.photos.queries import PhotosAsked, photo_decided_on, photo_queue, waiting_for_second
from audits.reviewing.photos.voting import vote, withdraw_vote
from audits.tables import AuditEvent, Photo
from migrations.audits.m0007_photos import VOTES
from migrations.database import execute, fetch, fetch_value, transaction
from tests.audits.builders import ADMINISTRATOR, LEAD, NOW, OTHER_LEAD, a_photo, a_programme, a_walk, an_auditor

SECOND = replace(ADMINISTRATOR, id="second")
SHOW, HIDE = PhotoDecision(decision="publishable"), PhotoDecision(decision="withheld")
SHOW_PERSON = PhotoDecision(decision="publishable", shows_person=True)


@pytest.fixture
async def photo_id(database: str) -> UUID:
    """A photo that nobody has decided about."""
    return await photo_of_a_walk()


async def photo_of_a_walk(**how: str) -> UUID:
    """A photo of a walk of LEAD's programme."""
    programme = await a_programme()
    return (await a_photo(await a_walk(programme), await an_auditor(programme), **how)).id


async def decide(photo_id: UUID, decision: PhotoDecision, by: Caller = LEAD, **more: Any) -> Standing:
    """What stands after somebody decided."""
    return await vote(photo_id, decision, by=by, now=NOW, **more)


async def kept() -> str:
    """The state in the photo's row, which everything else goes by."""
    return str(await fetch_value("select review from photo"))


async def trail() -> list[tuple[str, str]]:
    """Who did what, in order."""
    rows = await AuditEvent.select(AuditEvent.actor, AuditEvent.action).where(AuditEvent.subject == "photo")
    return [(row["actor"], row["action"]) for row in rows]


async def test_one_person_shows_a_photo_of_a_place(photo_id: UUID) -> None:
    """Each change leaves an event; the same decision twice leaves one."""
    for decision in (SHOW, SHOW, HIDE):
        found = await decide(photo_id, decision)

    assert await kept() == found.review == "withheld"
    assert await trail() == [("lead", "publishable"), ("lead", "withheld")]


async def test_a_person_in_it_takes_two(photo_id: UUID) -> None:
    """The same one twice is one, and so is changing her mind about what she saw."""
    alone = [await decide(photo_id, decision) for decision in (SHOW_PERSON, SHOW_PERSON, SHOW)]
    both = await decide(photo_id, SHOW_PERSON, SECOND)

    assert [(one.review, one.agreed, one.needed) for one in alone] == [("unreviewed", 1, 2)] * 3
    assert (await kept(), both.agreed) == ("publishable", 2)


async def test_two_votes_at_once_are_two(photo_id: UUID) -> None:
    """And sixteen of the same person are one, whatever comes between."""
    racing = [decide(photo_id, SHOW_PERSON) for _ in range(16)]
    alone = await asyncio.gather(*racing)
    assert {one.review for one in alone} == {"unreviewed"} and await kept() == "unreviewed"

    await withdraw_vote(photo_id, by=LEAD, now=NOW)
    both = await asyncio.gather(decide(photo_id, SHOW_PERSON), decide(photo_id, SHOW_PERSON, SECOND))

    assert sorted(one.review for one in both) == ["publishable", "unreviewed"]
    assert await kept() == "publishable"
    assert await fetch("select principal from photo_vote order by principal") == [
        {"principal": "lead"},
        {"principal": "second"},
    ]


async def test_a_withhold_and_a_yes_that_race_withhold(photo_id: UUID) -> None:
    """Whichever comes first."""
    await decide(photo_id, SHOW_PERSON)
    await asyncio.gather(decide(photo_id, SHOW_PERSON, SECOND), decide(photo_id, HIDE, ADMINISTRATOR))

    assert await kept() == "withheld"


async def test_either_can_stop_it_and_only_she_lets_it_go_on(photo_id: UUID) -> None:
    """Withdrawing gives back what the others say; the trail keeps every step."""
    for by in (LEAD, SECOND):
        await decide(photo_id, SHOW_PERSON, by)
    stopped = await decide(photo_id, HIDE, ADMINISTRATOR)
    untouched = await withdraw_vote(photo_id, by=replace(SECOND, id="another"), now=NOW)
    again = await withdraw_vote(photo_id, by=ADMINISTRATOR, now=NOW)
    fewer = await withdraw_vote(photo_id, by=SECOND, now=NOW)

    assert [one.review for one in (stopped, untouched, again, fewer)] == [
        "withheld", "withheld", "publishable", "unreviewed",
    ]  # fmt: skip
    assert (await trail())[-2:] == [("administrator", "vote-gone"), ("second", "vote-gone")]


async def test_whoever_saw_nobody_is_asked_again(photo_id: UUID) -> None:
    """The photo is shown no longer when somebody sees a person in it, until two know of her."""
    await decide(photo_id, SHOW)
    seen = await decide(photo_id, SHOW_PERSON, SECOND)
    again = await decide(photo_id, SHOW)

    assert (seen.review, seen.agreed, again.review) == ("unreviewed", 1, "publishable")
    event = await AuditEvent.select(AuditEvent.detail).where(AuditEvent.action == "vote-gone").first()
    assert event is not None and msgspec.json.decode(event["detail"])["because"] == "person seen"


async def test_a_vote_on_another_picture_is_not_taken(photo_id: UUID) -> None:
    """The one that she looked at is gone."""
    async with transaction():
        await Photo.update({Photo.rendition_1600: "b" * 64}).where(Photo.id == photo_id)

    with pytest.raises(PictureChanged):
        await decide(photo_id, SHOW, seen="a" * 64)
    assert (await decide(photo_id, SHOW, seen="b" * 64)).review == "publishable"


@pytest.mark.parametrize("state", ["expected", "refused"])
async def test_a_photo_that_is_not_there_cannot_be_published(database: str, state: str) -> None:
    """Nobody has looked at it."""
    photo_id = await photo_of_a_walk(state=state)

    with pytest.raises(NothingToReview):
        await decide(photo_id, SHOW)
    assert await kept() == "unreviewed"


async def test_a_peers_photo_is_not_there(photo_id: UUID) -> None:
    """Another lead is told like of one that never was, whatever she asks."""
    for one, who in ((photo_id, OTHER_LEAD), (uuid4(), LEAD)):
        with pytest.raises(NoSuchPhoto):
            await decide(one, HIDE, who)
        with pytest.raises(NoSuchPhoto):
            await withdraw_vote(one, by=who, now=NOW)
        with pytest.raises(NoSuchPhoto):
            await photo_decided_on(one, caller=who)
    assert await trail() == [] and await photo_queue(PhotosAsked(waits="undecided"), caller=OTHER_LEAD) == []


async def test_the_queue_tells_what_waits_for_whom(photo_id: UUID) -> None:
    """A photo with one yes waits for anybody but her who gave it."""
    await decide(photo_id, SHOW_PERSON)
    hers, others = [await photo_queue(PhotosAsked(), caller=who) for who in (LEAD, SECOND)]

    assert [(one.id, one.agreed, one.mine) for one in hers + others] == [(photo_id, 1, True), (photo_id, 1, False)]
    assert [await waiting_for_second(caller=who) for who in (LEAD, SECOND, OTHER_LEAD)] == [0, 1, 0]
    await decide(photo_id, SHOW_PERSON, SECOND)
    assert await photo_queue(PhotosAsked(), caller=SECOND) == []
    assert [one.id for one in await photo_queue(PhotosAsked(waits="publishable"), caller=LEAD)] == [photo_id]


async def test_the_queue_is_read_in_pages(photo_id: UUID) -> None:
    """Of one programme, each photo once, in the order in which they came."""
    other = await photo_of_a_walk()
    first, then = PhotosAsked(waits="undecided", limit=1), PhotosAsked(waits="undecided", after=1)
    (one,), (two,) = [await photo_queue(asked, caller=SECOND) for asked in (first, then)]
    of_none = PhotosAsked(waits="undecided", programme_id=uuid4())

    assert (one.id, two.id) == (photo_id, other)
    assert await photo_queue(of_none, caller=SECOND) == []


async def test_the_history_tells_every_decision(photo_id: UUID) -> None:
    """Who, what, and what came of it; not who looked."""
    await decide(photo_id, SHOW_PERSON)
    await withdraw_vote(photo_id, by=LEAD, now=NOW)
    told = (await photo_decided_on(photo_id, caller=LEAD)).history

    assert [(one.by, one.action) for one in told] == [("lead", "publishable"), ("lead", "vote-gone")]
    assert told[0].said == {"before": "unreviewed", "shows_person": True, "review": "unreviewed"}


async def test_decisions_of_before_there_were_votes_became_votes(photo_id: UUID) -> None:
    """The last of each photo, by whoever made it: a photo that was withheld stays so until she changes her mind."""
    async with transaction():
        for action, by in (("publishable", "second"), ("withheld", "lead"), ("seen", "administrator")):
            await note_event(action, of="photo", id=photo_id, by=by, at=NOW)
        await Photo.update({Photo.review: "withheld"}).where(Photo.id == photo_id)
        await execute(VOTES.strip().rstrip(";"))

    assert (await decide(photo_id, SHOW, SECOND)).review == "withheld"
    assert (await decide(photo_id, SHOW)).review == "publishable"
