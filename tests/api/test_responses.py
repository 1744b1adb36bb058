"""Handing in what is said alone, over HTTP; nothing of it is ever read there again."""

from typing import Any
from uuid import uuid4

import pytest

from tests.api.field import Field

SCORES = {"sensory": 2, "treatment": 3, "belonging": 3, "feeling": 1}


def said(walk_id: str, stop_id: str, **more: Any) -> dict[str, Any]:
    """The body of a response."""
    return {"walk_id": walk_id, "stop_id": stop_id, "scores": SCORES, "presence_effect": {"security": "safer"}, **more}


async def test_a_response_is_taken_once(field: Field) -> None:
    """201, 200 for the same again, 409 for another and for a second at the stop."""
    walk_id, body, response_id = str(uuid4()), field.body(), uuid4()
    await field.put_walk(body, walk_id)
    mine = said(walk_id, body["stops"][0]["id"])
    answers = [
        await field.put(f"responses/{response_id}", json=mine),
        await field.put(f"responses/{response_id}", json=mine),
        await field.put(f"responses/{response_id}", json={**mine, "note": "other"}),
        await field.put(f"responses/{uuid4()}", json=mine),
    ]

    assert [answer.status_code for answer in answers] == [201, 200, 409, 409]
    assert answers[2].json()["type"] == "/problems/response-differs"
    assert answers[3].json()["type"] == "/problems/response-already-given"


async def test_the_receipt_is_its_own_auditor_s(field: Field) -> None:
    """It says that the response is here, and not what it says."""
    response_id = uuid4()
    held = await field.put(f"responses/{response_id}", json=said(str(uuid4()), str(uuid4()), note="secret"))
    receipt = await field.get(f"responses/{response_id}/receipt")
    staff = await field.service.staff("administrator")

    assert receipt.json() == held.json() and held.json()["state"] == "held"
    assert held.json()["held_until"] == "2026-11-24T09:00:00Z" and "secret" not in held.text + receipt.text
    assert (await field.get(f"responses/{response_id}/receipt", field.auditors[1])).status_code == 404
    assert (await field.get(f"responses/{response_id}/receipt", staff)).status_code == 403


@pytest.mark.parametrize(
    ("change", "status", "named"),
    [
        ({"scores": {"feeling": "good"}}, 400, "scores.feeling"),
        ({"presence_effect": {"police": "great"}}, 400, "presence_effect.police"),
        ({"presence_effect": {"dogs": "safer"}}, 400, "presence_effect.dogs"),
        ({"mood": 1}, 400, "mood"),
        ({"note": "x" * 2001}, 422, "note"),
    ],
)
async def test_what_is_wrong_is_named(field: Field, change: dict[str, Any], status: int, named: str) -> None:
    """As in a walk."""
    answer = await field.put(f"responses/{uuid4()}", json=said(str(uuid4()), str(uuid4()), **change))

    assert answer.status_code == status, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [named]
