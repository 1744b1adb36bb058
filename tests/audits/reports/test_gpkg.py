"""edition.gpkg: layers that GDAL opens, in the right place and of the right types, and the same bytes every time."""

import json
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest
import shapely

from audits.reports.files.as_gpkg import edition_gpkg
from audits.reports.words import dictionary
from geo.geopackage import area_of, blob_of
from tests.audits.reports.samples import MIDDLE, circle, contents, empty_contents, finding, stop_row

NAUGHTY = "=HYPERLINK(1) <b>\"'\u202e 宵 ਰਾਤ \U0001f319"
VALIDATOR = "import sys; from osgeo_utils.samples.validate_gpkg import main; sys.exit(main(sys.argv))"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The edition of the samples, with one stop far outside."""
    rows = (stop_row(1), stop_row(2, programme=NAUGHTY, longitude=None, latitude=None, cell=None))
    path = tmp_path / "edition.gpkg"
    path.write_bytes(edition_gpkg(contents(stops=rows)))
    return path


def read(path: Path, sql: str) -> list[tuple[object, ...]]:
    """What stands in the file."""
    with sqlite3.connect(path) as opened:
        return opened.execute(sql).fetchall()


def test_every_layer_is_there_with_its_rows(package: Path) -> None:
    """And the public has no stops."""
    layers = {name for (name,) in read(package, "select table_name from gpkg_contents")}
    public = edition_gpkg(contents(audience="public", stops=()))

    assert layers == {"hotspots", "cells", "stops", "hubs", "area"}
    assert read(package, "select count(*) from cells") == [(33,)]
    assert read(package, "select label, factor from hotspots") == [
        ("1", "feeling"),
        ("1", "lighting"),
        ("A", "feeling"),
    ]
    assert b"create table stops" not in public


def test_values_are_those_of_the_edition_and_text_is_text(package: Path) -> None:
    """A stop without a place has none; what people wrote comes through as it was written."""
    first, second = read(package, "select programme, lighting, sightlines, security, geom is null from stops")

    assert first == ("Brixton", "2", "cannot_tell", 1, 0)
    assert second[0] == NAUGHTY and second[-1] == 1


def test_a_point_is_where_it_was_in_metres(package: Path) -> None:
    """The station's marker lies at Brixton on the National Grid, as the header's own number of the system says."""
    ((blob,),) = read(package, "select geom from hubs")
    assert isinstance(blob, bytes)
    at = shapely.from_wkb(blob[8:])

    assert blob[:2] == b"GP" and int.from_bytes(blob[4:8], "little") == 27700
    assert (at.x, at.y) == MIDDLE


def test_every_column_is_explained_in_the_file_itself(package: Path) -> None:
    """With the sentence that the workbook's dictionary has."""
    told = dict(read(package, "select column_name, description from gpkg_data_columns where table_name = 'cells'"))

    assert told == {column.name: column.says for column in dictionary.TABLES["cells"]}


def test_every_layer_brings_a_look_that_is_xml(package: Path) -> None:
    """One default style a layer, whose rules name columns that there are."""
    styles = dict(read(package, "select f_table_name, styleqml from layer_styles where useasdefault"))

    assert styles.keys() == {"hotspots", "cells", "stops", "hubs", "area"}
    for layer, text in styles.items():
        rules = ElementTree.fromstring(str(text)).findall(".//rule")
        assert rules and all(rule.get("label") for rule in rules), layer


def test_the_same_contents_are_the_same_bytes() -> None:
    """And other contents others."""
    assert edition_gpkg(contents()) == edition_gpkg(contents())
    assert edition_gpkg(contents()) != edition_gpkg(contents(findings=(finding(),)))


def test_an_edition_of_nothing_opens_too(tmp_path: Path) -> None:
    """Empty layers, and the area."""
    path = tmp_path / "empty.gpkg"
    path.write_bytes(edition_gpkg(empty_contents()))

    assert read(path, "select (select count(*) from cells), (select count(*) from area)") == [(0, 1)]


def test_a_ring_within_a_ring_is_a_hole() -> None:
    """By the even-odd rule, in whatever order the rings come."""
    big, small = circle(500), circle(200)

    assert area_of([big, small]).equals(area_of([small, big]))
    assert area_of([big, small]).area == pytest.approx(area_of([big]).area - area_of([small]).area)


def test_the_index_finds_what_lies_in_a_box(package: Path) -> None:
    """Its boxes are those of the shapes."""
    boxes = read(package, "select minx, maxx, miny, maxy from rtree_cells_geom order by id")
    first = boxes[0]

    assert len(boxes) == 33
    assert float(str(first[1])) - float(str(first[0])) == pytest.approx(86.6, abs=0.2)


def test_a_box_stands_in_the_header_of_all_but_points() -> None:
    """Readers skip what lies elsewhere without reading the shape."""
    assert len(blob_of(shapely.box(0, 0, 1, 1))) - len(shapely.to_wkb(shapely.box(0, 0, 1, 1))) == 8 + 32
    assert len(blob_of(shapely.Point(0, 0))) - len(shapely.to_wkb(shapely.Point(0, 0))) == 8


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="GDAL's ogrinfo is not installed")
def test_gdal_reads_counts_types_and_the_right_system(package: Path) -> None:
    """As any GIS would."""
    told = subprocess.run(["ogrinfo", "-so", "-al", package], capture_output=True, text=True, check=True)

    assert told.stdout.count('ID["EPSG",27700]') == 5
    assert "Feature Count: 33" in told.stdout and "night_of: Date" in told.stdout
    assert "police: Integer(Boolean)" in told.stdout and "Warning" not in told.stderr


OPENED_BY_QGIS = """
import json, os, sys
from qgis.core import QgsApplication, QgsMapRendererSequentialJob, QgsMapSettings, QgsVectorLayer
from qgis.PyQt.QtCore import QSize
app = QgsApplication([], False)
app.initQgis()
told = {}
for name in sys.argv[2:]:
    layer = QgsVectorLayer(f"{sys.argv[1]}|layername={name}", name, "ogr")
    drawn = QgsMapSettings()
    drawn.setLayers([layer])
    drawn.setExtent(layer.extent().buffered(100))
    drawn.setOutputSize(QSize(600, 600))
    drawn.setDestinationCrs(layer.crs())
    job = QgsMapRendererSequentialJob(drawn)
    job.start()
    job.waitForFinished()
    placed = job.takeLabelingResults()
    labels = {one.labelText for one in placed.labelsWithinRect(drawn.extent())}
    told[name] = [layer.crs().authid(), layer.featureCount(), layer.renderer().type(), sorted(labels)]
print(json.dumps(told), flush=True)
os._exit(0)  # QGIS may crash as it takes itself down
"""


def test_qgis_opens_every_layer_styled_with_its_numbers(package: Path) -> None:
    """Where it is installed, for Debian's own Python: the right system and counts, by our rules, places by label."""
    if subprocess.run(["/usr/bin/python3", "-c", "import qgis.core"], capture_output=True, check=False).returncode:
        pytest.skip("QGIS is not installed")
    words = ["/usr/bin/python3", "-c", OPENED_BY_QGIS, str(package), "hotspots", "cells", "stops", "hubs", "area"]
    screen = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    told = subprocess.run(words, capture_output=True, text=True, check=True, env=screen).stdout

    assert json.loads(told.splitlines()[-1]) == {
        "hotspots": ["EPSG:27700", 3, "RuleRenderer", ["1", "A"]],
        "cells": ["EPSG:27700", 33, "RuleRenderer", []],
        "stops": ["EPSG:27700", 2, "RuleRenderer", []],
        "hubs": ["EPSG:27700", 1, "RuleRenderer", []],
        "area": ["EPSG:27700", 1, "RuleRenderer", []],
    }


def test_gdals_validator_finds_nothing(package: Path) -> None:
    """It comes with GDAL's Python samples, for Debian's own Python."""
    python = "/usr/bin/python3"
    there = Path(python).exists() and not subprocess.run([python, "-c", "import osgeo_utils"], check=False).returncode
    if not there:
        pytest.skip("GDAL's Python samples are not installed")
    told = subprocess.run([python, "-c", VALIDATOR, package], capture_output=True, text=True, check=False)

    assert (told.returncode, told.stderr) == (0, "")


def test_banded_numbers_stay_bands() -> None:
    """What may only be said as a band is a text in the file, and nothing narrower stands beside it."""
    banded = msgspec.structs.replace(finding(), n_people="5-9", n_walks="5-9")

    assert dictionary.finding_row(banded)[6:8] == ("5-9", "5-9")
