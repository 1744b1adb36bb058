"""`night-safety import`: bring in boroughs, town centres, hubs and venues from the files of their publishers."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import click
import msgspec
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from api.cli.arriving.walk_file import walk_file
from api.cli.terminal import console, environment_settings, fail, json_option, now, say, working
from api.settings import secret_key
from audits.arriving.in_bulk import Tally, import_walks
from audits.arriving.lines import LineRefused, WalkLine, read_line
from audits.memory import without_collecting
from audits.queries import OPERATOR, programme
from audits.responses import Sending
from geo.places.boundaries import read_boroughs, read_outline, read_town_centres, read_wards
from geo.places.entries import Read
from geo.places.hubs import read_hubs
from geo.places.importing import Summary, import_places
from geo.places.venues import CATEGORY_KEYS, read_venues, venue_category
from migrations.sealing import Seal

REFUSED_SHOWN = 20
Reader = Callable[..., Read]
file_argument = click.argument("file", type=click.Path(path_type=Path))
source_option = click.option("--source", metavar="NAME", help="Whose file it is, if not the publisher we know.")


@click.group("import")
def import_() -> None:
    """Bring in places from their publishers' files: all of a file or nothing.

    The order does not matter, and a file may be imported again: what has not changed is left alone. Rows that cannot
    be used are skipped, counted and explained.
    """


def _places(name: str, reader: Reader, words: str) -> None:
    """Add the command `name`, which imports one file by `reader`."""

    @file_argument
    @source_option
    @json_option
    @working
    async def command(file: Path, source: str | None, as_json: bool) -> None:
        await _import(file, lambda opened: reader(opened, source=source), as_json=as_json)

    import_.command(name, help=words)(command)


_places("boroughs", read_boroughs, "London's boroughs: GeoJSON with GSS codes (E09...).")
_places("outline", read_outline, "The outline of London, Thames included: GeoJSON with one polygon.")
_places("wards", read_wards, "Wards: GeoJSON with GSS codes (E05...).")
_places("town-centres", read_town_centres, "The London Plan's town centres and their classes: GeoJSON.")
_places("hubs", read_hubs, "Stations, stops, piers and ranks: NaPTAN's CSV.")


@import_.command()
@file_argument
@source_option
@click.option("--category", type=click.Choice(CATEGORY_KEYS), help="What the venues are; else the file's name tells.")
@json_option
@working
async def venues(file: Path, source: str | None, category: str | None, as_json: bool) -> None:
    """Pubs, music venues and their like: CSV of the GLA's Cultural Infrastructure Map."""
    sort = category or venue_category(file.name)
    await _import(file, lambda opened: read_venues(opened, category=sort, source=source), as_json=as_json)


@import_.command()
@file_argument
@click.option("--programme", "programme_id", type=click.UUID, required=True, help="The programme that they belong to.")
@json_option
@working
async def walks(file: Path, programme_id: UUID, as_json: bool) -> None:
    """Walks of earlier audits: one JSON object a line, a walk and what was said alone at its stops.

    They pass the checks and the quarantine of a phone's walks. A file may be imported again: what is there is left
    alone. A line that cannot be taken is named with its reason, and keeps no other out.
    """
    with _opened(file) as opened, _bar(hidden=as_json) as bar, without_collecting():
        task = bar.add_task(f"Importing {escape(file.name)}", total=os.fstat(opened.fileno()).st_size)
        tally = await _import_walks(opened, programme_id, told=lambda: bar.update(task, completed=opened.tell()))
    _tell_of_walks(file, tally, as_json=as_json)


import_.add_command(walk_file)


async def _import_walks(opened: BinaryIO, programme_id: UUID, *, told: Callable[[], None]) -> Tally:
    to = await programme(programme_id, caller=OPERATOR)
    sending = Sending(by=OPERATOR, now=now(), seal=Seal(secret_key(environment_settings())), imported=True)
    tally = Tally()
    async for kept in import_walks(_lines(opened, programme_id, tally), to=to, sending=sending):
        tally.add(kept)
        told()
    return tally


def _lines(opened: BinaryIO, programme_id: UUID, tally: Tally) -> Iterator[WalkLine]:
    """The lines that can be read; why others cannot goes into the tally."""
    for number, line in enumerate(iter(opened.readline, b""), start=1):
        if line.strip():
            try:
                yield read_line(number, line, programme_id=programme_id)
            except LineRefused as refused:
                tally.refused.append((number, str(refused)))


def _tell_of_walks(file: Path, tally: Tally, *, as_json: bool) -> None:
    words = (
        f"{file.name}: {tally.new} new walks with {tally.stops} stops ({tally.quarantined} in quarantine), "
        f"{tally.there} there already; {tally.responses} new responses, {tally.responses_there} there already."
    )
    facts: dict[str, Any] = msgspec.to_builtins(tally)
    facts["refused"] = [{"line": line, "reason": reason} for line, reason in tally.refused]
    say(words, as_json=as_json, **facts)
    if not tally.refused:
        return
    if not as_json:
        table = Table("line", "why it was not taken")
        for line, reason in tally.refused[:REFUSED_SHOWN]:
            table.add_row(str(line), escape(reason))
        console().print(table)
    fail(f"{len(tally.refused)} of the file's lines were not taken. Put them right and import the file again.")


async def _import(file: Path, read: Reader, *, as_json: bool) -> None:
    with _opened(file) as opened, _bar(hidden=as_json) as bar:
        task = bar.add_task(f"Importing {escape(file.name)}", total=None)
        summary = await import_places(
            read(opened), now=now(), on_progress=lambda done, total: bar.update(task, completed=done, total=total)
        )
    _tell(file, summary, as_json=as_json)


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    try:
        opened = file.open("rb")
    except FileNotFoundError:
        fail(f"There is no file {file}. Check its name and folder.")
    except IsADirectoryError:
        fail(f"{file} is a folder. Name one file in it.")
    with opened:
        yield opened


def _bar(*, hidden: bool) -> Progress:
    """The progress bar, on standard error so that standard output holds the summary alone."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    # In a log or a pipe a moving bar is a heap of lines, so it is drawn for terminals only.
    errors = Console(stderr=True)
    return Progress(*columns, console=errors, transient=True, disable=hidden or not errors.is_terminal)


def _tell(file: Path, summary: Summary, *, as_json: bool) -> None:
    facts: dict[str, Any] = msgspec.to_builtins(summary)
    say(f"{file.name}: {summary}.", as_json=as_json, **facts)
    if not as_json and (table := _table(summary)).rows:
        console().print(table)


def _table(summary: Summary) -> Table:
    table = Table("rows", "what became of them", "first rows")
    kept = {
        "no longer in the file, kept": summary.missing,
        "placed in a borough, or moved to another": summary.boroughs_assigned,
        "in no borough: outside London, or no boroughs imported yet": summary.without_borough,
    }
    for words, count in kept.items():
        if count:
            table.add_row(str(count), words, "")
    for reason in summary.skipped:
        table.add_row(str(reason.count), escape(f"skipped: {reason.why}"), ", ".join(map(str, reason.first_rows)))
    return table
