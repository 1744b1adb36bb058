"""A copy saved on a phone comes in as if the phone had sent it, once, whatever of it has arrived before."""

import base64
import hashlib
import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from audits.arriving.from_phone import Brought, Door, bring_in
from audits.arriving.walk_file import WalkFileRefused, read_walk_file
from audits.people.erasure import erase
from audits.programmes import DevicesMeant, revoke_devices
from migrations.database import fetch, fetch_value
from tests.audits.builders import NOW
from tests.audits.people.test_erasure import FORGETTING
from tests.audits.phones import SEAL, Phone, a_jpeg
from tests.journeys.walks import Picture

SCORES = {"sensory": 2, "treatment": 3, "belonging": 3, "feeling": 1}


def saved(phone: Phone, **changes: Any) -> dict[str, Any]:
    """A copy with a walk of one stop, a photo of it and what she said there."""
    picture, walk_id = Picture(str(uuid4()), a_jpeg()), str(uuid4())
    body = phone.body_with(picture, client_sent_at="2026-10-20T00:00:00Z")
    response = {"id": str(uuid4()), "walk_id": walk_id, "stop_id": body["stops"][0]["id"], "scores": SCORES}
    photo = {"id": picture.id, "media_type": picture.media_type, "sha256": hashlib.sha256(picture.content).hexdigest()}
    return {
        "format": "night-safety-walk-file",
        "version": 1,
        "saved_at": NOW.isoformat(),
        "auditor_id": phone.by.id,
        "programme_id": str(phone.programme.id),
        "walks": [{"walk": {"id": walk_id, **body}, "complete": True, "without": []}],
        "responses": [response],
        "photos": [{**photo, "data": base64.b64encode(picture.content).decode()}],
        **changes,
    }


async def brought(phone: Phone, content: dict[str, Any]) -> Brought:
    """The operator imports it."""
    door = Door(darkroom=phone.darkroom, photo_store=phone.store, seal=SEAL, now=NOW)
    return await bring_in(read_walk_file(json.dumps(content).encode()), door)


async def states() -> list[str]:
    """The states of all walks."""
    return [row["state"] for row in await fetch("select state from walk order by number")]


async def test_a_saved_copy_is_all_that_the_phone_had(phone: Phone) -> None:
    """Walk, response and photo; complete, hers, and not quarantined for the clock of a file."""
    told = await brought(phone, saved(phone))

    assert (told.walks, told.responses, told.photos, told.complete, told.there, told.refused) == (1, 1, 1, 1, 0, [])
    assert await states() == ["received"]
    assert await fetch_value("select auditor from walk") == phone.by.auditor
    assert await fetch_value("select count(*) from personal_score") == len(SCORES)
    assert await fetch_value("select state from photo") == "stored"


async def test_again_and_after_the_phone_it_changes_nothing(phone: Phone) -> None:
    """The phone had found a signal for the walk before; the copy brings the rest, and once."""
    content = saved(phone)
    walk = dict(content["walks"][0]["walk"])
    await phone.put_walk(UUID(walk.pop("id")), {**walk, "client_sent_at": NOW.isoformat()})
    first, second = await brought(phone, content), await brought(phone, content)

    assert (first.walks, first.responses, first.photos, first.there) == (0, 1, 1, 1)
    assert (second.walks, second.responses, second.photos, second.there, second.refused) == (0, 0, 0, 3, [])
    assert await states() == ["received"]


async def test_what_is_damaged_is_named_and_keeps_nothing_else_out(phone: Phone) -> None:
    """The walk is there, and waits for its photo."""
    content = saved(phone)
    content["photos"][0]["data"] = base64.b64encode(a_jpeg(7)).decode()
    told = await brought(phone, content)

    assert [what.split()[0] for what, _ in told.refused] == ["photo", "completion"]
    assert await states() == ["incomplete"]
    assert await fetch_value("select count(*) from personal_score") == len(SCORES)


async def test_a_walk_still_going_stays_open(phone: Phone) -> None:
    """The copy was saved before she ended it."""
    content = saved(phone)
    content["walks"][0]["complete"] = False
    await brought(phone, content)

    assert await states() == ["incomplete"]


async def test_a_signed_out_phone_s_copy_is_quarantined(phone: Phone) -> None:
    """As what such a phone sends itself: walked before, and looked at."""
    await revoke_devices(DevicesMeant(auditor_id=UUID(phone.by.id)), by=phone.by, now=NOW)
    told = await brought(phone, saved(phone))

    assert await states() == ["quarantined"]
    assert (told.walks, told.photos, told.complete) == (1, 1, 1)
    assert await fetch_value("select code from walk_problem") == "device-revoked"


async def test_nobody_s_copy_is_refused(phone: Phone) -> None:
    """Of an auditor who is unknown, and of one who asked to be forgotten."""
    content = saved(phone)
    await erase(UUID(phone.by.id), FORGETTING)
    for stranger in (phone.by.id, str(uuid4())):
        with pytest.raises(WalkFileRefused):
            await brought(phone, {**content, "auditor_id": stranger})

    assert await states() == []


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b'{"format": "other"}', b"[" * 100_000])
def test_what_is_no_copy_is_refused_with_a_sentence(content: bytes) -> None:
    """Without a word of what it held."""
    with pytest.raises(WalkFileRefused, match="no copy saved by the app"):
        read_walk_file(content)
