"""An organisation's desk for programs, over HTTP."""

from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image

from api.worker import sweep_files
from tests.api.desk.champions import PICTURE, champion_of, tokens_of
from tests.audits.pictures import CANARY
from tests.charter.builders import JO
from tests.charter.keeping.samples import EVIDENCE
from tests.people import Service, ok

KEPT = {"state": "evidenced", "statement": "All of us.", "evidence": EVIDENCE[5], "evidence_on": None}
SAM = {"name": "Sam Successor", "job_title": "Manager", "email": "sam@lamb.example"}


async def test_a_desk_shows_what_is_there_and_what_is_next(service: Service) -> None:
    """Seven pledges, roles without names, and things to do."""
    desk = await champion_of(service)
    mine = await ok(await desk.browser.get("/api/charter/mine"))

    assert (mine["organisation"]["name"], mine["role"], mine["organisation"]["premises"]) == ("The Lamb", "champion", 1)
    assert [(person["role"], person["confirmed"]) for person in mine["people"]] == [
        ("signatory", True),
        ("champion", True),
    ]
    assert [step["what"] for step in mine["next"]] == ["start-pledge"] * 7
    assert "Jo Champion" not in str(mine) and JO not in str(mine)


async def test_a_pledge_is_kept_and_comes_back(service: Service) -> None:
    """With its ETag, and a history by role."""
    desk = await champion_of(service)
    kept = await ok(await desk.keep(5, KEPT))
    again = await ok(await desk.api("GET", "/pledges/5"))
    history = (await ok(await desk.api("GET", "/pledges/5/history")))["items"]

    assert kept == again
    assert (kept["evidence"], kept["evidence_on"]) == (EVIDENCE[5], EVIDENCE[5]["trained_on"])
    assert [(change["by"], change["state"]) for change in history] == [("champion", "evidenced")]


@pytest.mark.parametrize(
    ("if_match", "status", "name"),
    [(None, 428, "if-match-missing"), ('"99"', 412, "changed-meanwhile"), ("*", 412, "changed-meanwhile")],
)
async def test_an_edit_names_what_it_changes(service: Service, if_match: str | None, status: int, name: str) -> None:
    """Or it might undo what somebody else just wrote."""
    desk = await champion_of(service)
    headers = {"If-Match": if_match} if if_match else {}
    problem = await ok(await desk.api("PUT", "/pledges/5", json=KEPT, headers=headers), status)

    assert problem["type"] == f"/problems/{name}"


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({**KEPT, "evidence": {**EVIDENCE[5], "staff_trained": 25}}, 422, "evidence.staff_trained"),
        ({**KEPT, "evidence": {**EVIDENCE[5], "trained_on": "2026-10-26"}}, 422, "evidence.trained_on"),
        ({**KEPT, "evidence": {**EVIDENCE[5], "trained_on": "yesterday"}}, 400, "evidence.trained_on"),
        ({**KEPT, "state": "lapsed"}, 422, "state"),
        ({**KEPT, "evidence": {"incident": "x"}}, 400, "evidence"),
        ({"statement": "x"}, 400, "state"),
    ],
)
async def test_what_is_wrong_is_named(service: Service, body: dict[str, Any], status: int, field: str) -> None:
    """By its field."""
    desk = await champion_of(service)
    problem = await ok(await desk.keep(5, body), status)

    assert field in [error["field"] for error in problem["errors"]]


async def test_a_picture_is_painted_anew(service: Service) -> None:
    """Nothing but the picture is kept, in two sizes; the sweep leaves it alone until it is removed."""
    desk = await champion_of(service)
    id = str(uuid4())
    shown = await ok(await desk.picture(2, PICTURE, id=id), 201)
    again = await ok(await desk.picture(2, PICTURE, id=id))
    service.clock.move(days=10_000)  # the store goes by the files' own times
    await sweep_files(service.tools)
    service.clock.move(days=-10_000)
    files = [(await desk.browser.get(f"{shown['url']}&width={width}")).content for width in (1600, 320)]

    assert again == shown
    assert [Image.open(BytesIO(file)).size for file in files] == [(800, 600), (320, 240)]
    assert CANARY.encode() not in b"".join(files)
    assert (await desk.api("DELETE", f"/pledges/2/files/{id}")).status_code == 204
    assert (await desk.api("GET", f"/pledges/2/files/{id}")).status_code == 404


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [(b"%PDF-1.7 x", "application/pdf", 415), (b"GIF89a", "image/gif", 415), (PICTURE[:200], "image/jpeg", 422)],
)
async def test_only_pictures_are_taken(service: Service, content: bytes, kind: str, status: int) -> None:
    """A PDF's sender is told to send a picture of its page."""
    desk = await champion_of(service)
    problem = await ok(await desk.picture(2, content, kind=kind), status)

    assert ("screenshot" in problem["detail"]) == (kind == "application/pdf")
    assert (await ok(await desk.api("GET", "/pledges/2")))["files"] == []


async def test_a_hand_over_over_http(service: Service) -> None:
    """Asked, confirmed, taken; whoever had the role is signed out of that desk at once."""
    desk = await champion_of(service)
    asked = await ok(await desk.api("POST", "/hand-over", json=SAM), 202)
    (token,) = await tokens_of(service)
    still = (await desk.api("GET")).status_code
    await ok(await service.http.post("/api/charter/confirmations", json={"token": token}))
    sam = await service.signs_in(SAM["email"])

    assert (asked, still) == ({"role": "champion", "state": "asked"}, 200)
    assert (await ok(await sam.get("/api/charter/mine")))["role"] == "champion"
    assert (await desk.api("GET")).status_code in (403, 404)


async def test_known_and_unknown_successors_are_answered_alike(service: Service) -> None:
    """Nothing tells whether an address stands for another organisation."""
    await champion_of(service, "The Ram", "ram@ram.example")
    desk = await champion_of(service)
    answers = [
        await desk.api("POST", "/hand-over", json={**SAM, "email": who}) for who in ("ram@ram.example", "x@y.example")
    ]

    assert answers[0].content == answers[1].content
    assert {answer.status_code for answer in answers} == {202}


async def test_a_deputy_comes_and_goes(service: Service) -> None:
    """By letter in, and at once out."""
    desk = await champion_of(service)
    await ok(await desk.api("POST", "/deputy", json=SAM), 202)
    (token,) = await tokens_of(service)
    await ok(await service.http.post("/api/charter/confirmations", json={"token": token}))
    sam = await service.signs_in(SAM["email"])
    role = (await ok(await sam.get("/api/charter/mine")))["role"]
    refused = (await sam.post("/api/charter/mine/hand-over", json=SAM)).status_code
    gone = (await desk.api("DELETE", "/deputy")).status_code

    assert (role, refused, gone) == ("deputy", 403, 204)
    assert (await sam.get("/api/charter/mine")).status_code == 403
    assert (await desk.api("DELETE", "/deputy")).status_code == 404


async def test_leaving_is_at_once_and_leaves_a_trace(service: Service) -> None:
    """Nobody who reads the history learns a name."""
    desk = await champion_of(service)
    left = await desk.api("POST", "/leave")
    owner = await service.signs_in("ama@lamb.example")
    mine = await ok(await owner.get("/api/charter/mine"))
    history = (await ok(await owner.get("/api/charter/mine/history")))["items"]

    assert left.status_code == 204
    assert (mine["next"][0]["what"], mine["next"][0]["due_on"]) == ("name-champion", "2026-11-24")
    assert (history[0]["action"], history[0]["by"]) == ("left", "champion")
    assert (await desk.api("GET")).status_code == 403
