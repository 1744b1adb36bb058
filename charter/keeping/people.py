"""The people of an organisation: its champion hands over, a deputy is named and let go, and whoever likes leaves.

Nothing here tells whether an address is known elsewhere: no address is looked up but among the organisation's own.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from charter.errors import FieldError, NobodyThere, NomineeNotAcceptable, NotThisRole, TooManyNamed
from charter.events import note_event
from charter.keeping.letters import (
    CONFIRM_DEPUTY,
    CONFIRM_HAND_OVER,
    ROLE_ENDED,
    ROLE_LEFT,
    letter_role_ended,
    letter_role_left,
    letter_to_deputy,
    letter_to_successor,
)
from charter.keeping.members import Member
from charter.keeping.pledges import HAS_CHAMPION, locked
from charter.letters import CONFIRM_CHAMPION, letter_to_champion
from charter.outbox import overtake_letters, post
from charter.register import (
    Desk,
    Filed,
    Named,
    Receipt,
    email_mac,
    end_contact,
    envelope_to,
    file_contact,
    invite,
    opened,
    post_of,
)
from charter.signing import CHAMPION, DEPUTY, Contact, contact_errors, london_date
from migrations.database import execute, fetch, fetch_value, transaction

# Letters to addresses that an organisation types are its own to send, but not as many as it likes.
NAMED_A_DAY = 10
KINDS = {CHAMPION: (CONFIRM_CHAMPION, CONFIRM_HAND_OVER), DEPUTY: (CONFIRM_DEPUTY,)}
ASKED_LATELY = (
    "select count(*) from letter where signatory = $1 and written_at > $2 "
    "and kind in ('confirm-champion', 'confirm-hand-over', 'confirm-deputy')"
)
HERS = (
    "select number, id, role, sealed, email_mac from contact where signatory = $1 and ended_on is null "
    "and role in ('champion', 'deputy') and email_mac = (select email_mac from contact where number = $2)"
)


async def hand_over(by: Member, to: Contact, *, desk: Desk) -> None:
    """Name the next champion, who takes the role by confirming her own letter; until then nothing changes.

    Whoever was named before and has not confirmed is forgotten. Raises NomineeNotAcceptable, NotThisRole, TooManyNamed,
    OrganisationWithdrew.
    """
    await _name(by, CHAMPION, to, desk)


async def name_deputy(by: Member, to: Contact, *, desk: Desk) -> None:
    """Name the champion's deputy, who takes the role by confirming her own letter; raises as hand_over does."""
    await _name(by, DEPUTY, to, desk)


async def ask_again(by: Member, contact: UUID, *, desk: Desk) -> None:
    """Write whoever was named and has not confirmed a new letter; the links she was sent before are over.

    Raises NobodyThere, NotThisRole, TooManyNamed.
    """
    _refuse_deputy(by)
    async with transaction():
        signatory = await locked(by)
        found = await fetch(
            "select number, id, role, sealed, named_at from contact where signatory = $1 and id = $2 "
            "and role in ('champion', 'deputy') and confirmed_at is null and ended_on is null",
            by.signatory,
            contact,
        )
        if not found:
            raise NobodyThere
        await _refuse_many(by, desk)
        asked = found[0]
        await execute(
            "update confirmation set superseded_at = $2 where contact = $1 and used_at is null "
            "and superseded_at is null",
            asked["number"],
            desk.now,
        )
        await overtake_letters(signatory=by.signatory, kinds=KINDS[asked["role"]], now=desk.now)
        # One whom the signature itself named is asked in its words; she hands over from nobody.
        kind = CONFIRM_CHAMPION if asked["named_at"] is None else KINDS[asked["role"]][-1]
        await _ask(signatory, Named(asked["number"], opened(asked, desk.seal)), kind, desk)
        await _note(by, "asked-again", asked["role"], desk)


async def remove_deputy(by: Member, *, desk: Desk) -> None:
    """Let the deputy go, and whoever was asked to be; both are forgotten. Raises NobodyThere, NotThisRole."""
    _refuse_deputy(by)
    async with transaction():
        signatory = await locked(by)
        deputies = await fetch(
            "select number, id, sealed, confirmed_at from contact where signatory = $1 and role = $2 "
            "and ended_on is null",
            by.signatory,
            DEPUTY,
        )
        if not deputies:
            raise NobodyThere
        await overtake_letters(signatory=by.signatory, kinds=KINDS[DEPUTY], now=desk.now)
        for deputy in deputies:
            # Whoever never confirmed has no role to be told the end of.
            if deputy["confirmed_at"] is not None:
                ended = letter_role_ended(
                    envelope_to(opened(deputy, desk.seal), desk), post_of(signatory, DEPUTY, desk), taken_over=False
                )
                await post(ended, kind=ROLE_ENDED, signatory=by.signatory, seal=desk.seal)
            await end_contact(deputy["number"], desk)
        await _note(by, "deputy-removed", DEPUTY, desk)


async def leave(by: Member, *, desk: Desk) -> None:
    """Leave the role of champion or deputy at once, and be forgotten.

    Where the last champion leaves, the organisation has none from today: it is reminded, and pledge 1 lapses after its
    grace. Raises NotThisRole for whoever only signed, because an organisation without anybody could not come back.
    """
    async with transaction():
        signatory = await locked(by)
        hers = await fetch(HERS, by.signatory, by.number)
        if not hers:
            raise NotThisRole("You signed for the organisation. Withdraw it, or ask the scheme to name somebody else.")
        for contact in hers:
            left = letter_role_left(
                envelope_to(opened(contact, desk.seal), desk), post_of(signatory, contact["role"], desk)
            )
            await post(left, kind=ROLE_LEFT, signatory=by.signatory, seal=desk.seal)
            await end_contact(contact["number"], desk)
            await _note(by, "left", contact["role"], desk)
        await _note_champion_gone(by, desk)


async def _name(by: Member, role: str, to: Contact, desk: Desk) -> None:
    _refuse_deputy(by)
    errors = [FieldError(field.removeprefix("."), message) for field, message in contact_errors("", to)]
    if errors:
        raise NomineeNotAcceptable(errors)
    async with transaction():
        signatory = await locked(by)
        await _refuse_holder(by, role, to, desk)
        await _refuse_many(by, desk)
        await _forget_asked(by, role, desk)
        filed = _filed(signatory)
        named = await file_contact(filed, role, to, desk, named_at=desk.now)
        await _ask(signatory, named, KINDS[role][-1], desk)
        await _note(by, "named", role, desk)


def _refuse_deputy(by: Member) -> None:
    if by.role == DEPUTY:
        raise NotThisRole("A deputy keeps the pledges. Ask your champion or whoever signed to name people.")


async def _refuse_holder(by: Member, role: str, to: Contact, desk: Desk) -> None:
    """Nobody takes over from herself, and nobody is her own deputy."""
    # The address is no part of the query: an index would find what other organisations have under it, and take longer.
    ours = await fetch(
        "select role, email_mac from contact where signatory = $1 and confirmed_at is not null and ended_on is null",
        by.signatory,
    )
    theirs = email_mac(to.email, desk.seal)
    held = {row["role"] for row in ours if row["email_mac"] == theirs}
    if role in held:
        raise NomineeNotAcceptable([FieldError("email", f"She is the {role} already.")])
    if role == DEPUTY and CHAMPION in held:
        raise NomineeNotAcceptable([FieldError("email", "She is the champion. Name somebody else as her deputy.")])


async def _refuse_many(by: Member, desk: Desk) -> None:
    # Uses letter_signatory.
    if await fetch_value(ASKED_LATELY, by.signatory, desk.now - timedelta(days=1)) >= NAMED_A_DAY:
        raise TooManyNamed


async def _forget_asked(by: Member, role: str, desk: Desk) -> None:
    """Whoever was named for the role before and did not confirm: one is asked at a time."""
    await overtake_letters(signatory=by.signatory, kinds=KINDS[role], now=desk.now)
    asked = await fetch(
        "select number from contact where signatory = $1 and role = $2 and confirmed_at is null and ended_on is null",
        by.signatory,
        role,
    )
    for contact in asked:
        await end_contact(contact["number"], desk)


async def _ask(signatory: dict[str, Any], named: Named, kind: str, desk: Desk) -> None:
    invitation = await invite(_filed(signatory), named.number, desk)
    envelope = envelope_to(named.contact, desk)
    words = {
        CONFIRM_CHAMPION: letter_to_champion,
        CONFIRM_HAND_OVER: letter_to_successor,
        CONFIRM_DEPUTY: letter_to_deputy,
    }
    await post(words[kind](envelope, invitation), kind=kind, signatory=signatory["number"], seal=desk.seal)


def _filed(signatory: dict[str, Any]) -> Filed:
    receipt = Receipt(id=signatory["id"], reference=signatory["reference"], state=signatory["state"])
    return Filed(signatory["number"], signatory["name"], receipt)


async def _note_champion_gone(by: Member, desk: Desk) -> None:
    if await fetch_value(HAS_CHAMPION, by.signatory) is not None:
        return
    await execute(
        "update signatory set champion_gone_on = $2, champion_since = null "
        "where number = $1 and champion_since is not null",
        by.signatory,
        london_date(desk.now),
    )


async def _note(by: Member, action: str, role: str, desk: Desk) -> None:
    await note_event(action, of="signatory", id=by.signatory_id, by=str(by.id), at=desk.now, role=role)
