"""What may be said of few people: the one module that every output of an edition passes.

People are counted, never rows. Within the GLA a place needs five people, and ten for how women were treated and
whether they belonged; the public sees fixed cells of 150 m only, in bands.

Two releases must not subtract to a woman either. What women said alone therefore leaves for whole programmes only
(`why_left_out`), and where several programmes are shown together, each counts only where it alone has enough women:
in a cell with its neighbours (`thin`) and at a level (`enough_behind`). So one programme more or less changes what
is said of a place by no woman, or by as many as the rule asks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import msgspec
import numpy as np
from numpy.typing import NDArray

from audits.errors import EditionNotAcceptable, FieldError
from audits.nights import LONDON
from audits.reports.contents import Audience, Class, Finding, Levels
from audits.reports.sections import Counts, Evaluation, Falling, Interval, Leg
from geo.method.change import Change, Effect
from geo.method.contrasts import Sums, Visited, blocks, own_sums, sums_in, visited_cells
from geo.method.falling import Slope
from geo.method.scores import Scores, Walked, walked_of

Numbers = NDArray[np.integer]
Chosen = NDArray[np.bool_]

STRICT_FACTORS = frozenset({"belonging", "treatment"})
STRICT_MIN_PEOPLE = 10
BANDS = ((20, "20+"), (10, "10-19"), (5, "5-9"))
TOO_FEW = "not enough people yet"
COUNTED = ("n_people", "n_walks", "n_nights", "n_stops")
FEW = "2-4"  # of nights, walks or stops; a cell of fewer nights, or of fewer than five people, is withheld
NOT_WHOLE = (
    "What women said alone is left out: this edition leaves out walks that count in its programmes, and two such "
    "editions could be subtracted to show one woman's answers. An edition of whole programmes has it."
)
# Rounding to nine places first lets sums that differ only in the order of adding fall on the same side of a half.
NOISE_DIGITS = 9


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What an audience may see of a cell: at least so many people and nights, at this size of cell.

    `group_people` must stand behind what is told of women by what they told of themselves.
    """

    audience: Audience
    side_m: int
    min_people: int
    min_nights: int
    group_people: int

    def people_needed(self, factor: str) -> int:
        """How many people must stand behind what is said of `factor`."""
        return max(self.min_people, STRICT_MIN_PEOPLE) if factor in STRICT_FACTORS else self.min_people


GLA = Rule(audience="gla", side_m=50, min_people=5, min_nights=1, group_people=5)
PUBLIC = Rule(audience="public", side_m=150, min_people=5, min_nights=2, group_people=10)
RULES: dict[Audience, Rule] = {"gla": GLA, "public": PUBLIC}


def band(people: int) -> str | None:
    """How many people, as wide as may be said; None below five.

    >>> band(4), band(9), band(10), band(250)
    (None, '5-9', '10-19', '20+')
    """
    return next((words for least, words in BANDS if people >= least), None)


def rounded(value: float | None, digits: int) -> float | None:
    """The value to so many decimals, the same whatever the order its parts were added in; never minus zero."""
    return None if value is None else round(round(value, NOISE_DIGITS), digits) + 0.0


def disclosed(finding: Finding, *, personal: bool, rule: Rule) -> Finding:
    """What `rule` lets be said of a cell, whose counts must still be the exact numbers."""
    if rule.audience == "public":
        return _in_bands(finding) if enough(finding, rule=rule) else _withheld(finding, "suppressed")
    if not personal:
        return _measured(finding, digits=2)
    if not enough(finding, rule=rule):
        return _withheld(finding, "not_enough_evidence")
    return msgspec.structs.replace(_measured(finding, digits=1), n_people=band(int(finding.n_people or 0)))


def enough(finding: Finding, *, rule: Rule) -> bool:
    """Whether as many people and nights stand behind a cell, in exact numbers, as the rule asks."""
    people, nights = int(finding.n_people or 0), int(finding.n_nights or 0)
    return people >= rule.people_needed(finding.factor) and nights >= rule.min_nights


def _in_bands(finding: Finding) -> Finding:
    counts = {name: band(int(getattr(finding, name) or 0)) or FEW for name in COUNTED}
    return msgspec.structs.replace(_measured(finding, digits=1), **counts)


def _withheld(finding: Finding, kind: Class) -> Finding:
    """The cell was visited; nothing else is said of it."""
    return Finding(
        factor=finding.factor,
        leg=finding.leg,
        q_cell=finding.q_cell,
        r_cell=finding.r_cell,
        side_m=finding.side_m,
        kind=kind,
    )


def _measured(finding: Finding, *, digits: int) -> Finding:
    low, high = finding.interval or (None, None)
    low, high = rounded(low, digits), rounded(high, digits)
    return msgspec.structs.replace(
        finding,
        estimate=rounded(finding.estimate, digits),
        interval=None if low is None or high is None else (low, high),
        q=rounded(finding.q, digits + 1),
        share_low=rounded(finding.share_low, digits),
    )


def why_left_out(*, counted: int, taken: int) -> str | None:
    """Why an edition may say nothing of what women said alone; None where every counted walk was taken.

    >>> why_left_out(counted=7, taken=7) is None, why_left_out(counted=7, taken=6) == NOT_WHOLE
    (True, True)
    """
    return None if taken == counted else NOT_WHOLE


def enough_behind(group: Numbers, person: Numbers, *, needed: int) -> Chosen:
    """For each score, whether its group (a programme, or a level in one) has so many different women.

    >>> enough_behind(np.array([0, 0, 0, 1]), np.array([4, 5, 4, 4]), needed=2).tolist()
    [True, True, True, False]
    """
    # One number for each pair, which numpy sorts ten times faster than pairs.
    span = int(person.max(initial=0)) + 1
    pairs = np.unique(group.astype(np.int64) * span + person)
    found, women = np.unique(pairs // span, return_counts=True)
    enough: Chosen = np.isin(group, found[women >= needed])
    return enough


def thin(scores: Scores, visited: Visited, *, factor: str, rule: Rule) -> Chosen:
    """Where a programme has scores of too few women to count, (programmes in ascending order, cells).

    A cell is meant as it is released: with its neighbours, or alone where `visited` has it without. With neighbours
    there is an estimate, too, and enough must stand behind it of the women who scored elsewhere on the same walk, for
    on the others it does not rest.
    """
    if scores.person is None:
        raise ValueError("Only what women said alone is counted by woman.")
    walked = walked_of(scores)
    own = own_sums(walked, visited_cells(visited.grid, walked.places))
    few = [_thin_in(walked, sums_in(walked, own, part), part, factor, rule) for part in blocks(own, visited.support)]
    found: Chosen = np.concatenate(few, axis=1)
    return found


def _thin_in(walked: Walked, units: Sums, support: Numbers, factor: str, rule: Rule) -> Chosen:
    places, programmes = len(support), len(walked.programme_scores)
    walk = walked.unit_walk[units.who]
    there = units.place.astype(np.int64) * programmes + walked.walk_programme[walk]

    def different(who: Numbers, rows: Chosen) -> Numbers:
        """How many different ones of each programme each place has."""
        found = np.unique(there[rows] << 32 | who[rows]) >> 32
        return np.bincount(found, minlength=places * programmes).reshape(places, programmes).T

    everybody = np.ones(len(there), dtype=bool)
    women, nights = different(walked.unit_person[units.who], everybody), different(walked.walk_night[walk], everybody)
    needed = rule.people_needed(factor)
    enough = (women >= needed) & (nights >= rule.min_nights)
    if support.shape[1] > 1:
        compared = different(walked.unit_person[units.who], units.weight > 0)
        enough &= (compared == 0) | (compared >= needed)
    few: Chosen = (women > 0) & ~enough
    return few


@dataclass(frozen=True, kw_only=True)
class Tally:
    """One factor's scores over everything: how many at 0, 1, 2 and 3, and how many people stand behind each."""

    factor: str
    label: str
    personal: bool
    leg: Leg
    counts: tuple[int, int, int, int]
    people: tuple[int, int, int, int]
    all_people: int
    nights: int
    unanswered: int


def levels(tally: Tally, *, rule: Rule) -> Levels:
    """What `rule` lets be said of a factor over everything.

    Group scores are exact for the GLA. Everything else is rounded to five; a level that fewer people stand behind
    than the rule asks is not told apart from an empty one, and no exact total is given that would undo it.
    """
    exact = not tally.personal and rule.audience == "gla"
    needed = rule.people_needed(tally.factor)
    enough = tally.all_people >= needed and tally.nights >= rule.min_nights
    counts: Counts | None = tally.counts if exact else None
    if enough and not exact:
        shown = [_to_five(n) if p >= needed else None for n, p in zip(tally.counts, tally.people, strict=True)]
        counts = (shown[0], shown[1], shown[2], shown[3])
    return Levels(
        factor=tally.factor,
        label=tally.label,
        personal=tally.personal,
        leg=tally.leg,
        counts=counts,
        n=_total(tally, exact=exact, enough=enough),
        unanswered=str(tally.unanswered) if exact else "",
    )


def _total(tally: Tally, *, exact: bool, enough: bool) -> str:
    if exact:
        return str(sum(tally.counts)) if any(tally.counts) else "none"
    return f"{band(tally.all_people)} people" if enough else TOO_FEW


def fallen(found: Slope | None, *, nights: int, factor: str, label: str, rule: Rule) -> Falling:
    """What `rule` lets be said of how feeling goes with a factor: to a tenth; nothing from fewer nights than it asks.

    `found` must rest on the answers of enough women, see enough_behind.
    """
    if found is None or nights < rule.min_nights:
        return Falling(factor=factor, label=label, slope=None, stops="", walks="")
    ends = (rounded(each, 1) or 0.0 for each in (found.estimate, found.low, found.high))
    estimate, low, high = ends
    return Falling(
        factor=factor,
        label=label,
        slope=(estimate, low, high),
        stops=about(found.stops, rule=rule),
        walks=about(found.walks, rule=rule),
    )


def effects(
    counts: Sequence[int], people: Sequence[int], nights: Sequence[int], *, rule: Rule
) -> tuple[int | None, int | None, int | None] | None:
    """How often a presence made somebody feel safer, no different, less safe: rounded to five.

    An answer that fewer people or nights stand behind than the rule asks is not told apart from none; None where all
    are so.
    """
    shown = [
        _to_five(n) if p >= rule.min_people and on >= rule.min_nights else None
        for n, p, on in zip(counts, people, nights, strict=True)
    ]
    return None if shown == [None] * 3 else (shown[0], shown[1], shown[2])


def people_told(people: Sequence[int], *, needed: int) -> list[int | None]:
    """How many gave each answer to a question, rounded to five: at least two are hidden, or none.

    >>> people_told([12, 31, 7], needed=10), people_told([12, 31], needed=10)
    ([None, 30, None], [10, 30])
    """
    hidden = _two_or_none(np.array([people]), np.array([people]) < needed)[0]
    return [None if secret else _to_five(count) for count, secret in zip(people, hidden.tolist(), strict=True)]


def table_told(counts: Numbers, people: Numbers, *, needed: int) -> list[Counts]:
    """Counts by group and level (G, 4), rounded to five; hidden cells are at least two in their row and column.

    A cell is hidden where fewer people stand behind it than are needed, and it is not told apart from an empty one.
    """
    hidden = _two_or_none(people, people < needed)
    shown = [
        [None if secret else _to_five(n) for n, secret in zip(*row, strict=True)]
        for row in zip(counts.tolist(), hidden.tolist(), strict=True)
    ]
    return [(row[0], row[1], row[2], row[3]) for row in shown]


def _two_or_none(people: Numbers, hidden: Chosen) -> Chosen:
    """Hide more, the smallest first, until no row and no column of the table has exactly one hidden cell.

    A table of one row has no columns to work anything out from.
    """
    hidden = hidden.copy()
    while True:
        before = hidden.copy()
        for table, sizes in ((hidden, people), (hidden.T, people.T)):
            if table.shape[1] < 2:
                continue
            for row in np.flatnonzero(table.sum(axis=1) == 1).tolist():
                table[row, np.where(table[row], np.iinfo(np.int64).max, sizes[row]).argmin()] = True
        if np.array_equal(before, hidden):
            return hidden


def issue_told(people: int, nights: int, *, rule: Rule) -> bool:
    """Whether an issue may be told of: to the public only where enough people saw it on enough nights."""
    return rule.audience == "gla" or (people >= rule.min_people and nights >= rule.min_nights)


def day_told(day: date, *, rule: Rule) -> date:
    """A day of what follows; for the public the last of its month, as its action plan tells months."""
    return day if rule.audience == "gla" else month_end(day)


def enough_people(scores: Scores, *, rule: Rule) -> bool:
    """Whether enough different women gave these scores."""
    return scores.person is not None and len(np.unique(scores.person)) >= rule.min_people


def changed(found: Change, known: Evaluation) -> Evaluation:
    """What may be said of a change: both effects to a tenth."""
    return msgspec.structs.replace(
        known,
        compared=found.sites,
        controls=found.controls,
        full=_tenths(found.full),
        split=_tenths(found.split),
        claimed=found.claimed,
    )


def _tenths(effect: Effect | None) -> Interval | None:
    if effect is None:
        return None
    estimate, low, high = (rounded(each, 1) or 0.0 for each in (effect.estimate, effect.low, effect.high))
    return estimate, low, high


def _to_five(count: int) -> int:
    return (count + 2) // 5 * 5


def about(count: float, *, rule: Rule) -> str:
    """A total over the whole edition in words: exact for the GLA, rounded to five for the public.

    >>> about(13, rule=GLA), about(13, rule=PUBLIC), about(2, rule=PUBLIC)
    ('13', 'about 15', 'fewer than 5')
    """
    if rule.audience == "gla":
        return f"{count:,g}"
    return f"about {_to_five(int(count)):,}" if count >= 5 else "fewer than 5"


def newest_public_night(today: date, *, delay_days: int) -> date:
    """The last night that the public may see: the end of the newest month all of which is old enough.

    >>> newest_public_night(date(2026, 11, 13), delay_days=14), newest_public_night(date(2026, 11, 14), delay_days=14)
    (datetime.date(2026, 9, 30), datetime.date(2026, 10, 31))
    """
    return (today - timedelta(days=delay_days) + timedelta(days=1)).replace(day=1) - timedelta(days=1)


def month_end(day: date) -> date:
    """The last day of its month."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def month_over(night: date) -> datetime:
    """When the month of that night is over, with the walks of its last night: noon of the next first day in London.

    >>> month_over(date(2026, 10, 31)).isoformat(), month_over(date(2026, 6, 1)).isoformat()
    ('2026-11-01T12:00:00+00:00', '2026-07-01T11:00:00+00:00')
    """
    return datetime.combine(month_end(night) + timedelta(days=1), time(12), LONDON).astimezone(UTC)


def last_night_by(as_of: datetime) -> date:
    """The last night of the month that was over at such a moment."""
    return as_of.astimezone(LONDON).date() - timedelta(days=1)


def check_whole_months(from_on: date | None, to_on: date | None, as_of: datetime | None) -> None:
    """Refuse a public period that could be subtracted from another to leave one night; raises EditionNotAcceptable."""
    errors = []
    if as_of and as_of != month_over(last_night_by(as_of)):
        message = "A public edition is as of the end of a month. Leave as_of out, or take it from an earlier edition."
        errors.append(FieldError("as_of", message))
    if from_on and from_on.day != 1:
        errors.append(FieldError("from", "A public edition begins on the first day of a month."))
    if to_on and (to_on + timedelta(days=1)).day != 1:
        errors.append(FieldError("to", "A public edition ends on the last day of a month."))
    if errors:
        raise EditionNotAcceptable(
            "A public edition covers whole months. Choose first and last days of months.", errors
        )


def in_words(rule: Rule) -> Sequence[str]:
    """The rules as a reader of the edition should know them."""
    strict = (
        f"How women were treated and whether they belonged is said only where at least {STRICT_MIN_PEOPLE} people "
        "answered."
    )
    people = "People are counted, not answers. Nobody can look up what one woman said: no role can."
    whole = (
        "What women said alone is here for whole programmes only: an edition that leaves out a counted walk of one, by "
        "its period, its moment or because the walk is not yet reviewed or old enough, has none of it."
    )
    together = (
        "Where several programmes are shown together, what women said alone counts only in places, and at levels, "
        "where its programme by itself has enough women. So no two editions can be subtracted to show a few."
    )
    groups = (
        f"By what women told of themselves only figures with at least {rule.group_people} women behind them are told, "
        "pooled and rounded to five, and a second one is hidden wherever one alone would be."
    )
    photos = "Photos are those that a reviewer found publishable: places, and never people."
    if rule.audience == "public":
        return (
            people,
            f"Places are hexagons of {rule.side_m} m sides that never move. One is shown where at least "
            f"{rule.min_people} people walked on at least {rule.min_nights} nights; else it is marked as withheld. "
            "What is found in one was found in a hexagon of 50 m within it, with as many people and nights behind it.",
            strict,
            whole,
            together,
            groups,
            photos,
            "Counts are bands (5-9, 10-19, 20+) or rounded to five, and estimates have one decimal.",
            "Only accepted walks of closed programmes count, in whole months that are over for two weeks or longer. Of "
            "what follows the last day of its month is told, and only what an action plan has made public.",
            "No stops, no routes and no quotations are in a public edition.",
        )
    return (
        people,
        f"What women said alone is shown only as aggregates of at least {rule.min_people} people, for whole "
        "programmes, with people in bands (5-9, 10-19, 20+) and estimates to one decimal.",
        strict,
        whole,
        together,
        groups,
        photos,
        "What a group agreed aloud is shown stop by stop, without anybody's name or id.",
        "Quotations are notes of groups that a reviewer has read, without any mark of who wrote them.",
        "Notes flagged as disclosures, and remarks, following or stops by police, are sealed and in no file.",
    )
