"""The charter over HTTP: what a program sends and reads, as the contract writes it."""

import asyncio
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from api.worker import delete_unconfirmed, send_letters
from charter.pledges import SECTORS
from migrations.database import execute, transaction
from tests.charter.builders import AMA, JO, counted, organisation, person, place, signature
from tests.people import TONIGHT, Service, ok

SIGNATURES, CONFIRMATIONS, SIGNATORIES = (
    f"/api/charter/{name}" for name in ("signatures", "confirmations", "signatories")
)

FIELDS = "id, reference, name, sector, boroughs, premises, charter_version, signed_on, last_confirmed_on, state"


async def code_sent_to(service: Service, address: str) -> str:
    """The code in the last letter to an address, once the due letters were sent."""
    await send_letters(service.tools)
    letter = [letter for letter in service.outbox.letters if letter.to == address][-1]
    return letter.text.split("/charter/confirm#")[1].split()[0]


async def stand(service: Service, name: str = "The Lamb", **changes: Any) -> str:
    """Sign and confirm; gives the id."""
    signed = await ok(await service.http.post(SIGNATURES, json=signature(name, **changes)), 202)
    code = await code_sent_to(service, AMA)
    await ok(await service.http.post(CONFIRMATIONS, json={"token": code}))
    return str(signed["id"])


async def test_the_charter_can_be_read_before_it_is_signed(service: Service) -> None:
    """The version, its pledges with their evidence, and the sectors to choose from."""
    charter = await ok(await service.http.get("/api/charter"))

    assert (charter["version"], len(charter["pledges"]), len(charter["sectors"])) == ("2018", 7, len(SECTORS))
    assert set(charter["pledges"][0]) == {"number", "text", "evidence"}
    assert charter["sectors"][0] == {"key": "pub_or_bar", "label": "Pub or bar"}


async def test_signing_and_confirming(service: Service) -> None:
    """202, a letter, a code, 200: and the public register shows it, with the day in London."""
    signed = await ok(await service.http.post(SIGNATURES, json=signature()), 202)
    hidden = await ok(await service.http.get(SIGNATORIES))
    confirmed = await ok(await service.http.post(CONFIRMATIONS, json={"token": await code_sent_to(service, AMA)}))
    (entry,) = (await ok(await service.http.get(SIGNATORIES)))["items"]

    assert signed == {"id": entry["id"], "reference": "WNSC-2026-00001", "state": "applied"}
    assert (hidden, confirmed) == ({"items": [], "next": None}, {"state": "active"})
    assert (entry["signed_on"], entry["last_confirmed_on"], entry["state"]) == ("2026-10-25", "2026-10-25", "active")


async def test_an_entry_has_the_fields_of_the_contract(service: Service) -> None:
    """And no person, address, telephone or e-mail; by its id it is the same."""
    id = await stand(service)
    (entry,) = (await ok(await service.http.get(SIGNATORIES)))["items"]
    location = {"type": "Point", "coordinates": [-0.0877, 51.5055]}

    assert ", ".join(entry) == FIELDS
    assert entry["premises"] == [{"name": "The Lamb", "postcode": "SE1 1AA", "borough": None, "location": location}]
    assert await ok(await service.http.get(f"{SIGNATORIES}/{id}")) == entry


async def test_the_letters_link_is_ours(service: Service) -> None:
    """To the page of this service; the code is after #, so that no server or log sees it."""
    await ok(await service.http.post(SIGNATURES, json=signature()), 202)
    code = await code_sent_to(service, JO)
    letters = {letter.to: letter for letter in service.outbox.letters}

    assert set(letters) == {AMA, JO}
    assert f"{service.settings.base_url}/charter/confirm#{code}" in letters[JO].text.split()


async def test_a_link_that_is_over_is_a_410(service: Service) -> None:
    """Used and unknown ones are told in the same words."""
    await ok(await service.http.post(SIGNATURES, json=signature()), 202)
    code = await code_sent_to(service, AMA)
    await ok(await service.http.post(CONFIRMATIONS, json={"token": code}))
    used = await ok(await service.http.post(CONFIRMATIONS, json={"token": code}), 410)
    unknown = await ok(await service.http.post(CONFIRMATIONS, json={"token": "never given"}), 410)

    assert used["type"] == "/problems/link-is-over" and "sign again" in used["detail"]
    assert {**used, "request_id": ""} == {**unknown, "request_id": ""}


async def test_a_link_followed_twice_at_once_confirms_once(service: Service) -> None:
    """On both databases."""
    await ok(await service.http.post(SIGNATURES, json=signature()), 202)
    code = await code_sent_to(service, AMA)
    answers = await asyncio.gather(*(service.http.post(CONFIRMATIONS, json={"token": code}) for _ in range(6)))

    assert sorted(answer.status_code for answer in answers) == [200, 410, 410, 410, 410, 410]


async def test_every_fault_is_named_at_its_field(service: Service) -> None:
    """In one answer, which repeats nothing of what was sent."""
    body = signature(pledges=[1], premises=[place(postcode="CANARY")], signatory=person("canary", has_authority=False))
    problem = await ok(await service.http.post(SIGNATURES, json=body), 422)

    assert problem["type"] == "/problems/signature-not-acceptable"
    assert [error["field"] for error in problem["errors"]] == [
        "pledges",
        "signatory.email",
        "signatory.has_authority",
        "premises[0].postcode",
    ]
    assert "canary" not in str(problem).lower()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"surprise": 1}, "surprise"),
        ({"pledges": "all"}, "pledges"),
        ({"organisation": organisation(name=7)}, "organisation.name"),
        ({"premises": [place(listed="yes")]}, "premises[0].listed"),
        ({"premises": [place(location={"type": "Polygon", "coordinates": [0, 0]})]}, "premises[0].location.type"),
        ({"premises": [place(at=(0.1,))]}, "premises[0].location.coordinates"),
        ({"signatory": person()}, "signatory.has_authority"),
        ({"consent": None}, "consent"),
    ],
)
async def test_what_cannot_be_read_is_a_400(service: Service, changes: dict[str, Any], field: str) -> None:
    """Unknown and missing fields, and wrong types: named."""
    problem = await ok(await service.http.post(SIGNATURES, json=signature(**changes)), 400)

    assert [error["field"] for error in problem["errors"]] == [field]


async def test_whoever_signed_before_is_answered_alike(service: Service) -> None:
    """Same status, same words, same headers; only the id and the reference are new."""
    await stand(service)
    known = await service.http.post(SIGNATURES, json=signature())
    unknown = await service.http.post(SIGNATURES, json=signature("Nobody Knows"))

    assert (known.status_code, unknown.status_code) == (202, 202)
    assert set(known.headers) == set(unknown.headers) and len(known.content) == len(unknown.content)
    assert known.json()["state"] == unknown.json()["state"] == "applied"


async def test_whoever_signed_before_takes_the_same_work(service: Service) -> None:
    """Statement for statement: the organisation, its place, and both addresses are looked for by nobody yet."""
    await stand(service)
    asked = []
    for body in (signature("First"), signature(), stranger()):
        async with counted() as statements:
            await ok(await service.http.post(SIGNATURES, json=body), 202)
        asked.append([statement[:40] for statement in statements])
    _, known, unknown = asked

    assert len(known) > 8
    assert known == unknown


def stranger() -> dict[str, Any]:
    """A signature of which nothing was ever seen."""
    return signature(
        "Nobody Knows",
        premises=[place("Nowhere", address="9 Far Road", postcode="NW1 1AA")],
        signatory=person("nobody@far.example", has_authority=True),
        champion=person("none@far.example"),
    )


async def test_a_hidden_signatory_is_a_404(service: Service) -> None:
    """In the words for one that is not there."""
    id = await stand(service, consent={"public_listing": False, "network_contact": False})
    hidden = await ok(await service.http.get(f"{SIGNATORIES}/{id}"), 404)
    absent = await ok(await service.http.get(f"{SIGNATORIES}/{uuid4()}"), 404)

    assert hidden["type"] == "/problems/no-such-signatory"
    assert {**hidden, "request_id": ""} == {**absent, "request_id": ""}
    assert (await ok(await service.http.get(SIGNATORIES)))["items"] == []


async def test_pages_keep_their_filters(service: Service) -> None:
    """`next` is an address that goes on with the same list."""
    for name in ("Lamb C", "Lamb A", "Ram", "Lamb B"):
        await stand(service, name, premises=[])
    address: str | None = f"{SIGNATORIES}?q=LAMB&limit=1"
    read = []
    while address:
        page = await ok(await service.http.get(address))
        read += [entry["name"] for entry in page["items"]]
        address = page["next"]

    assert read == ["Lamb A", "Lamb B", "Lamb C"]


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ("limit=0", 400, "limit"),
        ("limit=501", 400, "limit"),
        ("cursor=made-up", 400, "cursor"),
        ("bbox=1,2,3", 400, "bbox"),
        ("bbox=300,1,301,2", 422, "bbox"),
        ("borough=Lambeth", 422, "borough"),
        ("sector=pubs", 422, "sector"),
        ("q=%00", 400, "q"),
    ],
)
async def test_a_filter_that_cannot_be_used_is_named(service: Service, query: str, status: int, field: str) -> None:
    """In the list and in the files alike."""
    files = [] if field in ("limit", "cursor") else [f"{SIGNATORIES}.csv", f"{SIGNATORIES}.geojson"]
    for path in (SIGNATORIES, *files):
        problem = await ok(await service.http.get(f"{path}?{query}"), status)

        assert [error["field"] for error in problem["errors"]] == [field]


async def test_naughty_names_come_back_exactly(service: Service, shared_data: Any) -> None:
    """Each of the big list that says anything: stored, listed and sent as it was; what is blank is refused."""
    names = msgspec.json.decode((shared_data / "text" / "blns.json").read_bytes(), type=list[str])
    for name in names:
        answer = await service.http.post(SIGNATURES, json=signature(name, premises=[]))
        assert answer.status_code == (202 if name.strip() else 422), (name, answer.text)
    async with transaction():
        await execute("update signatory set state = 'active', signed_on = $1, last_confirmed_on = $1", TONIGHT.date())
    read, address = [], f"{SIGNATORIES}?limit=500"
    while address:
        page = await ok(await service.http.get(address))
        read += [entry["name"] for entry in page["items"]]
        address = page["next"]

    assert sorted(read) == sorted(name for name in names if name.strip())


async def test_unconfirmed_signatures_are_gone_after_30_days(service: Service) -> None:
    """By the chore; the confirmed one beside it stays."""
    id = await stand(service)
    await ok(await service.http.post(SIGNATURES, json=signature("Bot")), 202)
    service.clock.move(days=30)

    assert await delete_unconfirmed(service.tools) == 1
    assert (await ok(await service.http.get(f"{SIGNATORIES}/{id}")))["state"] == "active"
