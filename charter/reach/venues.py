"""The night venues that are known: what was imported, with a venue that several lists name counted once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from charter.reach.likeness import compared
from charter.reach.matching import NOBODY, Named, matched, named
from geo.crs import Metres
from geo.nearness import IndexArray
from geo.shapes import Shape


@dataclass(frozen=True)
class Listing:
    """One line of one publisher's list of venues; `folded` is its name as names are searched."""

    category: str
    folded: str
    postcode: str | None
    borough: str | None
    location: Shape


@dataclass(frozen=True)
class Known:
    """The venues, in the order in which they were imported.

    `listings` are all the lines, so that a signatory may be matched by any list's name or position of a venue; its
    `owner` is the venue. A venue's borough and location are those of the first list that has it.
    """

    listings: Named
    boroughs: Sequence[str | None]
    locations: Sequence[Shape]

    def __len__(self) -> int:
        return len(self.boroughs)


def known_venues(listings: Sequence[Listing], metres: Metres) -> Known:
    """The venues behind the listings, whose places on the grid are `metres`.

    A pub with a stage stands in the list of pubs and in that of music venues (45 % of the latter do): lists are
    compared with each other by charter.reach.matching. Two lines of one list are two venues, as its publisher says.
    """
    names = [compared(listing.folded) for listing in listings]
    lines = named(metres, names, [listing.postcode for listing in listings])
    owner = _owners(lines, [listing.category for listing in listings])
    first = np.unique(owner).tolist()
    venue = np.searchsorted(first, owner)
    return Known(
        Named(lines.metres, lines.names, lines.postcodes, venue),
        [listings[row].borough for row in first],
        [listings[row].location for row in first],
    )


def _owners(lines: Named, categories: Sequence[str]) -> IndexArray:
    """For each line the first line of the same venue."""
    owner = lines.owner.copy()
    before: IndexArray = np.empty(0, dtype=np.int64)
    # In the order of import, so that one more list never changes how those before it were joined.
    for category in dict.fromkeys(categories):
        here = np.flatnonzero(np.array([one == category for one in categories]))
        found = matched(_rows(lines, here, owner), _rows(lines, before, owner))
        owner[here[found != NOBODY]] = found[found != NOBODY]
        before = np.concatenate([before, here])
    return owner


def _rows(lines: Named, rows: IndexArray, owner: IndexArray) -> Named:
    metres = Metres(lines.metres.easting[rows], lines.metres.northing[rows])
    chosen = rows.tolist()
    return Named(metres, [lines.names[row] for row in chosen], [lines.postcodes[row] for row in chosen], owner[rows])
