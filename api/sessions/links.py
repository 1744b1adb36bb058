"""Links to sign in by: asked for by anybody, written by the worker to those whom we know, followed once."""

from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from api.sessions.errors import AddressNotAcceptable, SignInLinkIsOver
from api.sessions.lasting import LINK_LASTS, own_path
from api.sessions.letters import SIGN_IN, letter_to_sign_in
from api.sessions.queries import is_known
from charter.letters import Envelope
from charter.outbox import post
from charter.register import Desk, email_mac
from charter.signing import is_email
from migrations.database import claim, execute, fetch, transaction
from migrations.sealing import CannotUnseal, Seal, hash_token

AT_ONCE = 20
REQUEST, LINK = "sign_in_request", "sign_in_link"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Who wants to sign in, and where she was going: what a request and a link hold sealed."""

    email: str
    next: str = ""


async def ask(email: str, *, next: str, desk: Desk) -> None:
    """Note that somebody wants to sign in with this address, whether we know it or not.

    The worker finds out whether anybody has it: known and unknown addresses cost the same here, to the last query.
    Raises AddressNotAcceptable.
    """
    email = email.strip()
    if not is_email(email):
        raise AddressNotAcceptable
    id = desk.new_id()
    sealed = _sealed(Asked(email=email, next=own_path(next)), REQUEST, id, desk.seal)
    async with transaction():
        await execute("insert into sign_in_request (id, sealed, asked_at) values ($1, $2, $3)", id, sealed, desk.now)


async def answer_requests(*, desk: Desk) -> int:
    """Write a letter to everybody who asked and is known, and forget the requests; gives how many there were.

    At most AT_ONCE at a time, so that others have their turn.
    """
    async with transaction():
        asked = await claim(f"select number, id, sealed from {REQUEST} order by number limit {AT_ONCE}")  # noqa: S608
        for row in asked:
            # One that another key sealed is dropped: it must not keep everybody behind it waiting for ever.
            with suppress(CannotUnseal):
                await _answer(_opened(row, REQUEST, desk.seal), desk)
            await execute(f"delete from {REQUEST} where number = $1", row["number"])  # noqa: S608 (ours)
    return len(asked)


async def take_link(token: str, *, now: datetime, seal: Seal) -> Asked:
    """Whose link this is; it and every other one to her are gone. Inside a transaction. Raises SignInLinkIsOver."""
    found = await fetch(
        "delete from sign_in_link where token_hash = $1 and expires_at > $2 returning id, sealed, email_mac",
        hash_token(token),
        now,
    )
    if not found:
        raise SignInLinkIsOver
    await execute("delete from sign_in_link where email_mac = $1", found[0]["email_mac"])
    try:
        return _opened(found[0], LINK, seal)
    except CannotUnseal:
        raise SignInLinkIsOver from None


async def forget_links(*, now: datetime) -> None:
    """Delete the links that nobody followed in time; a chore."""
    async with transaction():
        await execute("delete from sign_in_link where expires_at <= $1", now)


async def _answer(asked: Asked, desk: Desk) -> None:
    address = email_mac(asked.email, desk.seal)
    if not await is_known(address):
        return
    id, token, expires_at = desk.new_id(), desk.new_token(), desk.now + LINK_LASTS
    await execute(
        "insert into sign_in_link (id, token_hash, email_mac, sealed, expires_at) values ($1, $2, $3, $4, $5)",
        id,
        hash_token(token),
        address,
        _sealed(asked, LINK, id, desk.seal),
        expires_at,
    )
    envelope = Envelope(id=desk.new_id(), written_at=desk.now, to=asked.email)
    letter = letter_to_sign_in(envelope, base_url=desk.base_url, token=token, expires_at=expires_at)
    await post(letter, kind=SIGN_IN, signatory=None, seal=desk.seal)


def _sealed(asked: Asked, table: str, id: UUID, seal: Seal) -> bytes:
    return seal.seal(msgspec.json.encode(asked), table=table, column="sealed", row=str(id))


def _opened(row: dict[str, Any], table: str, seal: Seal) -> Asked:
    content = seal.open(row["sealed"], table=table, column="sealed", row=str(row["id"]))
    return msgspec.json.decode(content, type=Asked)
