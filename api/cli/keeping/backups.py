"""`night-safety backup`, `verify-backup` and `restore`."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from api.backups.making import Stores, make_backup
from api.backups.restoring import erasures_known, read_erasures, restore_backup
from api.backups.restoring import verify_backup as verify
from api.cli.terminal import FAULTS, P, environment_settings, fail, json_option, now, say, working
from api.serving import store_for
from api.settings import secret_key
from audits.people.erasure import Remembered
from migrations.sealing import Seal

UNKNOWN_ERASURES = (
    "The present database cannot say who was erased since this backup, and would bring them back. Name the newest list "
    "with --erasures FILE (`night-safety erasures --json` writes it), or say --without-erasures if nobody was."
)
folder_argument = click.argument("backup", type=click.Path(path_type=Path, exists=True, file_okay=False))


def without_database(command: Callable[P, Awaitable[None]]) -> Callable[P, None]:
    """Make a click command of a coroutine that opens databases by itself."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            asyncio.run(command(*args, **kwargs))  # type: ignore[arg-type]
        except FAULTS as fault:
            fail(fault)

    return run


@click.command()
@click.option("--to", "to", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder of backups.")
@json_option
@working
async def backup(to: Path, as_json: bool) -> None:
    """Copy the database and the files it refers to into a new folder, while the service runs.

    The key that opens what is sealed is not among them: keep a copy of the secret file somewhere else.
    """
    with _bar(hidden=as_json) as told:
        folder, manifest = await make_backup(_stores(), to, now=now(), told=told)
    size = sum(one.bytes for one in (manifest.database, *manifest.files))
    words = (
        f"Backed up to {folder}: the database and {len(manifest.files)} files, {size / 1e6:.1f} MB.\n"
        f"Keep a copy of the secret file apart from it. Check it with: night-safety verify-backup {folder}"
    )
    say(words, as_json=as_json, folder=str(folder), files=len(manifest.files), bytes=size)


@click.command("verify-backup")
@folder_argument
@json_option
@without_database
async def verify_backup(backup: Path, as_json: bool) -> None:
    """Bring a backup back aside, and check every hash and that no row misses its file."""
    manifest = await verify(backup, like=environment_settings().database_url)
    words = f"{backup} is whole: the database and {len(manifest.files)} files of {manifest.made_at:%Y-%m-%d %H:%M} UTC."
    say(words, as_json=as_json, made_at=manifest.made_at, files=len(manifest.files))


@click.command()
@folder_argument
@click.option("--erasures", type=click.Path(path_type=Path), help="Who was erased since: `erasures --json` wrote it.")
@click.option("--without-erasures", is_flag=True, help="Nobody was erased since that the present database cannot name.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@without_database
async def restore(backup: Path, erasures: Path | None, without_erasures: bool, yes: bool, as_json: bool) -> None:
    """Bring a backup back in place of the present database, once `serve` and `worker` have stopped.

    Whoever was erased since the backup was made is erased again before anything is served.
    """
    settings, stores = environment_settings(), _stores()
    known = await erasures_known(stores)
    if known is None and erasures is None and not without_erasures:
        fail(UNKNOWN_ERASURES)
    since: list[Remembered] = [*(known or ()), *(read_erasures(erasures) if erasures else ())]
    if known is not None and not yes:
        click.confirm("This replaces the present database. Go on?", abort=True, err=True)
    seal = Seal(secret_key(settings))
    restored = await restore_backup(backup, stores, seal=seal, now=now(), since=since)
    words = (
        f"Restored the database of {restored.made_at:%Y-%m-%d %H:%M} UTC and {restored.files} files; "
        f"{restored.erased_again} people who were erased since are erased again. You may start `serve`."
    )
    facts = {"made_at": restored.made_at, "files": restored.files, "erased_again": restored.erased_again}
    say(words, as_json=as_json, **facts)


def _stores() -> Stores:
    settings = environment_settings()
    return Stores(url=settings.database_url, files=store_for(settings))


@contextmanager
def _bar(*, hidden: bool) -> Iterator[Callable[[int, int], None]]:
    errors = Console(stderr=True)
    with Progress(console=errors, transient=True, disable=hidden or not errors.is_terminal) as progress:
        task = progress.add_task("Copying files", total=None)
        yield lambda done, total: progress.update(task, completed=done + 1, total=total)
