"""What is written down is what is there: settings, commands, problems, columns, the map of the tree, the tour."""

import doctest
import importlib
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from api.cli.main import main
from api.problems import BY_STATUS, CATALOGUE, FAULT
from api.roles import ROUTES
from api.settings import PREFIX, SETTINGS
from audits.actions.plan.as_csv import COLUMNS as PLAN_COLUMNS
from audits.reports.files.as_csv import COLUMNS
from tests.journeys.server import COMMAND, free_port

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf8")
REFERENCE = (ROOT / "docs" / "reference.md").read_text(encoding="utf8")
FORBIDDEN = re.compile(r"/" + r"work/|/" + r"root/|pypi\.org|registry\.npm|deb\.debian", re.IGNORECASE)


PACKAGES = ("api", "audits", "charter", "geo", "migrations")
WITH_EXAMPLES = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
    if "node_modules" not in path.parts and ">>>" in path.read_text(encoding="utf8")
]


@pytest.mark.parametrize("module", WITH_EXAMPLES)
def test_examples_say_what_happens(module: str) -> None:
    """Those of the docstrings, run."""
    ran = doctest.testmod(importlib.import_module(module.removesuffix(".__init__")))

    assert ran.attempted > 0 and ran.failed == 0


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_stands_in_the_readme(name: str) -> None:
    """With its sentence."""
    assert f"`{PREFIX}{name}`" in README
    assert SETTINGS[name][1].rstrip(".") in README


def commands(group: click.Group, path: str = "night-safety") -> Iterator[tuple[str, click.Command]]:
    """Every command under `group`, with its words."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


@pytest.mark.parametrize(("words", "command"), list(commands(main)), ids=lambda value: str(value)[:40])
def test_every_command_is_explained(words: str, command: click.Command) -> None:
    """In the reference and in its own help, and each option in the help."""
    assert f"`{words}" in REFERENCE
    assert command.help
    assert all(option.help for option in command.params if isinstance(option, click.Option))


def test_every_problem_is_explained() -> None:
    """A client's programmer finds each name and what it means."""
    names = {problem.name for problem in CATALOGUE.values()} | {name for name, _, _ in BY_STATUS.values()} | {FAULT[0]}

    assert {name for name in names if f"`{name}`" not in REFERENCE} == set()


def test_every_route_is_listed() -> None:
    """With who may call it."""
    assert {route for route in ROUTES if f"`{route}`" not in REFERENCE} == set()


def test_every_column_of_the_stops_is_explained() -> None:
    """An analyst finds what a column holds and what blank means."""
    assert {column for column in COLUMNS if f"`{column}`" not in REFERENCE} == set()


def test_every_column_of_the_plan_is_explained() -> None:
    """A responsible body finds what a column holds, and what the public does not see."""
    section = REFERENCE.split("## `plan.csv`")[1].split("\n## ")[0]

    assert {column for column in PLAN_COLUMNS if f"| `{column}` |" not in section} == set()


def test_every_property_of_a_hotspot_is_explained() -> None:
    """A design review's analyst finds what each figure of a cell says."""
    source = (ROOT / "audits" / "reports" / "files" / "as_geojson.py").read_text(encoding="utf8")
    properties = re.findall(r'^ +"(\w+)": finding\.', source, re.MULTILINE)

    assert {"class", "q", "stability"} <= set(properties)
    assert {name for name in properties if f"| `{name}` |" not in REFERENCE} - {"id"} == set()


def test_the_map_of_the_tree_is_true() -> None:
    """Every file or folder that the README's map names is there."""
    block = README.split("## The tree")[1].split("```")[1]
    named = [line.split()[0] for line in block.splitlines() if line.strip()]

    assert len(named) > 10
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_no_file_names_a_machine_or_a_registry() -> None:
    """The repository says nothing of where it was made or fetched from."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    texts = {name: (ROOT / name).read_bytes().decode("utf8", "ignore") for name in listed if (ROOT / name).is_file()}

    assert listed
    assert [name for name, text in texts.items() if FORBIDDEN.search(text)] == []


def tour() -> str:
    """The shell blocks of the README's tour, in order."""
    section = README.split("## The same by `curl`")[1].split("\n## ")[0]
    return "\n".join(re.findall(r"```sh\n(.*?)```", section, re.DOTALL))


def test_the_tour_works_as_it_is_written(tmp_path: Path) -> None:
    """Every command of the tour runs, with only the folder and the port changed, and ends with a report."""
    script = tour().replace("8010", str(free_port())).replace("./data/tour", str(tmp_path / "tour"))
    path = f"{Path(COMMAND).parent}:{os.environ['PATH']}"
    clean = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)} | {"PATH": path}
    with (tmp_path / "said").open("wb") as said:
        words = ["bash", "-euo", "pipefail", "-c", script]
        ran = subprocess.Popen(words, cwd=tmp_path, env=clean, stdout=said, stderr=said, start_new_session=True)
        try:
            code = ran.wait(timeout=60)
        finally:
            os.killpg(ran.pid, signal.SIGKILL)

    assert code == 0, (tmp_path / "said").read_text()[-3000:]
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")
