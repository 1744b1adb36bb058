"""A walk comes in while the service breaks: all of it arrives, nothing twice, and nothing is sent again for nothing."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Playwright, expect

from tests.journeys.front import Fault, fronted
from tests.journeys.phone.conftest import phone_of
from tests.journeys.phone.hand import PATIENCE_MS
from tests.journeys.phone.kept import Kept, kept
from tests.journeys.server import Server

ALL = Kept(["received"], stops=2, photos=4, responses=1)

pytestmark = pytest.mark.only_on("sqlite")


@contextmanager
def locked(server: Server) -> Iterator[None]:
    """Another program holds the database, so that nothing can be written."""
    other = sqlite3.connect(server.database_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("begin immediate")
    try:
        yield
    finally:
        other.close()


async def test_a_server_that_is_killed_mid_upload_loses_and_doubles_nothing(
    served: Server, code: str, playwright: Playwright, browser: Browser, snaps: list[Path]
) -> None:
    """kill -9 after the walk was written and before it was answered, amid a photo, and at the end."""
    faults = [
        Fault("PUT /api/walks/", "unanswered"),
        Fault("PUT /api/photos/", "cut off"),
        Fault("POST /api/walks/", "unanswered"),
    ]

    def power_cut() -> None:
        served.kill()
        served.start()

    async with fronted(served, faults, power_cut) as front:
        hand = await phone_of(browser, playwright, front.address)
        await hand.join(code)
        await hand.walk(2, snaps)
        await hand.answer_alone(2)
        await hand.finish()
        await hand.send_until_safe()

    assert front.faults == []
    assert await kept(served) == ALL
    assert Counter(line for line in front.seen if line.startswith("PUT")).most_common(1)[0][1] == 1


async def test_a_service_that_answers_503_for_a_while_gets_everything_when_it_is_back(
    served: Server, code: str, playwright: Playwright, browser: Browser, snaps: list[Path]
) -> None:
    """While its database is held the phone keeps all; afterwards it sends by itself, when it was told to."""
    hand = await phone_of(browser, playwright, served.address)
    refused: list[str] = []
    hand.page.on("response", lambda answer: refused.append(answer.request.method) if answer.status == 503 else None)
    await hand.join(code)
    await hand.walk(2, snaps)
    await hand.answer_alone(2)
    with locked(served):
        await hand.finish()
        await expect(hand.page.get_by_text("Waiting for the service. Try again")).to_be_visible(timeout=PATIENCE_MS)
        await hand.status("Still on this phone: 2 stops, 4 photos, your answers at 1 stop")
    await hand.status("Nothing waits on this phone")

    assert refused == ["PUT"]
    assert await kept(served) == ALL
