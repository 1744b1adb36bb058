"""The scores of one factor as arrays: as they are given, and sorted by walk for the method to work on."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geo.crs import FloatArray, Metres

Integers = NDArray[np.integer]
Index = NDArray[np.int64]
Codes = NDArray[np.int32]

HIGHEST_SCORE = 3
RADIX_BITS = 16  # numpy sorts 16-bit integers by counting, ten times faster than by comparing
CODE_SPAN = 4  # codes are looked up in a table if their range is at most so many times their number


@dataclass(frozen=True, kw_only=True)
class Scores:
    """The scores of one factor, one row each; all arrays of one length.

    programme, outing, night, stop: integers that tell them apart; an outing's day and dark leg share its number.
    places: where each score's stop is, in British National Grid.
    value: 0 (worst) to 3 (best); `cannot_tell` and `not_applicable` are left out by the caller.
    person: who scored, for personal factors; group_size: how many walked, for group factors. One of the two.
    """

    programme: Integers
    outing: Integers
    night: Integers
    stop: Integers
    places: Metres
    value: Integers
    person: Integers | None = None
    group_size: Integers | None = None

    def __post_init__(self) -> None:
        """Refuse what is not one array of scores 0-3; a mistake of the caller, not of a person."""
        if (self.person is None) == (self.group_size is None):
            raise ValueError("Give either the person (personal factors) or the group size (group factors).")
        columns = (self.programme, self.outing, self.night, self.stop, self.places, self.person, self.group_size)
        if any(column is not None and len(column) != len(self.value) for column in columns):
            raise ValueError("Give all columns of the scores in one length.")
        if len(self.value) and not (self.value.min() >= 0 and self.value.max() <= HIGHEST_SCORE):
            raise ValueError("Leave out whatever is not a score from 0 to 3.")

    def __len__(self) -> int:
        return len(self.value)


@dataclass(frozen=True)
class Walked:
    """All scores of one factor, sorted by programme, night, walk and woman; codes instead of ids.

    Of length n (scores): `places`, `value` (0-3), `centred` (value less the unit's mean), `unit`,
    `stop`. Of length U (units): `unit_scores`, `unit_walk`, `unit_person`. Of length W (walks): `walk_programme`,
    `walk_night`, `walk_group_size`. Of length P (programmes): `programme_scores`.
    """

    is_personal: bool
    places: Metres
    value: NDArray[np.int8]
    centred: FloatArray
    unit: Codes
    stop: Codes
    unit_scores: FloatArray
    unit_walk: Codes
    unit_person: Codes
    walk_programme: Codes
    walk_night: Codes
    walk_group_size: Integers
    programme_scores: FloatArray

    def at(self, rows: Index) -> "Walked":
        """Only these scores; units, walks and programmes stay as they are, totals included."""
        return replace(
            self,
            places=Metres(self.places.easting[rows], self.places.northing[rows]),
            value=self.value[rows],
            centred=self.centred[rows],
            unit=self.unit[rows],
            stop=self.stop[rows],
        )


def walked_of(scores: Scores) -> Walked:
    """The scores sorted by programme, night, walk and woman. An outing's night is that of its first score."""
    outing, outings = codes_of(scores.outing)
    first, walk_order = _walks(scores, outing, len(outings))
    walk = np.argsort(walk_order).astype(np.int32)[outing]
    person = codes_of(scores.person)[0] if scores.person is not None else np.zeros_like(walk)
    order, unit, starts = _units(walk, person)
    programme = codes_of(scores.programme)[0]
    value = scores.value[order].astype(np.int8)
    unit_scores = run_lengths(starts, len(order)).astype(np.float64)
    return Walked(
        is_personal=scores.person is not None,
        places=Metres(scores.places.easting[order], scores.places.northing[order]),
        value=value,
        centred=value - (np.add.reduceat(value, starts, dtype=np.float64) / unit_scores)[unit],
        unit=unit,
        stop=codes_of(scores.stop)[0][order],
        unit_scores=unit_scores,
        unit_walk=walk[order[starts]],
        unit_person=person[order[starts]],
        walk_programme=programme[first],
        walk_night=codes_of(scores.night)[0][first],
        walk_group_size=(np.zeros_like(walk) if scores.group_size is None else scores.group_size)[first],
        programme_scores=np.bincount(programme).astype(np.float64),
    )


def _walks(scores: Scores, outing: Codes, outings: int) -> tuple[Index, Index]:
    """A row of each walk in the order of programme and night, and the outings in that order."""
    first = np.empty(outings, dtype=np.int64)
    first[outing[::-1]] = np.arange(len(outing))[::-1]  # of several rows the one written last stays: the first row
    order = np.lexsort((scores.night[first], scores.programme[first]))
    return first[order], order


def _units(walk: Codes, person: Codes) -> tuple[Index, Codes, Index]:
    """The order of the scores by walk and woman, each score's unit in that order, and where each unit starts."""
    key = walk * (np.int64(person.max()) + 1) + person
    order = np.argsort(key, kind="stable")
    starts = run_starts(key[order])
    unit = np.repeat(np.arange(len(starts), dtype=np.int32), run_lengths(starts, len(order)))
    return order, unit, starts


def codes_of(ids: NDArray[np.integer]) -> tuple[Codes, Index]:
    """Small numbers for ids, in the order of the ids, and the ids themselves, sorted.

    >>> codes, ids = codes_of(np.array([70, 10, 70]))
    >>> codes.tolist(), ids.tolist()
    ([1, 0, 1], [10, 70])
    """
    lowest = int(ids.min())
    span = int(ids.max()) - lowest + 1
    if span > CODE_SPAN * len(ids) + 2**RADIX_BITS:
        present, codes = np.unique(ids, return_inverse=True)
        return codes.astype(np.int32), present.astype(np.int64)
    seen = np.zeros(span, dtype=bool)
    seen[ids - lowest] = True
    table = np.cumsum(seen, dtype=np.int32) - 1
    return table[ids - lowest].astype(np.int32), np.flatnonzero(seen) + lowest


def sorting(codes: NDArray[np.integer]) -> Index:
    """The order that sorts non-negative codes and leaves equals as they are; by counting where that is possible."""
    order = np.argsort((codes & 0xFFFF).astype(np.uint16), kind="stable")
    if len(codes) and codes.max() >> (2 * RADIX_BITS):
        return np.argsort(codes, kind="stable")
    if len(codes) and codes.max() >> RADIX_BITS:
        order = order[np.argsort((codes >> RADIX_BITS)[order].astype(np.uint16), kind="stable")]
    return order


def run_starts(*sorted_codes: NDArray[np.integer]) -> Index:
    """Where each run of equals begins in codes that are sorted together."""
    changes = np.zeros(len(sorted_codes[0]), dtype=bool)
    changes[:1] = True
    for codes in sorted_codes:
        changes[1:] |= codes[1:] != codes[:-1]
    return np.flatnonzero(changes)


def run_lengths(starts: Index, total: int) -> Index:
    """How long each run is, of `total` codes."""
    return np.diff(np.append(starts, total))
