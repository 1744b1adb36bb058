"""Bursts are slowed: counted in the database, per network, without keeping an address."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from api.app import create_app
from api.limits import ALLOWANCES, HOUR_S
from audits.photo_store import FolderPhotoStore
from migrations.database import fetch
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
