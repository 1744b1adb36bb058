"""What is asked of the reach: for each borough and town centre, and for London, venues known and signed."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import numpy as np

from charter.narrowing import IN_REGISTER
from charter.reach.likeness import compared
from charter.reach.matching import NOBODY, matched, named
from charter.reach.remembered import LARGE_PREMISES, Remembered
from charter.reach.shares import VENUE_SECTORS, Reach, Tally, by_key
from charter.reach.venues import Known, Listing, known_venues
from geo.nearness import IndexArray, held_by, on_grid
from geo.places.entries import Kind
from geo.places.errors import NoSuchPlace
from geo.places.queries import KnownPlace, place
from geo.shapes import Shape
from migrations.database import fetch_tuples, fetch_value, snapshot

NO_SUCH_AREA = "There is no borough, town centre or other area of that id. Look it up in /api/places."
NOWHERE: IndexArray = np.empty(0, dtype=np.int64)


class Area(msgspec.Struct, frozen=True, kw_only=True):
    """A borough or a town centre, with its reach; `id` is its number in the register of places."""

    id: int
    kind: str
    key: str
    name: str
    category: str | None
    borough: str | None
    reach: Reach


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The reach of every area, as it was at `made_at`.

    `london` counts every organisation in force; `not_listed` of them did not agree to stand in the register and are in
    no area. `elsewhere` are premises in the register outside every borough.
    """

    made_at: datetime
    london: Reach
    not_listed: int
    elsewhere: int
    boroughs: tuple[Area, ...]
    town_centres: tuple[Area, ...]
    shapes: Mapping[int, Shape]
    counted: "Counted"

    @property
    def areas(self) -> tuple[Area, ...]:
        """Boroughs and then town centres, each by name; `shapes` has the boundary of each by its id."""
        return (*self.boroughs, *self.town_centres)


@dataclass(frozen=True)
class Premises:
    """A signatory's place as it is counted; without name, postcode and location where it is unlisted."""

    signatory: int
    sector: str
    borough: str | None
    folded: str | None
    postcode: str | None
    location: Shape | None


@dataclass(frozen=True)
class Counted:
    """Everything that is counted, so that any area can be: the tally, and where its venues and premises are.

    `listed` are the places of listed premises among all of them, in the order of `shown`.
    """

    tally: Tally
    venue_places: Sequence[Shape]
    listed: IndexArray
    shown: Sequence[Shape]

    def inside(self, areas: Sequence[Shape]) -> list[Reach]:
        """The counts of each area by the positions of venues and of listed premises; edges belong to it."""
        venues = _by_area(*held_by(areas, self.venue_places), len(areas))
        premises = _by_area(*held_by(areas, self.shown), len(areas))
        return [self.tally.within(v, self.listed[p]) for v, p in zip(venues, premises, strict=True)]


async def figures(*, now: datetime) -> Figures:
    """The reach of every borough and town centre; of a large register at most a minute old."""
    return await _remembered.get(now=now)


async def refresh_figures(*, now: datetime) -> bool:
    """Make the figures anew if anything changed; whether they were."""
    return await _remembered.refresh(now=now)


async def reach_of(area: str, *, now: datetime) -> tuple[Area, Shape, datetime]:
    """The reach of the area of that id with its boundary, and as of when: any place of the register with an extent.

    Raises NoSuchPlace, for a venue or a hub too.
    """
    found = await figures(now=now)
    known = next((one for one in found.areas if str(one.id) == area), None)
    if known is not None:
        return known, found.shapes[known.id], found.made_at
    # Wards and the outline of London are on no page, and are counted when they are asked for.
    asked = await _place(area)
    reach = found.london if asked.kind is Kind.OUTLINE else found.counted.inside([asked.shape])[0]
    return _area(asked, reach), asked.shape, found.made_at


async def _place(area: str) -> KnownPlace:
    # Beyond 64 bits the databases would fail instead of finding nothing.
    number = int(area) if area.isascii() and area.isdigit() and len(area) < 19 else 0
    asked = await place(number) if number else None
    if asked is None or asked.kind in (Kind.HUB, Kind.VENUE):
        raise NoSuchPlace(NO_SUCH_AREA)
    return asked


async def _make(now: datetime) -> Figures:
    """Four queries, whatever there is to count; the counting is done beside the event loop."""
    async with snapshot():
        listings = [Listing(*row) for row in await fetch_tuples(LISTINGS)]
        premises = [Premises(*row) for row in await fetch_tuples(PREMISES)]
        areas = await _areas()
        organisations = int(await fetch_value(IN_FORCE))
        in_register = int(await fetch_value(f"select count(*) from signatory where {IN_REGISTER}"))  # noqa: S608 (ours)
    made = await asyncio.to_thread(_figures, listings, premises, areas)
    return _with_everybody(made, now, organisations=organisations, not_listed=organisations - in_register)


# In the order of import, as known_venues needs them; uses place_by_kind.
LISTINGS = (
    "select coalesce(category, 'venue'), folded, postcode, borough, shape from place "
    "where kind = 'venue' order by number"
)
# Reads the premises of all whom the register shows; unlisted ones have a borough and nothing else to show.
PREMISES = (
    "select premises.signatory, signatory.sector, premises.borough, premises.folded, premises.postcode, "  # noqa: S608
    "premises.location from premises join signatory on signatory.number = premises.signatory "
    f"where {IN_REGISTER} order by premises.number"
)
IN_FORCE = "select count(*) from signatory where state in ('active', 'review_due')"
AREAS = (
    "select number, kind, key, name, borough, category, address, postcode, source, shape from place "
    "where kind in ('borough', 'town_centre') order by kind, folded, number"
)


async def _areas() -> list[KnownPlace]:
    names = ("number", "kind", "key", "name", "borough", "category", "address", "postcode", "source", "shape")
    rows = [dict(zip(names, row, strict=True)) for row in await fetch_tuples(AREAS)]
    return [KnownPlace(**{**row, "kind": Kind(row["kind"])}) for row in rows]


def _figures(listings: Sequence[Listing], premises: Sequence[Premises], areas: Sequence[KnownPlace]) -> dict[str, Any]:
    venues = known_venues(listings, on_grid([listing.location for listing in listings]))
    counted = _counted(venues, premises)
    boroughs = [area for area in areas if area.kind is Kind.BOROUGH]
    centres = [area for area in areas if area.kind is Kind.TOWN_CENTRE]
    of_venues, of_premises = by_key(venues.boroughs), by_key([one.borough for one in premises])
    # A borough counts what is registered there, so that its page and the register's agree; a centre what stands in it.
    reaches = [counted.tally.within(of_venues.get(b.key, NOWHERE), of_premises.get(b.key, NOWHERE)) for b in boroughs]
    in_london = np.array([borough is not None for borough in venues.boroughs], dtype=bool)
    return {
        "london": counted.tally.within(np.flatnonzero(in_london), np.arange(len(premises))),
        "elsewhere": len(of_premises.get(None, NOWHERE)),
        "boroughs": tuple(map(_area, boroughs, reaches)),
        "town_centres": tuple(map(_area, centres, counted.inside([centre.shape for centre in centres]))),
        "shapes": {area.number: area.shape for area in areas},
        "counted": counted,
    }


def _counted(venues: Known, premises: Sequence[Premises]) -> Counted:
    listed = np.array([row for row, one in enumerate(premises) if one.location is not None], dtype=np.int64)
    chosen = [premises[row] for row in listed.tolist()]
    shown = [one.location for one in chosen]
    names = [compared(one.folded or "") for one in chosen]
    found = matched(named(on_grid(shown), names, [one.postcode for one in chosen]), venues.listings)
    signed = np.zeros(len(venues), dtype=bool)
    signed[found[found != NOBODY]] = True
    unmatched = np.zeros(len(premises), dtype=bool)
    unmatched[listed] = (found == NOBODY) & np.array([one.sector in VENUE_SECTORS for one in chosen], dtype=bool)
    signatory = np.array([one.signatory for one in premises], dtype=np.int64)
    return Counted(
        Tally(venue_signed=signed, signatory=signatory, unmatched=unmatched), venues.locations, listed, shown
    )


def _with_everybody(made: dict[str, Any], now: datetime, *, organisations: int, not_listed: int) -> Figures:
    """The signature of who does not stand in the register counts, in the whole and nowhere else."""
    london = msgspec.structs.replace(made.pop("london"), organisations_signed=organisations)
    return Figures(made_at=now, london=london, not_listed=not_listed, **made)


def _area(known: KnownPlace, reach: Reach) -> Area:
    return Area(
        id=known.number,
        kind=known.kind.value,
        key=known.key,
        name=known.name,
        category=known.category,
        borough=known.borough,
        reach=reach,
    )


def _by_area(area: IndexArray, inside: IndexArray, areas: int) -> list[IndexArray]:
    """What is inside each area, in order."""
    order = np.lexsort((inside, area))
    return np.split(inside[order], np.searchsorted(area[order], np.arange(1, areas))) if areas else []


_remembered = Remembered(_make, large=lambda made: len(made.counted.tally.signatory) > LARGE_PREMISES)
