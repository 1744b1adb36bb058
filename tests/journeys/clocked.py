"""The service in this process, behind a real port, with a clock that a journey moves and a postman that it reads."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from granian.constants import Interfaces
from granian.server.embed import Server as Granian
from playwright.async_api import Page

from api.app import create_app
from api.worker import keep_years, send_letters, write_links
from audits.photo_store.folder import FolderPhotoStore
from tests.journeys.server import free_port
from tests.people import MovableClock, Outbox, Service, settings_for

START_S = 20.0


@asynccontextmanager
async def clocked(tmp_path: Path, database_url: str) -> AsyncIterator[Service]:
    """The service, served; without chores in the background, which a journey does when it wants them done."""
    port = free_port()
    settings = settings_for(tmp_path, database_url, BASE_URL=f"http://127.0.0.1:{port}")
    clock, outbox, store = MovableClock(), Outbox(), FolderPhotoStore(tmp_path / "data" / "photos")
    app = create_app(settings, clock=clock, postman=outbox, photo_store=store)
    server = Granian(app, address="127.0.0.1", port=port, interface=Interfaces.ASGI, log_enabled=False)
    serving = asyncio.create_task(server.serve())
    try:
        async with httpx.AsyncClient(base_url=settings.base_url, timeout=30) as http:
            await _ready(http)
            yield Service(app, http, settings, clock, outbox, store)
    finally:
        server.stop()  # type: ignore[no-untyped-call]  # granian types it not
        await asyncio.wait_for(serving, 15)


async def _ready(http: httpx.AsyncClient) -> None:
    for _ in range(int(START_S / 0.05)):
        try:
            if (await http.get("/readyz")).status_code == 200:
                return
        except httpx.TransportError:
            await asyncio.sleep(0.05)
    raise AssertionError("the service did not start")


async def do_chores(service: Service) -> None:
    """What the worker does: links, the calendar, letters."""
    await write_links(service.tools)
    await keep_years(service.tools)
    await send_letters(service.tools)


async def sign_in(page: Page, service: Service, email: str) -> None:
    """As a person does, by the keyboard: type the address, open the letter's link, press the button."""
    await page.goto(f"{service.settings.base_url}/sign-in")
    await page.get_by_label("E-mail address").fill(email)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/sign-in/letter")
    await do_chores(service)
    letters = [letter.text for letter in service.outbox.letters if letter.to == email]
    codes = re.findall(r"/sign-in/confirm#(\S+)", "".join(letters))
    await page.goto(f"{service.settings.base_url}/sign-in/confirm")
    await page.get_by_label("Code").fill(codes[-1])
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile(r"^(?!.*/sign-in/confirm)"))
