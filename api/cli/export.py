"""`night-safety export`: make an edition of programmes and put its files into a folder."""

import asyncio
import os
import shutil
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from api.cli.terminal import environment_settings, fail, json_option, now, say, working
from api.serving import store_for
from api.settings import secret_key
from audits.errors import EditionNotAcceptable
from audits.nights import LONDON
from audits.queries import OPERATOR, programme
from audits.reports.editions import STEPS, NewEdition, Press, make_edition
from audits.reports.files.every import MEDIA_TYPES
from audits.reports.gathered import Order
from audits.reports.queries import EditionFacts, FileFacts, files_of
from migrations.sealing import Seal

day = click.DateTime(["%Y-%m-%d"])
instant = click.DateTime(["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"])


@click.command()
@click.option(
    "--programme", "programmes", type=click.UUID, required=True, multiple=True, help="Its id; may be repeated."
)
@click.option("--audience", type=click.Choice(["gla", "public"]), required=True, help="Who may see it.")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="A new or empty folder.")
@click.option("--title", help="What it is called; by default the programme's name.")
@click.option("--from", "from_on", type=day, help="The first night; for the public the first of a month.")
@click.option("--to", "to_on", type=day, help="The last night; for the public the last of a month.")
@click.option("--as-of", type=instant, help="Leave out walks that ended later; London's time without an offset.")
@json_option
@working
async def export(programmes: tuple[UUID, ...], out: Path, as_json: bool, **asked: Any) -> None:
    """Make an edition and put its files into the folder OUT: all of them, or none.

    The same data gives the same bytes. A folder that holds an earlier edition and nothing else is replaced.
    """
    _refuse_other_files(out)
    settings = environment_settings()
    order = await _order(programmes, **asked)
    with _progress(hidden=as_json) as progress:
        task = progress.add_task(STEPS[0], total=len(STEPS) + 1)
        store = store_for(settings)

        async def told(step: str) -> None:
            progress.update(task, description=step, advance=1)

        press = Press(
            photo_store=store,
            seal=Seal(secret_key(settings)),
            public_delay_days=settings.public_delay_days,
            told=told,
        )
        made = await _made(NewEdition(id=uuid4(), order=order, programme_ids=programmes), press)
        files = await files_of(made)
        await asyncio.to_thread(_put, {file.name: await store.get(file.sha256) for file in files}, out)
        progress.update(task, advance=1)
    _tell(made, files, out, as_json=as_json)


async def _order(programmes: tuple[UUID, ...], **asked: Any) -> Order:
    title = asked["title"] or (await programme(programmes[0], caller=OPERATOR)).name
    at: datetime | None = asked["as_of"]
    return Order(
        title=title,
        audience=asked["audience"],
        from_on=asked["from_on"].date() if asked["from_on"] else None,
        to_on=asked["to_on"].date() if asked["to_on"] else None,
        as_of=at.replace(tzinfo=LONDON) if at and at.tzinfo is None else at,
    )


async def _made(new: NewEdition, press: Press) -> EditionFacts:
    try:
        return await make_edition(new, press, by=OPERATOR, now=now())
    except EditionNotAcceptable as refusal:
        fail(" ".join(error.message for error in refusal.errors))


def _progress(*, hidden: bool) -> Progress:
    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    return Progress(*columns, console=Console(stderr=True), disable=hidden, transient=True)


def _refuse_other_files(out: Path) -> None:
    others = {path.name for path in out.iterdir()} - MEDIA_TYPES.keys() if out.exists() else set()
    if others:
        fail(f"{out} holds other files. Name a new or empty folder.")


def _put(contents: dict[str, bytes], out: Path) -> None:
    """Put the files into a folder beside `out`, and turn that into `out` once it is whole."""
    target = out.absolute()
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        for name, content in contents.items():
            _write(draft / name, content)
        draft.chmod(0o700)
        if target.exists():
            shutil.rmtree(target)
        draft.rename(target)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _tell(made: EditionFacts, files: list[FileFacts], out: Path, *, as_json: bool) -> None:
    lines = [f"{file.name}  {file.bytes:,} bytes  {file.sha256}" for file in files]
    say(
        "\n".join([f"{made.title}: {out}", *lines, f"data {made.data_sha256}"]),
        as_json=as_json,
        id=made.id,
        title=made.title,
        audience=made.audience,
        as_of=made.as_of,
        method_version=made.method_version,
        data_sha256=made.data_sha256,
        out=str(out),
        files=[{"name": file.name, "bytes": file.bytes, "sha256": file.sha256} for file in files],
    )
