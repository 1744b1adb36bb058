"""A hand in a hurry: what is pressed twice happens once, and of two things changed at once both are kept."""

import pytest
from playwright.async_api import Browser, Playwright

from tests.journeys.phone.conftest import phone_of
from tests.journeys.phone.kept import Kept, kept
from tests.journeys.server import Server

# Pressed again before the screen changes, as on a slow phone.
TWICE = "(button) => { button.click(); button.click(); }"
# A note that is left by ticking its flag: both are saved in the same moment.
BOTH_AT_ONCE = """async () => {
    const phone = await import("/walk/store/phone.js");
    const [stop] = (await phone.read()).stops;
    await Promise.all([
        phone.amendStop(stop.id, (one) => ({ ...one, note: "Followed by somebody" })),
        phone.amendStop(stop.id, (one) => ({ ...one, noteFlagged: true })),
    ]);
    const [kept] = (await phone.read()).stops;
    return [kept.note, kept.noteFlagged];
}"""
ENDED_TWICE = """async () => {
    const phone = await import("/walk/store/phone.js");
    const [leg] = (await phone.read()).legs;
    const ends = [];
    for (const accounted of [7, 6]) {
        await phone.finish(leg, { accounted });
        ends.push((await phone.read()).legs[0].body.ended_at);
    }
    return ends;
}"""

pytestmark = pytest.mark.only_on("sqlite")


async def test_a_tap_counts_although_the_screen_changes_under_the_finger(
    served: Server, code: str, playwright: Playwright, browser: Browser
) -> None:
    """The start is drawn anew whenever something arrives; a finger that is down then still opens what it is on."""
    hand = await phone_of(browser, playwright, served.address)
    await hand.join(code)
    await hand.page.get_by_role("link", name="Start a walk").hover()
    await hand.page.mouse.down()
    await hand.page.evaluate("import('/walk/store/phone.js').then((phone) => phone.tell())")
    await hand.page.wait_for_timeout(300)
    await hand.page.mouse.up()

    await hand.sees("Start a walk")


async def test_pressing_twice_begins_and_ends_one_walk(
    served: Server, code: str, playwright: Playwright, browser: Browser
) -> None:
    """Begin and finish pressed twice: one walk, handed in as it ended first, and none left on the phone."""
    hand = await phone_of(browser, playwright, served.address)
    await hand.join(code)
    await hand.tap("Start a walk", "link")
    await hand.page.get_by_role("button", name="Begin").evaluate(TWICE)
    await hand.record(1)
    at_once = await hand.page.evaluate(BOTH_AT_ONCE)
    first, second = await hand.page.evaluate(ENDED_TWICE)
    await hand.page.reload()
    await hand.status("Nothing waits on this phone")

    assert first == second
    assert at_once == ["Followed by somebody", True]
    assert await kept(served) == Kept(["received"], stops=1)
