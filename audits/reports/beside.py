"""What an edition shows beside scores: notes that a reviewer saw, checked photos, who was there, and what is held back.

Places of stops are those of the `Field`; orders are of content, as everywhere in an edition.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
import numpy as np

from audits.actions.queries import IssueTold
from audits.instrument import VERSION_1
from audits.people.profile import Profile
from audits.reports.evidence import Field, Integers, Scope, by_what_they_said, placeholders, stop_places
from migrations.database import fetch_tuples

PRESENCES = tuple(presence.key for presence in VERSION_1.presence)
EFFECTS = VERSION_1.presence_effects


@dataclass(frozen=True, kw_only=True)
class Noted:
    """What a group wrote at a stop."""

    stop: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A checked photo at a stop; `key` is that of its larger rendition."""

    stop: int
    key: str
    caption: str


@dataclass(frozen=True, kw_only=True)
class Felt:
    """How presences made women feel, one row each: the stop's place, which presence, which effect, and who said so."""

    stop: Integers
    presence: Integers
    effect: Integers
    person: Integers


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A listed place of a signatory, in metres on British National Grid."""

    easting_m: float
    northing_m: float
    name: str
    sector: str
    premises: str
    last_confirmed_on: date | None


def by_name(one: Signed) -> tuple[str, str, float, float]:
    """The order of signatories: of content, whenever they signed."""
    return one.name, one.premises, one.easting_m, one.northing_m


NOBODY = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, kw_only=True)
class Beside:
    """All of it; `quarantined` and `rejected` count walks of the same scope that do not count, `received` those that
    nobody has reviewed yet, which count within the GLA."""

    notes: Sequence[Noted] = ()
    photos: Sequence[Taken] = ()
    felt: Felt = Felt(stop=NOBODY, presence=NOBODY, effect=NOBODY, person=NOBODY)
    signed: Sequence[Signed] = ()
    issues: Sequence[IssueTold] = ()
    profile: Profile | None = None
    quarantined: int = 0
    received: int = 0
    rejected: int = 0


NOTHING_BESIDE = Beside()


async def notes_of(scope: Scope, field: Field) -> list[Noted]:
    """The notes of accepted walks that a reviewer found fit to be quoted; what is flagged is sealed, and not here."""
    rows = await _rows(NOTES_SQL, scope)
    found = [Noted(stop=place, text=text.strip()) for place, (text,) in _placed(rows, field) if text.strip()]
    return sorted(found, key=lambda note: (note.stop, note.text))


async def photos_of(scope: Scope, field: Field) -> list[Taken]:
    """The photos that a reviewer found publishable."""
    rows = await _rows(PHOTOS_SQL, scope)
    found = [Taken(stop=place, key=key, caption=caption or "") for place, (key, caption) in _placed(rows, field)]
    return sorted(found, key=lambda photo: (photo.stop, photo.key))


async def felt_of(scope: Scope, field: Field) -> Felt:
    """How presences made women feel; from responses, which leave in aggregates only."""
    parts = [np.zeros((0, 4), dtype=np.int64)]
    for programme in scope.programmes:
        rows = await fetch_tuples(FELT_SQL, programme)
        # Few different texts, each read once.
        read = {text: _effects(text) for text in {row[2] for row in rows}}
        said = [
            (place, presence, effect, auditor)
            for place, (auditor, text) in _placed(rows, field)
            for presence, effect in read[text]
        ]
        parts.append(np.array(said, dtype=np.int64).reshape(-1, 4))
    stop, presence, effect, auditor = np.concatenate(parts).T
    person = by_what_they_said(stop, presence * len(EFFECTS) + effect, auditor)
    return Felt(stop=stop, presence=presence, effect=effect, person=person)


def _effects(text: str) -> list[tuple[int, int]]:
    said = msgspec.json.decode(text, type=dict[str, str])
    return [(PRESENCES.index(p), EFFECTS.index(e)) for p, e in said.items() if p in PRESENCES and e in EFFECTS]


async def not_counted(scope: Scope) -> dict[str, int]:
    """How many walks of each state that nobody has accepted; by walk_programme_state."""
    args: list[Any] = list(scope.programmes)
    period = ""
    for condition, limit in (
        ("night_of >=", scope.from_on),
        ("night_of <=", scope.to_on),
        ("ended_at <=", scope.as_of),
    ):
        if limit is not None:
            args.append(limit)
            period += f" and {condition} ${len(args)}"
    text = STATES_SQL.format(programmes=placeholders(scope.programmes, 0), period=period)
    return dict(await fetch_tuples(text, *args))


NOTES_SQL = """
    select stop.number, stop.note from stop join walk on walk.number = stop.walk
    where stop.programme in ({programmes}) and walk.state = 'accepted' and stop.note is not null
      and not stop.note_flagged and stop.note_review = 'publishable'
"""
PHOTOS_SQL = """
    select stop.number, photo.rendition_1600, photo.caption from photo join stop on stop.id = photo.stop_id
    where photo.programme in ({programmes}) and photo.walk = stop.walk and photo.state = 'stored'
      and photo.review = 'publishable' and photo.rendition_1600 is not null
"""
FELT_SQL = """
    select response.stop, response.auditor, response.presence_effect from response
    where response.programme = $1 and response.stop is not null and response.presence_effect <> '{}'
"""
STATES_SQL = """
    select state, count(*) from walk
    where programme in ({programmes}) and state in ('incomplete', 'received', 'quarantined', 'rejected'){period}
    group by state
"""


async def _rows(text: str, scope: Scope) -> list[tuple[Any, ...]]:
    return await fetch_tuples(text.format(programmes=placeholders(scope.programmes, 0)), *scope.programmes)


def _placed(rows: Sequence[tuple[Any, ...]], field: Field) -> list[tuple[int, tuple[Any, ...]]]:
    """Each row's stop by its place in the field, and the rest of the row; those of stops out of scope are left out."""
    numbers = np.array([row[0] for row in rows], dtype=np.int64)
    places, known = stop_places(numbers, field)
    return [(place, row[1:]) for place, there, row in zip(places.tolist(), known.tolist(), rows, strict=True) if there]
