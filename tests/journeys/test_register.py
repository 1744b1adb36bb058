"""The register in a real browser: light, accessible, and with a map that comes when it is asked for."""

from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import msgspec
import pytest
from playwright.async_api import Browser, Page

from charter.certificate.badge import WIDTH, badge, told
from migrations.database import fetch_value, open_database
from tests.charter.certificate.test_badge import entry
from tests.charter.crowd import Crowd, fill
from tests.journeys.server import Server
from tests.journeys.test_pages import AXE, FAULTS, RULES, WIDTHS, browser, served

__all__ = ["browser", "served"]  # fixtures
# What a browser draws does not depend on the database; tests/api asks for the same pages on both.
pytestmark = pytest.mark.only_on("sqlite")

CROWD = Crowd(organisations=300, premises=1_500)
MAX_BYTES = 150_000
LONDON = "-0.52,51.27,0.34,51.70"
BASE_URL = "http://127.0.0.1:8000"  # by default; what is copied leads there, whatever port this server has
LONGEST = msgspec.structs.replace(entry(), signed_on=date(2026, 9, 28), last_confirmed_on=date(2026, 9, 28))
CHAIN = (
    "select id from signatory where public_listing and state = 'active' and number in "
    "(select signatory from premises group by signatory having count(*) > 60) order by number limit 1"
)
LAPSED = "select id from signatory where public_listing and state = 'lapsed' order by number limit 1"


@pytest.fixture
async def register(served: Server, shared_data: Path) -> dict[str, str]:
    """A served register with London's boroughs; the addresses of its pages by what they show."""
    served.run("import", "boroughs", str(shared_data / "boundaries/london_boroughs.geojson"))
    async with open_database(served.database_url):
        await fill(CROWD)
        chain, lapsed = await fetch_value(CHAIN), await fetch_value(LAPSED)
    paths = {
        "all": "/register",
        "found": "/register?q=lamb&sector=pub_or_bar",
        "chain": f"/register/{chain}",
        "lapsed": f"/register/{lapsed}",
    }
    return {name: served.address + path for name, path in paths.items()}


async def clean(page: Page, where: object) -> None:
    """Hold the page against axe, and against the width of its window."""
    await page.evaluate(AXE.read_text(encoding="utf8"))  # a script tag would be kept out by our policy
    found = await page.evaluate(FAULTS, RULES)
    wide = await page.locator("html").evaluate("page => page.scrollWidth")

    assert found == [], where
    assert wide <= page.viewport_size["width"], where  # type: ignore[index]


async def ask_for_the_map(page: Page) -> None:
    """By keyboard, and wait until everything is drawn."""
    await page.get_by_role("button", name="Show the interactive map").focus()
    await page.keyboard.press("Enter")
    await page.get_by_text("The map is ready").wait_for(timeout=60_000)


async def test_a_register_of_ten_thousand_is_light_until_its_map_is_asked_for(
    served: Server, register: dict[str, str], browser: Browser
) -> None:
    """Under 150 kB over the wire, pictures, fonts and scripts included; and nothing of it from anybody else.

    So is what a program is sent of a box around all of London.
    """
    async with open_database(served.database_url):
        await fill(Crowd(seed=2))
    page = await browser.new_page(viewport={"width": 1280, "height": 900})
    wire = await page.context.new_cdp_session(page)
    await wire.send("Network.enable")
    sizes: list[int] = []
    asked: list[str] = []
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(register["all"])
    await page.get_by_role("img", name="Map of London").scroll_into_view_if_needed()
    await page.wait_for_load_state("networkidle")
    assert await page.evaluate("[...document.images].every(image => image.naturalWidth)")
    light, before = sum(sizes), len(asked)
    await ask_for_the_map(page)
    boxed = await page.context.request.get(f"{served.address}/api/charter/signatories?bbox={LONDON}")

    assert light < MAX_BYTES, dict(zip(asked, sizes, strict=False))
    assert boxed.ok and len(await boxed.body()) < MAX_BYTES
    assert not [url for url in asked[:before] if "maplibre" in url or "geojson" in url]
    assert {url.split("/")[2] for url in asked if url.startswith("http")} == {register["all"].split("/")[2]}


async def test_the_map_works_under_the_strict_policy(register: dict[str, str], browser: Browser) -> None:
    """A worker, a style and no complaint; arrow keys move it and a dot leads to its signatory."""
    page = await browser.new_page(viewport={"width": 1280, "height": 900})
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(register["found"])
    await ask_for_the_map(page)
    before = await page.locator(".ns-map__canvas").screenshot()
    await page.keyboard.press("ArrowRight")
    await page.wait_for_timeout(800)
    after = await page.locator(".ns-map__canvas").screenshot()

    assert complaints == []
    assert before != after
    assert await page.evaluate("document.activeElement.tagName") == "CANVAS"
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        await clean(page, ("with its map", width))
    await page.goto(register["chain"])
    await clean(page, "many premises")


async def test_without_scripts_everything_but_the_moving_map_is_there(
    register: dict[str, str], browser: Browser
) -> None:
    """Searching, clearing, paging there and back; and no button that would do nothing."""
    context = await browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 900})
    page = await context.new_page()
    await page.goto(register["all"])
    await page.get_by_label("Name of an organisation or a place").fill("lamb")
    await page.get_by_role("button", name="Search").click()
    first = await page.locator("tbody th").all_inner_texts()
    await page.get_by_role("link", name="Next").click()
    second = await page.locator("tbody th").all_inner_texts()
    await page.get_by_role("link", name="Previous").click()
    again = await page.locator("tbody th").all_inner_texts()
    button = await page.get_by_role("button", name="Show the interactive map").is_visible()
    await page.get_by_role("link", name="Clear filters").click()

    assert first == again and second and not set(first) & set(second)
    assert not button
    assert page.url == register["all"]
    await context.close()


@pytest.fixture
def elsewhere() -> Iterator[dict[str, str]]:
    """Another site with one page, which isolates itself from whatever does not allow to be embedded."""
    site = {"page": ""}

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
            self.end_headers()
            self.wfile.write(site["page"].encode())

    with HTTPServer(("127.0.0.1", 0), Page) as server:
        site["address"] = f"http://127.0.0.1:{server.server_port}/"
        Thread(target=server.serve_forever, daemon=True).start()
        yield site
        server.shutdown()


async def test_a_badge_may_be_embedded_elsewhere(
    register: dict[str, str], browser: Browser, elsewhere: dict[str, str]
) -> None:
    """By a page of another origin; what is copied draws the picture, and the picture leads to the truth."""
    page = await browser.new_page()
    await page.goto(register["lapsed"])
    snippet = await page.get_by_label("To show the badge on a web site, copy this").input_value()
    elsewhere["page"] = snippet.replace(BASE_URL, register["all"].removesuffix("/register"))
    await page.goto(elsewhere["address"])
    await page.wait_for_load_state("networkidle")
    drawn = await page.evaluate("document.images[0].naturalWidth")
    await page.get_by_role("link").click()

    assert drawn == WIDTH
    assert page.url == register["lapsed"]


async def test_the_longest_badge_fits(browser: Browser) -> None:
    """In whichever font this machine has: no line leaves the picture."""
    page = await browser.new_page()
    for state in ("active", "review_due", "lapsed", "withdrawn"):
        await page.set_content(badge(told(msgspec.structs.replace(LONGEST, state=state))))
        right = await page.evaluate(
            "Math.max(...[...document.querySelectorAll('text')].map(t => t.getBBox().x + t.getBBox().width))"
        )
        assert 200 < right < WIDTH - 5, (state, right)
