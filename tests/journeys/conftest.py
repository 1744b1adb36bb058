"""What the journeys share: a browser, and a served deployment with one programme and auditors, on invented ground."""

import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from playwright.async_api import Browser, async_playwright

from tests.journeys.server import Server, deployment

AREA = {
    "type": "Polygon",
    "coordinates": [[[-0.12, 51.46], [-0.11, 51.46], [-0.11, 51.466], [-0.12, 51.466], [-0.12, 51.46]]],
}
INSIDE = (-0.115, 51.463)
CHROMIUM = shutil.which("chromium")
# The same browser without a desktop's windows, where it is installed, opens a page for a third of the work.
HEADLESS = shutil.which("chromium-headless-shell") or CHROMIUM
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


@dataclass
class Pilot:
    """A served programme: its id, its lead's and its auditors' headers."""

    server: Server
    programme: str
    lead: dict[str, str]
    auditors: list[dict[str, str]]

    def http(self) -> httpx.Client:
        """A client of the server's present address."""
        return httpx.Client(base_url=self.server.address, timeout=30)


def bearer(token: str) -> dict[str, str]:
    """The Authorization header of a token."""
    return {"Authorization": f"Bearer {token}"}


def open_programme(server: Server, auditors: int) -> Pilot:
    """A lead opens a programme and `auditors` women join by invitation."""
    lead = bearer(server.last_word("tokens", "create", "--role", "lead", "--name", "Lead"))
    body = {
        "name": "Trial",
        "area": AREA,
        "width_m": None,
        "instrument_version": 1,
        "opens_on": "2026-01-01",
        "closes_on": "2099-12-31",
        "lead_body": None,
    }
    with httpx.Client(base_url=server.address, timeout=30) as http:
        made = http.post("/api/programmes", json=body, headers=lead)
        assert made.status_code == 201, made.text
        places = {"places": auditors, "expires_on": "2099-12-31"}
        invitation = http.post(f"/api/programmes/{made.json()['id']}/invitations", json=places, headers=lead).json()
        joined = [
            http.post("/api/invitations/redeem", json={"code": invitation["code"], "device_id": str(uuid4())})
            for _ in range(auditors)
        ]
    return Pilot(server, made.json()["id"], lead, [bearer(answer.json()["token"]) for answer in joined])


@pytest.fixture
def pilot(tmp_path: Path, database_url: str) -> Iterator[Pilot]:
    """A running server with a programme of four auditors."""
    with deployment(tmp_path, database_url) as server:
        server.start()
        yield open_programme(server, 4)


@pytest.fixture(scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """Debian's Chromium, without a window, for all journeys of a module: to start one takes longer than most pages."""
    if HEADLESS is None:
        pytest.skip("Chromium is not here: run `make system`.")
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=HEADLESS, args=QUIET)
        yield started
        await started.close()
