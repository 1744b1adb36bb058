"""The map: the same text for the same ground, one path a class, and what is unknown unlike what was found."""

from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.reports.drawing.maps import LOOKS, NOT_WALKED, Frame, Mark, Sheet, draw, frame_around
from audits.reports.drawing.sheets import kinds_of_cells, sheet_of
from tests.audits.reports.samples import MIDDLE, contents, empty_contents, finding

SVG = "{http://www.w3.org/2000/svg}"
SQUARE = np.array([[0.0, 0.0], [400.0, 0.0], [400.0, 400.0], [0.0, 400.0]]) + MIDDLE


def parsed(sheet: Sheet) -> ElementTree.Element:
    """The map as XML."""
    return ElementTree.fromstring(draw(sheet))


def a_sheet(**more: object) -> Sheet:
    """A square area, with whatever more is on it."""
    facts = {"title": "Brixton", "description": "A square.", "attribution": "Night safety audits", "area": [SQUARE]}
    return Sheet(**{**facts, **more})  # type: ignore[arg-type]


def test_the_same_contents_draw_the_same_text() -> None:
    """Nothing but the contents is in the picture."""
    assert draw(sheet_of(contents())) == draw(sheet_of(contents()))


def test_every_class_is_one_path() -> None:
    """Thirty thousand cells are a handful of paths."""
    kinds = {"ordinary": [SQUARE, SQUARE + 10], "hotspot": [SQUARE + 20], "not_enough_evidence": [SQUARE + 30] * 5}
    fills = [path.get("fill") for path in parsed(a_sheet(cells=kinds)).iter(f"{SVG}path")]

    assert [fills.count(LOOKS[kind].fill.format(name="map")) for kind in kinds] == [1, 1, 1]


def test_not_walked_not_decided_and_nothing_found_look_different() -> None:
    """Blank is not safe: three kinds of nothing have three fills and three lines in the legend."""
    looks = [NOT_WALKED, LOOKS["not_enough_evidence"], LOOKS["ordinary"], LOOKS["suppressed"]]
    drawn = draw(sheet_of(contents()))

    assert len({look.fill for look in looks}) == len({look.words for look in looks}) == 4
    assert all(f">{look.words}<" in drawn for look in looks[:3])


def test_the_ramp_falls_in_lightness() -> None:
    """Works well, ordinary, hotspot, strong: each darker than the one before, so that print and colour blindness do."""
    fills = [LOOKS[kind].fill.lstrip("#") for kind in ("works_well", "ordinary", "hotspot", "strong")]
    lightness = [np.dot([0.2126, 0.7152, 0.0722], list(bytes.fromhex(fill))) for fill in fills]

    assert lightness == sorted(lightness, reverse=True)
    assert min(-np.diff(lightness)) > 25


@given(st.text())
def test_whatever_people_write_is_inert_in_the_map(words: str) -> None:
    """Titles and labels are text, whatever they hold, and the XML stays readable."""
    tree = parsed(a_sheet(title=words, description=words, places=[Mark(*MIDDLE, words)]))

    assert {element.tag for element in tree.iter()} <= {
        f"{SVG}{name}"
        for name in ("svg", "title", "desc", "defs", "clipPath", "pattern", "path", "rect", "g", "circle", "text")
    }


def test_a_map_says_what_it_shows_to_those_who_cannot_see_it() -> None:
    """Title and description are there and are what the picture is labelled by."""
    tree = parsed(sheet_of(contents()))
    title, description = tree.find(f"{SVG}title"), tree.find(f"{SVG}desc")

    assert title is not None and description is not None
    assert tree.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert "1, 170 m east of Brixton Station" in str(description.text)


def test_pictures_use_no_inline_style_and_nothing_from_elsewhere() -> None:
    """The pages' policy forbids inline styles and other origins."""
    drawn = draw(sheet_of(contents()))

    assert " style=" not in drawn and "<style" not in drawn and "href" not in drawn
    assert drawn.count("http") == 1  # the namespace


@given(st.floats(10, 50_000), st.floats(10, 50_000))
def test_all_that_is_drawn_lies_within_the_frame(wide: float, tall: float) -> None:
    """An area of any shape fits the sheet, north up and not stretched."""
    ring = np.array([[0, 0], [wide, 0], [wide, tall], [0, tall]]) + MIDDLE
    drawn = frame_around([ring]).xy(ring)

    assert (drawn >= 0).all() and (drawn[:, 0] <= 960).all() and (drawn[:, 1] <= 640).all()
    assert drawn[2, 1] <= drawn[0, 1]


def test_metres_become_units_with_north_up() -> None:
    """A hundred metres east are ten units right, a hundred north ten up."""
    frame = Frame(west_m=1000.0, north_m=2000.0, units_per_m=0.1)

    assert frame.xy(np.array([[1100.0, 1900.0]])).tolist() == [[10.0, 10.0]]
    assert frame.width_m == pytest.approx(9600)


def test_a_cell_is_drawn_by_its_outcome_after_dark() -> None:
    """What only groups scored is not decided; `feeling` decides, and a strong hotspot is its own kind."""
    found = [
        finding(0, 0, factor="lighting", kind="hotspot"),
        finding(1, 0, kind="hotspot", strong=True),
        finding(1, 0, factor="lighting"),
        finding(2, 0, kind="works_well", strong=True),
    ]

    assert list(kinds_of_cells(found).values()) == ["not_enough_evidence", "strong", "works_well"]


def test_an_area_that_nobody_walked_is_all_dots() -> None:
    """The designed empty state: the area, its texture, and a description that says so."""
    sheet = sheet_of(empty_contents())

    assert sheet.cells == {} and "there are none" in sheet.description
    assert 'fill="url(#map-dotted)"' in draw(sheet)
