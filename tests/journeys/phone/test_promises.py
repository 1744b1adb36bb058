"""What the app promises about what is on a phone: nothing is lost, nothing is left behind, and it says which."""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from playwright.async_api import Browser, Page, Playwright, Route, expect

from tests.journeys.phone.conftest import phone_of
from tests.journeys.phone.hand import Hand
from tests.journeys.phone.looking import goes_to, look
from tests.journeys.phone.shared import browser, code, playwright, served
from tests.journeys.server import Server

__all__ = ["browser", "code", "playwright", "served"]
WAITS = "Still on this phone: 1 stop, 1 photo, your answers at 1 stop"
LATER_MS = "Date.now() + 86400000 * 3 + 60000"
READ = "import('/walk/store/phone.js').then(phone => phone.read())"
# What another program on the phone, or whoever finds it, would see of the app's storage.
STORED = """
    async () => {
        const opened = indexedDB.open("night-safety-walk");
        const db = await new Promise(done => { opened.onsuccess = () => done(opened.result) });
        const count = name => new Promise(done => {
            const asked = db.transaction(name).objectStore(name).count();
            asked.onsuccess = () => done(asked.result);
        });
        const kept = { rows: await count("rows"), keys: await count("keys") };
        db.close();
        const cached = [];
        for (const name of await caches.keys()) cached.push(...(await (await caches.open(name)).keys()));
        const beside = cached.map(one => new URL(one.url).pathname).filter(path => !/^\\/(walk|assets)\\b/.test(path));
        return { ...kept, local: localStorage.length, session: sessionStorage.length, beside };
    }
"""
ANSWER_ALONE = """
    async () => {
        const phone = await import("/walk/store/phone.js");
        const [leg] = (await phone.read()).legs;
        await phone.answerAlone(leg, 1, one => ({ ...one, scores: { feeling: 1 }, note: "Quiet" }));
    }
"""


# What was under way when she signed out, as its parts come back one after the other.
COMES = """
    const comes = async (phone, { me, programme, legs: [leg], stops: [stop] }) => {
        await phone.keepProgramme({ ...programme, name: "Fetched late" }, me.token);
        await phone.addPhoto(stop, new ArrayBuffer(8), "image/jpeg").catch(() => {});
        await phone.handedIn(leg, { state: "received", night_of: "2026-11-20", problems: [] });
        await phone.answerAlone(leg, 2, one => one);
        await phone.keepEquality({ question_set: "2026-1", answers: {} });
        await phone.amendLeg(leg.id, { sending: "arrived" });
    };
"""
LATE = (
    "async () => {"
    + COMES
    + f"const kept = {STORED};"
    + """
        const phone = await import("/walk/store/phone.js");
        const before = await phone.read();
        await phone.wipe();
        await comes(phone, before);
        sessionStorage.setItem("before", JSON.stringify(before));
        const { rows, keys } = await kept();
        return rows + keys ? [rows, keys] : ["nothing"];
    }
"""
)
LATE_FOR_ANOTHER = (
    "async () => {"
    + COMES
    + """
        const phone = await import("/walk/store/phone.js");
        await comes(phone, JSON.parse(sessionStorage.getItem("before")));
        const { programme, legs, photos } = await phone.read();
        return [programme.name !== "Fetched late", legs.length, photos.length];
    }
"""
)


ENDED_WHILE_PAINTING = """
    async () => {
        const phone = await import("/walk/store/phone.js");
        const { legs: [leg], stops: [stop] } = await phone.read();
        const canvas = new OffscreenCanvas(64, 48);
        canvas.getContext("2d").fillRect(0, 0, 64, 48);
        const picture = await (await canvas.convertToBlob({ type: "image/jpeg" })).arrayBuffer();
        const later = new Promise((done) => setTimeout(done, 500));
        phone.waitFor(later.then(() => phone.addPhoto(stop, picture, "image/jpeg")));
        await phone.finish(leg, { accounted: 8 });
        const late = await phone.addPhoto(stop, picture, "image/jpeg").catch((reason) => reason.message);
        const [ended] = (await phone.read()).legs;
        return [ended?.body.photos.length ?? 1, late];
    }
"""


@pytest.fixture
def snap(tmp_path: Path) -> Path:
    """A small photo."""
    Image.effect_noise((64, 48), 40).convert("RGB").save(tmp_path / "snap.jpg")
    return tmp_path / "snap.jpg"


async def walked_offline(hand: Hand, code: str, snap: Path) -> None:
    """Join, and then without network: a stop, its photo, what she says alone, and everyone accounted for."""
    await hand.join(code)
    await hand.page.evaluate("navigator.serviceWorker?.ready.then(() => null)")
    await hand.page.context.set_offline(True)
    await hand.start()
    await hand.record(1)
    await hand.tap("All of this stop", "link")
    await hand.photograph([snap])
    await hand.page.evaluate(ANSWER_ALONE)
    await hand.tap("Done with this stop", "link")
    await hand.finish()
    await hand.status(WAITS)


async def copy_saved(page: Page, to: Path) -> Path:
    """The file that "save a copy" gives."""
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Save a copy").click()
    await (await download.value).save_as(to)
    return to


async def test_a_saved_copy_is_taken_in_by_the_command(
    served: Server, code: str, playwright: Playwright, browser: Browser, snap: Path
) -> None:
    """Walk, photo and answers, complete; the phone keeps its own until a receipt says so, and nothing comes twice."""
    hand = await phone_of(browser, playwright, served.address)
    await walked_offline(hand, code, snap)
    [leg] = (await hand.page.evaluate(READ))["legs"]
    copy = await copy_saved(hand.page, snap.with_name("copy.json"))
    told = json.loads(served.run("import", "walk-file", str(copy), "--json"))
    await hand.status(WAITS)
    await hand.page.context.set_offline(False)
    await hand.status("Nothing waits on this phone")
    again = json.loads(served.run("import", "walk-file", str(copy), "--json"))

    assert leg["track"] is None  # the way after the last stop is nowhere any more
    parts = ("walks", "photos", "responses", "complete", "there", "refused")
    assert [told[part] for part in parts] == [1, 1, 1, 1, 0, []]
    assert [again[part] for part in parts] == [0, 0, 0, 1, 3, []]
    await expect(hand.page.get_by_text("Received", exact=True)).to_have_count(1)


async def test_after_three_days_it_warns_and_signing_out_leaves_nothing(
    served: Server, code: str, playwright: Playwright, browser: Browser, snap: Path
) -> None:
    """It says since when and what to do; signing out says what would be lost, and then nothing of hers is left."""
    hand = await phone_of(browser, playwright, served.address, bypass_csp=True)
    await walked_offline(hand, code, snap)
    before = await hand.page.evaluate(STORED)
    await hand.page.clock.set_fixed_time(await hand.page.evaluate(LATER_MS))
    await goes_to(hand, "")
    await expect(hand.page.get_by_text(re.compile("on this phone alone since .+ keep it open until"))).to_be_visible()
    await expect(hand.page.locator("#status")).to_have_class("status late")
    await look(hand)

    await goes_to(hand, "you/sign-out")
    await hand.tap("Delete 1 stop, 1 photo, your answers at 1 stop and sign out")
    await hand.sees("Join a night safety walk")
    assert before["rows"] > 5 and before["keys"] == 1
    assert await hand.page.evaluate(STORED) == {"rows": 0, "keys": 0, "local": 0, "session": 0, "beside": []}


async def test_what_comes_late_is_kept_by_no_phone_that_was_signed_out(
    served: Server, code: str, playwright: Playwright, browser: Browser, snap: Path
) -> None:
    """A programme that was fetched, a photo that was painted, a receipt and an answer, all after the wipe; also for
    whoever joined meanwhile."""
    hand = await phone_of(browser, playwright, served.address, bypass_csp=True)
    await walked_offline(hand, code, snap)
    assert await hand.page.evaluate(LATE) == ["nothing"]
    await hand.page.context.set_offline(False)
    await hand.open()
    await hand.sees("Join a night safety walk")
    await hand.join(code)
    assert await hand.page.evaluate(LATE_FOR_ANOTHER) == [True, 0, 0]


async def test_a_photo_that_is_being_shrunk_is_waited_for_and_none_is_told_that_was_not_sent(
    served: Server, code: str, playwright: Playwright, browser: Browser, snap: Path
) -> None:
    """She ends the walk while a photo is painted: it is in the walk. One that came later still would not be kept."""
    hand = await phone_of(browser, playwright, served.address, bypass_csp=True)
    await hand.join(code)
    await hand.start()
    await hand.record(1)
    told, late = await hand.page.evaluate(ENDED_WHILE_PAINTING)
    await hand.page.reload()
    await hand.status("Nothing waits on this phone")
    [note] = (await hand.page.evaluate(READ))["handedIn"]

    assert (told, late, note["photos"]) == (1, "its walk has ended, or its stop is gone", 1)


async def test_a_phone_that_was_signed_out_hands_in_what_it_walked_before(
    served: Server, code: str, playwright: Playwright, browser: Browser, snap: Path
) -> None:
    """The walk is quarantined and not dropped; what may not come stays, is told of, and comes by a saved copy."""
    hand = await phone_of(browser, playwright, served.address, bypass_csp=True)
    await walked_offline(hand, code, snap)
    me = (await hand.page.evaluate(READ))["me"]
    revoked = httpx.post(
        f"{served.address}/api/devices/revoke",
        json={"auditor_id": me["auditorId"]},
        headers={"Authorization": f"Bearer {me['token']}"},
    )
    await hand.page.context.set_offline(False)
    await expect(hand.page.get_by_text("Received, and a reviewer will look at it")).to_be_visible(timeout=20_000)
    await hand.status("This phone was signed out. Nothing is lost")
    await goes_to(hand, "")
    await look(hand)
    assert revoked.json() == {"revoked": 1}

    await hand.tap("Join again with a new code", "link")
    await hand.page.get_by_label("Invitation code").fill(code)
    await hand.tap("Join")
    await hand.status("Needs you: your answers at 1 stop still on this phone")
    await goes_to(hand, "phone")
    await look(hand)
    copy = await copy_saved(hand.page, snap.with_name("copy.json"))
    assert json.loads(copy.read_text())["auditor_id"] == me["auditorId"]
    assert json.loads(served.run("import", "walk-file", str(copy), "--json"))["responses"] == 1
    await hand.page.get_by_text("Remove these answers").click()
    await hand.tap("Remove for good")
    await hand.status("Nothing waits on this phone")


async def test_a_full_phone_says_what_to_do_and_loses_nothing(
    served: Server, code: str, playwright: Playwright, browser: Browser, snap: Path
) -> None:
    """The photo that did not fit is told of; what was saved before is there, and saves go on when there is room."""
    hand = await phone_of(browser, playwright, served.address, bypass_csp=True, service_workers="block")
    phone = await hand.page.context.new_cdp_session(hand.page)
    # Chromium remembers for a while how much room there was, and asks again when that is not enough.
    await phone.send("Storage.overrideQuotaForOrigin", {"origin": served.address, "quotaSize": 600_000})
    await hand.join(code)
    await hand.start()
    await hand.record(1)
    await hand.answer(1)
    await hand.tap("All of this stop", "link")
    await phone.send("Storage.overrideQuotaForOrigin", {"origin": served.address, "quotaSize": 1})
    Image.effect_noise((1600, 1200), 90).convert("RGB").save(snap, quality=95)
    await hand.page.get_by_label("Take a photo").set_input_files([snap])
    full = hand.page.get_by_role("alert").filter(has_text="Not saved: this phone is full. Delete videos")
    await expect(full).to_be_visible(timeout=20_000)
    await look(hand)
    await goes_to(hand, hand.page.url.split("#/")[1].split("/stop")[0] + "/place")
    await expect(full).to_have_count(0)
    await hand.tap(re.compile("Save the stop here"))
    await expect(full).to_be_visible()

    await phone.send("Storage.overrideQuotaForOrigin", {"origin": served.address})
    await hand.tap(re.compile("Save the stop here"))
    await hand.sees("Lighting")
    kept = await hand.page.evaluate(READ)
    assert [stop["sequence"] for stop in kept["stops"]] == [1, 2]
    assert kept["stops"][0]["scores"] == {"lighting": 2}


async def test_she_tells_of_herself_takes_it_back_and_is_erased(
    served: Server, code: str, playwright: Playwright, browser: Browser
) -> None:
    """Optional, and never shown again on a shared phone; erasing gives a receipt, once, and wipes the phone."""
    hand = await phone_of(browser, playwright, served.address, bypass_csp=True)
    await hand.join(code)
    await goes_to(hand, "you/equality")
    await hand.tap("Hand in my answers")
    await expect(hand.page.get_by_role("alert").filter(has_text="Nothing is answered")).to_be_visible()
    await hand.page.context.set_offline(True)
    await hand.page.get_by_label("25 to 34").check()
    await hand.tap("Hand in my answers")
    await hand.status("Still on this phone: what you told about yourself")
    await hand.page.context.set_offline(False)
    await hand.status("Nothing waits on this phone")
    me = (await hand.page.evaluate(READ))["me"]

    await goes_to(hand, "you/erase")
    await hand.tap("Erase me for good")
    await hand.sees("You were erased")
    await look(hand)
    lines = await hand.page.locator(".card p").all_inner_texts()
    async with hand.page.expect_download() as download:
        await hand.tap("Save the receipt")
    saved = Path(await (await download.value).path()).read_text()
    stored = await hand.page.evaluate(STORED)
    assert (stored["rows"], stored["keys"]) == (0, 0)
    assert {"1 phone signed out", "1 programme left", "What you told about yourself is deleted"} <= set(lines)
    assert all(line in saved for line in lines)
    assert re.search(r"Number: [0-9a-f-]{36}", saved) and me["auditorId"] not in saved
    answer = httpx.get(f"{served.address}/api/auditors/me/reported", headers={"Authorization": f"Bearer {me['token']}"})
    assert answer.status_code == 401
    await goes_to(hand, "")
    await hand.sees("Join a night safety walk")


async def test_erasure_is_known_where_its_answer_was_lost(
    served: Server, code: str, playwright: Playwright, browser: Browser
) -> None:
    """The phone asks again, hears that nobody knows her, and is wiped; "never show" hides the questions for good."""
    hand = await phone_of(browser, playwright, served.address, service_workers="block")
    await hand.join(code)
    await goes_to(hand, "you/equality")
    await hand.tap("Others use this phone: never show them here")
    await hand.sees("You and this phone")
    await expect(hand.page.get_by_role("link", name="Questions about you")).to_have_count(0)

    lost: list[Any] = []

    async def lose(route: Route) -> None:
        if not lost:
            lost.append(await route.fetch())
            await route.abort()
        else:
            await route.continue_()

    await hand.page.route("**/api/auditors/me", lose)
    await goes_to(hand, "you/erase")
    await hand.tap("Erase me for good")
    await expect(hand.page.get_by_role("alert").filter(has_text="This needs a connection")).to_be_visible()
    await hand.tap("Erase me for good")
    await hand.sees("You were erased")
    await expect(hand.page.get_by_text("The service does not know you any more")).to_be_visible()
    assert [answer.status for answer in lost] == [200]
    assert (await hand.page.evaluate(READ))["me"] is None
