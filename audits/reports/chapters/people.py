"""Whose experience differs: who walked, by what they told of themselves, and how each group felt after dark, pooled.

Only aggregates leave, through disclosure; a group counts in programmes that by themselves have enough of its women.
"""

from collections.abc import Iterable

import numpy as np

from audits.instrument import VERSION_1
from audits.people.profile import Profile
from audits.people.questions import PREFER_NOT, Question
from audits.reports import disclosure
from audits.reports.evidence import Booleans, Integers, stop_places
from audits.reports.gathered import Gathered
from audits.reports.sections import Counts, Difference, ProfileRow

OUTCOME = next(factor.key for factor in VERSION_1.factors if factor.outcome)


def profile_rows(gathered: Gathered) -> Iterable[ProfileRow]:
    """How many women gave each answer; a question is left out where nothing of it may be said."""
    profile = gathered.beside.profile
    if profile is None:
        return
    needed = gathered.rule.group_people
    for question in profile.questions:
        people = [len(_members(profile, who, needed)) for who in _groups(profile, question)]
        shown = disclosure.people_told(people, needed=needed)[: len(question.choices)]
        if any(count is not None for count in shown):
            for choice, count in zip(question.choices, shown, strict=True):
                yield ProfileRow(question=question.text, answer=choice.label, people=count)


def differences(gathered: Gathered) -> Iterable[Difference]:
    """How each group scored feeling after dark; a question where fewer than two groups may be shown is left out."""
    profile = gathered.beside.profile
    if profile is None or not len(profile.value):
        return
    for question in profile.questions:
        shown = _levels(gathered, profile, question)[: len(question.choices)]
        told = [
            Difference(question=question.text, answer=choice.label, factor=OUTCOME, counts=counts)
            for choice, counts in zip(question.choices, shown, strict=True)
            if choice.key != PREFER_NOT and any(count is not None for count in counts)
        ]
        if len(told) > 1:
            yield from told


def _groups(profile: Profile, question: Question) -> list[Booleans]:
    """Who gave each answer, and last who gave none: without her a hidden group could be worked out from all."""
    gave = profile.gave[question.key]
    return [*gave.T, ~gave.any(axis=1)]


def _levels(gathered: Gathered, profile: Profile, question: Question) -> list[Counts]:
    """The four levels of each group: as many as may be shown."""
    dark, programme = _where(gathered, profile)
    needed, groups = gathered.rule.group_people, _groups(profile, question)
    counts, people = np.zeros((len(groups), 4), dtype=np.int64), np.zeros((len(groups), 4), dtype=np.int64)
    for row, who in enumerate(groups):
        theirs = dark & who[profile.person]
        level, person = profile.value[theirs], profile.person[theirs]
        enough = disclosure.enough_behind(programme[theirs] * 4 + level, person, needed=needed)
        level, person = level[enough], person[enough]
        counts[row] = np.bincount(level, minlength=4)
        people[row] = [len(np.unique(person[level == each])) for each in range(4)]
    return disclosure.table_told(counts, people, needed=needed)


def _where(gathered: Gathered, profile: Profile) -> tuple[Booleans, Integers]:
    """Of each score, whether it was given after dark, and in which programme."""
    places, known = stop_places(profile.stop, gathered.field)
    walk = gathered.field.stops.walk[places]
    return known & gathered.field.walks.dark[walk], gathered.field.walks.programme[walk]


def _members(profile: Profile, who: Booleans, needed: int) -> Integers:
    """The women of a group who spoke in programmes that have enough of them."""
    enough = profile.programmes[who].sum(axis=0) >= needed
    return np.flatnonzero(who & profile.programmes[:, enough].any(axis=1))
