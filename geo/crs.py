"""Degrees for the edges, metres for measuring: WGS 84 (EPSG:4326) and British National Grid (EPSG:27700).

The transformation is the seven-parameter Helmert of EPSG:1314, written out in full, so that a machine that
happens to have the OSTN15 grid puts a stop into the same cell as one that has not. It is good to about 2 m
in London, far below the accuracy of a phone at night.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod, Transformer

FloatArray = NDArray[np.float64]

HELMERT_PIPELINE = """
    +proj=pipeline
    +step +proj=unitconvert +xy_in=deg +xy_out=rad
    +step +proj=push +v_3
    +step +proj=cart +ellps=WGS84
    +step +inv +proj=helmert +x=446.448 +y=-125.157 +z=542.06 +rx=0.15 +ry=0.247 +rz=0.842 +s=-20.489
          +convention=position_vector
    +step +inv +proj=cart +ellps=airy
    +step +proj=pop +v_3
    +step +proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 +y_0=-100000 +ellps=airy
"""

# pyproj keeps one PROJ context per thread behind this object, so sharing it is safe.
_TO_GRID = Transformer.from_pipeline(HELMERT_PIPELINE)
_GLOBE = Geod(ellps="WGS84")


@dataclass(frozen=True)
class Degrees:
    """Places in WGS 84, as two arrays of one length: longitude and latitude in decimal degrees."""

    lon: FloatArray
    lat: FloatArray

    @classmethod
    def of(cls, lon: ArrayLike, lat: ArrayLike) -> "Degrees":
        """Degrees from numbers or sequences; one number becomes an array of one."""
        return cls(*_paired(lon, lat))

    def __len__(self) -> int:
        return len(self.lon)


@dataclass(frozen=True)
class Metres:
    """Places in British National Grid, as two arrays of one length: easting and northing in metres."""

    easting: FloatArray
    northing: FloatArray

    @classmethod
    def of(cls, easting: ArrayLike, northing: ArrayLike) -> "Metres":
        """Metres from numbers or sequences; one number becomes an array of one."""
        return cls(*_paired(easting, northing))

    def __len__(self) -> int:
        return len(self.easting)


def to_metres(places: Degrees) -> Metres:
    """The same places in British National Grid; positions that the grid cannot express become infinite.

    Brixton Underground Station, which NaPTAN has at 531053 E 175423 N:

    >>> brixton = to_metres(Degrees.of(-0.11488809, 51.46261783))
    >>> print(f"{brixton.easting[0]:.0f} {brixton.northing[0]:.0f}")
    531053 175423
    """
    easting, northing = _TO_GRID.transform(places.lon, places.lat)
    return Metres(easting, northing)


def to_degrees(places: Metres) -> Degrees:
    """The same places in WGS 84, longitude first; the inverse of `to_metres` to well under a millimetre."""
    lon, lat = _TO_GRID.transform(places.easting, places.northing, direction="INVERSE")
    return Degrees(lon, lat)


def great_circle_m(start: Degrees, end: Degrees) -> FloatArray:
    """The distances in metres between places pairwise, over the globe; right everywhere, not only in Britain."""
    _, _, distance_m = _GLOBE.inv(start.lon, start.lat, end.lon, end.lat)
    return np.asarray(distance_m, dtype=np.float64)


def _paired(first: ArrayLike, second: ArrayLike) -> tuple[FloatArray, FloatArray]:
    a = np.atleast_1d(np.asarray(first, dtype=np.float64))
    b = np.atleast_1d(np.asarray(second, dtype=np.float64))
    if a.ndim != 1 or a.shape != b.shape:
        raise ValueError("Give as many of the one coordinate as of the other, in one dimension.")
    return a, b
