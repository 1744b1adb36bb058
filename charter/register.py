"""What changes the register: an organisation signs, and those it named confirm."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from charter.errors import LinkIsOver
from charter.events import WORKER, note_event
from charter.letters import (
    CONFIRM_CHAMPION,
    CONFIRM_SIGNATURE,
    Envelope,
    Invitation,
    letter_to_champion,
    letter_to_signatory,
)
from charter.outbox import post
from charter.signing import (
    CHAMPION,
    CONFIRM_WITHIN,
    SIGNATORY,
    Contact,
    Premises,
    Signature,
    check,
    is_listed,
    known_as,
    london_date,
    may_confirm,
    one_person,
    reference,
    tidy_postcode,
)
from geo.places.queries import boroughs_of, folded
from geo.shapes import point
from geo.spatial_index import index_shapes
from migrations.database import execute, execute_many, fetch_one, fetch_tuples, fetch_value, lock, transaction
from migrations.sealing import Seal, hash_token

CONFIRM_PAGE = "/charter/confirm"
EMAIL_MAC = "charter-email"  # the purpose of the keyed hash by which a contact is found
FORGET_AT_ONCE = 100


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What a command needs from the world: the present, the key, where links lead, and fresh ids and tokens."""

    now: datetime
    seal: Seal
    base_url: str
    new_id: Callable[[], UUID]
    new_token: Callable[[], str]


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What whoever signs is told; it is the same for an organisation that signed before."""

    id: UUID
    reference: str
    state: str


@dataclass(frozen=True)
class Filed:
    """A signature as it was filed: its row and what it is told."""

    number: int
    receipt: Receipt


async def sign(signature: Signature, *, desk: Desk) -> Receipt:
    """File the signature as applied, with the letters that ask for confirmation.

    Raises SignatureNotAcceptable. Signing again is never refused, and the answer never tells who has signed.
    """
    check(signature)
    # Boroughs are found and places sealed before the writer is asked for: a chain's 5,000 take a while.
    premises = await _premises_rows(signature, desk)
    async with transaction():
        filed = await _file(signature, desk)
        await _file_premises(filed.number, premises)
        await _ask_signatory(filed, signature, desk)
        if not one_person(signature):
            await _ask_champion(filed, signature, desk)
        await note_event("signed", of="signatory", id=filed.receipt.id, by=SIGNATORY, at=desk.now)
    return filed.receipt


async def confirm(token: str, *, now: datetime) -> str:
    """Follow a letter's link: the signature becomes active, or the champion takes her role. Gives the state.

    Raises LinkIsOver for a token that is unknown, used, superseded or run out.
    """
    async with transaction():
        # The signatory's row is locked first, so that two who follow the same link come one after the other.
        signatory = await _signatory_asked(hash_token(token))
        asked = await _confirmation(hash_token(token))
        over = asked["used_at"] or asked["superseded_at"] or asked["expires_at"] <= now
        if over or not may_confirm(asked["role"], signatory["state"]):
            raise LinkIsOver
        await execute("update confirmation set used_at = $2 where number = $1", asked["number"], now)
        await _mark_confirmed(signatory["number"], asked["email_mac"], now)
        await note_event("confirmed", of="signatory", id=signatory["id"], by=asked["role"], at=now)
        # A champion may answer first; only whoever signed makes the signature stand.
        if asked["role"] == SIGNATORY:
            await _activate(signatory["number"], now)
    return "active" if asked["role"] == SIGNATORY else str(signatory["state"])


async def forget_unconfirmed(*, now: datetime) -> int:
    """Delete signatures that nobody confirmed in time, with everything of theirs; gives how many. Uses signatory_state.

    At most FORGET_AT_ONCE at a time, so that others have their turn.
    """
    async with transaction():
        over = await lock(
            "select number, id from signatory where state = 'applied' and applied_at <= $1 "
            "order by applied_at limit $2",
            now - CONFIRM_WITHIN,
            FORGET_AT_ONCE,
        )
        # Premises, contacts, links and unsent letters go with the row, by the schema's own cascade.
        for signatory in over:
            await execute("delete from signatory where number = $1", signatory["number"])
            await note_event("deleted-unconfirmed", of="signatory", id=signatory["id"], by=WORKER, at=now)
    return len(over)


async def _file(signature: Signature, desk: Desk) -> Filed:
    organisation = signature.organisation
    year = london_date(desk.now).year
    receipt = Receipt(id=desk.new_id(), reference=reference(year, await _next_place(year)), state="applied")
    number = await fetch_value(
        "insert into signatory (id, reference, charter_version, name, folded, sector, website, state, public_listing, "
        "network_contact, applied_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning number",
        receipt.id,
        receipt.reference,
        signature.charter_version,
        organisation.name,
        folded(organisation.name),
        organisation.sector,
        organisation.website,
        receipt.state,
        signature.consent.public_listing,
        signature.consent.network_contact,
        desk.now,
    )
    return Filed(number, receipt)


async def _next_place(year: int) -> int:
    """The next place in that year's references; whoever signs at the same moment waits for this transaction."""
    return int(
        await fetch_value(
            "insert into reference_count (year, last) values ($1, 1) "
            "on conflict (year) do update set last = reference_count.last + 1 returning last",
            year,
        )
    )


async def _premises_rows(signature: Signature, desk: Desk) -> list[tuple[Any, ...]]:
    """The premises as rows without their signatory; unlisted ones sealed but for their borough."""
    positions = [premises.location.coordinates for premises in signature.premises]
    boroughs = await boroughs_of([p[0] for p in positions], [p[1] for p in positions]) if positions else []
    return list(_rows(signature, boroughs, desk))


def _rows(signature: Signature, boroughs: Sequence[str | None], desk: Desk) -> Iterator[tuple[Any, ...]]:
    # An unlisted place keeps nothing in clear but its borough, which the register shows and counts.
    for place, (premises, borough) in enumerate(zip(signature.premises, boroughs, strict=True)):
        id = desk.new_id()
        listed = is_listed(premises, signature.organisation.sector)
        shown = _shown(premises) if listed else (None,) * 6
        sealed = None if listed else _sealed(premises, desk.seal, "premises", id)
        yield (id, place, listed, borough, *shown, sealed)


def _shown(premises: Premises) -> tuple[Any, ...]:
    return (
        premises.name,
        folded(premises.name),
        premises.address,
        tidy_postcode(premises.postcode),
        point(*premises.location.coordinates[:2]),
        msgspec.json.encode(premises.opening_hours).decode(),
    )


async def _file_premises(signatory: int, rows: Sequence[tuple[Any, ...]]) -> None:
    await execute_many(
        "insert into premises (signatory, id, sequence, listed, borough, name, folded, address, postcode, location, "
        "opening_hours, sealed) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        ((signatory, *row) for row in rows),
    )
    # Bulk inserts tell no numbers, and SQLite's index needs them.
    located = await fetch_tuples(
        "select number, location from premises where signatory = $1 and location is not null", signatory
    )
    if located:
        numbers, shapes = zip(*located, strict=True)
        await index_shapes("premises", "location", numbers, shapes)


async def _ask_signatory(filed: Filed, signature: Signature, desk: Desk) -> None:
    contact = await _file_contact(filed, SIGNATORY, signature.signatory, desk)
    # Two letters to one person would each confirm half; hers is found by its address when she follows the link.
    if one_person(signature):
        await _file_contact(filed, CHAMPION, signature.champion, desk)
    invitation = await _invite(filed, contact, signature, desk)
    letter = letter_to_signatory(_envelope(signature.signatory, desk), invitation, is_champion=one_person(signature))
    await post(letter, kind=CONFIRM_SIGNATURE, signatory=filed.number, seal=desk.seal)


async def _ask_champion(filed: Filed, signature: Signature, desk: Desk) -> None:
    contact = await _file_contact(filed, CHAMPION, signature.champion, desk)
    invitation = await _invite(filed, contact, signature, desk)
    letter = letter_to_champion(_envelope(signature.champion, desk), invitation)
    await post(letter, kind=CONFIRM_CHAMPION, signatory=filed.number, seal=desk.seal)


def _envelope(contact: Contact, desk: Desk) -> Envelope:
    return Envelope(id=desk.new_id(), written_at=desk.now, to=contact.email)


async def _file_contact(filed: Filed, role: str, contact: Contact, desk: Desk) -> int:
    id = desk.new_id()
    # Her authority was checked and is not kept; what is sealed has one shape for both roles.
    kept = Contact(name=contact.name, job_title=contact.job_title, email=contact.email)
    return int(
        await fetch_value(
            "insert into contact (id, signatory, role, email_mac, sealed) values ($1, $2, $3, $4, $5) returning number",
            id,
            filed.number,
            role,
            email_mac(contact.email, desk.seal),
            _sealed(kept, desk.seal, "contact", id),
        )
    )


def email_mac(email: str, seal: Seal) -> bytes:
    """The keyed hash by which a contact is found by her address."""
    return seal.mac(known_as(email).encode(), purpose=EMAIL_MAC)


def _sealed(value: Contact | Premises, seal: Seal, table: str, id: UUID) -> bytes:
    return seal.seal(msgspec.json.encode(value), table=table, column="sealed", row=str(id))


async def _invite(filed: Filed, contact: int, signature: Signature, desk: Desk) -> Invitation:
    """A new link for the contact: its hash in the register, the token only in what is returned, for her letter."""
    token = desk.new_token()
    expires_at = desk.now + CONFIRM_WITHIN
    await execute(
        "insert into confirmation (signatory, contact, token_hash, expires_at) values ($1, $2, $3, $4)",
        filed.number,
        contact,
        hash_token(token),
        expires_at,
    )
    return Invitation(
        organisation=signature.organisation.name,
        reference=filed.receipt.reference,
        page=f"{desk.base_url}{CONFIRM_PAGE}",
        token=token,
        confirm_by=london_date(expires_at - timedelta(days=1)),  # the last day that is wholly within
    )


async def _signatory_asked(token_hash: str) -> dict[str, Any]:
    found = await lock(
        "select number, id, state from signatory "
        "where number = (select signatory from confirmation where token_hash = $1)",
        token_hash,
    )
    if not found:
        raise LinkIsOver
    return found[0]


async def _confirmation(token_hash: str) -> dict[str, Any]:
    found = await fetch_one(
        "select confirmation.number, used_at, superseded_at, expires_at, role, email_mac "
        "from confirmation join contact on contact.number = confirmation.contact where token_hash = $1",
        token_hash,
    )
    if found is None:
        raise LinkIsOver
    return found


async def _mark_confirmed(signatory: int, address: bytes, now: datetime) -> None:
    """Whoever has the address that was written to: in both roles, where she signed and named herself champion."""
    await execute(
        "update contact set confirmed_at = $3 where signatory = $1 and email_mac = $2 and confirmed_at is null",
        signatory,
        address,
        now,
    )


async def _activate(signatory: int, now: datetime) -> None:
    await execute(
        "update signatory set state = 'active', signed_on = $2, last_confirmed_on = $2 where number = $1",
        signatory,
        london_date(now),
    )
