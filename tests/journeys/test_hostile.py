"""Bad input over real HTTP: every hostile image and every naughty string, and the server stands and stays small."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from tests.benchmarks.measure import process_tree
from tests.journeys.conftest import AREA, INSIDE, Pilot
from tests.journeys.walks import picture, stop, walk

MEDIA_TYPES = {".png": "image/png", ".webp": "image/webp"}
REFUSALS = {400, 413, 415, 422}
SERVER_MB, CHILD_MB = 400, 600


def peaks_mb(pilot: Pilot) -> dict[str, float]:
    """The highest resident memory of the server's processes and of its decoding children."""
    assert pilot.server.process
    peaks = {"server": 0.0, "child": 0.0}
    for pid in process_tree(pilot.server.process.pid):
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
        status = Path(f"/proc/{pid}/status").read_text()
        peak = next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))
        kind = "child" if b"darkroom" in words else "server"
        peaks[kind] = max(peaks[kind], peak)
    return peaks


def hostile(shared_data: Path) -> list[Path]:
    """Every file that was made to hurt a decoder."""
    return sorted(path for path in (shared_data / "hostile_images").rglob("*") if path.is_file())


def test_hostile_images_are_refused_and_the_walk_stands(pilot: Pilot, shared_data: Path) -> None:
    """Each answers with a sentence or is taken; the walk completes without those refused; nothing grows or dies."""
    files, auditor, noon = hostile(shared_data), pilot.auditors[0], "2026-06-10T12:00:00Z"
    visited = stop(1, at=noon, where=INSIDE)
    pictures = [picture(path.read_bytes(), MEDIA_TYPES.get(path.suffix, "image/jpeg")) for path in files]
    manifest = [mine.in_manifest(visited["id"]) for mine in pictures if mine.content]
    sent = {"leg": "light", "photos": manifest, "client_sent_at": datetime.now(UTC).isoformat()}
    body = walk(pilot.programme, [visited], started=noon, ended=noon, **sent)
    walk_id, children = str(uuid4()), 0.0
    with pilot.http() as http:
        assert http.put(f"/api/walks/{walk_id}", json=body, headers=auditor).status_code == 201
        for path, mine in zip(files, pictures, strict=True):
            answer = http.put(f"/api/photos/{mine.id}", content=mine.content, headers=auditor | mine.headers)
            assert answer.status_code in REFUSALS | {201}, (path.name, answer.text)
            assert answer.status_code == 201 or answer.json()["detail"].endswith("."), path.name
            children = max(children, peaks_mb(pilot)["child"])
        without = {"without": http.get(f"/api/walks/{walk_id}/receipt", headers=auditor).json()["missing_photos"]}
        receipt = http.post(f"/api/walks/{walk_id}/complete", json=without, headers=auditor).json()

    assert receipt["state"] == "received" and len(receipt["refused_photos"]) > 30
    assert peaks_mb(pilot)["server"] < SERVER_MB and children < CHILD_MB


def naughty(shared_data: Path) -> list[str]:
    """The big list of naughty strings, and what spreadsheets take for formulas."""
    strings = json.loads((shared_data / "text/blns.json").read_text(encoding="utf8"))
    for name in ("csv_injection_payloads.txt", "csv_injection_payloads_2.txt"):
        strings += (shared_data / "text" / name).read_text(encoding="utf8").splitlines()
    return [text for text in strings if text.strip()]


def application(name: str) -> dict[str, Any]:
    """A signature of an organisation with no premises."""
    person = {"name": "Sam Field", "job_title": "Manager", "email": "sam@example.org"}
    return {
        "charter_version": "2018",
        "organisation": {"name": name, "sector": "other", "website": None, "operates_at_night": True},
        "premises": [],
        "signatory": {**person, "has_authority": True},
        "champion": person,
        "pledges": [1, 2, 3, 4, 5, 6, 7],
        "consent": {"public_listing": True, "network_contact": False},
    }


def test_naughty_names_are_kept_exactly_or_refused_by_name(pilot: Pilot, shared_data: Path) -> None:
    """As an organisation's name: 202, or a 4xx that names the field; never a fault."""
    with pilot.http() as http:
        answers = {text: http.post("/api/charter/signatures", json=application(text)) for text in naughty(shared_data)}
    refused = {text: answer for text, answer in answers.items() if answer.status_code != 202}

    assert len(refused) < len(answers) / 4
    for text, answer in refused.items():
        assert answer.status_code in (400, 422), (text, answer.text)
        assert answer.json()["errors"][0]["field"] == "organisation.name", text


def test_naughty_notes_come_back_exactly(pilot: Pilot, shared_data: Path) -> None:
    """A walk whose stops carry every string as a note is received; sent again, it is the same walk."""
    now, auditor = datetime.now(UTC).isoformat(), pilot.auditors[0]
    texts = [text for text in naughty(shared_data) if len(text) <= 2_000 and "\0" not in text]
    with pilot.http() as http:
        for start in range(0, len(texts), 200):
            stops = [stop(n + 1, at=now, where=INSIDE, note=text) for n, text in enumerate(texts[start : start + 200])]
            body, url = walk(pilot.programme, stops, started=now, ended=now, leg="light"), f"/api/walks/{uuid4()}"
            first = http.put(url, json=body, headers=auditor)
            again = http.put(url, json=body, headers=auditor)
            http.post(f"{url}/complete", json={}, headers=auditor)

            assert (first.status_code, again.status_code) == (201, 200), first.text
        table = csv.reader(io.StringIO(http.get("/api/charter/signatories.csv").text))
    assert not [cell for row in table for cell in row if cell.startswith(("=", "+", "-", "@"))]


def wrong_walks(pilot: Pilot) -> Iterator[tuple[str, dict[str, Any], set[int]]]:
    """Walks that cannot be read or accepted: the field at fault, the body, the statuses that are right."""
    now = datetime.now(UTC).isoformat()

    def body(**more: Any) -> dict[str, Any]:
        return walk(pilot.programme, [stop(1, at=now, where=INSIDE)], started=now, ended=now, leg="light") | more

    def one(**more: Any) -> dict[str, Any]:
        return body(stops=[stop(1, at=now, where=INSIDE) | more])

    twin = stop(1, at=now, where=INSIDE)
    yield "stops[0].location", one(location={"type": "Point", "coordinates": [0.1, 91]}), {422}
    yield "stops[0].location", one(location={"type": "Point", "coordinates": ["a", 51]}), {400}
    yield "stops[0].sequence", one(sequence="first"), {400}
    yield "stops[0].surprise", one(surprise=1), {400}
    yield "stops[0].note", one(note="NUL\0"), {400}
    yield "stops[1].id", body(stops=[twin, twin | {"sequence": 2}]), {422}
    yield "started_at", body(started_at="yesterday"), {400}
    yield "started_at", body(started_at="2026-10-24T23:00:00"), {400, 422}
    yield "programme_id", body(programme_id=str(uuid4())), {422}
    yield "group_size", body(group_size=-1), {400, 422}


def test_what_cannot_be_read_is_named(pilot: Pilot) -> None:
    """Each fault answers 4xx with its field."""
    with pilot.http() as http:
        for field, body, statuses in wrong_walks(pilot):
            answer = http.put(f"/api/walks/{uuid4()}", json=body, headers=pilot.auditors[0])

            assert answer.status_code in statuses, (field, answer.text)
            named = [error["field"] for error in answer.json()["errors"]]
            assert any(name.startswith(field) or field.startswith(name) for name in named), (field, named)


def test_impossible_areas_are_named(pilot: Pilot) -> None:
    """A polygon that crosses itself, one off the globe, and a name of 300 characters."""
    bow = {
        "type": "Polygon",
        "coordinates": [[[-0.1, 51.5], [-0.09, 51.51], [-0.09, 51.5], [-0.1, 51.51], [-0.1, 51.5]]],
    }
    off = {"type": "Polygon", "coordinates": [[[200, 51.5], [201, 51.5], [201, 52], [200, 51.5]]]}
    plan = {"width_m": None, "instrument_version": 1, "opens_on": "2026-01-01", "closes_on": "2099-12-31"}
    with pilot.http() as http:
        for field, more in (("area", {"area": bow}), ("area", {"area": off}), ("name", {"name": "x" * 300})):
            body = {"name": "Trial", "area": AREA, "lead_body": None, **plan, **more}
            answer = http.post("/api/programmes", json=body, headers=pilot.lead)

            assert answer.status_code == 422, answer.text
            assert answer.json()["errors"][0]["field"].startswith(field)


def test_a_long_file_name_is_no_fault(pilot: Pilot) -> None:
    """An address or a header with a 300-character name answers 4xx."""
    with pilot.http() as http:
        name = "x" * 300
        answers = [
            http.get(f"/api/editions/{uuid4()}/{name}.pdf", headers=pilot.lead),
            http.get(f"/assets/{name}.css"),
            http.put(f"/api/photos/{uuid4()}", content=b"x", headers=pilot.auditors[0] | {"Content-Disposition": name}),
        ]

    assert [answer.status_code // 100 for answer in answers] == [4, 4, 4]
    assert all(isinstance(answer, httpx.Response) and answer.json()["detail"] for answer in answers)
