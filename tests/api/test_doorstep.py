"""The doorstep: ids, headers, HEAD, one log line, and a sentence when time runs out."""

import asyncio
import json
import logging
from uuid import uuid4

import httpx
import pytest

from api.doorstep import Doorstep
from api.logs import JsonLines
from tests.people import Service


async def test_every_answer_carries_strict_headers_and_an_id(service: Service) -> None:
    """Unknown addresses too."""
    for path in ("/", "/api/charter", "/nowhere", "/healthz"):
        headers = (await service.http.get(path)).headers

        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "same-origin"
        assert len(headers["x-request-id"]) == 32


async def test_the_problem_names_the_same_id(service: Service) -> None:
    """So that a person can quote it and an operator can find it."""
    answer = await service.http.get("/api/nowhere")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


async def test_a_person_gets_a_page_and_a_program_gets_json(service: Service) -> None:
    """The same problem, for the one who asks."""
    page = await service.http.get("/nowhere", headers={"Accept": "text/html,*/*;q=0.8"})
    body = await service.http.get("/nowhere")

    assert page.status_code == body.status_code == 404
    assert page.headers["content-type"].startswith("text/html") and "There is nothing here" in page.text
    assert body.json()["title"] == "There is nothing here"


async def test_head_answers_like_get_without_a_body(service: Service) -> None:
    """HTTP promises it; monitors rely on it."""
    head, full = await service.http.head("/api/charter"), await service.http.get("/api/charter")

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == full.headers["content-type"]


async def test_one_log_line_of_allowed_fields(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    """Neither query nor address nor body is in it."""
    with caplog.at_level(logging.INFO, logger="night_safety.requests"):
        await service.http.get("/api/charter/signatories", params={"q": "canary-q"})
    lines = [json.loads(JsonLines().format(found)) for found in caplog.records if found.name.endswith("requests")]

    assert [(line["route"], line["status"], line["role"]) for line in lines] == [
        ("/api/charter/signatories", 200, "public")
    ]
    assert "canary-q" not in json.dumps(lines)


async def test_a_stuck_request_ends_in_a_sentence() -> None:
    """After the deadline the answer is 503 with when to try again."""

    async def stuck(scope, receive, send) -> None:  # type: ignore[no-untyped-def]
        await asyncio.sleep(30)

    transport = httpx.ASGITransport(app=Doorstep(stuck, https=True, deadline_s=0.05))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="https://night-safety.example") as http:
        answer = await http.get("/")

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.json()["type"] == "/problems/took-too-long"
    assert "strict-transport-security" in answer.headers


def test_a_logged_fault_tells_places_and_no_values() -> None:
    """An exception's message may hold a person's words, so only its class and lines are written."""
    try:
        raise ValueError("canary-note")
    except ValueError:
        found = logging.getLogger("x").makeRecord("x", 40, "f", 1, "fault", (), __import__("sys").exc_info())
    line = JsonLines().format(found)

    assert "ValueError" in line and "test_doorstep.py" in line
    assert "canary-note" not in line


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("POST", "/sign-in", {"Origin": "http://["}, 403),
        ("POST", "/charter/sign/check", {"Origin": "http://["}, 403),
        ("GET", "/nowhere", {"Accept": "*/*;q=1e999"}, 404),
        ("POST", "/evidence/new", {"Accept": "text/html", "Referer": "http://[x"}, 303),
        ("GET", "/work", {"Accept": "text/html", "Host": "["}, 303),
    ],
)
async def test_headers_and_addresses_that_are_none_are_no_fault_of_ours(
    service: Service, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    """Whatever a stranger's program sends: an answer of ours, under our policy."""
    answer = await service.http.request(method, path, headers=headers)

    assert answer.status_code == status, answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("number", [8, 2**31, 2**63, 10**30])
async def test_an_address_counts_no_further_than_the_database(service: Service, number: int) -> None:
    """Versions and invitations of such numbers are not there, and nothing overflows."""
    lead = await service.staff_browser("lead")
    paths = [f"/review/walks/{uuid4()}/versions/{number}", f"/programmes/{uuid4()}/invitations/{number}/withdraw"]

    assert [(await lead.get(path)).status_code for path in paths] == [404, 404]
