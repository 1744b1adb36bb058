"""`night-safety db`: bring the database up to what this version needs, or back."""

import asyncio

import click

from api.cli.terminal import FAULTS, environment_settings, fail, json_option, say
from migrations import runner


@click.group()
def db() -> None:
    """Make, upgrade or look at the database."""


@db.command()
@json_option
def upgrade(as_json: bool) -> None:
    """Bring the database up to this version, all of it or nothing."""
    settings = environment_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    done = _run(runner.upgrade(settings.database_url))
    names = [str(step) for step in done]
    words = f"Done: {', '.join(names)}." if names else "Nothing to do: the database is up to date."
    say(words, as_json=as_json, applied=names)


@db.command()
@click.argument("steps", type=click.IntRange(min=1), default=1)
@click.confirmation_option(prompt="This deletes what the newest migrations hold. Go on?")
@json_option
def downgrade(steps: int, as_json: bool) -> None:
    """Take back the newest STEPS migrations, with the data they hold."""
    undone = _run(runner.downgrade(environment_settings().database_url, steps=steps))
    names = [str(step) for step in undone]
    say(f"Taken back: {', '.join(names) or 'nothing'}.", as_json=as_json, undone=names)


@db.command()
@json_option
def status(as_json: bool) -> None:
    """Say which migrations are applied and which are waiting."""
    found = _run(runner.status(environment_settings().database_url))
    applied, pending = [str(step) for step in found.applied], [str(step) for step in found.pending]
    words = "\n".join([*(f"applied  {name}" for name in applied), *(f"pending  {name}" for name in pending)])
    say(words, as_json=as_json, applied=applied, pending=pending)


def _run(work):  # type: ignore[no-untyped-def]  # passes any coroutine's answer through
    try:
        return asyncio.run(work)
    except FAULTS as fault:
        fail(fault)
