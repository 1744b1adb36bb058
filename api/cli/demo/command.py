"""`night-safety demo`: a place to try everything, made once and served."""

import asyncio
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import click
import httpx
import msgspec
from litestar import Litestar
from rich.progress import Progress

from api.app import create_app
from api.cli.demo.actions import Actions
from api.cli.demo.register import CHAMPION, LAPSED, WITHDRAWN, Register
from api.cli.demo.staff import PEOPLE, SignIn, hire, sign_in
from api.cli.demo.world import AUDITORS, STOPS, TOLD, Leg, World, photo_headers
from api.cli.serving import serve
from api.cli.terminal import FAULTS, console, environment_settings, fail
from api.postman import Letter, Postman, postman_for
from api.serving import store_for
from api.sessions.tokens import create_token
from api.settings import DEMO_SECRET, Settings
from api.worker import Tools
from audits.actions.keeping import Acting
from audits.actions.plan.publishing import publish_plan
from audits.people.questions import CURRENT
from audits.queries import OPERATOR
from audits.reviewing.deciding import review_note
from geo.places.demo import DEMO_AREA, demo_route, import_demo_places
from migrations import runner
from migrations.sealing import hash_token, new_token

PILOT_SEED = 20260601
NOTES = "demo.json"  # in the data folder: the tokens and ids that the page of instructions prints
ROLES = ("lead", "analyst", "administrator")


@dataclass
class DemoClock:
    """The present of the demo's story, which moves as its walks do."""

    present: datetime

    def __call__(self) -> datetime:
        return self.present

    def move_to(self, present: datetime) -> None:
        """Let it be then."""
        self.present = present


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
@click.option(
    "--apart", is_flag=True, hidden=True, help="The same, and say nothing: for the process that will serve it."
)
@click.option(
    "--sign-in", "role", type=click.Choice(ROLES), help="Print a link to sign in by, and codes; nothing else."
)
@click.pass_context
def demo(context: click.Context, host: str, port: int, prepare_only: bool, apart: bool, role: str | None) -> None:
    """Prepare a small invented corner of London, serve it, and say what to try.

    Everything lies in ./data/demo (or NIGHT_SAFETY_DATA_DIR); delete that folder to begin again.
    """
    os.environ.setdefault("NIGHT_SAFETY_DATA_DIR", "./data/demo")
    os.environ.setdefault("NIGHT_SAFETY_BASE_URL", f"http://{host}:{port}")
    settings = environment_settings()
    if settings.production:
        fail("The demo is not for production: its key is known to everybody.")
    if not (prepare_only or apart or role or (settings.data_dir / NOTES).exists()):
        _prepare_apart(host, port)
    found = _found(settings)
    if apart:
        return
    if role:
        _tell_how(role, asyncio.run(sign_in(role, found[f"key of {role}"], settings)))
        return
    _explain(settings, found)
    if not prepare_only:
        context.invoke(serve, host=host, port=port)


def _prepare_apart(host: str, port: int) -> None:
    """Make the data in another process: the server forks, and the typesetter's threads, once begun, survive no fork."""
    words = ("-c", "from api.cli.main import main; main()", "demo", "--apart", "--host", host, "--port", str(port))
    # Our own program, with nothing from outside but two options that were read.
    ended = subprocess.run((sys.executable, *words), check=False).returncode  # noqa: S603 - see above
    if ended:
        raise SystemExit(ended)


def _found(settings: Settings) -> dict[str, str]:
    """The tokens and ids of the demo's notes; whoever comes first makes the demo."""
    notes = settings.data_dir / NOTES
    if not notes.exists() and any(settings.data_dir.glob("*.sqlite3")):
        fail(
            f"The demo is still being made, or was cut off. Wait for it, or delete {settings.data_dir} and begin again."
        )
    try:
        if not notes.exists():
            asyncio.run(_prepare(settings, notes))
    except FAULTS as fault:
        fail(fault)
    return msgspec.json.decode(notes.read_bytes(), type=dict[str, str])


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
        shown = await self._sign()
        keys = await hire(self.http, self.tools, self.postman.letters)
        pilot = await self._pilot()
        programme = await self._programme("Wharf Quarter after dark", since=120, until=-60)
        invitation = await self._invite(programme)
        auditors = [await self._join(invitation["code"]) for _ in range(AUDITORS)]
        for number, auditor in enumerate(auditors):
            told = {"question_set": CURRENT, "answers": TOLD[number % len(TOLD)]}
            await self.ask("PUT", "/api/auditors/me/equality", auditor, json=told)
        await self._walk(programme, auditors)
        self.clock.present = datetime.now(UTC)
        edition = await self._edition("Wharf Quarter, demo edition", programme, "gla")
        public = await self._edition("Lock pilot, public edition", pilot, "public")
        made = {"programme": programme, "invitation": invitation["code"], "edition": edition, "public": public}
        return {**self.tokens, **keys, **shown, **made, "pilot": pilot}

    @property
    def tools(self) -> Tools:
        """What the chores work with."""
        seal, store = self.app.state.seal, store_for(self.settings)
        return Tools(
            clock=self.clock, postman=self.postman, photo_store=store, seal=seal, base_url=self.settings.base_url
        )

    async def ask(self, method: str, path: str, role: str = "", **request: Any) -> Any:
        """One request as a client would make it; a refusal ends the demo with the server's own sentence."""
        headers = {**request.pop("headers", {})}
        if role:
            headers["Authorization"] = f"Bearer {self.tokens.get(role, role)}"
        answer = await self.http.request(method, path, headers=headers, timeout=120, **request)
        if answer.status_code >= 400:
            raise OSError(f"The demo could not be made: {method} {path} answered {answer.status_code} {answer.text}")
        return answer.json()

    async def _sign(self) -> dict[str, str]:
        """The register's story ends today; the walks' begins twenty days ago. Gives the ids of who left its list."""
        began = self.clock()
        register = Register(self.ask, tools=self.tools, letters=self.postman.letters, places=demo_route())
        await register.tell(datetime.now(UTC), self.clock.move_to)
        self.clock.move_to(began)
        return {"lapsed": str(register.ids[LAPSED]), "withdrawn": str(register.ids[WITHDRAWN])}

    async def _programme(self, name: str, *, since: int, until: int) -> str:
        """A programme from so many days ago until so many; an administrator's is open to every lead."""
        today = date.today()  # noqa: DTZ011 - a demo's dates may follow the machine's own calendar
        body = {
            "name": name,
            "area": DEMO_AREA,
            "width_m": None,
            "instrument_version": 1,
            "opens_on": str(today - timedelta(days=since)),
            "closes_on": str(today - timedelta(days=until)),
            "lead_body": None,
        }
        return str((await self.ask("POST", "/api/programmes", "administrator", json=body))["id"])

    async def _pilot(self) -> str:
        """An earlier programme of six women, closed months ago, whose plan is public; gives its id."""
        began, now = self.clock(), datetime.now(UTC)
        self.clock.move_to(now - timedelta(days=200))
        programme = await self._programme("Lock pilot", since=200, until=145)
        invitation = await self._invite(programme)
        auditors = [await self._join(invitation["code"]) for _ in range(AUDITORS)]
        world = World(demo_route()[: STOPS + 2], today=now.date(), seed=PILOT_SEED)
        legs = list(world.pilot(programme))
        for leg in legs:
            await self._submit(leg, auditors)
        await Actions(self.ask, world, now=now, move=self.clock.move_to).pilot(programme, legs)
        self.clock.move_to(now - timedelta(days=120))
        await self.ask("POST", f"/api/programmes/{programme}/close", "administrator")
        delay = timedelta(days=self.settings.public_delay_days)
        await publish_plan(UUID(programme), delay=delay, acting=Acting(by=OPERATOR, now=now))
        self.clock.move_to(began)
        return programme

    async def _invite(self, programme: str) -> dict[str, str]:
        expires_on = str(datetime.now(UTC).date() + timedelta(days=60))
        path = f"/api/programmes/{programme}/invitations"
        answer = await self.ask("POST", path, "lead", json={"places": 40, "expires_on": expires_on})
        return dict(answer)

    async def _join(self, code: str) -> str:
        body = {"code": code, "device_id": str(uuid4())}
        return str((await self.ask("POST", "/api/invitations/redeem", json=body))["token"])

    async def _walk(self, programme: str, auditors: list[str]) -> None:
        now = datetime.now(UTC)
        world = World(demo_route()[: STOPS + 2], today=now.date())
        legs = list(world.legs(programme))
        with Progress(console=console(), transient=True) as progress:
            for leg in progress.track(legs, description="Walking the demo's nights"):
                await self._submit(leg, auditors)
        actions = Actions(self.ask, world, now=now, move=self.clock.move_to)
        mended = await actions.tell(programme, legs)
        again, *to_review = world.since(programme)
        await self._submit(again, auditors)
        await actions.walk_again(mended, again)
        for late_h, leg in zip((0, 9), to_review, strict=True):
            await self._submit(leg, auditors, review=False, late_h=late_h)

    async def _submit(self, leg: Leg, auditors: list[str], *, review: bool = True, late_h: int = 0) -> None:
        """Hand a leg in as a phone does whose clock may be hours late; then a lead looks at it, unless she is to."""
        self.clock.present = leg.sent_at + timedelta(hours=late_h)
        await self.ask("PUT", f"/api/walks/{leg.id}", auditors[0], json=leg.body)
        for photo_id, content in leg.photos:
            path = f"/api/photos/{photo_id}"
            await self.ask("PUT", path, auditors[0], content=content, headers=photo_headers(content))
        for auditor, response_id, body in leg.responses:
            await self.ask("PUT", f"/api/responses/{response_id}", auditors[auditor], json=body)
        await self.ask("POST", f"/api/walks/{leg.id}/complete", auditors[0], json={})
        if review:
            await self._review(leg)

    async def _review(self, leg: Leg) -> None:
        await self.ask("POST", f"/api/walks/{leg.id}/review", "lead", json={"decision": "accepted", "reason": None})
        for photo_id, _ in leg.photos:
            await self.ask("POST", f"/api/photos/{photo_id}/review", "lead", json={"decision": "publishable"})
        for stop in leg.body["stops"]:
            if stop["note"]:
                await review_note(UUID(stop["id"]), "publishable", by=OPERATOR, now=self.clock())

    async def _edition(self, title: str, programme: str, audience: str) -> str:
        body = {"title": title, "programme_ids": [programme], "audience": audience}
        return str((await self.ask("POST", "/api/editions", "analyst", json=body))["id"])


def _tell_how(role: str, found: SignIn) -> None:
    words = f"""
Open {found.url}
and press Sign in. Then type the code: {found.codes[0]}
A code holds for half a minute or so. The next ones: {", ".join(found.codes[1:])}
You are the demo's {role}, {PEOPLE[role].name}.
"""
    console().print(words, soft_wrap=True)


def _explain(settings: Settings, notes: dict[str, str]) -> None:
    base = settings.base_url
    analyst = f'-H "Authorization: Bearer {notes["analyst"]}"'
    words = f"""
[bold]Night Safety, the demo:[/] an invented corner of London. Nobody in it is real.

[bold]{base}/[/]  the front door
{base}/register  who has signed the charter
{base}/register/{notes["lapsed"]}  one that lapsed
{base}/register/{notes["withdrawn"]}  one that withdrew
{base}/plans/{notes["pilot"]}  what became of what an earlier audit found

[bold]Keep the charter[/] as the champion of The Lantern: open {base}/sign-in and type {CHAMPION}
She is sent a link; the letters are the newest files in {settings.data_dir / "outbox"}

[bold]Walk[/] with a phone, or a window as narrow as one: open {base}/walk and type {notes["invitation"]}

[bold]Sign in as the staff[/], whose second factor is set up already: in another terminal,
  .venv/bin/night-safety demo --sign-in lead           {base}/review  walks that came in and wait for a decision
  .venv/bin/night-safety demo --sign-in analyst        {base}/evidence  hotspots, and reports for a design review
  .venv/bin/night-safety demo --sign-in administrator  {base}/scheme  what waits in the charter's register
All three begin at {base}/work and go on to {base}/actions, from what was found to what was done.

[bold]Take the report[/] of an edition that is public, and one that is not
  curl -o public.pdf {base}/api/editions/{notes["public"]}/report.pdf
  curl {analyst} -o report.pdf {base}/api/editions/{notes["edition"]}/report.pdf

[bold]Do more[/] with the lead's token {notes["lead"]}
and the administrator's {notes["administrator"]}

The README shows every step by curl, too.
"""
    console().print(words)
