"""What an auditor tells of herself is kept sealed, under a random key, apart from who she is; and taken back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from audits.events import note_event
from audits.people.questions import Told, check_told
from audits.queries import Caller
from migrations.database import execute, fetch_one, lock, transaction
from migrations.sealing import Seal

ANSWERS_PLACE = {"table": "equality_answers", "column": "sealed"}
LINK_PLACE = {"table": "equality_link", "column": "sealed"}


@dataclass(frozen=True, kw_only=True)
class Telling:
    """Who tells of herself, when, under which seal; `key` is a fresh random one for what she answers."""

    by: Caller
    now: datetime
    seal: Seal
    key: UUID


async def tell(told: Told, telling: Telling) -> None:
    """Keep her answers in place of earlier ones; none at all take the earlier ones back.

    Raises AnswersNotAcceptable.
    """
    check_told(told)
    async with transaction():
        auditor = await _locked(telling.by)
        await cut_link(auditor, telling.seal)
        if told.answers:
            await _write(auditor, told, telling)
        await note_event("equality answered", of="auditor", id=UUID(telling.by.id), by=telling.by.id, at=telling.now)


async def take_back(*, by: Caller, now: datetime, seal: Seal) -> None:
    """Delete what she told of herself; where there is nothing, this changes nothing."""
    async with transaction():
        if await cut_link(await _locked(by), seal):
            await note_event("equality answers deleted", of="auditor", id=UUID(by.id), by=by.id, at=now)


async def cut_link(auditor: int, seal: Seal) -> bool:
    """Delete an auditor's answers and the thread to them; says whether there were any. Inside transaction()."""
    link = await fetch_one("select sealed from equality_link where auditor = $1", auditor)
    if link is None:
        return False
    await execute("delete from equality_answers where key = $1", key_in(link["sealed"], auditor, seal))
    await execute("delete from equality_link where auditor = $1", auditor)
    return True


def key_in(sealed: bytes, auditor: int, seal: Seal) -> UUID:
    """The key of an auditor's answers, out of the link's seal."""
    return UUID(bytes=seal.open(sealed, **LINK_PLACE, row=str(auditor)))


async def _locked(by: Caller) -> int:
    assert by.auditor is not None, "only an auditor tells of herself"
    # Two of her phones at once come one after the other.
    await lock("select number from auditor where number = $1", by.auditor)
    return by.auditor


async def _write(auditor: int, told: Told, telling: Telling) -> None:
    key, seal = telling.key, telling.seal
    content = seal.seal(msgspec.json.encode(told.answers), **ANSWERS_PLACE, row=str(key))
    # Numbered at random: rows that count up beside the links would tell which belong together.
    await execute(
        "insert into equality_answers (number, key, question_set, sealed) values ($1, $2, $3, $4)",
        *(key.int >> 66, key, told.question_set, content),
    )
    await execute(
        "insert into equality_link (auditor, sealed, answered_at) values ($1, $2, $3)",
        *(auditor, seal.seal(key.bytes, **LINK_PLACE, row=str(auditor)), telling.now),
    )
