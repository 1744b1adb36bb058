"""Before and after: nothing is claimed where nothing was done, and what was done is found."""

from dataclasses import replace

import numpy as np
import pytest

from geo.crs import Metres
from geo.grid import GRID_50, Cells
from geo.hotspots import Scores
from geo.method.change import Effect, change, comparable_cells, contrasts_of
from geo.trials.changes import trial
from geo.trials.worlds import LONDON, world

A_LONDON = replace(LONDON, programmes=6, discs=2)


def periods(seed: int) -> tuple[Scores, Scores, Cells]:
    """Two periods of one world, and the places that both tell of."""
    before, after = (world(A_LONDON, seed, period=period).personal.scores for period in (0, 1))
    return before, after, comparable_cells(contrasts_of(before), contrasts_of(after))


def test_where_nothing_was_done_nothing_is_found() -> None:
    """Five worlds, sites by lot among what looked worst: the mean effect is near nothing, and none is claimed."""
    tried = [trial(A_LONDON, seed).change for seed in range(5)]
    full, split = [each.full for each in tried], [each.split for each in tried]

    assert abs(np.mean([each.estimate for each in full if each])) < 0.05
    assert abs(np.mean([each.estimate for each in split if each])) < 0.05
    assert not any(each.claimed for each in tried)


def test_what_was_done_is_found() -> None:
    """Scores raised by one at the sites (some were at the top already) give an effect of most of one, claimed."""
    found = trial(A_LONDON, 3, done=1.0).change

    assert found.claimed
    assert found.full is not None
    assert 0.4 < found.full.low < found.full.estimate < 1.0


def test_what_looked_worst_looks_better_by_itself() -> None:
    """The naive difference at sites chosen for looking bad is above zero in most worlds in which nothing was done."""
    naive = [trial(A_LONDON, seed).naive for seed in range(12)]

    assert np.mean(naive) > 0.02


def test_both_ways_must_agree() -> None:
    """An effect is claimed only if both intervals lie on the same side of zero."""
    before, after, cells = periods(1)
    some = Cells(cells.q[::40], cells.r[::40])
    found = change(before, after, sites=some)
    up, down, unsure = Effect(0.3, 0.1, 0.5), Effect(-0.3, -0.5, -0.1), Effect(0.3, -0.1, 0.7)

    assert replace(found, full=up, split=up).claimed
    assert not any(replace(found, full=up, split=other).claimed for other in (down, unsure, None))


def test_without_untouched_places_nothing_is_said() -> None:
    """All places being sites, there is nobody to compare them with."""
    before, after, cells = periods(2)
    found = change(before, after, sites=cells)

    assert (found.controls, found.full, found.split, found.claimed) == (0, None, None, False)


def test_sites_that_nobody_walked_are_not_spoken_of() -> None:
    """A site must have been walked enough in both periods."""
    before, after, _ = periods(2)

    assert change(before, after, sites=Cells.of([(1, 1)])).sites == 0


def test_controls_are_never_sites_and_look_like_them() -> None:
    """By default they are those within the range of what the sites looked like."""
    before, after, cells = periods(4)
    looked = contrasts_of(before).at(cells)
    worst = np.flatnonzero(looked < np.quantile(looked, 0.1))
    found = change(before, after, sites=Cells(cells.q[worst], cells.r[worst]))

    assert 0 < found.sites <= len(worst)
    assert found.controls == 0  # whatever looks like the worst tenth belongs to it


@pytest.mark.parametrize("order", [1, 2])
def test_the_order_of_the_scores_does_not_matter(order: int) -> None:
    """The same scores in another order give the same effect."""
    before, after, cells = periods(5)
    some = Cells(cells.q[::40], cells.r[::40])
    shuffled = _in_order(before, np.random.default_rng(order).permutation(len(before)))
    first, again = change(before, after, sites=some), change(shuffled, after, sites=some)

    assert first.full is not None
    assert again.full is not None
    assert again.full.estimate == pytest.approx(first.full.estimate, abs=1e-9)


def _in_order(scores: Scores, order: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> Scores:
    from geo.method.change import _kept  # the one function that takes rows out of scores, here all of them

    assert scores.person is not None
    kept = _kept(scores, np.ones(len(scores), dtype=bool))
    places = type(kept.places)(kept.places.easting[order], kept.places.northing[order])
    columns = {name: getattr(kept, name)[order] for name in ("programme", "outing", "night", "stop", "value", "person")}
    return replace(kept, places=places, **columns)


def by_turns(first: int) -> Scores:
    """Eight walks of six women, of which every other one takes another route; both share their last ten stops."""
    chance = np.random.default_rng(first)
    rows = [
        (outing, outing * 100 + place, place, woman, int(chance.integers(0, 4)))
        for outing in range(first, first + 8)
        for place in (*range(10 * (outing % 2), 10 * (outing % 2) + 10), *range(20, 30))
        for woman in range(6)
    ]
    outing, stop, place, woman, value = np.array(rows).T
    at = Metres.of(530_000 + 400.0 * (place % 10), 180_000 + 400.0 * (place // 10))
    return Scores(programme=outing * 0, outing=outing, night=outing, stop=stop, places=at, value=value, person=woman)


def test_a_half_that_knows_of_no_site_tells_of_no_effect() -> None:
    """The site's route was walked every other time, so that half of the baseline never saw it: None, and no NaN."""
    before, after = by_turns(0), by_turns(100)
    site = Cells.of(list(GRID_50.cells_at(Metres.of(531_600.0, 180_000.0))))
    found = change(before, after, sites=site, candidates=Cells.of(sorted(set(GRID_50.cells_at(before.places)))))

    assert found.sites == 1 and found.controls >= 5
    assert found.split is None and not found.claimed
    assert found.full is None or np.isfinite([found.full.estimate, found.full.low, found.full.high]).all()
