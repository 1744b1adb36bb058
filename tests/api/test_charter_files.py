"""The public register as files over HTTP: named, typed, narrowed, streamed, and never half an answer."""

import asyncio
import csv
import io
from dataclasses import dataclass, field
from typing import Any

import pytest

from api.resources.downloads import MAX_AT_ONCE
from tests.api.test_charter import SIGNATORIES, stand
from tests.charter.builders import place
from tests.people import Service, ok

CSV, GEOJSON = f"{SIGNATORIES}.csv", f"{SIGNATORIES}.geojson"


async def rows(service: Service, query: str = "") -> list[dict[str, Any]]:
    """The rows of the CSV, by column."""
    answer = await service.http.get(CSV + query)
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


async def test_a_file_says_what_it_is(service: Service) -> None:
    """Its type, its encoding, its name; its first column is named by its first byte on."""
    table, collection = await service.http.get(CSV), await service.http.get(GEOJSON)

    assert table.headers["content-type"].startswith("text/csv") and table.content.startswith(b"id,")
    assert collection.headers["content-type"].startswith("application/geo+json")
    assert 'filename="signatories.csv"' in table.headers["content-disposition"]


async def test_the_files_hold_what_the_list_holds(service: Service) -> None:
    """A row a premises, or one without; an unlisted place has its borough only."""
    await stand(service, "Chain", premises=[place("One"), place("Two", listed=False)])
    await stand(service, "App", premises=[])
    features = (await ok(await service.http.get(GEOJSON)))["features"]

    shown = [(row["name"], row["premises"], row["postcode"], row["longitude"]) for row in await rows(service)]
    assert shown == [("App", "", "", ""), ("Chain", "One", "SE1 1AA", "-0.0877"), ("Chain", "", "", "")]
    assert [(f["properties"]["name"], f["properties"]["premises"], f["geometry"] is None) for f in features] == [
        ("App", None, True),
        ("Chain", "One", False),
        ("Chain", None, True),
    ]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Lamb", "Ram"]),
        ("?q=RAM", ["Ram"]),
        ("?sector=hotel", []),
        ("?bbox=-0.1,51.5,0,51.6", ["Lamb"]),
        ("?bbox=-0.1,51.5,0,51.6&q=ram", []),
    ],
)
async def test_the_files_are_narrowed_as_the_list_is(service: Service, query: str, names: list[str]) -> None:
    """By the same filters."""
    await stand(service, "Lamb")
    await stand(service, "Ram", premises=[place("Ram", at=(0.1, 51.4))])
    features = (await ok(await service.http.get(GEOJSON + query)))["features"]

    assert [row["name"] for row in await rows(service, query)] == names
    assert [feature["properties"]["name"] for feature in features] == names


async def test_no_person_is_in_any_file(service: Service) -> None:
    """Nor an address."""
    await stand(service)
    everything = [(await service.http.get(path)).text for path in (CSV, GEOJSON, SIGNATORIES)]

    assert not [text for text in everything if "Ama" in text or "@" in text or "Example Street" in text]


async def test_more_rows_than_one_batch(service: Service) -> None:
    """Premises by the thousand leave none out and none twice."""
    await stand(service, premises=[place(f"Site {number:04}") for number in range(2_345)])

    assert [row["premises"] for row in await rows(service)] == [f"Site {number:04}" for number in range(2_345)]
    assert len((await ok(await service.http.get(GEOJSON)))["features"]) == 2_345


@dataclass
class Download:
    """A client of its own pace: it takes the first piece, and then waits until it is told to go on or to leave."""

    app: Any
    path: str
    came: bytearray = field(default_factory=bytearray)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> int:
        """Ask for the file; gives the bytes that came."""
        address = {"scheme": "http", "server": ("127.0.0.1", 8000), "client": ("127.0.0.1", 1), "root_path": ""}
        asked = {"method": "GET", "path": self.path, "raw_path": self.path.encode(), "query_string": b""}
        headers = {"headers": [(b"host", b"127.0.0.1")], "http_version": "1.1"}
        await self.app({"type": "http", "state": {}, **address, **asked, **headers}, self._receive, self._send)
        return len(self.came)

    async def _receive(self) -> dict[str, Any]:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        self.came.extend(message.get("body", b""))
        if self.came:
            self.begun.set()
            await self.go_on.wait()
        if message["type"] == "http.response.body" and not message.get("more_body"):
            self.left.set()  # as a server tells an application whose answer is whole


async def begun(service: Service) -> tuple[Download, asyncio.Task[int]]:
    """A download that has its first piece and takes no more for now."""
    download = Download(service.app, CSV)
    task = asyncio.create_task(download.run())
    await download.begun.wait()
    return download, task


async def test_a_reader_who_leaves_holds_nothing(service: Service) -> None:
    """However many downloads are broken off, the next one is whole."""
    await stand(service, premises=[place(f"Site {number:04}") for number in range(4_321)])
    whole = len((await service.http.get(CSV)).content)
    came = []
    for _ in range(12):
        download, task = await begun(service)
        download.left.set()
        came.append(await task)

    assert all(0 < part < whole for part in came)
    assert len((await service.http.get(CSV)).content) == whole


async def test_slow_readers_do_not_take_the_register_from_others(service: Service) -> None:
    """One more is asked to come again in a few seconds; lists are answered meanwhile, and the slow ones get it all."""
    await stand(service, premises=[place(f"Site {number:04}") for number in range(2_345)])
    whole = len((await service.http.get(CSV)).content)
    slow = [await begun(service) for _ in range(MAX_AT_ONCE)]
    refused, listed = await service.http.get(CSV), await service.http.get(SIGNATORIES)
    for download, _ in slow:
        download.go_on.set()

    assert (refused.status_code, refused.json()["type"], listed.status_code) == (503, "/problems/exports-busy", 200)
    assert int(refused.headers["retry-after"]) > 0
    assert [await task for _, task in slow] == [whole] * MAX_AT_ONCE
