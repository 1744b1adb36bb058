"""workbook.xlsx and edition.zip: tables that are only text and numbers, and a bundle that can be checked."""

import hashlib
import io
import json
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.workbook.workbook import Workbook

from audits.reports.contents import Contents, data_sha256
from audits.reports.files.as_xlsx import workbook
from audits.reports.files.as_zip import MANIFEST, bundle
from audits.reports.words import dictionary
from tests.audits.reports.samples import contents, empty_contents, programme, stop_row

NAUGHTY = [
    '=HYPERLINK("http://a")',
    "+1+1",
    "-1",
    "@SUM(1)",
    "\t=1",
    "http://example.org",
    "1e5",
    "<b>",
    "宵 ਰਾਤ ليل 🌙",
]


CHAPTERS = [
    *("profile", "place scores", "photos", "quotes", "questions", "falling", "differences", "presence"),
    *("signatories", "recommendations", "evaluation"),
]


def opened(made: Contents) -> Workbook:
    """The workbook as a spreadsheet program reads it."""
    return load_workbook(io.BytesIO(workbook(made)))


def test_every_table_is_a_sheet_and_the_dictionary_explains_each_column() -> None:
    """The tabs stand in reading order."""
    book = opened(contents())
    explained = {(row[0], row[1]) for row in book["data dictionary"].iter_rows(min_row=2, values_only=True)}

    assert book.sheetnames == ["about", "places", "cells", "scores", "stops", *CHAPTERS, "data dictionary"]
    for name in book.sheetnames[:-1]:
        assert {(name, cell.value) for cell in book[name][1]} <= explained


def test_the_public_gets_no_stops() -> None:
    """Neither the sheet nor its columns; nor stop by stop scores of a place, nor quotations."""
    names = opened(contents(audience="public", stops=(), strips=(), quotes=())).sheetnames

    assert not {"stops", "place scores", "quotes"} & set(names)


def test_numbers_are_numbers_and_blank_is_not_asked() -> None:
    """A score that was no number is a word."""
    sheet = opened(contents())["cells"]
    names = [cell.value for cell in sheet[1]]
    first = dict(zip(names, (cell.value for cell in sheet[2]), strict=True))

    assert (first["estimate"], first["strong"], first["n_people"]) == (-0.3, False, "10-19")


@pytest.mark.parametrize("text", NAUGHTY)
def test_no_text_becomes_a_formula_a_link_or_a_number(text: str) -> None:
    """It is a string cell that says what was written."""
    book = opened(contents(title=text, programmes=(programme(text),), stops=(stop_row(1, programme=text),)))
    cell, title = book["stops"]["A2"], book["about"]["B2"]

    assert (cell.data_type, cell.value, cell.hyperlink) == ("s", text, None)
    assert (title.data_type, title.value) == ("s", text)


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60))
def test_any_text_comes_back(text: str) -> None:
    """As it was, but for what XML cannot hold."""
    book = opened(contents(stops=(stop_row(1, programme=text),)))
    back = book["stops"]["A2"].value

    assert back == text.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd") or back == text


def test_the_same_contents_are_the_same_bytes() -> None:
    """Nothing in the file tells when it was made."""
    assert workbook(contents()) == workbook(contents())


def test_an_edition_of_nothing_has_its_sheets() -> None:
    """With headings and no rows."""
    book = opened(empty_contents())

    assert book["cells"].max_row == 1
    assert [column.name for column in dictionary.TABLES["cells"]] == [cell.value for cell in book["cells"][1]]


def test_the_bundle_can_be_checked_by_its_manifest() -> None:
    """Every file with its hash, the data's too, and the same bytes again."""
    files = [("a.txt", b"one"), ("b.bin", bytes(1000))]
    made = bundle(contents(), files)
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        told = json.loads(packed.read(MANIFEST))
        hashes = {each["name"]: each["sha256"] for each in told["files"]}

        assert packed.namelist() == [MANIFEST, "a.txt", "b.bin", "data.json"]
        assert all(hashlib.sha256(packed.read(name)).hexdigest() == found for name, found in hashes.items())
    assert told["data_sha256"] == data_sha256(contents())
    assert made == bundle(contents(), files)
