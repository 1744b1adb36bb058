"""Help, equality questions and being forgotten, as phones and administrators ask for them."""

from uuid import uuid4

from tests.api.field import Field
from tests.people import Service, ok

ANSWERS = {"question_set": "2026-1", "answers": {"age": "25_34", "neurodivergence": ["adhd"]}}


async def test_everybody_finds_help(service: Service) -> None:
    """Without a token: a phone asks before it has one."""
    found = await ok(await service.http.get("/api/help-routes"))

    assert found["version"] and found["dated"]
    assert found["routes"][0]["contact"] == "999"
    assert set(found["routes"][0]) == {"key", "name", "contact", "kind", "when", "note", "confirmed"}


async def test_an_administrator_replaces_the_help_routes(service: Service) -> None:
    """And is told which of them cannot be."""
    before = await ok(await service.http.get("/api/help-routes"))
    administrator = await service.staff("administrator")
    next_ = {"dated": "2026-12-01", "routes": before["routes"][:3]}
    published = await ok(await service.http.post("/api/help-routes", headers=administrator, json=next_), 201)
    refused = await service.http.post("/api/help-routes", headers=administrator, json={**next_, "routes": []})

    assert await ok(await service.http.get("/api/help-routes")) == published
    assert published["version"] == "2026-2" and len(published["routes"]) == 3
    assert refused.status_code == 422 and refused.json()["errors"][0]["field"] == "routes"


async def test_the_equality_questions_are_data(service: Service) -> None:
    """Every version ever published, and 404 for others."""
    found = await ok(await service.http.get("/api/equality-questions/2026-1"))
    unknown = await service.http.get("/api/equality-questions/1")

    assert [question["key"] for question in found["questions"]][:3] == ["age", "ethnic_group", "sex"]
    assert unknown.status_code == 404 and unknown.json()["type"] == "/problems/unknown-question-set"


async def test_an_auditor_tells_of_herself_and_takes_it_back(field: Field) -> None:
    """The answers are not read back; what is not asked is named; staff cannot ask at all."""
    told = await ok(await field.put("auditors/me/equality", json=ANSWERS))
    refused = await field.put("auditors/me/equality", json={**ANSWERS, "answers": {"age": "17"}})
    staff = await field.put("auditors/me/equality", await field.service.staff("administrator"), json=ANSWERS)
    back = [await field.service.http.delete("/api/auditors/me/equality", headers=field.me) for _ in range(2)]

    assert told == {"question_set": "2026-1", "answered": 2}
    assert refused.status_code == 422 and refused.json()["errors"][0]["field"] == "answers.age"
    assert staff.status_code == 403
    assert [answer.status_code for answer in back] == [204, 204]


async def test_an_auditor_is_forgotten_once(field: Field) -> None:
    """She gets a receipt; her token opens nothing any more, and her walk is nobody's."""
    walk_id = str(uuid4())
    await field.put_walk(field.body(), walk_id)
    receipt = await ok(await field.service.http.delete("/api/auditors/me", headers=field.me))
    again = await field.service.http.delete("/api/auditors/me", headers=field.me)
    peer = await field.get(f"walks/{walk_id}/receipt", field.auditors[1])

    assert receipt["receipt_id"] and receipt["erased"]["devices"] == 1 and receipt["walks_severed"] == 1
    assert again.status_code == 401
    assert peer.status_code == 404
