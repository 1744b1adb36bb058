"""Spreadsheets of premises: read however they were saved, every problem by row and column, and written back alike."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.errors import FieldError, UnreadableSheet
from charter.premises.rows import Kept
from charter.premises.sheet import read_sheet, template, tidied, write_sheet
from charter.signing import MAX_PREMISES
from tests.charter.premises.chains import HEADING, LAMB, kept_premises, row, sheet

WRONG = {
    "name": ("", "This cannot be empty."),
    "address": ("x" * 301, "longer than 300 characters"),
    "postcode": ("SE1", "Write a whole British postcode"),
    "longitude": ("west", "Write degrees as a number"),
    "latitude": ("", "Write degrees as a number"),
    "listed": ("perhaps", "Write yes or no"),
    "opening_hours": ("late", "Write days and times"),
    "your_reference": ("x" * 101, "longer than 100 characters"),
}


def fields(problems: list[FieldError]) -> list[str]:
    """Where the problems are."""
    return [problem.field for problem in problems]


@given(st.lists(kept_premises(), min_size=1, max_size=5))
def test_what_is_written_is_read_back(kept: list[Kept]) -> None:
    """Formulas, apostrophes, quotation marks, line breaks and every alphabet among it."""
    read = read_sheet(write_sheet(kept).encode())

    assert read.problems == []
    assert [one.premises for one in read.rows] == [tidied(one.premises) for one in kept]
    assert read.warnings == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_way_of_saving_is_read(encoding: str, delimiter: str) -> None:
    """Marks, semicolons, tabs and trailing blank lines, which spreadsheets leave behind."""
    content = sheet(row(name="Café Zoë"), (), ("",) * len(LAMB), delimiter=delimiter).decode().encode(encoding)
    read = read_sheet(content)

    assert [one.premises.name for one in read.rows] == ["Café Zoë"]
    assert (read.problems, read.warnings) == ([], [])


def test_an_older_encoding_is_read_with_a_warning() -> None:
    """Windows-1252 has a letter for nearly every byte, so whoever sends it should look."""
    read = read_sheet(sheet(row(name="Café Zoë")).decode().encode("cp1252"))

    assert [one.premises.name for one in read.rows] == ["Café Zoë"]
    assert [warning[:27] for warning in read.warnings] == ["The file is not in UTF-8; i"]


def test_the_heading_may_be_spelled_and_ordered_freely() -> None:
    """Columns that are not ours are passed over, and named."""
    heading = ("LATITUDE", " post code", "Manager", "venue", "Full  Address", "Lng", "REFERENCE")
    read = read_sheet(sheet(("51.5", "se11aa", "Jo", "The Ram", "2 High Street", "-0.1", "7"), heading=heading))
    premises = read.rows[0].premises

    assert (premises.name, premises.postcode, premises.own_reference) == ("The Ram", "SE1 1AA", "7")
    assert premises.location.coordinates == (-0.1, 51.5)
    assert "Manager" in read.warnings[0]


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        (("Easting", "Northing"), ("530600", "182124")),
        (("Position",), ("TQ 30600 82124",)),
        (("Longitude", "Latitude"), ("-0,119085", "51,523217")),
        (("Longitude", "Latitude"), ("−0.119085", "+51.523217")),
    ],
)
def test_a_position_may_be_written_in_several_ways(heading: tuple[str, ...], cells: tuple[str, ...]) -> None:
    """The National Grid, a position as maps show it, decimal commas and printed minus signs."""
    read = read_sheet(sheet(("A", "B", "SE1 1AA", *cells), heading=("Name", "Address", "Postcode", *heading)))

    assert read.problems == []
    lon, lat = read.rows[0].premises.location.coordinates
    assert abs(lon + 0.119) < 0.001 and abs(lat - 51.523) < 0.001


def test_a_pub_on_the_meridian_is_read() -> None:
    """Programs write its longitude with an exponent."""
    read = read_sheet(sheet(row(longitude="4.2e-05")))

    assert read.rows[0].premises.location.coordinates[0] == 0.000042


def test_several_lines_of_a_cell_are_one_address() -> None:
    """The row after it is still the spreadsheet's next row."""
    read = read_sheet(sheet(row(address="94 Example Street,\r\nLondon"), row(postcode="SE1")))

    assert read.rows[0].premises.address == "94 Example Street, London"
    assert fields(list(read.problems)) == ["rows[1].postcode"]


@pytest.mark.parametrize("column", WRONG)
def test_a_problem_is_named_by_row_and_column(column: str) -> None:
    """By the row that the spreadsheet shows, blank rows counted, with what to do."""
    cell, message = WRONG[column]
    read = read_sheet(sheet(row(), (), row(**{column: cell})))
    field = f"rows[2].{'own_reference' if column == 'your_reference' else column}"

    assert fields(list(read.problems)) == [field]
    assert read.problems[0].message.startswith("Row 4: ")
    assert message in read.problems[0].message


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"longitude": "51.5", "latitude": "-0.1"}, "look exchanged"),
        ({"longitude": "", "latitude": ""}, "Say where it is"),
        ({"longitude": "530600", "latitude": "182124"}, "Write degrees"),
        ({"longitude": "999", "latitude": "51.5"}, "off the globe"),
        ({"longitude": "nan", "latitude": "inf"}, "Write degrees"),
    ],
)
def test_positions_that_cannot_be_meant_are_refused(cells: dict[str, str], message: str) -> None:
    """An exchange of the two above all."""
    problems = read_sheet(sheet(row(**cells))).problems

    assert problems[0].field == "rows[0].longitude"
    assert message in problems[0].message


@given(st.permutations(list(WRONG)), st.randoms(use_true_random=False))
def test_problems_do_not_depend_on_the_order_of_rows(columns: list[str], shuffle: random.Random) -> None:
    """Each row has its own, wherever it stands."""
    rows = [row(**{column: WRONG[column][0]}) for column in columns]
    told = read_sheet(sheet(*rows)).problems
    order = list(range(len(rows)))
    shuffle.shuffle(order)
    again = read_sheet(sheet(*(rows[place] for place in order))).problems

    assert len(told) == len(WRONG)
    assert {problem.field.split(".")[1] for problem in told} == {problem.field.split(".")[1] for problem in again}
    assert [fields([told[was]])[0].split(".")[1] for was in order] == [field.split(".")[1] for field in fields(again)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not a CSV"),
        (b"PK\x03\x04\x14\x00\x06\x00", "not a CSV"),
        (b"\x89PNG\r\n\x1a\n\x81\x8d", "not a CSV"),
        (b"Name,Address\nA,B\n", "Missing: Postcode, Longitude and Latitude"),
        (b"just words\n", "Missing: Name, Address, Postcode"),
        (b"Name,Site,Address,Postcode,Lon,Lat\n", "twice: name"),
        (b'Name,Address,Postcode,Lon,Lat\n"A,B,SE1 1AA,0,51\n', "quotation mark"),
    ],
)
def test_what_is_no_such_file_is_said_in_a_sentence(content: bytes, message: str) -> None:
    """With what to send instead."""
    with pytest.raises(UnreadableSheet, match=message):
        read_sheet(content)


def test_cells_too_many_and_rows_too_many_are_problems() -> None:
    """An address whose comma stands without quotation marks shifts everything after it."""
    shifted = read_sheet(sheet((*LAMB, "London")))
    many = read_sheet(sheet(*[LAMB] * (MAX_PREMISES + 1)))
    none = read_sheet(sheet())

    assert fields(list(shifted.problems)) == ["rows[0]"]
    assert "5,001 rows" in many.problems[0].message
    assert fields(list(none.problems)) == ["rows"]


def test_the_template_is_read_by_what_reads_uploads() -> None:
    """Its example line has a cell for each column, written as the page explains."""
    read = read_sheet(template().encode())
    example = read.rows[0].premises

    assert template().lstrip("\ufeff").splitlines()[0] == ",".join(HEADING)
    assert (read.problems, read.warnings) == ([], [])
    assert example.listed and example.opening_hours and example.own_reference
