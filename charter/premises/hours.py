"""Opening hours in one line, as spreadsheets hold them, and in words: `mon-thu 17:00-23:30; fri sat 17:00-02:00`."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import time
from typing import get_args

from charter.signing import Day, OpeningHours, touches_night

DAYS: tuple[Day, ...] = get_args(Day)
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MIDNIGHT = "00:00"
SHORTEST_RANGE = 3  # two days side by side are easier read by their names

# What people write for days; a day may be written out, or shortened to its first three letters or more.
MANY_DAYS = {"daily": DAYS, "every day": DAYS, "all week": DAYS, "weekdays": DAYS[:5], "weekends": DAYS[5:]}
DAY = (
    r"(?:mon(?:days?)?|tue(?:s|sdays?)?|wed(?:s|nesdays?)?|thu(?:r|rs|rsdays?)?|fri(?:days?)?|"
    r"sat(?:urdays?)?|sun(?:days?)?)\b"
)
DAYS_READ = re.compile(rf"({DAY})(?:\s*(?:-|\bto\b)\s*({DAY}))?(?:[\s,&/]|\band\b)*")
DASHES = re.compile(r"[‐‑‒–—−]")
A_TIME = r"noon|midnight|(?:[0-9]{1,2}(?:[:.][0-9]{2})?\s*(?:am|pm)|[0-9]{1,2}[:.][0-9]{2})"
SPAN = re.compile(rf"({A_TIME})\s*(?:-|to|until|till)\s*({A_TIME})")
ALL_DAY = re.compile(r"(?:open )?24 ?(?:hours|hrs|h)")
CLOCK = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?\s*(am|pm)?")


class UnreadableHours(ValueError):
    """Hours that are not written in the notation; the message says how to write them."""


def read_hours(text: str) -> tuple[OpeningHours, ...]:
    """The hours that a line says; nothing for a blank one. Half-open; closing before opening is after midnight.

    Lines are parted by semicolons or line breaks, several openings of the same days by commas; equal times, or
    `24 hours`, mean that it never closes, and 24:00 is midnight. Raises UnreadableHours.

    >>> [(line.days, line.opens, line.closes) for line in read_hours("Fri & Sat 5pm - 2am")]
    [(('fri', 'sat'), '17:00', '02:00')]
    """
    parts = (part.strip() for part in re.split(r"[;\r\n]", DASHES.sub("-", text).lower()))
    return tuple(line for part in parts if part for line in _lines(part))


def write_hours(hours: Iterable[OpeningHours]) -> str:
    """The hours in the notation that read_hours reads, days in the order of the week.

    >>> write_hours(read_hours("thu-mon 18:00-00:00"))
    'mon thu-sun 18:00-00:00'
    """
    return "; ".join(f"{_days_written(in_week_order(one.days))} {one.opens}-{one.closes}" for one in hours)


def in_words(hours: Iterable[OpeningHours]) -> list[str]:
    """The hours as people say them, a sentence each, where closing after midnight is said.

    >>> in_words(read_hours("fri sat 17:00-02:00; sun 24 hours"))
    ['Friday and Saturday: 17:00 to 02:00 the next day', 'Sunday: open 24 hours']
    """
    return [f"{_days_in_words(in_week_order(one.days))}: {_times_in_words(one)}" for one in hours]


def in_week_order(days: Iterable[Day]) -> tuple[Day, ...]:
    """The days from Monday on."""
    return tuple(sorted(days, key=DAYS.index))


def alike(first: Iterable[OpeningHours], second: Iterable[OpeningHours]) -> bool:
    """Whether both say the same, in whatever order they name the days."""
    return write_hours(first) == write_hours(second)


def open_at_night(hours: Iterable[OpeningHours]) -> bool:
    """Whether any of the hours touches 18:00 to 06:00."""
    return any(touches_night(time.fromisoformat(one.opens), time.fromisoformat(one.closes)) for one in hours)


def _lines(part: str) -> Iterator[OpeningHours]:
    first = SPAN.search(part) or ALL_DAY.search(part)
    if first is None:
        # A spreadsheet that names every day says when it is shut, which is what no line says too.
        if part.endswith("closed") and _days_read(part.removesuffix("closed")):
            return
        raise UnreadableHours("Write days and times as fri sat 17:00-02:00, with a semicolon between lines.")
    days = _days_read(part[: first.start()])
    for opens, closes in _spans(part[first.start() :]):
        yield OpeningHours(days=days, opens=opens, closes=closes)


def _spans(text: str) -> Iterator[tuple[str, str]]:
    for one in re.split(r",|&|\band\b", text):
        if ALL_DAY.fullmatch(one.strip()):
            yield MIDNIGHT, MIDNIGHT
        elif span := SPAN.fullmatch(one.strip()):
            yield _time_read(span[1]), _time_read(span[2])
        else:
            raise UnreadableHours("Write times as 17:00-02:00, with a comma between two openings of one day.")


def _days_read(text: str) -> tuple[Day, ...]:
    plain = text.strip(" :,")
    if plain in MANY_DAYS:
        return MANY_DAYS[plain]
    found = tuple(_each_day(plain))
    if not found:
        raise UnreadableHours("Say on which days: mon, tue, wed, thu, fri, sat, sun, or daily.")
    if len(set(found)) < len(found):
        raise UnreadableHours("Name each day once in a line.")
    return found


def _each_day(text: str) -> Iterator[Day]:
    place = 0
    while place < len(text):
        read = DAYS_READ.match(text, place)
        if read is None:
            raise UnreadableHours("Write days as mon, tue, wed, thu, fri, sat, sun, or as mon-thu for several.")
        first, last = DAYS.index(_day(read[1])), DAYS.index(_day(read[2] or read[1]))
        # A week goes round: fri-mon is four days.
        yield from (DAYS[(first + step) % 7] for step in range((last - first) % 7 + 1))
        place = read.end()


def _day(text: str) -> Day:
    return next(day for day in DAYS if text.startswith(day))


def _time_read(text: str) -> str:
    if text in ("noon", "midnight"):
        return "12:00" if text == "noon" else MIDNIGHT
    read = CLOCK.fullmatch(text)
    hour, minute = (int(read[1]), int(read[2] or 0)) if read else (99, 0)
    if read and read[3]:
        # Of twelve hours; 12am is midnight and 12pm is noon.
        hour = hour % 12 + (12 if read[3] == "pm" else 0) if 1 <= hour <= 12 else 99
    if (hour, minute) == (24, 0):
        hour = 0
    if hour > 23 or minute > 59:
        raise UnreadableHours("Write times of the day as 17:00; midnight is 00:00.")
    return f"{hour:02d}:{minute:02d}"


def _days_written(days: Sequence[Day]) -> str:
    return " ".join(f"{run[0]}-{run[-1]}" if len(run) >= SHORTEST_RANGE else " ".join(run) for run in _runs(days))


def _days_in_words(days: Sequence[Day]) -> str:
    if tuple(days) == DAYS:
        return "Every day"
    named = [[DAY_NAMES[DAYS.index(day)] for day in run] for run in _runs(days)]
    parts = [part for run in named for part in ([f"{run[0]} to {run[-1]}"] if len(run) >= SHORTEST_RANGE else run)]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _times_in_words(hours: OpeningHours) -> str:
    if hours.opens == hours.closes:
        return "open 24 hours" if hours.opens == MIDNIGHT else f"24 hours from {hours.opens}"
    if hours.closes == MIDNIGHT:
        return f"{hours.opens} to midnight"
    return f"{hours.opens} to {hours.closes}{' the next day' if hours.closes < hours.opens else ''}"


def _runs(days: Sequence[Day]) -> list[list[Day]]:
    """Days that follow each other, together; `days` in the order of the week."""
    runs: list[list[Day]] = []
    for day in days:
        if runs and DAYS.index(runs[-1][-1]) + 1 == DAYS.index(day):
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs
