"""What is said of an area: the night venues known, how many of them signed, and who else signed there."""

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from geo.nearness import IndexArray

# Whose places could be on a list of night venues, and are counted as possible ones where they match none.
VENUE_SECTORS = frozenset({"pub_or_bar", "nightclub_or_music_venue", "theatre_cinema_or_arts"})
FEW = 10  # venues; a percentage of fewer says more than it knows, so pages leave it out and show the counts


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """The counts of one area.

    `venues_signed` of the `venues_known` are premises of signatories; `venues_possible` adds signed places of a
    venue's sector that match no known venue, as many as the list has room for. Organisations count once however many
    premises they have there.
    """

    venues_known: int
    venues_signed: int
    venues_possible: int
    organisations_signed: int
    premises_signed: int

    @property
    def share(self) -> float | None:
        """Of the venues known, the share that signed, 0 to 1; None where none is known."""
        return self.venues_signed / self.venues_known if self.venues_known else None

    @property
    def share_at_most(self) -> float | None:
        """The share if every possible venue were one of those known; None where none is known."""
        return self.venues_possible / self.venues_known if self.venues_known else None

    @property
    def few(self) -> bool:
        """Whether too few venues are known for a percentage."""
        return self.venues_known < FEW


def reach(*, known: int, signed: int, unmatched: int, organisations: int, premises: int) -> Reach:
    """The counts of an area, of which `unmatched` are signed places of a venue's sector without a known venue.

    >>> reach(known=10, signed=4, unmatched=9, organisations=3, premises=13).share_at_most
    1.0
    """
    return Reach(
        venues_known=known,
        venues_signed=signed,
        venues_possible=min(known, signed + unmatched),
        organisations_signed=organisations,
        premises_signed=premises,
    )


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What is counted, in arrays: venues with whether each signed, premises with whose each is.

    `unmatched` is whether a premises is a venue by its sector and matches none that is known.
    """

    venue_signed: NDArray[np.bool_]
    signatory: IndexArray
    unmatched: NDArray[np.bool_]

    def within(self, venues: IndexArray, premises: IndexArray) -> Reach:
        """The counts of an area that holds these venues and premises, each named once, by its place in the arrays."""
        return reach(
            known=len(venues),
            signed=int(self.venue_signed[venues].sum()),
            unmatched=int(self.unmatched[premises].sum()),
            organisations=len(np.unique(self.signatory[premises])),
            premises=len(premises),
        )


def by_key(keys: Sequence[object]) -> dict[object, IndexArray]:
    """The places of each key in a sequence.

    >>> {key: places.tolist() for key, places in by_key("abca").items()}
    {'a': [0, 3], 'b': [1], 'c': [2]}
    """
    places: dict[object, list[int]] = {}
    for place, key in enumerate(keys):
        places.setdefault(key, []).append(place)
    return {key: np.array(found, dtype=np.int64) for key, found in places.items()}
