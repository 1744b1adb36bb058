"""Flagged notes at the desk: their text is on one page, for one named reviewer, and in no other answer at all."""

import logging
import re
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4
from zipfile import ZipFile

import pytest

from api.roles import ROUTES, Role
from api.sessions.queries import staff
from audits.tables import Stop
from geo.shapes import point
from migrations.database import fetch, fetch_value
from tests.api.register.pages import words
from tests.audits.builders import a_problem, a_programme, a_stop, a_walk
from tests.people import Service, ok

CANARY = "canary-7731"
WORDS = f"Two men followed her home, {CANARY}"
STAFF = ("lead", "analyst", "administrator")


async def a_flagged_stop(service: Service, walk: Any) -> Stop:
    """A stop of that walk with the note, sealed as at the door."""
    stop_id = uuid4()
    content = f'{{"note": "{WORDS}", "causes": ["followed"]}}'
    sealed = service.app.state.seal.seal(content, table="stop", column="sealed", row=str(stop_id))
    return await a_stop(walk, id=stop_id, sealed=sealed, note_flagged=True, location=point(-0.115, 51.463))


async def person_id(service: Service, role: str) -> UUID:
    """The id of the person of the staff who has that role."""
    return next(one.id for one in await staff(seal=service.app.state.seal) if role in one.roles)


async def test_a_named_reviewer_reads_and_decides(service: Service) -> None:
    """Named by another, for a purpose; what she wrote about it is shown with the note alone."""
    walk = await a_walk(await a_programme())
    stop = await a_flagged_stop(service, walk)
    programme = await fetch_value("select id from programme")
    reader = await service.staff_browser("administrator")
    me = await person_id(service, "administrator")
    other = await service.staff_browser("administrator")
    naming, url = f"/review/readers/{programme}", f"/review/flagged/{stop.id}"
    herself = await reader.post(naming, data={"reader": str(me)})
    before = await reader.post(f"{url}/read", data={"purpose": "deciding"})
    named = await other.post(naming, data={"reader": str(me)})
    purposeless = await reader.post(f"{url}/read", data={})
    read = await reader.post(f"{url}/read", data={"purpose": "deciding"})
    owing = await reader.post(url, data={"decision": "safeguarding"})
    none = await reader.post(url, data={})
    done = await reader.post(url, data={"decision": "safeguarding", "about": f"Told the lead, {CANARY}"})
    page = (await reader.get(url)).text

    assert (herself.status_code, before.status_code, named.status_code) == (422, 403, 303)
    assert (purposeless.status_code, owing.status_code, none.status_code, done.status_code) == (422, 422, 422, 303)
    assert WORDS in read.text and read.headers["cache-control"] == "no-store"
    assert "Say whom you referred it to" in owing.text
    assert "Referred to help" in words(page) and "read the note, to decide" in words(page) and CANARY not in page
    assert "Some administrator" in words((await other.get("/review/readers")).text)
    await other.post(naming, data={"withdraw": str(me)})
    assert (await reader.post(f"{url}/read", data={"purpose": "deciding"})).status_code == 403


async def test_a_note_is_held_apart_from_the_walks_page(service: Service) -> None:
    """Then the page says that it is restricted, and its words are gone from it."""
    walk = await a_walk(await a_programme())
    stop = await a_stop(walk, note=WORDS)
    browser = await service.staff_browser("administrator")
    done = await browser.post(f"/review/notes/{stop.id}/flag", data={})
    page = (await browser.get(f"/review/walks/{walk.id}")).text

    assert done.headers["location"].endswith("?done=flagged")
    assert CANARY not in page and "A note restricted to named reviewers" in page


async def test_the_text_is_in_no_answer_to_anybody(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    """Every GET there is, by every role of the staff, with the ids of what there is; the named reader's included."""
    caplog.set_level(logging.DEBUG)
    programme = await a_programme()
    walk = await a_walk(programme, state="accepted")
    stop = await a_flagged_stop(service, walk)
    await a_problem(walk)
    callers = [await service.staff_browser(role) for role in STAFF]
    readers = [await person_id(service, role) for role in ("lead", "administrator")]
    for one in readers:
        await callers[2].post(f"/review/readers/{programme.id}", data={"reader": str(one)})
    token = await service.staff("analyst")
    order = {"title": "Brixton", "programme_ids": [str(programme.id)], "audience": "gla"}
    edition = await ok(await service.http.post("/api/editions", json=order, headers=token), 201)
    files = [str(row["name"]) for row in await fetch("select name from edition_file")]
    known = {
        "walk_id": walk.id,
        "stop_id": stop.id,
        "programme_id": programme.id,
        "edition_id": edition["id"],
        "person_id": readers[0],
        "version": 1,
    }
    asked = [
        path
        for route, roles in ROUTES.items()
        if route.startswith("GET ") and roles & {Role(role) for role in STAFF}
        for path in _filled(route.removeprefix("GET "), known, files)
    ]
    answered = {}
    for path in asked:
        for caller in callers:
            answer = await caller.get(path)
            answered.setdefault(answer.status_code, []).append(path)
            assert CANARY.encode() not in _opened(answer.content), path

    assert f"/review/walks/{walk.id}" in answered[200] and f"/review/flagged/{stop.id}" in answered[200]
    assert {f"/api/editions/{edition['id']}/{name}" for name in ("stops.csv", "report.html")} <= set(answered[200])
    assert CANARY not in caplog.text
    assert not await fetch("select 1 from audit_event where detail like $1", f"%{CANARY}%")


def _opened(content: bytes) -> bytes:
    """What is in an answer, a bundle's or a workbook's parts unpacked."""
    if not content.startswith(b"PK"):
        return content
    with ZipFile(BytesIO(content)) as parts:
        return b"".join(_opened(parts.read(name)) for name in parts.namelist())


def _filled(path: str, known: dict[str, Any], files: list[str]) -> list[str]:
    """The address with what there is in its places; every file of an edition."""
    if path == "/api/editions/{edition_id}/{name}":
        return [f"/api/editions/{known['edition_id']}/{name}" for name in files]
    return [re.sub(r"\{(\w+)\}", lambda found: str(known.get(found[1], uuid4())), path)]
