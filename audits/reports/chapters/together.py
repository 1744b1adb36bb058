"""What goes together: factors that fall with feeling, and who was there and how that felt."""

from collections.abc import Iterable

import numpy as np

from audits.instrument import VERSION_1
from audits.reports import disclosure
from audits.reports.disclosure import enough_behind
from audits.reports.evidence import Said, scores_of
from audits.reports.gathered import Gathered
from audits.reports.sections import Falling, PresenceSeen
from geo.method.falling import slope

OUTCOME = next(factor.key for factor in VERSION_1.factors if factor.outcome)
AGREED = tuple(factor for factor in VERSION_1.factors if factor.mode == "group")


def falling(gathered: Gathered) -> Iterable[Falling]:
    """How feeling goes with each factor that groups agreed, after dark; only of programmes with enough women."""
    felt = gathered.said.get(OUTCOME)
    if felt is None:
        return
    felt = of_enough(gathered, felt.scored())
    outcome = scores_of(gathered.field, felt, dark=True)
    for factor in AGREED:
        found = slope(outcome, scores_of(gathered.field, gathered.said[factor.key], dark=True))
        yield disclosure.fallen(found, factor=factor.key, label=factor.label, rule=gathered.rule)


def of_enough(gathered: Gathered, said: Said) -> Said:
    """Of what women said alone only programmes that by themselves have enough women."""
    if said.person is None:
        return said
    programme = gathered.field.walks.programme[gathered.field.stops.walk[said.stop]]
    return said.chosen(enough_behind(programme, said.person, needed=gathered.rule.min_people))


def presences(gathered: Gathered) -> Iterable[PresenceSeen]:
    """Who or what was at the stops after dark, and how that made women feel."""
    field, felt = gathered.field, gathered.beside.felt
    dark = field.walks.dark[field.stops.walk]
    seen = np.array(field.stops.presences, dtype=bool).reshape(-1, len(VERSION_1.presence))
    programme = field.walks.programme[field.stops.walk[felt.stop]]
    for number, presence in enumerate(VERSION_1.presence):
        chosen = (felt.presence == number) & dark[felt.stop]
        # A level that a programme alone has too few women for is left out, as with scores.
        chosen[chosen] = enough_behind(
            programme[chosen] * 4 + felt.effect[chosen], felt.person[chosen], needed=gathered.rule.min_people
        )
        people = [len(np.unique(felt.person[chosen & (felt.effect == effect)])) for effect in range(3)]
        counts = np.bincount(felt.effect[chosen], minlength=3).tolist()
        yield PresenceSeen(
            key=presence.key,
            label=presence.label,
            there=disclosure.about(int(seen[dark, number].sum()), rule=gathered.rule),
            stops=disclosure.about(int(dark.sum()), rule=gathered.rule),
            effects=disclosure.effects(counts, people, rule=gathered.rule),
        )
