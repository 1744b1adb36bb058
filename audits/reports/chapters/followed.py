"""What follows from an audit: recommendations with what became of them, and what changed where something was done."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

import numpy as np

from audits.actions.queries import ActionTold, IssueTold, StopPlace
from audits.instrument import VERSION_1
from audits.reports import disclosure
from audits.reports.chapters.at_places import around
from audits.reports.contents import Place
from audits.reports.evidence import Booleans, Said, of_enough, scores_of
from audits.reports.gathered import Gathered
from audits.reports.sections import Action, Evaluation
from audits.reports.words.dictionary import label_of
from audits.reports.words.figures import several
from geo.crs import Metres
from geo.grid import GRIDS, Cells
from geo.hotspots import Scores
from geo.method.change import change

OUTCOME = next(factor.key for factor in VERSION_1.factors if factor.outcome)
CHANGES_TOLD = 3


def actions(gathered: Gathered, places: Sequence[Place]) -> Iterable[Action]:
    """Each recommendation of each issue; of an issue without one that it waits for one, and nothing of too few."""
    for issue in _told(gathered):
        labels = tuple(place.label for place in places if _is_at(issue, place))
        for told in issue.recommendations or (None,):
            yield _action(gathered, issue, told, labels)


def _told(gathered: Gathered) -> list[IssueTold]:
    """The issues that may be told of."""
    rule = gathered.rule
    return [issue for issue in gathered.beside.issues if disclosure.issue_told(issue.people, issue.nights, rule=rule)]


def _action(gathered: Gathered, issue: IssueTold, told: ActionTold | None, labels: tuple[str, ...]) -> Action:
    within = gathered.rule.audience == "gla"
    return Action(
        kind="defect" if issue.kind == "defect" else "design",
        places=labels,
        where=issue.place if within else "",
        issue=issue.title,
        action=told.action if told else "No recommendation yet",
        body=told.body if told else "Nobody named yet",
        due_on=disclosure.day_told(told.due_on, rule=gathered.rule) if told else None,
        state=told.state if told else "raised",
        answer=_answer(told) if told else "",
        done_on=disclosure.day_told(told.done_on, rule=gathered.rule) if told and told.done_on else None,
        re_audit=_re_audit(issue) if within else "",
    )


def _answer(told: ActionTold) -> str:
    """What the body said and why; not who said it."""
    if told.answer is None:
        return ""
    return f"{told.answer}: {told.answer_reason}" if told.answer_reason else told.answer


def _re_audit(issue: IssueTold) -> str:
    """What was seen when the place was walked again, factor by factor: seen, and not called an effect."""
    seen = [found for found in issue.changes if found.change is not None]
    if not seen:
        return "walked again" if issue.state == "walked_again" else ""
    told = [
        f"{label_of(found.factor).lower()} {found.before:.1f} before, {found.after:.1f} after "
        f"({several(found.stops_before, 'stop', 'stops')} and {found.stops_after})"
        for found in seen[:CHANGES_TOLD]
    ]
    return f"walked again: {'; '.join(told)}; what was seen, and no effect"


def _is_at(issue: IssueTold, place: Place) -> bool:
    """Whether one of an issue's stops lies in the place's hexagons or their neighbours."""
    return not around(place).isdisjoint(_cells(issue.stops, place.findings[0].side_m))


def _cells(stops: Iterable[StopPlace], side_m: int) -> Cells:
    there = [(stop.easting_m, stop.northing_m) for stop in stops if stop.easting_m is not None]
    easting, northing = np.array(there, dtype=np.float64).reshape(-1, 2).T
    return GRIDS[side_m].cells_at(Metres(easting, northing))


def evaluation(gathered: Gathered) -> Evaluation:
    """What changed in feeling where something was done, beyond places of the same programmes where nothing was.

    Before is what was walked before the first thing was done, after is from the day of the last; what lies between is
    neither. Nothing is said where a period has fewer women than a place needs.
    """
    done = [(issue, told.done_on) for issue in _told(gathered) for told in issue.recommendations if told.done_on]
    felt = gathered.said.get(OUTCOME)
    if not done or felt is None:
        return Evaluation()
    days = sorted(day for _, day in done)
    sites = Cells.of(sorted({cell for issue, _ in done for cell in _cells(issue.stops, 50)}))
    first, last = (disclosure.day_told(day, rule=gathered.rule) for day in (days[0], days[-1]))
    known = Evaluation(sites=len(sites), done_from=first, done_to=last)
    said = _of_their_programmes(
        gathered,
        of_enough(gathered.field, felt.scored(), gathered.rule.min_people),
        {issue.programme_id for issue, _ in done},
    )
    before, after = (_scores(gathered, said, here) for here in _periods(gathered, said, days[0], days[-1]))
    if not all(disclosure.enough_people(scores, rule=gathered.rule) for scores in (before, after)):
        return known
    return disclosure.changed(change(before, after, sites=sites), known)


def _of_their_programmes(gathered: Gathered, said: Said, ids: set[UUID]) -> Said:
    theirs = np.array([programme.id in ids for programme in gathered.programmes], dtype=bool)
    return said.chosen(theirs[gathered.field.walks.programme[gathered.field.stops.walk[said.stop]]])


def _periods(gathered: Gathered, said: Said, first: date, last: date) -> tuple[Booleans, Booleans]:
    nights = np.array([night.toordinal() for night in gathered.field.walks.night_of], dtype=np.int64)
    night = nights[gathered.field.stops.walk[said.stop]]
    return night < first.toordinal(), night >= last.toordinal()


def _scores(gathered: Gathered, said: Said, here: Booleans) -> Scores:
    return scores_of(gathered.field, said.chosen(here), dark=True)
