"""What was seen at the places of an issue before it was done and after; never called an effect.

A later stop is comparable with the issue at the same place (the same planned stop, or the same 50 m cell), in the
same light band and by the same version of the instrument. Before counts every stop there, and not only the low ones
that the issue was raised from: chosen for being low, those would look better the next time untouched.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean
from uuid import UUID

import msgspec

Cell = tuple[int, int]
DARK_BANDS = ("nautical", "night")  # the sun below -6 degrees, as a dark leg needs it
NOISE_DIGITS = 9
CAUTION = (
    "What was seen, and not an effect: places are chosen because they look bad, and would look better the next time "
    "untouched. Compare with places where nothing was done before claiming one."
)


@dataclass(frozen=True, kw_only=True)
class StopSeen:
    """A stop with what the group agreed there; no person, note or personal answer is in it.

    `cell` is the 50 m hexagon's (q, r), the position WGS 84 and metres on the National Grid; None without a place.
    `scores` hold 0 to 3, or the answer that stands instead. `group_size` is its walk's, `of` its programme's number.
    """

    number: int
    of: int
    id: UUID
    walk_id: UUID
    walk_state: str
    night_of: date
    sequence: int
    leg: str
    group_size: int
    instrument_version: int
    planned_stop_id: UUID | None
    sun_band: str | None
    cell: Cell | None
    longitude: float | None
    latitude: float | None
    easting_m: float | None
    northing_m: float | None
    hub: str | None
    causes: tuple[str, ...]
    scores: Mapping[str, int | str]

    @property
    def dark(self) -> bool:
        """Whether it was dark there."""
        return self.sun_band in DARK_BANDS


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One group factor before and after: means of 0 to 3 over the places that were scored on both sides.

    `people` are the largest group's, a floor. Where there is nothing to compare, `why_not` says so and the means and
    the change are None; the counts are those of comparable stops.
    """

    factor: str
    before: float | None
    after: float | None
    change: float | None
    places: int
    stops_before: int
    walks_before: int
    people_before: int
    stops_after: int
    walks_after: int
    people_after: int
    why_not: str | None = None


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where an issue is: the light and the questions of its stops, and their cells by planned stop."""

    cells: frozenset[Cell]
    planned: Mapping[UUID, Cell]
    bands: frozenset[str]
    versions: frozenset[int]

    @classmethod
    def of(cls, stops: Sequence[StopSeen]) -> "Places":
        """The places of an issue's stops; those without a position are nowhere."""
        placed = [stop for stop in stops if stop.cell is not None]
        return cls(
            cells=frozenset(stop.cell for stop in placed if stop.cell),
            planned={stop.planned_stop_id: stop.cell for stop in placed if stop.planned_stop_id and stop.cell},
            bands=frozenset(stop.sun_band for stop in placed if stop.sun_band),
            versions=frozenset(stop.instrument_version for stop in placed),
        )

    def place_of(self, stop: StopSeen) -> Cell | None:
        """Which of the places a stop is at: that of its planned stop, else its own cell; None where at none."""
        if stop.planned_stop_id is not None and stop.planned_stop_id in self.planned:
            return self.planned[stop.planned_stop_id]
        return stop.cell if stop.cell in self.cells else None


def why_not(stop: StopSeen, places: Places, *, done_on: date | None) -> str | None:
    """Why a later stop cannot be compared with the issue; None where it can.

    A night on the day when it was done counts as after.
    """
    if stop.walk_state != "accepted":
        return "Not comparable: its walk is not accepted."
    if places.place_of(stop) is None:
        return "Not comparable: it is at another place."
    if done_on is None:
        return "Not comparable: nothing is done yet."
    if stop.night_of < done_on:
        return "Not comparable: it was walked before all of it was done."
    if stop.sun_band not in places.bands:
        return f"Not comparable: another light ({stop.sun_band}; the issue was seen at {_listed(places.bands)})."
    if stop.instrument_version not in places.versions:
        return f"Not comparable: scored by version {stop.instrument_version} of the questions."
    return None


def changes(
    factors: Iterable[str], places: Places, *, before: Sequence[StopSeen], after: Sequence[StopSeen]
) -> tuple[Change, ...]:
    """What changed in each factor, between stops that are comparable; a place counts where both sides scored it.

    Each place weighs the same, however often it was scored.
    """
    return tuple(_change(factor, places, before, after) for factor in factors)


def baseline(stops: Iterable[StopSeen], places: Places, *, first_done_on: date) -> list[StopSeen]:
    """The stops at the issue's places before anything was done, in its light and by its questions."""
    return [
        stop
        for stop in stops
        if stop.walk_state == "accepted"
        and places.place_of(stop) is not None
        and stop.night_of < first_done_on
        and stop.sun_band in places.bands
        and stop.instrument_version in places.versions
    ]


def _change(factor: str, places: Places, before: Sequence[StopSeen], after: Sequence[StopSeen]) -> Change:
    scored_before, scored_after = _scored(before, factor), _scored(after, factor)
    means_before, means_after = _means(scored_before, factor, places), _means(scored_after, factor, places)
    both = sorted(means_before.keys() & means_after.keys())
    old = [stop for stop in scored_before if places.place_of(stop) in both]
    new = [stop for stop in scored_after if places.place_of(stop) in both]
    was, now = _mean([means_before[place] for place in both]), _mean([means_after[place] for place in both])
    return Change(
        factor=factor,
        before=_rounded(was),
        after=_rounded(now),
        change=None if was is None or now is None else _rounded(now - was),
        places=len(both),
        stops_before=len(old),
        walks_before=len({stop.walk_id for stop in old}),
        people_before=max((stop.group_size for stop in old), default=0),
        stops_after=len(new),
        walks_after=len({stop.walk_id for stop in new}),
        people_after=max((stop.group_size for stop in new), default=0),
        why_not=None if both else "Not comparable: no place was scored both before and after.",
    )


def _scored(stops: Iterable[StopSeen], factor: str) -> list[StopSeen]:
    return [stop for stop in stops if isinstance(stop.scores.get(factor), int)]


def _means(stops: Iterable[StopSeen], factor: str, places: Places) -> dict[Cell, float]:
    """The mean score of each place."""
    found: dict[Cell, list[int]] = defaultdict(list)
    for stop in stops:
        place, score = places.place_of(stop), stop.scores[factor]
        if place is not None and isinstance(score, int):
            found[place].append(score)
    # fsum-exact means do not depend on the order in which a database gives its rows.
    return {place: fmean(scores) for place, scores in found.items()}


def _mean(values: Sequence[float]) -> float | None:
    return fmean(values) if values else None


def _rounded(value: float | None) -> float | None:
    """To one decimal, never minus zero."""
    return None if value is None else round(round(value, NOISE_DIGITS), 1) + 0.0


def _listed(bands: Iterable[str]) -> str:
    return " or ".join(sorted(bands)) or "an unknown light"
