"""`night-safety import`: bring in boroughs, town centres, hubs and venues from the files of their publishers."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from api.cli.terminal import console, fail, json_option, now, say, working
from geo.places.boundaries import read_boroughs, read_outline, read_town_centres, read_wards
from geo.places.entries import Read
from geo.places.hubs import read_hubs
from geo.places.importing import Summary, import_places
from geo.places.venues import CATEGORY_KEYS, read_venues, venue_category

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


async def _import(file: Path, read: Reader, *, as_json: bool) -> None:
    try:
        with file.open("rb") as opened, _bar(hidden=as_json) as bar:
            task = bar.add_task(f"Importing {escape(file.name)}", total=None)
            summary = await import_places(
                read(opened), now=now(), on_progress=lambda done, total: bar.update(task, completed=done, total=total)
            )
    except FileNotFoundError:
        fail(f"There is no file {file}. Check its name and folder.")
    except IsADirectoryError:
        fail(f"{file} is a folder. Name one file in it.")
    _tell(file, summary, as_json=as_json)


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
