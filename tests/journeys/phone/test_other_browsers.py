"""The same app in Firefox, and in WebKitGTK, whose engine iPhones have: saved without network, and sent."""

import asyncio
import shutil
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.journeys.phone.drivers import Driver, Refused, firefox, webkit
from tests.journeys.phone.kept import Kept, kept
from tests.journeys.server import Server

PATIENCE_S = 20.0
NAMED = "//*[self::a or self::button or self::label][starts-with(normalize-space(), '{}')]"

pytestmark = pytest.mark.only_on("sqlite")


@dataclass
class Finger:
    """Taps by name in any browser, as soon as what it is to tap is there."""

    driver: Driver

    def tap(self, *names: str) -> None:
        """Tap one after the other."""
        for name in names:
            self.insist(lambda name=name: self.driver.click(self.driver.find(NAMED.format(name))), name)

    def sees(self, text: str) -> None:
        """Wait until the page says so."""
        self.insist(lambda: self.driver.find(f"//main[contains(., '{text}')] | //header[contains(., '{text}')]"), text)

    def insist(self, act: Callable[[], object], what: str) -> None:
        """Try until it works."""
        began = time.monotonic()
        while True:
            try:
                act()
                return
            except Refused as reason:
                if time.monotonic() - began > PATIENCE_S:
                    said = self.driver.script("return document.body.innerText")
                    raise AssertionError(f"{what}: {reason}\n{said}") from reason
                time.sleep(0.1)


def absent(*programs: str) -> bool:
    """Whether one of these is not installed."""
    return not all(map(shutil.which, programs))


BROWSERS = [
    pytest.param(
        firefox,
        [],
        id="firefox",
        marks=pytest.mark.skipif(absent("firefox-esr"), reason="Firefox is not here: run `make system`."),
    ),
    pytest.param(
        webkit,
        ["North"],
        id="webkit",
        marks=pytest.mark.skipif(absent("WebKitWebDriver", "Xvfb"), reason="WebKitGTK is not here: run `make system`."),
    ),
]


@pytest.mark.parametrize(("browser", "by_hand"), BROWSERS)
def test_a_walk_is_saved_without_network_and_sent(
    served: Server,
    code: str,
    tmp_path: Path,
    snaps: list[Path],
    browser: Callable[[Path], AbstractContextManager[Driver]],
    by_hand: list[str],
) -> None:
    """Join, lose the service, open the app anew, record a stop with a photo, finish: it is received in the end."""
    folder = tmp_path / "browser"
    folder.mkdir()
    with browser(folder) as driver:
        finger = Finger(driver)
        driver.open(f"{served.address}/walk#/join/{code}")
        finger.tap("Join")
        finger.sees("Start a walk")
        finger.insist(lambda: installed(driver), "the service worker")
        served.kill()
        driver.open(f"{served.address}/walk")
        finger.tap("Start a walk", "Begin", "Record stop 1", *by_hand, "Save the stop here")
        finger.tap("Cannot tell")
        finger.sees("2 of 9")
        finger.tap("All of this stop")
        finger.sees("1 of 9 answered")
        driver.type(driver.find("//input[@type='file']"), str(snaps[0]))
        finger.sees("1 photo")
        finger.tap("Done with this stop", "Finish the walk", "Yes")
        finger.sees("Still on this phone: 1 stop, 1 photo")
        served.start()
        finger.sees("Received")

    assert asyncio.run(kept(served)) == Kept(["received"], stops=1, photos=1)


def installed(driver: Driver) -> None:
    """Whether the app opens without network from now on; raises Refused."""
    if not driver.script("return navigator.serviceWorker.controller?.state === 'activated'"):
        raise Refused("not yet")
