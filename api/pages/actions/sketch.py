"""A small map as SVG: the audit area, and numbered stops on it. Its table stands beside it on the page.

Drawn in metres on the National Grid, north up. Colours are presentation attributes, as the policy has no inline styles.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import hypot
from typing import Any, Protocol

from markupsafe import Markup

from geo.shapes import Shape, in_metres, to_geojson

WIDTH, HEIGHT, MARGIN = 480, 320, 24  # of the sheet, in its own units; a telephone shows it at two thirds
MIN_EXTENT_M = 150.0  # one stop alone is shown with its surroundings
TOGETHER = 28  # units within which marks would hide each other, and become one
LANES = (10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
INK, PAPER, AREA, EDGE = "#1f1a2b", "#e9e4d6", "#ffffff", "#6b6579"
HELD, LATER = "#4a2f8f", "#00703c"


class Placed(Protocol):
    """Something with a place in metres on the National Grid, or without one."""

    @property
    def easting_m(self) -> float | None:
        """Metres east."""

    @property
    def northing_m(self) -> float | None:
        """Metres north."""


@dataclass(frozen=True)
class Dot:
    """A stop under its number; `later` ones were walked afterwards."""

    stop: Placed
    label: str
    later: bool = False


def sketch(
    area: Shape, dots: Sequence[Dot], *, title: str, route: Shape | None = None, pointing: bool = False
) -> Markup:
    """The map of the whole area; stops that lie together are one mark, and those without a place only in its table.

    `route` is a LineString in WGS 84, drawn as it is to be walked. With `pointing` the map says where its corner lies
    on the National Grid, so that a press on it becomes a position.
    """
    placed = [dot for dot in dots if dot.stop.easting_m is not None and dot.stop.northing_m is not None]
    rings = list(_rings(to_geojson(in_metres(area))))
    frame = _Frame.around([*(corner for ring in rings for corner in ring), *map(_where, placed)])
    paths = "".join(frame.path(ring) for ring in rings)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" class="ns-sketch" '
        f'aria-label="{escape(title)}"{frame.data if pointing else ""}>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>'
        f'<path d="{paths}" fill="{AREA}" fill-rule="evenodd" stroke="{EDGE}" stroke-width="2"/>',
        _followed(route, frame),
        *map(_drawn, _marks(placed, frame)),
        _scale(frame.units_per_m),
        "</svg>",
    ]
    return Markup("".join(parts))  # noqa: S704 - our own numbers, and words escaped above


Point = tuple[float, float]


@dataclass(frozen=True)
class _Frame:
    west_m: float
    north_m: float
    units_per_m: float

    @classmethod
    def around(cls, points: Sequence[Point]) -> "_Frame":
        easts, norths = [east for east, _ in points], [north for _, north in points]
        wide, tall = max(max(easts) - min(easts), MIN_EXTENT_M), max(max(norths) - min(norths), MIN_EXTENT_M)
        units = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / tall)
        middle = (max(easts) + min(easts)) / 2, (max(norths) + min(norths)) / 2
        return cls(middle[0] - WIDTH / units / 2, middle[1] + HEIGHT / units / 2, units)

    def xy(self, point: Point) -> Point:
        return (
            round((point[0] - self.west_m) * self.units_per_m, 1),
            round((self.north_m - point[1]) * self.units_per_m, 1),
        )

    @property
    def data(self) -> str:
        return f' data-west="{self.west_m:.2f}" data-north="{self.north_m:.2f}" data-units="{self.units_per_m:.6f}"'

    def path(self, ring: Sequence[Point], *, closed: bool = True) -> str:
        return "M" + "L".join(f"{x:g} {y:g}" for x, y in map(self.xy, ring)) + ("Z" if closed else "")


def _followed(route: Shape | None, frame: _Frame) -> str:
    if route is None:
        return ""
    path = frame.path(to_geojson(in_metres(route))["coordinates"], closed=False)
    return f'<path d="{path}" fill="none" stroke="{HELD}" stroke-width="3" stroke-dasharray="8 5"/>'


def _where(dot: Dot) -> Point:
    assert dot.stop.easting_m is not None and dot.stop.northing_m is not None
    return dot.stop.easting_m, dot.stop.northing_m


def _rings(geometry: dict[str, Any]) -> Iterator[list[Point]]:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    for polygon in polygons:
        for ring in polygon:
            yield [(east, north) for east, north in ring]


@dataclass
class _Mark:
    """Stops that lie together: where the first of them is, their labels, and whether they are later ones."""

    x: float
    y: float
    later: bool
    labels: list[str]

    @property
    def words(self) -> str:
        """The label; of several the first, and how many more there are."""
        return self.labels[0] if len(self.labels) == 1 else f"{self.labels[0]} +{len(self.labels) - 1}"


def _marks(dots: Sequence[Dot], frame: _Frame) -> list[_Mark]:
    """The marks, none of which hides another of its kind; later stops stand a little below those before."""
    marks: list[_Mark] = []
    for dot in dots:
        x, y = frame.xy(_where(dot))
        near = (mark for mark in marks if mark.later == dot.later and hypot(mark.x - x, mark.y - y) < TOGETHER)
        if mark := next(near, None):
            mark.labels.append(dot.label)
        else:
            marks.append(_Mark(x, y, dot.later, [dot.label]))
    return marks


def _drawn(mark: _Mark) -> str:
    colour, wide = (LATER if mark.later else HELD), max(26, 12 + 10 * len(mark.words))
    # Later stops are square, so that colour alone never tells them apart, and beneath what was seen before.
    y, round_by = (mark.y + TOGETHER, 0) if mark.later else (mark.y, 13)
    return (
        f'<rect x="{mark.x - wide / 2:g}" y="{y - 13:g}" width="{wide}" height="26" rx="{round_by}" fill="{colour}" '
        f'stroke="#fff" stroke-width="2"/><text x="{mark.x:g}" y="{y + 5.5:g}" text-anchor="middle" font-size="16" '
        f'font-weight="700" fill="#fff">{escape(mark.words)}</text>'
    )


def _scale(units_per_m: float) -> str:
    length_m = next((lane for lane in LANES if lane * units_per_m >= 60), LANES[-1])
    end, y = MARGIN + length_m * units_per_m, HEIGHT - 16
    return (
        f'<path d="M{MARGIN} {y}H{end:g}" stroke="{INK}" stroke-width="3"/>'
        f'<text x="{MARGIN}" y="{y - 7}" font-size="16" fill="{INK}">{length_m} m</text>'
        f'<text x="{WIDTH - MARGIN}" y="22" text-anchor="end" font-size="16" fill="{INK}">North is up</text>'
    )
