"""Programmes over HTTP: commissioned, joined by code, seen by those whose they are."""

import asyncio
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.resources.paging import cursor_of, number_in
from migrations.database import fetch
from tests.audits.builders import BRIXTON, TOWPATH, a_programme, a_walk, square
from tests.people import Service, ok

Header = dict[str, str]
BODY = {
    "name": "Brixton after dark",
    "area": BRIXTON,
    "width_m": None,
    "instrument_version": 1,
    "opens_on": "2026-10-01",
    "closes_on": "2026-12-31",
    "lead_body": "E09000022",
}
URL = "/api/programmes"


async def commissioned(service: Service, lead: Header, **changes: Any) -> dict[str, Any]:
    """A programme as its lead is shown it."""
    return dict(await ok(await service.http.post(URL, json={**BODY, **changes}, headers=lead), 201))


async def invited(service: Service, lead: Header, programme: dict[str, Any], places: int = 12) -> str:
    """A code for that programme."""
    body = {"places": places, "expires_on": "2026-10-31"}
    answer = await service.http.post(f"{URL}/{programme['id']}/invitations", json=body, headers=lead)
    return str((await ok(answer, 201))["code"])


async def redeem(service: Service, code: str, who: Header | None = None, **more: Any) -> httpx.Response:
    """What a phone is answered."""
    return await service.http.post("/api/invitations/redeem", json={"code": code, **more}, headers=who)


async def joined(service: Service, code: str, who: Header | None = None, **more: Any) -> tuple[str, Header]:
    """An auditor's id, and the header of her phone's new token."""
    answer = await ok(await redeem(service, code, who, **more), 201)
    return answer["auditor_id"], {"Authorization": f"Bearer {answer['token']}"}


async def test_what_is_commissioned_is_shown(service: Service) -> None:
    """The contract's fields come back, and the same by id and in the list."""
    lead = await service.staff("lead")
    made = await commissioned(service, lead)
    by_id = await ok(await service.http.get(f"{URL}/{made['id']}", headers=lead))
    listed = await ok(await service.http.get(URL, headers=lead))

    nothing = {"purpose": None, "line": None, "planned_stops": [], "route": None}
    assert {**BODY, **nothing, "id": made["id"], "state": "open"} == made
    assert by_id == made and listed == {"items": [made], "next": None}


async def test_a_line_is_shown_as_drawn_and_as_counted(service: Service) -> None:
    """`width_m` is the full width of the line."""
    made = await commissioned(service, await service.staff("lead"), area=TOWPATH, width_m=30)

    assert made["line"] == TOWPATH and made["width_m"] == 30
    assert made["area"]["type"] == "Polygon"


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"area": TOWPATH}, 422, "width_m"),
        ({"area": {"type": "Polygon", "coordinates": "here"}}, 422, "area"),
        ({"area": {"type": "Polygon", "coordinates": [[[0, 51], [1, 52], [1, 51], [0, 52], [0, 51]]]}}, 422, "area"),
        ({"instrument_version": 2**70}, 422, "instrument_version"),
        ({"lead_body": "E06000001"}, 422, "lead_body"),
        ({"opens_on": "2027-01-01"}, 422, "closes_on"),
        ({"name": "x" * 201}, 422, "name"),
        ({"opens_on": "2026-13-01"}, 400, "opens_on"),
        ({"area": "Brixton"}, 400, "area"),
        ({"surprise": 1}, 400, "surprise"),
    ],
)
async def test_a_bad_commission_names_its_field(service: Service, changes: Any, status: int, field: str) -> None:
    """What cannot be read is a 400, what cannot be accepted a 422."""
    answer = await service.http.post(URL, json={**BODY, **changes}, headers=await service.staff("lead"))

    assert answer.status_code == status, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_a_large_area_is_an_administrators(service: Service) -> None:
    """25 km2 is more than any town centre."""
    large = {**BODY, "area": square(0.06)}
    refused = await service.http.post(URL, json=large, headers=await service.staff("lead"))
    made = await service.http.post(URL, json=large, headers=await service.staff("administrator"))

    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/area-too-large")
    assert made.status_code == 201


async def test_peers_are_told_that_it_is_not_there(service: Service) -> None:
    """Another lead by every route, an auditor of another programme by id; an analyst sees it."""
    lead, other = await service.staff("lead"), await service.staff("lead")
    made, theirs = await commissioned(service, lead), await commissioned(service, other)
    _, stranger = await joined(service, await invited(service, other, theirs))
    path, places = f"{URL}/{made['id']}", {"places": 1, "expires_on": "2026-10-31"}
    answers = [
        await service.http.get(path, headers=other),
        await service.http.get(path, headers=stranger),
        await service.http.post(f"{path}/close", headers=other),
        await service.http.post(f"{path}/invitations", json=places, headers=other),
        await service.http.get(f"{URL}/{uuid4()}", headers=lead),
    ]

    assert {(answer.status_code, answer.json()["type"]) for answer in answers} == {(404, "/problems/no-such-programme")}
    assert (await service.http.get(path, headers=await service.staff("analyst"))).status_code == 200


async def test_the_list_is_read_in_pages(service: Service) -> None:
    """Each programme once, by following `next`."""
    lead = await service.staff("lead")
    made = [(await commissioned(service, lead))["id"] for _ in range(3)]
    found, url = [], f"{URL}?limit=2"
    while url:
        answer = await ok(await service.http.get(url, headers=lead))
        found += [programme["id"] for programme in answer["items"]]
        url = answer["next"]

    assert found == made[::-1]


@given(st.integers(0, 2**63 - 1))
def test_a_cursor_is_read_as_it_was_written(number: int) -> None:
    """Any row's number survives its way through an address."""
    cursor = cursor_of(number)

    assert number_in(cursor) == number
    assert quote(cursor, safe="") == cursor


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=501", "limit=many", "cursor=%20", "cursor=LTE", "cursor=é", "cursor=" + "OTk5" * 9]
)
async def test_a_bad_page_is_a_400(service: Service, query: str) -> None:
    """A cursor that is not ours, and a limit out of range, are named."""
    answer = await service.http.get(f"{URL}?{query}", headers=await service.staff("lead"))

    assert answer.status_code == 400, answer.text
    assert answer.json()["errors"][0]["field"] == query.partition("=")[0]


async def test_a_code_is_handed_out_once(service: Service) -> None:
    """In a link whose secret no server sees; the database keeps a keyed hash."""
    lead = await service.staff("lead")
    made = await commissioned(service, lead)
    body = {"places": 2, "expires_on": "2099-12-31"}
    answer = await ok(await service.http.post(f"{URL}/{made['id']}/invitations", json=body, headers=lead), 201)
    (kept,) = await fetch("select code_hash from invitation")

    assert answer["url"] == f"{service.settings.base_url}/join#{answer['code']}" and len(answer["code"]) == 14
    assert answer["code"] not in kept["code_hash"] and len(kept["code_hash"]) == 64


async def test_a_phone_joins_with_what_was_typed(service: Service) -> None:
    """It gets a token, an auditor's id, and the programme it walks for."""
    lead = await service.staff("lead")
    made = await commissioned(service, lead)
    code = await invited(service, lead, made)
    answer = await ok(await redeem(service, f" {code.lower().replace('-', ' ')} ", device_id=str(uuid4())), 201)
    header = {"Authorization": f"Bearer {answer['token']}"}

    assert answer["programme"] == made
    assert (await ok(await service.http.get(URL, headers=header)))["items"] == [made]


async def test_invitations_that_do_not_hold_are_gone(service: Service) -> None:
    """Full, unknown, nonsense, expired: one answer for all."""
    lead = await service.staff("lead")
    made = await commissioned(service, lead)
    full, late = await invited(service, lead, made, places=1), await invited(service, lead, made)
    await joined(service, full)
    answers = [await redeem(service, code) for code in (full, "0000-0000-0000", "open sesame", "")]
    service.clock.move(days=7)
    answers.append(await redeem(service, late))
    bodies = [{**answer.json(), "request_id": ""} for answer in answers]

    assert bodies[0]["type"] == "/problems/invitation-not-valid"
    assert [answer.status_code for answer in answers] == [410] * 5 and bodies == [bodies[0]] * 5


async def test_the_last_place_goes_to_one_phone(service: Service) -> None:
    """However many ask for it at once."""
    lead = await service.staff("lead")
    code = await invited(service, lead, await commissioned(service, lead), places=1)
    answers = await asyncio.gather(*(redeem(service, code) for _ in range(8)))

    assert sorted(answer.status_code for answer in answers) == [201] + [410] * 7


async def test_a_phone_keeps_its_auditor(service: Service) -> None:
    """By its id or its token, into a second programme too; only the superseded token ends."""
    lead, phone = await service.staff("lead"), str(uuid4())
    code = await invited(service, lead, await commissioned(service, lead), places=1)
    other = await invited(service, lead, await commissioned(service, lead))
    first, old = await joined(service, code, device_id=phone)
    second, new = await joined(service, code, device_id=phone)
    third, newest = await joined(service, other, who=new)
    statuses = [(await service.http.get(URL, headers=header)).status_code for header in (old, new, newest)]

    assert first == second == third and statuses == [401, 200, 200]
    assert len((await ok(await service.http.get(URL, headers=newest)))["items"]) == 2


async def test_a_lead_does_not_redeem(service: Service) -> None:
    """Auditors join; staff have tokens of their own."""
    answer = await redeem(service, "0000-0000-0000", await service.staff("lead"))

    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-your-role")


async def test_a_revoked_phone_is_signed_out_at_once(service: Service) -> None:
    """By the auditor herself with an empty body, or by her lead."""
    lead = await service.staff("lead")
    code = await invited(service, lead, await commissioned(service, lead))
    (_, hers), (ros, lost) = await joined(service, code), await joined(service, code)
    own = await ok(await service.http.post("/api/devices/revoke", json={}, headers=hers))
    by_lead = await ok(await service.http.post("/api/devices/revoke", json={"auditor_id": ros}, headers=lead))

    assert own == by_lead == {"revoked": 1}
    for header in (hers, lost):
        assert (await service.http.get(URL, headers=header)).status_code == 401


async def test_a_closed_programme_takes_nobody(service: Service) -> None:
    """Its members still see it; closing again is no fault."""
    lead = await service.staff("lead")
    made = await commissioned(service, lead)
    code = await invited(service, lead, made)
    _, member = await joined(service, code)
    for _ in range(2):
        closed = await ok(await service.http.post(f"{URL}/{made['id']}/close", headers=lead))
    places = {"places": 1, "expires_on": "2026-10-31"}
    refused = await service.http.post(f"{URL}/{made['id']}/invitations", json=places, headers=lead)

    assert (closed["state"], refused.status_code, (await redeem(service, code)).status_code) == ("closed", 409, 410)
    assert (await ok(await service.http.get(f"{URL}/{made['id']}", headers=member)))["state"] == "closed"


async def test_stops_and_a_route_are_planned_until_somebody_walks(service: Service) -> None:
    """Given at the start or later, in their order; what is far outside the area is refused at its field."""
    lead = await service.staff("lead")
    inside, away = {"type": "Point", "coordinates": [-0.1146, 51.4626]}, {"type": "Point", "coordinates": [0.1, 51.6]}
    stop = {"id": str(uuid4()), "name": "Under the arch", "location": inside}
    made = await commissioned(service, lead, planned_stops=[stop])
    route = {"type": "LineString", "coordinates": [[-0.1146, 51.4626], [-0.1139, 51.4631]]}
    url = f"{URL}/{made['id']}"
    later = {"id": str(uuid4()), "name": "The station", "location": inside}
    planned = await ok(
        await service.http.put(f"{url}/plan", json={"planned_stops": [later, stop], "route": route}, headers=lead)
    )
    refused = await service.http.put(f"{url}/plan", json={"planned_stops": [{**stop, "location": away}]}, headers=lead)

    assert made["planned_stops"] == [{**stop, "sequence": 1}] and made["route"] is None
    assert planned["planned_stops"] == [{**later, "sequence": 1}, {**stop, "sequence": 2}]
    assert planned["route"] == route and planned == await ok(await service.http.get(url, headers=lead))
    assert [error["field"] for error in (await ok(refused, 422))["errors"]] == ["planned_stops[0].location"]


async def test_a_walked_plan_stands(service: Service) -> None:
    """Stops name what they were planned as, so nothing is planned away beneath them."""
    lead = await service.staff("lead")
    walked = await a_programme()
    await a_walk(walked)
    administrator = await service.staff("administrator")
    answer = await service.http.put(f"{URL}/{walked.id}/plan", json={}, headers=administrator)
    peer = await service.http.put(f"{URL}/{walked.id}/plan", json={}, headers=lead)

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/plan-is-walked")
    assert peer.status_code == 404
