"""The demo's staff: people who have signed in and set up their second factor, so that you can sign in as they do."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx

from api.postman import Letter
from api.sessions import links
from api.sessions.people import create_person
from api.sessions.queries import Who
from api.sessions.totp import code_at
from api.settings import Settings, secret_key
from api.worker import Tools, send_letters, write_links
from audits.events import COMMAND_LINE
from charter.register import Desk
from migrations.database import open_database
from migrations.sealing import Seal, new_token

PEOPLE = {
    "lead": Who(name="Demo Lead", email="lead@example.org"),
    "analyst": Who(name="Demo Analyst", email="analyst@example.org"),
    "administrator": Who(name="Demo Administrator", email="administrator@example.org"),
}
STEP = timedelta(seconds=30)  # how long a code is shown; each opens one session
KEY = re.compile(r'id="key">([A-Z2-7 ]+)<')
CODE = re.compile(r"/sign-in/confirm#([\w-]+)")


@dataclass(frozen=True)
class SignIn:
    """How to sign in as one of them: a link that was never sent, and the codes of the next minutes."""

    url: str
    codes: tuple[str, ...]


async def hire(http: httpx.AsyncClient, tools: Tools, letters: Sequence[Letter]) -> dict[str, str]:
    """Add the staff, and let each sign in once and set up her second factor; gives their keys, as `key of lead`."""
    keys = {}
    for role, who in PEOPLE.items():
        await create_person(who, roles=[role], by=COMMAND_LINE, desk=tools.desk())
        keys[f"key of {role}"] = await _set_up(http, who, tools, letters)
    return keys


async def _set_up(http: httpx.AsyncClient, who: Who, tools: Tools, letters: Sequence[Letter]) -> str:
    form = {"Accept": "text/html", "Origin": tools.base_url}
    await http.post("/sign-in", data={"email": who.email}, headers=form)
    await write_links(tools)
    await send_letters(tools)
    token = next(found[1] for letter in reversed(letters) if (found := CODE.search(letter.text)))
    await http.post("/sign-in/confirm", data={"code": token}, headers=form)
    found = KEY.search((await http.get("/sign-in/second-factor", headers=form)).text)
    assert found is not None, "the page of the second factor shows no key"
    key = found[1].replace(" ", "")
    await http.post("/sign-in/second-factor", data={"code": code_at(key, now=tools.clock())}, headers=form)
    http.cookies.clear()
    return key


async def sign_in(role: str, key: str, settings: Settings, *, minutes: int = 3) -> SignIn:
    """A link for that person, written now, and what her app would show in the next minutes."""
    told: list[str] = []

    def remembered() -> str:
        told.append(new_token())
        return told[-1]

    now = datetime.now(UTC)
    desk = Desk(
        now=now, seal=Seal(secret_key(settings)), base_url=settings.base_url, new_id=uuid4, new_token=remembered
    )
    async with open_database(settings.database_url):
        await links.ask(PEOPLE[role].email, next="", desk=desk)
        await links.answer_requests(desk=desk)
    codes = tuple(code_at(key, now=now + STEP * number) for number in range(minutes * 2))
    return SignIn(url=f"{settings.base_url}/sign-in/confirm#{told[-1]}", codes=codes)
