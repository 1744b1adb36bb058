"""What a sheet of London shows, and that neighbours drawn lightly still share their edges."""

import json
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import shapely

from geo.drawing.london import NONE, RAMP, Sheet, draw, height_of, limits_of
from geo.drawing.outlines import Outlines, outlined, outlines, positions
from geo.places.authorities import AUTHORITIES
from geo.places.borough_map import BoroughMap
from geo.shapes import box, read_shape

SVG = "{http://www.w3.org/2000/svg}"
LAMBETH, SOUTHWARK = "E09000022", "E09000028"
TWO = BoroughMap([LAMBETH, SOUTHWARK], [box(-0.2, 51.4, -0.1, 51.5), box(-0.1, 51.4, 0.0, 51.5)])


def sheet(**changes: object) -> Sheet:
    """A sheet with a title."""
    return Sheet(title="A map", description="Of two boroughs.", **changes)  # type: ignore[arg-type]


def paths(svg: str) -> list[dict[str, str]]:
    """The attributes of every path, in the order in which they are drawn."""
    return [path.attrib for path in ElementTree.fromstring(svg).iter(f"{SVG}path")]


@pytest.fixture(scope="session")
def london(shared_data: Path) -> Outlines:
    """All thirty-three boroughs."""
    content = json.loads((shared_data / "boundaries/london_boroughs.geojson").read_text(encoding="utf8"))
    shapes = {f["properties"]["gss"]: read_shape(f["geometry"], max_vertices=100_000) for f in content["features"]}
    return outlined(BoroughMap(sorted(shapes), [shapes[code] for code in sorted(shapes)]))


def test_london_is_light_and_whole(london: Outlines) -> None:
    """Every borough is there, in its place, within the line's width; and the whole comes in a few kilobytes."""
    found = json.loads(london.geojson)["features"]
    features = {f["properties"]["gss"]: shapely.from_geojson(json.dumps(f["geometry"])) for f in found}
    svg = draw(london, sheet(counts=dict.fromkeys(london.rings, 5)))

    assert set(features) == {authority.gss for authority in AUTHORITIES}
    assert all(shape.is_valid for shape in features.values())
    assert shapely.coverage_is_valid(list(features.values()))
    assert len(london.geojson) < 70_000 and len(svg) < 30_000
    assert height_of(london) == pytest.approx(815, abs=15)


def test_a_class_is_one_path() -> None:
    """Boroughs of one shade are drawn together; where nobody is, in a shade of its own, and none without a number."""
    few = paths(draw(outlined(TWO), sheet(counts={LAMBETH: 3, SOUTHWARK: 3})))
    apart = paths(draw(outlined(TWO), sheet(counts={LAMBETH: 400})))

    assert len(few) == 1 and few[0]["d"].count("z") == 2
    assert {path["fill"] for path in apart} == {NONE, RAMP[-1]}


def test_numbers_stand_in_their_boroughs() -> None:
    """Once each, with thousands apart, the western one to the west; a legend says what the shades mean."""
    texts = ElementTree.fromstring(draw(outlined(TWO), sheet(counts={LAMBETH: 1_200, SOUTHWARK: 7}, counted="Pubs")))
    found = {text.text: float(text.attrib["x"]) for text in texts.iter(f"{SVG}text")}

    assert found["1,200"] < found["7"]
    assert {"Pubs", "none", "500 or more"} <= set(found)


def test_a_marked_borough_has_an_edge_of_its_own() -> None:
    """And one that is not there marks nothing."""
    marked = draw(outlined(TWO), sheet(counts={LAMBETH: 1}, marked=LAMBETH))

    assert len(paths(marked)) == len(paths(draw(outlined(TWO), sheet(counts={LAMBETH: 1}, marked="E09000001")))) + 1


def test_places_are_dots_where_they_are() -> None:
    """At one spot one dot, all of them in one path with its pale casing."""
    at = positions([-0.15, -0.15, -0.05], [51.45, 51.45, 51.45])
    dots = paths(draw(outlined(TWO), sheet(places=at)))[-2:]
    xs = [float(move.split(" ")[0]) for move in dots[0]["d"].split("M")[1:]]

    assert dots[0]["d"] == dots[1]["d"]
    assert len(xs) == 2 and np.diff(xs) > 300


def test_words_are_inert() -> None:
    """In the title as in the legend."""
    svg = draw(outlined(TWO), Sheet(title="<b>&", description='"', counts={}, counted="<script>"))

    assert ElementTree.fromstring(svg).findtext(f"{SVG}title") == "<b>&"
    assert "<script>" not in svg


@pytest.mark.parametrize(
    ("counts", "limits"),
    [([], []), ([0, 1], []), ([3], []), ([4], [2]), ([41], [2, 5, 10, 20]), ([999], [20, 50, 100, 200])],
)
def test_shades_end_at_round_numbers(counts: list[int], limits: list[int]) -> None:
    """At most four of them, below half of the largest."""
    assert limits_of(counts) == limits


async def test_without_boroughs_there_is_nothing_to_draw(database: str) -> None:
    """And a picture of nothing is still a picture."""
    assert not await outlines()
    assert ElementTree.fromstring(draw(await outlines(), sheet(counts={LAMBETH: 1}))).tag == f"{SVG}svg"
