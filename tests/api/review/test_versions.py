"""A later version of a walk at the desk: told in words, and decided about with a reason."""

from typing import Any
from uuid import uuid4

import msgspec

from audits.tables import WalkRevision
from audits.walks import Walk, content_of
from migrations.database import fetch_value
from tests.api.register.pages import words
from tests.audits.builders import NOW, a_programme, a_stop, a_walk, an_auditor, keep
from tests.audits.phones import a_body
from tests.audits.phones import a_stop as sent_stop
from tests.people import Service


async def a_version(service: Service, **more: Any) -> tuple[str, str]:
    """An accepted walk of one stop, and a later version of it; the addresses of both."""
    programme = await a_programme()
    auditor = await an_auditor(programme)
    walk = await a_walk(programme, state="accepted", auditor=auditor.auditor)
    stop = await a_stop(walk, note="Lamp out")
    sent = sent_stop(1, note="Two lamps out", scores={"lighting": 0})
    body = a_body(programme.id, [{**sent, "id": str(stop.id)}, sent_stop(2)], group_size=9, **more)
    content = content_of(msgspec.convert(body, Walk, strict=False))
    sealed = service.app.state.seal.seal(content, table="walk_revision", column="sealed", row=str(walk.id))
    blank = dict.fromkeys(("content_mac", "route", "decision", "decided_at", "decided_by", "reason"))
    row = WalkRevision(walk=walk.number, auditor=auditor.auditor, received_at=NOW, sealed=sealed, **blank)
    return f"/review/walks/{walk.id}", f"/review/walks/{walk.id}/versions/{await keep(row)}"


async def test_a_version_is_read_and_taken_over(service: Service) -> None:
    """What it says otherwise is told; a decision needs a reason; the walk waits again afterwards."""
    walk, version = await a_version(service)
    browser = await service.staff_browser("administrator")
    listed = (await browser.get(walk)).text
    page = words((await browser.get(version)).text)
    undecided = await browser.post(version, data={"reason": "I know."})
    why = await browser.post(version, data={"decision": "taken", "reason": ""})
    done = await browser.post(version, data={"decision": "taken", "reason": "The group says so."})
    twice = await browser.post(version, data={"decision": "left", "reason": "No."})
    after = words((await browser.get(done.headers["location"])).text)

    assert version in listed and "7 → 9" in page and "Stop 2 is new" in page
    assert "Note: Lamp out → Two lamps out" in page and "Lighting: nothing → 0" in page
    assert (undecided.status_code, why.status_code, done.status_code, twice.status_code) == (422, 422, 303, 422)
    assert "The later version is the walk now" in after and "what stood before" in after
    assert await fetch_value("select state from walk") != "accepted"


async def test_another_lead_finds_no_version(service: Service) -> None:
    """Nor does the reviewer by a number that is none."""
    walk, version = await a_version(service)
    peer, browser = await service.staff_browser("lead"), await service.staff_browser("administrator")
    answers = [
        await peer.get(version),
        await peer.post(version, data={"decision": "left", "reason": "x"}),
        await browser.get(f"{walk}/versions/999"),
        await browser.get(f"/review/walks/{uuid4()}/versions/1"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
