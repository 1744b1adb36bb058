"""The charter's calendar: when a review is due, who is to be reminded of what, and what is over. Dates are London's.

A year ends on the same day of the next one; one that began on 29 February ends on the 28th, in every year. Each next
year counts from the day of the review itself, so nobody's day moves twice, and there is nothing to drift.
"""

from dataclasses import dataclass
from datetime import date, timedelta

GRACE = timedelta(days=30)  # after a due date, as the contract has it
# From how long before a due date on each letter about it fits, the newest last; from the day itself on, `today` fits.
STEPS = {"28-days": timedelta(days=28), "7-days": timedelta(days=7), "today": timedelta(0)}
LAPSED = "lapsed"
GONE = "gone"  # the letter about a champion who left; it has no due date to count down to
# What letters are about, as rows of `reminder` have it.
REVIEW, CHAMPION, REFRESH = "review", "champion", "refresh-5"
# The states that the calendar moves, and those in which the charter is kept or missed. It leaves every other alone.
ASKED_IN = ("active", "review_due")
KEPT_IN = (*ASKED_IN, LAPSED)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the calendar knows of a signatory; the training's date only where pledge 5 was shown by it."""

    state: str
    review_due_on: date | None
    champion_gone_on: date | None = None
    refresh_due_on: date | None = None


@dataclass(frozen=True)
class Reminding:
    """A letter that fits today: about what, due when, and which of the letters about it."""

    about: str
    due_on: date
    step: str


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a signatory should stand today, whether its pledge to have a champion has lapsed, and the letters that fit.

    A letter that was written before is not due again.
    """

    state: str
    pledge_1_lapsed: bool
    letters: tuple[Reminding, ...]


def review_due_on(confirmed_on: date) -> date:
    """Twelve months after the day of a confirmation or a review.

    >>> review_due_on(date(2026, 11, 24)), review_due_on(date(2028, 2, 29)), review_due_on(date(2031, 2, 28))
    (datetime.date(2027, 11, 24), datetime.date(2029, 2, 28), datetime.date(2032, 2, 28))
    """
    if (confirmed_on.month, confirmed_on.day) == (2, 29):
        return date(confirmed_on.year + 1, 2, 28)
    return confirmed_on.replace(year=confirmed_on.year + 1)


def lapses_on(due_on: date) -> date:
    """The first day on which what was due on `due_on` has lapsed; the grace period's last day still counts.

    >>> lapses_on(date(2027, 3, 1))
    datetime.date(2027, 4, 1)
    """
    return due_on + GRACE + timedelta(days=1)


def state_on(state: str, due_on: date | None, today: date) -> str:
    """The state in which a signatory should be: on its due date a review is in time, the day after it is overdue."""
    if state not in ASKED_IN or due_on is None or today <= due_on:
        return state
    return LAPSED if today >= lapses_on(due_on) else "review_due"


def step_on(due_on: date, today: date) -> str | None:
    """The newest letter that fits before a lapse: a service that slept writes this one, and none of those it missed.

    >>> step_on(date(2027, 3, 29), date(2027, 3, 1)), step_on(date(2027, 3, 29), date(2027, 2, 28))
    ('28-days', None)
    """
    fitting = [step for step, before in STEPS.items() if today >= due_on - before]
    return fitting[-1] if fitting else None


def standing(facts: Facts, today: date) -> Standing:
    """What is due now of one signatory; the same whether yesterday was looked at or not."""
    state = state_on(facts.state, facts.review_due_on, today)
    gone_on = facts.champion_gone_on if facts.state in KEPT_IN else None
    letters = [_about_champion(gone_on, today)]
    if facts.state in ASKED_IN:
        letters += [_about_review(facts, state, today), _about_refresh(facts.refresh_due_on, today)]
    return Standing(
        state=state,
        pledge_1_lapsed=gone_on is not None and today >= lapses_on(gone_on),
        letters=tuple(letter for letter in letters if letter is not None),
    )


def _about_review(facts: Facts, state: str, today: date) -> Reminding | None:
    if facts.review_due_on is None:
        return None
    step = LAPSED if state == LAPSED else step_on(facts.review_due_on, today)
    return Reminding(REVIEW, facts.review_due_on, step) if step else None


def _about_champion(gone_on: date | None, today: date) -> Reminding | None:
    if gone_on is None or today < gone_on:
        return None
    return Reminding(CHAMPION, gone_on, LAPSED if today >= lapses_on(gone_on) else GONE)


def _about_refresh(refresh_on: date | None, today: date) -> Reminding | None:
    if refresh_on is None:
        return None
    step = LAPSED if today > refresh_on else step_on(refresh_on, today)
    return Reminding(REFRESH, refresh_on, step) if step else None
