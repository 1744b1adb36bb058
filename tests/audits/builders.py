"""Programmes, auditors, walks and photos as rows, made from plain facts, for tests of what is done with them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from audits.programmes import Commission, create_programme
from audits.queries import Caller, ProgrammeFacts
from audits.tables import Auditor, Device, Membership, Photo, Stop, Walk, WalkProblem
from migrations.database import Row, transaction

NOW = datetime(2026, 10, 25, 9, 0, tzinfo=UTC)
# A few streets of Brixton, about 0.4 km2; longitude first.
RING = [[-0.118, 51.460], [-0.110, 51.460], [-0.110, 51.466], [-0.118, 51.466], [-0.118, 51.460]]
BRIXTON: dict[str, Any] = {"type": "Polygon", "coordinates": [RING]}
TOWPATH: dict[str, Any] = {"type": "LineString", "coordinates": [[-0.118, 51.460], [-0.110, 51.464]]}

LEAD = Caller(id="lead", lead=True)
OTHER_LEAD = Caller(id="other lead", lead=True)
ANALYST = Caller(id="analyst", sees_all=True)
ADMINISTRATOR = Caller(id="administrator", sees_all=True, administrator=True)


def square(side_deg: float) -> dict[str, Any]:
    """A square with its south-west corner in Brixton."""
    west, south = -0.118, 51.460
    east, north = west + side_deg, south + side_deg
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def commission(**changes: Any) -> Commission:
    """What a lead asks for, but for `changes`."""
    facts: dict[str, Any] = {
        "name": "Brixton after dark",
        "area": BRIXTON,
        "instrument_version": 1,
        "opens_on": date(2026, 10, 1),
        "closes_on": date(2026, 12, 31),
        "lead_body": "E09000022",
    }
    return Commission(**{**facts, **changes})


async def a_programme(*, by: Caller = LEAD, **changes: Any) -> ProgrammeFacts:
    """A programme that `by` commissioned."""
    return await create_programme(commission(**changes), id=uuid4(), by=by, now=NOW)


async def an_auditor(*programmes: ProgrammeFacts, device_id: UUID | None = None) -> Caller:
    """An auditor who walks for those programmes, with a phone of her own."""
    auditor_id = uuid4()
    auditor = await keep(Auditor(id=auditor_id, created_at=NOW, label=None, erased_at=None))
    for programme in programmes:
        await keep(Membership(auditor=auditor, programme=programme.number, joined_at=NOW))
    known = Caller(id=str(auditor_id), auditor=auditor)
    return replace(known, device=await a_device(known, device_id))


async def a_device(auditor: Caller, device_id: UUID | None) -> int:
    """One more phone of hers; gives its row's number."""
    facts = {"auditor": auditor.auditor, "device_id": device_id, "token_hash": uuid4().hex}
    return await keep(Device(**facts, created_at=NOW, revoked_at=None))


async def a_walk(programme: ProgrammeFacts, *, state: str = "received", **changes: Any) -> Walk:
    """A walk of that programme, in that state, without stops."""
    began = datetime(2026, 10, 24, 22, 10, tzinfo=UTC)
    facts: dict[str, Any] = {
        "id": uuid4(),
        "programme": programme.number,
        "auditor": None,
        "device": None,
        "content_mac": b"mac",
        "state": state,
        "instrument_version": 1,
        "leg": "dark",
        "paired_walk_id": None,
        "started_at": began,
        "ended_at": began + timedelta(minutes=70),
        "night_of": date(2026, 10, 24),
        "dark": True,
        "group_size": 7,
        "cut_short": False,
        "cut_short_reason": None,
        "clock_offset_s": 0.0,
        "route": None,
        "received_at": NOW,
        "completed_at": None if state == "incomplete" else NOW,
        "reviewed_at": NOW if state in ("accepted", "rejected") else None,
        "reviewed_by": None,
        "review_reason": None,
    }
    walk = Walk(**{**facts, **changes})
    walk.number = await keep(walk)
    return walk


async def a_stop(walk: Walk, **changes: Any) -> Stop:
    """A stop of that walk, without a place or scores."""
    blank = dict.fromkeys(column._meta.name for column in Stop._meta.columns if column._meta.null)
    facts: dict[str, Any] = {
        "id": uuid4(),
        "programme": walk.programme,
        "walk": walk.number,
        "sequence": 1,
        "observed_at": NOW,
        **dict.fromkeys(("police", "security", "staff", "cctv_sign", "note_flagged"), False),
        "causes": "[]",
    }
    stop = Stop(**{**blank, **facts, **changes})
    stop.number = await keep(stop)
    return stop


async def a_photo(walk: Walk, taken_by: Caller, *, state: str = "stored") -> Photo:
    """A photo of that walk."""
    blank = dict.fromkeys(column._meta.name for column in Photo._meta.columns if column._meta.null)
    facts = {"id": uuid4(), "auditor": taken_by.auditor, "programme": walk.programme, "walk": walk.number}
    photo = Photo(**{**blank, **facts, "walk_id": walk.id, "state": state, "review": "unreviewed"})
    photo.number = await keep(photo)
    return photo


async def a_problem(walk: Walk, code: str = "clock-off") -> None:
    """A reason why that walk is quarantined."""
    await keep(WalkProblem(walk=walk.number, code=code, detail="The phone's clock was off.", field=None))


async def keep(row: Row) -> int:
    """Write one row; gives its number."""
    async with transaction():
        (written,) = await type(row).insert(row).returning(type(row).number)
    return int(written["number"])
