"""A programme that was walked on several nights, written as rows in any order of arrival, always with the same content.

Nine stops lie 170 m apart in the middle of the programme's area; at one of them all women would rather not be.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from audits.instrument import VERSION_1
from audits.queries import ProgrammeFacts
from audits.tables import Auditor, GroupScore, PersonalScore, Response, Stop, Walk
from geo.crs import Metres
from geo.grid import GRID_50
from geo.shapes import Line, from_metres
from migrations.database import Row, execute_many, transaction
from tests.audits.builders import NOW

NAMES = UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")  # where made-up ids come from
FIRST_NIGHT = datetime(2026, 10, 3, 22, 0, tzinfo=UTC)
WEST_M, SOUTH_M, APART_M = 530_900.0, 175_250.0, 170.0
UNEASY_STOP = 4
STOPS = 9
GROUP = [factor.key for factor in VERSION_1.factors if factor.mode == "group"]
PERSONAL = [factor.key for factor in VERSION_1.factors if factor.mode == "personal"]


@dataclass(frozen=True, kw_only=True)
class Nights:
    """How much was walked: `walks` nights after dark, by so many women; the first of them in the light too.

    `arrival` seeds the order in which rows were written; all rows' numbers are greater than `after`.
    """

    walks: int = 6
    women: int = 12
    state: str = "received"
    arrival: int = 0
    after: int = 0


async def walk_nights(programme: ProgrammeFacts, nights: Nights | None = None) -> None:
    """Write all rows of those nights."""
    nights = nights or Nights()
    rows = _Rows(programme, nights, random.Random(nights.arrival))
    async with transaction():
        for table, found in rows.all().items():
            await _write(table, found)


def place_of(stop: int) -> tuple[float, float]:
    """Easting and northing of a stop, in metres."""
    return WEST_M + APART_M * (stop % 3), SOUTH_M + APART_M * (stop // 3)


async def _write(table: type[Row], rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    columns = list(rows[0])
    places = ", ".join(f"${place}" for place in range(1, len(columns) + 1))
    sql = f"insert into {table._meta.tablename} ({', '.join(columns)}) values ({places})"
    await execute_many(sql, [tuple(row[column] for column in columns) for row in rows])


@dataclass
class _Rows:
    """The rows of a programme's nights; their numbers, like their order, are dealt out at random."""

    programme: ProgrammeFacts
    nights: Nights
    dealer: random.Random

    def all(self) -> dict[type[Row], list[dict[str, Any]]]:
        """The rows of each table, those referred to first."""
        auditors = self._numbered(self._auditors())
        walks = self._numbered(self._walks())
        stops = self._numbered([stop for walk in walks for stop in self._stops(walk)])
        responses = self._numbered(
            [said for walk in walks if walk["leg"] == "dark" for said in self._responses(walk, stops, auditors)]
        )
        return {
            Auditor: auditors,
            Walk: walks,
            Stop: [{name: value for name, value in stop.items() if name != "_place"} for stop in stops],
            GroupScore: self._numbered([score for stop in stops for score in self._agreed(stop)]),
            Response: [{name: value for name, value in said.items() if name != "_place"} for said in responses],
            PersonalScore: self._numbered([score for said in responses for score in self._alone(said)]),
        }

    def _numbered(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        numbers = self.dealer.sample(range(self.nights.after + 1, self.nights.after + 100 * len(rows) + 1), len(rows))
        numbered = [{"number": number, **row} for number, row in zip(numbers, rows, strict=True)]
        self.dealer.shuffle(numbered)
        return numbered

    def _auditors(self) -> list[dict[str, Any]]:
        return [
            {"id": self._id("auditor", woman), "created_at": NOW, "label": None, "erased_at": None}
            for woman in range(self.nights.women)
        ]

    def _walks(self) -> list[dict[str, Any]]:
        dark = [self._walk(night, "dark") for night in range(self.nights.walks)]
        return [*dark, self._walk(0, "light")]

    def _walk(self, night: int, leg: str) -> dict[str, Any]:
        started = FIRST_NIGHT + timedelta(days=night, hours=0 if leg == "dark" else -8)
        blank = {column._meta.name: None for column in Walk._meta.columns if column._meta.null}
        route = from_metres(Line([place_of(stop) for stop in range(STOPS)]))
        reviewed = NOW if self.nights.state in ("accepted", "rejected") else None
        return {
            **blank,
            "id": self._id("walk", night, leg),
            "programme": self.programme.number,
            "content_mac": b"mac",
            "state": self.nights.state,
            "instrument_version": 1,
            "leg": leg,
            "paired_walk_id": self._id("walk", 0, "dark") if leg == "light" else None,
            "started_at": started,
            "ended_at": started + timedelta(hours=1),
            "night_of": started.date(),
            "dark": leg == "dark",
            "group_size": 7,
            "cut_short": False,
            "route": route,
            "received_at": NOW + timedelta(seconds=self.dealer.randrange(10_000)),
            "completed_at": NOW,
            "reviewed_at": reviewed,
        }

    def _stops(self, walk: dict[str, Any]) -> Iterator[dict[str, Any]]:
        for place in range(STOPS):
            easting_m, northing_m = place_of(place)
            (cell,) = GRID_50.cells_at(Metres.of(easting_m, northing_m))
            blank = {column._meta.name: None for column in Stop._meta.columns if column._meta.null}
            yield {
                **blank,
                "id": self._id("stop", str(walk["id"]), place),
                "programme": self.programme.number,
                "walk": walk["number"],
                "sequence": place + 1,
                "observed_at": walk["started_at"],
                "easting_m": easting_m,
                "northing_m": northing_m,
                "cell_q": cell[0],
                "cell_r": cell[1],
                "sun_band": "night" if walk["leg"] == "dark" else "day",
                "police": False,
                "security": place == 1,
                "staff": False,
                "cctv_sign": True,
                "causes": '["glare"]' if place == UNEASY_STOP else "[]",
                "note": "Nobody in sight" if place == UNEASY_STOP else None,
                "note_flagged": False,
                "_place": place,
            }

    def _agreed(self, stop: dict[str, Any]) -> Iterator[dict[str, Any]]:
        there = {"programme": self.programme.number, "walk": stop["walk"], "stop": stop["number"]}
        for order, factor in enumerate(GROUP):
            if factor == "hub_waiting":
                yield {**there, "factor": factor, "value": None, "answer": "not_applicable"}
            elif factor != "night_transport":
                yield {**there, "factor": factor, "value": (stop["_place"] + order) % 4, "answer": None}

    def _responses(
        self, walk: dict[str, Any], stops: list[dict[str, Any]], auditors: list[dict[str, Any]]
    ) -> Iterator[dict[str, Any]]:
        for stop in (stop for stop in stops if stop["walk"] == walk["number"]):
            for auditor in auditors:
                yield {
                    "id": self._id("response", str(stop["id"]), str(auditor["id"])),
                    "programme": self.programme.number,
                    "auditor": auditor["number"],
                    "walk_id": walk["id"],
                    "stop_id": stop["id"],
                    "walk": walk["number"],
                    "stop": stop["number"],
                    "content_mac": b"mac",
                    "presence_effect": "{}",
                    "causes": "[]",
                    "sealed": None,
                    "received_at": NOW,
                    "held_until": None,
                    "_place": stop["_place"],
                }

    def _alone(self, said: dict[str, Any]) -> Iterator[dict[str, Any]]:
        # As if by chance, but the same for the same woman at the same stop.
        mood = uuid5(NAMES, str(said["id"])).int % 2
        there = {name: said[name] for name in ("programme", "walk", "stop", "auditor")}
        for factor in PERSONAL:
            value = (0 if said["_place"] == UNEASY_STOP else 2) + mood
            yield {"response": said["number"], **there, "factor": factor, "value": value, "answer": None}

    def _id(self, *words: Any) -> UUID:
        return uuid5(NAMES, " ".join(map(str, (self.programme.name, *words))))
