"""What is asked of the register: who stands in it publicly, narrowed, paged, by id, and whole."""

import base64
import binascii
import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from charter.errors import NoSuchSignatory, UnacceptableFilter, UnreadableFilter
from charter.pledges import SECTORS
from charter.signing import SHOWN_BY_ID
from geo.errors import UnacceptableShape
from geo.places.authorities import authority
from geo.places.queries import folded
from geo.shapes import Shape, box
from geo.spatial_index import where_box
from migrations.database import fetch, snapshot, stream

Box = tuple[float, float, float, float]
MAX_TEXT = 300  # as long as a name may be

# In the words of the index signatory_listed, so that it is used.
IN_REGISTER = "signatory.public_listing and signatory.state in ('active', 'review_due')"
COLUMNS = (
    "signatory.number, signatory.id, signatory.reference, signatory.name, signatory.folded, signatory.sector, "
    "signatory.charter_version, signatory.state, signatory.signed_on, signatory.last_confirmed_on"
)
PLACE_COLUMNS = "premises.name as place, premises.postcode, premises.borough, premises.location"


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
    """Where a page ended: the folded name and the number of its last signatory."""

    folded: str
    number: int


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """One of a signatory's premises; an unlisted one has only its borough."""

    name: str | None
    postcode: str | None
    borough: str | None
    location: Shape | None


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A signatory as the public sees it: never a person, and never an address."""

    id: UUID
    reference: str
    name: str
    sector: str
    premises: tuple[Place, ...]
    charter_version: str
    signed_on: date | None
    last_confirmed_on: date | None
    state: str

    @property
    def boroughs(self) -> list[str]:
        """The GSS codes of the boroughs it is in, in order; of unlisted places too."""
        return sorted({place.borough for place in self.premises if place.borough})


@dataclass(frozen=True)
class Page:
    """Some entries in the order of their names, and the cursor of what follows, if anything does."""

    entries: list[Entry]
    next: str | None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the whole register: a signatory with one of its premises, or with none."""

    id: UUID
    reference: str
    name: str
    sector: str
    charter_version: str
    state: str
    signed_on: date
    last_confirmed_on: date
    place: str | None
    postcode: str | None
    borough: str | None
    location: Shape | None


def sought(text: str | None, borough: str | None, sector: str | None, bbox: str | None) -> Sought:
    """The filters as they were written in an address. Raises UnreadableFilter, UnacceptableFilter."""
    if text is not None and (len(text) > MAX_TEXT or "\0" in text):
        raise UnreadableFilter("q", f"Search for at most {MAX_TEXT} characters of a name, none of them NUL.")
    if borough is not None and authority(borough) is None:
        raise UnacceptableFilter("borough", "There is no such borough. Write a GSS code, such as E09000022.")
    if sector is not None and sector not in SECTORS:
        raise UnacceptableFilter("sector", "There is no such sector. GET /api/charter lists them.")
    return Sought(text=text, borough=borough, sector=sector, box=None if bbox is None else _box(bbox))


async def signatories(sought: Sought, *, limit: int, cursor: str | None = None) -> Page:
    """A page of the public register by name, in two queries however long it is. Raises UnreadableFilter.

    Uses signatory_listed for the order; names are searched by reading them all, some 10 ms for 10,000.
    """
    narrowed = _Narrowed.to(sought)
    if cursor is not None:
        after = _read_cursor(cursor)
        narrowed.add("(signatory.folded, signatory.number) > ({}, {})", after.folded, after.number)
    # One more than is shown tells whether there is a next page, without counting the register.
    narrowed.args.append(limit + 1)
    async with snapshot():
        # Conditions are fixed texts of ours; what a visitor sent is always an argument.
        found = await fetch(
            f"select {COLUMNS} from signatory where {narrowed.where} "  # noqa: S608 (conditions are ours)
            f"order by signatory.folded, signatory.number limit ${len(narrowed.args)}",
            *narrowed.args,
        )
        entries = await _entries(found[:limit])
    return Page(entries, _cursor_of(found[limit - 1]) if len(found) > limit else None)


async def signatory(id: UUID) -> Entry:
    """One signatory, lapsed and withdrawn ones too. Raises NoSuchSignatory for a hidden one as for an unknown one."""
    states = ", ".join(f"'{state}'" for state in SHOWN_BY_ID)
    async with snapshot():
        found = await fetch(
            f"select {COLUMNS} from signatory where id = $1 and public_listing and state in ({states})",  # noqa: S608
            id,
        )
        entries = await _entries(found)
    if not entries:
        raise NoSuchSignatory
    return entries[0]


async def lines(sought: Sought) -> AsyncGenerator[list[Line], None]:
    """The public register in batches of lines, by name and then in the order of the premises; one consistent state."""
    narrowed = _Narrowed.to(sought)
    rows = stream(
        f"select {COLUMNS}, {PLACE_COLUMNS} from signatory "  # noqa: S608 (conditions are ours)
        f"left join premises on premises.signatory = signatory.number where {narrowed.where} "
        "order by signatory.folded, signatory.number, premises.sequence",
        *narrowed.args,
    )
    async with aclosing(rows):
        async for batch in rows:
            yield [_line(row) for row in batch]


class _Narrowed:
    """Conditions joined by `and`, with their arguments in the order of their placeholders."""

    def __init__(self) -> None:
        self.conditions = [IN_REGISTER]
        self.args: list[Any] = []

    @classmethod
    def to(cls, sought: Sought) -> "_Narrowed":
        narrowed = cls()
        if sought.sector:
            narrowed.add("signatory.sector = {}", sought.sector)
        if sought.borough:
            narrowed.add("signatory.number in (select signatory from premises where borough = {})", sought.borough)
        if sought.text and (pattern := anywhere(sought.text)):
            narrowed.add(NAMED, pattern, pattern)
        if sought.box:
            narrowed.add(_within(len(narrowed.args) + 1), *sought.box)
        return narrowed

    def add(self, condition: str, *values: Any) -> None:
        """A condition with a {} for each of `values`, or with its placeholders already written."""
        first = len(self.args) + 1
        self.conditions.append(condition.format(*(f"${first + place}" for place in range(len(values)))))
        self.args.extend(values)

    @property
    def where(self) -> str:
        return " and ".join(self.conditions)


# The places are searched once for all signatories, and not once for each.
NAMED = (
    "(signatory.folded like {} escape '!' "
    "or signatory.number in (select signatory from premises where premises.folded like {} escape '!'))"
)


def _within(first_placeholder: int) -> str:
    found = where_box("premises", "location", first_placeholder)
    return f"signatory.number in (select premises.signatory from premises where {found})"  # noqa: S608


def anywhere(text: str) -> str:
    """The LIKE pattern (escaped by !) that finds `text` anywhere in a folded name; empty where nothing is left of it.

    >>> anywhere("100% Café")
    '%100!% cafe%'
    """
    plain = re.sub(r"([!%_])", r"!\1", folded(text))
    return f"%{plain}%" if plain else ""


async def _entries(found: Sequence[dict[str, Any]]) -> list[Entry]:
    """The signatories of these rows with their premises: one more query, uses premises_sequence_once."""
    if not found:
        return []
    numbers = [row["number"] for row in found]
    placeholders = ", ".join(f"${place}" for place in range(1, len(numbers) + 1))
    places = await fetch(
        f"select signatory, {PLACE_COLUMNS} from premises "  # noqa: S608 (names are ours)
        f"where signatory in ({placeholders}) order by signatory, sequence",
        *numbers,
    )
    by_signatory: dict[int, list[Place]] = {number: [] for number in numbers}
    for row in places:
        by_signatory[row["signatory"]].append(_place(row))
    return [_entry(row, by_signatory[row["number"]]) for row in found]


def _entry(row: dict[str, Any], places: Sequence[Place]) -> Entry:
    shown = {name: row[name] for name in Entry.__struct_fields__ if name != "premises"}
    return Entry(**shown, premises=tuple(places))


def _place(row: dict[str, Any]) -> Place:
    return Place(name=row["place"], postcode=row["postcode"], borough=row["borough"], location=row["location"])


def _line(row: dict[str, Any]) -> Line:
    return Line(**{name: row[name] for name in Line.__struct_fields__})


def _cursor_of(row: dict[str, Any]) -> str:
    content = msgspec.json.encode(Cursor(row["folded"], row["number"]))
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _read_cursor(text: str) -> Cursor:
    try:
        content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        cursor = msgspec.json.decode(content, type=Cursor)
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        raise UnreadableFilter("cursor", "This cursor is not one of ours. Follow `next` as it was given.") from None
    # PostgreSQL takes no NUL and no number beyond its own; either would be a fault of ours instead of the sender's.
    if "\0" in cursor.folded or not 0 <= cursor.number < 2**63:
        raise UnreadableFilter("cursor", "This cursor is not one of ours. Follow `next` as it was given.")
    return cursor


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
