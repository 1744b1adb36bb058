"""The three jobs, end to end, over real HTTP, on real files of London: a signature, a walk and an edition."""

import csv
import io
import json
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import shapely
from shapely.geometry import shape

from tests.journeys.server import Server, deployment
from tests.journeys.walks import picture, stop, walk

CHAMPION = "champion.of.the.night@lamb.example"
BRIXTON = "Brixton"
EXIF_PHOTOS = ("photos/gps/DSCN0010.jpg", "photos/gps/DSCN0021.jpg", "photos/orientation/Portrait_6.jpg")


@pytest.fixture
def london(tmp_path: Path, database_url: str, shared_data: Path) -> Iterator[Server]:
    """A served deployment with London's real boroughs, outline, town centres, hubs and pubs."""
    with deployment(tmp_path, database_url) as server:
        for kind, file in (
            ("boroughs", "boundaries/london_boroughs.geojson"),
            ("outline", "boundaries/greater_london_outline_with_thames.geojson"),
            ("town-centres", "boundaries/london_town_centres.geojson"),
            ("hubs", "transport/naptan/940Stops.csv"),
            ("venues", "venues/gla_pubs_2020.csv"),
        ):
            server.run("import", kind, str(shared_data / file))
        server.start()
        yield server


def pub(shared_data: Path, name: str) -> dict[str, str]:
    """A pub of the GLA's list, by name."""
    with (shared_data / "venues/gla_pubs_2020.csv").open(encoding="utf8") as file:
        return next(row for row in csv.DictReader(file) if row["name"] == name)


def town_centre(shared_data: Path, name: str) -> dict[str, Any]:
    """The polygon of a real town centre, as GeoJSON."""
    collection = json.loads((shared_data / "boundaries/london_town_centres.geojson").read_text(encoding="utf8"))
    return next(f["geometry"] for f in collection["features"] if f["properties"]["sitename"] == name)


def signature_for(venue: dict[str, str]) -> dict[str, Any]:
    """The application of a venue with one premises."""
    person = {"name": "Ama Mensah", "job_title": "Manager", "email": "ama@lamb.example"}
    place = {
        "name": venue["name"],
        "address": venue["address1"],
        "postcode": "N1 9AA",
        "location": {"type": "Point", "coordinates": [float(venue["longitude"]), float(venue["latitude"])]},
        "opening_hours": [{"days": ["fri", "sat"], "opens": "17:00", "closes": "02:00"}],
    }
    organisation = {"name": venue["name"], "sector": "pub_or_bar", "website": None, "operates_at_night": True}
    return {
        "charter_version": "2018",
        "organisation": organisation,
        "premises": [place],
        "signatory": {**person, "has_authority": True},
        "champion": {**person, "name": "Jo Champion", "email": CHAMPION},
        "pledges": [1, 2, 3, 4, 5, 6, 7],
        "consent": {"public_listing": True, "network_contact": False},
    }


def letters(server: Server) -> list[Any]:
    """Every letter in the outbox folder, oldest first."""
    folder = server.data_dir / "outbox"
    return [message_from_bytes(path.read_bytes(), policy=default) for path in sorted(folder.glob("*.eml"))]


def code_for(server: Server, address: str) -> str:
    """The confirmation code in the letter to `address`, once the worker has sent it."""
    for _ in range(100):
        for letter in letters(server):
            if address in letter["To"] and (found := re.search(r"/charter/confirm#(\S+)", letter.as_string())):
                body = letter.get_body(("plain",)).get_content()
                return re.search(r"/charter/confirm#([\w-]+)", body)[1] if body else found[1]
        subprocess.run(["sleep", "0.1"], check=True)
    raise AssertionError(f"no letter to {address}")


def test_an_organisation_signs_and_is_found(london: Server, shared_data: Path) -> None:
    """A pub of the GLA's list signs, confirms by its letter, and stands in the public register."""
    venue = pub(shared_data, "Harlequin")
    with httpx.Client(base_url=london.address) as http:
        signed = http.post("/api/charter/signatures", json=signature_for(venue))
        hidden = http.get("/api/charter/signatories").json()["items"]
        confirmed = http.post("/api/charter/confirmations", json={"token": code_for(london, "ama@lamb.example")})
        found = http.get("/api/charter/signatories", params={"q": "harleq", "borough": "E09000019"}).json()["items"]
        table = http.get("/api/charter/signatories.csv").text

    assert (signed.status_code, hidden, confirmed.json()) == (202, [], {"state": "active"})
    assert [(s["name"], s["boroughs"], s["reference"]) for s in found] == [
        ("Harlequin", ["E09000019"], signed.json()["reference"])
    ]
    assert "Harlequin" in table and "@lamb.example" not in table


def stops_in(area: dict[str, Any], count: int) -> list[tuple[float, float]]:
    """Points inside the area, (longitude, latitude), a short walk apart."""
    polygon = shape(area)
    middle = polygon.representative_point()
    points = [(middle.x + 0.00045 * (n % 4), middle.y + 0.0003 * (n // 4)) for n in range(60)]
    inside = [point for point in points if polygon.contains(shapely.Point(point))]
    return [(round(x, 6), round(y, 6)) for x, y in inside[:count]]


class Pilot:
    """A programme in a real town centre with twelve auditors, each with a phone of her own."""

    def __init__(self, server: Server, area: dict[str, Any]) -> None:
        self.server, self.area = server, area
        self.http = httpx.Client(base_url=server.address, timeout=30)
        self.lead = self.header(server.last_word("tokens", "create", "--role", "lead", "--name", "Lead"))
        self.analyst = self.header(server.last_word("tokens", "create", "--role", "analyst", "--name", "Analyst"))
        body = {"name": BRIXTON, "area": area, "width_m": None, "instrument_version": 1, "lead_body": "E09000022"}
        dates = {"opens_on": "2026-10-01", "closes_on": "2026-12-31"}
        self.id = self.http.post("/api/programmes", json={**body, **dates}, headers=self.lead).json()["id"]
        places = {"places": 12, "expires_on": "2099-12-31"}
        self.code = self.http.post(f"/api/programmes/{self.id}/invitations", json=places, headers=self.lead).json()[
            "code"
        ]
        self.auditors = [self.join() for _ in range(12)]

    @staticmethod
    def header(token: str) -> dict[str, str]:
        """The Authorization header of a token."""
        return {"Authorization": f"Bearer {token}"}

    def join(self) -> dict[str, str]:
        """One more auditor redeems the invitation."""
        answer = self.http.post("/api/invitations/redeem", json={"code": self.code, "device_id": str(uuid4())})
        assert answer.status_code in (200, 201), answer.text
        return self.header(answer.json()["token"])

    def submit(self, body: dict[str, Any], pictures: list[Any], recorder: dict[str, str]) -> dict[str, Any]:
        """The three steps of a walk; gives the receipt of the last."""
        walk_id = str(uuid4())
        assert self.http.put(f"/api/walks/{walk_id}", json=body, headers=recorder).status_code == 201
        for photo in pictures:
            sent = self.http.put(f"/api/photos/{photo.id}", content=photo.content, headers=recorder | photo.headers)
            assert sent.status_code == 201, sent.text
        answer = self.http.post(f"/api/walks/{walk_id}/complete", json={}, headers=recorder)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def respond(self, walk_id: str, stops: list[dict[str, Any]], feeling: list[int]) -> None:
        """Every auditor answers at every stop, alone."""
        for place, auditor in enumerate(self.auditors):
            for score, visited in zip(feeling, stops, strict=True):
                scores = {"sensory": 2, "treatment": 3, "belonging": 3, "feeling": min(3, score + place % 2)}
                body = {"walk_id": walk_id, "stop_id": visited["id"], "scores": scores}
                answer = self.http.put(f"/api/responses/{uuid4()}", json=body, headers=auditor)
                assert answer.status_code == 201, answer.text


def legs(pilot: Pilot, points: list[tuple[float, float]], photos: list[Any]) -> Iterator[tuple[dict[str, Any], Any]]:
    """A light leg in the afternoon and a dark leg over the hour that comes twice, with planned stops paired."""
    planned = [str(uuid4()) for _ in points]
    home = (points[0][0] - 0.02, points[0][1])  # where somebody lives, outside the area
    route = {"type": "LineString", "coordinates": [home, *points, home]}
    for leg, hours in (("light", range(14, 15)), ("dark", range(1))):
        day = "2026-10-24" if leg == "light" else "2026-10-25"
        stops = [
            stop(n + 1, at=f"{day}T{hours[0]:02}:{n * 5 + 5:02}:00Z", where=p, score=n % 4, planned_stop_id=planned[n])
            for n, p in enumerate(points)
        ]
        mine = photos if leg == "dark" else []
        manifest = [photo.in_manifest(stops[n]["id"]) for n, photo in enumerate(mine)]
        now = datetime.now(UTC).isoformat()
        started, ended = ("14:00", "15:20") if leg == "light" else ("00:00", "01:20")
        yield (
            walk(
                pilot.id,
                stops,
                started=f"{day}T{started}:00+00:00",
                ended=f"{day}T{ended}:00+00:00",
                leg=leg,
                route=route,
                photos=manifest,
                client_sent_at=now,
            ),
            mine,
        )


def edition(pilot: Pilot) -> dict[str, bytes]:
    """An edition for the GLA, with all its files."""
    body = {"title": "Brixton, autumn 2026", "programme_ids": [pilot.id], "audience": "gla"}
    made = pilot.http.post("/api/editions", json=body, headers=pilot.analyst)
    assert made.status_code == 201, made.text
    path = f"/api/editions/{made.json()['id']}"
    names = ("report.pdf", "hotspots.geojson", "stops.csv")
    return {name: pilot.http.get(f"{path}/{name}", headers=pilot.analyst).content for name in names}


def coordinates_of(value: Any) -> Iterator[tuple[float, float]]:
    """Every position in a GeoJSON value."""
    if isinstance(value, list) and len(value) == 2 and all(isinstance(n, float | int) for n in value):
        yield (value[0], value[1])
    elif isinstance(value, list | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from coordinates_of(part)


def test_a_night_walk_becomes_an_edition(london: Server, shared_data: Path) -> None:
    """Two legs over the night the clocks go back, with photos that carry GPS, end in an edition that exposes nobody."""
    area = town_centre(shared_data, BRIXTON)
    pilot = Pilot(london, area)
    points = stops_in(area, 8)
    photos = [picture((shared_data / name).read_bytes()) for name in EXIF_PHOTOS]
    receipts = []
    for body, mine in legs(pilot, points, photos):
        receipts.append(pilot.submit(body, mine, pilot.auditors[0]))
        pilot.respond(receipts[-1]["walk_id"], body["stops"], [n % 4 for n in range(8)])
    files = edition(pilot)

    assert [(r["state"], r["night_of"], r["dark"], r["problems"]) for r in receipts] == [
        ("received", "2026-10-24", False, []),
        ("received", "2026-10-24", True, []),
    ]
    assert files["report.pdf"].startswith(b"%PDF-")
    assert len(list(csv.DictReader(io.StringIO(files["stops.csv"].decode("utf-8-sig"))))) == 16
    no_output_exposes(london, pilot, area, photos, files)


def names_a_person_or_place(log: str) -> list[str]:
    """Addresses and degrees in a log; a fraction of a second is none."""
    timeless = re.sub(r"T\d\d:\d\d:\d\d\.\d+", "", log)
    return re.findall(r"ama@lamb\.example|51\.4\d|-0\.1\d", timeless)


def no_output_exposes(
    london: Server, pilot: Pilot, area: dict[str, Any], photos: list[Any], files: dict[str, bytes]
) -> None:
    """No output holds EXIF, a champion's address, or a point away from the area."""
    near = shape(area).buffer(0.0025)  # a hexagon's corner may stand about 100 m outside
    for photo in photos:
        for width in (320, 1600):
            shown = pilot.http.get(f"/api/photos/{photo.id}", params={"width": width}, headers=pilot.lead).content
            assert shown.startswith(b"\xff\xd8") and b"Exif" not in shown and b"NIKON" not in shown
    everything = [*files.values(), pilot.http.get("/api/charter/signatories.csv").content]
    assert not [content for content in everything if CHAMPION.encode() in content]
    positions = list(coordinates_of(json.loads(files["hotspots.geojson"])["features"]))
    assert positions and all(near.contains(shapely.Point(position)) for position in positions)
    for row in csv.DictReader(io.StringIO(files["stops.csv"].decode("utf-8-sig"))):
        assert shape(area).buffer(0.001).contains(shapely.Point(float(row["longitude"]), float(row["latitude"])))
    assert not names_a_person_or_place(london.log())
