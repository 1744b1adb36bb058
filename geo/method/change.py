"""Before and after: did places that were changed come to feel different, beyond what untouched places did?

Sites are chosen because they look bad, and what looks bad by chance looks better next time without anybody's doing.
So each changed place is compared with untouched places that looked alike before and could have been chosen as well,
in the same two periods. Two ways of matching are shown beside each other: on the whole baseline, and on one half of
the baseline's walks while the change is counted from the other half, so that what matched them is no part of what is
counted. An effect is claimed only where the intervals of both lie on one side of zero.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from geo.crs import FloatArray, Metres
from geo.grid import GRID_50, Cells, Grid, neighbours
from geo.method.contrasts import visited_cells
from geo.method.scores import Index, Scores, codes_of, walked_of
from geo.method.significance import BoolArray, critical_t
from geo.method.verdicts import evidence_of

MATCHES = 5  # untouched places for each changed one; fewer follow chance, more resemble it less
GROUPS = 20  # of outings, one left out at a time
LEAST_OUTINGS = 3  # in each period; with fewer, nothing can be left out


@dataclass(frozen=True)
class Effect:
    """The mean change at the sites beyond that of their matches, in scores, and its 95 % interval."""

    estimate: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Whether the interval lies on one side of zero."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, kw_only=True)
class Change:
    """What two periods say of the sites.

    sites, controls: how many places could be compared in both periods. full, split: the effect by either matching;
    None without enough controls or walks, or where a part of them knows of no site: then nothing may be said.
    """

    sites: int
    controls: int
    full: Effect | None
    split: Effect | None

    @property
    def claimed(self) -> bool:
        """Whether an effect may be claimed: both ways of matching agree that it is not nothing."""
        if self.full is None or self.split is None:
            return False
        return self.full.excludes_zero and self.split.excludes_zero and self.full.estimate * self.split.estimate > 0


@dataclass(frozen=True)
class Contrasts:
    """Each place's difference from the rest of the same walks, by cell; `enough` as for a hotspot."""

    cells: Cells
    estimate: FloatArray
    enough: BoolArray

    def judged(self) -> Cells:
        """The cells with enough evidence."""
        return Cells(self.cells.q[self.enough], self.cells.r[self.enough])

    def at(self, cells: Cells) -> FloatArray:
        """The estimates of these cells, NaN where there is none."""
        found = dict(zip(self.cells, self.estimate.tolist(), strict=True))
        return np.array([found.get(cell, np.nan) for cell in cells])


@dataclass(frozen=True)
class _Compared:
    """The cells that both periods can tell of, and which of them are sites or may be their controls."""

    cells: Cells
    site: BoolArray
    control: BoolArray


def contrasts_of(scores: Scores, grid: Grid = GRID_50) -> Contrasts:
    """How each visited place of one period differs from the rest of the same walks."""
    walked = walked_of(scores)
    visited = visited_cells(grid, walked.places)
    evidence = evidence_of(walked, visited)
    return Contrasts(visited.cells, evidence.estimate, evidence.enough)


def comparable_cells(before: Contrasts, after: Contrasts) -> Cells:
    """The cells with enough evidence in both periods, in the order of (q, r)."""
    enough_after = {cell for cell, enough in zip(after.cells, after.enough.tolist(), strict=True) if enough}
    both = [
        cell for cell, yes in zip(before.cells, before.enough.tolist(), strict=True) if yes and cell in enough_after
    ]
    return Cells.of(both)


def change(before: Scores, after: Scores, *, sites: Cells, candidates: Cells | None = None) -> Change:
    """What changed at the sites beyond what changed elsewhere, between two periods of one factor.

    `sites` are the middle cells (50 m grid) of what was changed, each standing for its support. `candidates` are the
    cells that might have been chosen in their place; by default those that looked neither worse nor better before than
    the sites did. A candidate whose support touches a site's is part of the change, and no control. Positive is better.
    """
    whole = contrasts_of(before)
    compared = _compared(whole, contrasts_of(after), sites, candidates)
    number = Change(sites=int(compared.site.sum()), controls=int(compared.control.sum()), full=None, split=None)
    outings = min(len(np.unique(before.outing)), len(np.unique(after.outing)))
    if not number.sites or number.controls < MATCHES or outings < LEAST_OUTINGS:
        return number
    full, split = _effects(before, after, compared)
    return replace(number, full=full, split=split)


def _compared(before: Contrasts, after: Contrasts, sites: Cells, candidates: Cells | None) -> _Compared:
    cells = comparable_cells(before, after)
    site = _among(cells, sites)
    looked = before.at(cells)
    if candidates is None:
        alike = (looked >= looked[site].min()) & (looked <= looked[site].max()) if site.any() else site
    else:
        alike = _among(cells, candidates)
    return _Compared(cells, site, alike & ~_among(cells, touching(sites)))


def touching(cells: Cells) -> Cells:
    """The cells whose supports share a cell with the supports of these: themselves, and two rings around."""
    ring = neighbours(cells)
    return Cells.of(sorted({*cells, *ring, *neighbours(ring)}))


def _among(cells: Cells, those: Cells) -> BoolArray:
    wanted = set(those)
    return np.array([cell in wanted for cell in cells], dtype=bool)


def _effects(before: Scores, after: Scores, compared: _Compared) -> tuple[Effect | None, Effect | None]:
    """Both effects, with intervals by leaving out one group of outings at a time.

    The delete-a-group jackknife (P. S. Kott, Journal of Official Statistics 17, 2001, 521-526): what is done to all the
    data, the matching included, is done to each of the parts.
    """
    estimates = np.array(_both_ways(before, after, compared))
    groups = min(GROUPS, len(np.unique(before.outing)), len(np.unique(after.outing)))
    parts = [
        _both_ways(_without(before, group, groups), _without(after, group, groups), compared) for group in range(groups)
    ]
    spread = np.array(parts) - np.mean(parts, axis=0)
    error = np.sqrt((groups - 1) / groups * (spread**2).sum(axis=0))
    reach = error * critical_t(np.array([groups - 1.0]))[0]
    full, split = (_effect(e, r) for e, r in zip(estimates.tolist(), reach.tolist(), strict=True))
    return full, split


def _effect(estimate: float, reach: float) -> Effect | None:
    return Effect(estimate, estimate - reach, estimate + reach) if math.isfinite(estimate + reach) else None


def _both_ways(before: Scores, after: Scores, compared: _Compared) -> tuple[float, float]:
    """The effect by matching on the whole baseline, and on one half with the change counted from the other."""
    now = contrasts_of(after).at(compared.cells)
    whole = contrasts_of(before).at(compared.cells)
    halves = [contrasts_of(_half(before, half)).at(compared.cells) for half in (0, 1)]
    split = [_beyond_matches(halves[mine], now - halves[1 - mine], compared) for mine in (0, 1)]
    return _beyond_matches(whole, now - whole, compared), float(np.mean(split))


def _beyond_matches(looked: FloatArray, changed: FloatArray, compared: _Compared) -> float:
    """The mean over sites of their change less the mean change of the untouched places that looked most alike."""
    known = np.isfinite(looked) & np.isfinite(changed)
    sites, controls = compared.site & known, compared.control & known
    if not sites.any() or not controls.any():
        return math.nan
    apart = np.abs(looked[sites][:, None] - looked[controls])
    nearest = np.argsort(apart, axis=1, kind="stable")[:, :MATCHES]
    return float(np.mean(changed[sites] - changed[controls][nearest].mean(axis=1)))


def _half(scores: Scores, half: int) -> Scores:
    """Every other outing, in the order of their numbers."""
    return _kept(scores, codes_of(scores.outing)[0] % 2 == half)


def _without(scores: Scores, group: int, groups: int) -> Scores:
    """All but one group of outings."""
    # Consecutive pairs stay together, so that leaving out a group takes as much from either half.
    return _kept(scores, codes_of(scores.outing)[0] // 2 % groups != group)


def _kept(scores: Scores, rows: BoolArray) -> Scores:
    kept: Index = np.flatnonzero(rows)
    return replace(
        scores,
        programme=scores.programme[kept],
        outing=scores.outing[kept],
        night=scores.night[kept],
        stop=scores.stop[kept],
        places=Metres(scores.places.easting[kept], scores.places.northing[kept]),
        value=scores.value[kept],
        person=None if scores.person is None else scores.person[kept],
        group_size=None if scores.group_size is None else scores.group_size[kept],
    )
