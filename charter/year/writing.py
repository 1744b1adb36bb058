"""Writing to everybody who stands for an organisation: one letter to each address, in the transaction of its cause."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec

from charter.letters import Envelope, Letter
from charter.outbox import post
from charter.register import Desk
from charter.signing import Contact
from charter.year.letters import Concerned
from migrations.database import fetch
from migrations.sealing import CannotUnseal, Seal

DESK_PAGE = "/desk"


def concerned(signatory: dict[str, Any], desk: Desk) -> Concerned:
    """The signatory's row as letters speak of it."""
    page = f"{desk.base_url}{DESK_PAGE}/{signatory['id']}"
    return Concerned(id=signatory["id"], name=signatory["name"], reference=signatory["reference"], desk=page)


async def write_to_all(signatory: int, make: Callable[[Envelope], Letter], *, kind: str, desk: Desk) -> int:
    """Post what `make` writes to everybody who confirmed and has not left; gives how many letters that were."""
    addresses = await _addresses(signatory, desk.seal)
    for address in addresses:
        letter = make(Envelope(id=desk.new_id(), written_at=desk.now, to=address))
        await post(letter, kind=kind, signatory=signatory, seal=desk.seal)
    return len(addresses)


async def _addresses(signatory: int, seal: Seal) -> list[str]:
    """Each once, though she may have two roles."""
    contacts = await fetch(
        "select id, email_mac, sealed from contact where signatory = $1 and confirmed_at is not null "
        "and ended_on is null order by number",
        signatory,
    )
    # By the hash of the address as it is compared, so that capitals do not make two people of one.
    once = {contact["email_mac"]: contact for contact in contacts}
    opened = [_address(contact["id"], contact["sealed"], seal) for contact in once.values()]
    return [address for address in opened if address is not None]


def _address(id: UUID, sealed: bytes, seal: Seal) -> str | None:
    try:
        content = seal.open(sealed, table="contact", column="sealed", row=str(id))
    except CannotUnseal:
        # One spoilt row must not keep the year of everybody else in the same portion from being kept.
        return None
    return msgspec.json.decode(content, type=Contact).email
