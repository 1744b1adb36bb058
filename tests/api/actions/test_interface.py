"""Issues and recommendations over HTTP: ETags, idempotence, pictures through the darkroom, and what a phone is told."""

import base64
import hashlib
from typing import Any
from uuid import uuid4

import pytest

from tests.api.field import Field
from tests.audits.phones import a_jpeg, a_stop
from tests.people import ok

ISSUE = {"kind": "defect", "title": "Two lamps out", "place": "Atlantic Road", "factors": ["lighting"]}
TO_DO = {"action": "Replace both", "body_kind": "borough", "body": "Lambeth Council", "due_on": "2026-11-08"}
NO = {"answer": "refused", "answered_on": "2026-10-25", "answered_by": "Head of Highways", "reason": "No budget"}
YES = {**NO, "answer": "accepted", "reason": None}
DONE = {"done_on": "2026-10-25", "note": "Lit; seen at 22:00."}


async def reviewed(field: Field, who: dict[str, str] | None = None) -> str:
    """A walk of one stop that was handed in and accepted; gives its stop's id."""
    walk_id, stop = str(uuid4()), a_stop()
    body = {**field.body(), "stops": [stop]}
    await ok(await field.put_walk(body, walk_id, who), 201)
    await ok(await field.complete(walk_id, who))
    url = f"/api/walks/{walk_id}/review"
    await ok(await field.service.http.post(url, json={"decision": "accepted"}, headers=field.lead))
    return str(stop["id"])


async def send(field: Field, method: str, path: str, body: Any = None, *, etag: str = "", status: int = 200) -> Any:
    """A request of the lead's."""
    headers = {**field.lead, **({"If-Match": etag} if etag else {})}
    answer = await field.service.http.request(method, f"/api/{path}", json=body, headers=headers)
    return await ok(answer, status)


async def an_issue(field: Field, **more: Any) -> Any:
    """An issue from a reviewed walk."""
    body = {**ISSUE, "programme_id": field.programme_id, "stop_ids": [await reviewed(field)], **more}
    return await send(field, "POST", "issues", body, status=201)


async def test_a_phone_is_told_what_became_of_it(field: Field) -> None:
    """Her own walks' issues with answer and completion; nothing of a peer's, and no id of anybody."""
    made = await an_issue(field)
    said = await send(field, "POST", "recommendations", {**TO_DO, "issue_id": made["issue"]["id"]}, status=201)
    one = f"recommendations/{said['id']}"
    said = await send(field, "PUT", f"{one}/answer", NO, etag=said["etag"])
    said = await send(field, "PUT", f"{one}/answer", YES, etag=said["etag"])
    await send(field, "PUT", f"{one}/done", DONE, etag=said["etag"])
    mine = (await ok(await field.get("auditors/me/reported")))["items"]
    peers = (await ok(await field.get("auditors/me/reported", field.auditors[1])))["items"]

    assert peers == []
    assert [(one["title"], one["kind"], one["state"], one["raised_on"]) for one in mine] == [
        ("Two lamps out", "defect", "done", "2026-10-25")
    ]
    assert mine[0]["recommendations"] == [
        {
            "action": "Replace both",
            "body": "Lambeth Council",
            "due_on": "2026-11-08",
            "state": "done",
            "answered_on": "2026-10-25",
            "answer_reason": None,
            "done_on": "2026-10-25",
        }
    ]


async def test_whoever_answered_at_the_stop_is_told_too(field: Field) -> None:
    """She walked there, though another phone handed the walk in."""
    made = await an_issue(field)
    stop = made["stops"][0]
    body = {"walk_id": stop["walk_id"], "stop_id": stop["id"], "scores": {"feeling": 1}}
    await ok(await field.put(f"responses/{uuid4()}", field.auditors[1], json=body), 201)

    assert len((await ok(await field.get("auditors/me/reported", field.auditors[1])))["items"]) == 1
    assert (await ok(await field.get("auditors/me/reported", field.auditors[2])))["items"] == []


async def test_an_edit_names_what_it_is_made_of(field: Field) -> None:
    """428 without, 412 with an old ETag, 200 with the present one."""
    made = await an_issue(field)
    path, body = f"issues/{made['issue']['id']}", {"reason": "Raised twice."}
    await send(field, "POST", f"{path}/withdrawal", body, status=428)
    await send(field, "POST", f"{path}/withdrawal", body, etag='"99"', status=412)
    gone = await send(field, "POST", f"{path}/withdrawal", body, etag=made["issue"]["etag"])
    refused = await send(field, "POST", f"{path}/withdrawal", body, etag=gone["issue"]["etag"], status=409)
    back = await send(field, "POST", f"{path}/return", body, etag=gone["issue"]["etag"])
    history = await send(field, "GET", f"{path}/history")

    assert (gone["issue"]["state"], back["issue"]["state"]) == ("withdrawn", "raised")
    assert refused["type"] == "/problems/out-of-turn"
    assert [one["action"] for one in history["items"]] == ["brought-back", "withdrawn", "raised"]


async def test_the_same_issue_again_is_the_same(field: Field) -> None:
    """By the client's own id: 201, then 200, and one in the list."""
    body = {**ISSUE, "programme_id": field.programme_id, "stop_ids": [await reviewed(field)], "id": str(uuid4())}
    await send(field, "POST", "issues", body, status=201)
    await send(field, "POST", "issues", body)

    assert len((await send(field, "GET", "issues?overdue=false"))["items"]) == 1
    assert (await send(field, "GET", "issues?overdue=true"))["items"] == []


@pytest.mark.parametrize("change", [{"kind": "crime"}, {"stop_ids": "all"}, {"because": 1}, {"title": None}])
async def test_what_cannot_be_read_is_named(field: Field, change: dict[str, Any]) -> None:
    """400, and the field."""
    body = {**ISSUE, "programme_id": field.programme_id, "stop_ids": [], **change}
    refused = await send(field, "POST", "issues", body, status=400)

    assert next(iter(change)) in refused["errors"][0]["field"]


async def test_a_picture_of_what_was_done_is_painted_anew(field: Field) -> None:
    """Its metadata stays outside; peers and phones find nothing under its address."""
    made = await an_issue(field)
    said = await send(field, "POST", "recommendations", {**TO_DO, "issue_id": made["issue"]["id"]}, status=201)
    content = a_jpeg(size=(640, 480))
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    headers = {"Content-Type": "image/jpeg", "Content-Digest": f"sha-256=:{digest}:", **field.lead}
    url, http = f"/api/recommendations/{said['id']}/photos/{uuid4()}", field.service.http
    answers = [await http.put(f"{url}?caption=Lit", content=content, headers=headers) for _ in range(2)]
    seen = await http.get(f"{url}?width=320", headers=field.lead)
    peer = await http.get(url, headers=await field.service.staff("lead"))

    assert [answer.status_code for answer in answers] == [201, 200], answers[0].text
    assert answers[1].json()["photos"][0]["caption"] == "Lit"
    assert seen.headers["content-type"] == "image/jpeg" and seen.content[:2] == b"\xff\xd8" and seen.content != content
    assert (peer.status_code, (await http.get(url, headers=field.me)).status_code) == (404, 403)
    etag = answers[1].headers["etag"]
    assert (await http.delete(url, headers={**field.lead, "If-Match": etag})).status_code == 204
    assert (await http.get(url, headers=field.lead)).status_code == 404


async def test_nothing_of_an_issue_names_or_quotes_who_walked(field: Field) -> None:
    """Notes, flagged or not, personal answers and auditors stay out of every answer."""
    stop = {**a_stop(), "note": "CANARY the lamp", "causes": ["followed", "glare"]}
    walk_id = str(uuid4())
    await ok(await field.put_walk({**field.body(), "stops": [stop]}, walk_id), 201)
    await ok(await field.complete(walk_id))
    await ok(await field.service.http.post(f"/api/walks/{walk_id}/review", json={"decision": "accepted"},
                                           headers=field.lead))  # fmt: skip
    body = {**ISSUE, "programme_id": field.programme_id, "stop_ids": [stop["id"]]}
    made = await send(field, "POST", "issues", body, status=201)
    answers = [await send(field, "GET", f"issues/{made['issue']['id']}{end}") for end in ("", "/history")]

    said = str([made, *answers, await send(field, "GET", "issues")])
    assert "CANARY" not in said and "followed" not in said and "auditor" not in said


@pytest.mark.parametrize(
    "query", ["state=lost", "body_kind=%00", "kind=crime", "programme_id=brixton", "overdue=maybe"]
)
async def test_a_bad_filter_is_named(field: Field, query: str) -> None:
    """Rather than taken as none."""
    for path in ("issues", "recommendations"):
        refused = await send(field, "GET", f"{path}?{query}", status=400)
        assert refused["errors"][0]["field"] == query.partition("=")[0]


async def test_a_nul_in_an_address_is_no_fault_of_ours(field: Field) -> None:
    """No keyboard has one, and no database takes it."""
    made = await an_issue(field)
    said = await send(field, "POST", "recommendations", {**TO_DO, "issue_id": made["issue"]["id"]}, status=201)
    content = a_jpeg(size=(64, 48))
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    headers = {"Content-Type": "image/jpeg", "Content-Digest": f"sha-256=:{digest}:", **field.lead}
    url = f"/api/recommendations/{said['id']}/photos/{uuid4()}?caption=%00"
    browser = await field.service.staff_browser("administrator")
    page = await browser.get(f"/actions/raise?programme={field.programme_id}&cause=%00&factor=%00&leg=%00&cell=%00")

    assert (await field.service.http.put(url, content=content, headers=headers)).status_code == 422
    assert page.status_code == 200
