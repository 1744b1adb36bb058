"""`night-safety doctor`: what is fit for work here, what is not, and what to do about it."""

import asyncio
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import click
from rich.table import Table

from api.cli.terminal import FAULTS, console, environment_settings, fail, json_option, say
from api.pages.assets import missing_assets
from api.sessions.queries import has_administrator
from api.settings import Settings, secret_key
from migrations import runner
from migrations.database import open_database

MIN_FREE_GB = 1.0


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it is fit, and what was found or what to do."""

    what: str
    fit: bool
    words: str


@click.command()
@json_option
def doctor(as_json: bool) -> None:
    """Look at settings, database, key, disk and page assets, and say what to do about what is not fit."""
    try:
        settings = environment_settings()
    except FAULTS as fault:
        fail(fault)
    findings = list(_findings(settings))
    if as_json:
        say("", as_json=True, findings=[{"what": f.what, "fit": f.fit, "words": f.words} for f in findings])
    else:
        console().print(_table(findings))
    if not all(finding.fit for finding in findings):
        fail("Not everything is fit for work; the table says what to do.")


def _findings(settings: Settings) -> Iterator[Finding]:
    yield _database(settings)
    yield _key(settings)
    yield _administrator(settings)
    free_gb = shutil.disk_usage(settings.data_dir if settings.data_dir.exists() else ".").free / 1e9
    yield Finding("disk", free_gb >= MIN_FREE_GB, f"{free_gb:.1f} GB free")
    missing = missing_assets()
    words = f"run `make assets`: missing {', '.join(missing)}" if missing else "assets there"
    yield Finding("pages", not missing, words)


def _database(settings: Settings) -> Finding:
    try:
        found = asyncio.run(runner.status(settings.database_url))
    except FAULTS as fault:
        return Finding("database", False, str(fault))
    if found.pending:
        return Finding("database", False, f"{len(found.pending)} migrations wait: run `night-safety db upgrade`")
    return Finding("database", True, f"up to date, {len(found.applied)} migrations")


def _key(settings: Settings) -> Finding:
    try:
        secret_key(settings)
    except FAULTS as fault:
        return Finding("key", False, str(fault))
    return Finding("key", True, "there, and long enough")


def _administrator(settings: Settings) -> Finding:
    try:
        found = asyncio.run(_has_administrator(settings))
    except FAULTS:
        return Finding("people", False, "cannot be told before the database is fit")
    # Programs sign, walk and read without anybody signed in: it is worth saying and keeps nobody from work.
    advice = "no administrator yet: `night-safety people create --role administrator` makes the first"
    return Finding("people", True, "somebody looks after people" if found else advice)


async def _has_administrator(settings: Settings) -> bool:
    async with open_database(settings.database_url):
        return await has_administrator()


def _table(findings: list[Finding]) -> Table:
    table = Table("", "what", "found")
    for finding in findings:
        table.add_row("[green]fit[/]" if finding.fit else "[red]not fit[/]", finding.what, finding.words)
    return table
