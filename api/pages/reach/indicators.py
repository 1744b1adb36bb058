"""The scheme's figures as a page: each a table, with bars of ours that say no more than its numbers."""

from datetime import date, datetime
from typing import Any

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Template

from api.pages.reach.reach import in_words, percent
from charter.indicators.disclosure import LEAST
from charter.indicators.months import Month
from charter.indicators.queries import Indicators, Kept, Reviews, Sector, Training, indicators

SHOWN_MONTHS = 12  # all of them are in the CSV
HIDDEN = f"Fewer than {LEAST}"
STATES = {
    "active": "Active",
    "review_due": "In the register, yearly review due",
    "lapsed": "Lapsed: the review was not done in time",
    "withdrawn": "Withdrawn",
}
KEPT = {"evidenced": "Evidenced", "in_progress": "In progress", "lapsed": "Lapsed", "not_started": "Not started"}


@get("/indicators", include_in_schema=False)
async def figures(now: NamedDependency[datetime]) -> Template:
    """Every figure of the outcomes framework that the register can give."""
    return Template("reach/indicators.html", context=_context(await indicators(now=now)))


def _context(found: Indicators) -> dict[str, Any]:
    most = max((month.in_force for month in found.months[-SHOWN_MONTHS:]), default=0)
    largest = max((sector.organisations for sector in found.sectors), default=0)
    return {
        "found": found,
        "as_of": in_words(found.made_at),
        "months": [_month(month, most) for month in reversed(found.months[-SHOWN_MONTHS:])],
        "more_months": len(found.months) > SHOWN_MONTHS,
        "sectors": [_sector(sector, largest) for sector in found.sectors if sector.organisations],
        "nobody_of": "; ".join(sector.label for sector in found.sectors if not sector.organisations),
        "states": [(label, f"{found.states[state]:,}") for state, label in STATES.items()],
        "kept": list(KEPT.values()),
        "pledges": [_pledge(pledge) for pledge in found.pledges],
        "training": _training(found.training),
        "reviews": _reviews(found.reviews),
        "since": f"{found.reviews.since.day} {found.reviews.since:%B %Y}",
    }


def _month(month: Month, most: int) -> dict[str, Any]:
    counts = (month.signed, month.returned, month.lapsed, month.left)
    return {
        "name": _in_words(month.begins),
        "in_force": f"{month.in_force:,}",
        "bar": _of(month.in_force, most),
        "counts": [f"{count:,}" for count in counts],
    }


def _sector(sector: Sector, largest: int) -> dict[str, Any]:
    return {
        "key": sector.key,
        "label": sector.label,
        "organisations": f"{sector.organisations:,}",
        "premises": f"{sector.premises:,}",
        "bar": _of(sector.organisations, largest),
    }


def _pledge(pledge: Kept) -> dict[str, Any]:
    """A bar only where every part of it is shown: a gap of the right length would show what is hidden."""
    counts = [pledge.states[state] for state in KEPT]
    shown = [count for count in counts if count is not None]
    whole = sum(shown) if len(shown) == len(counts) else 0
    return {
        "number": pledge.number,
        "text": pledge.text,
        "counts": ["Hidden" if count is None else f"{count:,}" for count in counts],
        "bar": [(_of(sum(shown[:place]), whole), _of(count, whole)) for place, count in enumerate(shown)]
        if whole
        else [],
    }


def _training(training: Training) -> str | None:
    """The sum in a sentence; None where it is hidden."""
    if training.staff_trained is None or training.staff_in_scope is None:
        return None
    share = percent(training.staff_trained / training.staff_in_scope) if training.staff_in_scope else ""
    of = f"{training.staff_trained:,} of {training.staff_in_scope:,} staff in scope"
    return f"{of} ({share})" if share else of


def _reviews(reviews: Reviews) -> str | None:
    """How many reviews, and how many of them in time; None where that is hidden."""
    if reviews.done is None:
        return None
    if reviews.on_time is None:
        return f"{reviews.done:,} reviews done; how many in time is hidden"
    return f"{reviews.done:,} reviews done, {reviews.on_time:,} of them by the day they were due"


def _of(part: int, whole: int) -> str:
    """A part of a whole as the width of a bar.

    >>> _of(1, 3), _of(0, 0)
    ('33.3%', '0%')
    """
    return f"{100 * part / whole:.3g}%" if whole else "0%"


def _in_words(begins: date) -> str:
    return f"{begins:%B %Y}"


HANDLERS = [figures]
