"""`night-safety db`: bring the database up to what this version needs, or back."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import click

from api.cli.terminal import FAULTS, environment_settings, fail, json_option, say
from migrations import runner

Answer = TypeVar("Answer")


@click.group()
def db() -> None:
    """Make, upgrade or look at the database."""


@db.command()
@json_option
def upgrade(as_json: bool) -> None:
    """Bring the database up to this version, all of it or nothing."""
    settings = environment_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    names = [str(step) for step in run(runner.upgrade(settings.database_url))]
    words = f"Done: {', '.join(names)}." if names else "Nothing to do: the database is up to date."
    say(words, as_json=as_json, applied=names)


@db.command()
@click.option("--to", required=True, help="The migration to go back to, as status names it; `nothing` for all.")
@click.confirmation_option("--yes", prompt="This deletes what the newer migrations hold. Go on?", help="Do not ask.")
@json_option
def downgrade(to: str, as_json: bool) -> None:
    """Take back every migration after the one named by --to, with the data they hold."""
    names = [str(step) for step in run(runner.downgrade(environment_settings().database_url, to=to))]
    say(f"Taken back: {', '.join(names) or 'nothing'}.", as_json=as_json, undone=names)


@db.command()
@json_option
def status(as_json: bool) -> None:
    """Say which migrations are applied and which are waiting."""
    found = run(runner.status(environment_settings().database_url))
    applied, pending = [str(row.step) for row in found.applied], [str(step) for step in found.pending]
    words = "\n".join([*(f"applied  {name}" for name in applied), *(f"pending  {name}" for name in pending)])
    say(words, as_json=as_json, applied=applied, pending=pending)


def run(work: Coroutine[Any, Any, Answer]) -> Answer:
    """Await `work` outside any open database; a fault ends the command with its sentence."""
    try:
        return asyncio.run(work)
    except FAULTS as fault:
        fail(fault)
