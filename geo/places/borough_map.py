"""Which borough a place is in: inside its polygon, or nearest to it on the Thames and at the edges."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.crs import Degrees
from geo.shapes import Shape, bounds, distances_outside_m, points_in

# Borough polygons stop at mean high water: a bridge's middle is up to 133 m from the nearest. Without the outline,
# which knows the river, this is how far out a place may be and still be taken for London.
MAX_OUTSIDE_M = 500.0
MARGIN_DEG = 0.01  # more than MAX_OUTSIDE_M at London's latitude, in both directions


@dataclass(frozen=True)
class BoroughMap:
    """The boroughs that were imported, in the order of their GSS codes, and the outline of London, if it was."""

    codes: Sequence[str]
    shapes: Sequence[Shape]
    outline: Shape | None = None

    def boroughs_of(self, lons: ArrayLike, lats: ArrayLike) -> list[str | None]:
        """The GSS code for each place (degrees, WGS 84), None outside London or when no borough was imported.

        A place on a common edge belongs to the first of its boroughs. A place in no borough belongs to the nearest
        one in metres, if it is inside the outline; without an outline, if it is within MAX_OUTSIDE_M.
        """
        places = Degrees.of(lons, lats)
        if not self.codes:
            return [None] * len(places)
        found = points_in(self.shapes, places.lon, places.lat)
        adrift = np.flatnonzero((found < 0) & self._may_be_london(places))
        if adrift.size:
            found[adrift] = self._nearest(Degrees(places.lon[adrift], places.lat[adrift]))
        return [self.codes[index] if index >= 0 else None for index in found.tolist()]

    def _may_be_london(self, places: Degrees) -> NDArray[np.bool_]:
        if self.outline is not None:
            return np.asarray(points_in([self.outline], places.lon, places.lat) == 0)
        west, south, east, north = np.array([bounds(shape) for shape in self.shapes]).T
        in_width = (places.lon > west.min() - MARGIN_DEG) & (places.lon < east.max() + MARGIN_DEG)
        return np.asarray(in_width & (places.lat > south.min() - MARGIN_DEG) & (places.lat < north.max() + MARGIN_DEG))

    def _nearest(self, places: Degrees) -> NDArray[np.int64]:
        # Few places are in no borough, so measuring each against all 33 costs less than an index would.
        away_m = np.array([distances_outside_m(places.lon, places.lat, shape) for shape in self.shapes])
        nearest = np.asarray(np.argmin(away_m, axis=0), dtype=np.int64)
        if self.outline is None:
            nearest[away_m.min(axis=0) > MAX_OUTSIDE_M] = -1
        return nearest
