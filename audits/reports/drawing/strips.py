"""One place's scores, after dark beside in the light: two columns of diverging bars, a row for each factor."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from audits.reports.drawing.charts import Size, segments
from audits.reports.drawing.maps import FONTS, INK, QUIET, text

WIDTH, ROW_HEIGHT, TOP = 960, 25, 34
LABEL_X = 230
MIDDLES, HALF = (390, 745), 135  # where the bars of either leg part, and how long all scores of a factor are
SMALL = Size(half=HALF, top=2, height=19, baseline=16, font="12.5", room=16)
Four = tuple[int, int, int, int]


@dataclass(frozen=True)
class Row:
    """One factor: how many stops at 0, 1, 2 and 3 after dark, and in the light."""

    label: str
    dark: Four
    light: Four


def strip(rows: Sequence[Row], *, title: str, name: str) -> str:
    """The rows as a whole SVG document; `name` keeps its ids apart from another's on the same page."""
    height = TOP + ROW_HEIGHT * len(rows) + 6
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" ',
        f'aria-labelledby="{name}-title {name}-description" font-family="{FONTS}" font-size="15" fill="{INK}">',
        f'<title id="{name}-title">{text(title)}</title>',
        f'<desc id="{name}-description">{text(in_words(rows))}</desc>',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
    ]
    for middle, words in zip(MIDDLES, ("after dark", "in the light"), strict=True):
        parts.append(f'<text x="{middle}" y="20" text-anchor="middle" font-weight="bold">{words}</text>')
        parts.append(f'<path d="M{middle} {TOP - 6}V{height - 4}" stroke="{INK}" stroke-width="1"/>')
    for place, row in enumerate(rows):
        y = TOP + place * ROW_HEIGHT
        parts.append(f'<text x="{LABEL_X}" y="{y + 16}" text-anchor="end">{text(row.label)}</text>')
        parts.extend(_bar(row.dark, MIDDLES[0], y))
        parts.extend(_bar(row.light, MIDDLES[1], y))
    return "".join([*parts, "</svg>\n"])


def in_words(rows: Iterable[Row]) -> str:
    """What the strip shows, for whoever cannot see it."""
    return " ".join(
        f"{row.label}: after dark {_in_words(row.dark)}; in the light {_in_words(row.light)}." for row in rows
    )


def _in_words(counts: Four) -> str:
    return ", ".join(f"{count} at {level}" for level, count in enumerate(counts) if count) or "not scored"


def _bar(counts: Four, middle: int, y: int) -> Iterable[str]:
    if not any(counts):
        yield f'<text x="{middle + 8}" y="{y + 16}" font-size="13" fill="{QUIET}">not scored</text>'
        return
    yield from segments(counts, middle, y, SMALL)
    yield f'<text x="{middle + HALF + 8}" y="{y + 16}" font-size="12.5" fill="{QUIET}">n {sum(counts)}</text>'
