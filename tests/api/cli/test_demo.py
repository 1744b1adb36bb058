"""The demo shows every state of the register, and starts again at once."""

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import httpx
from click.testing import CliRunner, Result

from api.app import create_app
from api.cli.demo.register import ORGANISATIONS
from api.cli.main import main
from api.settings import settings_from
from audits.photo_store.folder import FolderPhotoStore
from migrations.database import fetch, fetch_value, open_database
from tests.people import Outbox


def prepare(folder: Path, *words: str) -> Result:
    """`night-safety demo --prepare-only`, or with other words."""
    environment = {"NIGHT_SAFETY_DATA_DIR": str(folder), "NIGHT_SAFETY_BASE_URL": "http://127.0.0.1:8000"}
    return CliRunner(env=environment).invoke(main, ["demo", *(words or ("--prepare-only",))])


async def register(folder: Path) -> tuple[dict[str, str], int, int]:
    """The state of each organisation, how many pledges are evidenced, and how many places are unlisted."""
    async with open_database(f"sqlite:///{folder}/night-safety.sqlite3"):
        states = {row["name"]: row["state"] for row in await fetch("select name, state from signatory")}
        kept = await fetch_value("select count(*) from kept_pledge where state = 'evidenced'")
        unlisted = await fetch_value("select count(*) from premises where sealed is not null and borough is not null")
    return states, int(kept), int(unlisted)


def letters(folder: Path) -> set[str]:
    """To whom letters lie in the outbox."""
    return {message_from_bytes(file.read_bytes(), policy=default)["To"] for file in (folder / "outbox").glob("*.eml")}


async def found(folder: Path) -> tuple[set[str], dict[str, int], set[tuple[str, str]]]:
    """The states of the issues, how many walks are in each state, and the editions with theirs."""
    async with open_database(f"sqlite:///{folder}/night-safety.sqlite3"):
        issues = {row["state"] for row in await fetch("select state from issue")}
        walks = {row["state"]: row["n"] for row in await fetch("select state, count(*) as n from walk group by state")}
        editions = {(row["audience"], row["state"]) for row in await fetch("select audience, state from edition")}
    return issues, walks, editions


async def sign_in(folder: Path, url: str, code: str) -> int:
    """Follow the link and type the code; gives the status of the page of actions then."""
    settings = settings_from({"NIGHT_SAFETY_DATA_DIR": str(folder)})
    store = FolderPhotoStore(folder / "photos")
    app = create_app(settings, clock=lambda: datetime.now(UTC), postman=Outbox(), photo_store=store)
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]  # Litestar types its ASGI more narrowly
    headers = {"Accept": "text/html", "Origin": settings.base_url}
    async with (
        app.lifespan(),
        httpx.AsyncClient(transport=transport, base_url=settings.base_url, headers=headers) as http,
    ):
        await http.post("/sign-in/confirm", data={"code": url.partition("#")[2]})
        await http.post("/sign-in/code", data={"code": code})
        return (await http.get("/actions")).status_code


def test_the_demo_has_an_organisation_in_every_public_state(tmp_path: Path) -> None:
    """Made once; the second start finds it and says the same."""
    first = prepare(tmp_path)
    assert first.exit_code == 0, first.output
    states, kept, unlisted = asyncio.run(register(tmp_path))

    assert set(states.values()) == {"active", "review_due", "lapsed", "withdrawn", "applied"}
    assert len(states) == len(ORGANISATIONS) and kept >= 8 and unlisted == 2
    assert {"champion1@example.org", "administrator@example.org"} <= letters(tmp_path)

    issues, walks, editions = asyncio.run(found(tmp_path))
    assert issues == {"raised", "waiting", "accepted", "refused", "done", "walked_again"}
    assert walks["received"] == walks["quarantined"] == 1 and walks["accepted"] >= 12
    assert editions == {("gla", "ready"), ("public", "ready")}

    again = prepare(tmp_path)
    assert again.exit_code == 0 and again.output.strip() == first.output.strip()
    told = prepare(tmp_path, "--sign-in", "lead").output
    link, code = re.search(r"http\S+#\S+", told), re.search(r"code: (\d{6})", told)
    assert link and code, told
    assert asyncio.run(sign_in(tmp_path, link[0], code[1])) == 200


def test_a_demo_that_was_cut_off_says_what_to_do(tmp_path: Path) -> None:
    """Its folder is deleted by hand: nobody else knows what is in it."""
    (tmp_path / "night-safety.sqlite3").touch()
    refused = prepare(tmp_path)

    assert refused.exit_code == 1 and "delete" in refused.output


def test_an_edition_is_made_right_after_the_first_start(tmp_path: Path) -> None:
    """Prepared and served by one command, as a newcomer does: the report is set, and the process ends when told."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "NIGHT_SAFETY_DATA_DIR": str(tmp_path)}
    environment.pop("NIGHT_SAFETY_BASE_URL", None)
    command = str(Path(sys.executable).parent / "night-safety")
    served = subprocess.Popen([command, "demo", "--port", str(port)], env=environment, stdout=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as http:
            until(lambda: http.get("/readyz").status_code == 200)
            notes = json.loads((tmp_path / "demo.json").read_text())
            order = {"title": "First", "programme_ids": [notes["programme"]], "audience": "gla"}
            made = http.post("/api/editions", json=order, headers={"Authorization": f"Bearer {notes['analyst']}"})
        assert made.status_code == 201 and made.json()["state"] == "ready"
        served.terminate()
        assert served.wait(30) is not None
    finally:
        served.kill()


def until(happens: Callable[[], bool], seconds: float = 120.0) -> None:
    """Wait for it; what cannot be reached yet has not happened."""
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        with suppress(httpx.TransportError):
            if happens():
                return
        time.sleep(0.2)
    raise AssertionError("it did not happen in time")
