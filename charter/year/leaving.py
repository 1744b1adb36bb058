"""Withdrawing: an organisation leaves the charter, and the people who stood for it are forgotten at once."""

from functools import partial

import msgspec

from charter.errors import FieldError
from charter.events import note_event
from charter.keeping.members import Member
from charter.outbox import overtake_letters
from charter.register import Desk
from charter.signing import DEPUTY, Wire, london_date
from charter.year.errors import NotForADeputy, WithdrawalNotAcceptable
from charter.year.letters import WITHDRAWN, letter_withdrawn
from charter.year.reviewing import locked
from charter.year.writing import concerned, write_to_all
from migrations.database import execute, transaction

SIGN_PAGE = "/charter/sign"
MAX_REASON = 2_000


class Withdrawal(Wire, frozen=True, kw_only=True):
    """The body of POST /api/charter/mine/withdrawal; the reason is for the scheme's desk and is kept sealed."""

    confirmed: bool
    reason: str | None = None


async def withdraw(by: Member, withdrawal: Withdrawal, *, desk: Desk) -> None:
    """Leave the charter, from any state. There is no way back but to sign again.

    Everybody who stood for it is written to once more, and nothing that tells who they were is kept but in those
    letters until they are sent. Raises WithdrawalNotAcceptable, NotForADeputy, NotYourOrganisation.
    """
    check(withdrawal)
    # She keeps the pledges while the champion is away; leaving is for whoever may speak for the organisation.
    if by.role == DEPUTY:
        raise NotForADeputy
    async with transaction():
        signatory = await locked(by)
        # Whatever still waits asks for something that is over, and some of it would let somebody in.
        await overtake_letters(signatory=by.signatory, kinds=None, now=desk.now)
        sign = f"{desk.base_url}{SIGN_PAGE}"
        make = partial(letter_withdrawn, concerned=concerned(signatory, desk), sign=sign)
        # Before anybody is forgotten: afterwards nothing is left to write to.
        await write_to_all(by.signatory, make, kind=WITHDRAWN, desk=desk)
        await _keep_reason(by, withdrawal.reason, desk)
        await _forget_contacts(by.signatory, desk)
        # Nobody keeps the charter there any more, so nobody needs to know where a refuge is.
        await execute("delete from premises where signatory = $1 and not listed", by.signatory)
        await execute(
            "update signatory set state = 'withdrawn', review_due_on = null, champion_since = null, "
            "champion_gone_on = null, suspended_from = null, held_because = null where number = $1",
            by.signatory,
        )
        await note_event(
            WITHDRAWN, of="signatory", id=by.signatory_id, by=str(by.id), at=desk.now, was=signatory["state"]
        )


def check(withdrawal: Withdrawal) -> None:
    """Raise WithdrawalNotAcceptable unless it was confirmed and its reason is not too long."""
    errors = []
    if not withdrawal.confirmed:
        errors.append(FieldError("confirmed", "Confirm that you want to withdraw."))
    if len(withdrawal.reason or "") > MAX_REASON:
        errors.append(FieldError("reason", f"Shorten the reason to {MAX_REASON:,} characters or fewer."))
    if errors:
        raise WithdrawalNotAcceptable(errors)


async def _keep_reason(by: Member, reason: str | None, desk: Desk) -> None:
    """For the scheme's desk, sealed: whoever writes a reason may name people."""
    if not (reason or "").strip():
        return
    id = desk.new_id()
    sealed = desk.seal.seal(msgspec.json.encode(reason), table="scheme_note", column="sealed", row=str(id))
    await execute(
        "insert into scheme_note (id, signatory, at, by, kind, sealed) values ($1, $2, $3, $4, 'withdrawal', $5)",
        id,
        by.signatory,
        desk.now,
        str(by.id),
        sealed,
    )


async def _forget_contacts(signatory: int, desk: Desk) -> None:
    """Rows without names stay, as the history needs them; links that were written and not followed are over."""
    await execute(
        "update contact set ended_on = $2, sealed = null, email_mac = null where signatory = $1 and ended_on is null",
        signatory,
        london_date(desk.now),
    )
    await execute(
        "update confirmation set superseded_at = $2 where signatory = $1 and used_at is null and superseded_at is null",
        signatory,
        desk.now,
    )
