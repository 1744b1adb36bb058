"""Held signatures: released by the scheme desk, so that their letters go, or refused, so that nothing of them stays."""

from typing import Any
from uuid import UUID

import msgspec

from charter.errors import NoSuchSignatory, NotHeld
from charter.events import note_event
from charter.register import Desk, Filed, Named, Receipt, ask_to_confirm
from charter.signing import CHAMPION, SIGNATORY, Contact
from migrations.database import execute, fetch, lock, transaction
from migrations.sealing import Seal


async def release_held(signatory_id: UUID, *, by: str, desk: Desk) -> None:
    """The signature is let through: applied, with its letters, and 30 days from now to be confirmed.

    Raises NoSuchSignatory, NotHeld.
    """
    async with transaction():
        held = await _held(signatory_id)
        await execute(
            "update signatory set state = 'applied', held_because = null, applied_at = $2 where number = $1",
            held["number"],
            desk.now,
        )
        receipt = Receipt(id=signatory_id, reference=held["reference"], state="applied")
        contacts = await _contacts(held["number"], desk.seal)
        filed = Filed(held["number"], held["name"], receipt)
        await ask_to_confirm(filed, contacts[SIGNATORY], contacts[CHAMPION], desk)
        await note_event("released", of="signatory", id=signatory_id, by=by, at=desk.now)


async def refuse_held(signatory_id: UUID, *, by: str, desk: Desk) -> None:
    """The signature is deleted with everything of its; only the event stays. Raises NoSuchSignatory, NotHeld."""
    async with transaction():
        held = await _held(signatory_id)
        await execute("delete from signatory where number = $1", held["number"])
        await note_event("refused", of="signatory", id=signatory_id, by=by, at=desk.now, held=held["held_because"])


async def _held(signatory_id: UUID) -> dict[str, Any]:
    """The signature, so that nobody else judges it meanwhile."""
    found = await lock("select number, reference, name, state, held_because from signatory where id = $1", signatory_id)
    if not found:
        raise NoSuchSignatory
    if found[0]["state"] != "held":
        raise NotHeld
    return found[0]


async def _contacts(signatory: int, seal: Seal) -> dict[str, Named]:
    rows = await fetch("select number, id, role, sealed from contact where signatory = $1", signatory)
    opened = {
        row["role"]: seal.open(row["sealed"], table="contact", column="sealed", row=str(row["id"])) for row in rows
    }
    return {row["role"]: Named(row["number"], msgspec.json.decode(opened[row["role"]], type=Contact)) for row in rows}
