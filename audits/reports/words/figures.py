"""Numbers and days as a reader of a report reads them."""

from collections.abc import Sequence
from datetime import date, datetime

from audits.nights import LONDON
from audits.reports.contents import Finding

SMALL_Q = 0.001
MINUS = "\N{MINUS SIGN}"


def day(instant: datetime) -> str:
    """The day of an instant in London, in words."""
    return date_of(instant.astimezone(LONDON).date())


def date_of(found: date) -> str:
    """A day in words.

    >>> date_of(date(2026, 10, 4))
    '4 October 2026'
    """
    return f"{found.day} {found:%B %Y}"


def estimate(finding: Finding) -> str:
    """The estimate with as many decimals as its audience gets."""
    if finding.estimate is None or finding.interval is None:
        return ""
    digits = 2 if isinstance(finding.n_people, int) else 1
    return interval((finding.estimate, *finding.interval), digits=digits)


def interval(found: Sequence[float], *, digits: int = 1) -> str:
    """An estimate with the two ends of its interval.

    >>> interval((-0.8, -1.2, -0.4))
    '−0.8 (−1.2 to −0.4)'
    """
    middle, low, high = (f"{value:+.{digits}f}" for value in found)
    return f"{middle} ({low} to {high})".replace("-", MINUS)


def q(finding: Finding) -> str:
    """The false discovery rate; very small ones as such."""
    if finding.q is None:
        return ""
    return f"< {SMALL_Q}" if finding.q < SMALL_Q else f"{finding.q:.3f}"


def share(found: float | None) -> str:
    """A share as a percentage."""
    return "" if found is None else f"{found:.0%}"


def several(number: int, one: str, many: str) -> str:
    """So many of something.

    >>> several(1, "place is a hotspot", "places are hotspots")
    '1 place is a hotspot'
    """
    return f"{number:,} {one if number == 1 else many}"


def listed(words: Sequence[str]) -> str:
    """Words in a row, as a sentence names them.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
