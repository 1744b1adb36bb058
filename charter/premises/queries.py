"""What is asked about an organisation's own premises, by those who act for it: all of them, a page, one, how many."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from charter.errors import NoSuchPremises
from charter.narrowing import anywhere
from charter.premises.rows import COLUMNS, Kept, kept
from charter.signing import Premises
from geo.places.queries import folded
from migrations.database import fetch, fetch_one
from migrations.sealing import Seal

OF = f"select {COLUMNS} from premises where signatory = $1"  # noqa: S608 (ours)
# What is sealed is searched once it is opened; names and addresses in the clear are searched where they are.
SEARCHED = (
    "and (not listed or folded like $3 escape '!' or lower(address) like $3 escape '!' "
    "or lower(replace(postcode, ' ', '')) like $4 escape '!' or lower(own_reference) like $3 escape '!')"
)


@dataclass(frozen=True, kw_only=True)
class HowMany:
    """How many premises an organisation has, and how many of them are unlisted."""

    premises: int
    unlisted: int


@dataclass(frozen=True, kw_only=True)
class Searched:
    """A page of a list: after the place in the order where the last one ended, narrowed by what was typed."""

    text: str = ""
    after: int = -1
    limit: int = 50


async def premises_of(signatory: int, searched: Searched, *, seal: Seal) -> list[Kept]:
    """The organisation's premises in their order, one more than the page shows if there are more. One query.

    Uses premises_sequence_once. A text is found anywhere in a name, address, postcode or reference.
    """
    text = folded(" ".join(searched.text.split()))
    if not text:
        page = f"{OF} and sequence > $2 order by sequence limit $3"
        found = await fetch(page, signatory, searched.after, searched.limit + 1)
        return [kept(row, seal) for row in found]
    like, postcode_like = anywhere(text), anywhere(text.replace(" ", ""))
    fitting_rows = f"{OF} and sequence > $2 {SEARCHED} order by sequence"
    rows = await fetch(fitting_rows, signatory, searched.after, like, postcode_like)
    places = (kept(row, seal) for row in rows)
    fitting = (one for one in places if one.premises.listed or _says(one.premises, text))
    return [one for one, _ in zip(fitting, range(searched.limit + 1), strict=False)]


async def all_premises_of(signatory: int, *, seal: Seal) -> list[Kept]:
    """Every one of the organisation's premises, in their order; at most MAX_PREMISES. One query."""
    return [kept(row, seal) for row in await rows_of(signatory)]


async def rows_of(signatory: int) -> list[dict[str, Any]]:
    """The same as rows, sealed as they are: they differ whenever anything was changed meanwhile."""
    return await fetch(f"{OF} order by sequence", signatory)


async def one_premises_of(signatory: int, id: UUID, *, seal: Seal) -> Kept:
    """The organisation's premises of that id. Raises NoSuchPremises, for another organisation's too."""
    found = await fetch_one(f"{OF} and id = $2", signatory, id)
    if found is None:
        raise NoSuchPremises
    return kept(found, seal)


async def how_many(signatory: int) -> HowMany:
    """How many premises the organisation has; at most MAX_PREMISES are counted."""
    found = await fetch_one(
        'select count(*) as "premises [BIGINT]", count(sealed) as "unlisted [BIGINT]" '
        "from premises where signatory = $1",
        signatory,
    )
    return HowMany(**(found or {"premises": 0, "unlisted": 0}))


async def sector_of(signatory: int) -> str:
    """The organisation's sector, whose places are listed by default or are not."""
    found = await fetch_one("select sector from signatory where number = $1", signatory)
    return str(found["sector"]) if found else ""


def _says(premises: Premises, text: str) -> bool:
    said = (premises.name, premises.address, premises.own_reference or "")
    postcode = folded(premises.postcode).replace(" ", "")
    return any(text in folded(one) for one in said) or text.replace(" ", "") in postcode
