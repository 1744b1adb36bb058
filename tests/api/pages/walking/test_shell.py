"""What the app for walks weighs, and how it is served."""

import gzip
import re
import struct

import pytest

from api.pages.assets import asset
from api.pages.walking.shell import files, part, shell
from tests.people import Service

MAX_BYTES = 60_000
APART = (".woff2", ".png", ".svg", ".json")

pytestmark = pytest.mark.only_on("sqlite")


async def test_the_app_is_light(service: Service) -> None:
    """HTML, CSS and modules, compressed as they are sent, fonts and pictures apart."""
    page = len(gzip.compress((await service.http.get("/walk")).content))
    parts = [part(name) for name in files() if not name.endswith(APART)]
    weight = page + sum(len(one.zipped or one.plain) for one in (*parts, asset("idb.js")))

    assert 20_000 < weight < MAX_BYTES


def test_no_text_goes_over_more_than_one_line() -> None:
    """Indentation is not sent, which would change one that does."""
    lines = [line for name, path in files().items() if name.endswith(".js") for line in path.read_text().splitlines()]

    assert len(lines) > 1_000
    assert [line for line in lines if line.count("`") % 2] == []


async def test_nothing_moves_for_whoever_asked_for_less_motion() -> None:
    """What moves at all stands under the preference for it."""
    style = part("walk.css").plain.decode()
    still = re.sub(r"@media \(prefers-reduced-motion: no-preference\) \{.*?\n\}\n", "", style, flags=re.DOTALL)
    scripts = b"".join(part(name).plain for name in files() if name.endswith(".js")).decode()

    assert "transform" in style
    assert re.findall(r"animation|transition|transform|scroll-behavior", still) == []
    assert re.findall(r"\.animate\(|behavior: *\"smooth\"", scripts) == []


async def test_the_app_can_be_installed(service: Service) -> None:
    """A name, a start, and icons of the sizes that they say; iPhones read theirs from the page."""
    manifest = (await service.http.get("/walk/manifest.webmanifest")).json()
    page = (await service.http.get("/walk")).text
    sizes = {}
    for icon in manifest["icons"]:
        content = (await service.http.get(icon["src"])).content
        sizes[icon["src"]] = "{}x{}".format(*struct.unpack(">II", content[16:24]))

    assert manifest["name"] and manifest["short_name"] and manifest["display"] == "standalone"
    assert "orientation" not in manifest  # a phone on a wheelchair's arm is turned as it is
    assert manifest["start_url"] == manifest["scope"] == manifest["id"] == "/walk"
    assert {icon["src"]: icon["sizes"] for icon in manifest["icons"]} == sizes
    assert {"192x192", "512x512"} <= set(sizes.values())
    assert any(icon.get("purpose") == "maskable" for icon in manifest["icons"])
    for name in ("mobile-web-app-capable", "apple-mobile-web-app-title", "theme-color", "viewport"):
        assert f'<meta name="{name}"' in page
    assert '<link rel="apple-touch-icon" href="/walk/icons/180.png">' in page


async def test_everything_that_the_phone_keeps_is_there(service: Service) -> None:
    """One missing file would keep the app from opening without network."""
    kept = shell()["files"]
    answers = {path: (await service.http.get(path)).status_code for path in kept}

    assert len(kept) > 40
    assert set(answers.values()) == {200}


async def test_the_worker_may_serve_the_whole_app(service: Service) -> None:
    """Its scope is wider than its address."""
    answer = await service.http.get("/walk/worker.js")

    assert answer.headers["service-worker-allowed"] == "/walk"
    assert answer.headers["content-type"].startswith("text/javascript")
