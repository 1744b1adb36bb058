"""London with a share in each borough, or at each of many places, as SVG; steps are fixed, so that years compare.

What is not known is a texture and never a tint, and nobody is not the palest of somebody. Colours are presentation
attributes, because pages run under a policy without inline styles.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

import numpy as np
from numpy.typing import NDArray

from geo.drawing.frame import MARGIN, WIDTH, Frame
from geo.drawing.london import DARK_FROM, EDGE, FONTS, INK, NONE, PAPER, QUIET, RAMP, WHITE
from geo.drawing.outlines import Outlines, Ring

LIMITS = (0.05, 0.1, 0.2, 0.4)  # where one shade ends and the next begins
WORDS = ("under 5%", "5% to 10%", "10% to 20%", "20% to 40%", "40% or more")
NOBODY, UNKNOWN = "none signed", "no venues known"
LEGEND_HEIGHT, LEGEND_COLUMN, LEGEND_ROW = 118, 232, 28
DISC_RADIUS, UNKNOWN_RADIUS = 8.5, 5.5


@dataclass(frozen=True, kw_only=True)
class ShareSheet:
    """What one map shows: a share (0 to 1, None where nothing is known) for each borough, or for places in metres."""

    title: str
    description: str
    counted: str
    boroughs: Mapping[str, float | None] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    places: Sequence[tuple[float, float]] = ()
    place_shares: Sequence[float | None] = ()


def height_of(outlines: Outlines) -> int:
    """How high the sheet is, in the units in which it is WIDTH wide, so that a page can keep its place."""
    return Frame.around(outlines).height + LEGEND_HEIGHT


def draw_shares(outlines: Outlines, sheet: ShareSheet, *, name: str = "shares") -> str:
    """The sheet as a whole SVG document; `name` keeps its ids apart from another map's on the same page."""
    frame, height = Frame.around(outlines), height_of(outlines)
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
            f'aria-labelledby="{name}-title {name}-desc" font-family="{FONTS}" font-size="17" fill="{INK}">'
            f'<title id="{name}-title">{escape(sheet.title)}</title>'
            f'<desc id="{name}-desc">{escape(sheet.description)}</desc>'
            f'<defs><pattern id="{name}-hatched" width="6" height="6" patternUnits="userSpaceOnUse" '
            f'patternTransform="rotate(45)"><rect width="6" height="6" fill="{WHITE}"/>'
            f'<path d="M3 0V6" stroke="{EDGE}" stroke-width="1.6"/></pattern>'
            f'</defs><rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>',
            *_boroughs(outlines, sheet, frame, name),
            *_labels(outlines, sheet, frame),
            *_discs(sheet, frame, name),
            *_legend(sheet.counted, frame.height, name),
            "</svg>\n",
        ]
    )


def fill_of(share: float | None, name: str) -> str:
    """How a share is filled.

    >>> fill_of(None, "map"), fill_of(0.0, "map") == NONE, fill_of(0.05, "map") == RAMP[1]
    ('url(#map-hatched)', True, True)
    """
    if share is None:
        return f"url(#{name}-hatched)"
    return RAMP[bisect_right(LIMITS, share)] if share > 0 else NONE


def _boroughs(outlines: Outlines, sheet: ShareSheet, frame: Frame, name: str) -> Iterable[str]:
    classes: dict[str, list[Ring]] = {}
    for code, rings in outlines.rings.items():
        fill = fill_of(sheet.boroughs[code], name) if code in sheet.boroughs else NONE
        classes.setdefault(fill, []).extend(rings)
    for fill in sorted(classes):
        yield f'<path d="{frame.d(classes[fill])}" fill="{fill}" stroke="{EDGE}" stroke-width="1.2" '
        yield 'stroke-linejoin="round" fill-rule="evenodd"/>'


def _labels(outlines: Outlines, sheet: ShareSheet, frame: Frame) -> Iterable[str]:
    """Each borough's figure in its middle, so that no colour has to be compared with a legend."""
    yield '<g text-anchor="middle" font-weight="700">'
    for code, label in sheet.labels.items():
        if code in outlines.middles:
            x, y = frame.xy(np.array([outlines.middles[code]]))[0].tolist()
            share = sheet.boroughs.get(code) or 0.0
            dark = share > 0 and bisect_right(LIMITS, share) >= DARK_FROM
            yield f'<text x="{x:g}" y="{y + 6:g}" fill="{WHITE if dark else INK}">{escape(label)}</text>'
    yield "</g>"


def _discs(sheet: ShareSheet, frame: Frame, name: str) -> Iterable[str]:
    """Places by falling share from above: where they overlap, whoever signed is seen."""
    ordered = sorted(
        zip(sheet.place_shares, sheet.places, strict=True), key=lambda one: -1 if one[0] is None else one[0]
    )
    for share, place in ordered:
        (x, y), radius = _at(place, frame), UNKNOWN_RADIUS if share is None else DISC_RADIUS
        yield f'<circle cx="{x:g}" cy="{y:g}" r="{radius}" fill="{fill_of(share, name)}" stroke="{INK}"/>'


def _at(place: tuple[float, float], frame: Frame) -> tuple[float, float]:
    there: NDArray[np.float64] = frame.xy(np.array([place]))
    return float(there[0, 0]), float(there[0, 1])


def _legend(counted: str, top: int, name: str) -> Iterable[str]:
    yield f'<text x="{MARGIN}" y="{top + 26}" fill="{QUIET}">{escape(counted)}</text>'
    fills = [fill_of(None, name), NONE, *RAMP]
    for place, (word, fill) in enumerate(zip((UNKNOWN, NOBODY, *WORDS), fills, strict=True)):
        x, y = MARGIN + place % 4 * LEGEND_COLUMN, top + 40 + place // 4 * LEGEND_ROW
        yield f'<rect x="{x}" y="{y}" width="22" height="16" fill="{fill}" stroke="{EDGE}"/>'
        yield f'<text x="{x + 30}" y="{y + 14}">{word}</text>'
