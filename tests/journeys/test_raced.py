"""Identical requests that race all succeed, and leave one walk, one photo, one receipt."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx

from tests.journeys.conftest import INSIDE, Pilot
from tests.journeys.walks import picture, stop, walk

RACERS = 16


def test_sixteen_identical_walks_are_one_walk(pilot: Pilot) -> None:
    """16 successes, one of them the first, one receipt; and one walk in the lead's list."""
    now, auditor, walk_id = datetime.now(UTC).isoformat(), pilot.auditors[0], str(uuid4())
    body = walk(pilot.programme, [stop(1, at=now, where=INSIDE)], started=now, ended=now, leg="light")
    url = f"{pilot.server.address}/api/walks/{walk_id}"
    with ThreadPoolExecutor(RACERS) as racers:
        answers = list(racers.map(lambda _: httpx.put(url, json=body, headers=auditor, timeout=30), range(RACERS)))
    with pilot.http() as http:
        listed = http.get("/api/walks", params={"programme_id": pilot.programme}, headers=pilot.lead).json()["items"]

    assert sorted(answer.status_code for answer in answers) == [200] * (RACERS - 1) + [201]
    assert len({answer.text for answer in answers}) == 1
    assert [found["id"] for found in listed] == [walk_id]


def test_sixteen_identical_photos_are_one_photo(pilot: Pilot, shared_data: Path) -> None:
    """Sixteen phones' worth of retries paint one photo, and the receipt misses none."""
    now, auditor, walk_id = datetime.now(UTC).isoformat(), pilot.auditors[0], str(uuid4())
    mine, visited = picture((shared_data / "photos/gps/DSCN0010.jpg").read_bytes()), stop(1, at=now, where=INSIDE)
    manifest = [mine.in_manifest(visited["id"])]
    body = walk(pilot.programme, [visited], started=now, ended=now, leg="light", photos=manifest)
    with pilot.http() as http:
        http.put(f"/api/walks/{walk_id}", json=body, headers=auditor)
    url, headers = f"{pilot.server.address}/api/photos/{mine.id}", auditor | mine.headers
    with ThreadPoolExecutor(RACERS) as racers:
        answers = list(
            racers.map(lambda _: httpx.put(url, content=mine.content, headers=headers, timeout=60), range(RACERS))
        )
    with pilot.http() as http:
        receipt = http.post(f"/api/walks/{walk_id}/complete", json={}, headers=auditor)

    assert sorted(answer.status_code for answer in answers) == [200] * (RACERS - 1) + [201]
    assert (receipt.status_code, receipt.json()["missing_photos"]) == (200, [])
