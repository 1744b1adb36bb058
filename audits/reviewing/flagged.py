"""Flagged notes as their named readers handle them: read for a purpose, decided about; everything is in the trail.

Nothing of a note is in the trail, nor what was written about it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from audits.actions.keeping import Acting
from audits.events import note_event
from audits.queries import VISIBLE, sight
from audits.reviewing.disclosing import NoteDecision, Purpose, check_note_decision, open_text
from audits.reviewing.errors import NoSuchNote, NotANamedReader
from migrations.database import execute, fetch, fetch_one, lock, transaction
from migrations.sealing import Seal

STOP = f"""
    select stop.number, stop.walk, exists (
        select 1 from note_reader where note_reader.programme = programme.number and principal = $5
    ) as "reader [BOOLEAN]"
    from stop join programme on programme.number = stop.programme where stop.id = $4 and {VISIBLE}
"""  # noqa: S608 - our own texts
NOTE = "select number, id, note, note_flagged, sealed from stop where number = $1"
DECIDED = "select number, decision, sealed, decided_at, decided_by from note_decision where stop = $1 order by number"
DECIDE = "insert into note_decision (stop, decision, sealed, decided_at, decided_by) values ($1, $2, $3, $4, $5)"


class SealedNote(msgspec.Struct, frozen=True, kw_only=True):
    """What a stop keeps sealed: the flagged note, and the chips about remarks, being followed or stopped."""

    note: str | None = None
    causes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A decision about a note, with what was written about it for its named readers."""

    decision: str
    about: str
    at: datetime
    by: str


@dataclass(frozen=True, kw_only=True)
class NoteRead:
    """A flagged note in the open, for one named reader, once: that she read it is in the trail already."""

    text: str
    decisions: tuple[Judged, ...]


async def read_note(stop_id: UUID, purpose: Purpose, *, acting: Acting, seal: Seal) -> NoteRead:
    """The note, after its reading is durable in the trail. Raises NoSuchNote, NotANamedReader."""
    async with transaction():
        stop = await _restricted(stop_id, acting)
        text = _sealed_of(stop, seal).note
        if text is None:
            raise NoSuchNote
        decisions = [_judged(row, stop_id, seal) for row in await fetch(DECIDED, stop["number"])]
        await note_event("flagged note read", of="stop", id=stop_id, by=acting.by.id, at=acting.now, purpose=purpose)
    return NoteRead(text=text, decisions=tuple(decisions))


async def decide_flagged(stop_id: UUID, decided: NoteDecision, *, acting: Acting, seal: Seal) -> UUID:
    """Say what becomes of a note; the last decision stands, the sealed original stays. Gives its walk's id.

    Raises NoSuchNote, NotANamedReader, NoteDecisionNotAcceptable.
    """
    check_note_decision(decided)
    async with transaction():
        stop = await _restricted(stop_id, acting)
        original = _sealed_of(stop, seal).note
        if original is None:
            raise NoSuchNote
        text = open_text(decided, original)
        await execute(
            "update stop set note = $2, note_flagged = $3, note_review = null where number = $1",
            *(stop["number"], text, text is None),
        )
        about = decided.about.strip()
        sealed = seal.seal(about, **_about_place(stop_id)) if about else None
        await execute(DECIDE, stop["number"], decided.decision, sealed, acting.now, acting.by.id)
        action = f"flagged note {decided.decision}"
        await note_event(action, of="stop", id=stop_id, by=acting.by.id, at=acting.now)
    return await _walk_of(stop["walk"])


async def flag_note(stop_id: UUID, *, acting: Acting, seal: Seal) -> UUID:
    """Hold an open note apart, because it tells of something that happened to somebody. Gives its walk's id.

    Whoever reviews the walk may; afterwards she cannot read it either. Raises NoSuchNote.
    """
    async with transaction():
        stop = await _locked(await _seen(stop_id, acting))
        if stop["note"] is None:
            raise NoSuchNote
        kept = _sealed_of(stop, seal)
        held = msgspec.structs.replace(kept, note=kept.note or stop["note"])
        sealed = seal.seal(msgspec.json.encode(held), **_place(stop_id))
        await execute(
            "update stop set note = null, note_flagged = $2, note_review = null, sealed = $3 where number = $1",
            *(stop["number"], True, sealed),
        )
        await note_event("note flagged", of="stop", id=stop_id, by=acting.by.id, at=acting.now)
    return await _walk_of(stop["walk"])


async def _seen(stop_id: UUID, acting: Acting) -> dict[str, Any]:
    found = await fetch_one(STOP, *sight(acting.by), stop_id, acting.by.id)
    if found is None:
        raise NoSuchNote
    return found


async def _restricted(stop_id: UUID, acting: Acting) -> dict[str, Any]:
    """The stop, locked, if the caller is named for its programme's flagged notes."""
    found = await _seen(stop_id, acting)
    if not found["reader"]:
        raise NotANamedReader
    return await _locked(found)


async def _locked(found: dict[str, Any]) -> dict[str, Any]:
    (stop,) = await lock(NOTE, found["number"])
    return {**stop, "walk": found["walk"]}


async def _walk_of(walk: int) -> UUID:
    found = await fetch_one("select id from walk where number = $1", walk)
    assert found is not None
    return UUID(str(found["id"]))


def _sealed_of(stop: dict[str, Any], seal: Seal) -> SealedNote:
    if stop["sealed"] is None:
        return SealedNote()
    return msgspec.json.decode(seal.open(stop["sealed"], **_place(stop["id"])), type=SealedNote)


def _judged(row: dict[str, Any], stop_id: UUID, seal: Seal) -> Judged:
    about = seal.open_text(row["sealed"], **_about_place(stop_id)) if row["sealed"] else ""
    return Judged(decision=row["decision"], about=about, at=row["decided_at"], by=row["decided_by"])


def _place(stop_id: UUID) -> dict[str, str]:
    return {"table": "stop", "column": "sealed", "row": str(stop_id)}


def _about_place(stop_id: UUID) -> dict[str, str]:
    return {"table": "note_decision", "column": "sealed", "row": str(stop_id)}
