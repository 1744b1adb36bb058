"""Two phones on one walk: answers given beside it find it, whichever comes first."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Playwright

from tests.journeys.phone.conftest import phone_of
from tests.journeys.phone.kept import Kept, kept
from tests.journeys.server import Server

pytestmark = pytest.mark.only_on("sqlite")


async def test_answers_of_a_second_phone_may_come_before_the_walk(
    served: Server, code: str, playwright: Playwright, browser: Browser, snaps: list[Path]
) -> None:
    """They are sent at once, wait for the walk on both sides, and count when it has come."""
    recorder = await phone_of(browser, playwright, served.address)
    second = await phone_of(browser, playwright, served.address)
    await recorder.join(code)
    await recorder.walk(2, snaps)
    await second.join(code)
    await second.answer_beside(await recorder.group_code(), 2)
    await second.status("2 answers wait for the group’s walk")
    early = await kept(served)
    await recorder.finish()
    await recorder.status("Nothing waits on this phone")
    await second.page.reload()
    await second.status("Nothing waits on this phone")

    assert early == Kept([])
    assert await kept(served) == Kept(["received"], stops=2, photos=4, responses=2)
