"""Changing what a programme says of itself while it is open: never the area and the questions that it is walked by."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

import msgspec

from audits.errors import FieldError, ProgrammeClosed, ProgrammeNotAcceptable
from audits.events import note_event
from audits.queries import Caller, ProgrammeFacts, programme
from geo.places.authorities import authority
from migrations.database import execute, lock, transaction

MAX_NAME_LENGTH, MAX_PURPOSE_LENGTH = 200, 2000


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a programme says of itself: for whom it is read, and on which nights it is walked (London's, inclusive)."""

    name: str
    purpose: str | None
    lead_body: str | None
    opens_on: date
    closes_on: date


class Saying(Protocol):
    """Whatever says the same of a programme, such as what commissions one."""

    @property
    def name(self) -> str: ...
    @property
    def purpose(self) -> str | None: ...
    @property
    def lead_body(self) -> str | None: ...
    @property
    def opens_on(self) -> date: ...
    @property
    def closes_on(self) -> date: ...


def unacceptable(said: Saying) -> Iterator[FieldError]:
    """Every field of it that cannot be accepted, with what to do."""
    if not is_text(said.name, MAX_NAME_LENGTH):
        yield FieldError("name", f"Give it a name of 1 to {MAX_NAME_LENGTH} characters.")
    if said.purpose is not None and not is_text(said.purpose, MAX_PURPOSE_LENGTH):
        yield FieldError("purpose", f"Say what it is for in 1 to {MAX_PURPOSE_LENGTH} characters.")
    if said.closes_on < said.opens_on:
        yield FieldError("closes_on", "A programme cannot close before it opens. Check both dates.")
    if said.lead_body is not None and authority(said.lead_body) is None:
        yield FieldError("lead_body", "Send the GSS code of one of the 33 London authorities, such as E09000022.")


def is_text(text: str, longest: int) -> bool:
    """Whether something is said, and no more than that many characters."""
    return bool(text.strip()) and len(text) <= longest


async def change_words(programme_id: UUID, words: Words, *, by: Caller, now: datetime) -> ProgrammeFacts:
    """Let an open programme say this from now on; the same again changes nothing. Walks and editions stay as they are.

    Raises NoSuchProgramme, ProgrammeClosed, ProgrammeNotAcceptable.
    """
    if errors := list(unacceptable(words)):
        raise ProgrammeNotAcceptable("The programme cannot say this. See errors for what to change.", errors)
    async with transaction():
        found = await programme(programme_id, caller=by)
        (locked,) = await lock(
            "select state, name, purpose, lead_body, opens_on, closes_on from programme where number = $1", found.number
        )
        if locked["state"] == "closed":
            raise ProgrammeClosed("The programme is closed, and says for good what it says. Create a new one.")
        differs = [name for name in words.__struct_fields__ if getattr(words, name) != locked[name]]
        if differs:
            await execute(
                "update programme set name = $1, purpose = $2, lead_body = $3, opens_on = $4, closes_on = $5 "
                "where number = $6",
                *(words.name, words.purpose, words.lead_body, words.opens_on, words.closes_on, found.number),
            )
            await note_event(
                "changed", of="programme", id=programme_id, by=by.id, at=now, fields=", ".join(sorted(differs))
            )
        return await programme(programme_id, caller=by)
