"""The second factor of staff: offered, set up, shown once a session, replaced, and recovered from a lost phone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from api.sessions.errors import CodeNotRight, NothingToSetUp
from api.sessions.queries import unsealed_key
from api.sessions.totp import RECOVERY_CODES, new_key, recovery_code, step_of, tidy
from audits.events import note_event
from charter.register import Desk
from migrations.database import execute, execute_many, fetch, lock, transaction
from migrations.sealing import Seal, hash_token

NO_STEP = -1
PURPOSE = "recovery-code"  # of the keyed hash under which a recovery code is kept


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Who shows a second factor, and in which session: numbers are rows, `id` is the person's.

    `shown`: she has shown one in this session before.
    """

    person: int
    id: UUID
    session: int
    shown: bool


async def offer(person: int, *, desk: Desk) -> bool:
    """Make a new key for somebody without a second factor in use, in the place of one offered before.

    Inside a transaction. Gives whether there was need to.
    """
    if await fetch("select 1 from second_factor where person = $1 and confirmed_at is not null", person):
        return False
    await _offer(person, desk)
    return True


async def offer_another(holder: Holder, *, desk: Desk) -> None:
    """Make a new key to be set up in the place of the one in use, which works until then."""
    async with transaction():
        await _offer(holder.person, desk)


async def set_up(code: str, *, holder: Holder, desk: Desk) -> tuple[str, list[str]]:
    """Take the offered key into use by a code made with it; gives the session's new cookie and new recovery codes.

    Raises NothingToSetUp, CodeNotRight.
    """
    async with transaction():
        offered = await _offered(holder)
        step = _step(code, offered, desk)
        await execute("delete from second_factor where person = $1 and number <> $2", holder.person, offered["number"])
        await execute(
            "update second_factor set confirmed_at = $2, last_step = $3 where number = $1",
            offered["number"],
            desk.now,
            step,
        )
        codes = await _renew_codes(holder, desk)
        await _note("second-factor-set-up", holder, desk.now)
        return await _renew_session(holder, desk), codes


async def show(code: str, *, holder: Holder, desk: Desk) -> str:
    """Show the second factor by its app's code or a recovery code; gives the session's new cookie.

    A code works once, and so does every earlier one. Raises CodeNotRight.
    """
    async with transaction():
        # Locked, so that of two who send one code at the same moment one comes second and is refused.
        factor = await lock(
            "select number, id, sealed, last_step from second_factor where person = $1 and confirmed_at is not null",
            holder.person,
        )
        if not factor:
            raise CodeNotRight
        if tidy(code).isdigit():
            await execute(
                "update second_factor set last_step = $2 where number = $1",
                factor[0]["number"],
                _step(code, factor[0], desk),
            )
        else:
            await _use_recovery_code(code, holder, desk)
        await _note("second-factor-shown", holder, desk.now)
        return await _renew_session(holder, desk)


async def new_recovery_codes(*, holder: Holder, desk: Desk) -> list[str]:
    """Ten new recovery codes, to be shown once; those before open nothing any more."""
    async with transaction():
        codes = await _renew_codes(holder, desk)
        await _note("recovery-codes-renewed", holder, desk.now)
    return codes


async def _offer(person: int, desk: Desk) -> None:
    id = desk.new_id()
    sealed = desk.seal.seal(new_key(desk.new_token()), table="second_factor", column="sealed", row=str(id))
    await execute("delete from second_factor where person = $1 and confirmed_at is null", person)
    await execute(
        "insert into second_factor (id, person, sealed, created_at, last_step) values ($1, $2, $3, $4, $5)",
        id,
        person,
        sealed,
        desk.now,
        NO_STEP,
    )


async def _offered(holder: Holder) -> dict[str, Any]:
    """The key that is being set up. Raises NothingToSetUp."""
    factors = await lock(
        "select number, id, sealed, last_step, confirmed_at from second_factor where person = $1", holder.person
    )
    # Whoever reads her letters but has not her phone must not put a phone of her own in its place.
    if not holder.shown and any(factor["confirmed_at"] for factor in factors):
        raise NothingToSetUp
    for factor in factors:
        if factor["confirmed_at"] is None:
            return factor
    raise NothingToSetUp


def _step(code: str, factor: dict[str, Any], desk: Desk) -> int:
    """The step of a code that was not used yet. Raises CodeNotRight."""
    step = step_of(tidy(code), unsealed_key(factor, desk.seal), now=desk.now)
    if step is None or step <= factor["last_step"]:
        raise CodeNotRight
    return step


async def _use_recovery_code(code: str, holder: Holder, desk: Desk) -> None:
    used = await fetch(
        "update recovery_code set used_at = $3 where person = $1 and code_mac = $2 and used_at is null "
        "returning number",
        holder.person,
        _code_mac(code, holder, desk.seal),
        desk.now,
    )
    if not used:
        raise CodeNotRight
    await _note("recovery-code-used", holder, desk.now)


async def _renew_codes(holder: Holder, desk: Desk) -> list[str]:
    codes = [recovery_code(desk.new_token()) for _ in range(RECOVERY_CODES)]
    await execute("delete from recovery_code where person = $1", holder.person)
    await execute_many(
        "insert into recovery_code (person, code_mac) values ($1, $2)",
        [(holder.person, _code_mac(code, holder, desk.seal)) for code in codes],
    )
    return codes


async def _renew_session(holder: Holder, desk: Desk) -> str:
    """Give the session a new id: who knew the old one before the second factor was shown knows nothing now."""
    token = desk.new_token()
    await execute(
        "update session set id_hash = $2, second_factor_at = $3, last_seen_at = $3 where number = $1",
        holder.session,
        hash_token(token),
        desk.now,
    )
    return token


def _code_mac(code: str, holder: Holder, seal: Seal) -> bytes:
    return seal.mac(f"{holder.id}:{tidy(code)}".encode(), purpose=PURPOSE)


async def _note(action: str, holder: Holder, now: datetime) -> None:
    await note_event(action, of="person", id=holder.id, by=str(holder.id), at=now)
