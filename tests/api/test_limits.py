"""Bursts are slowed: counted in the database, per network, without keeping an address."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from api.app import create_app
from api.limits import ALLOWANCES, HOUR_S
from api.roles import ROUTES
from audits.photo_store.folder import FolderPhotoStore
from migrations.database import fetch
from tests.charter.builders import signature
from tests.people import MovableClock, Outbox, settings_for

URL = "/api/invitations/redeem"
TIMES = ALLOWANCES[f"POST {URL}"].times
BODY = {"code": "AAAA-AAAA-AAAA"}


@pytest.fixture
def clock() -> MovableClock:
    """The present, to be moved past a window."""
    return MovableClock()


@pytest.fixture
async def limited(tmp_path: Path, database_url: str, clock: MovableClock) -> AsyncIterator[httpx.AsyncClient]:
    """A service behind one proxy, with limits on."""
    settings = settings_for(tmp_path, database_url, LIMITS="on", PROXY_HOPS="1")
    app = create_app(settings, clock=clock, postman=Outbox(), photo_store=FolderPhotoStore(tmp_path / "photos"))
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]  # Litestar types its ASGI more narrowly
    async with app.lifespan(), httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
        yield http


async def test_one_network_is_slowed_and_another_is_not(limited: httpx.AsyncClient, clock: MovableClock) -> None:
    """The claim that a client writes into the header itself is not believed."""
    for n in range(TIMES):
        await limited.post(URL, json=BODY, headers={"X-Forwarded-For": f"10.9.9.{n}, 192.0.2.1"})
    slowed = await limited.post(URL, json=BODY, headers={"X-Forwarded-For": "10.1.1.1, 192.0.2.1"})
    other = await limited.post(URL, json=BODY, headers={"X-Forwarded-For": "192.0.2.2"})
    clock.move(seconds=HOUR_S)
    later = await limited.post(URL, json=BODY, headers={"X-Forwarded-For": "192.0.2.1"})

    assert slowed.status_code == 429 and 0 < int(slowed.headers["retry-after"]) <= HOUR_S
    assert 429 not in (other.status_code, later.status_code)


async def test_no_address_is_kept(limited: httpx.AsyncClient) -> None:
    """Only a keyed hash of it."""
    await limited.post(URL, json=BODY, headers={"X-Forwarded-For": "192.0.2.77"})
    rows = await fetch("select client, times from request_count")

    assert [row["times"] for row in rows] == [1]
    assert "192.0.2" not in str(rows)


async def test_a_burst_of_signatures_is_held_and_answered_alike(limited: httpx.AsyncClient) -> None:
    """Below the allowance of requests already, so that one network's machine writes to few strangers."""
    answers = [
        await limited.post("/api/charter/signatures", json=signature(f"Org {n}", premises=[])) for n in range(12)
    ]
    states = await fetch("select state, held_because from signatory order by number")

    assert {answer.status_code for answer in answers} == {202}
    assert {answer.json()["state"] for answer in answers} == {"applied"}
    assert [row["state"] for row in states] == ["applied"] * 5 + ["held"] * 7
    assert {row["held_because"] for row in states[5:]} == {"address", "network"}


async def test_the_form_is_slowed_as_the_interface_is(limited: httpx.AsyncClient) -> None:
    """Sending it counts as signing; its pages may be sent more often, for a chain has many premises."""
    allowed = {
        route: allowance.times for route, allowance in ALLOWANCES.items() if route.startswith("POST /charter/sign")
    }
    for _ in range(allowed["POST /charter/sign/check"]):
        await limited.post("/charter/sign/check")

    assert (await limited.post("/charter/sign/check")).status_code == 429
    assert allowed["POST /charter/sign/check"] == ALLOWANCES["POST /api/charter/signatures"].times
    assert set(allowed) == {route for route in ROUTES if route.startswith("POST /charter/sign")}
