"""`night-safety programmes`: commission an audit from a file, list them, close one."""

from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import click
import msgspec
from rich.markup import escape
from rich.table import Table

from api.cli.terminal import console, fail, json_option, now, say, working
from api.sessions.tokens import token_in_use
from audits import programmes as commands
from audits import queries
from audits.errors import ProgrammeNotAcceptable
from audits.programmes import Commission
from audits.queries import OPERATOR, ProgrammeFacts
from geo.geojson import geometry_in

# Without dates a programme takes walks of any night since the charter began.
FIRST_NIGHT, LAST_NIGHT = "2018-01-01", "2099-12-31"
PAGE = 500

day = click.DateTime(["%Y-%m-%d"])


@click.group()
def programmes() -> None:
    """Commission an audit of a place, list programmes, close one."""


@programmes.command()
@click.option("--name", required=True, help="What people call it.")
@click.option(
    "--area",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="GeoJSON file with one polygon, or with one line and --width-m; longitude first.",
)
@click.option("--width-m", type=float, help="The full width of a line, in metres.")
@click.option("--opens-on", type=day, default=FIRST_NIGHT, show_default=True, help="The first night of walking.")
@click.option("--closes-on", type=day, default=LAST_NIGHT, show_default=True, help="The last night of walking.")
@click.option("--instrument", "instrument_version", type=int, default=1, show_default=True, help="Its version.")
@click.option("--lead-body", help="GSS code of the authority that leads it, such as E09000022.")
@click.option("--purpose", help="What its lead wants to know, for whoever walks.")
@click.option("--lead", "leads", multiple=True, help="Name or id of a lead's token; without any, every lead leads it.")
@json_option
@working
async def create(area: Path, leads: tuple[str, ...], as_json: bool, **facts: Any) -> None:
    """Commission an audit of the area in a file. Prints the programme's id as the last word."""
    commission = Commission(
        **{**facts, "opens_on": facts["opens_on"].date(), "closes_on": facts["closes_on"].date()},
        area=_geometry(area),
    )
    principals = [str(await token_in_use(lead)) for lead in leads]
    try:
        made = await commands.create_programme(commission, id=uuid4(), by=OPERATOR, now=now(), leads=tuple(principals))
    except ProgrammeNotAcceptable as refusal:
        fail(" ".join(f"{error.field}: {error.message}" for error in refusal.errors))
    say(f"Created {made.name}: {made.id}", as_json=as_json, **_told(made))


@programmes.command("list")
@json_option
@working
async def list_(as_json: bool) -> None:
    """List every programme, newest first."""
    found: list[ProgrammeFacts] = []
    while more := await queries.programmes(caller=OPERATOR, before=found[-1].number if found else None, limit=PAGE):
        found += more
    if as_json:
        say("", as_json=True, programmes=[_told(facts) for facts in found])
        return
    table = Table("id", "name", "state", "opens on", "closes on", "lead body")
    for facts in found:
        dates = str(facts.opens_on), str(facts.closes_on)
        table.add_row(str(facts.id), escape(facts.name), facts.state, *dates, facts.lead_body or "")
    console().print(table)


@programmes.command()
@click.argument("programme_id", type=click.UUID)
@json_option
@working
async def close(programme_id: UUID, as_json: bool) -> None:
    """Close a programme: nobody joins it any more; what was walked may still be handed in."""
    closed = await commands.close_programme(programme_id, by=OPERATOR, now=now())
    say(f"Closed {closed.name}: {closed.id}", as_json=as_json, **_told(closed))


def _geometry(area: Path) -> dict[str, Any]:
    """The one geometry of a GeoJSON file. Raises GeoError."""
    try:
        found: Any = geometry_in(msgspec.json.decode(area.read_text(encoding="utf-8-sig")))
    except (msgspec.DecodeError, UnicodeDecodeError):
        fail(f"{area} is not JSON in UTF-8. Export the area again as GeoJSON.")
    return found if isinstance(found, dict) else {}


def _told(facts: ProgrammeFacts) -> dict[str, str | int | date | datetime | UUID | None]:
    names = ("id", "name", "state", "instrument_version", "opens_on", "closes_on", "lead_body", "closed_at")
    return {name: getattr(facts, name) for name in names}
