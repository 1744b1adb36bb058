"""`night-safety help-routes`: where auditors find help, shown and replaced."""

from pathlib import Path
from uuid import uuid4

import click
import msgspec
from rich.markup import escape
from rich.table import Table

from api.cli.terminal import console, fail, json_option, now, say, working
from audits.events import COMMAND_LINE
from audits.people.errors import HelpNotAcceptable
from audits.people.help_routes import HelpRoutes, NewHelpRoutes
from audits.people.publishing import publish_help
from audits.people.queries import help_routes as routes_in_force


@click.group("help-routes")
def help_routes() -> None:
    """Show and replace the numbers and pages where auditors find help."""


@help_routes.command()
@json_option
@working
async def show(as_json: bool) -> None:
    """Show the help routes in force; `--json` is what `publish` takes, to be edited."""
    found = await routes_in_force()
    if as_json:
        say("", as_json=True, dated=found.dated, routes=found.routes)
        return
    say(f"Version {found.version}, right as of {found.dated:%d %B %Y}.")
    console().print(_table(found))


@help_routes.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@json_option
@working
async def publish(file: Path, as_json: bool) -> None:
    """Replace the help routes by those in a JSON file, all at once; phones show them from their next visit on."""
    try:
        new = msgspec.json.decode(_content(file), type=NewHelpRoutes)
        published = await publish_help(new, id=uuid4(), by=COMMAND_LINE, now=now())
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        fail(f"{file} cannot be read: {str(error).rstrip('.')}. `night-safety help-routes show --json` shows the form.")
    except HelpNotAcceptable as refused:
        fail("\n".join([str(refused), *(f"{error.field}: {error.message}" for error in refused.errors)]))
    words = f"Published version {published.version}: {len(published.routes)} routes."
    say(words, as_json=as_json, version=published.version, dated=published.dated)


def _content(file: Path) -> bytes:
    return file.read_bytes()


def _table(found: HelpRoutes) -> Table:
    table = Table("name", "contact", "when", "note", "confirmed")
    for route in found.routes:
        how = f"{route.kind} {route.contact}"
        confirmed = "yes" if route.confirmed else "not by its operator"
        table.add_row(escape(route.name), escape(how), escape(route.when), escape(route.note or ""), confirmed)
    return table
