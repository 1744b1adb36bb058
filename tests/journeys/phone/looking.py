"""Looking at a screen as those who need it most: axe in both themes, a thumb, a narrow and a wide page, a keyboard."""

from typing import Any

from playwright.async_api import expect

from tests.journeys.phone.hand import PATIENCE_MS, Hand
from tests.journeys.test_pages import AXE, RULES

THEMES = ("dark", "light")
WIDTHS = (360, 1280, 320)  # ends as narrow as the phones that are walked with
THUMB_PX = 44
TOO_SMALL = """
    least => [...document.querySelectorAll("a[href], button, summary, textarea, select, input, label.choice")]
        .filter(one => !one.closest("[hidden], details:not([open]) > :not(summary)"))
        .map(one => one.closest("label.choice, label.file") ?? one)
        .map(one => [one.getBoundingClientRect(), one])
        .filter(([box]) => box.width && (Math.round(box.width) < least || Math.round(box.height) < least))
        .map(([box, one]) => `${one.outerHTML.slice(0, 80)} ${Math.round(box.width)}x${Math.round(box.height)}`)
"""
AXE_IN = """
    async ([theme, rules]) => {
        document.documentElement.dataset.theme = theme;
        return (await axe.run({runOnly: rules, resultTypes: ["violations"]})).violations
            .map(found => [theme, found.id, found.nodes[0].html, found.nodes[0].failureSummary]);
    }
"""


async def look(hand: Hand) -> None:
    """The screen as it is: axe finds nothing in either theme, a thumb hits everything, nothing overflows."""
    page = hand.page
    if not await page.evaluate("'axe' in window"):
        await page.add_script_tag(path=AXE)
    for theme in THEMES:
        found = await page.evaluate(AXE_IN, [theme, RULES])
        assert found == [], page.url
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 640})
        assert await page.locator("html").evaluate("page => page.scrollWidth") <= width, (page.url, width)
    small = await page.evaluate(TOO_SMALL, THUMB_PX)
    assert small == [], page.url


async def goes_to(hand: Hand, path: str) -> None:
    """Open a screen by its address, as a link on another does, and wait until it is drawn."""
    await hand.page.evaluate("path => { location.hash = `#/${path}` }", path)
    shown = "join" if path.startswith("join/") else path  # a code does not stay in the address
    await expect(hand.page.locator("main")).to_have_attribute("data-screen", shown, timeout=PATIENCE_MS)


BEFORE_A_WALK = ("phone", "help", "start", "follow", "you", "you/equality", "you/reported", "you/sign-out", "you/erase")
# What a walk with a stop leaves behind, and one that is answered beside, by the app's own hand: in any language.
BEGUN = """
    async () => {
        const phone = await import("/walk/store/phone.js");
        const { programme } = await phone.read();
        const beside = await phone.begin({ programme, code: "4T3B-K7QM", leg: "dark", role: "joined" });
        const id = await phone.begin({ programme, code: "K7QM-4T3B", leg: "dark", role: "recorder", groupSize: 7 });
        const place = { location: [-0.115, 51.463], accuracyM: 8, plannedStopId: null, isHub: false, hub: null };
        const stop = await phone.saveStop({ id }, place);
        const seen = { ...stop.presence, police: true };
        await phone.amendStop(stop.id, one => ({ ...one, scores: { lighting: 1 }, presence: seen }));
        const canvas = new OffscreenCanvas(40, 30);
        canvas.getContext("2d").fillRect(0, 0, 20, 20);
        const photo = await canvas.convertToBlob({ type: "image/jpeg" });
        await phone.addPhoto(stop, await photo.arrayBuffer(), "image/jpeg");
        return [id, beside];
    }
"""


async def under_way(hand: Hand) -> list[str]:
    """A walk with a stop, a photo and an answer, and another that is answered beside: every address that there is."""
    leg, beside = await hand.page.evaluate(BEGUN)
    stop, own = f"leg/{leg}/stop/1", f"leg/{leg}/own/1"
    legs = [f"leg/{beside}", f"leg/{beside}/own/1", f"leg/{leg}", f"leg/{leg}/place", f"leg/{leg}/place/1"]
    answers = [stop, f"{stop}/lighting", own, f"{own}/feeling", f"leg/{leg}/finish", f"leg/{leg}/cut"]
    return ["join/ABCDE", *BEFORE_A_WALK, *legs, *answers]


async def unvisited(hand: Hand, paths: list[str]) -> Any:
    """The app's screens that no address of these means; the app's own router is asked."""
    return await hand.page.evaluate(
        """async paths => {
            const { SCREENS } = await import("/walk/screens/index.js");
            const met = new Set(paths.map(path => SCREENS.find(([pattern]) => pattern.test(path))?.[0]));
            return SCREENS.filter(([pattern]) => !met.has(pattern)).map(([pattern]) => pattern.source);
        }""",
        paths,
    )
