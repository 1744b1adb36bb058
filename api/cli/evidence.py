"""`night-safety evidence`: the method on trial, for whoever wants to see for themselves."""

from typing import Any

import click
import msgspec
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from api.cli.terminal import console, json_option, say
from geo.hotspots import METHOD, METHOD_VERSION
from geo.trials.proof import FIRST_SEED, ChangeRecord, Proof, Record, Trials, prove

PLANTED_HEADINGS = ("wrong sign", "power", "found", "testable", "planted")


@click.group()
def evidence() -> None:
    """The method behind the hotspots."""


@evidence.command()
@click.option("--short", is_flag=True, help="A few worlds of each kind, in seconds.")
@click.option(
    "--seed", type=click.IntRange(min=0), default=FIRST_SEED, show_default=True, help="The first world's seed."
)
@json_option
def simulate(short: bool, seed: int, as_json: bool) -> None:
    """Make up worlds in which the truth is known, and count what each method gets wrong and finds in them.

    Pilots are 12 women and 5 walks at one place, Londons 30 places of 100 walks. In null worlds nothing differs, so
    that every flag is false; in planted ones some places are worse. docs/method.md says what the columns mean.
    """
    trials = Trials.short() if short else Trials()
    columns = (TextColumn("worlds"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console(), transient=True, disable=as_json) as progress:
        task = progress.add_task("worlds", total=trials.total)
        proof = prove(trials, first_seed=seed, told=lambda done: progress.update(task, completed=done))
    if as_json:
        facts: dict[str, Any] = msgspec.to_builtins(proof)
        say("", as_json=True, method=METHOD, method_version=METHOD_VERSION, first_seed=seed, **facts)
        return
    for table in _tables(proof):
        console().print(table)
    console().print(_about_changes(proof.changes))


def _tables(proof: Proof) -> list[Table]:
    kinds = dict.fromkeys((record.kind, record.factor) for record in proof.records)
    return [_table(*each, [r for r in proof.records if (r.kind, r.factor) == each]) for each in kinds]


def _table(kind: str, factor: str, records: list[Record]) -> Table:
    planted = kind.startswith("planted")
    table = Table("method", title=f"{records[0].worlds} times {kind}, {factor}", title_justify="left")
    for heading in ("worlds flagged", "cells flagged", *(PLANTED_HEADINGS if planted else ())):
        table.add_column(heading, justify="right")
    for record in records:
        table.add_row(record.method, *_cells(record, planted))
    return table


def _cells(record: Record, planted: bool) -> list[str]:
    always = [f"{record.worlds_flagged} of {record.worlds}", f"{record.flagged} of {record.testable}"]
    if not planted:
        return always
    shares = [_share(record.wrong, record.flagged, "%"), _share(record.worse_flagged, record.worse)]
    return [*always, *shares, *map(str, (record.discs_found, record.discs_testable, record.discs))]


def _share(part: int, whole: int, unit: str = "") -> str:
    if not whole:
        return "–"
    return f"{100 * part / whole:.1f} %" if unit else f"{part / whole:.2f}"


def _about_changes(changes: ChangeRecord) -> str:
    return (
        f"Before and after, {changes.worlds} Londons in which nothing was done, half of the worst-looking quarter "
        f"being sites by lot: naive difference {changes.naive:+.3f} of a score, matched on the whole baseline "
        f"{changes.full:+.3f}, on half of it {changes.split:+.3f}; an effect was claimed in {changes.claimed}."
    )
