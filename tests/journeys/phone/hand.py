"""A woman's hand on her phone: she taps what has a name, and each tap is counted."""

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.async_api import BrowserContext, Page, TimeoutError, expect

INSIDE = {"longitude": -0.115, "latitude": 51.463}
PATIENCE_MS = 45_000  # a busy machine may hold its disk for half a minute
GROUP_QUESTIONS = 9  # of version 1 where nobody waits or changes
OWN_QUESTIONS = 4


@dataclass
class Hand:
    """One page of the app, and how often it was tapped."""

    page: Page
    address: str
    taps: int = 0
    taps_to_first_stop: int | None = None

    async def open(self, path: str = "/walk") -> None:
        """Open the app, as by its icon or a link."""
        await self.page.goto(self.address + path)
        await expect(self.page.get_by_role("heading", level=1)).to_be_visible()

    async def tap(self, name: str | re.Pattern[str], role: Literal["button", "link"] = "button") -> None:
        """Tap what a screen reader calls by that name."""
        await self.page.get_by_role(role, name=name).first.click(timeout=PATIENCE_MS)
        self.taps += 1

    async def sees(self, heading: str | re.Pattern[str]) -> None:
        """Wait for the screen of that heading."""
        await expect(self.page.get_by_role("heading", level=1)).to_have_text(heading, timeout=PATIENCE_MS)

    async def status(self, text: str | re.Pattern[str]) -> None:
        """Wait until the line that is always there says so."""
        await expect(self.page.locator("#status")).to_have_text(text, timeout=PATIENCE_MS)

    async def left(self) -> None:
        """Wait until the page that the quick exit leads to without network is there, and not only its title."""
        await self.page.wait_for_url("**/walk/away", timeout=PATIENCE_MS)

    async def send_until_safe(self) -> None:
        """Tap what offers to try again, for as long as the phone says that it waits."""
        safe = self.page.locator("#status", has_text="Nothing waits on this phone")
        again = self.page.get_by_role("button", name="Waiting for the service. Try again")
        while not await safe.is_visible():
            await expect(safe.or_(again)).to_be_visible(timeout=PATIENCE_MS)
            with suppress(TimeoutError):  # it may have tried by itself before the finger came down
                await again.click(timeout=1_000)

    async def join(self, code: str) -> None:
        """Follow the link of an invitation and join."""
        await self.open(f"/join#{code}")
        await self.tap("Open the form for your phone", "link")
        await self.sees("Join a night safety walk")
        await self.tap("Join")
        await expect(self.page.get_by_role("link", name="Start a walk")).to_be_visible(timeout=PATIENCE_MS)

    async def start(self) -> None:
        """Begin a leg in the light that the sky has, with the usual group."""
        await self.tap("Start a walk", "link")
        await self.tap("Begin")
        await self.sees(re.compile("In the light|After dark"))

    async def record(self, number: int) -> None:
        """Save a stop where she stands."""
        await self.tap(f"Record stop {number} here", "link")
        await self.tap(re.compile("Save the stop here|Save it although"))
        await self.sees("Lighting")
        if self.taps_to_first_stop is None:
            self.taps_to_first_stop = self.taps

    async def answer(self, questions: int, score: int = 2) -> None:
        """Answer that many questions one after the other, each with one tap."""
        for _ in range(questions):
            await expect(self.page.locator(".answer.score").first).to_be_visible(timeout=PATIENCE_MS)
            heading = await self.page.get_by_role("heading", level=1).text_content()
            await self.page.locator(".answer.score").nth(score).click()
            self.taps += 1
            await expect(self.page.get_by_role("heading", level=1)).not_to_have_text(heading or "")

    async def photograph(self, files: list[Path]) -> None:
        """Take photos at the stop that is open, and wait until they are shrunk and saved."""
        before = await self.page.locator(".photos li").count()
        await self.page.get_by_label("Take a photo").set_input_files(files)
        await expect(self.page.locator(".photos li")).to_have_count(before + len(files), timeout=60_000)

    async def answer_alone(self, number: int) -> None:
        """Answer for herself at a stop that this phone recorded."""
        await self.tap(f"Stop {number}", "link")
        await self.tap("Answer for myself", "link")
        await self._own_questions()

    async def _own_questions(self) -> None:
        await self.tap("Answer the questions", "link")
        await self.answer(OWN_QUESTIONS, score=1)
        await self.tap("Done with this stop", "link")

    async def group_code(self) -> str:
        """The code that the recorder says aloud, from the screen of her leg."""
        return str(await self.page.locator(".code").text_content(timeout=PATIENCE_MS))

    async def answer_beside(self, code: str, stops: int) -> None:
        """Answer for herself at the stops of a walk that another phone records, and send the answers."""
        await self.tap("Answer beside a walk", "link")
        await self.page.get_by_label("The group’s code").fill(code)
        await self.tap("Go on")
        for number in range(1, stops + 1):
            await self.tap(f"Answer at stop {number}", "link")
            await self._own_questions()
        await self.tap("I have finished: send my answers")
        await self.sees("On this phone")

    async def finish(self) -> None:
        """Everyone is here: end the leg."""
        await self.tap("Finish the walk", "link")
        await self.tap(re.compile("Yes"))
        await self.sees("On this phone")

    async def walk(self, stops: int, photos: list[Path]) -> None:
        """A leg of that many stops with all group questions answered, and the photos spread over them."""
        await self.start()
        for number in range(1, stops + 1):
            await self.record(number)
            await self.answer(GROUP_QUESTIONS)
            await self.sees(f"Stop {number}")
            share = photos[number - 1 :: stops]
            if share:
                await self.photograph(share)
            await self.tap("Done with this stop", "link")


async def where(context: BrowserContext, *, accuracy_m: float = 8.0) -> None:
    """Let the phone know where it is."""
    await context.grant_permissions(["geolocation"])
    await context.set_geolocation({**INSIDE, "accuracy": accuracy_m})
