"""The whole register for administrators, every state of it, as CSV and as a workbook: organisations, never people."""

import asyncio
import csv
import io
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from charter.events import note_event
from charter.register import Desk
from charter.signing import LONDON
from geo.spreadsheets import inert
from migrations.database import stream, transaction

PIECE_BYTES = 64 * 1024
MAX_CELL = 32_767  # what a cell of a workbook holds
REGISTER = UUID(int=0)  # the register itself, as the subject of an event
# XlsxWriter would turn what looks like a formula, a number or an address into one; rows go to disk as they come.
PLAIN = {
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "constant_memory": True,
}


@dataclass(frozen=True)
class Column:
    """A column: its name, its width in characters, and what it says."""

    name: str
    width: int
    says: str


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, its columns, and the select that gives them in order."""

    name: str
    columns: tuple[Column, ...]
    sql: str


SIGNATORIES = (
    Column("reference", 18, "What people quote."),
    Column("id", 38, "The id in addresses and in the interface."),
    Column("name", 40, "The organisation's name as it stands in the register."),
    Column("sector", 26, "The key of its sector."),
    Column("website", 32, "Its web address; blank where it gave none."),
    Column("state", 12, "applied, active, review_due, lapsed, withdrawn, held or suspended."),
    Column("charter_version", 14, "The wording that it signed."),
    Column("public_listing", 14, "yes where it agreed to stand in the public register."),
    Column("network_contact", 14, "yes where it agreed to be written to about the scheme's network."),
    Column("applied_at", 18, "When the signature was sent, in London."),
    Column("signed_on", 12, "When it was confirmed; blank before."),
    Column("last_confirmed_on", 16, "When it was last confirmed or reviewed."),
    Column("review_due_on", 14, "When its next review is due."),
    Column("champion_since", 14, "Since when it has a confirmed champion; blank while it has none."),
    Column("merged_into", 18, "The reference of the signature that it repeats; blank where it repeats none."),
)
PREMISES = (
    Column("reference", 18, "Whose premises they are."),
    Column("premises_id", 38, "The premises' id."),
    Column("listed", 8, "yes where they may be shown; of others nothing but the borough leaves the register."),
    Column("borough", 12, "GSS code of the borough; blank outside London."),
    Column("premises", 40, "Their name; blank where unlisted."),
    Column("address", 40, "Their address; blank where unlisted."),
    Column("postcode", 10, "Their postcode; blank where unlisted."),
    Column("own_reference", 16, "What the organisation itself calls them."),
)
PLEDGES = (
    Column("reference", 18, "Who keeps it."),
    Column("pledge", 8, "Its number, 1 to 7."),
    Column("pledge_state", 14, "not_started, in_progress, evidenced or lapsed."),
    Column("evidence_on", 12, "Of which day its evidence is."),
    Column("refresh_due_on", 14, "When it is to be done again."),
    Column("changed_at", 18, "When it last changed, in London."),
)
DICTIONARY = (Column("sheet", 14, ""), Column("column", 20, ""), Column("says", 80, ""))
SHEETS = (
    Sheet(
        "signatories",
        SIGNATORIES,
        "select signatory.reference, signatory.id, signatory.name, signatory.sector, signatory.website, "
        "signatory.state, signatory.charter_version, signatory.public_listing, signatory.network_contact, "
        "signatory.applied_at, signatory.signed_on, signatory.last_confirmed_on, signatory.review_due_on, "
        "signatory.champion_since, earlier.reference as merged_into from signatory "
        "left join signatory as earlier on earlier.number = signatory.merged_into order by signatory.number",
    ),
    Sheet(
        "premises",
        PREMISES,
        "select reference, premises.id as premises_id, listed, borough, premises.name as premises, address, postcode, "
        "own_reference from premises join signatory on signatory.number = premises.signatory "
        "order by premises.signatory, sequence, premises.number",
    ),
    Sheet(
        "pledges",
        PLEDGES,
        "select reference, pledge, kept_pledge.state as pledge_state, evidence_on, refresh_due_on, changed_at "
        "from kept_pledge join signatory on signatory.number = kept_pledge.signatory "
        "order by kept_pledge.signatory, pledge",
    ),
)
CSV_COLUMNS = (*SIGNATORIES, *PREMISES[1:])
CSV_SQL = (
    SHEETS[0].sql.replace(
        " from signatory ",
        ", premises.id as premises_id, listed, borough, premises.name as premises, address, postcode, own_reference "
        "from signatory left join premises on premises.signatory = signatory.number ",
    )
    + ", premises.sequence, premises.number"
)


async def note_reading(kind: str, *, by: str, desk: Desk) -> None:
    """Write that the whole register was read, before the first of it is sent."""
    async with transaction():
        await note_event("register-read", of="register", id=REGISTER, by=by, at=desk.now, kind=kind)


async def as_csv() -> AsyncGenerator[bytes, None]:
    """A row a premises, or one without, with the signatory beside it; a heading first; nothing in it calculates."""
    yield _lines([[column.name for column in CSV_COLUMNS]])
    async with aclosing(stream(CSV_SQL)) as batches:
        async for batch in batches:
            yield _lines([[inert(_text(row[column.name])) for column in CSV_COLUMNS] for row in batch])


async def as_xlsx() -> AsyncGenerator[bytes, None]:
    """The workbook, piece by piece from a temporary file: its rows go to disk as they are read."""
    with TemporaryDirectory(prefix="register-") as folder:
        path = Path(folder) / "register.xlsx"
        await _write(path, folder)
        with path.open("rb") as file:
            while piece := await asyncio.to_thread(file.read, PIECE_BYTES):
                yield piece


async def _write(path: Path, folder: str) -> None:
    book = Workbook(str(path), {**PLAIN, "tmpdir": folder})
    heading = book.add_format({"bold": True, "bottom": 1})
    for sheet in SHEETS:
        page = _begun(book, sheet.name, sheet.columns, heading)
        await _fill(page, sheet)
    page = _begun(book, "data dictionary", DICTIONARY, heading)
    said = [[sheet.name, column.name, column.says] for sheet in SHEETS for column in sheet.columns]
    _put(page, said, first=1)
    # Zipping 50,000 premises takes a second or two, and everybody else goes on meanwhile.
    await asyncio.to_thread(book.close)


async def _fill(page: Worksheet, sheet: Sheet) -> None:
    first = 1
    async with aclosing(stream(sheet.sql)) as batches:
        async for batch in batches:
            rows = [[_text(row[column.name]) for column in sheet.columns] for row in batch]
            await asyncio.to_thread(_put, page, rows, first=first)
            first += len(rows)


def _begun(book: Workbook, name: str, columns: Sequence[Column], heading: Any) -> Worksheet:
    page = book.add_worksheet(name)
    page.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        page.set_column(place, place, column.width)
        page.write_string(0, place, column.name, heading)
    return page


def _put(page: Worksheet, rows: Sequence[Sequence[str]], *, first: int) -> None:
    """Every cell is text: no spreadsheet calculates it or follows it. Blank cells are left out."""
    for place, row in enumerate(rows, start=first):
        for column, text in enumerate(row):
            if text:
                page.write_string(place, column, text[:MAX_CELL])


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone(LONDON).strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if isinstance(value, date) else str(value)


def _lines(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
