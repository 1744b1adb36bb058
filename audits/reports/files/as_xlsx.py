"""workbook.xlsx: the edition's tables for people who calculate. Every text is a text: no cell is a formula."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from audits.reports import disclosure
from audits.reports.contents import Contents, data_sha256
from audits.reports.words import dictionary
from audits.reports.words.chapter_tables import tables_of
from audits.reports.words.dictionary import Column, Value

# XlsxWriter would turn what looks like a formula, a number or an address into one.
NOTHING_CLEVER = {
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "in_memory": True,
    "constant_memory": True,
}
MAX_ROWS = 1_048_576  # of a sheet
MOST_STOPS = 20_000  # in a workbook that people still open with pleasure; stops.csv and the map layers hold all
MAX_TEXT = 32_767  # of a cell
WIDEST, NARROWEST = 60, 8


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, its columns, and rows in their order."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Value]]


def workbook(contents: Contents) -> bytes:
    """The edition as a workbook, the same bytes for the same contents."""
    page = io.BytesIO()
    with Workbook(page, NOTHING_CLEVER) as book:
        book.set_properties({"title": contents.title, "author": "Night Safety", "created": contents.as_of})
        heading = book.add_format({"bold": True, "bottom": 1})
        for sheet in sheets(contents):
            _write(book.add_worksheet(sheet.name), sheet, heading)
    return page.getvalue()


def sheets(contents: Contents) -> list[Sheet]:
    """Everything that the workbook holds, in the order of its tabs."""
    placed = [dictionary.place_row(place, found) for place in contents.places for found in place.findings]
    made = [
        Sheet("about", ABOUT, _about(contents)),
        Sheet("places", dictionary.TABLES["places"], placed),
        Sheet("cells", dictionary.TABLES["cells"], map(dictionary.finding_row, contents.findings)),
        Sheet("scores", dictionary.TABLES["levels"], map(dictionary.levels_row, contents.levels)),
    ]
    if contents.audience == "gla":
        made.append(Sheet("stops", dictionary.TABLES["stops"], map(dictionary.stop_row, contents.stops[:MOST_STOPS])))
    made += [Sheet(table.name, table.columns, table.rows(contents)) for table in tables_of(contents)]
    return [*made, Sheet("data dictionary", DICTIONARY, _explained(made))]


ABOUT = (Column("what", "text", "What is told."), Column("said", "text", "What is said of it."))
DICTIONARY = (
    Column("sheet", "text", "The sheet."),
    Column("column", "text", "The column."),
    Column("kind", "text", "What kind of values it has."),
    Column("says", "text", "What they say."),
)


def _about(contents: Contents) -> Iterable[tuple[str, str]]:
    found = contents.coverage
    yield "title", contents.title
    yield "may be seen by", "the GLA and its design reviews" if contents.audience == "gla" else "everybody"
    yield "as of", contents.as_of.date().isoformat()
    yield "programmes", "; ".join(programme.name for programme in contents.programmes)
    yield "first night", found.first_night.isoformat() if found.first_night else "none yet"
    yield "last night", found.last_night.isoformat() if found.last_night else "none yet"
    for what in ("walks", "outings", "nights", "hours", "stops", "people", "cut_short"):
        yield what.replace("_", " "), str(getattr(found, what))
    for what in ("quarantined", "rejected", "unlocated_stops", "cannot_tell"):
        yield what.replace("_", " "), str(getattr(contents.quality, what))
    for number, where in enumerate(contents.walk_next, start=1):
        yield f"walk next {number}", where
    yield "method", f"{contents.method}, version {contents.method_version}"
    yield "not claimed", "This is how places were perceived. It is not a measure of crime, and blank is not safe."
    for number, rule in enumerate(disclosure.in_words(disclosure.RULES[contents.audience]), start=1):
        yield f"protection {number}", rule
    if contents.left_out:
        yield "left out", contents.left_out
    if len(contents.stops) > MOST_STOPS:
        yield "stops", f"The first {MOST_STOPS:,} of {len(contents.stops):,}: all are in stops.csv and edition.gpkg."
    yield "data SHA-256", data_sha256(contents)


def _explained(made: Sequence[Sheet]) -> Iterable[tuple[str, str, str, str]]:
    for sheet in made:
        for column in sheet.columns:
            yield sheet.name, column.name, column.kind, column.says


def _write(page: Worksheet, sheet: Sheet, heading: Any) -> None:
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, _width(sheet.name, column))
    page.freeze_panes(1, 0)
    for place, column in enumerate(sheet.columns):
        page.write_string(0, place, column.name, heading)
    for number, row in zip(range(1, MAX_ROWS), sheet.rows, strict=False):
        for place, value in enumerate(row):
            _put(page, number, place, value)


def _width(sheet: str, column: Column) -> int:
    if column.name in ("said", "says", "question", "text", "action", "issue", "standing"):
        return WIDEST
    widest = 40 if column.name in ("name", "title", "programme", "what") else len(column.name) + 2
    return max(NARROWEST, min(widest, WIDEST))


def _put(page: Worksheet, row: int, place: int, value: Value) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        page.write_boolean(row, place, value)
    elif isinstance(value, str):
        page.write_string(row, place, value[:MAX_TEXT])
    else:
        page.write_number(row, place, value)
