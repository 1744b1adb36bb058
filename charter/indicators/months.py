"""Months of the register: who signed, came back, lapsed and left, and how many were in it when each month ended."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from charter.signing import IN_REGISTER, london_date

LAPSED, RETURNED, LEFT = "lapsed", "returned", "left"
# What each event means for the register. Who was suspended is nobody's to know: with the withdrawn they left.
MEANS = {
    "lapsed": LAPSED,
    "reinstated": RETURNED,
    "suspension-lifted": RETURNED,
    "withdrawn": LEFT,
    "suspended": LEFT,
    "merged": LEFT,
}


class Month(msgspec.Struct, frozen=True, kw_only=True):
    """A month in London; `in_force` at its end, or now where it is not over. `begins` is its first day."""

    begins: date
    signed: int
    returned: int
    lapsed: int
    left: int
    in_force: int

    @property
    def key(self) -> str:
        """The month as files write it, such as 2026-11."""
        return f"{self.begins:%Y-%m}"


@dataclass(frozen=True)
class Move:
    """An event of the register; in its details, as JSON, `was` is the state before it and `state` the one after."""

    at: datetime
    action: str
    detail: str | None


class _Detail(msgspec.Struct):
    was: str | None = None
    state: str | None = None


def months(signed_on: Iterable[date], moves: Iterable[Move], *, in_force: int, today: date) -> list[Month]:
    """Every month from the first signature to `today`, the newest last.

    Counted backwards from the `in_force` of today, which is known, so that a trail that begins late, or an event that
    nobody wrote, can only blur what is long past.
    """
    signed = Counter(first_of_month(day) for day in signed_on)
    moved = Counter((first_of_month(london_date(move.at)), kind) for move in moves if (kind := meaning(move)))
    begins = min([first_of_month(today), *signed, *(month for month, _ in moved)])
    return list(reversed(list(_backwards(signed, moved, in_force, _every(begins, today)))))


def meaning(move: Move) -> str | None:
    """What an event did to the register; None where it left it as it was, such as withdrawing once lapsed.

    >>> meaning(Move(datetime(2026, 1, 1), "withdrawn", '{"was": "lapsed"}'))
    >>> meaning(Move(datetime(2026, 1, 1), "withdrawn", '{"was": "active"}'))
    'left'
    """
    kind = MEANS.get(move.action)
    detail = msgspec.json.decode(move.detail, type=_Detail) if move.detail else _Detail()
    stood = detail.was is None or detail.was in IN_REGISTER
    if kind in (LAPSED, LEFT):
        return kind if stood else None
    return kind if kind and (detail.state is None or detail.state in IN_REGISTER) else None


def first_of_month(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def next_month(begins: date) -> date:
    """The first day of the month after the one that begins on `begins`.

    >>> next_month(date(2026, 12, 1))
    datetime.date(2027, 1, 1)
    """
    return date(begins.year + begins.month // 12, begins.month % 12 + 1, 1)


def _every(begins: date, today: date) -> Sequence[date]:
    every = [begins]
    while (following := next_month(every[-1])) <= today:
        every.append(following)
    return every


def _backwards(
    signed: Counter[date], moved: Counter[tuple[date, str]], in_force: int, every: Sequence[date]
) -> Iterator[Month]:
    for begins in reversed(every):
        month = Month(
            begins=begins,
            signed=signed[begins],
            returned=moved[begins, RETURNED],
            lapsed=moved[begins, LAPSED],
            left=moved[begins, LEFT],
            in_force=max(in_force, 0),
        )
        yield month
        in_force -= month.signed + month.returned - month.lapsed - month.left
