"""Handing in a walk over HTTP: the statuses, names and words of the contract."""

import json
import re
from typing import Any
from uuid import uuid4

import pytest

from tests.api.field import Field
from tests.audits.phones import a_jpeg, a_stop
from tests.journeys.walks import picture

RECEIPT = ["walk_id", "state", "missing_photos", "refused_photos", "problems", "night_of", "dark", "received_at"]


async def test_three_steps(field: Field) -> None:
    """201, 201, 200; the receipt is the contract's, and GET gives it again."""
    walk_id, photo = str(uuid4()), picture(a_jpeg())
    first = await field.put_walk(field.body(photo), walk_id)
    sent = await field.put_photo(photo)
    done = await field.complete(walk_id, json={"without": []})

    assert [answer.status_code for answer in (first, sent, done)] == [201, 201, 200]
    assert list(first.json()) == RECEIPT and first.json()["missing_photos"] == [photo.id]
    assert done.json() == {
        "walk_id": walk_id,
        "state": "received",
        "missing_photos": [],
        "refused_photos": [],
        "problems": [],
        "night_of": "2026-10-24",
        "dark": True,
        "received_at": "2026-10-25T09:00:00Z",
    }
    assert (await field.get(f"walks/{walk_id}/receipt")).json() == done.json()
    assert (await field.get(f"walks/{walk_id}")).json() == done.json()


async def test_the_same_walk_again_is_a_200(field: Field) -> None:
    """And other content a 409 under its name."""
    walk_id, body = str(uuid4()), field.body()
    await field.put_walk(body, walk_id)
    again = await field.put_walk(dict(reversed(body.items())), walk_id)
    other = await field.put_walk({**body, "group_size": 9}, walk_id)

    assert again.status_code == 200
    assert (other.status_code, other.json()["type"]) == (409, "/problems/walk-differs")


async def test_a_peer_finds_nothing(field: Field) -> None:
    """Neither to read, to put, nor to complete; nor does one who is not signed in."""
    walk_id, body, peer = str(uuid4()), field.body(), field.auditors[1]
    await field.put_walk(body, walk_id)
    answers = [
        await field.get(f"walks/{walk_id}", peer),
        await field.get(f"walks/{walk_id}/receipt", peer),
        await field.put_walk(body, walk_id, peer),
        await field.complete(walk_id, peer),
        await field.get(f"walks/{uuid4()}", peer),
    ]

    assert [answer.status_code for answer in answers] == [404] * 5
    assert {answer.json()["type"] for answer in answers} == {"/problems/no-such-walk"}
    assert (await field.get(f"walks/{walk_id}", {"X": "y"})).status_code == 401


@pytest.mark.parametrize("role", ["lead", "analyst", "administrator"])
async def test_staff_hand_in_no_walks(field: Field, role: str) -> None:
    """A walk is an auditor's."""
    staff = await field.service.staff(role)

    assert (await field.put_walk(field.body(), who=staff)).status_code == 403
    assert (await field.get(f"walks/{uuid4()}/receipt", staff)).status_code == 403


async def test_completing_names_what_may_be_left_out(field: Field) -> None:
    """409 while a photo is missing that `without` does not name; no body means none."""
    walk_id, photo = str(uuid4()), picture(a_jpeg())
    await field.put_walk(field.body(photo), walk_id)
    too_early = [await field.complete(walk_id), await field.complete(walk_id, json={"without": [str(uuid4())]})]
    done = await field.complete(walk_id, json={"without": [photo.id]})

    assert [(answer.status_code, answer.json()["type"]) for answer in too_early] == [
        (409, "/problems/photos-missing")
    ] * 2
    assert (done.status_code, done.json()["state"]) == (200, "received")
    assert (await field.complete(walk_id)).json() == done.json()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"surprise": 1}, "surprise"),
        ({"group_size": "7"}, "group_size"),
        ({"started_at": "yesterday"}, "started_at"),
        ({"leg": "dusk"}, "leg"),
        ({"stops": "none"}, "stops"),
        ({"stops": [a_stop(scores={"lighting": True})]}, "stops[0].scores.lighting"),
        ({"stops": [a_stop(), a_stop(scores={"upkeep": "maybe"})]}, "stops[1].scores.upkeep"),
        ({"stops": [a_stop(note="a\0b")]}, "stops[0].note"),
        ({"route": {"type": "Polygon", "coordinates": []}}, "route.type"),
    ],
)
async def test_what_cannot_be_read_is_a_400_that_names_the_field(
    field: Field, change: dict[str, Any], named: str
) -> None:
    """Unknown, of the wrong type, with a NUL."""
    answer = await field.put_walk({**field.body(), **change})

    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert [error["field"] for error in answer.json()["errors"]] == [named]


async def test_a_whole_number_may_be_spelled_otherwise(field: Field) -> None:
    """7.0 and 7e0 are 7, and the same walk; 7.5, true and "7" are no whole number."""
    walk_id, body = str(uuid4()), json.dumps(field.body(picture(a_jpeg())))
    respelled = body.replace('"group_size": 7', '"group_size": 7e0').replace('"sequence": 1,', '"sequence": 1.0,')
    respelled = re.sub(r'("bytes": [0-9]+)', r"\1.0", respelled.replace('_version": 1', '_version": 10e-1'))
    wrong = [body.replace('"group_size": 7', f'"group_size": {size}') for size in ("7.5", "true", '"7"', "1e30")]
    headers = {"Content-Type": "application/json"}
    texts = [body, respelled, *wrong]
    answers = [await field.put(f"walks/{walk_id}", content=text, headers=headers) for text in texts]

    assert respelled.count(".0") >= 2 and "7e0" in respelled and "10e-1" in respelled
    assert [answer.status_code for answer in answers] == [201, 200, 400, 400, 400, 400]
    assert {answer.json()["errors"][0]["field"] for answer in answers[2:]} == {"group_size"}


@pytest.mark.parametrize("missing", ["programme_id", "instrument_version", "leg", "started_at", "stops", "photos"])
async def test_what_is_missing_is_named(field: Field, missing: str) -> None:
    """By the contract's name."""
    body = field.body()
    del body[missing]
    answer = await field.put_walk(body)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, missing)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"programme_id": str(uuid4())}, "programme_id"),
        ({"stops": [a_stop(where=(-0.1, 91.0))]}, "stops[0].location"),
        ({"stops": [a_stop(note="x" * 2001)]}, "stops[0].note"),
        ({"route": {"type": "LineString", "coordinates": [[0, 51]]}}, "route"),
    ],
)
async def test_what_cannot_be_accepted_is_a_422_that_names_the_field(
    field: Field, change: dict[str, Any], named: str
) -> None:
    """Without telling the place or the note."""
    answer = await field.put_walk({**field.body(), **change})

    assert answer.status_code == 422, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [named]
    told = f"{answer.json()['detail']} {answer.json()['errors']}"  # the request id may hold any digits
    assert "91" not in told and "xxx" not in told


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"[" * 100_000, b'{"stops":' * 50_000, b'"\xff"', b"null"])
async def test_what_is_no_walk_is_a_400(field: Field, body: bytes) -> None:
    """Never a 500."""
    answer = await field.put(f"walks/{uuid4()}", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 400, answer.text


async def test_a_doubtful_walk_is_taken_and_told(field: Field) -> None:
    """201, with every code, sentence and field."""
    answer = await field.put_walk(field.body(leg="light", instrument_version=4))

    assert answer.status_code == 201
    assert [(problem["code"], problem["field"]) for problem in answer.json()["problems"]] == [
        ("leg-contradicts-sun", "leg"),
        ("unknown-instrument", "instrument_version"),
    ]


async def test_a_revoked_phone_brings_only_what_was_begun_before(field: Field) -> None:
    """Its walk of last night is taken to its end, and quarantined; nothing else is."""
    walk_id, photo = str(uuid4()), picture(a_jpeg())
    await field.service.http.post("/api/devices/revoke", json={}, headers=field.me)
    taken = await field.put_walk(field.body(photo), walk_id)
    sent, done = await field.put_photo(photo), await field.complete(walk_id)
    later = field.service.clock().isoformat()
    refused = [
        await field.put_walk(field.body(started_at=later, ended_at=later)),
        await field.put_photo(picture(a_jpeg())),
        await field.get(f"walks/{uuid4()}/receipt"),
        await field.complete(str(uuid4())),
        await field.get("programmes"),
    ]

    assert [answer.status_code for answer in (taken, sent, done)] == [201, 201, 200], taken.text
    assert (await field.get(f"walks/{walk_id}/receipt")).json()["state"] == done.json()["state"] == "quarantined"
    assert [problem["code"] for problem in taken.json()["problems"]] == ["device-revoked"]
    assert [answer.status_code for answer in refused] == [401] * 5


async def test_a_long_walk_is_taken(field: Field) -> None:
    """500 stops with full notes, about 2 MB."""
    body = field.body()
    body["stops"] = [a_stop(1, note="n" * 2000) for _ in range(500)]
    answer = await field.put_walk(body)

    assert len(json.dumps(body)) > 1_000_000
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("walk_id", ["1", "not-a-uuid", "x" * 300, "%00"])
async def test_an_id_is_a_uuid(field: Field, walk_id: str) -> None:
    """Whatever else is in its place is not found."""
    assert (await field.put(f"walks/{walk_id}", json=field.body())).status_code == 404
