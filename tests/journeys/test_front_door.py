"""A track that starts at a front door outside the area: nothing of the way from there is in any store."""

import math
import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from migrations.database import sqlite_path
from tests.journeys.conftest import Pilot
from tests.journeys.walks import stop, walk

DOOR = (-0.123457, 51.458213)  # invented; some 300 m outside the area of the journeys' programme
FIRST, LAST = (-0.116, 51.462), (-0.113, 51.464)
DECIMALS = (4, 5, 6)  # to some ten metres it would still be her street
SAME_FLOATS = 1e-6  # a tenth of a metre, in whatever way it was rounded or projected there and back


def way_home() -> list[list[float]]:
    """From the door into the area to the first stop, past the stops, and back to the door."""
    there = [[DOOR[0] + (FIRST[0] - DOOR[0]) * n / 9, DOOR[1] + (FIRST[1] - DOOR[1]) * n / 9] for n in range(10)]
    return [*there, list(LAST), *reversed(there[:4])]


def spellings(lon: float, lat: float) -> Iterator[bytes]:
    """A place as text, longitude first and on its own, as a program or a person would write it."""
    for digits in DECIMALS:
        for value in (lon, lat):
            # Cut, not rounded: what was written with more decimals begins alike.
            yield f"{math.trunc(value * 10**digits) / 10**digits:.{digits}f}".encode()


def floats_near(content: bytes, value: float) -> bool:
    """Whether any eight bytes are a double, of either byte order, within SAME_FLOATS of the value."""
    for order in ("<d", ">d"):
        # The first bytes of all doubles that near are the same; that makes the search quick.
        head = struct.pack(">d", value)[:4]
        needle = head if order == ">d" else head[::-1]
        at = content.find(needle)
        while at >= 0:
            start = at if order == ">d" else at - 4
            whole = content[start : start + 8] if start >= 0 else b""
            if len(whole) == 8 and abs(struct.unpack(order, whole)[0] - value) < SAME_FLOATS:
                return True
            at = content.find(needle, at + 1)
    return False


def tells_of(content: bytes, place: tuple[float, float]) -> list[str]:
    """In which ways the content holds the place."""
    text = [spelling.decode() for spelling in spellings(*place) if spelling in content]
    return text + ["as a number" for value in place if floats_near(content, value)]


def stores(folder: Path) -> dict[str, bytes]:
    """Every file of the deployment: database and its log, backups, server's log, photos."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.only_on("sqlite")
def test_a_front_door_is_in_no_store(pilot: Pilot) -> None:
    """Neither database, WAL, backup nor log has it, as text or as numbers of either byte order; the stops are there."""
    began = datetime.now(UTC) - timedelta(hours=1)
    at = [(began + timedelta(minutes=10 * n)).isoformat() for n in range(3)]
    stops = [stop(1, at=at[0], where=FIRST), stop(2, at=at[1], where=LAST)]
    route = {"type": "LineString", "coordinates": way_home()}
    body = walk(pilot.programme, stops, started=at[0], ended=at[2], leg="light", client_sent_at=at[2], route=route)
    off_the_globe = {**body, "stops": [stop(1, at=at[0], where=(DOOR[0], 91))]}
    with pilot.http() as http:
        url = f"/api/walks/{uuid4()}"
        answers = [
            http.put(url, json=body, headers=pilot.auditors[0]),
            http.put(url, json={**body, "group_size": 3}, headers=pilot.auditors[0]),
            http.put(f"/api/walks/{uuid4()}", json=off_the_globe, headers=pilot.auditors[0]),
            http.post(f"{url}/complete", json={}, headers=pilot.auditors[0]),
        ]
    pilot.server.run("backup", "--to", str(pilot.server.data_dir / "backups"))
    kept = stores(sqlite_path(pilot.server.database_url).parent) | stores(pilot.server.data_dir)

    assert [answer.status_code for answer in answers] == [201, 409, 422, 200]
    assert [tells_of(answer.content, DOOR) for answer in answers] == [[], [], [], []]
    assert {"night-safety.sqlite3", "server.log"} <= {Path(name).name for name in kept}
    assert any("backups/" in name for name in kept)
    assert any(name.endswith("-wal") and content for name, content in kept.items())
    # The search finds what is there: the first stop, in the database and in the backup.
    assert len([name for name, content in kept.items() if tells_of(content, FIRST)]) >= 2
    for place in way_home()[:9]:
        assert {name: told for name, content in kept.items() if (told := tells_of(content, (place[0], place[1])))} == {}
