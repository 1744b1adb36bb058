"""Walks as a phone would send them, made from plain facts: used by journeys and benchmarks alike."""

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

GROUP_FACTORS = (
    "lighting",
    "sightlines",
    "ways_out",
    "overlooking",
    "access",
    "wayfinding",
    "upkeep",
    "night_transport",
    "hub_waiting",
    "company",
    "help",
)


@dataclass(frozen=True)
class Picture:
    """A photo as it lies on the phone."""

    id: str
    content: bytes
    media_type: str = "image/jpeg"

    @property
    def headers(self) -> dict[str, str]:
        """What the phone says of it when it sends the bytes."""
        digest = base64.b64encode(hashlib.sha256(self.content).digest()).decode()
        return {"Content-Type": self.media_type, "Content-Digest": f"sha-256=:{digest}:"}

    def in_manifest(self, stop_id: str) -> dict[str, Any]:
        """Its line in the walk."""
        return {
            "id": self.id,
            "stop_id": stop_id,
            "sha256": hashlib.sha256(self.content).hexdigest(),
            "bytes": len(self.content),
            "media_type": self.media_type,
            "caption": None,
        }


def picture(content: bytes, media_type: str = "image/jpeg") -> Picture:
    """A photo with a new id."""
    return Picture(str(uuid4()), content, media_type)


def stop(sequence: int, *, at: str, where: tuple[float, float], score: int = 2, **more: Any) -> dict[str, Any]:
    """One stop with all eleven group factors scored alike; `where` is (longitude, latitude), WGS 84."""
    return {
        "id": str(uuid4()),
        "sequence": sequence,
        "observed_at": at,
        "accuracy_m": 8.0,
        "location": {"type": "Point", "coordinates": list(where)},
        "scores": dict.fromkeys(GROUP_FACTORS, score),
        "presence": {"police": False, "security": True, "staff": False, "cctv_sign": True},
        "causes": ["glare"],
        **more,
    }


def walk(programme_id: str, stops: list[dict[str, Any]], *, started: str, ended: str, **more: Any) -> dict[str, Any]:
    """The body of PUT /api/walks/{id} for a dark leg of seven women, sent as it ended."""
    return {
        "programme_id": programme_id,
        "instrument_version": 1,
        "leg": "dark",
        "started_at": started,
        "ended_at": ended,
        "client_sent_at": ended,
        "group_size": 7,
        "cut_short": False,
        "stops": stops,
        "photos": [],
        **more,
    }


def size_of(body: dict[str, Any]) -> int:
    """How many bytes a body is on the wire."""
    return len(json.dumps(body).encode())
