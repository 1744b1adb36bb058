"""What the desk does with one signatory: writes, looks, corrects, suspends and lets back; each with a reason."""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from charter.doubts.likeness import likeness, site_of
from charter.errors import FieldError, NoSuchSignatory
from charter.events import note_event
from charter.letters import CONFIRM_SIGNATURE, Envelope, Letter, letter_to_signatory
from charter.outbox import overtake_letters, post
from charter.pledges import SECTORS
from charter.register import Desk, Filed, Receipt, envelope_to, invite, opened
from charter.scheme import notes
from charter.scheme.errors import DecidedMeanwhile, NobodyToWriteTo, NotDone
from charter.scheme.letters import (
    FROM_SCHEME,
    RESTORED,
    SUSPENDED,
    letter_from_scheme,
    letter_restored,
    letter_suspended,
)
from charter.signing import CHAMPION, IN_REGISTER, MAX_NAME, MAX_WEBSITE, SIGNATORY, Contact, known_as, london_date
from charter.year.calendar import state_on
from charter.year.writing import concerned, write_to_all
from geo.places.queries import folded
from migrations.database import execute, fetch, lock, transaction


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """What the register says of an organisation, as the desk may put it right."""

    name: str
    sector: str
    website: str | None
    public_listing: bool


class PersonRead(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who stands for an organisation, as an administrator with a purpose reads her."""

    role: str
    name: str
    job_title: str
    email: str
    confirmed: bool


async def locked(signatory_id: UUID) -> dict[str, Any]:
    """The signatory, which nobody else changes meanwhile. Raises NoSuchSignatory."""
    found = await lock(
        "select number, id, name, reference, sector, website, public_listing, state, suspended_from, review_due_on "
        "from signatory where id = $1",
        signatory_id,
    )
    if not found:
        raise NoSuchSignatory
    return found[0]


async def read_contacts(signatory_id: UUID, *, purpose: str, by: str, desk: Desk) -> list[PersonRead]:
    """The people of an organisation, for a purpose that is kept; the reading is an event. Raises NotDone."""
    notes.check_texts(purpose=purpose)
    async with transaction():
        signatory = await locked(signatory_id)
        await notes.keep_note(signatory["number"], purpose, kind=notes.CONTACTS_READ, by=by, desk=desk)
        await note_event("contacts-read", of="signatory", id=signatory_id, by=by, at=desk.now)
        rows = await fetch(
            "select id, role, sealed, confirmed_at from contact where signatory = $1 and ended_on is null "
            "order by number",
            signatory["number"],
        )
    return [_person(row, opened(row, desk.seal)) for row in rows]


async def write_note(signatory_id: UUID, *, text: str, by: str, desk: Desk) -> None:
    """Keep a note about an organisation. Raises NotDone, NoSuchSignatory."""
    notes.check_texts(note=text)
    async with transaction():
        signatory = await locked(signatory_id)
        await notes.keep_note(signatory["number"], text, kind=notes.NOTE, by=by, desk=desk)
        await note_event("note-written", of="signatory", id=signatory_id, by=by, at=desk.now)


async def write_letter(signatory_id: UUID, *, subject: str, text: str, by: str, desk: Desk) -> int:
    """Write to everybody who confirmed a role there; gives how many letters. Raises NotDone, NobodyToWriteTo."""
    notes.check_texts(subject=subject, text=text)
    async with transaction():
        signatory = await locked(signatory_id)
        make = partial(letter_from_scheme, concerned=concerned(signatory, desk), subject=subject, text=text)
        letters = await write_to_all(signatory["number"], make, kind=FROM_SCHEME, desk=desk)
        if not letters:
            raise NobodyToWriteTo
        await notes.keep_note(signatory["number"], f"{subject}\n\n{text}", kind=notes.LETTER, by=by, desk=desk)
        await note_event("written-to", of="signatory", id=signatory_id, by=by, at=desk.now, letters=letters)
    return letters


async def correct(signatory_id: UUID, listing: Listing, *, reason: str, by: str, desk: Desk) -> None:
    """Put right what the register says. What it said before stands in the sealed note, for it may name somebody.

    Raises NotDone, NoSuchSignatory.
    """
    if errors := [*_listing_errors(listing), *notes.text_errors(reason=reason)]:
        raise NotDone(errors)
    async with transaction():
        signatory = await locked(signatory_id)
        changed = [name for name in Listing.__struct_fields__ if signatory[name] != getattr(listing, name)]
        if not changed:
            raise NotDone([FieldError("name", "Change something, or leave this page")])
        await _rewrite(signatory["number"], listing)
        before = "\n".join(f"{name} was: {signatory[name]}" for name in changed)
        await notes.keep_note(signatory["number"], f"{reason}\n\n{before}", kind=notes.CORRECTION, by=by, desk=desk)
        fields = " ".join(changed)
        await note_event("corrected", of="signatory", id=signatory_id, by=by, at=desk.now, fields=fields)


async def suspend(signatory_id: UUID, *, reason: str, by: str, desk: Desk) -> None:
    """Take an organisation out of the register until something is settled. Raises NotDone, DecidedMeanwhile."""
    notes.check_texts(reason=reason)
    async with transaction():
        signatory = await locked(signatory_id)
        if signatory["state"] not in (*IN_REGISTER, "lapsed"):
            raise DecidedMeanwhile
        await execute(
            "update signatory set state = 'suspended', suspended_from = $2 where number = $1",
            signatory["number"],
            signatory["state"],
        )
        await notes.keep_note(signatory["number"], reason, kind=notes.SUSPENSION, by=by, desk=desk)
        await _tell(signatory, letter_suspended, SUSPENDED, desk)
        await note_event("suspended", of="signatory", id=signatory_id, by=by, at=desk.now, was=signatory["state"])


async def reinstate(signatory_id: UUID, *, reason: str, by: str, desk: Desk) -> str:
    """Let a suspended organisation back, to the state in which the calendar would have it today; gives that state.

    Raises NotDone, DecidedMeanwhile.
    """
    notes.check_texts(reason=reason)
    async with transaction():
        signatory = await locked(signatory_id)
        if signatory["state"] != "suspended":
            raise DecidedMeanwhile
        # The year went on while it was suspended: nobody gains time by it.
        state = state_on(signatory["suspended_from"], signatory["review_due_on"], london_date(desk.now))
        await execute(
            "update signatory set state = $2, suspended_from = null where number = $1", signatory["number"], state
        )
        await notes.keep_note(signatory["number"], reason, kind=notes.REINSTATEMENT, by=by, desk=desk)
        await _tell(signatory, letter_restored, RESTORED, desk)
        await note_event("suspension-lifted", of="signatory", id=signatory_id, by=by, at=desk.now, state=state)
    return state


async def ask_again(signatory_id: UUID, *, by: str, desk: Desk) -> None:
    """Write once more to whoever signed and has not confirmed; her earlier link is over. Raises DecidedMeanwhile."""
    async with transaction():
        signatory = await locked(signatory_id)
        if signatory["state"] != "applied":
            raise DecidedMeanwhile
        number = signatory["number"]
        rows = await fetch("select number, id, role, sealed from contact where signatory = $1 order by number", number)
        named = {row["role"]: (row["number"], opened(row, desk.seal)) for row in rows}
        contact, person = named[SIGNATORY]
        await execute(
            "update confirmation set superseded_at = $2 where contact = $1 and used_at is null "
            "and superseded_at is null",
            contact,
            desk.now,
        )
        await overtake_letters(signatory=number, kinds=(CONFIRM_SIGNATURE,), now=desk.now)
        receipt = Receipt(id=signatory_id, reference=signatory["reference"], state="applied")
        invitation = await invite(Filed(number, signatory["name"], receipt), contact, desk)
        both = known_as(person.email) == known_as(named[CHAMPION][1].email)
        letter = letter_to_signatory(envelope_to(person, desk), invitation, is_champion=both)
        await post(letter, kind=CONFIRM_SIGNATURE, signatory=number, seal=desk.seal)
        await note_event("asked-again", of="signatory", id=signatory_id, by=by, at=desk.now, role=SIGNATORY)


async def _tell(signatory: dict[str, Any], words: Callable[..., Letter], kind: str, desk: Desk) -> None:
    make: Callable[[Envelope], Letter] = partial(words, concerned=concerned(signatory, desk))
    await write_to_all(signatory["number"], make, kind=kind, desk=desk)


async def _rewrite(number: int, listing: Listing) -> None:
    """The listing with everything by which it is found; its next signature is compared with the corrected name."""
    await execute(
        "update signatory set name = $2, folded = $3, likeness = $4, sector = $5, website = $6, site = $7, "
        "public_listing = $8 where number = $1",
        number,
        listing.name,
        folded(listing.name),
        likeness(listing.name),
        listing.sector,
        listing.website,
        site_of(listing.website),
        listing.public_listing,
    )


def _listing_errors(listing: Listing) -> list[FieldError]:
    errors = []
    if not listing.name.strip() or len(listing.name) > MAX_NAME:
        errors.append(FieldError("name", f"Enter a name of {MAX_NAME} characters or fewer"))
    if listing.sector not in SECTORS:
        errors.append(FieldError("sector", "Select a sector"))
    if listing.website is not None and not _is_web_address(listing.website):
        errors.append(FieldError("website", "Enter the whole web address, such as https://example.org, or leave it"))
    return errors


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        return False
    plain = len(text) <= MAX_WEBSITE and text.isprintable() and " " not in text
    return plain and parts.scheme in ("http", "https") and "." in host and parts.username is None


def _person(row: dict[str, Any], contact: Contact) -> PersonRead:
    return PersonRead(
        role=row["role"],
        name=contact.name,
        job_title=contact.job_title,
        email=contact.email,
        confirmed=row["confirmed_at"] is not None,
    )
