"""The demo, served, with what it does not tell: a doubt, a crowd, a new wording, somebody half signed in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx
import msgspec

from api.cli.demo.register import CHAMPION
from api.sessions.people import create_person
from api.sessions.queries import Who
from audits.reviewing.revisions.standing import standing
from audits.tables import WalkRevision
from audits.walks import content_of
from charter.register import sign
from migrations.database import execute, fetch_one, fetch_value, transaction
from tests.api.desk.champions import PICTURE, AtDesk, champion_of
from tests.api.pages.signing.filling import answers_all, passes
from tests.api.scheme.test_pages import wording
from tests.audits.builders import keep
from tests.charter.builders import parsed, signature
from tests.journeys.clocked import clocked
from tests.journeys.every_page.addresses import ORGANISATION
from tests.journeys.server import Server, free_port
from tests.people import Service, ok

NEWCOMER = "newcomer@staff.example"


@dataclass(frozen=True)
class World:
    """The service, and the browsers of the people who look at it, by who they are."""

    service: Service
    browsers: dict[str, httpx.AsyncClient]


@asynccontextmanager
async def world(tmp_path: Path, database_url: str) -> AsyncIterator[World]:
    """The demo of today, with everybody signed in who looks at its pages."""
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    Server(data_dir, database_url, free_port()).run("demo", "--prepare-only")
    async with clocked(tmp_path, database_url) as service:
        service.clock.present = datetime.now(UTC)
        await _more_happens(service)
        yield World(service, await _people(service))


async def _more_happens(service: Service) -> None:
    """A twin of an organisation, a signature that is held, a newer wording, a flagged note, and a second edition."""
    await champion_of(service, f"{ORGANISATION} Ltd", CHAMPION)
    await sign(parsed(signature("Bot")), desk=service.tools.desk())
    async with transaction():
        await execute("update signatory set state = 'held', held_because = 'network' where name = 'Bot'")
    await wording(service)
    await _a_note_is_flagged(service)
    await _a_walk_is_sent_otherwise(service)
    programme = await fetch_value("select id from programme where name like 'Wharf Quarter%'")
    ordered = {"title": "Wharf Quarter again", "programme_ids": [str(programme)], "audience": "gla"}
    await ok(await service.http.post("/api/editions", json=ordered, headers=await service.staff("analyst")), 201)


async def _a_note_is_flagged(service: Service) -> None:
    """At a stop of a walk that waits for review, sealed as at the door."""
    of_walk = "select s.id from stop s join walk w on w.number = s.walk where w.state = 'quarantined' limit 1"
    id = await fetch_value(of_walk)
    note = b'{"note": "Two men followed her", "causes": ["followed"]}'
    sealed = service.app.state.seal.seal(note, table="stop", column="sealed", row=str(id))
    async with transaction():
        await execute("update stop set note = null, note_flagged = true, sealed = $2 where id = $1", id, sealed)


async def _a_walk_is_sent_otherwise(service: Service) -> None:
    """By its phone, after its review had begun: a larger group, and without its last stop."""
    row = await fetch_one(
        "select number, id, auditor from walk where state = 'accepted' and auditor is not null limit 1"
    )
    assert row is not None
    stood = await standing(row["number"], service.app.state.seal)
    later = msgspec.structs.replace(stood, group_size=stood.group_size + 1, stops=stood.stops[:-1])
    place = {"table": "walk_revision", "column": "sealed", "row": str(row["id"])}
    sealed = service.app.state.seal.seal(content_of(later), **place)
    facts = {"walk": row["number"], "auditor": row["auditor"], "received_at": service.clock(), "sealed": sealed}
    blank = dict.fromkeys(("content_mac", "route", "decision", "decided_at", "decided_by", "reason"))
    await keep(WalkRevision(**facts, **blank))


async def _people(service: Service) -> dict[str, httpx.AsyncClient]:
    """A stranger who has answered every page, one who has just signed, a champion, and three of the staff."""
    stranger, signer = service.browser(), service.browser()
    await answers_all(stranger)
    await answers_all(signer)
    await passes(signer, "check", {})
    champion = await _champion(service)
    administrator = await service.staff_browser("administrator")
    (known,) = service.keys
    service.clock.move(minutes=2)  # each step of a second factor opens one session
    await create_person(Who(name="Newcomer", email=NEWCOMER), roles=["lead"], by="a test", desk=service.tools.desk())
    return {
        "stranger": stranger,
        "signer": signer,
        "champion": champion,
        "administrator": administrator,
        "returner": await service.signs_in(known),
        "newcomer": await service.signs_in(NEWCOMER),
    }


async def _champion(service: Service) -> httpx.AsyncClient:
    """She has a deputy, and a picture among her evidence."""
    id = await fetch_value("select id from signatory where name = $1", ORGANISATION)
    desk = AtDesk(await service.signs_in(CHAMPION), str(id))
    deputy = {"name": "Sam Deputy", "job_title": "Manager", "email": "sam@example.org"}
    assert (await desk.browser.post(f"{desk.page}/people/deputy", data=deputy)).status_code == 303
    await ok(await desk.picture(2, PICTURE, id=uuid4()), 201)
    return desk.browser
