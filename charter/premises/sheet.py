"""Premises as a spreadsheet: what its columns mean, how it is read with every problem named, and how it is written."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from charter.errors import FieldError, UnreadableSheet
from charter.premises.hours import UnreadableHours, read_hours, write_hours
from charter.premises.rows import Kept
from charter.signing import MAX_PREMISES, OpeningHours, PointAt, Premises, premises_problems, tidy_postcode
from geo.places.queries import folded
from geo.places.written import Position, position_written
from geo.spreadsheets import FORMULA_STARTS, inert

DECIMALS = 6  # about 0.1 m
DELIMITERS = ",;\t"  # what spreadsheets save as CSV: semicolons where the comma is the decimal sign
NOT_A_WORD = re.compile(r"[^a-z0-9]+")
COLUMNS: Mapping[str, str] = {
    "name": "Name",
    "address": "Address",
    "postcode": "Postcode",
    "longitude": "Longitude",
    "latitude": "Latitude",
    "listed": "Listed",
    "opening_hours": "Opening hours",
    "own_reference": "Your reference",
}
EXAMPLE = (
    "The Lamb", "94 Example Street, London", "WC1N 3LZ", "-0.118923", "51.523145", "yes",
    "mon-thu 17:00-23:30; fri sat 17:00-02:00", "Shop 0042",
)  # fmt: skip
REQUIRED = ("name", "address", "postcode")
# A place is told by any of these; the National Grid is what property registers hold.
WHERE = (("longitude", "latitude"), ("easting", "northing"), ("position",))
ALSO_CALLED: Mapping[str, str] = {
    "premises": "name",
    "premises_name": "name",
    "site": "name",
    "site_name": "name",
    "venue": "name",
    "full_address": "address",
    "post_code": "postcode",
    "long": "longitude",
    "lon": "longitude",
    "lng": "longitude",
    "lat": "latitude",
    "eastings": "easting",
    "northings": "northing",
    "location": "position",
    "shown": "listed",
    "hours": "opening_hours",
    "opening_times": "opening_hours",
    "reference": "own_reference",
    "your_reference": "own_reference",
}
KNOWN = frozenset(COLUMNS) | {name for names in WHERE for name in names}
YES, NO = frozenset({"yes", "y", "true", "1", "listed"}), frozenset({"no", "n", "false", "0", "unlisted"})
AS_WINDOWS = (
    "The file is not in UTF-8; it was read as Windows-1252, as older spreadsheets save it. "
    "Look at names with accents, and save it as “CSV UTF-8” if any is wrong."
)

Cells = Mapping[str, str]


class SheetRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row that was read: its row in the spreadsheet, from 2 on, and what it says.

    None and () leave what is kept already as it is, or to its default where it is new.
    """

    row: int
    premises: Premises

    @property
    def field(self) -> str:
        """Where it stands in what was sent; the first row after the heading is rows[0]."""
        return field_of(self.row)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A spreadsheet that was read: its rows, what is wrong with the others, and what its sender should look at."""

    rows: Sequence[SheetRow]
    problems: Sequence[FieldError]
    warnings: Sequence[str]


def field_of(row: int) -> str:
    """How a row of the spreadsheet is named in errors: row 2, after the heading, is rows[0]."""
    return f"rows[{row - 2}]"


def read_sheet(content: bytes) -> Sheet:
    """The premises in a CSV of at most MAX_PREMISES rows, each with its problems by row and column.

    UTF-8 with or without its mark, UTF-16 with it, else Windows-1252 with a warning; commas, semicolons or tabs; the
    heading in any order, case and spacing. Blank rows are passed over. Raises UnreadableSheet where it is no such file.
    """
    text, warnings = _text(content)
    heading, records = _records(text)
    columns = [_column(name) for name in heading]
    _check_heading(columns)
    unread = [name.strip() for name, column in zip(heading, columns, strict=True) if name.strip() and not column]
    if unread:
        warnings.append(f"{len(unread)} of its columns are not ours and were not read: {', '.join(unread[:5])[:200]}.")
    if len(records) > MAX_PREMISES:
        problem = FieldError("rows", f"There are {len(records):,} rows. At most {MAX_PREMISES:,} can be sent at once.")
        return Sheet(rows=(), problems=[problem], warnings=warnings)
    if not records:
        problem = FieldError("rows", "There is no row under the heading. Add one for each of your premises.")
        return Sheet(rows=(), problems=[problem], warnings=warnings)
    return _read(records, columns, warnings)


def write_sheet(premises: Iterable[Kept]) -> str:
    """The premises as a CSV (RFC 4180) that read_sheet reads back as they are; no cell of it is ever calculated."""
    return _written(_cells(one.premises) for one in premises)


def template() -> str:
    """A CSV with the heading and one line that shows how each column is written."""
    return _written([EXAMPLE])


def tidied(premises: Premises) -> Premises:
    """Premises as a spreadsheet would tell them: white space, capitals and decimals as it has them."""
    lon, lat = premises.location.coordinates[:2]
    return msgspec.structs.replace(
        premises,
        name=one_line(premises.name),
        address=tidy_address(premises.address),
        postcode=tidy_postcode(premises.postcode),
        location=PointAt(type="Point", coordinates=(round(lon, DECIMALS), round(lat, DECIMALS))),
        opening_hours=read_hours(write_hours(premises.opening_hours)),
        own_reference=one_line(premises.own_reference or "") or None,
    )


def one_line(text: str) -> str:
    """The text with a single space wherever there is white space inside."""
    return " ".join(text.split())


def tidy_address(text: str) -> str:
    """An address in one line: a comma for every line break of a cell that has several lines.

    >>> tidy_address("94 Example Street,\\nLondon ")
    '94 Example Street, London'
    """
    lines = (one_line(line).rstrip(" ,") for line in text.splitlines())
    # What is nothing but commas is kept as it was sent.
    return ", ".join(line for line in lines if line) or one_line(text)


def _text(content: bytes) -> tuple[str, list[str]]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(content, "utf-16"), []
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        return _decoded(content, "cp1252"), [AS_WINDOWS]


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise UnreadableSheet("This is not a CSV. Save the spreadsheet as “CSV UTF-8” and send that file.") from None


def _records(text: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The heading, and the rows that hold anything, each with its row in the spreadsheet."""
    if "\0" in text or not text.strip():
        raise UnreadableSheet("This is not a CSV with text in it. Save the spreadsheet as “CSV UTF-8” and send that.")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    row, heading, records = 0, list[str](), list[tuple[int, list[str]]]()
    try:
        for row, cells in enumerate(reader, start=1):
            if row == 1:
                heading = cells
            elif any(cell.strip() for cell in cells):
                records.append((row, cells))
    except csv.Error:
        raise UnreadableSheet(f"A quotation mark does not belong, or is missing, in or after row {row + 1}.") from None
    return heading, records


def _delimiter(text: str) -> str:
    """The one by which most of the heading's names are known; of none, the comma."""
    first = next(iter(text.splitlines()), "")
    return max(DELIMITERS, key=lambda one: sum(_column(name.strip('"')) != "" for name in first.split(one)))


def _column(name: str) -> str:
    """What a heading's cell means, however it is spelled; empty where it is none of ours."""
    plain = NOT_A_WORD.sub("_", folded(name)).strip("_")
    plain = ALSO_CALLED.get(plain, plain)
    return plain if plain in KNOWN else ""


def _check_heading(columns: Sequence[str]) -> None:
    missing = [COLUMNS[name] for name in REQUIRED if name not in columns]
    if not any(set(names) <= set(columns) for names in WHERE):
        missing.append("Longitude and Latitude")
    twice = sorted({name for name in columns if name and columns.count(name) > 1})
    if missing:
        raise UnreadableSheet(f"The first row must name the columns. Missing: {', '.join(missing)}.")
    if twice:
        raise UnreadableSheet(f"The first row names a column twice: {', '.join(twice)}. Leave one out.")


def _read(records: Sequence[tuple[int, list[str]]], columns: Sequence[str], warnings: Sequence[str]) -> Sheet:
    rows, problems = list[SheetRow](), list[FieldError]()
    for row, cells in records:
        premises, wrong = _place(row, cells, columns)
        problems += wrong
        if premises is not None:
            rows.append(SheetRow(row=row, premises=premises))
    return Sheet(rows=rows, problems=problems, warnings=warnings)


def _place(row: int, cells: Sequence[str], columns: Sequence[str]) -> tuple[Premises | None, list[FieldError]]:
    field = field_of(row)
    if any(cell.strip() for cell in cells[len(columns) :]):
        message = "There are more cells than columns. Put text that holds a comma into quotation marks."
        return None, [FieldError(field, f"Row {row}: {message}")]
    said = {column: plain(cell) for column, cell in zip(columns, cells, strict=False) if column}
    wrong: list[FieldError] = []
    premises = Premises(
        name=one_line(said.get("name", "")),
        address=tidy_address(said.get("address", "")),
        postcode=said.get("postcode", "").strip(),
        listed=_listed(said, field, wrong),
        location=_location(said, field, wrong),
        opening_hours=_hours(said, field, wrong),
        own_reference=one_line(said.get("own_reference", "")) or None,
    )
    wrong += premises_problems(field, premises)
    if wrong:
        return None, [_of_row(error, row) for error in wrong]
    return msgspec.structs.replace(premises, postcode=tidy_postcode(premises.postcode)), []


def _of_row(error: FieldError, row: int) -> FieldError:
    # Lines of hours and the position as a whole are no columns; their cells are.
    field = error.field.partition(".opening_hours")[0] + ".opening_hours" * (".opening_hours" in error.field)
    return FieldError(field.replace(".location", ".longitude"), f"Row {row}: {error.message}")


def plain(cell: str) -> str:
    """A cell without the apostrophe that keeps spreadsheets from calculating it; see charter.as_files.inert.

    >>> plain("'=1+1"), plain("''tis"), plain("'tis")
    ('=1+1', "'tis", "'tis")
    """
    guarded = cell[:1] == "'" and (cell[1:2] == "'" or cell[1:2] in FORMULA_STARTS)
    return cell[1:] if guarded else cell


def _listed(said: Cells, field: str, wrong: list[FieldError]) -> bool | None:
    text = folded(said.get("listed", "").strip())
    if text and text not in YES | NO:
        wrong.append(FieldError(f"{field}.listed", "Write yes or no, or leave it empty."))
    return text in YES if text else None


def _hours(said: Cells, field: str, wrong: list[FieldError]) -> tuple[OpeningHours, ...]:
    try:
        return read_hours(said.get("opening_hours", ""))
    except UnreadableHours as error:
        wrong.append(FieldError(f"{field}.opening_hours", str(error)))
        return ()


def _location(said: Cells, field: str, wrong: list[FieldError]) -> PointAt:
    found = _position(said, field, wrong)
    # What stands in for a position that was named as wrong passes the next check, so that it is named once.
    lon, lat = found or (0.0, 0.0)
    return PointAt(type="Point", coordinates=(round(lon, DECIMALS), round(lat, DECIMALS)))


def _position(said: Cells, field: str, wrong: list[FieldError]) -> Position | None:
    given = next((names for names in WHERE if any(said.get(name, "").strip() for name in names)), None)
    if given is None:
        wrong.append(FieldError(f"{field}.longitude", "Say where it is: longitude and latitude in degrees."))
    elif given == WHERE[0]:
        return _degrees(said, field, wrong)
    elif (found := position_written(", ".join(said.get(name, "").strip() for name in given))) is not None:
        return found
    else:
        wrong.append(FieldError(f"{field}.{given[0]}", "This is no position in Great Britain. Check both numbers."))
    return None


def _degrees(said: Cells, field: str, wrong: list[FieldError]) -> Position | None:
    read = {name: _number(said.get(name, "")) for name in WHERE[0]}
    for name, number in read.items():
        if number is None:
            wrong.append(FieldError(f"{field}.{name}", "Write degrees as a number, such as 51.523145 or -0.118923."))
    lon, lat = read["longitude"], read["latitude"]
    if lon is None or lat is None:
        return None
    # Of Britain's two numbers one is near 0 and one near 50: whoever mixes them up is told so, not put into the sea.
    if abs(lat) < 10 and 49 < lon < 62:
        wrong.append(FieldError(f"{field}.longitude", "Longitude and latitude look exchanged: latitude is near 51."))
        return None
    return lon, lat


def _number(text: str) -> float | None:
    # A pub on the meridian is at 4.2e-05, as programs write it. Commas are the decimal sign of the places whose
    # spreadsheets part cells by semicolons, and the minus sign may be the printed one.
    plain = text.strip().replace("−", "-")
    plain = plain.replace(",", ".") if "." not in plain and plain.count(",") == 1 else plain
    return float(plain) if re.fullmatch(r"[+-]?[0-9]{1,4}(?:\.[0-9]{1,20})?(?:[eE][+-]?[0-9]{1,2})?", plain) else None


def _cells(premises: Premises) -> Iterator[str]:
    lon, lat = premises.location.coordinates[:2]
    yield inert(premises.name)
    yield inert(premises.address)
    yield premises.postcode
    yield f"{lon:.{DECIMALS}f}"
    yield f"{lat:.{DECIMALS}f}"
    yield "yes" if premises.listed else "no"
    yield write_hours(premises.opening_hours)
    yield inert(premises.own_reference or "")


def _written(lines: Iterable[Iterable[str]]) -> str:
    file = io.StringIO()
    # The mark tells Excel that this is UTF-8; without it every accent is lost on the way back to us.
    file.write("\ufeff")
    csv.writer(file).writerows([COLUMNS.values(), *lines])
    return file.getvalue()
