"""Premises over HTTP: one by one with ETags, whole by CSV, and nobody else's."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.worker import send_letters
from migrations.database import fetch, fetch_value
from tests.charter.builders import place, signature
from tests.charter.premises.chains import PUBS, pubs, row, sheet
from tests.people import Service, ok

MINE = "/api/charter/mine/premises"
CSV = {"Content-Type": "text/csv"}


@dataclass
class Chain:
    """An organisation with its champion's browser."""

    service: Service
    http: httpx.AsyncClient
    id: str

    async def add(self, name: str = "The Lamb", **changes: Any) -> httpx.Response:
        """The answer to adding premises."""
        return await self.http.post(MINE, json=place(name, **changes))

    async def upload(self, content: bytes, **headers: str) -> httpx.Response:
        """The answer to a CSV."""
        return await self.http.post(f"{MINE}.csv", content=content, headers={**CSV, **headers})


async def stands(service: Service, email: str, name: str = "The Chain", **changes: Any) -> Chain:
    """An organisation whose signatory has confirmed and signed in."""
    person = {"name": "Ama", "job_title": "Owner", "email": email}
    body = signature(name, premises=[], signatory={**person, "has_authority": True}, champion=person, **changes)
    receipt = await ok(await service.http.post("/api/charter/signatures", json=body), 202)
    await send_letters(service.tools)
    found = re.search(r"/charter/confirm#([\w-]+)", service.outbox.letters[-1].text)
    assert found, "no letter that asks for confirmation"
    await ok(await service.http.post("/api/charter/confirmations", json={"token": found[1]}))
    return Chain(service, await service.signs_in(email), receipt["id"])


@pytest.fixture
async def chain(service: Service) -> Chain:
    """A chain without premises."""
    return await stands(service, "ama@chain.example")


def real_pubs(shared_data: Path) -> list[tuple[str, ...]]:
    """London's pubs as rows of the template."""
    file = shared_data / PUBS
    if not file.is_file():
        pytest.skip(f"The GLA's pubs are not at {file}.")
    return pubs(file)


async def test_premises_are_added_changed_moved_and_closed(chain: Chain) -> None:
    """Each edit names the state that it was made of."""
    added = await chain.add(opening_hours=[{"days": ["fri"], "opens": "17:00", "closes": "02:00"}])
    url, etag = f"{MINE}/{added.json()['id']}", added.headers["etag"]
    moved = await chain.http.put(url, json=place("The Ram", address="2 New Road"), headers={"If-Match": etag})
    read = await chain.http.get(url)
    closed = await chain.http.delete(url, headers={"If-Match": read.headers["etag"]})

    assert (added.status_code, moved.status_code, closed.status_code) == (201, 200, 204)
    assert (read.json(), read.headers["etag"]) == (moved.json(), moved.headers["etag"])
    assert (read.json()["name"], read.json()["opening_hours"]) == ("The Ram", [])
    assert (await chain.http.get(url)).status_code == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_an_edit_of_an_unknown_or_old_state_is_refused(chain: Chain, method: str) -> None:
    """428 where it names none, 412 where it is not the one that is kept."""
    added = await chain.add()
    body = place("The Ram") if method == "PUT" else None
    url = f"{MINE}/{added.json()['id']}"
    without = await chain.http.request(method, url, json=body)
    await chain.http.put(url, json=place("The Cat"), headers={"If-Match": added.headers["etag"]})
    stale = await chain.http.request(method, url, json=body, headers={"If-Match": added.headers["etag"]})

    assert (without.status_code, without.json()["type"]) == (428, "/problems/if-match-missing")
    assert (stale.status_code, stale.json()["type"]) == (412, "/problems/changed-meanwhile")


async def test_another_champion_finds_nothing(chain: Chain) -> None:
    """404 on every way to it, by the organisation's id and by the premises'."""
    added = await chain.add()
    other = await stands(chain.service, "jo@other.example", "Another")
    url, headers = f"{MINE}/{added.json()['id']}", {"If-Match": added.headers["etag"]}
    theirs = f"signatory={chain.id}"
    answers = [
        await other.http.get(url),
        await other.http.put(url, json=place(), headers=headers),
        await other.http.delete(url, headers=headers),
        await other.http.get(f"{url}?{theirs}"),
        await other.http.get(f"{MINE}?{theirs}"),
        await other.http.post(f"{MINE}?{theirs}", json=place()),
        await other.http.get(f"{MINE}.csv?{theirs}"),
        await other.http.post(f"{MINE}.csv?{theirs}", content=sheet(row()), headers=CSV),
    ]

    assert [answer.status_code for answer in answers] == [404] * len(answers)
    assert (await ok(await other.http.get(MINE)))["items"] == []
    assert len((await ok(await chain.http.get(MINE)))["items"]) == 1


async def test_strangers_are_not_let_in(service: Service) -> None:
    """Neither to read nor to write."""
    assert [(await service.http.get(url)).status_code for url in (MINE, f"{MINE}.csv")] == [401, 401]
    assert (await service.http.post(f"{MINE}.csv", content=sheet(row()), headers=CSV)).status_code == 401


async def test_problems_of_one_place_are_named_by_field(chain: Chain) -> None:
    """As they were sent."""
    answer = await chain.add(" ", postcode="nowhere")

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/premises-not-acceptable")
    assert [error["field"] for error in answer.json()["errors"]] == ["name", "postcode"]


async def test_lists_are_paged_and_searched(chain: Chain) -> None:
    """In the order in which they were added, with where the next page is."""
    await ok(await chain.upload(sheet(*(row(name=f"Place {number}") for number in range(5)))))
    first = await ok(await chain.http.get(MINE, params={"limit": 3, "q": "place"}))
    rest = await ok(await chain.http.get(first["next"]))

    assert [one["name"] for one in first["items"] + rest["items"]] == [f"Place {number}" for number in range(5)]
    assert rest["next"] is None
    assert [one["name"] for one in (await ok(await chain.http.get(MINE, params={"q": "place 3"})))["items"]] == [
        "Place 3"
    ]


async def test_what_is_downloaded_can_be_sent_back(chain: Chain) -> None:
    """It changes nothing, and what is unlisted stays so."""
    sent = sheet(row(name="=1+1", your_reference="'7"), row(name="Refuge", listed="no", opening_hours="daily 24 hours"))
    done = await ok(await chain.upload(sent))
    downloaded = await chain.http.get(f"{MINE}.csv")
    again = await ok(await chain.upload(downloaded.content))

    assert {**done, "warnings": []} == {"added": 2, "changed": 0, "unchanged": 0, "warnings": []}
    assert again == {"added": 0, "changed": 0, "unchanged": 2, "warnings": []}
    assert downloaded.headers["content-type"].startswith("text/csv")
    assert next(csv.reader(io.StringIO(downloaded.text.splitlines()[1])))[0] == "'=1+1"


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"PK\x03\x04", {}, 400),
        (b"", {}, 400),
        (sheet(row()), {"Content-Type": "application/json"}, 415),
        (b"x" * 3_000_001, {}, 413),
    ],
)
async def test_what_is_no_csv_is_refused(chain: Chain, content: bytes, headers: dict[str, str], status: int) -> None:
    """In a sentence, whatever it is."""
    answer = await chain.upload(content, **headers)

    assert answer.status_code == status
    assert answer.json()["detail"].endswith(".")


async def test_london_pubs_are_one_chain_and_one_faulty_row_keeps_all_out(chain: Chain, shared_data: Path) -> None:
    """The 4,098 of the GLA's map: all of them by one CSV, and none of them where row 3,000 has no postcode."""
    pubs = real_pubs(shared_data)
    faulty = [*pubs[:2998], _with(pubs[2998], postcode="none"), *pubs[2999:]]
    refused = await chain.upload(sheet(*faulty))
    left = await fetch_value("select count(*) from premises")
    events = await fetch("select 1 from charter_event where action like 'premises%'")
    taken = await ok(await chain.upload(sheet(*pubs)))

    assert refused.status_code == 422
    assert refused.json()["errors"] == [
        {
            "field": "rows[2998].postcode",
            "message": "Row 3000: Write a whole British postcode, such as SE1 1AA.",
        }
    ]
    assert (left, events) == (0, [])
    assert (taken["added"], await fetch_value("select count(*) from premises")) == (len(pubs), len(pubs))


async def test_what_happened_is_noted_without_names_or_addresses(chain: Chain) -> None:
    """Of one place as of a spreadsheet."""
    added = await chain.add("Quiet House", address="3 Hidden Lane", postcode="E1 6AN", listed=False)
    await chain.http.delete(f"{MINE}/{added.json()['id']}", headers={"If-Match": added.headers["etag"]})
    await ok(await chain.upload(sheet(row(name="Quiet House", address="3 Hidden Lane", postcode="E1 6AN"))))
    events = await fetch("select action, detail from charter_event where action like 'premises%' order by number")

    assert [event["action"] for event in events] == ["premises-added", "premises-closed", "premises-uploaded"]
    assert not [event for event in events for word in ("Quiet", "Hidden", "E1 6AN") if word in event["detail"]]


def _with(cells: Sequence[str], *, postcode: str) -> tuple[str, ...]:
    return (*cells[:2], postcode, *cells[3:])
