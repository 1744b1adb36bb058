"""A walk is kept once, with all that may be kept of it, whatever the order in which its parts come."""

import asyncio
import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audits.arriving.rows import INSTANT
from audits.errors import (
    AuditError,
    DeviceRevoked,
    IdTaken,
    NoSuchPhoto,
    NoSuchWalk,
    PhotoRefused,
    PhotosMissing,
    UnknownProgramme,
    WalkDiffers,
)
from audits.nights import night_of
from audits.queries import OPERATOR
from audits.review import WalkDecision, review_walk
from audits.submissions import Receipt, receipt
from geo.spatial_index import where_box
from migrations.database import fetch, fetch_one, fetch_value
from tests.audits.builders import LEAD, NOW, a_device, a_programme, an_auditor
from tests.audits.phones import SEAL, Phone, a_body, a_jpeg, a_stop
from tests.journeys.walks import Picture, picture

RACERS = 16
ROUTE = {"type": "LineString", "coordinates": [[-0.135, 51.463], [-0.117, 51.463], [-0.111, 51.463], [-0.135, 51.463]]}


def two_stops(**more: Any) -> list[dict[str, Any]]:
    """Two stops inside the area, 417 m apart."""
    return [a_stop(1, where=(-0.117, 51.463), **more), a_stop(2, where=(-0.111, 51.463))]


async def test_a_walk_is_written_whole(phone: Phone) -> None:
    """Its stops with places and cells, its scores, its photos, its route as far as it may be kept, and an event."""
    stops, photo, walk_id = two_stops(), picture(a_jpeg()), uuid4()
    body = phone.body(stops, route=ROUTE, photos=[photo.in_manifest(stops[0]["id"])], cut_short_reason="rain")
    received = await phone.put_walk(walk_id, body)
    walk = await fetch_one("select * from walk where id = $1", walk_id)

    assert received.first and received.receipt.missing_photos == [UUID(photo.id)]
    assert walk is not None and (walk["state"], walk["leg"], walk["cut_short_reason"]) == ("incomplete", "dark", "rain")
    assert walk["route"].bounds[0] >= -0.11701
    assert [row["sequence"] for row in await fetch("select * from stop where cell_q is not null order by number")] == [
        1,
        2,
    ]
    assert await fetch_value("select count(*) from group_score") == 22
    assert await fetch_value("select actor from audit_event where action = 'received'") == phone.by.id


async def test_its_stops_are_found_by_place(phone: Phone) -> None:
    """The spatial index knows them at once."""
    await phone.put_walk(uuid4(), phone.body(two_stops()))
    box = where_box("stop", "location")

    assert await fetch_value(f"select count(*) from stop where {box}", -0.118, 51.46, -0.116, 51.47) == 1
    assert await fetch_value(f"select count(*) from stop where {box}", -0.118, 51.46, -0.11, 51.47) == 2


async def test_the_same_walk_again_changes_nothing(phone: Phone) -> None:
    """The answer is the same receipt, and not a first time."""
    walk_id, body = uuid4(), phone.body()
    first = await phone.put_walk(walk_id, body)
    again = await phone.put_walk(walk_id, {**body, "client_sent_at": "2026-10-26T12:00:00Z"})

    assert (first.first, again.first) == (True, False)
    assert again.receipt == first.receipt
    assert await fetch_value("select count(*) from stop") == 1


async def test_another_walk_under_the_id_is_a_conflict(phone: Phone) -> None:
    """What was received first stands."""
    walk_id, body = uuid4(), phone.body()
    await phone.put_walk(walk_id, body)

    with pytest.raises(WalkDiffers):
        await phone.put_walk(walk_id, {**body, "group_size": 8})
    assert await fetch_value("select group_size from walk") == 7


async def test_identical_walks_that_race_are_one(phone: Phone) -> None:
    """Sixteen successes, one first time, one receipt, one walk."""
    walk_id, body = uuid4(), phone.body(two_stops())
    answers = await asyncio.gather(*(phone.put_walk(walk_id, body) for _ in range(RACERS)))

    assert [answer.first for answer in answers].count(True) == 1
    assert len({msgspec.json.encode(answer.receipt) for answer in answers}) == 1
    assert await fetch_value("select count(*) from stop") == 2


async def test_different_walks_that_race_leave_one(phone: Phone) -> None:
    """One wins, the others are told so."""
    walk_id, body = uuid4(), phone.body()
    answers = await asyncio.gather(
        *(phone.put_walk(walk_id, {**body, "group_size": n}) for n in range(1, 9)), return_exceptions=True
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["Received"] + ["WalkDiffers"] * 7
    assert await fetch_value("select count(*) from walk") == 1


async def test_a_peer_s_walk_is_not_there(phone: Phone, peer: Phone) -> None:
    """To put, to complete or to read; with the same content, too."""
    walk_id, body = uuid4(), phone.body()
    await phone.put_walk(walk_id, body)

    with pytest.raises(NoSuchWalk):
        await peer.put_walk(walk_id, body)
    with pytest.raises(NoSuchWalk):
        await peer.complete(walk_id)
    with pytest.raises(NoSuchWalk):
        await receipt(walk_id, by=peer.by)


async def test_a_walk_for_another_s_programme_is_refused(phone: Phone) -> None:
    """Alike whether it exists or not, and whether the id was used before or not."""
    elsewhere = await a_programme()
    for programme_id in (elsewhere.id, uuid4()):
        with pytest.raises(UnknownProgramme) as refusal:
            await phone.put_walk(uuid4(), a_body(programme_id))
        assert [error.field for error in refusal.value.errors] == ["programme_id"]


async def test_a_walk_moved_to_another_s_programme_differs(phone: Phone) -> None:
    """Its own sender is told of the conflict first."""
    walk_id, body = uuid4(), phone.body()
    await phone.put_walk(walk_id, body)

    with pytest.raises(WalkDiffers):
        await phone.put_walk(walk_id, {**body, "programme_id": str(uuid4())})


@pytest.mark.parametrize("part", ["stops", "photos"])
async def test_ids_that_are_used_elsewhere_are_refused(phone: Phone, part: str) -> None:
    """And nothing of the walk is written."""
    first = phone.body_with(picture(a_jpeg()))
    second = phone.body_with(picture(a_jpeg()))
    second[part][0]["id"] = first[part][0]["id"]
    second["photos"][0]["stop_id"] = second["stops"][0]["id"]
    await phone.put_walk(uuid4(), first)

    with pytest.raises(IdTaken) as refusal:
        await phone.put_walk(uuid4(), second)
    assert [error.field for error in refusal.value.errors] == [part]
    assert await fetch_value("select count(*) from walk") == 1


# --- completing ---------------------------------------------------------------------------------------------------


async def test_a_walk_is_complete_when_its_photos_are_here(phone: Phone) -> None:
    """Not before; and completing again changes nothing."""
    walk_id, photo = uuid4(), picture(a_jpeg())
    await phone.put_walk(walk_id, phone.body_with(photo))
    with pytest.raises(PhotosMissing, match=r"missing \(1\)"):
        await phone.complete(walk_id)
    await phone.put_photo(photo)

    assert (await phone.complete(walk_id)).state == (await phone.complete(walk_id)).state == "received"
    assert await receipt(walk_id, by=phone.by) == await phone.complete(walk_id)


async def test_photos_may_be_left_out(phone: Phone) -> None:
    """By name; they stay missing, and may come yet."""
    walk_id, photos = uuid4(), [picture(a_jpeg(n)) for n in range(2)]
    await phone.put_walk(walk_id, phone.body_with(*photos))
    with pytest.raises(PhotosMissing):
        await phone.complete(walk_id, photos[0].id)
    complete = await phone.complete(walk_id, photos[0].id, photos[1].id, str(uuid4()))
    await phone.put_photo(photos[1])

    assert (complete.state, len(complete.missing_photos)) == ("received", 2)
    assert (await receipt(walk_id, by=phone.by)).missing_photos == [UUID(photos[0].id)]


async def test_a_doubtful_walk_is_quarantined(phone: Phone) -> None:
    """With its reasons in the receipt, before and after."""
    walk_id = uuid4()
    received = await phone.put_walk(walk_id, phone.body(leg="light"))
    complete = await phone.complete(walk_id)

    assert (received.receipt.state, complete.state) == ("incomplete", "quarantined")
    assert [problem["code"] for problem in complete.problems] == ["leg-contradicts-sun"]
    assert complete.problems == received.receipt.problems == (await receipt(walk_id, by=phone.by)).problems


# --- revoked phones, reviewed walks, imports ----------------------------------------------------------------------


async def test_a_revoked_phone_may_bring_walks_begun_before(phone: Phone) -> None:
    """Quarantined; one begun later is not taken, and what was taken before is acknowledged again."""
    walk_id, body = uuid4(), phone.body()
    began = NOW.replace(day=24, hour=22, minute=10)
    with pytest.raises(DeviceRevoked):
        await phone.put_walk(walk_id, body, revoked_at=began)
    received = await phone.put_walk(walk_id, body, revoked_at=NOW)

    assert [problem["code"] for problem in received.receipt.problems] == ["device-revoked"]
    assert not (await phone.put_walk(walk_id, body, revoked_at=NOW)).first


async def test_a_revoked_phone_may_finish_what_it_began(phone: Phone) -> None:
    """Its photos, completion and receipt, for a walk that it handed in before; which is quarantined now."""
    walk_id, photo = uuid4(), picture(a_jpeg())
    await phone.put_walk(walk_id, phone.body_with(photo))
    phone.revoked_at = NOW
    stored, _ = await phone.put_photo(photo)
    complete = [await phone.complete(walk_id), await phone.complete(walk_id)]

    assert (stored.state, complete[0].state, complete[0]) == ("stored", "quarantined", complete[1])
    assert [problem["code"] for problem in complete[0].problems] == ["device-revoked"]
    assert await receipt(walk_id, by=phone.by, revoked_at=NOW) == complete[0]


async def test_a_revoked_phone_may_do_nothing_else(phone: Phone) -> None:
    """With a walk begun later, with one of her other phone, or with none; nothing is kept or changed."""
    walk_id, photo, began = uuid4(), picture(a_jpeg()), NOW.replace(day=24, hour=22, minute=10)
    await phone.put_walk(walk_id, phone.body_with(photo))
    found = replace(phone, by=replace(phone.by, device=await a_device(phone.by, None)), revoked_at=NOW)
    for revoked in (found, replace(phone, revoked_at=began)):
        for attempt in (revoked.put_photo(photo), revoked.complete(walk_id, photo.id), revoked.complete(uuid4())):
            with pytest.raises(DeviceRevoked):
                await attempt
        with pytest.raises(DeviceRevoked):
            await receipt(walk_id, by=revoked.by, revoked_at=revoked.revoked_at)
    with pytest.raises(DeviceRevoked):
        await found.put_photo(picture(a_jpeg()))

    assert (await receipt(walk_id, by=phone.by)).missing_photos == [UUID(photo.id)]
    assert await fetch_value("select count(*) from photo") == 1


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"])
async def test_a_walk_by_a_broken_clock_is_kept(phone: Phone, at: str) -> None:
    """With its times as they were said, to the microsecond, on either database; and quarantined."""
    walk_id, said = uuid4(), {"started_at": at, "ended_at": at, "client_sent_at": at, "instrument_version": -1}
    await phone.put_walk(walk_id, phone.body([a_stop(observed_at=at, accuracy_m=1e308)], **said))
    walk = await fetch_one("select started_at, ended_at, night_of, instrument_version from walk")
    stop = await fetch_one("select observed_at, accuracy_m from stop")
    moment = datetime.fromisoformat(at)
    assert walk is not None and stop is not None

    assert max(abs(one - moment) for one in (walk["started_at"], walk["ended_at"], stop["observed_at"])) <= INSTANT
    assert (walk["night_of"], walk["instrument_version"], stop["accuracy_m"]) == (night_of(moment), -1, None)
    assert (await phone.complete(walk_id)).state == "quarantined"


async def test_what_comes_after_the_review_is_kept_for_the_reviewer(phone: Phone) -> None:
    """Sealed, once, without the way home and without far places; the walk that was reviewed stands."""
    walk_id, far = uuid4(), a_stop(3, where=(-0.135, 51.463))
    await phone.put_walk(walk_id, phone.body())
    await phone.complete(walk_id)
    await review_walk(walk_id, WalkDecision(decision="accepted"), by=LEAD, now=NOW)
    for size in (8, 8, 9):
        with pytest.raises(WalkDiffers):
            await phone.put_walk(walk_id, phone.body([far], route=ROUTE, group_size=size))
    sealed = [row["sealed"] for row in await fetch("select sealed from walk_revision order by number")]
    opened = [json.loads(SEAL.open(one, table="walk_revision", column="sealed", row=str(walk_id))) for one in sealed]

    assert [revision["group_size"] for revision in opened] == [8, 9]
    assert "route" not in opened[0] and opened[0]["stops"][0]["location"]["coordinates"] == [0.0, 0.0]
    assert await fetch_value("select state from walk") == "accepted"


async def test_before_the_review_no_revision_is_kept(phone: Phone) -> None:
    """There is nobody to read it."""
    walk_id = uuid4()
    await phone.put_walk(walk_id, phone.body())
    with pytest.raises(WalkDiffers):
        await phone.put_walk(walk_id, phone.body(group_size=8))

    assert await fetch_value("select count(*) from walk_revision") == 0


async def test_an_imported_walk_is_complete(phone: Phone) -> None:
    """Nobody owns it, its photos are not awaited, and no clock is doubted."""
    phone.by = OPERATOR
    body = phone.body_with(picture(a_jpeg()), client_sent_at="2020-01-01T00:00:00Z")
    received = await phone.put_walk(uuid4(), body, imported=True)
    doubtful = await phone.put_walk(uuid4(), phone.body(leg="light"), imported=True)

    assert (received.receipt.state, received.receipt.missing_photos) == ("received", [])
    assert doubtful.receipt.state == "quarantined"
    assert await fetch_value("select count(*) from walk where auditor is null and completed_at is not null") == 2


# --- what is stored, and what is not ------------------------------------------------------------------------------


async def test_the_way_home_is_in_no_table(phone: Phone) -> None:
    """Neither its coordinates nor those of a far stop, nor the hub that would give them back."""
    far = a_stop(3, where=(-0.135, 51.463), hub="9400ZZLUHOME")
    await phone.put_walk(uuid4(), phone.body([*two_stops(), far], route=ROUTE))
    stop = await fetch_one("select * from stop where sequence = 3")
    route = await fetch_value("select route from walk")

    assert stop is not None
    assert {stop[name] for name in ("location", "easting_m", "northing_m", "cell_q", "cell_r", "hub")} == {None}
    assert min(x for x, _ in route.coords) > -0.1171


async def test_a_flagged_note_and_chips_about_people_are_sealed(phone: Phone) -> None:
    """What the group said of glare stays in the open."""
    stop = a_stop(note="He followed us", note_flagged=True, causes=["glare", "followed"])
    await phone.put_walk(uuid4(), phone.body([stop]))
    row = await fetch_one("select note, causes, sealed from stop")
    assert row is not None
    apart = json.loads(SEAL.open(row["sealed"], table="stop", column="sealed", row=stop["id"]))

    assert (row["note"], row["causes"]) == (None, '["glare"]')
    assert apart == {"note": "He followed us", "causes": ["followed"]}


async def test_what_cannot_be_counted_is_kept_as_it_was(phone: Phone) -> None:
    """And no score is made of it."""
    await phone.put_walk(uuid4(), phone.body([a_stop(scores={"lighting": -1e300, "mood": 1, "help": "cannot_tell"})]))

    assert json.loads(await fetch_value("select kept from stop")) == {"lighting": -1e300, "mood": 1}
    assert await fetch("select factor, value, answer from group_score") == [
        {"factor": "help", "value": None, "answer": "cannot_tell"}
    ]


async def test_an_unknown_hub_is_kept_and_noted(phone: Phone) -> None:
    """It quarantines nothing."""
    received = await phone.put_walk(uuid4(), phone.body([a_stop(hub="9400ZZLUNOWHERE"), a_stop(2, hub=None)]))

    assert received.receipt.problems == []
    assert await fetch("select hub, hub_known from stop order by number") == [
        {"hub": "9400ZZLUNOWHERE", "hub_known": False},
        {"hub": None, "hub_known": None},
    ]


async def test_naughty_strings_come_back_exactly(phone: Phone, shared_data: Path) -> None:
    """Each of 515 as a note, on either database."""
    naughty = json.loads((shared_data / "text/blns.json").read_text(encoding="utf8"))
    for part in (naughty[:300], naughty[300:]):
        await phone.put_walk(uuid4(), phone.body([a_stop(1, note=text) for text in part]))
    kept = await fetch("select note from stop order by number")

    assert [row["note"] for row in kept] == naughty


# --- whatever the order -------------------------------------------------------------------------------------------


@pytest.fixture
def visit(phone: Phone) -> "Visit":
    """A walk with a good and a broken photo."""
    return Visit(phone)


class Visit:
    """A walk on a phone: two photos, of which one is broken, and what the phone does to hand it in."""

    STEPS = ("walk", "good", "broken", "complete")

    def __init__(self, phone: Phone) -> None:
        self.phone = phone
        self.begin()

    def begin(self) -> None:
        """A new walk."""
        self.walk_id = uuid4()
        self.photos = {"good": picture(a_jpeg()), "broken": picture(a_jpeg()[:400])}
        self.body = self.phone.body_with(*self.photos.values(), leg="light")

    async def do(self, step: str) -> None:
        """One request, whatever its answer."""
        try:
            if step == "walk":
                await self.phone.put_walk(self.walk_id, self.body)
            elif step == "complete":
                await self.phone.complete(self.walk_id)
            else:
                await self.phone.put_photo(self.photos[step])
        except AuditError as refusal:
            assert isinstance(refusal, NoSuchWalk | PhotosMissing | PhotoRefused), refusal

    async def interrupted(self, step: str, after: int) -> None:
        """One request, broken off after so many turns of the event loop."""
        task = asyncio.create_task(self.do(step))
        for _ in range(after):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])

    async def finish(self) -> Receipt:
        """What a phone does with signal, once."""
        for step in self.STEPS:
            await self.do(step)
        return await receipt(self.walk_id, by=self.phone.by)


steps = st.tuples(st.sampled_from(Visit.STEPS), st.none() | st.integers(0, 40))


@settings(max_examples=30)
@given(tried=st.lists(steps, max_size=9))
async def test_whatever_the_order_the_receipt_is_that_of_one_clean_sync(
    visit: Visit, tried: list[tuple[str, int | None]]
) -> None:
    """Steps repeated, reordered and broken off; then once through with signal."""
    visit.begin()
    for step, broken_off in tried:
        await (visit.do(step) if broken_off is None else visit.interrupted(step, broken_off))
    found = await visit.finish()

    assert (found.state, found.missing_photos) == ("quarantined", [])
    assert [str(photo.id) for photo in found.refused_photos] == [visit.photos["broken"].id]
    assert [problem["code"] for problem in found.problems] == ["leg-contradicts-sun"]


@settings(max_examples=10)
@given(order=st.permutations([*Visit.STEPS, *Visit.STEPS]))
async def test_steps_that_race_end_alike(visit: Visit, order: list[str]) -> None:
    """Everything twice and at once."""
    visit.begin()
    await asyncio.gather(*(visit.do(step) for step in order))
    found = await visit.finish()

    assert (found.state, found.missing_photos, len(found.refused_photos)) == ("quarantined", [], 1)


async def test_another_s_photo_id_is_not_taken_over(phone: Phone, peer: Phone) -> None:
    """A photo that came before its walk is only its sender's."""
    photo: Picture = picture(a_jpeg())
    await peer.put_photo(photo)

    with pytest.raises(IdTaken):
        await phone.put_walk(uuid4(), phone.body_with(photo))
    with pytest.raises(NoSuchPhoto):
        await phone.put_photo(photo)


async def test_a_closed_or_left_programme_still_takes_its_walks(phone: Phone) -> None:
    """Walks are handed in late; only strangers are turned away."""
    stranger = Phone(await an_auditor(), phone.programme, phone.darkroom, phone.store)

    assert (await phone.put_walk(uuid4(), phone.body())).first
    with pytest.raises(UnknownProgramme):
        await stranger.put_walk(uuid4(), stranger.body())
