"""GeoPackage 1.3 (OGC 12-128r17): one file with layers, an index on each, and a look that QGIS opens them with.

The same layers give the same bytes under one version of SQLite: nothing in the file is random, and its only time is the
one that it is given. Geometry is British National Grid (EPSG:27700), easting before northing, in metres.
"""

import sqlite3
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import shapely

from geo.shapes import Shape

SRS_ID = 27700
APPLICATION_ID = 0x47504B47  # "GPKG"
USER_VERSION = 10300
BOX_KIND = 1  # of the envelopes in a geometry's header: minimum and maximum of x and of y
LITTLE_ENDIAN = 1

Kind = Literal["TEXT", "INTEGER", "REAL", "BOOLEAN", "DATE"]
ShapeKind = Literal["POINT", "POLYGON", "MULTIPOLYGON"]
Row = Sequence[Any]


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One table of features: `rows` are the shape (None where there is no place) and then a value for each column.

    `columns` are name, type and what it says. `style` is QML, QGIS's own language for how a layer looks.
    """

    name: str
    title: str
    shape: ShapeKind
    columns: Sequence[tuple[str, Kind, str]]
    rows: Iterable[tuple[Shape | None, Row]]
    style: str


# The definitions are those that the specification prints (clauses 1.1.2, 1.1.3, 2.1.5, 2.3.1 and annex F.3).
SCHEMA = """
create table gpkg_spatial_ref_sys (
    srs_name TEXT not null, srs_id INTEGER not null primary key, organization TEXT not null,
    organization_coordsys_id INTEGER not null, definition TEXT not null, description TEXT
);
create table gpkg_contents (
    table_name TEXT not null primary key, data_type TEXT not null, identifier TEXT unique,
    description TEXT default '', last_change DATETIME not null default (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
    min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
    constraint fk_gc_r_srs_id foreign key (srs_id) references gpkg_spatial_ref_sys(srs_id)
);
create table gpkg_geometry_columns (
    table_name TEXT not null, column_name TEXT not null, geometry_type_name TEXT not null, srs_id INTEGER not null,
    z TINYINT not null, m TINYINT not null,
    constraint pk_geom_cols primary key (table_name, column_name),
    constraint uk_gc_table_name unique (table_name),
    constraint fk_gc_tn foreign key (table_name) references gpkg_contents(table_name),
    constraint fk_gc_srs foreign key (srs_id) references gpkg_spatial_ref_sys (srs_id)
);
create table gpkg_extensions (
    table_name TEXT, column_name TEXT, extension_name TEXT not null, definition TEXT not null, scope TEXT not null,
    constraint ge_tce unique (table_name, column_name, extension_name)
);
create table gpkg_data_columns (
    table_name TEXT not null, column_name TEXT not null, name TEXT, title TEXT, description TEXT, mime_type TEXT,
    constraint_name TEXT,
    constraint pk_gdc primary key (table_name, column_name), constraint gdc_tn unique (table_name, name)
);
create table gpkg_data_column_constraints (
    constraint_name TEXT not null, constraint_type TEXT not null, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN,
    max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
    constraint gdcc_ntv unique (constraint_name, constraint_type, value)
);
create table layer_styles (
    id INTEGER primary key autoincrement not null, f_table_catalog TEXT(256), f_table_schema TEXT(256),
    f_table_name TEXT(256), f_geometry_column TEXT(256), stylename TEXT(30), styleqml TEXT, stylesld TEXT,
    useasdefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME
);
"""
GRID_WKT = (
    'PROJCS["OSGB36 / British National Grid",GEOGCS["OSGB36",DATUM["Ordnance_Survey_of_Great_Britain_1936",'
    'SPHEROID["Airy 1830",6377563.396,299.3249646,AUTHORITY["EPSG","7001"]],AUTHORITY["EPSG","6277"]],'
    'PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],'
    'AUTHORITY["EPSG","4277"]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",49],'
    'PARAMETER["central_meridian",-2],PARAMETER["scale_factor",0.9996012717],PARAMETER["false_easting",400000],'
    'PARAMETER["false_northing",-100000],UNIT["metre",1,AUTHORITY["EPSG","9001"]],AXIS["Easting",EAST],'
    'AXIS["Northing",NORTH],AUTHORITY["EPSG","27700"]]'
)
WGS84_WKT = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],'
    'UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]'
)
# The first three rows are required in every GeoPackage.
SYSTEMS = (
    ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined", "undefined Cartesian coordinate reference system"),
    ("Undefined geographic SRS", 0, "NONE", 0, "undefined", "undefined geographic coordinate reference system"),
    ("WGS 84 geodetic", 4326, "EPSG", 4326, WGS84_WKT, "longitude and latitude"),
    ("OSGB36 / British National Grid", SRS_ID, "EPSG", SRS_ID, GRID_WKT, "easting and northing in metres"),
)
EXTENSIONS = (
    ("gpkg_data_columns", None, "gpkg_schema", "http://www.geopackage.org/spec121/#extension_schema", "read-write"),
    (
        "gpkg_data_column_constraints",
        None,
        "gpkg_schema",
        "http://www.geopackage.org/spec121/#extension_schema",
        "read-write",
    ),
)
RTREE_DEFINITION = "http://www.geopackage.org/spec120/#extension_rtree"
BOXED = "NEW.geom NOT NULL AND NOT ST_IsEmpty(NEW.geom)"
UNBOXED = "(NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))"
BOX_OF_NEW = "NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom)"


def point_of(easting_m: float, northing_m: float) -> Shape:
    """A point on the National Grid."""
    return shapely.Point(easting_m, northing_m)


def polygon_of(rings: Sequence[Any]) -> Shape:
    """A polygon of an outer ring and its holes, each a sequence of (easting, northing)."""
    return shapely.Polygon(rings[0], rings[1:])


def area_of(rings: Sequence[Any]) -> Shape:
    """The area that rings enclose by the even-odd rule, as a multipolygon: a ring within a ring is a hole."""
    area = shapely.MultiPolygon()
    for ring in rings:
        area = area.symmetric_difference(shapely.make_valid(shapely.Polygon(ring)))
    parts = [part for part in shapely.get_parts(area) if part.geom_type == "Polygon"]
    return shapely.MultiPolygon(parts).normalize()


def geopackage(layers: Sequence[Layer], *, as_of: datetime) -> bytes:
    """The layers as one GeoPackage; `as_of` is the time that its contents tell. Names are ours, values anybody's."""
    told = as_of.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{as_of.microsecond // 1000:03d}Z"
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.executescript(f"pragma application_id = {APPLICATION_ID}; pragma user_version = {USER_VERSION};")
        connection.execute("begin")
        _run(connection, SCHEMA)
        connection.executemany("insert into gpkg_spatial_ref_sys values (?, ?, ?, ?, ?, ?)", SYSTEMS)
        connection.executemany("insert into gpkg_extensions values (?, ?, ?, ?, ?)", EXTENSIONS)
        for layer in layers:
            _write(connection, layer, told)
        connection.execute("commit")
        return connection.serialize()
    finally:
        connection.close()


def _run(connection: sqlite3.Connection, script: str) -> None:
    # executescript() would commit the open transaction first.
    for statement in filter(str.strip, script.split(";\n")):
        connection.execute(statement)


def _write(connection: sqlite3.Connection, layer: Layer, told: str) -> None:
    columns = "".join(f", {name} {kind}" for name, kind, _ in layer.columns)
    connection.execute(
        f"create table {layer.name} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom {layer.shape}{columns})"
    )
    shapes: list[Shape | None] = []

    def written() -> Iterator[Row]:
        # One row at a time: a London has a hundred thousand, and their shapes alone are needed afterwards.
        for shape, values in layer.rows:
            shapes.append(shape)
            yield None if shape is None else blob_of(shape), *values

    places = ", ".join("?" * (1 + len(layer.columns)))
    names = ", ".join(["geom", *(name for name, _, _ in layer.columns)])
    connection.executemany(
        f"insert into {layer.name} ({names}) values ({places})",  # noqa: S608 (names are ours)
        written(),
    )
    _describe(connection, layer, [shape for shape in shapes if shape is not None], told)
    _index(connection, layer.name, shapes)


def _describe(connection: sqlite3.Connection, layer: Layer, shapes: Sequence[Shape], told: str) -> None:
    box: Sequence[float | None] = shapely.total_bounds(list(shapes)).tolist() if shapes else (None,) * 4
    connection.execute(
        "insert into gpkg_contents values (?, 'features', ?, ?, ?, ?, ?, ?, ?, ?)",
        (layer.name, layer.name, layer.title, told, *box, SRS_ID),
    )
    connection.execute(
        "insert into gpkg_geometry_columns values (?, 'geom', ?, ?, 0, 0)", (layer.name, layer.shape, SRS_ID)
    )
    connection.executemany(
        "insert into gpkg_data_columns (table_name, column_name, name, description) values (?, ?, ?, ?)",
        [(layer.name, name, name, says) for name, _, says in layer.columns],
    )
    connection.execute(
        "insert into layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, stylename, "
        "styleqml, stylesld, useasdefault, description, owner, ui, update_time) "
        "values ('', '', ?, 'geom', ?, ?, '', 1, ?, '', null, ?)",
        (layer.name, layer.name, layer.style, layer.title, told),
    )


def _index(connection: sqlite3.Connection, table: str, shapes: Sequence[Shape | None]) -> None:
    """The R*Tree of a layer, filled, and the triggers that keep it so (annex F.3)."""
    tree = f"rtree_{table}_geom"
    connection.execute(f"create virtual table {tree} using rtree(id, minx, maxx, miny, maxy)")
    located = [(fid, shape) for fid, shape in enumerate(shapes, start=1) if shape is not None]
    bounds = shapely.bounds([shape for _, shape in located]).reshape(-1, 4).tolist()
    connection.executemany(
        f"insert into {tree} values (?, ?, ?, ?, ?)",  # noqa: S608 (names are ours)
        [(fid, west, east, south, north) for (fid, _), (west, south, east, north) in zip(located, bounds, strict=True)],
    )
    for trigger in _triggers(table, tree):
        connection.execute(trigger)
    connection.execute(
        "insert into gpkg_extensions values (?, 'geom', 'gpkg_rtree_index', ?, 'write-only')", (table, RTREE_DEFINITION)
    )


def _triggers(table: str, tree: str) -> Iterable[str]:
    put = f"INSERT OR REPLACE INTO {tree} VALUES ({BOX_OF_NEW});"  # noqa: S608 (names are ours)
    drop_old = f"DELETE FROM {tree} WHERE id = OLD.fid;"  # noqa: S608
    drop_both = f"DELETE FROM {tree} WHERE id IN (OLD.fid, NEW.fid);"  # noqa: S608
    update = f"AFTER UPDATE OF geom ON {table}"
    any_update = f"AFTER UPDATE ON {table}"
    yield f"CREATE TRIGGER {tree}_insert AFTER INSERT ON {table} WHEN ({BOXED}) BEGIN {put} END"
    yield f"CREATE TRIGGER {tree}_update1 {update} WHEN OLD.fid = NEW.fid AND ({BOXED}) BEGIN {put} END"
    yield f"CREATE TRIGGER {tree}_update2 {update} WHEN OLD.fid = NEW.fid AND {UNBOXED} BEGIN {drop_old} END"
    yield f"CREATE TRIGGER {tree}_update3 {any_update} WHEN OLD.fid != NEW.fid AND ({BOXED}) BEGIN {drop_old} {put} END"
    yield f"CREATE TRIGGER {tree}_update4 {any_update} WHEN OLD.fid != NEW.fid AND {UNBOXED} BEGIN {drop_both} END"
    yield f"CREATE TRIGGER {tree}_delete AFTER DELETE ON {table} WHEN old.geom NOT NULL BEGIN {drop_old} END"


def blob_of(shape: Shape) -> bytes:
    """A shape as GeoPackageBinary (clause 2.1.3): a header with its box (none for a point), then ISO WKB."""
    wkb: bytes = shapely.to_wkb(shape, byte_order=LITTLE_ENDIAN, flavor="iso")
    if shape.geom_type == "Point":
        return b"GP" + struct.pack("<BBi", 0, LITTLE_ENDIAN, SRS_ID) + wkb
    west, south, east, north = shape.bounds
    box = struct.pack("<4d", west, east, south, north)
    return b"GP" + struct.pack("<BBi", 0, LITTLE_ENDIAN | BOX_KIND << 1, SRS_ID) + box + wkb
