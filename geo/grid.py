"""Equal-area hexagons on British National Grid: 50 m sides for inference, 150 m for overview.

Pointy-top, axial coordinates (q, r): q grows eastwards, r northwards and to the east, so that the centre of
(q, r) lies at (side * sqrt(3) * (q + r / 2), side * 1.5 * r) metres from the grid's origin, which is 0, 0 of
the National Grid unless the grid is shifted. All sides, centres and corners are in metres; polygons that
leave this file are in WGS 84. Formulas: Red Blob Games, "Hexagonal Grids".
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from geo.crs import FloatArray, Metres, to_degrees
from geo.errors import TooSpreadOut, UnknownCell
from geo.shapes import Shape, bounds, from_metres, in_metres, points_in

CellArray = NDArray[np.int32]

INFERENCE_SIDE_M = 50
OVERVIEW_SIDE_M = 150
SQRT3 = math.sqrt(3)
FURTHEST_CELL = 2**20  # cells from the origin; Great Britain ends before 20,000
CELL_ID = re.compile(r"h(50|150):(0|-?[1-9][0-9]{0,6}):(0|-?[1-9][0-9]{0,6})", re.ASCII)

# The six neighbours as (q, r) steps, anticlockwise from the east.
NEIGHBOUR_STEPS = np.array([(1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1), (1, -1)], dtype=np.int32)

# Where four further grids begin, in steps of q and r: half a cell each way, and the corner where three cells meet.
SHIFTS_IN_CELLS = ((0.5, 0.0), (0.0, 0.5), (0.5, 0.5), (1 / 3, 1 / 3))


@dataclass(frozen=True)
class Cells:
    """Hexagons of one grid, as two int32 arrays of one length."""

    q: CellArray
    r: CellArray

    @classmethod
    def of(cls, pairs: Sequence[tuple[int, int]]) -> "Cells":
        """Cells from (q, r) pairs."""
        both = np.array(pairs, dtype=np.int32).reshape(-1, 2)
        return cls(both[:, 0], both[:, 1])

    def __len__(self) -> int:
        return len(self.q)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return zip(self.q.tolist(), self.r.tolist(), strict=True)


@dataclass(frozen=True)
class Grid:
    """A hexagonal grid: the length of a side in metres, and where its origin lies in the National Grid."""

    side_m: int
    east_m: float = 0.0
    north_m: float = 0.0

    @property
    def cell_area_m2(self) -> float:
        """The area of every cell, in square metres: 6,495 for a side of 50 m."""
        return 1.5 * SQRT3 * self.side_m**2

    def shifted(self, q_cells: float, r_cells: float) -> "Grid":
        """The same grid with its origin moved by parts of a cell, for seeing whether a finding depends on it."""
        east_m, north_m = SQRT3 * self.side_m * (q_cells + r_cells / 2), 1.5 * self.side_m * r_cells
        return Grid(self.side_m, self.east_m + east_m, self.north_m + north_m)

    def cells_at(self, places: Metres) -> Cells:
        """The cell that holds each place: the one whose centre is nearest; on an edge, always the same one.

        Raises TooSpreadOut for places that are infinite or thousands of kilometres away.

        >>> list(GRID_50.cells_at(Metres.of(531_053, 175_423)))
        [(4963, 2339)]
        """
        r = (places.northing - self.north_m) / (1.5 * self.side_m)
        q = (places.easting - self.east_m) / (SQRT3 * self.side_m) - r / 2
        if not (np.abs(q) < FURTHEST_CELL).all() or not (np.abs(r) < FURTHEST_CELL).all():
            raise TooSpreadOut("A place is too far from Great Britain to be in a cell. Check its coordinates.")
        return _rounded(q, r)

    def centres(self, cells: Cells) -> Metres:
        """The middle of each cell."""
        q, r = cells.q.astype(np.float64), cells.r.astype(np.float64)
        return Metres(SQRT3 * self.side_m * (q + r / 2) + self.east_m, 1.5 * self.side_m * r + self.north_m)

    def corners_m(self, cells: Cells) -> FloatArray:
        """The six corners of each cell as (n, 6, 2) eastings and northings, anticlockwise from the north-east."""
        centres = self.centres(cells)
        angles = np.radians(30 + 60 * np.arange(6))
        rim = self.side_m * np.stack([np.cos(angles), np.sin(angles)], axis=1)
        corners: FloatArray = np.stack([centres.easting, centres.northing], axis=1)[:, None, :] + rim
        return corners

    def rim(self, cells: Cells) -> list[FloatArray]:
        """The outer edges of hexagons side by side, as closed (n, 2) rings of eastings and northings.

        >>> [len(ring) for ring in GRID_50.rim(Cells.of([(0, 0), (1, 0)]))]
        [11]
        """
        # To a millimetre, so that corners which two hexagons share are one.
        joined = shapely.union_all(shapely.polygons(self.corners_m(cells).round(3)))
        return [np.array(part.exterior.coords) for part in shapely.get_parts(joined)]

    def cells_inside(self, area: Shape) -> Cells:
        """The cells whose centre lies in `area` (WGS 84)."""
        west, south, east, north = bounds(in_metres(area))
        rows = np.arange(int(south / (1.5 * self.side_m)) - 1, int(north / (1.5 * self.side_m)) + 2)
        columns = np.arange(int(west / (SQRT3 * self.side_m)) - 1, int(east / (SQRT3 * self.side_m)) + 2)
        r, column = (axis.ravel() for axis in np.meshgrid(rows, columns))
        around = Cells((column - r // 2).astype(np.int32), r.astype(np.int32))
        centres = to_degrees(self.centres(around))
        inside = points_in([area], centres.lon, centres.lat) >= 0
        return Cells(around.q[inside], around.r[inside])

    def cells_along(self, line: Shape) -> Cells:
        """The cells that `line` (WGS 84) passes, each once, but for corners cut by less than a twentieth of a side."""
        steps = shapely.get_coordinates(shapely.segmentize(in_metres(line), self.side_m / 20))
        passed = self.cells_at(Metres(steps[:, 0], steps[:, 1]))
        return Cells.of(np.unique(np.stack([passed.q, passed.r], axis=1), axis=0).tolist())

    def polygons(self, cells: Cells) -> list[Polygon]:
        """Each cell as a polygon in WGS 84."""
        return [from_metres(hexagon) for hexagon in shapely.polygons(self.corners_m(cells))]


def neighbours(cells: Cells) -> Cells:
    """The six neighbours of every cell, one after another: 6 n cells."""
    q = cells.q[:, None] + NEIGHBOUR_STEPS[:, 0]
    r = cells.r[:, None] + NEIGHBOUR_STEPS[:, 1]
    return Cells(q.ravel(), r.ravel())


def cell_id(side_m: int, q: int, r: int) -> str:
    """The cell's name in every interface: `h50:4963:2339`."""
    return f"h{side_m}:{q}:{r}"


def cell_ids(side_m: int, cells: Cells) -> list[str]:
    """The names of many cells of one grid."""
    return [cell_id(side_m, q, r) for q, r in cells]


def parse_cell_id(text: str) -> tuple[Grid, int, int]:
    """The grid, q and r that a cell's name stands for; raises UnknownCell unless it is written as we write it.

    >>> parse_cell_id("h150:1654:779")
    (Grid(side_m=150, east_m=0.0, north_m=0.0), 1654, 779)
    """
    match = CELL_ID.fullmatch(text)
    if match is None:
        raise UnknownCell("This is not the id of a cell. Use one that the hotspots gave, such as h50:4963:2339.")
    side_m, q, r = map(int, match.groups())
    return GRIDS[side_m], q, r


def _rounded(q: FloatArray, r: FloatArray) -> Cells:
    """The nearest hexagon to fractional axial coordinates: round all three cube axes, mend the worst."""
    s = -q - r
    near_q, near_r, near_s = np.rint(q), np.rint(r), np.rint(s)
    off_q, off_r, off_s = np.abs(near_q - q), np.abs(near_r - r), np.abs(near_s - s)
    mend_q = (off_q > off_r) & (off_q > off_s)
    mend_r = ~mend_q & (off_r > off_s)
    whole_q = np.where(mend_q, -near_r - near_s, near_q)
    whole_r = np.where(mend_r, -near_q - near_s, near_r)
    return Cells(whole_q.astype(np.int32), whole_r.astype(np.int32))


GRID_50 = Grid(INFERENCE_SIDE_M)
GRID_150 = Grid(OVERVIEW_SIDE_M)
GRIDS = {grid.side_m: grid for grid in (GRID_50, GRID_150)}
