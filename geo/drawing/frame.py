"""The ground laid on a sheet: metres in, short SVG paths out."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.drawing.outlines import Outlines, Ring

WIDTH, MARGIN = 960, 14  # of a sheet, in its own units


@dataclass(frozen=True)
class Frame:
    """Metres on the ground to units on the sheet: x to the right from west, y down from north."""

    west: float
    north: float
    units_per_m: float
    height: int

    @classmethod
    def around(cls, outlines: Outlines) -> "Frame":
        points = np.concatenate([ring for rings in outlines.rings.values() for ring in rings])
        (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
        units = (WIDTH - 2 * MARGIN) / float(east - west)
        margin_m = MARGIN / units
        height = round(float(north - south) * units) + 2 * MARGIN
        return cls(float(west) - margin_m, float(north) + margin_m, units, height)

    def xy(self, path: NDArray[np.float64]) -> NDArray[np.float64]:
        """The path in units of the sheet, to half a unit, which is a pixel on a screen at the most."""
        moved = (path - [self.west, self.north]) * [self.units_per_m, -self.units_per_m]
        return np.round(moved * 2) / 2 + 0.0  # adding zero turns -0.0 into 0.0

    def d(self, rings: Iterable[Ring]) -> str:
        """The `d` of one path that draws all of these rings, in steps from point to point, which are short to write."""
        return "".join(_ring(self.xy(ring)) for ring in rings)


def _ring(points: NDArray[np.float64]) -> str:
    steps = np.diff(points, axis=0)
    steps = steps[np.any(steps != 0, axis=1)]
    moves = "".join(f"l{x:g} {y:g}".replace(" -", "-") for x, y in steps[:-1].tolist())
    return f"M{points[0, 0]:g} {points[0, 1]:g}{moves}z"
