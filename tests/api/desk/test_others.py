"""Every champion's route, as the matrix has them, tried by the champion of another organisation: there is nothing.

A new route is tried as soon as it has its row; one that wants a body fails here until it is given one.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from api.roles import ROUTES, Role
from migrations.database import fetch_tuples, fetch_value
from tests.api.desk.champions import PICTURE, AtDesk, champion_of
from tests.charter.builders import person, place
from tests.charter.keeping.samples import EVIDENCE
from tests.charter.premises.chains import row, sheet
from tests.people import Service, ok

SAM = {"name": "Sam Successor", "job_title": "Manager", "email": "sam@lamb.example"}
KEPT = {"state": "evidenced", "statement": "All of us.", "evidence": EVIDENCE[2], "evidence_on": None}
LOOKED = {"details_confirmed": True, "pledges_looked_at": [1, 2, 3, 4, 5, 6, 7]}
TYPED = {"name": "The Fox", "address": "2 Example Street", "postcode": "SE1 1AA", "longitude": "0", "latitude": "51.5"}
DIGEST = base64.b64encode(hashlib.sha256(PICTURE).digest()).decode()
PAINTED = {"Content-Type": "image/jpeg", "Content-Digest": f"sha-256=:{DIGEST}:"}
MINE, DESK = "/api/charter/mine", "/desk/{signatory_id}"

BODIES: dict[str, dict[str, Any]] = {
    f"POST {MINE}/premises": {"json": place("The Fox")},
    f"POST {MINE}/premises.csv": {"content": sheet(row()), "headers": {"Content-Type": "text/csv"}},
    f"PUT {MINE}/premises/{{premises_id}}": {"json": place("The Fox")},
    f"PUT {MINE}/pledges/{{number}}": {"json": KEPT},
    f"PUT {MINE}/pledges/{{number}}/files/{{file_id}}": {"content": PICTURE, "headers": PAINTED},
    f"POST {MINE}/hand-over": {"json": SAM},
    f"POST {MINE}/deputy": {"json": SAM},
    f"POST {MINE}/review": {"json": LOOKED},
    f"POST {MINE}/withdrawal": {"json": {"confirmed": True}},
    f"POST {DESK}/review": {"data": {"details_confirmed": "yes", "pledges_looked_at": list("1234567")}},
    f"POST {DESK}/withdraw": {"data": {"confirmed": "yes"}},
    f"POST {DESK}/wording": {"data": {"version": "2018"}},
    f"POST {DESK}/listing": {"data": {"public_listing": "no", "network_contact": "no"}},
    f"POST {DESK}/premises/add": {"data": TYPED},
    f"POST {DESK}/premises/spreadsheet": {"files": {"file": ("p.csv", sheet(row()), "text/csv")}},
    f"POST {DESK}/premises/spreadsheet/take": {"data": {"content": sheet(row()).decode()}},
    f"POST {DESK}/premises/{{premises_id}}": {"data": TYPED},
    f"POST {DESK}/people/hand-over": {"data": SAM},
    f"POST {DESK}/people/deputy": {"data": SAM},
    f"POST {DESK}/pledges/{{number}}": {"data": {"state": "in_progress"}, "files": {"picture": ("", b"", "x/y")}},
}
# What takes away what the others are tried on, for whose it is; the more, the later.
LAST = ("/letter", "files/{file_id}", "{premises_id}", "/deputy", "/leave", "/withdraw")
# These are tried after she left by the first of four such routes.
GONE = {f"POST {DESK}/people/leave", f"POST {MINE}/withdrawal", f"POST {DESK}/withdraw"}
REFUSED = (400, 401, 403, 404, 405)  # where a form or an older state of what is there is refused, there is something


@dataclass(frozen=True)
class Theirs:
    """An organisation with something behind every id that a champion's route may name."""

    desk: AtDesk
    ids: Mapping[str, str]

    async def tried(self, route: str, by: httpx.AsyncClient, *, at: str) -> httpx.Response:
        """The answer to a route with their ids, at the desk of the organisation `at`."""
        method, path = route.split()
        filled = re.sub(r"\{(\w+)\}", lambda found: {**self.ids, "signatory_id": at}[found[1]], path)
        body = dict(BODIES.get(route, {}))
        headers = {"If-Match": '"0"', **body.pop("headers", {})}
        # Other addresses of the interface name the organisation where there are several.
        params = {"signatory": at, "caption": "A poster"} if path.startswith(MINE) else {}
        return await by.request(method, filled, params=params, headers=headers, **body)


async def theirs_of(service: Service) -> Theirs:
    """Premises, a picture, and a deputy who was asked."""
    desk = await champion_of(service)
    await ok(await desk.api("POST", "/deputy", json=SAM), 202)
    picture = await ok(await desk.picture(2, PICTURE), 201)
    places = (await ok(await desk.api("GET", "/premises")))["items"]
    people = (await ok(await desk.api("GET")))["people"]
    ids = {"number": "2", "file_id": picture["id"], "premises_id": places[0]["id"], "person_id": people[-1]["id"]}
    return Theirs(desk, ids)


async def peer_of(service: Service) -> AtDesk:
    """The champion of an organisation without premises, in which nobody of the first has a role."""
    owner = person("r@ram.example", has_authority=True)
    return await champion_of(service, "The Ram", "ram@ram.example", signatory=owner, premises=[])


def champions_routes() -> list[str]:
    """Every route of the matrix that a champion may call and the public may not; what takes things away comes last."""
    routes = [route for route, roles in ROUTES.items() if Role.CHAMPION in roles and Role.PUBLIC not in roles]
    return sorted(routes, key=_how_late)


def _how_late(route: str) -> int:
    if route.startswith("GET"):
        return -1
    return max((place for place, words in enumerate(LAST) if words in route), default=-1)


async def test_another_champion_finds_nothing_by_any_route(service: Service) -> None:
    """404 with their organisation's id, whatever she sends, and nothing is changed; its own champion is let in."""
    peer, theirs = await peer_of(service), await theirs_of(service)
    before = await fetch_value("select count(*) from charter_event")
    others = {r: await theirs.tried(r, peer.browser, at=theirs.desk.id) for r in champions_routes()}
    after = await fetch_value("select count(*) from charter_event")
    own = {r: await theirs.tried(r, theirs.desk.browser, at=theirs.desk.id) for r in champions_routes()}

    assert {route: answer.status_code for route, answer in others.items() if answer.status_code != 404} == {}
    assert before == after
    assert {route for route, answer in own.items() if answer.status_code in REFUSED} == GONE


async def test_another_organisations_things_are_not_at_ones_own_desk(service: Service) -> None:
    """By the id of a picture, premises or a person, at her own organisation's address."""
    peer, theirs = await peer_of(service), await theirs_of(service)
    things = [route for route in champions_routes() if re.search(r"\{(?!number|signatory_id)\w+\}", route)]
    before = await fetch_tuples("select count(*), max(number) from charter_event")
    answers = {route: await theirs.tried(route, peer.browser, at=peer.id) for route in things}

    assert len(things) > 10
    assert {route: answer.status_code for route, answer in answers.items() if answer.status_code != 404} == {}
    assert await fetch_tuples("select count(*), max(number) from charter_event") == before
