"""What every command shares: settings, the open database, one way to speak and one way to fail."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any, NoReturn, ParamSpec

import click
import msgspec
from rich.console import Console
from rich.markup import escape

from api.backups.manifest import BackupError
from api.sessions.errors import SessionError
from api.sessions.tokens import TokenError
from api.settings import BadSetting, Settings, settings_from
from audits.errors import AuditError
from charter.errors import CharterError
from geo.errors import GeoError
from migrations.database import DatabaseError, open_database
from migrations.runner import BadMigration

WIDE = 160  # columns, where no terminal says how many there are
P = ParamSpec("P")
STATEMENT_TIMEOUT_S = 600.0  # a command may take its time; a request may not

# What the work itself can run into; each carries a sentence for the person at the terminal.
FAULTS = (
    AuditError,
    BackupError,
    BadSetting,
    BadMigration,
    CharterError,
    DatabaseError,
    GeoError,
    OSError,
    SessionError,
    TokenError,
)
json_option = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for scripts.")


class Failed(click.ClickException):
    """The work failed: the sentence goes to standard error and the exit code is 1."""

    exit_code = 1

    def show(self, file: Any = None) -> None:
        """Print the sentence on standard error."""
        Console(stderr=True, highlight=False).print(f"[red]Failed:[/] {escape(self.message)}", soft_wrap=True)


def console() -> Console:
    """Where people read: standard output; plain and wide enough for every table when it is a file or a pipe."""
    found = Console(highlight=False, soft_wrap=True)
    return found if found.is_terminal else Console(highlight=False, soft_wrap=True, width=WIDE)


def say(words: str, *, as_json: bool = False, **facts: Any) -> None:
    """Tell the outcome: `words` to a person, or the facts as one JSON object to a script."""
    if as_json:
        click.echo(msgspec.json.encode(facts).decode())
    else:
        click.echo(words)


def environment_settings() -> Settings:
    """The settings of this process's environment; a bad one ends the command with its sentence."""
    return settings_from(os.environ)


def now() -> datetime:
    """The present, as an aware UTC time."""
    return datetime.now(UTC)


def working(command: Callable[P, Awaitable[None]]) -> Callable[P, None]:
    """Make a click command of a coroutine that needs the database, and a sentence of each fault it can run into."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            asyncio.run(_with_database(command, *args, **kwargs))
        except FAULTS as fault:
            fail(fault)

    return run


async def _with_database(command: Callable[P, Awaitable[None]], *args: P.args, **kwargs: P.kwargs) -> None:
    async with open_database(environment_settings().database_url, statement_timeout_s=STATEMENT_TIMEOUT_S):
        await command(*args, **kwargs)


def fail(fault: Exception | str) -> NoReturn:
    """End the command with exit code 1 and a sentence on standard error."""
    sys.stdout.flush()
    raise Failed(str(fault) or type(fault).__name__)
