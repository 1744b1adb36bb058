"""What is asked of the register: who stands in it publicly, narrowed, paged, by id, and whole."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec

from charter.errors import NoSuchSignatory
from charter.narrowing import Cursor, Narrowed, Sought, read, written
from charter.pledges import SECTORS
from charter.signing import SHOWN_BY_ID
from geo.shapes import Shape
from geo.spatial_index import Box
from migrations.database import fetch, fetch_tuples, snapshot, stream

COLUMNS = (
    "signatory.number, signatory.id, signatory.reference, signatory.name, signatory.folded, signatory.sector, "
    "signatory.charter_version, signatory.state, signatory.signed_on, signatory.last_confirmed_on"
)
# A signature that repeated another leads on to it, however often that happened; `union` ends even in a circle.
KEPT = (
    "with recursive kept (number, merged_into) as ("
    "select number, merged_into from signatory where id = $1 and public_listing "
    "union select its.number, its.merged_into from signatory its join kept on its.number = kept.merged_into)"
)
PLACE_COLUMNS = "premises.name as place, premises.postcode, premises.borough, premises.location"


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


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A signatory as one line of a list: where its premises are, and not each of them."""

    id: UUID
    name: str
    sector: str
    state: str
    last_confirmed_on: date
    premises: int
    boroughs: tuple[str, ...]


One = TypeVar("One")


@dataclass(frozen=True)
class OwnEntry:
    """A signatory as the public would see it, and whether the public does."""

    entry: Entry
    public: bool


@dataclass(frozen=True)
class Page(Generic[One]):
    """Some signatories in the order of their names, and the cursors of what follows and precedes, if anything does."""

    entries: list[One]
    next: str | None
    previous: str | None = None


class Stands(msgspec.Struct, frozen=True, kw_only=True):
    """A listed place of a signatory: what it is called, its sector in words, and where it is in WGS 84."""

    name: str
    sector: str
    last_confirmed_on: date | None
    place: str
    location: Shape


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


async def signatories(sought: Sought, *, limit: int, cursor: str | None = None) -> Page[Entry]:
    """A page of the public register by name, in two queries however long it is. Raises UnreadableFilter.

    Uses signatory_listed for the order, in which organisations' names are read until the page is full, and
    premises_named for those of places. A box costs one query more, for how to look into it depends on what it holds.
    """
    return await _page(sought, limit, cursor, _entries)


async def listed(sought: Sought, *, limit: int, cursor: str | None = None) -> Page[Listed]:
    """The same page as lines of a list, which a chain of thousands of places makes no longer."""
    return await _page(sought, limit, cursor, _listed)


async def _page(
    sought: Sought, limit: int, cursor: str | None, show: Callable[[list[dict[str, Any]]], Awaitable[list[One]]]
) -> Page[One]:
    at = read(cursor) if cursor is not None else None
    async with snapshot():
        found = await _rows(await Narrowed.to(sought), at, limit=limit)
        shown = found[:limit]
        if at is not None and at.back:
            shown.reverse()
        return Page(await show(shown), *_around(shown, at, more=len(found) > limit))


async def _rows(narrowed: Narrowed, at: Cursor | None, *, limit: int) -> list[dict[str, Any]]:
    """The rows from `at` on in its way; one more than is shown tells whether there are others, without counting."""
    if at is not None:
        narrowed.add(at.beyond, at.folded, at.number)
    way = "desc" if at is not None and at.back else "asc"
    narrowed.args.append(limit + 1)
    return await fetch(
        f"select {COLUMNS} from signatory where {narrowed.where} "  # noqa: S608 (conditions are ours)
        f"order by signatory.folded {way}, signatory.number {way} limit ${len(narrowed.args)}",
        *narrowed.args,
    )


def _around(shown: list[dict[str, Any]], at: Cursor | None, *, more: bool) -> tuple[str | None, str | None]:
    """The cursors of the next page and of the one before; whoever followed a cursor can go back to where it was."""
    if not shown:
        return None, None
    back = at is not None and at.back
    first, last = shown[0], shown[-1]
    after = written(Cursor(last["folded"], last["number"])) if more or back else None
    before = written(Cursor(first["folded"], first["number"], back=True)) if (more if back else at) else None
    return after, before


async def signatory(id: UUID) -> Entry:
    """One signatory, lapsed and withdrawn ones too; of one that repeated another, that other.

    Raises NoSuchSignatory for a hidden one as for an unknown one.
    """
    states = ", ".join(f"'{state}'" for state in SHOWN_BY_ID)
    async with snapshot():
        found = await fetch(
            f"{KEPT} select {COLUMNS} from signatory "  # noqa: S608 (names are ours)
            "where number in (select number from kept where merged_into is null) "
            f"and public_listing and state in ({states})",
            id,
        )
        entries = await _entries(found)
    if not entries:
        raise NoSuchSignatory
    return entries[0]


async def own_entry(number: int) -> OwnEntry:
    """A signatory as its own people see it, whether the public may or not. Raises NoSuchSignatory."""
    async with snapshot():
        found = await fetch(f"select {COLUMNS}, public_listing from signatory where number = $1", number)  # noqa: S608
        entries = await _entries(found)
    if not entries:
        raise NoSuchSignatory
    return OwnEntry(entries[0], found[0]["public_listing"])


async def by_borough(sought: Sought) -> dict[str, int]:
    """How many organisations have premises in each borough (GSS code), unlisted ones too.

    Reads every place of what is found, some 50 ms for 50,000: it is asked for maps, which are kept for a while.
    """
    narrowed = await Narrowed.to(sought)
    return dict(
        await fetch_tuples(
            "select premises.borough, count(distinct premises.signatory) from premises "  # noqa: S608 (ours)
            "join signatory on signatory.number = premises.signatory "
            f"where premises.borough is not null and {narrowed.where} group by premises.borough",
            *narrowed.args,
        )
    )


async def lines(sought: Sought) -> AsyncGenerator[list[Line], None]:
    """The public register in batches of lines, by name and then in the order of the premises; one consistent state."""
    narrowed = await Narrowed.to(sought)
    rows = stream(
        f"select {COLUMNS}, {PLACE_COLUMNS} from signatory "  # noqa: S608 (conditions are ours)
        f"left join premises on premises.signatory = signatory.number where {narrowed.where} "
        "order by signatory.folded, signatory.number, premises.sequence",
        *narrowed.args,
    )
    async with aclosing(rows):
        async for batch in rows:
            yield [_line(row) for row in batch]


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


async def _listed(found: list[dict[str, Any]]) -> list[Listed]:
    """The signatories of these rows with the boroughs of their premises: one more query, a row a borough."""
    if not found:
        return []
    numbers = [row["number"] for row in found]
    placeholders = ", ".join(f"${place}" for place in range(1, len(numbers) + 1))
    counts = await fetch_tuples(
        f"select signatory, borough, count(*) from premises where signatory in ({placeholders}) "  # noqa: S608 (ours)
        "group by signatory, borough order by signatory, borough",
        *numbers,
    )
    return [
        _line_of(row, [(code, count) for number, code, count in counts if number == row["number"]]) for row in found
    ]


def _line_of(row: dict[str, Any], counts: list[tuple[str | None, int]]) -> Listed:
    shown = {name: row[name] for name in ("id", "name", "sector", "state", "last_confirmed_on")}
    boroughs = tuple(code for code, _ in counts if code)
    return Listed(**shown, premises=sum(count for _, count in counts), boroughs=boroughs)


def _entry(row: dict[str, Any], places: Sequence[Place]) -> Entry:
    shown = {name: row[name] for name in Entry.__struct_fields__ if name != "premises"}
    return Entry(**shown, premises=tuple(places))


def _place(row: dict[str, Any]) -> Place:
    return Place(name=row["place"], postcode=row["postcode"], borough=row["borough"], location=row["location"])


def _line(row: dict[str, Any]) -> Line:
    return Line(**{name: row[name] for name in Line.__struct_fields__})


async def spots(sought: Sought) -> AsyncGenerator[list[tuple[UUID, str, Shape]], None]:
    """Every listed place of what is sought, in batches: its signatory's id and name, and where it is; for a map."""
    narrowed = await Narrowed.to(sought)
    rows = stream(
        "select signatory.id, signatory.name, premises.location from signatory "  # noqa: S608 (conditions are ours)
        f"join premises on premises.signatory = signatory.number where premises.listed and {narrowed.where} "
        "order by signatory.folded, signatory.number, premises.sequence",
        *narrowed.args,
    )
    async with aclosing(rows):
        async for batch in rows:
            yield [(row["id"], row["name"], row["location"]) for row in batch]


async def listed_in(box: Box) -> list[Stands]:
    """Every listed place in a box (degrees, edges included), by its signatory's name; for those who look around one."""
    narrowed = await Narrowed.to(Sought(box=box))
    rows = await fetch(
        "select signatory.name, signatory.sector, signatory.last_confirmed_on, premises.name as place, "  # noqa: S608
        "premises.location from signatory join premises on premises.signatory = signatory.number "
        f"where premises.listed and {narrowed.where} order by signatory.folded, signatory.number, premises.sequence",
        *narrowed.args,
    )
    # A signatory is found by any of its places; those that lie elsewhere are not around here.
    west, south, east, north = box
    inside = [row for row in rows if west <= row["location"].x <= east and south <= row["location"].y <= north]
    return [Stands(**{**row, "sector": SECTORS[row["sector"]].label}) for row in inside]
