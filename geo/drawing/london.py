"""London as SVG: paper ground, thin boroughs in one violet ramp, places as dots; the same text for the same facts.

Colours are presentation attributes, because pages run under a policy without inline styles. One path a class keeps a
sheet small. Shades are steps of counts with round numbers between them, and `none` looks unlike `few`.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

import numpy as np
from numpy.typing import NDArray

from geo.drawing.frame import MARGIN, WIDTH, Frame
from geo.drawing.outlines import Outlines, Ring

LEGEND_HEIGHT = 64
WHITE = "#ffffff"
INK, QUIET, PAPER, EDGE, NONE = "#1f1a2b", "#5b5569", "#f6f2e9", "#8d84a1", "#fbf9f4"
# Falling lightness (L* from 93 to 27); white numbers from the third step on keep a contrast above 4.5.
RAMP = ("#efe8fb", "#d0c1eb", "#7e4fbf", "#5f3399", "#3a1a6b")
DARK_FROM = 2
DOT, DOT_RADIUS = "#4a2f8f", 7
STEPS = tuple(step * 10**power for power in range(7) for step in (1, 2, 5))
FONTS = "Atkinson Hyperlegible, arial, sans-serif"


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What one map of London shows: a count for each borough (GSS code), or places as (n, 2) metres, or both."""

    title: str
    description: str
    counts: Mapping[str, int] | None = None
    counted: str = ""
    places: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 2)))
    marked: str | None = None


def draw(outlines: Outlines, sheet: Sheet, *, name: str = "london") -> str:
    """The sheet as a whole SVG document; `name` keeps its ids apart from another map's on the same page.

    Without boroughs there is no sheet to draw on, and the document is empty.
    """
    if not outlines:
        return '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>\n'
    frame = Frame.around(outlines)
    limits = limits_of(sheet.counts.values()) if sheet.counts else []
    height = frame.height + (LEGEND_HEIGHT if sheet.counts is not None else 0)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-labelledby="{name}-title {name}-desc" font-family="{FONTS}" font-size="17" fill="{INK}">'
        f'<title id="{name}-title">{escape(sheet.title)}</title>'
        f'<desc id="{name}-desc">{escape(sheet.description)}</desc>'
        f'<rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>',
        *_boroughs(outlines, sheet, frame, limits),
        *_numbers(outlines, sheet, frame, limits),
        *_dots(sheet, frame),
    ]
    if sheet.counts is not None:
        parts += _legend(sheet.counted, limits, frame.height)
    return "".join([*parts, "</svg>\n"])


def height_of(outlines: Outlines) -> int:
    """How high a sheet of counts is, in the units in which it is WIDTH wide; for the room that a page keeps for it."""
    return Frame.around(outlines).height + LEGEND_HEIGHT


def limits_of(counts: Iterable[int]) -> list[int]:
    """Where one shade ends and the next begins: at most four round numbers, the highest below the largest count.

    >>> limits_of([0, 3, 41, 260])
    [10, 20, 50, 100]
    """
    largest = max(counts, default=0)
    below = [step for step in STEPS if 1 < step <= largest / 2]
    return below[-4:]


def _shade(count: int, limits: Sequence[int]) -> int:
    """Which step of the ramp; the fewer steps there are, the further apart they lie."""
    return round(bisect_right(limits, count) * (len(RAMP) - 1) / len(limits)) if limits else DARK_FROM - 1


def _boroughs(outlines: Outlines, sheet: Sheet, frame: Frame, limits: Sequence[int]) -> Iterable[str]:
    classes: dict[str, list[Ring]] = {}
    for code, rings in outlines.rings.items():
        count = (sheet.counts or {}).get(code, 0)
        classes.setdefault(RAMP[_shade(count, limits)] if count else NONE, []).extend(rings)
    for fill in sorted(classes):
        yield f'<path d="{frame.d(classes[fill])}" fill="{fill}" stroke="{EDGE}" stroke-width="1.2" '
        yield 'stroke-linejoin="round" fill-rule="evenodd"/>'
    if sheet.marked is not None and sheet.marked in outlines.rings:
        yield f'<path d="{frame.d(outlines.rings[sheet.marked])}" fill="none" stroke="{INK}" stroke-width="4" '
        yield 'stroke-linejoin="round"/>'


def _numbers(outlines: Outlines, sheet: Sheet, frame: Frame, limits: Sequence[int]) -> Iterable[str]:
    """Each borough's count in its middle, so that no colour has to be compared with a legend."""
    if not sheet.counts:
        return
    yield '<g text-anchor="middle" font-weight="700">'
    for code, middle in outlines.middles.items():
        if count := sheet.counts.get(code, 0):
            (x, y), dark = frame.xy(np.array([middle]))[0].tolist(), _shade(count, limits) >= DARK_FROM
            yield f'<text x="{x:g}" y="{y + 6:g}" fill="{WHITE if dark else INK}">{count:,}</text>'
    yield "</g>"


def _dots(sheet: Sheet, frame: Frame) -> Iterable[str]:
    """Places in one path: lines of no length with round ends are dots, and dots at one spot are one."""
    if len(sheet.places):
        spots = np.unique(frame.xy(sheet.places), axis=0).tolist()
        d = "".join(f"M{x:g} {y:g}h0" for x, y in spots)
        for colour, width in ((WHITE, 2 * DOT_RADIUS + 4), (DOT, 2 * DOT_RADIUS)):
            yield f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-linecap="round"/>'


def _legend(counted: str, limits: Sequence[int], top: int) -> Iterable[str]:
    yield f'<text x="{MARGIN}" y="{top + 26}" fill="{QUIET}">{escape(counted)}</text>'
    starts = [1, *limits]
    words = [
        "none",
        *(f"{a:,}" if b == a + 1 else f"{a:,}–{b - 1:,}" for a, b in zip(starts, limits, strict=False)),
        f"{starts[-1]:,} or more",
    ]
    fills = [NONE, *(RAMP[_shade(start, limits)] for start in starts)]
    for place, (word, fill) in enumerate(zip(words, fills, strict=True)):
        x = MARGIN + place * 150
        yield f'<rect x="{x}" y="{top + 38}" width="22" height="16" fill="{fill}" stroke="{EDGE}"/>'
        yield f'<text x="{x + 30}" y="{top + 52}">{word}</text>'
