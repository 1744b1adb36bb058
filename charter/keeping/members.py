"""Who acts for an organisation: its signatory, its champion and her deputy, from confirming until leaving."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from charter.errors import NotYourOrganisation, WhichOrganisation
from migrations.database import fetch, fetch_value

# Whoever holds two roles acts in the one that may do more: it comes first.
BY_STRENGTH = "case contact.role when 'signatory' then 1 when 'champion' then 2 else 3 end"
# A signature that was not confirmed, or is held for the scheme's desk, gives nobody anything yet.
STANDS = (
    "contact.email_mac = $1 and contact.confirmed_at is not null and contact.ended_on is null "
    "and signatory.state not in ('applied', 'held')"
)


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A person who acts for an organisation: `number` and `id` are of her contact, `signatory` is a row."""

    number: int
    id: UUID
    signatory: int
    signatory_id: UUID
    role: str


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation that somebody acts for, and as what."""

    id: UUID
    reference: str
    name: str
    state: str
    role: str


async def member_of(signatory_id: UUID | None, *, email_mac: bytes) -> Member:
    """Whoever has this address, as she acts for the organisation; None is her only one. One query, contact_email_mac.

    Raises NotYourOrganisation, for an organisation that is not hers as for one that is not there; WhichOrganisation
    where she left it open and has several.
    """
    hers = [row for row in await _hers(email_mac) if signatory_id in (None, row["signatory_id"])]
    if not hers:
        raise NotYourOrganisation
    if len({row["signatory"] for row in hers}) > 1:
        raise WhichOrganisation
    return Member(**{name: hers[0][name] for name in Member.__struct_fields__})


async def organisations_of(email_mac: bytes) -> list[Organisation]:
    """The organisations that whoever has this address acts for, by name, in her strongest role. One query."""
    strongest: dict[int, dict[str, Any]] = {}
    for row in await _hers(email_mac):
        strongest.setdefault(row["signatory"], row)
    found = sorted(strongest.values(), key=lambda row: (row["folded"], row["signatory"]))
    return [_organisation(row) for row in found]


async def stands_for_somebody(email_mac: bytes) -> bool:
    """Whether whoever has this address acts for any organisation. One query."""
    found = await fetch_value(
        "select 1 from contact join signatory on signatory.number = contact.signatory "  # noqa: S608 (ours)
        f"where {STANDS} limit 1",
        email_mac,
    )
    return found is not None


async def _hers(email_mac: bytes) -> Sequence[dict[str, Any]]:
    """Her contacts with their organisations, the strongest role first."""
    return await fetch(
        "select contact.number, contact.id, contact.role, signatory.number as signatory, "  # noqa: S608 (ours)
        "signatory.id as signatory_id, signatory.reference, signatory.name, signatory.folded, signatory.state "
        "from contact join signatory on signatory.number = contact.signatory "
        f"where {STANDS} order by {BY_STRENGTH}, contact.number",
        email_mac,
    )


def _organisation(row: dict[str, Any]) -> Organisation:
    return Organisation(
        id=row["signatory_id"],
        reference=row["reference"],
        name=row["name"],
        state=row["state"],
        role=row["role"],
    )
