"""Review over HTTP: a lead reads her walks and decides; nobody else does, and no response is ever shown."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from audits.queries import OPERATOR, ProgrammeFacts
from audits.queries import programme as programme_of
from tests.audits.builders import BRIXTON, a_photo, a_problem, a_stop, a_walk, an_auditor
from tests.people import Service, ok

URL = "/api/walks"
Header = dict[str, str]


async def led(service: Service) -> tuple[Header, ProgrammeFacts]:
    """A lead and a programme of hers."""
    lead = await service.staff("lead")
    body = {"name": "Brixton", "area": BRIXTON, "instrument_version": 1}
    dates = {"opens_on": "2026-10-01", "closes_on": "2026-12-31"}
    made = await ok(await service.http.post("/api/programmes", json={**body, **dates}, headers=lead), 201)
    return lead, await programme_of(UUID(made["id"]), caller=OPERATOR)


async def decide(
    service: Service, who: Header, walk_id: UUID, decision: str, reason: str | None = None
) -> httpx.Response:
    """What a reviewer is answered."""
    body = {"decision": decision, "reason": reason}
    return await service.http.post(f"{URL}/{walk_id}/review", json=body, headers=who)


async def test_a_walk_is_shown_to_its_reviewer(service: Service) -> None:
    """With problems, photos and counts; the whole of what is shown is here."""
    lead, programme = await led(service)
    walk = await a_walk(programme, state="quarantined")
    await a_stop(walk, note="Lamp out by the arch")
    await a_problem(walk)
    photo = await a_photo(walk, await an_auditor(programme))
    answer = await ok(await service.http.get(URL, params={"state": "quarantined"}, headers=lead))

    assert answer["items"][0].pop("problems") == [
        {"code": "clock-off", "detail": "The phone's clock was off.", "field": None}
    ]
    assert answer["items"][0].pop("photos") == [
        {"id": str(photo.id), "stop_id": None, "state": "stored", "review": "unreviewed"}
    ]
    assert answer == {"items": [expected(walk.id, programme)], "next": None}


def expected(walk_id: UUID, programme: ProgrammeFacts) -> dict[str, Any]:
    """A walk of the builders, as a reviewer sees it."""
    return {
        "id": str(walk_id),
        "programme_id": str(programme.id),
        "state": "quarantined",
        "instrument_version": 1,
        "leg": "dark",
        "paired_walk_id": None,
        "night_of": "2026-10-24",
        "duration_min": 70,
        "dark": True,
        "group_size": 7,
        "cut_short": False,
        "stops": 1,
        "revisions": 0,
        "reviewed_at": None,
        "review_reason": None,
    }


async def test_walks_are_read_in_pages(service: Service) -> None:
    """The filter stays in `next`, and each walk comes once."""
    lead, programme = await led(service)
    made = [str((await a_walk(programme)).id) for _ in range(5)]
    await a_walk(programme, state="accepted")
    found, url = [], f"{URL}?state=received&programme_id={programme.id}&limit=2"
    while url:
        answer = await ok(await service.http.get(url, headers=lead))
        found += [walk["id"] for walk in answer["items"]]
        url = answer["next"]

    assert found == made[::-1]


@pytest.mark.parametrize("query", ["state=lost", "programme_id=brixton"])
async def test_a_bad_filter_is_named(service: Service, query: str) -> None:
    """Rather than taken as none."""
    answer = await service.http.get(f"{URL}?{query}", headers=await service.staff("lead"))

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == query.partition("=")[0]


async def test_a_walk_is_accepted_and_the_decision_changed(service: Service) -> None:
    """The answer is the decision that stands."""
    lead, programme = await led(service)
    walk = await a_walk(programme)
    accepted = await ok(await decide(service, lead, walk.id, "accepted"))
    rejected = await ok(await decide(service, lead, walk.id, "rejected", "Walked at noon."))

    assert accepted == {
        "walk_id": str(walk.id),
        "state": "accepted",
        "reviewed_at": "2026-10-25T09:00:00Z",
        "review_reason": None,
    }
    assert (rejected["state"], rejected["review_reason"]) == ("rejected", "Walked at noon.")


@pytest.mark.parametrize(
    ("state", "body", "status", "problem"),
    [
        ("incomplete", {"decision": "accepted"}, 409, "nothing-to-review"),
        ("received", {"decision": "rejected"}, 422, "decision-not-acceptable"),
        ("received", {"decision": "rejected", "reason": "x" * 2001}, 422, "decision-not-acceptable"),
        ("received", {"decision": "received"}, 400, "unreadable"),
        ("received", {}, 400, "unreadable"),
    ],
)
async def test_what_cannot_be_decided(service: Service, state: str, body: Any, status: int, problem: str) -> None:
    """Each with a sentence on what to do."""
    lead, programme = await led(service)
    walk = await a_walk(programme, state=state)
    answer = await service.http.post(f"{URL}/{walk.id}/review", json=body, headers=lead)

    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{problem}")


async def test_peers_review_nothing(service: Service) -> None:
    """Another lead: 404 by every id, and an empty list; her administrator may."""
    lead, programme = await led(service)
    walk = await a_walk(programme)
    photo = await a_photo(walk, await an_auditor(programme))
    other = await service.staff("lead")
    publish = {"decision": "publishable"}
    answers = [
        await decide(service, other, walk.id, "accepted"),
        await decide(service, lead, uuid4(), "accepted"),
        await service.http.post(f"/api/photos/{photo.id}/review", json=publish, headers=other),
        await service.http.get(URL, params={"programme_id": str(programme.id)}, headers=other),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert (await ok(await service.http.get(URL, headers=other)))["items"] == []
    assert (await decide(service, await service.staff("administrator"), walk.id, "accepted")).status_code == 200


async def test_a_photo_is_published(service: Service) -> None:
    """The list says so afterwards."""
    lead, programme = await led(service)
    photo = await a_photo(await a_walk(programme), await an_auditor(programme))
    path = f"/api/photos/{photo.id}/review"
    answer = await ok(await service.http.post(path, json={"decision": "publishable"}, headers=lead))
    listed = await ok(await service.http.get(URL, headers=lead))

    assert (answer["photo_id"], answer["review"]) == (str(photo.id), "publishable")
    assert listed["items"][0]["photos"][0]["review"] == "publishable"
