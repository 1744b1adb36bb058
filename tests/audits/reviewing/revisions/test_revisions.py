"""A later version of a walk is compared, taken over or left; whichever it is, nothing that came is lost."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from audits.actions.keeping import Acting
from audits.errors import WalkDiffers
from audits.review import WalkDecision, review_walk
from audits.reviewing.errors import CorrectionNotAcceptable, NoSuchRevision, RevisionDecided, RevisionNotTakeable
from audits.reviewing.flagged import flag_note
from audits.reviewing.moved import stop_placed
from audits.reviewing.moving import move_stop, move_stop_back
from audits.reviewing.placing import Correction
from audits.reviewing.revisions.differing import Changed
from audits.reviewing.revisions.queries import revision_file, revisions_of
from audits.reviewing.revisions.standing import standing
from audits.reviewing.revisions.taking import leave_revision, take_revision
from audits.tables import Membership
from audits.walks import PointAt, content_of
from migrations.database import fetch, fetch_one, fetch_value
from tests.audits.builders import LEAD, NOW, OTHER_LEAD, a_programme, keep
from tests.audits.phones import SEAL, Phone, a_jpeg, a_response, a_stop, read
from tests.journeys.walks import picture

ACTING = Acting(by=LEAD, now=NOW)
WHY = "The group says that the first was sent by mistake."
WEST, EAST, MIDDLE = (-0.117, 51.463), (-0.111, 51.463), (-0.1139, 51.4631)
ROUTE = {"type": "LineString", "coordinates": [[-0.117, 51.463], [-0.1139, 51.4631], [-0.111, 51.463]]}


async def reviewed(phone: Phone, stops: list[dict[str, Any]] | None = None, **more: Any) -> tuple[UUID, dict[str, Any]]:
    """A walk that was accepted; its id and its body."""
    walk_id, body = uuid4(), phone.body(stops, **more)
    await phone.put_walk(walk_id, body)
    await phone.complete(walk_id)
    await review_walk(walk_id, WalkDecision(decision="accepted"), by=LEAD, now=NOW)
    return walk_id, body


async def resent(phone: Phone, walk_id: UUID, body: dict[str, Any], **more: Any) -> int:
    """The version that is kept when the phone sends this instead; its number."""
    with pytest.raises(WalkDiffers):
        await phone.put_walk(walk_id, {**body, **more})
    return (await revisions_of(walk_id, caller=LEAD))[-1].number


async def taken(walk_id: UUID, number: int) -> None:
    """It is taken over."""
    await take_revision(walk_id, number, WHY, acting=ACTING, seal=SEAL)


async def content(walk_id: UUID) -> bytes:
    """What stands, as it would be sealed."""
    return content_of(await standing(await fetch_value("select number from walk where id = $1", walk_id), SEAL))


async def test_a_walk_is_read_back_as_it_was_sent(phone: Phone) -> None:
    """Every field of it: unknown scores, sealed chips, flagged notes, photos; but for its route."""
    stops = [
        a_stop(1, where=WEST, note="Two men followed us", note_flagged=True, causes=["glare", "followed"]),
        a_stop(
            2, where=EAST, note="Lamp out", accuracy_m=8.5, scores={"lighting": 9, "colour": 2, "help": "cannot_tell"}
        ),
    ]
    photo = picture(a_jpeg())
    body = phone.body(stops, photos=[photo.in_manifest(stops[0]["id"])], cut_short=True, cut_short_reason="rain")
    walk_id = uuid4()
    await phone.put_walk(walk_id, {**body, "route": ROUTE})
    stands, sent = (msgspec.json.decode(one) for one in (await content(walk_id), content_of(read(body))))
    for walk in (stands, sent):
        walk["stops"][0]["causes"].sort()

    assert stands == sent


async def test_a_later_version_is_told_field_by_field(phone: Phone) -> None:
    """What moved by how far and how much later, what is new, what is left out."""
    first, second, third = (a_stop(n, where=where) for n, where in ((1, WEST), (2, MIDDLE), (3, EAST)))
    walk_id, body = await reviewed(phone, [first, second], group_size=5)
    changed = {**second, "scores": {**second["scores"], "lighting": 0}, "causes": ["noise"]}
    changed |= {"location": {"type": "Point", "coordinates": list(EAST)}, "observed_at": "2026-10-24T22:25:00Z"}
    number = await resent(phone, walk_id, body, group_size=6, stops=[changed, third])
    found = (await revision_file(walk_id, number, caller=LEAD, seal=SEAL)).differs

    assert found.walk == (Changed(field="group_size", was=5, becomes=6),)
    assert [(stop.kind, stop.label) for stop in found.stops] == [("changed", 1), ("added", 2), ("left_out", 1)]
    told = {change.field: (change.was, change.becomes) for change in found.stops[0].changes}
    assert told.pop("location")[1] == pytest.approx(201, abs=2)
    assert told["observed_at"] == (None, 300.0) and told["causes"] == (["glare"], ["noise"])
    assert told["scores.lighting"][1] == 0 and set(told) == {"observed_at", "scores.lighting", "causes"}


async def test_no_difference_tells_a_restricted_note(phone: Phone) -> None:
    """Neither that which stands nor the new one, whoever flagged which; sealed chips are told as changed alone."""
    stop = a_stop(note="Two men followed us")
    walk_id, body = await reviewed(phone, [stop])
    await flag_note(UUID(stop["id"]), acting=ACTING, seal=SEAL)
    number = await resent(
        phone, walk_id, body, stops=[{**stop, "note": "Three men followed us", "causes": ["glare", "followed"]}]
    )
    found = (await revision_file(walk_id, number, caller=LEAD, seal=SEAL)).differs
    await taken(walk_id, number)
    row = await fetch_one("select note, note_flagged, sealed from stop")

    assert [(one.field, one.was, one.becomes) for one in found.stops[0].changes] == [
        ("sealed_causes", None, None),
        ("note", None, None),
    ]
    assert row is not None and (row["note"], row["note_flagged"]) == (None, True)
    kept = msgspec.json.decode(SEAL.open(row["sealed"], table="stop", column="sealed", row=stop["id"]))
    assert kept == {"note": "Three men followed us", "causes": ["followed"]}


async def test_taking_over_brings_the_walk_back_to_review(phone: Phone) -> None:
    """It is what the phone sent last, a retry of which is the same walk; what stood is kept, as it was."""
    first, second = a_stop(1, where=WEST), a_stop(2, where=EAST)
    walk_id, body = await reviewed(phone, [first])
    stood = await content(walk_id)
    later = {**body, "group_size": 8, "stops": [{**first, "note": "Lamp out"}, second], "route": ROUTE}
    number = await resent(phone, walk_id, later)
    await taken(walk_id, number)
    walk = await fetch_one("select * from walk")
    again = await phone.put_walk(walk_id, later)
    kept = await fetch("select sealed, decision from walk_revision order by number")

    assert walk is not None and (walk["state"], walk["group_size"], walk["reviewed_at"]) == ("received", 8, None)
    assert walk["route"] is not None and not again.first
    assert await content(walk_id) == content_of(read({**later, "route": None}))
    assert [row["decision"] for row in kept] == ["taken", "replaced"]
    assert SEAL.open(kept[1]["sealed"], table="walk_revision", column="sealed", row=str(walk_id)) == stood
    assert await fetch_value("select count(*) from group_score") == 22
    trail = await fetch("select action from audit_event where subject = 'walk' order by number")
    assert [row["action"] for row in trail][-2:] == ["revision kept", "revision taken"]


async def test_what_stood_can_be_taken_back(phone: Phone) -> None:
    """Sent again by its phone it is a version once more known, and the reviewer who erred undoes it by it."""
    walk_id, body = await reviewed(phone)
    await taken(walk_id, await resent(phone, walk_id, body, group_size=8))
    with pytest.raises(WalkDiffers):
        await phone.put_walk(walk_id, body)
    third = await resent(phone, walk_id, body, group_size=9)

    assert [one.decision for one in await revisions_of(walk_id, caller=LEAD)] == ["taken", "replaced", None]
    assert third == (await revisions_of(walk_id, caller=LEAD))[-1].number


async def test_doubtful_content_comes_back_quarantined(phone: Phone) -> None:
    """Its problems are those of the new content; what was about the sending stays."""
    walk_id, body = await reviewed(phone)
    await taken(walk_id, await resent(phone, walk_id, body, leg="light"))

    assert await fetch_value("select state from walk") == "quarantined"
    assert [row["code"] for row in await fetch("select code from walk_problem")] == ["leg-contradicts-sun"]


async def test_a_correction_outlives_a_version_that_has_the_stop_where_it_was(phone: Phone) -> None:
    """Where the phone has it elsewhere now, that counts, and undoing leads there."""
    stop = a_stop(where=EAST)
    walk_id, body = await reviewed(phone, [stop])
    id = UUID(stop["id"])
    await move_stop(id, Correction(location=PointAt(type="Point", coordinates=WEST), reason="Arch."), acting=ACTING)
    await taken(walk_id, await resent(phone, walk_id, body, group_size=8))
    kept = await stop_placed(id, caller=LEAD)
    elsewhere = {**stop, "location": {"type": "Point", "coordinates": list(MIDDLE)}}
    await taken(walk_id, await resent(phone, walk_id, body, group_size=8, stops=[elsewhere]))
    moved = await stop_placed(id, caller=LEAD)
    await move_stop(id, Correction(location=PointAt(type="Point", coordinates=WEST), reason="Arch."), acting=ACTING)
    await move_stop_back(id, "The phone was right.", acting=ACTING)
    back = await stop_placed(id, caller=LEAD)

    assert kept.location is not None and kept.location.coords[0] == WEST and kept.moved
    assert moved.location is not None and moved.location.coords[0] == MIDDLE and not moved.moved
    assert back.location is not None and back.location.coords[0] == MIDDLE and len(back.moves) == 4


async def test_a_stop_on_which_something_rests_stays(phone: Phone) -> None:
    """A woman answered there alone: her answer and the group's scores stay, though the version leaves the stop out."""
    first, second, third = (a_stop(n, where=where) for n, where in ((1, WEST), (2, MIDDLE), (3, EAST)))
    walk_id, body = await reviewed(phone, [first, second, third])
    await phone.put_response(a_response(walk_id, first["id"]))
    number = await resent(phone, walk_id, body, stops=[third])
    stays = (await revision_file(walk_id, number, caller=LEAD, seal=SEAL)).stays
    await taken(walk_id, number)

    assert stays == {UUID(first["id"])}
    assert [str(row["id"]) for row in await fetch("select id from stop order by number")] == [first["id"], third["id"]]
    assert await fetch_value("select count(*) from personal_score") == 4
    assert await fetch_value("select count(*) from group_score") == 22


async def test_leaving_changes_nothing_but_that_it_was_decided(phone: Phone) -> None:
    """With a reason, and once."""
    walk_id, body = await reviewed(phone)
    number, stood = await resent(phone, walk_id, body, group_size=8), await content(walk_id)
    with pytest.raises(CorrectionNotAcceptable):
        await leave_revision(walk_id, number, " ", acting=ACTING)
    await leave_revision(walk_id, number, WHY, acting=ACTING)
    with pytest.raises(RevisionDecided):
        await taken(walk_id, number)
    listed = (await revisions_of(walk_id, caller=LEAD))[0]

    assert (listed.decision, listed.reason, listed.decided_by) == ("left", WHY, "lead")
    assert await content(walk_id) == stood and await fetch_value("select state from walk") == "accepted"


async def test_others_find_no_version(phone: Phone) -> None:
    """Another lead, or a number that is none."""
    walk_id, body = await reviewed(phone)
    number = await resent(phone, walk_id, body, group_size=8)

    assert await revisions_of(walk_id, caller=OTHER_LEAD) == []
    with pytest.raises(NoSuchRevision):
        await take_revision(walk_id, number, WHY, acting=replace(ACTING, by=OTHER_LEAD), seal=SEAL)
    with pytest.raises(NoSuchRevision):
        await revision_file(walk_id, number + 1, caller=LEAD, seal=SEAL)


async def test_ids_of_other_walks_and_other_programmes_are_not_taken_over(phone: Phone) -> None:
    """All of it stands as it was."""
    other = a_stop(2, where=EAST)
    await reviewed(phone, [other])
    walk_id, body = await reviewed(phone)
    stood = await content(walk_id)
    stolen = await resent(phone, walk_id, body, stops=[other])
    with pytest.raises(RevisionNotTakeable):
        await taken(walk_id, stolen)
    elsewhere = await a_programme()
    await keep(Membership(auditor=phone.by.auditor, programme=elsewhere.number, joined_at=NOW))
    abroad = await resent(phone, walk_id, body, programme_id=str(elsewhere.id))
    with pytest.raises(RevisionNotTakeable):
        await taken(walk_id, abroad)

    assert await content(walk_id) == stood
    assert [one.decision for one in await revisions_of(walk_id, caller=LEAD)] == [None, None]


async def test_new_photos_are_expected(phone: Phone) -> None:
    """The receipt names them, and they can still come."""
    walk_id, body = await reviewed(phone)
    photo = picture(a_jpeg())
    later = {**body, "photos": [photo.in_manifest(body["stops"][0]["id"])]}
    await taken(walk_id, await resent(phone, walk_id, later))
    missing = (await phone.put_walk(walk_id, later)).receipt.missing_photos
    await phone.put_photo(photo)

    assert missing == [UUID(photo.id)]
    assert await fetch_value("select state from photo") == "stored"
