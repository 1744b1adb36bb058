"""What a migration writes for a column of shapes: SQLite's check of its kind, and the spatial index of both engines.

Applied migrations are made of these words and compared with them later: they must not change.
"""

Scripts = dict[str, str]  # by the kind of database

# The number of each kind in well-known binary (OGC 06-103r4, table 7).
KINDS = {
    "Point": 1,
    "LineString": 2,
    "Polygon": 3,
    "MultiPoint": 4,
    "MultiLineString": 5,
    "MultiPolygon": 6,
    "GeometryCollection": 7,
}
HAS_SRID = 0x2000_0000
WGS84 = 4326


def shape_check(table: str, column: str, kind: str) -> str:
    """SQLite's constraint that `column` holds shapes of `kind` ("Polygon|MultiPolygon") in EPSG:4326, or null.

    PostgreSQL says the same by the column's type, geometry(Point,4326).
    """
    heads = ", ".join(f"x'{_head(one)}'" for one in kind.split("|"))
    return f"CONSTRAINT {table}_{column}_kind CHECK (substr({column}, 1, 9) IN ({heads}))"


def index_ddl(table: str, column: str) -> Scripts:
    """The statements that index `column` of `table`, for each kind of database; the table has the key `number`."""
    return {"sqlite": _rtree(table, column), "postgresql": _gist(table, column)}


def drop_index_ddl(table: str, column: str) -> Scripts:
    """The statements that take the index of `column` away; before the table itself is dropped."""
    box = f"{table}_{column}_box"
    return {"sqlite": f"DROP TRIGGER {box}_forgets;\nDROP TABLE {box};\n", "postgresql": f"DROP INDEX {box};\n"}


def _head(kind: str) -> str:
    """How a shape begins in extended well-known binary: little-endian, its kind with a flag, its SRID."""
    return (b"\1" + (KINDS[kind] | HAS_SRID).to_bytes(4, "little") + WGS84.to_bytes(4, "little")).hex()


def _rtree(table: str, column: str) -> str:
    box = f"{table}_{column}_box"
    # Columns after a + are kept beside the tree in double precision; the tree's own are single, rounded outwards.
    return f"""
CREATE VIRTUAL TABLE {box} USING rtree(
    number, min_x, max_x, min_y, max_y, +west REAL, +east REAL, +south REAL, +north REAL
);
CREATE TRIGGER {box}_forgets AFTER DELETE ON {table} BEGIN
    DELETE FROM {box} WHERE number = OLD.number;
END;
"""  # noqa: S608 (names are ours)


def _gist(table: str, column: str) -> str:
    return f"CREATE INDEX {table}_{column}_box ON {table} USING gist ({column});\n"
