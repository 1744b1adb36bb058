"""The public register as files over HTTP: named, typed, narrowed, streamed, and never half an answer."""

import asyncio
import csv
import io
from typing import Any

import pytest

from tests.api.test_charter import SIGNATORIES, stand
from tests.charter.builders import place
from tests.people import Service, ok

CSV, GEOJSON = f"{SIGNATORIES}.csv", f"{SIGNATORIES}.geojson"


async def rows(service: Service, query: str = "") -> list[dict[str, Any]]:
    """The rows of the CSV, by column."""
    answer = await service.http.get(CSV + query)
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


async def test_a_file_says_what_it_is(service: Service) -> None:
    """Its type, its name, and a mark by which Excel knows UTF-8."""
    table, collection = await service.http.get(CSV), await service.http.get(GEOJSON)

    assert table.headers["content-type"].startswith("text/csv") and table.content.startswith(b"\xef\xbb\xbfid,")
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


async def leave_after_the_first_piece(service: Service, path: str) -> int:
    """Ask for `path` as a client who goes away while the answer is being sent; gives the bytes that came."""
    came, begun = bytearray(), asyncio.Event()

    async def receive() -> dict[str, Any]:
        await begun.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        came.extend(message.get("body", b""))
        if came:
            begun.set()
            await asyncio.sleep(0.01)

    address = {"scheme": "http", "server": ("127.0.0.1", 8000), "client": ("127.0.0.1", 1), "root_path": ""}
    asked = {"method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"", "http_version": "1.1"}
    scope: Any = {"type": "http", "headers": [(b"host", b"127.0.0.1")], "state": {}, **address, **asked}
    app: Any = service.app
    await app(scope, receive, send)
    return len(came)


async def test_a_reader_who_leaves_holds_nothing(service: Service) -> None:
    """However many downloads are broken off, the database still answers, and the next one is whole."""
    await stand(service, premises=[place(f"Site {number:04}") for number in range(4_321)])
    whole = len((await service.http.get(CSV)).content)
    came = [await leave_after_the_first_piece(service, CSV) for _ in range(12)]

    assert all(0 < part < whole for part in came)
    assert len((await service.http.get(CSV)).content) == whole
