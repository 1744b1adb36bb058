"""What an organisation agreed to beyond the charter itself, and may change its mind about at any time."""

from datetime import datetime

import msgspec

from charter.errors import NoSuchSignatory
from charter.events import note_event
from charter.keeping.members import Member
from migrations.database import execute, fetch_one, lock, transaction


class Agreed(msgspec.Struct, frozen=True, kw_only=True):
    """Whether it may stand in the public register, and be written to about the scheme's network."""

    public_listing: bool
    network_contact: bool


async def agreed(by: Member) -> Agreed:
    """What her organisation agrees to now."""
    found = await fetch_one("select public_listing, network_contact from signatory where number = $1", by.signatory)
    if found is None:
        raise NoSuchSignatory
    return Agreed(**found)


async def change_mind(by: Member, wanted: Agreed, *, now: datetime) -> bool:
    """Agree to this from now on; says whether anything changed. What is not listed leaves the register at once."""
    async with transaction():
        before = await lock("select public_listing, network_contact from signatory where number = $1", by.signatory)
        if Agreed(**before[0]) == wanted:
            return False
        await execute(
            "update signatory set public_listing = $2, network_contact = $3 where number = $1",
            by.signatory,
            wanted.public_listing,
            wanted.network_contact,
        )
        await note_event(
            "consent-changed",
            of="signatory",
            id=by.signatory_id,
            by=str(by.id),
            at=now,
            listed=wanted.public_listing,
            network=wanted.network_contact,
        )
    return True
