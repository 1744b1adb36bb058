"""How each factor was scored, as diverging bars: 0 and 1 grow to the left, 2 and 3 to the right of one line.

No factor is added to another and nothing is averaged: a reader sees how many scores stand at each level, and how
many could not tell.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from audits.reports.drawing.maps import FONTS, INK, QUIET, text
from audits.reports.sections import Counts

WIDTH, ROW_HEIGHT, TOP = 960, 30, 62
MIDDLE, HALF = 520, 250  # where the bars part, and how long a whole factor's scores are
LABEL_X, COUNT_X = 232, 812
# From worst to best: a purple-green pair that the common kinds of colour blindness keep apart.
COLOURS = ("#43207a", "#a98bd8", "#b5d9cf", "#2e7f73")
INKS = ("#ffffff", INK, INK, "#ffffff")


@dataclass(frozen=True)
class Bar:
    """One factor's scores: how many at 0, 1, 2 and 3, and how many could not tell or did not apply.

    `counts` is None where too few people have answered to show anything; `n` is then what may be said instead.
    """

    label: str
    counts: Counts | None
    n: str
    unanswered: str = ""


def bars(rows: Sequence[Bar], *, title: str, name: str = "bars") -> str:
    """The rows as a whole SVG document; `name` keeps its ids apart from another chart's on the same page."""
    height = TOP + ROW_HEIGHT * len(rows) + 10
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" ',
        f'aria-labelledby="{name}-title {name}-description" font-family="{FONTS}" font-size="15" fill="{INK}">',
        f'<title id="{name}-title">{text(title)}</title>',
        f'<desc id="{name}-description">{text(in_words(rows))}</desc>',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        *_heading(height),
    ]
    for place, row in enumerate(rows):
        parts.extend(_row(row, TOP + place * ROW_HEIGHT))
    return "".join([*parts, "</svg>\n"])


def in_words(rows: Iterable[Bar]) -> str:
    """What the bars show, for whoever cannot see them."""
    return " ".join(f"{row.label}: {_counts_in_words(row)}." for row in rows) or "No scores."


def _counts_in_words(row: Bar) -> str:
    if row.counts is None:
        return f"not shown, {row.n}"
    levels = ", ".join(f"{count_in_words(count)} at {level}" for level, count in enumerate(row.counts))
    return f"{levels}, n {row.n}" + (f", {row.unanswered}" if row.unanswered else "")


def count_in_words(count: int | None) -> str:
    """A count as it is written; a hidden one is not told apart from none."""
    return "few or none" if count is None else str(count)


def _heading(height: int) -> Iterable[str]:
    words = ("0 worst", "1", "2", "3 best")
    for level, word in enumerate(words):
        x = LABEL_X + 10 + level * 130
        yield f'<rect x="{x}" y="10" width="16" height="16" fill="{COLOURS[level]}"/>'
        yield f'<text x="{x + 23}" y="23">{word}</text>'
    yield f'<text x="{COUNT_X}" y="50" font-size="13" fill="{QUIET}">n</text>'
    yield f'<text x="{COUNT_X + 48}" y="50" font-size="13" fill="{QUIET}">not scored</text>'
    yield f'<text x="{MIDDLE - 6}" y="50" font-size="13" fill="{QUIET}" text-anchor="end">worse</text>'
    yield f'<text x="{MIDDLE + 6}" y="50" font-size="13" fill="{QUIET}">better</text>'
    yield f'<path d="M{MIDDLE} 38V{height - 6}" stroke="{INK}" stroke-width="1"/>'


def _row(row: Bar, y: int) -> Iterable[str]:
    yield f'<text x="{LABEL_X}" y="{y + 19}" text-anchor="end">{text(row.label)}</text>'
    if row.counts is None or not any(row.counts):
        yield f'<text x="{MIDDLE + 12}" y="{y + 19}" font-size="14" fill="{QUIET}">{text(row.n)}</text>'
        return
    yield from segments([count or 0 for count in row.counts], MIDDLE, y, LARGE)
    yield f'<text x="{COUNT_X}" y="{y + 19}" font-size="14">{text(row.n)}</text>'
    yield f'<text x="{COUNT_X + 48}" y="{y + 19}" font-size="14" fill="{QUIET}">{text(row.unanswered)}</text>'


@dataclass(frozen=True)
class Size:
    """How large the bars of a chart are: lengths and heights in its units, the rest from the top of a row."""

    half: int  # how long all scores of a factor are
    top: int
    height: int
    baseline: int
    font: str
    room: int  # what a number needs


LARGE = Size(half=HALF, top=3, height=22, baseline=19, font="13", room=20)


def segments(counts: Sequence[int], middle: int, y: int, size: Size) -> Iterable[str]:
    """One bar of how many stand at 0, 1, 2 and 3, not all of them none, parted at `middle` in the row at `y`."""
    unit = size.half / sum(counts)
    x = middle - (counts[0] + counts[1]) * unit
    for level, count in enumerate(counts):
        wide = count * unit
        if count:
            place = f'x="{x:.1f}" y="{y + size.top}" width="{wide:.1f}" height="{size.height}"'
            yield f'<rect {place} fill="{COLOURS[level]}"/>'
        if wide >= size.room:
            place = f'x="{x + wide / 2:.1f}" y="{y + size.baseline}" text-anchor="middle" font-size="{size.font}"'
            yield f'<text {place} fill="{INKS[level]}">{count}</text>'
        x += wide
