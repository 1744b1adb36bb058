"""Bodies that cannot be read are refused with the field named, never with a 500."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.wire import ESCAPED_NUL, _fields_with_nul
from tests.people import Service

URL = "/api/charter/signatures"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[",
        b"null",
        b"[]",
        b'"\xff\xfe"',
        b'{"charter_version": "\\ud800"}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"charter_version": NaN}',
        b'{"charter_version": 1e999}',
        b'{"charter_version": ' + b"9" * 5000 + b"}",
    ],
    ids=range(11),
)
async def test_what_is_not_json_is_a_400(service: Service, body: bytes) -> None:
    """Syntax, wrong type, broken text, an abyss of brackets: one kind of answer."""
    answer = await service.http.post(URL, content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 400, answer.text
    assert answer.json()["type"] == "/problems/unreadable" and answer.json()["detail"]


async def test_a_nul_is_refused_by_name(service: Service) -> None:
    """PostgreSQL cannot keep it and nobody types it."""
    answer = await service.http.post(URL, json={"organisation": {"name": "The\0Lamb"}, "pledges": [1]})

    assert answer.status_code == 400
    assert answer.json()["errors"] == [{"field": "organisation.name", "message": "Holds a NUL character."}]


@pytest.mark.parametrize(("body", "field"), [({"surprise": 1}, "surprise"), ({}, "charter_version")])
async def test_unknown_and_missing_fields_are_named(service: Service, body: dict[str, object], field: str) -> None:
    """By the names of the contract."""
    answer = await service.http.post(URL, json=body)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field


@given(st.text(), st.text())
def test_a_nul_is_found_exactly_where_one_is(before: str, after: str) -> None:
    """However many backslashes stand before it; text that only looks like an escape is left alone."""
    innocent = (before + "\\u0000" + after).replace("\0", "")

    assert ESCAPED_NUL.search(json.dumps(innocent).encode()) is None
    assert ESCAPED_NUL.search(json.dumps(innocent + "\0").encode())
    assert list(_fields_with_nul({"a": ["", innocent + "\0"]})) == ["a[1]"]
