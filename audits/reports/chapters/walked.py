"""Where was walked how often, where to walk next, and how good the data are."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from audits.instrument import VERSION_1
from audits.reports import disclosure
from audits.reports.cells import Hub, name_of_place
from audits.reports.contents import Finding
from audits.reports.evidence import CANNOT_TELL, Said, scores_of
from audits.reports.gathered import Gathered
from audits.reports.sections import Quality, Visit
from geo.crs import Metres
from geo.grid import GRID_50, GRIDS
from geo.hotspots import find_hotspots
from geo.method.coverage import walk_next

OUTCOME = next(factor.key for factor in VERSION_1.factors if factor.outcome)
SUGGESTED = 5
UNTESTED = frozenset({"not_enough_evidence", "suppressed"})


def visits(gathered: Gathered) -> Iterable[Visit]:
    """Every cell with a stop, and whether one walk or several went there; the public does not hear which."""
    stops, side_m = gathered.field.stops, gathered.rule.side_m
    located = stops.located
    cells = GRIDS[side_m].cells_at(Metres(stops.places.easting[located], stops.places.northing[located]))
    walks = Counter(cell for cell, _ in set(zip(cells, stops.walk[located].tolist(), strict=True)))
    exact = gathered.rule.audience == "gla"
    return (Visit(side_m, *cell, (number == 1) if exact else None) for cell, number in sorted(walks.items()))


def next_walks(gathered: Gathered) -> Sequence[str]:
    """Where one more walk would let most places be decided, in words; within the GLA, and of whole programmes only."""
    said = gathered.said.get(OUTCOME)
    if said is None or gathered.rule.audience != "gla" or not len(said.stop):
        return ()
    found = find_hotspots(scores_of(gathered.field, said, dark=True), GRID_50)
    group = int(np.median(gathered.field.walks.group_size))
    best = walk_next(found, group=group, at_most=4 * SUGGESTED)
    centres = GRID_50.centres(best.cells)
    # Hexagons side by side are one place to walk to.
    names = [_named(e, n, gathered.hubs) for e, n in zip(centres.easting, centres.northing, strict=True)]
    return list(dict.fromkeys(names))[:SUGGESTED]


def _named(easting_m: float, northing_m: float, hubs: Sequence[Hub]) -> str:
    return name_of_place(float(easting_m), float(northing_m), hubs)


def quality(gathered: Gathered, findings: Sequence[Finding]) -> Quality:
    """What is held back, without a place, or could not be told."""
    rule, beside = gathered.rule, gathered.beside
    agreed = [said for said in gathered.said.values() if said.person is None]
    outcome = [finding for finding in findings if finding.factor == OUTCOME]
    return Quality(
        quarantined=disclosure.about(beside.quarantined, rule=rule),
        rejected=disclosure.about(beside.rejected, rule=rule),
        unreviewed=disclosure.about(beside.received if rule.audience == "gla" else 0, rule=rule),
        unlocated_stops=disclosure.about(int((~gathered.field.stops.located).sum()), rule=rule),
        cannot_tell=_share_untold(agreed),
        tested_cells=sum(finding.kind not in UNTESTED for finding in outcome),
        visited_cells=len(outcome),
    )


def _share_untold(agreed: Sequence[Said]) -> str:
    asked = sum(len(said.value) for said in agreed)
    untold = sum(int((said.value == CANNOT_TELL).sum()) for said in agreed)
    return f"{untold / asked:.0%}" if asked else "none asked"
