"""Matching places by where they are and what they are called, one to one, always the same way.

The better the names agree, the further apart two records of one place may lie: publishers and signatories place a
house by its door, its postcode or its roof. What agrees best is taken first, and each place at most once.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from charter.reach.likeness import Alike, Name, one_within_other
from geo.crs import FloatArray, Metres
from geo.nearness import IndexArray, Pairs, pairs_within

METHOD_VERSION = "1"  # of the rules here and in charter.reach.likeness; figures of two versions are not compared
# How far apart two records of one place may lie. The GLA's own two lists place the same pub at most 100 m apart
# (median 28 m); side doors and mistyped names need the same corner.
NEAR_M = {Alike.SAME: 100.0, Alike.BUT_FOR_SORT: 50.0, Alike.ONE_WITHIN_OTHER: 30.0}
SAME_POSTCODE_M = 250.0  # the same name under the same postcode: one of them was placed by the postcode alone
NOBODY = -1


@dataclass(frozen=True)
class Named:
    """Places with their names and postcodes, in the same order; `owner` tells rows that are one place apart or not."""

    metres: Metres
    names: Sequence[Name]
    postcodes: Sequence[str | None]
    owner: IndexArray

    def __len__(self) -> int:
        return len(self.names)


def named(metres: Metres, names: Sequence[Name], postcodes: Sequence[str | None]) -> Named:
    """Places that are each a row of their own."""
    return Named(metres, names, postcodes, np.arange(len(names)))


def matched(first: Named, second: Named) -> IndexArray:
    """For each row of `first` the owner in `second` that it is, or NOBODY; nobody is matched twice."""
    found = np.full(len(first), NOBODY, dtype=np.int64)
    if not len(first) or not len(second):
        return found
    here, owner, distance_m, alike = _likely(first, second)
    # The best names first, then the nearest; what ties is settled by the order of the rows, on every machine alike.
    order = np.lexsort((owner, here, np.round(distance_m, 3), -alike))
    taken: set[int] = set()
    for row, theirs in zip(here[order].tolist(), owner[order].tolist(), strict=True):
        if found[row] == NOBODY and theirs not in taken:
            found[row] = theirs
            taken.add(theirs)
    return found


def _likely(first: Named, second: Named) -> tuple[IndexArray, IndexArray, FloatArray, IndexArray]:
    """The pairs that may be one place: row, owner, distance in metres and how alike their names are."""
    pairs = pairs_within(first.metres, second.metres, NEAR_M[Alike.SAME])
    alike = _alike(first, second, pairs)
    likely = alike > Alike.NOT
    by_postcode = _same_postcode(first, second)
    far = np.full(len(by_postcode.first), int(Alike.SAME))
    return (
        np.concatenate([pairs.first[likely], by_postcode.first]),
        second.owner[np.concatenate([pairs.second[likely], by_postcode.second])],
        np.concatenate([pairs.distance_m[likely], by_postcode.distance_m]),
        np.concatenate([alike[likely], far]),
    )


def _alike(first: Named, second: Named, pairs: Pairs) -> IndexArray:
    alike = np.zeros(len(pairs.first), dtype=np.int64)
    for level, part in ((Alike.BUT_FOR_SORT, "core"), (Alike.SAME, "whole")):
        here, there = _numbered([[getattr(name, part) for name in side.names] for side in (first, second)])
        same = here[pairs.first] == there[pairs.second]
        alike[same & (pairs.distance_m <= NEAR_M[level])] = level
    for place in np.flatnonzero((alike == Alike.NOT) & (pairs.distance_m <= NEAR_M[Alike.ONE_WITHIN_OTHER])).tolist():
        if one_within_other(first.names[pairs.first[place]], second.names[pairs.second[place]]):
            alike[place] = Alike.ONE_WITHIN_OTHER
    return alike


def _numbered(sides: Sequence[Sequence[str]]) -> list[IndexArray]:
    """The same number for the same words on either side: arrays of long names would be wide as the longest."""
    numbers: dict[str, int] = {}
    return [np.array([numbers.setdefault(words, len(numbers)) for words in side], dtype=np.int64) for side in sides]


def _same_postcode(first: Named, second: Named) -> Pairs:
    found = np.array(list(_of_one_postcode(first, second)), dtype=np.int64).reshape(-1, 2)
    here, there = found[:, 0], found[:, 1]
    east_m = first.metres.easting[here] - second.metres.easting[there]
    away_m = np.hypot(east_m, first.metres.northing[here] - second.metres.northing[there])
    near = away_m <= SAME_POSTCODE_M
    return Pairs(here[near], there[near], away_m[near])


def _of_one_postcode(first: Named, second: Named) -> Iterator[tuple[int, int]]:
    """The rows of both that share the whole name and the postcode."""
    known: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row, (name, postcode) in enumerate(zip(second.names, second.postcodes, strict=True)):
        if postcode:
            known[name.whole, postcode].append(row)
    for row, (name, postcode) in enumerate(zip(first.names, first.postcodes, strict=True)):
        if postcode:
            yield from ((row, other) for other in known.get((name.whole, postcode), ()))
