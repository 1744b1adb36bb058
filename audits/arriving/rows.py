"""What of an arriving walk becomes which row: the same for a phone's and for a file's."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from audits.responses import Sending
from audits.walks import NOWHERE_M, Assessment, Stop, StopFound, Walk
from geo.places.queries import naptan_code
from migrations.sealing import Seal

INSTANT = timedelta(microseconds=1)
FIRST_MOMENT = datetime.min.replace(tzinfo=UTC) + INSTANT
LAST_MOMENT = datetime.max.replace(tzinfo=UTC) - INSTANT
WALK_FACTS = ("instrument_version", "leg", "paired_walk_id", "group_size", "cut_short", "cut_short_reason")
PLACE_FACTS = ("location", "easting_m", "northing_m", "cell_q", "cell_r")


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A walk at the door, with all that is known of it before the transaction begins."""

    walk_id: UUID
    walk: Walk
    mac: bytes
    found: Assessment
    programme: int
    hubs: frozenset[str]
    sending: Sending

    @property
    def stops(self) -> list[tuple[Stop, StopFound]]:
        """Each stop with what was made of it."""
        return list(zip(self.walk.stops, self.found.stops, strict=True))


def into(table: str, columns: Collection[str]) -> str:
    """The statement that inserts a row of these columns."""
    places = ", ".join(f"${place}" for place in range(1, len(columns) + 1))
    return f"insert into {table} ({', '.join(columns)}) values ({places})"  # noqa: S608 - our own names


def walk_row(arrival: Arrival) -> dict[str, Any]:
    """The walk itself, by column; an imported one is complete."""
    walk, found, sending = arrival.walk, arrival.found, arrival.sending
    complete = "quarantined" if found.problems else "received"
    return {
        "id": arrival.walk_id,
        "programme": arrival.programme,
        "auditor": sending.by.auditor,
        "device": sending.by.device,
        "content_mac": arrival.mac,
        "state": complete if sending.imported else "incomplete",
        **{name: getattr(walk, name) for name in WALK_FACTS},
        "started_at": _storable(walk.started_at),
        "ended_at": _storable(walk.ended_at),
        "night_of": found.night_of,
        "dark": found.dark,
        "clock_offset_s": None if sending.imported else found.clock_offset_s,
        "route": found.route,
        "received_at": sending.now,
        "completed_at": sending.now if sending.imported else None,
    }


def stop_row(number: int, stop: Stop, found: StopFound, arrival: Arrival) -> dict[str, Any]:
    """A stop of the walk with that number, by column."""
    # A hub is a place too: where the location was dropped, its code would give it back.
    hub = stop.hub or None if found.place else None
    return {
        "id": stop.id,
        "programme": arrival.programme,
        "walk": number,
        "sequence": stop.sequence,
        "planned_stop_id": stop.planned_stop_id,
        "observed_at": _storable(stop.observed_at),
        # iOS says -1 where it does not know, and others say something enormous.
        "accuracy_m": stop.accuracy_m if stop.accuracy_m is not None and 0 <= stop.accuracy_m <= NOWHERE_M else None,
        **(vars(found.place) if found.place else dict.fromkeys(PLACE_FACTS)),
        "sun_altitude_deg": found.sun_altitude_deg,
        "sun_band": found.sun_band,
        "hub": naptan_code(hub) if hub in arrival.hubs else hub,
        "hub_known": hub in arrival.hubs if hub else None,
        **msgspec.structs.asdict(stop.presence),
        "causes": msgspec.json.encode(found.open_causes).decode(),
        "note": None if stop.note_flagged else stop.note,
        "note_flagged": stop.note_flagged,
        "sealed": _sealed(stop, found, arrival.sending.seal),
        "kept": msgspec.json.encode(found.kept).decode() if found.kept else None,
    }


def _storable(moment: datetime) -> datetime:
    # PostgreSQL's driver reads the calendar's first and last microsecond, which unset clocks show, as infinities.
    return min(max(moment, FIRST_MOMENT), LAST_MOMENT)


def _sealed(stop: Stop, found: StopFound, seal: Seal) -> bytes | None:
    """What nobody reads without a purpose: a flagged note, and chips about remarks, being followed or stopped."""
    note = stop.note if stop.note_flagged else None
    if note is None and not found.sealed_causes:
        return None
    plain = msgspec.json.encode({"note": note, "causes": found.sealed_causes})
    return seal.seal(plain, table="stop", column="sealed", row=str(stop.id))
