"""`night-safety import walk-file`: what an auditor saved because her phone could not send it."""

from pathlib import Path

import click
import msgspec
from rich.markup import escape
from rich.table import Table

from api.cli.terminal import console, environment_settings, fail, json_option, now, say, working
from api.serving import store_for
from api.settings import secret_key
from audits.arriving.from_phone import Brought, Door, bring_in
from audits.arriving.walk_file import read_walk_file
from audits.darkroom.children import Darkroom
from migrations.sealing import Seal


@click.command("walk-file")
@click.argument("file", type=click.Path(path_type=Path))
@json_option
@working
async def walk_file(file: Path, as_json: bool) -> None:
    """What an auditor saved with "save a copy" because her phone could not send it.

    It passes the same checks as if the phone had sent it, may be imported again, and may have arrived in part. The
    file holds what she said alone: delete it when it is in.
    """
    settings = environment_settings()
    content = read_walk_file(_content(file))
    async with Darkroom() as darkroom:
        door = Door(
            darkroom=darkroom,
            photo_store=store_for(settings),
            seal=Seal(secret_key(settings)),
            now=now(),
        )
        brought = await bring_in(content, door)
    _tell(file, brought, as_json=as_json)


def _content(file: Path) -> bytes:
    if not file.is_file():
        fail(f"There is no file {file}. Check its name and folder.")
    return file.read_bytes()


def _tell(file: Path, brought: Brought, *, as_json: bool) -> None:
    words = (
        f"{file.name}: {brought.walks} new walks, {brought.responses} new responses, {brought.photos} new photos; "
        f"{brought.there} were there already; {brought.complete} walks are complete."
    )
    facts = msgspec.to_builtins(brought)
    facts["refused"] = [{"what": what, "reason": reason} for what, reason in brought.refused]
    say(words, as_json=as_json, **facts)
    if not brought.refused:
        return
    if not as_json:
        table = Table("what", "why it was not taken")
        for what, reason in brought.refused:
            table.add_row(escape(what), escape(reason))
        console().print(table)
    fail(f"{len(brought.refused)} parts of the file were not taken. Keep the file, and see what stands beside each.")
