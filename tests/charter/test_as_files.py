"""The register as CSV and GeoJSON: the same lines, whole, inert and readable back."""

import csv
import io
import json
from collections.abc import AsyncGenerator
from datetime import date
from pathlib import Path
from uuid import UUID

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from charter.as_files import COLUMNS, as_csv, as_geojson
from charter.queries import Line
from geo.shapes import point
from geo.spreadsheets import FORMULA_STARTS, inert

CELL = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)


def line(name: str = "The Lamb", premises: str | None = "The Lamb", *, listed: bool = True) -> Line:
    """One line of the register."""
    return Line(
        id=UUID(int=7),
        reference="WNSC-2026-00042",
        name=name,
        sector="pub_or_bar",
        charter_version="2018",
        state="active",
        signed_on=date(2026, 10, 25),
        last_confirmed_on=date(2026, 11, 1),
        place=premises,
        postcode="SE1 1AA" if listed else None,
        borough="E09000028",
        location=point(-0.08771234567, 51.5055) if listed else None,
    )


async def batches(*each: list[Line]) -> AsyncGenerator[list[Line], None]:
    """Batches as the register gives them."""
    for batch in each:
        yield batch


async def cells(*each: list[Line]) -> list[list[str]]:
    """The rows of the CSV as a program reads them, the heading first."""
    text = b"".join([piece async for piece in as_csv(batches(*each))]).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def as_it_was(cell: str) -> str:
    """A cell's text without the apostrophe that keeps it inert."""
    return cell[1:] if cell.startswith("'") else cell


@given(CELL)
def test_a_cell_is_inert_and_comes_back(text: str) -> None:
    """No cell begins as a formula does, and taking one leading apostrophe away gives it back."""
    cell = inert(text)

    assert cell[:1] not in FORMULA_STARTS
    assert as_it_was(cell) == text


@given(st.lists(CELL, min_size=1, max_size=5))
async def test_names_come_back_from_the_csv(names: list[str]) -> None:
    """Commas, quotes, lines and apostrophes of their own included."""
    rows = await cells([line(name) for name in names])

    assert rows[0] == list(COLUMNS)
    assert [as_it_was(row[2]) for row in rows[1:]] == names


async def test_naughty_strings_and_payloads_are_inert(shared_data: Path) -> None:
    """As the name of an organisation and of a place; `DDE` alone begins no formula."""
    folder = shared_data / "text"
    payloads = [text for file in folder.glob("csv_injection*.txt") for text in file.read_text("utf8").splitlines()]
    names = [*msgspec.json.decode((folder / "blns.json").read_bytes(), type=list[str]), *payloads]
    rows = (await cells([line(name, name) for name in names]))[1:]

    assert not [row for row in rows if row[2][:1] in FORMULA_STARTS or row[8][:1] in FORMULA_STARTS]
    assert [(as_it_was(row[2]), as_it_was(row[8])) for row in rows] == [(name, name) for name in names]


async def test_a_row_says_what_its_line_says() -> None:
    """Dates as dates, coordinates as numbers with six decimals, blank where nothing is said."""
    rows = await cells([line()], [line(premises=None, listed=False)])

    assert rows[1][1:] == [
        *("WNSC-2026-00042", "The Lamb", "pub_or_bar", "2018", "active", "2026-10-25", "2026-11-01"),
        *("The Lamb", "SE1 1AA", "E09000028", "-0.087712", "51.5055"),
    ]
    assert rows[2][8:] == ["", "", "E09000028", "", ""]


def test_every_column_is_explained() -> None:
    """A reader of the file finds what a column holds."""
    reference = (Path(__file__).parents[2] / "docs" / "reference.md").read_text(encoding="utf8")
    section = reference.split("## `signatories.csv`")[1].split("\n## ")[0]

    assert [column for column in COLUMNS if f"`{column}`" not in section] == []


async def test_an_empty_register_is_still_a_file() -> None:
    """With its heading, or as a collection of nothing."""
    collection = b"".join([piece async for piece in as_geojson(batches())])

    assert await cells() == [list(COLUMNS)]
    assert json.loads(collection) == {"type": "FeatureCollection", "features": []}


async def test_geojson_holds_the_same_lines() -> None:
    """Longitude first; an unlisted place has no geometry."""
    pieces = [piece async for piece in as_geojson(batches([line(), line("B", None, listed=False)], [line("C")]))]
    first, second, third = json.loads(b"".join(pieces))["features"]

    assert first["geometry"] == {"type": "Point", "coordinates": [-0.087712, 51.5055]}
    assert set(first["properties"]) == set(COLUMNS) - {"longitude", "latitude"}
    assert (second["geometry"], second["properties"]["premises"], third["properties"]["name"]) == (None, None, "C")
