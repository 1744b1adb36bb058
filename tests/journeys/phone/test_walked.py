"""A walk on an emulated phone, without network, on a browser that is killed: everything arrives."""

import os
import signal
import subprocess
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Playwright

from tests.journeys.phone.conftest import phone_in
from tests.journeys.phone.hand import Hand
from tests.journeys.phone.kept import Kept, kept
from tests.journeys.server import Server

TAPS_TO_FIRST_STOP = 6  # from the invitation's link; ten would be too many

pytestmark = pytest.mark.only_on("sqlite")


def kill_browser(folder: Path) -> None:
    """Kill -9 the browser that works in `folder`, as a dead battery would."""
    found = subprocess.run(["pgrep", "-f", f"user-data-dir={folder}"], capture_output=True, text=True, check=False)
    for process in found.stdout.split():
        os.kill(int(process), signal.SIGKILL)


def large_photos(folder: Path) -> list[Path]:
    """Eight photos of 12 megapixels, of which no two are alike: a noise, turned in every way."""
    noise = Image.effect_noise((4000, 3000), 40).convert("RGB")
    turned = [noise, *(noise.transpose(way) for way in Image.Transpose)]
    paths = [folder / f"{number}.jpg" for number in range(len(turned))]
    for path, photo in zip(paths, turned, strict=True):
        photo.save(path, quality=85)
    return paths


async def test_a_walk_without_network_survives_a_dead_battery(
    served: Server, code: str, playwright: Playwright, tmp_path: Path
) -> None:
    """Five stops and eight photos of 12 megapixels, offline; the browser is killed; online again, all is received."""
    photos = large_photos(tmp_path)
    folder = tmp_path / "phone"
    context = await phone_in(folder, playwright)
    hand = Hand(context.pages[0], served.address)
    await hand.join(code)
    await hand.page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    served.kill()
    await context.set_offline(True)
    await hand.walk(5, photos)
    taps = hand.taps_to_first_stop
    await hand.finish()
    await hand.status("Still on this phone: 5 stops, 8 photos")
    kill_browser(folder)

    context = await phone_in(folder, playwright)
    hand = Hand(context.pages[0], served.address)
    await context.set_offline(True)
    await hand.open("/walk")
    await hand.status("Still on this phone: 5 stops, 8 photos")
    served.start()
    await context.set_offline(False)
    await hand.status("Nothing waits on this phone")
    await hand.open("/walk#/phone")

    assert taps == TAPS_TO_FIRST_STOP
    assert await hand.page.get_by_text("Received", exact=True).count() == 1
    assert await kept(served) == Kept(["received"], stops=5, photos=8)
    await context.close()
