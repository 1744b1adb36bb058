"""The map of an edition as SVG: our own geometry in British National Grid metres in, the same text out every time.

Colours are presentation attributes, because pages run under a policy without inline styles. One path a class keeps
a London of thirty thousand cells small. Labels on the map collide, so places carry a number, and the table beside
the map says their names.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape

import numpy as np
from numpy.typing import NDArray

from geo.drawing.lettering import visible

Path = NDArray[np.float64]  # (n, 2): easting and northing in metres

WIDTH, PANEL_HEIGHT, LEGEND_HEIGHT = 960, 640, 96  # the sheet, in its own units; 170 mm wide in the report
DETAIL_HEIGHT, DETAIL_MARGIN = 520, 0.25
MARGIN = 0.06  # of the wider side, around what was walked
MIN_EXTENT_M = 400.0  # an area of one stop is still drawn with its surroundings
FONTS = "Atkinson Hyperlegible, Noto Sans, sans-serif"
WHITE = "#ffffff"
INK, QUIET, PAPER, WATER, HUB = "#1f1a2b", "#6b6579", "#f6f2e9", "#cfe0ea", "#1d5fa8"
SCALE_STEPS_M = tuple(step * 10**power for power in range(1, 6) for step in (1, 2, 5))
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Look:
    """How a class of cells is drawn, and the words of its legend."""

    words: str
    fill: str
    edge: str = WHITE


# One violet ramp of falling lightness for what was found; what is not known is a texture, never a tint.
LOOKS: Mapping[str, Look] = {
    "suppressed": Look("too few people to show", "url(#{name}-crossed)", QUIET),
    "not_enough_evidence": Look("walked, not enough evidence yet", "url(#{name}-hatched)", "#b3acc2"),
    "ordinary": Look("walked, nothing found", "#d0c1eb"),
    "works_well": Look("works well", "#f1ebfc", "#7e4fbf"),
    "hotspot": Look("hotspot", "#8757c7"),
    "strong": Look("hotspot, strong", "#43207a"),
}
# How often a place was walked: the same paper, and a tint only where it was more than once.
VISITED: Mapping[str, Look] = {
    "walked": Look("walked", "#d0c1eb"),
    "once": Look("walked on one walk only", "#f1ebfc", "#7e4fbf"),
    "more": Look("walked on two walks or more", "#a98bd8"),
}
NOT_WALKED = Look("not walked: nothing is known", "url(#{name}-dotted)", "#b3acc2")


@dataclass(frozen=True)
class Mark:
    """A point on the map: a hub, or a numbered place."""

    easting_m: float
    northing_m: float
    label: str = ""
    works_well: bool = False


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What one map shows. Rings are drawn by the even-odd rule, so a hole is one more ring."""

    title: str
    description: str
    attribution: str
    area: Sequence[Path]
    cells: Mapping[str, Sequence[Path]] = field(default_factory=dict)
    boroughs: Sequence[Path] = ()
    river: Sequence[Path] = ()
    walks: Sequence[Path] = ()
    hubs: Sequence[Mark] = ()
    places: Sequence[Mark] = ()
    looks: Mapping[str, Look] = field(default_factory=lambda: LOOKS)
    places_are: tuple[str, str] = ("hotspot in the table", "place that works")  # in the legend; empty for none such


@dataclass(frozen=True, kw_only=True)
class Detail:
    """A window of a sheet around one place: `rim` are its hexagons, and stops are dots, dark or light."""

    rim: Sequence[Path]
    dark_stops: Sequence[Mark] = ()
    light_stops: Sequence[Mark] = ()


@dataclass(frozen=True)
class Frame:
    """Metres on the ground to units on the sheet: x to the right from west, y down from north."""

    west_m: float
    north_m: float
    units_per_m: float
    height: int = PANEL_HEIGHT

    def xy(self, path: Path) -> Path:
        """The path in units of the sheet, to a tenth: a fifth of a millimetre on paper."""
        moved = (path - [self.west_m, self.north_m]) * [self.units_per_m, -self.units_per_m]
        return np.round(moved, 1) + 0.0  # adding zero turns -0.0 into 0.0

    def d(self, paths: Iterable[Path], *, closed: bool = True) -> str:
        """The `d` of one path element that draws all of them."""
        end = "Z" if closed else ""
        return "".join("M" + "L".join(f"{x:g} {y:g}" for x, y in self.xy(path).tolist()) + end for path in paths)

    def shows(self, path: Path) -> bool:
        """Whether the box of a path meets the frame."""
        (west, south), (east, north) = path.min(axis=0), path.max(axis=0)
        tall_m = self.height / self.units_per_m
        across = west <= self.west_m + self.width_m and east >= self.west_m
        return bool(across and south <= self.north_m and north >= self.north_m - tall_m)

    @property
    def width_m(self) -> float:
        """How much ground the sheet is wide."""
        return WIDTH / self.units_per_m


def draw(sheet: Sheet, *, name: str = "map") -> str:
    """The sheet as a whole SVG document; `name` keeps its ids apart from another map's on the same page."""
    frame = frame_around([*sheet.area, *(ring for rings in sheet.cells.values() for ring in rings)])
    opening = _opening(sheet, name, height=PANEL_HEIGHT, total=PANEL_HEIGHT + LEGEND_HEIGHT)
    parts = [*opening, *_ground(sheet, frame, name), *_found(sheet, frame, name)]
    return "".join([*parts, *_marks(sheet, frame), "</g>", *_furniture(sheet, frame, name), "</svg>\n"])


def locate(sheet: Sheet, detail: Detail, *, name: str) -> str:
    """The surroundings of one place as a whole SVG document: the sheet's own looks, nearer by, without its legend."""
    frame = frame_around(detail.rim, height=DETAIL_HEIGHT, margin=DETAIL_MARGIN)
    sheet = _within(sheet, frame)
    rim = f'<path d="{frame.d(detail.rim)}" fill="none" stroke="{INK}" stroke-width="3" stroke-linejoin="round"/>'
    parts = [
        *_opening(sheet, name, height=DETAIL_HEIGHT, total=DETAIL_HEIGHT),
        *_ground(sheet, frame, name),
        *_found(sheet, frame, name),
        rim,
        *_dots(detail, frame),
        *_marks(sheet, frame),
        "</g>",
        *_north_and_scale(frame),
    ]
    return "".join([*parts, "</svg>\n"])


def _within(sheet: Sheet, frame: Frame) -> Sheet:
    """What of a sheet is in the frame, so that the page of one place does not hold all London."""
    return replace(
        sheet,
        cells={kind: [ring for ring in rings if frame.shows(ring)] for kind, rings in sheet.cells.items()},
        walks=[walk for walk in sheet.walks if frame.shows(walk)],
        hubs=[hub for hub in sheet.hubs if frame.shows(_point(hub))],
        places=[place for place in sheet.places if frame.shows(_point(place))],
    )


def _point(mark: Mark) -> Path:
    return np.array([[mark.easting_m, mark.northing_m]])


def frame_around(paths: Sequence[Path], *, height: int = PANEL_HEIGHT, margin: float = MARGIN) -> Frame:
    """The frame that holds every path with a margin; of London's middle when there is none."""
    points = np.concatenate(paths) if paths else np.array([[530_000.0, 180_000.0]])
    low, high = points.min(axis=0), points.max(axis=0)
    wide, tall = np.maximum(high - low, MIN_EXTENT_M) + 2 * margin * max(*(high - low), MIN_EXTENT_M)
    units_per_m = float(min(WIDTH / wide, height / tall))
    middle = (low + high) / 2
    return Frame(
        west_m=float(middle[0]) - WIDTH / units_per_m / 2,
        north_m=float(middle[1]) + height / units_per_m / 2,
        units_per_m=units_per_m,
        height=height,
    )


def text(words: str) -> str:
    """Words made inert for XML: escaped, and without what XML cannot hold, what hides and what turns text round."""
    return escape(visible(UNPRINTABLE.sub("\ufffd", words)))


def _opening(sheet: Sheet, name: str, *, height: int, total: int) -> Iterable[str]:
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {total}" role="img" '
    yield f'aria-labelledby="{name}-title {name}-description" font-family="{FONTS}" font-size="14" fill="{INK}">'
    yield f'<title id="{name}-title">{text(sheet.title)}</title>'
    yield f'<desc id="{name}-description">{text(sheet.description)}</desc>'
    yield f'<defs><clipPath id="{name}-panel"><path d="M0 0H{WIDTH}V{height}H0Z"/></clipPath>'
    yield _pattern(f"{name}-dotted", 9, "#ffffff", '<circle cx="4.5" cy="4.5" r="0.9" fill="#a49cb5"/>')
    line = '<path d="M{} 0V8" stroke="#8d84a1" stroke-width="1.3"/>'
    yield _pattern(f"{name}-hatched", 8, "#ffffff", line.format(4), turned=True)
    crossing = '<path d="M0 4H8" stroke="#8d84a1" stroke-width="1.3"/>'
    yield _pattern(f"{name}-crossed", 8, "#ffffff", line.format(4) + crossing, turned=True)
    yield f'</defs><rect width="{WIDTH}" height="{total}" fill="#ffffff"/><g clip-path="url(#{name}-panel)">'


def _pattern(name: str, side: int, ground: str, strokes: str, *, turned: bool = False) -> str:
    turn = ' patternTransform="rotate(45)"' if turned else ""
    opening = f'<pattern id="{name}" width="{side}" height="{side}" patternUnits="userSpaceOnUse"{turn}>'
    return f'{opening}<rect width="{side}" height="{side}" fill="{ground}"/>{strokes}</pattern>'


def _ground(sheet: Sheet, frame: Frame, name: str) -> Iterable[str]:
    yield f'<rect width="{WIDTH}" height="{frame.height}" fill="{PAPER}"/>'
    if sheet.river:
        yield f'<path d="{frame.d(sheet.river)}" fill="{WATER}" fill-rule="evenodd"/>'
    if sheet.boroughs:
        yield f'<path d="{frame.d(sheet.boroughs)}" fill="none" stroke="#aaa2b5" stroke-width="1"/>'
    if sheet.area:
        fill = NOT_WALKED.fill.format(name=name)
        yield f'<path d="{frame.d(sheet.area)}" fill="{fill}" fill-rule="evenodd"/>'


def _found(sheet: Sheet, frame: Frame, name: str) -> Iterable[str]:
    for kind, look in sheet.looks.items():
        if rings := sheet.cells.get(kind):
            fill = look.fill.format(name=name)
            yield f'<path d="{frame.d(rings)}" fill="{fill}" stroke="{look.edge}" stroke-width="1.2"/>'
    if sheet.area:
        yield f'<path d="{frame.d(sheet.area)}" fill="none" stroke="{INK}" stroke-width="1.6" stroke-dasharray="7 3"/>'
    if sheet.walks:
        d = frame.d(sheet.walks, closed=False)
        pale = f'<path d="{d}" fill="none" stroke-linejoin="round" stroke-linecap="round"'
        yield f'{pale} stroke="#ffffff" stroke-width="4.5"/>{pale} stroke="#8d84a1" stroke-width="1.2"/>'


def _marks(sheet: Sheet, frame: Frame) -> Iterable[str]:
    for hub in sheet.hubs:
        x, y = _at(hub, frame)
        corner = f'x="{x - 5:g}" y="{y - 5:g}"'
        yield f'<rect {corner} width="10" height="10" fill="{HUB}" stroke="#ffffff" stroke-width="1.5"/>'
    # The first places are the ones that matter most, so they are drawn last, on top.
    for place in reversed(sheet.places):
        yield _disc(*_at(place, frame), place)


def _dots(detail: Detail, frame: Frame) -> Iterable[str]:
    """Stops, each a dot: filled after dark, hollow in the light; one path of round caps a kind."""
    for marks, fill in ((detail.light_stops, WHITE), (detail.dark_stops, INK)):
        d = "".join("M{:g} {:g}h0".format(*_at(mark, frame)) for mark in marks)
        if d:
            caps = 'fill="none" stroke-linecap="round"'
            yield f'<path d="{d}" {caps} stroke="{INK}" stroke-width="9"/>'
            yield f'<path d="{d}" {caps} stroke="{fill}" stroke-width="6"/>'


def _at(mark: Mark, frame: Frame) -> tuple[float, float]:
    x, y = frame.xy(np.array([[mark.easting_m, mark.northing_m]]))[0].tolist()
    return x, y


def _disc(x: float, y: float, place: Mark) -> str:
    fill, ink = ("#ffffff", "#43207a") if place.works_well else ("#1f0d3d", "#ffffff")
    circle = f'<circle cx="{x:g}" cy="{y:g}" r="12" fill="{fill}" stroke="{ink}" stroke-width="2"/>'
    label = f'font-size="14" font-weight="bold" text-anchor="middle" fill="{ink}">{text(place.label)}</text>'
    return f'{circle}<text x="{x:g}" y="{y + 5:g}" {label}'


def _furniture(sheet: Sheet, frame: Frame, name: str) -> Iterable[str]:
    yield f'<path d="M0 {PANEL_HEIGHT}H{WIDTH}" stroke="{INK}" stroke-width="1"/>'
    yield from _north_and_scale(frame)
    yield from _legend(sheet, name)
    quiet = f'font-size="10.5" fill="{QUIET}" text-anchor="end"'
    yield f'<text x="{WIDTH - 8}" y="{PANEL_HEIGHT - 8}" {quiet}>{text(sheet.attribution)}</text>'


def _north_and_scale(frame: Frame) -> Iterable[str]:
    long_m = max(step for step in SCALE_STEPS_M if step == SCALE_STEPS_M[0] or step <= frame.width_m / 5)
    long = round(long_m * frame.units_per_m, 1)
    words = f"{long_m:,} m" if long_m < 1000 else f"{long_m // 1000:,} km"
    y = frame.height - 16
    yield f'<rect x="10" y="{y - 26}" width="{long + 70:g}" height="36" rx="3" fill="#ffffff"/>'
    yield f'<path d="M20 {y - 8}V{y}H{20 + long:g}V{y - 8}" fill="none" stroke="{INK}" stroke-width="1.6"/>'
    yield f'<text x="{26 + long:g}" y="{y + 1}" font-size="13">{words}</text>'
    yield f'<circle cx="{WIDTH - 34}" cy="38" r="23" fill="#ffffff"/>'
    yield f'<path d="M{WIDTH - 34} 20l7 20l-7 -4l-7 4Z" fill="{INK}"/>'
    yield f'<text x="{WIDTH - 34}" y="55" font-size="13" font-weight="bold" text-anchor="middle">N</text>'


def _legend(sheet: Sheet, name: str) -> Iterable[str]:
    """Every class has its place in the legend, found or not, so that two maps can be read side by side."""
    rare = {"suppressed", "walked"}  # of what the public sees
    shown = [look for kind, look in sheet.looks.items() if kind not in rare or kind in sheet.cells]
    for place, look in enumerate([NOT_WALKED, *shown]):
        x, y = 10 + (place % 4) * 240, PANEL_HEIGHT + 16 + (place // 4) * 26
        swatch = f'<rect x="{x}" y="{y}" width="22" height="15" fill="{look.fill.format(name=name)}"'
        edge = QUIET if look.edge == WHITE else look.edge
        yield f'{swatch} stroke="{edge}"/><text x="{x + 30}" y="{y + 12.5}">{look.words}</text>'
    yield from _legend_of_marks(PANEL_HEIGHT + 68, sheet.places_are)


def _legend_of_marks(y: float, places_are: tuple[str, str]) -> Iterable[str]:
    low, well = places_are
    if low:
        yield _disc(22, y + 8, Mark(0, 0, "1")) + f'<text x="40" y="{y + 12.5}">{low}</text>'
    if well:
        yield _disc(262, y + 8, Mark(0, 0, "A", works_well=True)) + f'<text x="280" y="{y + 12.5}">{well}</text>'
    yield f'<rect x="496" y="{y + 3}" width="10" height="10" fill="{HUB}"/>'
    yield f'<text x="520" y="{y + 12.5}">transport hub</text>'
    yield f'<path d="M730 {y + 8}H752" stroke="#8d84a1" stroke-width="1.4"/><text x="760" y="{y + 12.5}">walks</text>'
