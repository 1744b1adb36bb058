"""What changes the register: an organisation signs, and those it named confirm."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from charter.doubts.bursts import burst
from charter.doubts.likeness import likeness, site_of
from charter.doubts.noticing import notice_duplicates
from charter.errors import LinkIsOver
from charter.events import WORKER, note_event
from charter.keeping.letters import ROLE_ENDED, ROLE_TAKEN, Post, letter_role_ended, letter_role_taken
from charter.letters import (
    CONFIRM_CHAMPION,
    CONFIRM_SIGNATURE,
    Envelope,
    Invitation,
    letter_to_champion,
    letter_to_signatory,
)
from charter.outbox import post
from charter.premises.rows import Placed, PremisesRow, file_premises, premises_rows
from charter.signing import (
    CHAMPION,
    CONFIRM_WITHIN,
    SIGNATORY,
    Contact,
    Signature,
    check,
    known_as,
    london_date,
    may_confirm,
    reference,
)
from charter.wordings import wordings
from charter.year.calendar import review_due_on
from geo.places.queries import folded
from migrations.database import ConstraintViolated, execute, fetch, fetch_one, fetch_value, lock, transaction
from migrations.sealing import Seal, hash_token

CONFIRM_PAGE, DESK_PAGE = "/charter/confirm", "/desk"
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
    """A signature as it was filed: its row, its organisation's name, and what whoever signed is told."""

    number: int
    name: str
    receipt: Receipt


@dataclass(frozen=True)
class Named:
    """A contact as she was filed: her row, and what letters to her need."""

    number: int
    contact: Contact


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """How a signature came: a keyed hash of its network, and the id that it is to have, where a form gave it one."""

    network: bytes | None = None
    id: UUID | None = None


async def sign(signature: Signature, *, desk: Desk, came: Arrival = Arrival()) -> Receipt:
    """File the signature as applied, with the letters that ask for confirmation; held, without letters, in a burst.

    Raises SignatureNotAcceptable. Signing again is never refused, and the answer never tells who has signed, nor that
    a signature is held. Bursts are counted only where the network is known. An id that a form gave signs once: sent
    again, it is told the same.
    """
    check(signature, versions=await wordings())
    try:
        return await _sign(signature, desk, came)
    except ConstraintViolated:
        before = await _receipt_of(came.id) if came.id else None
        if before is None:
            raise
        return before


async def _sign(signature: Signature, desk: Desk, came: Arrival) -> Receipt:
    # Boroughs are found and places sealed before the writer is asked for: a chain's 5,000 take a while.
    premises = await _premises_rows(signature, desk)
    async with transaction():
        held = await burst(signature, network=came.network, now=desk.now, seal=desk.seal) if came.network else None
        filed = await _file(signature, desk, id=came.id or desk.new_id(), held=held)
        await file_premises(filed.number, premises)
        signatory = await file_contact(filed, SIGNATORY, signature.signatory, desk)
        champion = await file_contact(filed, CHAMPION, signature.champion, desk)
        # Letters are for people whom nobody asked yet: what may be a machine's work writes none.
        if held is None:
            await ask_to_confirm(filed, signatory, champion, desk)
        why = {"held": held} if held else {}
        await note_event("signed", of="signatory", id=filed.receipt.id, by=SIGNATORY, at=desk.now, **why)
    return filed.receipt


async def _receipt_of(id: UUID) -> Receipt | None:
    found = await fetch_one("select reference from signatory where id = $1", id)
    return Receipt(id=id, reference=found["reference"], state="applied") if found else None


async def ask_to_confirm(filed: Filed, signatory: Named, champion: Named, desk: Desk) -> None:
    """Write the letters that ask for confirmation, one where both are the same person; inside a transaction."""
    # Two letters to one person would each confirm half; hers is found by its address when she follows the link.
    both = known_as(signatory.contact.email) == known_as(champion.contact.email)
    invitation = await invite(filed, signatory.number, desk)
    letter = letter_to_signatory(envelope_to(signatory.contact, desk), invitation, is_champion=both)
    await post(letter, kind=CONFIRM_SIGNATURE, signatory=filed.number, seal=desk.seal)
    if both:
        return
    invitation = await invite(filed, champion.number, desk)
    letter = letter_to_champion(envelope_to(champion.contact, desk), invitation)
    await post(letter, kind=CONFIRM_CHAMPION, signatory=filed.number, seal=desk.seal)


@dataclass(frozen=True)
class Followed:
    """What following a link came to: the role that she has now, and the signatory's state."""

    role: str
    state: str


async def confirm(token: str, *, desk: Desk) -> Followed:
    """Follow a letter's link: the signature becomes active, or she takes her role.

    Whoever had that role until now is relieved of it at this moment, and forgotten. Raises LinkIsOver for a token that
    is unknown, used, superseded or run out.
    """
    now = desk.now
    async with transaction():
        # The signatory's row is locked first, so that two who follow the same link come one after the other.
        signatory = await _signatory_asked(hash_token(token))
        asked = await _confirmation(hash_token(token))
        over = asked["used_at"] or asked["superseded_at"] or asked["expires_at"] <= now
        if over or not may_confirm(asked["role"], signatory["state"]):
            raise LinkIsOver
        await execute("update confirmation set used_at = $2 where number = $1", asked["number"], now)
        await _mark_confirmed(signatory["number"], asked, now)
        await note_event("confirmed", of="signatory", id=signatory["id"], by=asked["role"], at=now)
        # A champion may answer first; only whoever signed makes the signature stand.
        if asked["role"] == SIGNATORY:
            await _activate(signatory["number"], now)
            await notice_duplicates(signatory["number"], id=signatory["id"], now=now)
        else:
            await _take_over(signatory, asked, desk)
    return Followed(asked["role"], "active" if asked["role"] == SIGNATORY else signatory["state"])


async def forget_unconfirmed(*, now: datetime) -> int:
    """Delete signatures that nobody confirmed, or released, in time, with everything of theirs; gives how many.

    Uses signatory_state. At most FORGET_AT_ONCE at a time, so that others have their turn.
    """
    async with transaction():
        over = await lock(
            "select number, id from signatory where state in ('applied', 'held') and applied_at <= $1 "
            "order by applied_at limit $2",
            now - CONFIRM_WITHIN,
            FORGET_AT_ONCE,
        )
        # Premises, contacts, links and unsent letters go with the row, by the schema's own cascade.
        for signatory in over:
            await execute("delete from signatory where number = $1", signatory["number"])
            await note_event("deleted-unconfirmed", of="signatory", id=signatory["id"], by=WORKER, at=now)
    return len(over)


async def _file(signature: Signature, desk: Desk, *, id: UUID, held: str | None) -> Filed:
    organisation = signature.organisation
    year = london_date(desk.now).year
    # Whoever signs is told the same whether or not her signature is held.
    receipt = Receipt(id=id, reference=reference(year, await _next_place(year)), state="applied")
    number = await fetch_value(
        "insert into signatory (id, reference, charter_version, name, folded, likeness, sector, website, site, state, "
        "held_because, public_listing, network_contact, applied_at) "
        "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) returning number",
        receipt.id,
        receipt.reference,
        signature.charter_version,
        organisation.name,
        folded(organisation.name),
        likeness(organisation.name),
        organisation.sector,
        organisation.website,
        site_of(organisation.website),
        "held" if held else receipt.state,
        held,
        signature.consent.public_listing,
        signature.consent.network_contact,
        desk.now,
    )
    return Filed(number, organisation.name, receipt)


async def _next_place(year: int) -> int:
    """The next place in that year's references; whoever signs at the same moment waits for this transaction."""
    return int(
        await fetch_value(
            "insert into reference_count (year, last) values ($1, 1) "
            "on conflict (year) do update set last = reference_count.last + 1 returning last",
            year,
        )
    )


async def _premises_rows(signature: Signature, desk: Desk) -> list[PremisesRow]:
    placed = [
        Placed(id=desk.new_id(), sequence=place, premises=premises) for place, premises in enumerate(signature.premises)
    ]
    return await premises_rows(placed, sector=signature.organisation.sector, seal=desk.seal)


def envelope_to(contact: Contact, desk: Desk) -> Envelope:
    """A letter to her, from now."""
    return Envelope(id=desk.new_id(), written_at=desk.now, to=contact.email)


async def file_contact(
    filed: Filed, role: str, contact: Contact, desk: Desk, *, named_at: datetime | None = None
) -> Named:
    """Write a contact down, sealed, to be asked; `named_at` where it is not the signature itself that names her."""
    id = desk.new_id()
    # Her authority was checked and is not kept; what is sealed has one shape for both roles.
    kept = Contact(name=contact.name, job_title=contact.job_title, email=contact.email)
    number = await fetch_value(
        "insert into contact (id, signatory, role, email_mac, sealed, named_at) values ($1, $2, $3, $4, $5, $6) "
        "returning number",
        id,
        filed.number,
        role,
        email_mac(contact.email, desk.seal),
        desk.seal.seal(msgspec.json.encode(kept), table="contact", column="sealed", row=str(id)),
        named_at,
    )
    return Named(number, kept)


def email_mac(email: str, seal: Seal) -> bytes:
    """The keyed hash by which a contact is found by her address."""
    return seal.mac(known_as(email).encode(), purpose=EMAIL_MAC)


async def invite(filed: Filed, contact: int, desk: Desk) -> Invitation:
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
        organisation=filed.name,
        reference=filed.receipt.reference,
        page=f"{desk.base_url}{CONFIRM_PAGE}",
        token=token,
        confirm_by=london_date(expires_at - timedelta(days=1)),  # the last day that is wholly within
    )


async def _signatory_asked(token_hash: str) -> dict[str, Any]:
    found = await lock(
        "select number, id, name, reference, state from signatory "
        "where number = (select signatory from confirmation where token_hash = $1)",
        token_hash,
    )
    if not found:
        raise LinkIsOver
    return found[0]


async def _confirmation(token_hash: str) -> dict[str, Any]:
    found = await fetch_one(
        "select confirmation.number, contact, used_at, superseded_at, expires_at, role, email_mac, sealed, "
        "contact.id as contact_id "
        "from confirmation join contact on contact.number = confirmation.contact where token_hash = $1",
        token_hash,
    )
    if found is None:
        raise LinkIsOver
    return found


async def _mark_confirmed(signatory: int, asked: dict[str, Any], now: datetime) -> None:
    """Whoever followed the link; in both roles, where she signed and named herself champion."""
    await execute(
        "update contact set confirmed_at = $4 where signatory = $1 and confirmed_at is null "
        "and (number = $2 or email_mac = $3)",
        signatory,
        asked["contact"],
        asked["email_mac"] if asked["role"] == SIGNATORY else None,
        now,
    )
    await execute(
        "update signatory set champion_since = coalesce(champion_since, $2), champion_gone_on = null "
        "where number = $1 and exists (select 1 from contact where signatory = $1 and role = 'champion' "
        "and confirmed_at is not null and ended_on is null)",
        signatory,
        london_date(now),
    )


async def _take_over(signatory: dict[str, Any], asked: dict[str, Any], desk: Desk) -> None:
    """Relieve whoever had the role before, with a letter to her and one to whoever took it."""
    relieved = await fetch(
        "select number, id, sealed from contact where signatory = $1 and role = $2 and number <> $3 "
        "and confirmed_at is not null and ended_on is null",
        signatory["number"],
        asked["role"],
        asked["contact"],
    )
    if not relieved:
        return
    place = post_of(signatory, asked["role"], desk)
    for contact in relieved:
        letter = letter_role_ended(envelope_to(opened(contact, desk.seal), desk), place, taken_over=True)
        await post(letter, kind=ROLE_ENDED, signatory=signatory["number"], seal=desk.seal)
        await end_contact(contact["number"], desk)
    successor = opened({"id": asked["contact_id"], "sealed": asked["sealed"]}, desk.seal)
    letter = letter_role_taken(envelope_to(successor, desk), place)
    await post(letter, kind=ROLE_TAKEN, signatory=signatory["number"], seal=desk.seal)
    await note_event("handed-over", of="signatory", id=signatory["id"], by=asked["role"], at=desk.now)


def post_of(signatory: dict[str, Any], role: str, desk: Desk) -> Post:
    """A role in the organisation of that row, as letters speak of it."""
    page = f"{desk.base_url}{DESK_PAGE}/{signatory['id']}"
    return Post(organisation=signatory["name"], reference=signatory["reference"], role=role, desk=page)


def opened(contact: dict[str, Any], seal: Seal) -> Contact:
    """The person behind a contact's row, by its `id` and `sealed`. Raises CannotUnseal."""
    content = seal.open(contact["sealed"], table="contact", column="sealed", row=str(contact["id"]))
    return msgspec.json.decode(content, type=Contact)


async def end_contact(number: int, desk: Desk) -> None:
    """Forget who a contact was, from this moment: her row stays for the history's sake. Her open links are over."""
    await execute(
        "update contact set ended_on = $2, email_mac = null, sealed = null where number = $1",
        number,
        london_date(desk.now),
    )
    await execute(
        "update confirmation set superseded_at = $2 where contact = $1 and used_at is null and superseded_at is null",
        number,
        desk.now,
    )


async def _activate(signatory: int, now: datetime) -> None:
    today = london_date(now)
    await execute(
        "update signatory set state = 'active', signed_on = $2, last_confirmed_on = $2, review_due_on = $3 "
        "where number = $1",
        signatory,
        today,
        review_due_on(today),
    )
