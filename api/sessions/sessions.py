"""Sessions as rows: opened by a link, renewed under a new id, ended one by one or all at once."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from api.sessions.lasting import IDLE, LONGEST
from api.sessions.links import Asked, take_link
from api.sessions.second_factor import offer
from audits.events import note_event
from charter.register import Desk, email_mac
from migrations.database import execute, fetch, fetch_one, fetch_value, transaction
from migrations.sealing import hash_token


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A session as it was opened: what its cookie holds, where its owner was going, and what she owes first."""

    token: str
    next: str
    staff: bool
    second_factor: bool


async def follow_link(token: str, *, former: str, desk: Desk) -> Opened:
    """Open a session for whoever was written the link; the one of the cookie `former` ends.

    Its id is new, whatever the browser held before. Staff have no role yet: their second factor comes next, and is
    offered here where they have none. Raises SignInLinkIsOver.
    """
    async with transaction():
        asked = await take_link(token, now=desk.now, seal=desk.seal)
        await execute("delete from session where id_hash = $1", hash_token(former))
        person = await _person(asked.email, desk)
        cookie = await _open(asked, person, desk)
        has_factor = person is not None and not await offer(person, desk=desk)
    return Opened(token=cookie, next=asked.next, staff=person is not None, second_factor=has_factor)


async def note_seen(session: int, *, now: datetime) -> None:
    """Note that a session was used."""
    async with transaction():
        await execute("update session set last_seen_at = $2 where number = $1", session, now)


async def sign_out(session: int, *, by: str, now: datetime) -> None:
    """End one session."""
    async with transaction():
        id = await fetch_value("delete from session where number = $1 returning id", session)
        # Two clicks at once end it once, and the trail says so once.
        if id is not None:
            await note_event("signed-out", of="session", id=id, by=by, at=now)


async def sign_out_everywhere(address: bytes, *, by: str, now: datetime) -> int:
    """End every session of whoever has this address, and every link on its way to her; gives how many sessions."""
    async with transaction():
        await execute("delete from sign_in_link where email_mac = $1", address)
        ended = await fetch("delete from session where email_mac = $1 returning id", address)
        for row in ended:
            await note_event("signed-out", of="session", id=row["id"], by=by, at=now, everywhere=True)
    return len(ended)


async def forget_sessions(*, now: datetime) -> int:
    """Delete the sessions that have ended by themselves; gives how many. Uses session_last_seen_at."""
    async with transaction():
        over = await fetch(
            "delete from session where last_seen_at <= $1 or created_at <= $2 returning number",
            now - IDLE,
            now - LONGEST,
        )
    return len(over)


async def _person(email: str, desk: Desk) -> int | None:
    found = await fetch_one(
        "select number from person where email_mac = $1 and ended_at is null", email_mac(email, desk.seal)
    )
    return found["number"] if found else None


async def _open(asked: Asked, person: int | None, desk: Desk) -> str:
    """File the session; gives what its cookie holds."""
    id, token = desk.new_id(), desk.new_token()
    await execute(
        "insert into session (id, id_hash, email_mac, person, sealed, created_at, last_seen_at) "
        "values ($1, $2, $3, $4, $5, $6, $6)",
        id,
        hash_token(token),
        email_mac(asked.email, desk.seal),
        person,
        desk.seal.seal(asked.email, table="session", column="sealed", row=str(id)),
        desk.now,
    )
    await _note_signed_in(id, desk.now)
    return token


async def _note_signed_in(id: UUID, now: datetime) -> None:
    await note_event("signed-in", of="session", id=id, by=str(id), at=now)
