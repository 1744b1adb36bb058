"""`night-safety demo`: a place to try everything, made once and served."""

import asyncio
import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import click
import httpx
import msgspec
from litestar import Litestar
from rich.progress import Progress

from api.app import create_app
from api.cli.demo_world import ORGANISATIONS, STOPS, UNCONFIRMED, Leg, World, photo_headers, signature
from api.cli.serving import serve
from api.cli.terminal import FAULTS, console, environment_settings, fail
from api.postman import Letter, Postman, postman_for
from api.serving import store_for
from api.settings import DEMO_SECRET, Settings
from api.tokens import create_token
from api.worker import Tools, send_letters
from geo.places.demo import DEMO_AREA, demo_route, import_demo_places
from migrations import runner
from migrations.sealing import hash_token, new_token

NOTES = "demo.json"  # in the data folder: the tokens and ids that the page of instructions prints
ROLES = ("lead", "analyst", "administrator")


@dataclass
class DemoClock:
    """The present of the demo's story, which moves as its walks do."""

    present: datetime

    def __call__(self) -> datetime:
        return self.present


class Copying:
    """A postman who keeps a copy of each letter, so that the demo can answer those it wrote to itself."""

    def __init__(self, postman: Postman) -> None:
        self.postman = postman
        self.letters: list[Letter] = []

    async def send(self, letter: Letter) -> None:
        """Post one letter and keep its copy."""
        await self.postman.send(letter)
        self.letters.append(letter)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on.")
@click.option("--prepare-only", is_flag=True, help="Make the demo's data and do not serve it.")
@click.pass_context
def demo(context: click.Context, host: str, port: int, prepare_only: bool) -> None:
    """Prepare a small invented corner of London, serve it, and say what to try.

    Everything lies in ./data/demo (or NIGHT_SAFETY_DATA_DIR); delete that folder to begin again.
    """
    os.environ.setdefault("NIGHT_SAFETY_DATA_DIR", "./data/demo")
    os.environ.setdefault("NIGHT_SAFETY_BASE_URL", f"http://{host}:{port}")
    settings = environment_settings()
    if settings.production:
        fail("The demo is not for production: its key is known to everybody.")
    notes = settings.data_dir / NOTES
    try:
        if not notes.exists():
            asyncio.run(_prepare(settings, notes))
    except FAULTS as fault:
        fail(fault)
    _explain(settings, msgspec.json.decode(notes.read_bytes(), type=dict[str, str]))
    if not prepare_only:
        context.invoke(serve, host=host, port=port)


async def _prepare(settings: Settings, notes: Path) -> None:
    """Fill an empty database by the same requests that phones and programs send; notes are written last."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    _keep(settings.secret_file, DEMO_SECRET)
    await runner.upgrade(settings.database_url)
    clock, postman = DemoClock(datetime.now(UTC) - timedelta(days=20)), Copying(postman_for(settings.mail))
    app = create_app(settings, clock=clock, postman=postman, photo_store=store_for(settings))
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]  # Litestar types its ASGI more narrowly
    async with app.lifespan(), httpx.AsyncClient(transport=transport, base_url=settings.base_url) as http:
        story = Story(app, http, settings, clock, postman)
        found = await story.tell()
    _keep(notes, msgspec.json.encode(found))


def _keep(path: Path, content: bytes) -> None:
    """Write what only the owner may read."""
    path.write_bytes(content)
    path.chmod(0o600)


class Story:
    """What happened before you came: who signed, who walked, what was found."""

    def __init__(
        self, app: Litestar, http: httpx.AsyncClient, settings: Settings, clock: DemoClock, postman: Copying
    ) -> None:
        self.app, self.http, self.settings, self.clock, self.postman = app, http, settings, clock, postman
        self.tokens = {role: new_token() for role in ROLES}

    async def tell(self) -> dict[str, str]:
        """Everything in order; gives the tokens and ids that the instructions name."""
        await import_demo_places(now=self.clock())
        for role, token in self.tokens.items():
            await create_token(
                id=uuid4(), role=role, name=f"demo {role}", token_hash=hash_token(token), now=self.clock()
            )
        await self._sign()
        programme = await self._programme()
        invitation = await self._invite(programme)
        auditors = [await self._join(invitation["code"]) for _ in range(12)]
        await self._walk(programme, auditors)
        self.clock.present = datetime.now(UTC)
        edition = await self._edition(programme)
        return {**self.tokens, "programme": programme, "invitation": invitation["code"], "edition": edition}

    async def ask(self, method: str, path: str, role: str = "", **request: Any) -> Any:
        """One request as a client would make it; a refusal ends the demo with the server's own sentence."""
        headers = {**request.pop("headers", {})}
        if role:
            headers["Authorization"] = f"Bearer {self.tokens.get(role, role)}"
        answer = await self.http.request(method, path, headers=headers, timeout=120, **request)
        if answer.status_code >= 400:
            raise OSError(f"The demo could not be made: {method} {path} answered {answer.status_code} {answer.text}")
        return answer.json()

    async def _sign(self) -> None:
        places = demo_route()
        for number, (name, sector) in enumerate(ORGANISATIONS):
            application = signature(name, sector, number + 1, places[number % len(places)])
            await self.ask("POST", "/api/charter/signatures", json=application)
        state = self.app.state
        tools = Tools(clock=self.clock, postman=self.postman, photo_store=store_for(self.settings), seal=state.seal)
        await send_letters(tools)
        unanswered = {f"manager{len(ORGANISATIONS) - n}@example.org" for n in range(UNCONFIRMED)}
        for letter in self.postman.letters:
            if letter.to not in unanswered and "/charter/confirm#" in letter.text:
                token = letter.text.split("/charter/confirm#")[1].split()[0]
                await self.ask("POST", "/api/charter/confirmations", json={"token": token})

    async def _programme(self) -> str:
        today = date.today()  # noqa: DTZ011 - a demo's dates may follow the machine's own calendar
        body = {
            "name": "Wharf Quarter after dark",
            "area": DEMO_AREA,
            "width_m": None,
            "instrument_version": 1,
            "opens_on": str(today - timedelta(days=120)),
            "closes_on": str(today + timedelta(days=60)),
            "lead_body": None,
        }
        return str((await self.ask("POST", "/api/programmes", "lead", json=body))["id"])

    async def _invite(self, programme: str) -> dict[str, str]:
        expires_on = str(datetime.now(UTC).date() + timedelta(days=60))
        path = f"/api/programmes/{programme}/invitations"
        answer = await self.ask("POST", path, "lead", json={"places": 40, "expires_on": expires_on})
        return dict(answer)

    async def _join(self, code: str) -> str:
        body = {"code": code, "device_id": str(uuid4())}
        return str((await self.ask("POST", "/api/invitations/redeem", json=body))["token"])

    async def _walk(self, programme: str, auditors: list[str]) -> None:
        world = World(demo_route()[: STOPS + 2], today=datetime.now(UTC).date())
        legs = list(world.legs(programme))
        with Progress(console=console(), transient=True) as progress:
            for leg in progress.track(legs, description="Walking the demo's nights"):
                await self._submit(leg, auditors)

    async def _submit(self, leg: Leg, auditors: list[str]) -> None:
        self.clock.present = leg.sent_at
        await self.ask("PUT", f"/api/walks/{leg.id}", auditors[0], json=leg.body)
        for photo_id, content in leg.photos:
            path = f"/api/photos/{photo_id}"
            await self.ask("PUT", path, auditors[0], content=content, headers=photo_headers(content))
        for auditor, response_id, body in leg.responses:
            await self.ask("PUT", f"/api/responses/{response_id}", auditors[auditor], json=body)
        await self.ask("POST", f"/api/walks/{leg.id}/complete", auditors[0], json={})
        await self.ask("POST", f"/api/walks/{leg.id}/review", "lead", json={"decision": "accepted", "reason": None})

    async def _edition(self, programme: str) -> str:
        body = {"title": "Wharf Quarter, demo edition", "programme_ids": [programme], "audience": "gla"}
        return str((await self.ask("POST", "/api/editions", "analyst", json=body))["id"])


def _explain(settings: Settings, notes: dict[str, str]) -> None:
    base = settings.base_url
    analyst = f'-H "Authorization: Bearer {notes["analyst"]}"'
    words = f"""
[bold]Night Safety, the demo:[/] an invented corner of London. Nobody in it is real.

[bold]{base}/[/]  the front door
{base}/api/charter/signatories  who has signed the charter

[bold]Join a walk[/] with the invitation code {notes["invitation"]}:
  curl {base}/api/invitations/redeem --json '{{"code": "{notes["invitation"]}"}}'

[bold]Look at the evidence[/]: hotspots, and the report of an edition
  curl {analyst} "{base}/api/hotspots?programme_id={notes["programme"]}&factor=feeling"
  curl {analyst} -o report.pdf {base}/api/editions/{notes["edition"]}/report.pdf

[bold]Do more[/] with the lead's token {notes["lead"]}
and the administrator's {notes["administrator"]}

Letters lie in {settings.data_dir / "outbox"} as .eml files. The README's five-minute tour shows every step by curl.
"""
    console().print(words)
