"""`night-safety serve` and `night-safety worker`."""

import asyncio
import signal

import click
from granian.constants import Interfaces
from granian.server import Server

from api.cli.database import run
from api.cli.terminal import environment_settings, fail, now
from api.logs import log_to_stderr
from api.serving import tools_for
from api.worker import work_until
from migrations.database import open_database
from migrations.runner import status


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on.")
def serve(host: str, port: int) -> None:
    """Serve the pages and the interface, and do the chores (letters, retention) beside."""
    _check()
    click.echo(f"Night Safety is on http://{host}:{port}/ (stop with Ctrl+C)")
    Server(
        "api.serving:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        factory=True,
        workers=1,
        websockets=False,
        log_access=False,
        log_enabled=False,
        backlog=1024,
    ).serve()


@click.command()
def worker() -> None:
    """Do the chores alone, for a deployment where several `serve` share one database."""
    log_to_stderr()
    _check()
    asyncio.run(_work())


async def _work() -> None:
    settings = environment_settings()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with open_database(settings.database_url):
        await work_until(stop, tools_for(settings, clock=now))


def _check() -> None:
    """Refuse to start on a database of another version: half a service is worse than none."""
    if not run(status(environment_settings().database_url)).is_current:
        fail("The database is not up to date with this version. Run `night-safety db upgrade` first.")
