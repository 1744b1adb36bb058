"""Every screen of the app for walks: seen, touched, heard and typed at; in other words; and left at once."""

import re
from datetime import date
from pathlib import Path
from uuid import uuid4

import msgspec
from PIL import Image
from playwright.async_api import Browser, Playwright, expect

from api.resources.actions.reported import IssueReported, ReportedList, WhatIsDone
from tests.journeys.phone.conftest import phone_of
from tests.journeys.phone.hand import GROUP_QUESTIONS, Hand, where
from tests.journeys.phone.looking import goes_to, look, under_way, unvisited
from tests.journeys.phone.shared import browser, code, playwright, served
from tests.journeys.server import Server

__all__ = ["browser", "code", "playwright", "served"]
DAY = date(2026, 11, 20)
ANSWERED = {"answered_on": DAY, "answer_reason": "The lamp is on the list for spring.", "done_on": None}
TO_DO = WhatIsDone(action="Mend the lamp", body="London Borough of Lambeth", due_on=DAY, state="accepted", **ANSWERED)
ISSUE = {"kind": "defect", "title": "Lamp out", "place": "By the gate", "state": "accepted", "raised_on": DAY}
REPORTED = ReportedList(
    items=[
        IssueReported(
            id=uuid4(), programme_id=uuid4(), programme="Trial", walk_ids=[], recommendations=[TO_DO], **ISSUE
        )
    ]
)


async def test_every_screen_can_be_seen_touched_and_heard(
    served: Server, code: str, playwright: Playwright, browser: Browser
) -> None:
    """Axe finds nothing in either theme; 44 pixels and more; 320 pixels and more; help and the way out on each."""
    hand = await phone_of(browser, playwright, served.address, bypass_csp=True)
    await hand.open("/walk/away")
    await look(hand)
    await hand.open()
    for path in ("help", "you", "join/ABCDE", ""):
        await goes_to(hand, path)
        await look(hand)
    await hand.join(code)
    await hand.page.reload()  # without the axe of before, and as the icon opens it
    await hand.sees("Trial")
    await look(hand)
    addresses = await under_way(hand)
    await goes_to(hand, "")
    await look(hand)
    reported = {"content_type": "application/json", "body": msgspec.json.encode(REPORTED)}
    await hand.page.route("**/api/auditors/me/reported", lambda route: route.fulfill(**reported))
    for path in addresses:
        await goes_to(hand, path)
        await expect(hand.page.locator("#bar").get_by_role("link", name="Help", exact=True)).to_be_visible()
        await expect(hand.page.locator("#bar").get_by_role("button", name="Leave now")).to_be_visible()
        assert await hand.page.evaluate("document.activeElement.tagName") == "H1", path
        await look(hand)

    assert await unvisited(hand, ["", *addresses]) == []


async def test_help_is_one_tap_away_without_network(
    served: Server, code: str, playwright: Playwright, browser: Browser
) -> None:
    """Its numbers are on the phone before she has joined; and the quick exit is dark, and says nothing of the app."""
    hand = await phone_of(browser, playwright, served.address)
    await hand.open()
    await hand.page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    await hand.page.context.set_offline(True)
    await hand.tap("Help", "link")
    await hand.sees("Help")
    await expect(hand.page.get_by_text("not for reporting a crime")).to_be_visible()
    assert await hand.page.get_by_role("link", name="Call 999").get_attribute("href") == "tel:999"

    await hand.tap("Leave now")
    await hand.left()
    await expect(hand.page).to_have_title("Weather")
    ink = await hand.page.evaluate("getComputedStyle(document.body).color")
    said = await hand.page.content()
    assert ink == "rgb(255, 255, 255)"  # on the dark page that the browser has by itself
    assert not re.search(r"(?i)night|safety|audit|/walk", said)
    await hand.page.go_back()
    await hand.left()
    await hand.open("/walk")
    await hand.sees("Join a night safety walk")
    for _ in range(3):
        await hand.page.keyboard.press("Shift")
    await hand.left()


async def test_second_thoughts_cost_nothing(
    served: Server, code: str, playwright: Playwright, browser: Browser, tmp_path: Path
) -> None:
    """A walk discarded, a position waited for, a photo brought back, a note kept on leaving; one went home before."""
    snap = tmp_path / "snap.jpg"
    Image.effect_noise((64, 48), 40).convert("RGB").save(snap)
    hand = await phone_of(browser, playwright, served.address)
    page = hand.page
    await hand.join(code)
    await page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    await page.context.set_offline(True)
    await hand.start()
    await page.get_by_text("Discard this walk").click()
    await hand.tap("Discard it, and go back to the start")
    await hand.sees("Trial")
    await hand.start()
    await where(page.context, accuracy_m=60)
    await hand.tap("Record stop 1 here", "link")
    await expect(page.get_by_text("Poor. Wait")).to_be_visible()
    await where(page.context, accuracy_m=12)
    await expect(page.get_by_text("Getting better: 60 m before, 12 m now.")).to_be_visible()
    await hand.tap("Save the stop here")
    await hand.sees("Lighting")
    await hand.tap("Help", "link")
    await hand.tap("Back to where you were", "link")
    await hand.sees("Lighting")
    await hand.tap("All of this stop", "link")
    await hand.photograph([snap])
    await hand.tap("Remove photo 1")
    await expect(page.locator(".photos li")).to_have_count(0)
    await expect(page.locator("#undo")).to_be_focused()
    await hand.tap("Bring it back")
    await expect(page.locator(".photos li")).to_have_count(1)
    await page.get_by_label("In your words").type("Lamp out")
    await hand.tap("Leave now")
    await hand.left()

    await hand.open("/walk")
    await hand.tap("Go on with the walk", "link")
    await hand.tap("Stop 1", "link")
    await expect(page.get_by_label("In your words")).to_have_value("Lamp out")
    await hand.tap("‹ Walk", "link")
    await hand.tap("Finish the walk", "link")
    await hand.tap("No, somebody is missing")
    await expect(page.get_by_text("First find her.")).to_be_visible()
    await hand.tap("Some left before, and are safe: finish and send")
    await hand.status("Still on this phone: 1 stop, 1 photo")
    await page.context.set_offline(False)
    await hand.status("Nothing waits on this phone")
    await hand.tap("Back to the start", "link")
    await expect(page.get_by_role("link", name=re.compile("^Walk back in the (light|dark)"))).to_be_visible()


DRAWN_HOW_OFTEN = """
    async path => {
        const { tell } = await import("/walk/store/phone.js");
        let drawn = 0;
        new MutationObserver(() => { drawn += 1; }).observe(document.getElementById("main"), { childList: true });
        location.hash = path;
        tell();  // what else is saved meanwhile, here or in another tab
        await new Promise(done => setTimeout(done, 500));
        return [drawn, location.hash];
    }
"""


async def test_a_screen_is_drawn_once_although_something_is_saved_meanwhile(
    served: Server, code: str, playwright: Playwright, browser: Browser
) -> None:
    """Drawn again, it would take away what she has begun to type."""
    hand = await phone_of(browser, playwright, served.address)
    await hand.join(code)
    for path in ("#/help", "#/you", "#/start"):
        assert await hand.page.evaluate(DRAWN_HOW_OFTEN, path) == [1, path]


# The browser may ask her whether to keep what is saved: when she has joined, and not before she knows what for.
ASKED_TO_KEEP = "navigator.storage.persist = async () => { window.asked = (window.asked ?? 0) + 1; return true; }"
CALLED = """
    () => {
        const one = document.activeElement;
        if (one === document.body) return "";
        return one.getAttribute("aria-label") ?? one.labels?.[0]?.innerText ?? one.innerText;
    }
"""


async def press(hand: Hand, name: str | re.Pattern[str], key: str = "Enter") -> None:
    """Tab until what is called by that name has the focus, and press."""
    page = hand.page
    for _ in range(60):
        await page.keyboard.press("Tab")
        if re.search(name, await page.evaluate(CALLED)):
            await page.keyboard.press(key)
            return
    raise AssertionError(f"the keyboard does not reach {name}")


async def test_a_leg_is_walked_by_keyboard_alone(
    served: Server, code: str, playwright: Playwright, browser: Browser
) -> None:
    """From the joining sheet's code to everyone accounted for, without a touch, and with reduced motion."""
    hand = await phone_of(browser, playwright, served.address, reduced_motion="reduce")
    await hand.page.add_init_script(ASKED_TO_KEEP)
    await hand.open()
    await press(hand, "Easy Read, and how")
    await press(hand, "By the hour", "ArrowDown")
    await expect(hand.page.get_by_label("Dark")).to_be_focused()
    await hand.page.go_back()
    await hand.sees("Join a night safety walk")
    await press(hand, "Invitation code", "End")
    before = await hand.page.evaluate("window.asked ?? 0")
    await hand.page.keyboard.type(code)
    await hand.page.keyboard.press("Enter")
    await hand.sees("Trial")
    assert (before, await hand.page.evaluate("window.asked")) == (0, 1)
    await press(hand, "Start a walk")
    await hand.sees("Start a walk")
    await press(hand, "One person more", "Space")
    await press(hand, "^Begin$")
    await press(hand, "Record stop 1 here")
    await hand.sees("Where is stop 1?")
    await expect(hand.page.get_by_role("button", name="Save the stop here")).to_be_enabled()
    await press(hand, "Save the stop here")
    await hand.sees("Lighting")
    for number in range(GROUP_QUESTIONS):
        heading = await hand.page.get_by_role("heading", level=1).inner_text()
        await press(hand, "Cannot tell" if number else "path and nearby faces clear")
        await expect(hand.page.get_by_role("heading", level=1)).not_to_have_text(heading)
    await press(hand, "A sign that says CCTV", "Space")
    await press(hand, "In your words", "End")
    await hand.page.keyboard.type("Lamp out by the gate")
    await press(hand, "Done with this stop")
    await press(hand, "Finish the walk")
    await hand.sees("Is everyone here?")
    await press(hand, "Yes, all 8")
    await hand.sees("On this phone")
    await hand.status("Nothing waits on this phone")


WRAPPED = """
    import en from "./en.js";
    import easy from "./easy.js";
    const wrap = text => typeof text === "string"
        ? `⟦${text} ~~~⟧` : Object.fromEntries(Object.entries(text).map(([form, one]) => [form, wrap(one)]));
    const all = texts => Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, wrap(text)]));
    export default {
        en: { name: "English", locale: "en-GB", texts: en, easy },
        fr: { name: "Français", locale: "fr-FR", texts: all(en), easy: { questions: {}, texts: all(easy.texts) } },
    };
"""
UNWRAPPED = """
    known => {
        const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT, node =>
            node.parentElement.closest("[hidden], noscript, template, script, svg") ? NodeFilter.FILTER_REJECT : 1);
        const said = [document.title];
        while (nodes.nextNode()) said.push(nodes.currentNode.data);
        for (const one of document.querySelectorAll("[aria-label], [alt], [placeholder], [title]"))
            for (const name of ["aria-label", "alt", "placeholder", "title"]) said.push(one.getAttribute(name) ?? "");
        const [wrapped, time] = [/⟦[^⟦⟧]*(⟦[^⟦⟧]*⟧[^⟦⟧]*)*⟧/g, /\\p{L}+\\.? \\d\\d:\\d\\d/u];
        return said.map(text => text.replace(wrapped, " ").replace(time, "").trim())
            .filter(text => /\\p{L}{2}/u.test(text) && !known.includes(text));
    }
"""


async def test_every_text_is_in_the_catalogue(
    served: Server, code: str, playwright: Playwright, browser: Browser
) -> None:
    """In a second language each word is that language's, but for data; its longer words fit, and dates are its own."""
    hand = await phone_of(browser, playwright, served.address, service_workers="block")
    languages = {"content_type": "text/javascript", "body": WRAPPED}
    await hand.page.route("**/walk/texts/languages.js", lambda route: route.fulfill(**languages))
    await hand.join(code)
    await goes_to(hand, "you")
    await hand.page.get_by_label("Français").check()
    await expect(hand.page.locator("html")).to_have_attribute("lang", "fr-FR")
    addresses = await under_way(hand)
    known = await hand.page.evaluate(DATA)
    for path in ["", *addresses]:
        await goes_to(hand, path)
        assert await hand.page.evaluate(UNWRAPPED, known) == [], path
        assert await hand.page.evaluate("document.documentElement.scrollWidth") <= 393, path
    await goes_to(hand, "help")
    await expect(hand.page.get_by_text(re.compile("As of .*(di|edi) ", re.I))).to_be_visible()


# What others wrote: the programme, the questions, help routes. It is shown as it is.
DATA = """
    async () => {
        const { programme } = await (await import("/walk/store/phone.js")).read();
        const found = ["English", "Français", "K7QM-4T3B"];
        JSON.stringify(programme, (_, value) => (typeof value === "string" && found.push(value), value));
        for (const { scale } of programme.instrument.factors)
            scale.forEach((words, score) => found.push(`${score}: ${words}`));
        for (const { choices } of programme.equality.questions)
            for (const { group, label } of choices) if (group) found.push(`${group}: ${label}`);
        return found;
    }
"""
