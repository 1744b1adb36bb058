"""How the register is narrowed and paged: filters and cursors as an address writes them, and the conditions they are.

Conditions are fixed texts of ours; what a visitor sent is always an argument.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Any

import msgspec

from charter.errors import UnacceptableFilter, UnreadableFilter
from charter.pledges import SECTORS
from geo.errors import UnacceptableShape
from geo.places.authorities import authority
from geo.places.queries import folded
from geo.shapes import box
from geo.spatial_index import Box, more_than, row_in_box, where_box

MAX_TEXT = 300  # as long as a name may be
MANY = 3_000  # listed places in a box, above which reading them all costs more than asking each signatory in its turn

# In the words of the index signatory_listed, so that it is used.
IN_REGISTER = "signatory.public_listing and signatory.state in ('active', 'review_due')"
NOT_OURS = "This cursor is not one of ours. Follow `next` as it was given."


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What the register is narrowed by; None means whatever. Of premises, any one that fits is enough.

    `text` is found anywhere in the organisation's name or a listed place's, whatever its case and accents; `box` is
    west, south, east, north in degrees, edges included, and meets listed places only.
    """

    text: str | None = None
    borough: str | None = None
    sector: str | None = None
    box: Box | None = None


# Not a row's number alone: the page must go on even where that row was withdrawn or renamed meanwhile.
class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """Where a page ended: the folded name and the number of its last signatory, or of its first to go back."""

    folded: str
    number: int
    back: bool = False

    @property
    def beyond(self) -> str:
        """The condition on what follows, in the way that the cursor goes."""
        return f"(signatory.folded, signatory.number) {'<' if self.back else '>'} ({{}}, {{}})"


def sought(text: str | None, borough: str | None, sector: str | None, bbox: str | None) -> Sought:
    """The filters as they were written in an address. Raises UnreadableFilter, UnacceptableFilter."""
    if text is not None and (len(text) > MAX_TEXT or "\0" in text):
        raise UnreadableFilter("q", f"Search for at most {MAX_TEXT} characters of a name, none of them NUL.")
    if borough is not None and authority(borough) is None:
        raise UnacceptableFilter("borough", "There is no such borough. Write a GSS code, such as E09000022.")
    if sector is not None and sector not in SECTORS:
        raise UnacceptableFilter("sector", "There is no such sector. GET /api/charter lists them.")
    return Sought(text=text, borough=borough, sector=sector, box=None if bbox is None else _box(bbox))


def written(cursor: Cursor) -> str:
    """The cursor as it stands in an address."""
    return base64.urlsafe_b64encode(msgspec.json.encode(cursor)).decode().rstrip("=")


def read(text: str) -> Cursor:
    """The cursor that `written` wrote. Raises UnreadableFilter for anything else."""
    try:
        content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        cursor = msgspec.json.decode(content, type=Cursor)
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        raise UnreadableFilter("cursor", NOT_OURS) from None
    # PostgreSQL takes no NUL and no number beyond its own; either would be a fault of ours instead of the sender's.
    if "\0" in cursor.folded or not 0 <= cursor.number < 2**63:
        raise UnreadableFilter("cursor", NOT_OURS)
    return cursor


class Narrowed:
    """Conditions joined by `and`, with their arguments in the order of their placeholders."""

    def __init__(self) -> None:
        self.conditions = [IN_REGISTER]
        self.args: list[Any] = []

    @classmethod
    async def to(cls, sought: Sought) -> "Narrowed":
        """What stands in the register and is sought. A box asks the database first how much it holds."""
        narrowed = cls()
        if sought.sector:
            narrowed.add("signatory.sector = {}", sought.sector)
        if sought.borough:
            narrowed.add("signatory.number in (select signatory from premises where borough = {})", sought.borough)
        if sought.text and (pattern := anywhere(sought.text)):
            narrowed.add(NAMED, pattern, pattern)
        if sought.box:
            crowded = await more_than(MANY, "premises", "location", sought.box)
            within = _holds_any if crowded else _within
            narrowed.add(within(len(narrowed.args) + 1), *sought.box)
        return narrowed

    def add(self, condition: str, *values: Any) -> None:
        """A condition with a {} for each of `values`, or with its placeholders already written."""
        first = len(self.args) + 1
        self.conditions.append(condition.format(*(f"${first + place}" for place in range(len(values)))))
        self.args.extend(values)

    @property
    def where(self) -> str:
        return " and ".join(self.conditions)


# The places are searched once for all signatories, and not once for each; uses premises_named, which on SQLite wants to
# hear that sealed places have no name.
NAMED = (
    "(signatory.folded like {} escape '!' "
    "or signatory.number in (select signatory from premises "
    "where premises.folded is not null and premises.folded like {} escape '!'))"
)


def _within(first_placeholder: int) -> str:
    found = where_box("premises", "location", first_placeholder)
    return f"signatory.number in (select premises.signatory from premises where {found})"  # noqa: S608


def _holds_any(first_placeholder: int) -> str:
    """The same as _within, asked of each signatory in the order of names, so that a page ends it early."""
    found = row_in_box("premises", "location", first_placeholder)
    # A subquery with an offset stays where it is: PostgreSQL would make a join of it, and read every place after all.
    return (
        "exists (select 1 from premises where premises.signatory = signatory.number "  # noqa: S608 (conditions are ours)
        f"and premises.listed and {found} limit 1 offset 0)"
    )


def anywhere(text: str) -> str:
    """The LIKE pattern (escaped by !) that finds `text` anywhere in a folded name; empty where nothing is left of it.

    >>> anywhere("100% Café")
    '%100!% cafe%'
    """
    plain = re.sub(r"([!%_])", r"!\1", folded(text))
    return f"%{plain}%" if plain else ""


def _box(text: str) -> Box:
    # float() reads "nan" and "inf" too; the box below refuses them.
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise UnreadableFilter("bbox", "Write the box as west,south,east,north in degrees.") from None
    try:
        box(west, south, east, north)
    except UnacceptableShape as error:
        raise UnacceptableFilter("bbox", str(error)) from None
    return west, south, east, north
