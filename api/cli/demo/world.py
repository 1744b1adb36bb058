"""The walks of an invented corner of London: who walked, where, and how it felt. Nobody is real."""

import base64
import hashlib
import random
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

GROUP_FACTORS = (
    "lighting",
    "sightlines",
    "ways_out",
    "overlooking",
    "access",
    "wayfinding",
    "upkeep",
    "company",
    "help",
)
AUDITORS = 12
OUTINGS = 9
STOPS = 10
DARK_PLACES = (3, 4)  # stops on the towpath and under the bridge, worse after dark
NOTED = (
    "Lamp out by the arch",
    "Nobody in sight, and nobody who could see us from a window",
    "You cannot see who comes until they are beside you",
    "桥下的灯坏了，我们没有停下来。",
    "ਪੁਲ ਹੇਠਾਂ ਬਹੁਤ ਹਨੇਰਾ ਹੈ।",
)
CAPTIONS = ("Under the bridge, looking back", "The path along the wall", "Where the lamp was out")
# What the demo's women tell of themselves: enough of each that groups can be compared.
TOLD = ({"age": "25_34", "neurodivergent": "no"}, {"age": "45_54", "neurodivergent": "yes"})


@dataclass(frozen=True)
class Leg:
    """One leg as a phone sends it: the walk, when it is sent, and each woman's answers by auditor."""

    id: str
    body: dict[str, Any]
    sent_at: datetime
    photos: tuple[tuple[str, bytes], ...]
    responses: tuple[tuple[int, str, dict[str, Any]], ...]


class World:
    """Everything is drawn from one seed, so that each demo is the same but for its dates."""

    def __init__(self, points: list[tuple[float, float]], *, today: date, seed: int = 20261024) -> None:
        self.points, self.today = points, today
        self.random = random.Random(seed)  # noqa: S311 - invented moods, not secrets
        self.leniency = [self.random.gauss(0, 0.4) for _ in range(AUDITORS)]
        self.planned = [self.uuid() for _ in points]
        self.mended = False

    def uuid(self) -> str:
        """A version 4 id from the seed."""
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def picture(self) -> bytes:
        """Another drawn picture of a street at night."""
        return night_picture(self.random)

    def legs(self, programme_id: str) -> Iterator[Leg]:
        """Every leg in the order it was walked: each outing after dark, every third one in the light before."""
        for outing in range(OUTINGS):
            night = self.today - timedelta(days=5 * (OUTINGS - outing) + 16)
            light_id = self.uuid() if outing % 3 == 0 else None
            if light_id:
                yield self._leg(light_id, programme_id, night, "light", paired=None)
            yield self._leg(self.uuid(), programme_id, night, "dark", paired=light_id)

    def since(self, programme_id: str) -> Iterator[Leg]:
        """Three dark legs of the last days, once the lamps were mended: one to accept and two to review."""
        self.mended = True
        for days in (6, 3, 2):
            yield self._leg(self.uuid(), programme_id, self.today - timedelta(days=days), "dark", paired=None)

    def pilot(self, programme_id: str) -> Iterator[Leg]:
        """Two dark legs of a programme that was over months ago."""
        for days in (160, 150):
            yield self._leg(self.uuid(), programme_id, self.today - timedelta(days=days), "dark", paired=None)

    def _leg(self, walk_id: str, programme_id: str, night: date, leg: str, *, paired: str | None) -> Leg:
        began = datetime.combine(night, time(12 if leg == "light" else 22, 30), UTC)
        walked = list(range(outing_start := self.random.randrange(0, 3), min(len(self.points), outing_start + STOPS)))
        stops = [self._stop(n + 1, place, leg, began + timedelta(minutes=6 * n + 4)) for n, place in enumerate(walked)]
        ended = began + timedelta(minutes=6 * len(stops) + 8)
        picture = (self.uuid(), night_picture(self.random)) if leg == "dark" else None
        where = next(stop["id"] for stop, place in zip(stops, walked, strict=True) if place in DARK_PLACES)
        body = {
            "programme_id": programme_id,
            "instrument_version": 1,
            "leg": leg,
            "paired_walk_id": paired,
            "started_at": began.isoformat(),
            "ended_at": ended.isoformat(),
            "client_sent_at": ended.isoformat(),
            "group_size": 8,
            "cut_short": False,
            "stops": stops,
            "photos": [manifest_line(*picture, stop_id=where, caption=self._one_of(CAPTIONS))] if picture else [],
        }
        mood = self.random.gauss(0, 0.3)
        answers = tuple(
            (auditor, self.uuid(), self._response(walk_id, stop["id"], place, leg, auditor, mood))
            for auditor in self.random.sample(range(AUDITORS), 8)
            for stop, place in zip(stops, walked, strict=True)
        )
        return Leg(walk_id, body, ended, (picture,) if picture else (), answers)

    def _stop(self, sequence: int, place: int, leg: str, at: datetime) -> dict[str, Any]:
        gloomy = leg == "dark" and place in DARK_PLACES and not self.mended
        scores: dict[str, int | str] = {f: self._score(0.7 if gloomy else 2.1) for f in GROUP_FACTORS}
        scores["hub_waiting"] = scores["night_transport"] = "not_applicable"
        return {
            "id": self.uuid(),
            "sequence": sequence,
            "planned_stop_id": self.planned[place],
            "observed_at": at.isoformat(),
            "accuracy_m": 6.0,
            "location": {"type": "Point", "coordinates": list(self.points[place])},
            "scores": scores,
            "presence": {"police": False, "security": place % 4 == 0, "staff": False, "cctv_sign": place % 2 == 0},
            "causes": ["glare"] if self.random.random() < 0.15 else [],
            "note": self._one_of(NOTED) if gloomy and self.random.random() < 0.4 else None,
        }

    def _response(self, walk_id: str, stop_id: str, place: int, leg: str, auditor: int, mood: float) -> dict[str, Any]:
        base = (0.8 if leg == "dark" and place in DARK_PLACES else 2.0) + self.leniency[auditor] + mood
        scores = {factor: self._score(base) for factor in ("sensory", "treatment", "belonging", "feeling")}
        effect = {"security": self._one_of(("safer", "safer", "no_different", "less_safe"))} if place % 4 == 0 else {}
        return {"walk_id": walk_id, "stop_id": stop_id, "scores": scores, "presence_effect": effect}

    def _one_of(self, words: Sequence[str]) -> str:
        return words[self.random.randrange(len(words))]

    def _score(self, mean: float) -> int:
        return max(0, min(3, round(self.random.gauss(mean, 0.6))))


def manifest_line(photo_id: str, content: bytes, *, stop_id: str, caption: str) -> dict[str, Any]:
    """What a walk says of one photo."""
    digest = hashlib.sha256(content).hexdigest()
    size = {"sha256": digest, "bytes": len(content), "media_type": "image/png"}
    return {"id": photo_id, "stop_id": stop_id, **size, "caption": caption}


def photo_headers(content: bytes) -> dict[str, str]:
    """What a phone says of a photo's bytes when it sends them."""
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    return {"Content-Type": "image/png", "Content-Digest": f"sha-256=:{digest}:"}


def night_picture(chance: random.Random, width: int = 360, height: int = 270) -> bytes:
    """A drawn PNG of a street at night: a dark sky, a darker ground, and pools of lamp light. No place, no people."""
    lamps = [(chance.randrange(width), chance.randrange(90, 160)) for _ in range(3)]
    rows = bytearray()
    for y in range(height):
        rows.append(0)  # PNG's filter of this row: none
        base = (24, 22, 48) if y < height * 0.6 else (16, 15, 24)
        for x in range(width):
            glow = sum(90_000 // ((x - lx) ** 2 + (y - ly) ** 2 + 900) for lx, ly in lamps)
            rows += bytes((min(255, base[0] + glow * 2), min(255, base[1] + glow * 2), min(255, base[2] + glow)))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
