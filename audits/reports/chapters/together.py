"""What goes together: factors that fall with feeling, and who was there and how that felt."""

from collections.abc import Iterable

import numpy as np

from audits.instrument import VERSION_1
from audits.reports import disclosure
from audits.reports.disclosure import enough_behind
from audits.reports.evidence import of_enough, scores_of
from audits.reports.gathered import Gathered
from audits.reports.sections import Falling, PresenceSeen
from geo.method.falling import informing, slope

OUTCOME = next(factor.key for factor in VERSION_1.factors if factor.outcome)
AGREED = tuple(factor for factor in VERSION_1.factors if factor.mode == "group")


def falling(gathered: Gathered) -> Iterable[Falling]:
    """How feeling goes with each factor that groups agreed, after dark; only of programmes with enough women."""
    felt = gathered.said.get(OUTCOME)
    if felt is None:
        return
    felt = felt.scored()
    everything = scores_of(gathered.field, felt, dark=True)
    for factor in AGREED:
        agreed = scores_of(gathered.field, gathered.said[factor.key], dark=True)
        # Counted are the women on whose answers this very slope rests, and no others of their programme.
        rests = felt.chosen(np.isin(felt.stop, informing(everything, agreed)))
        outcome = scores_of(gathered.field, of_enough(gathered.field, rests, gathered.rule.min_people), dark=True)
        nights = len(np.unique(outcome.night))
        yield disclosure.fallen(
            slope(outcome, agreed), nights=nights, factor=factor.key, label=factor.label, rule=gathered.rule
        )


def presences(gathered: Gathered) -> Iterable[PresenceSeen]:
    """Who or what was at the stops after dark, and how that made women feel."""
    field, felt = gathered.field, gathered.beside.felt
    dark = field.walks.dark[field.stops.walk]
    seen = np.array(field.stops.presences, dtype=bool).reshape(-1, len(VERSION_1.presence))
    programme = field.walks.programme[field.stops.walk[felt.stop]]
    night = np.array([day.toordinal() for day in field.walks.night_of], dtype=np.int64)[field.stops.walk]
    for number, presence in enumerate(VERSION_1.presence):
        chosen = (felt.presence == number) & dark[felt.stop]
        # A level that a programme alone has too few women for is left out, as with scores.
        chosen[chosen] = enough_behind(
            programme[chosen] * 4 + felt.effect[chosen], felt.person[chosen], needed=gathered.rule.min_people
        )
        each = [chosen & (felt.effect == effect) for effect in range(3)]
        people = [len(np.unique(felt.person[those])) for those in each]
        nights = [len(np.unique(night[felt.stop[those]])) for those in each]
        counts = np.bincount(felt.effect[chosen], minlength=3).tolist()
        yield PresenceSeen(
            key=presence.key,
            label=presence.label,
            there=disclosure.about(int(seen[dark, number].sum()), rule=gathered.rule),
            stops=disclosure.about(int(dark.sum()), rule=gathered.rule),
            effects=disclosure.effects(counts, people, nights, rule=gathered.rule),
        )
