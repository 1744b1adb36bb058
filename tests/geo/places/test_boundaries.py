"""Boundaries from GeoJSON: the published files, and features that a test makes up."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from geo.places.boundaries import (
    CENTRE_CLASSES,
    OUTLINE_KEY,
    centre_class,
    read_boroughs,
    read_outline,
    read_town_centres,
    read_wards,
)
from geo.places.errors import WrongFile
from tests.geo.places.files import geojson, parted, square

LAMBETH = {"gss": "E09000022", "name": "Lambeth"}
COLDHARBOUR = {"gss": "E05000419", "name": "Coldharbour", "borough": "Lambeth", "borough_gss": "E09000022"}
BRIXTON = {"layerreference": "TCB00000150", "sitename": "Brixton", "borough": "Lambeth", "classification": "Major"}


def test_a_borough_is_keyed_by_its_code_and_is_its_own_borough() -> None:
    [lambeth], _ = parted(read_boroughs(geojson((LAMBETH, square(-0.12, 51.45)))))

    assert (lambeth.key, lambeth.borough, lambeth.name) == ("E09000022", "E09000022", "Lambeth")
    assert lambeth.shape.bounds == pytest.approx((-0.12, 51.45, -0.11, 51.46))


@pytest.mark.parametrize(
    "properties",
    [
        {"GSS_CODE": "E09000022", "NAME": "Lambeth"},
        {"LAD23CD": "E09000022", "LAD23NM": "Lambeth"},
        {"fid": 7, "name": "LAMBETH", "code": "E09000022", "tags": ["x"], "more": None},
    ],
)
def test_boroughs_are_read_under_the_names_that_publishers_use(properties: dict[str, Any]) -> None:
    [lambeth], _ = parted(read_boroughs(geojson((properties, square(-0.12, 51.45)))))

    assert (lambeth.key, lambeth.name) == ("E09000022", "Lambeth")


@pytest.mark.parametrize(
    ("geometry", "why"),
    [
        (None, "no geometry"),
        ({"type": "Point", "coordinates": [0, 51]}, "Polygon"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}, "crosses itself"),
        (
            {"type": "Polygon", "coordinates": [[[530000, 180000], [530001, 180000], [530001, 1], [530000, 180000]]]},
            "WGS 84",
        ),
        ({"type": "Polygon", "coordinates": [[["a", 0]]]}, "numbers"),
        ({"type": "Polygon"}, "coordinates"),
    ],
)
def test_a_feature_without_a_usable_shape_is_skipped_with_the_reason(geometry: Any, why: str) -> None:
    entries, [skipped] = parted(read_boroughs(geojson((LAMBETH, geometry))))

    assert entries == []
    assert why in skipped.why


def test_wards_given_as_boroughs_are_refused_and_boroughs_as_wards() -> None:
    with pytest.raises(WrongFile, match="E05000419"):
        list(read_boroughs(geojson((COLDHARBOUR, square(-0.12, 51.45)))))
    with pytest.raises(WrongFile, match="E09000022"):
        list(read_wards(geojson((LAMBETH, square(-0.12, 51.45)))))


def test_a_ward_keeps_the_borough_that_its_file_states() -> None:
    by_name = {"gss": "E05000420", "name": "Ferndale", "borough": "LAMBETH", "borough_gss": "?"}
    without = {"gss": "E05000421", "name": "Gipsy Hill"}
    wards, _ = parted(read_wards(geojson(*((ward, square(0, 51)) for ward in (COLDHARBOUR, by_name, without)))))

    assert [ward.borough for ward in wards] == ["E09000022", "E09000022", None]


def test_a_feature_without_a_code_or_name_is_skipped() -> None:
    files = geojson((COLDHARBOUR, square(0, 51)), ({**COLDHARBOUR, "name": None}, square(0, 51)))
    entries, [skipped] = parted(read_wards(files))

    assert len(entries) == 1
    assert (skipped.row, skipped.why) == (2, "no code or no name")


def test_a_town_centre_is_read_with_its_class_and_borough() -> None:
    [brixton], _ = parted(read_town_centres(geojson((BRIXTON, square(-0.12, 51.46)))))

    assert (brixton.key, brixton.name) == ("TCB00000150", "Brixton")
    assert (brixton.category, brixton.borough) == ("Major", "E09000022")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("District Centre", "District"),
        ("Local Centre", "Local"),
        ("CAZ retail cluster", "CAZ retail cluster"),
        ("caz Retail Cluster", "CAZ retail cluster"),
        ("Unclassified", None),
        ("", None),
    ],
)
def test_classes_are_those_of_the_london_plan(written: str, meant: str | None) -> None:
    assert centre_class(written) == meant


def test_every_class_of_the_plan_means_itself() -> None:
    assert [centre_class(known) for known in CENTRE_CLASSES] == list(CENTRE_CLASSES)


def test_the_outline_has_one_key_whoever_drew_it() -> None:
    [outline], _ = parted(read_outline(geojson(({"Source": "us"}, square(-0.5, 51.3, 0.8)))))

    assert (outline.key, outline.name) == (OUTLINE_KEY, "Greater London")


@pytest.mark.parametrize("count", [2, 33])
def test_a_file_of_many_shapes_is_no_outline(count: int) -> None:
    with pytest.raises(WrongFile, match=f"{count} features"):
        list(read_outline(geojson(*[({}, square(0, 51))] * count)))


def test_one_borough_is_no_outline() -> None:
    with pytest.raises(WrongFile, match="the borough E09000022"):
        list(read_outline(geojson((LAMBETH, square(0, 51)))))


def test_the_published_boroughs_wards_and_outline_are_read_whole(shared_data: Path) -> None:
    counts = {}
    for name, reader in (
        ("london_boroughs", read_boroughs),
        ("london_wards_2018", read_wards),
        ("greater_london_outline_with_thames", read_outline),
    ):
        with (shared_data / f"boundaries/{name}.geojson").open("rb") as file:
            entries, skipped = parted(reader(file))
        counts[name] = (len(entries), len({entry.key for entry in entries}), len(skipped))

    assert list(counts.values()) == [(33, 33, 0), (657, 657, 0), (1, 1, 0)]


def test_the_published_town_centres_have_the_plans_classes_and_their_boroughs(shared_data: Path) -> None:
    with (shared_data / "boundaries/london_town_centres.geojson").open("rb") as file:
        centres, skipped = parted(read_town_centres(file))
    classes = Counter(centre.category for centre in centres)

    assert (len(centres), skipped) == (234, [])
    assert (classes["District"], classes["Local"], classes[None]) == (154, 7, 2)
    assert all(centre.borough for centre in centres)


def test_centres_in_several_parts_are_one_place_each(shared_data: Path) -> None:
    with (shared_data / "boundaries/london_town_centres.geojson").open("rb") as file:
        centres, _ = parted(read_town_centres(file))

    assert sum(centre.shape.geom_type == "MultiPolygon" for centre in centres) == 37
    assert {"Brixton", "Camden Town", "Stratford", "West End"} <= {centre.name for centre in centres}
