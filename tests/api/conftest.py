"""A programme that is open, with phones that have joined it, for tests of handing in."""

from uuid import uuid4

import pytest

from tests.api.field import Field
from tests.audits.builders import BRIXTON
from tests.people import Service, ok


@pytest.fixture
async def field(service: Service) -> Field:
    """A lead opens a programme and three women join it."""
    lead, http = await service.staff("lead"), service.http
    dates = {"opens_on": "2026-10-01", "closes_on": "2026-12-31"}
    body = {"name": "Brixton", "area": BRIXTON, "instrument_version": 1, **dates}
    programme = await ok(await http.post("/api/programmes", json=body, headers=lead), 201)
    places = {"places": 3, "expires_on": "2026-12-31"}
    url = f"/api/programmes/{programme['id']}/invitations"
    code = (await ok(await http.post(url, json=places, headers=lead), 201))["code"]
    answers = [await http.post("/api/invitations/redeem", json={"code": code, "device_id": str(uuid4())})
               for _ in range(3)]  # fmt: skip
    auditors = [{"Authorization": f"Bearer {answer.json()['token']}"} for answer in answers]
    return Field(service, programme["id"], lead, auditors)
