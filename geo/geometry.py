"""Shapes in the database: a column, and the way of every shapely shape into and out of both engines."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from piccolo.columns import Column
from shapely.geometry.base import BaseGeometry

from migrations.database import TaughtType, teach_type

WGS84 = 4326  # longitude, latitude in degrees, in this order
SHAPES: tuple[type[BaseGeometry], ...] = (
    shapely.Point,
    shapely.LineString,
    shapely.LinearRing,
    shapely.Polygon,
    shapely.MultiPoint,
    shapely.MultiLineString,
    shapely.MultiPolygon,
    shapely.GeometryCollection,
)


class UnfitShape(ValueError):
    """A shape that no column takes: empty, not finite, with heights, of another kind or in other coordinates."""


def to_ewkb(shape: BaseGeometry) -> bytes:
    """`shape` as extended well-known binary, little-endian, with its SRID: 4326 unless it says so itself.

    Raises UnfitShape for other coordinates, and for what is empty, not finite or has heights.
    """
    if shapely.get_srid(shape) not in (0, WGS84):
        raise UnfitShape(f"The shape is in EPSG:{shapely.get_srid(shape)}. Bring it to EPSG:4326 first.")
    return many_to_ewkb([shape])[0]


def many_to_ewkb(shapes: "list[BaseGeometry] | NDArray[np.object_]") -> list[bytes]:
    """Many shapes in EPSG:4326 as to_ewkb gives them, for bulk loads. Raises UnfitShape."""
    array = np.asarray(shapes, dtype=object)
    if bool(shapely.has_z(array).any()):
        raise UnfitShape("The shape has heights. Drop them with shapely.force_2d.")
    # An empty shape has bounds of NaN, as one with a NaN coordinate has; infinity is seen in the bounds too.
    if not np.isfinite(shapely.bounds(array)).all():
        raise UnfitShape("The shape is empty, or a coordinate is not a finite number.")
    if not np.isfinite(shapely.get_coordinates(array)).all():
        raise UnfitShape("A coordinate is not a finite number.")
    # With the SRID inside, PostGIS and SQLite hold the very same bytes.
    return list(shapely.to_wkb(shapely.set_srid(array, WGS84), include_srid=True, byte_order=1))


def from_ewkb(content: bytes) -> BaseGeometry:
    """The shape in `content`, with its SRID."""
    shape: BaseGeometry = shapely.from_wkb(content)
    return shape


def many_from_ewkb(contents: list[bytes]) -> "NDArray[np.object_]":
    """Many shapes at once: the fast way out for thousands of points."""
    shapes: NDArray[np.object_] = shapely.from_wkb(np.asarray(contents, dtype=object))
    return shapes


class Geometry(Column):
    """A column of shapes of one `kind` ("Point", or "Polygon|MultiPolygon") in EPSG:4326, longitude first."""

    value_type = BaseGeometry

    def __init__(self, kind: str, srid: int = WGS84, **kwargs: Any) -> None:
        self.kinds = tuple(kind.split("|"))
        self.srid = srid
        self.default = kwargs.pop("default", None)
        super().__init__(kind=kind, srid=srid, default=self.default, **kwargs)

    @property
    def column_type(self) -> str:
        """The type in the open database."""
        if self._meta.engine_type == "sqlite":
            return "GEOMETRY_BLOB"
        return f"geometry({self.kinds[0] if len(self.kinds) == 1 else 'Geometry'},{self.srid})"

    def check(self, shape: BaseGeometry | None) -> None:
        """Raise UnfitShape unless `shape` is of this column's kind."""
        if isinstance(shape, BaseGeometry) and shape.geom_type not in self.kinds:
            raise UnfitShape(f"{self._meta.name} takes a {' or '.join(self.kinds)}, not a {shape.geom_type}.")


teach_type(
    TaughtType(
        postgresql_name="geometry", sqlite_name="GEOMETRY_BLOB", classes=SHAPES, encode=to_ewkb, decode=from_ewkb
    )
)
