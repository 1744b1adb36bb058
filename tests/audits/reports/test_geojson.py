"""hotspots.geojson: hexagons in degrees, longitude first, sorted, with the contract's properties."""

import itertools
import json
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from audits.reports.files.as_geojson import feature_collection, hotspots_geojson
from geo.crs import Degrees, to_metres
from geo.grid import parse_cell_id
from tests.audits.reports.samples import contents, finding

PROPERTIES = {"n_people", "n_walks", "n_nights", "n_stops", "estimate", "interval", "q", "share_low", "stability"}


def test_a_collection_names_its_method_and_is_sorted() -> None:
    """The order of what is put in does not matter."""
    found = [finding(q, r, factor=factor) for q in range(3) for r in range(3) for factor in ("feeling", "help")]
    shuffled = random.Random(1).sample(found, len(found))
    one, other = (feature_collection(some, method="m", version="1") for some in (found, shuffled))

    assert one == other and (one["method"], one["method_version"]) == ("m", "1")


def test_a_hexagon_is_where_its_name_says() -> None:
    """Closed, anticlockwise, longitude first, six decimals, around the centre of its cell."""
    (feature,) = feature_collection([finding()], method="m", version="1")["features"]
    (ring,) = feature["geometry"]["coordinates"]
    grid, q, r = parse_cell_id(feature["id"])
    lon, lat = (sum(values) / 6 for values in zip(*ring[:6], strict=True))
    middle = to_metres(Degrees.of(lon, lat))
    area = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in itertools.pairwise(ring))

    assert ring[0] == ring[-1] and len(ring) == 7 and area > 0
    assert list(grid.cells_at(middle)) == [(q, r)]


def test_a_feature_has_the_properties_of_the_contract() -> None:
    """`class`, and everything that is shown with it; the id is the cell."""
    (feature,) = feature_collection([finding(kind="hotspot")], method="m", version="1")["features"]

    assert feature["id"] == "h50:4963:2339" and feature["properties"]["class"] == "hotspot"
    assert feature["properties"].keys() >= PROPERTIES


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="GDAL's ogrinfo is not installed")
def test_gdal_reads_counts_types_and_the_right_system(tmp_path: Path) -> None:
    """As any GIS would."""
    (layer := tmp_path / "hotspots.geojson").write_bytes(hotspots_geojson(contents()))
    told = subprocess.run(["ogrinfo", "-so", "-al", layer], capture_output=True, text=True, check=True)

    assert 'ID["EPSG",4326]' in told.stdout and "Geometry: Polygon" in told.stdout
    assert "Feature Count: 33" in told.stdout and "estimate: Real" in told.stdout and "Warning" not in told.stderr


def test_the_file_of_an_edition_says_which() -> None:
    """Title and as_of are printed; no id and no moment of making."""
    made = json.loads(hotspots_geojson(contents()))

    assert (made["title"], made["as_of"]) == ("Brixton, autumn 2026", "2026-10-25T01:20:00Z")
    assert len(made["features"]) == 33
