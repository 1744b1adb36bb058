"""`night-safety export`: all files of an edition in a folder, or none, and the same bytes each time."""

import asyncio
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import main
from audits.programmes import close_programme
from migrations.database import open_database
from tests.audits.builders import LEAD, NOW, a_programme
from tests.audits.reports.walked import Nights, walk_nights

Run = Callable[..., Result]
FILES = {"report.pdf", "report.html", "hotspots.geojson", "workbook.xlsx", "edition.gpkg", "edition.zip", "stops.csv"}


@pytest.fixture
def run(database_url: str, tmp_path: Path) -> Run:
    """`night-safety export` with those words, of the walked programme."""
    environment = {"NIGHT_SAFETY_DATABASE_URL": database_url, "NIGHT_SAFETY_DATA_DIR": str(tmp_path / "data")}
    programme = asyncio.run(walked(database_url))
    options = ["export", "--programme", programme, "--audience", "gla"]
    return lambda *words: CliRunner().invoke(main, [*options, *map(str, words)], env=environment)


async def walked(database_url: str) -> str:
    """The id of a programme that was walked and closed."""
    async with open_database(database_url):
        programme = await a_programme()
        await walk_nights(programme, Nights(walks=2, women=5, state="accepted"))
        await close_programme(programme.id, by=LEAD, now=NOW)
    return str(programme.id)


def hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_an_export_is_the_same_each_time(run: Run, tmp_path: Path) -> None:
    """Two folders, the same bytes; JSON tells the same checksums."""
    first, second = run("--out", tmp_path / "a"), run("--out", tmp_path / "b", "--json")
    told = json.loads(second.stdout)

    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    assert hashes(tmp_path / "a") == hashes(tmp_path / "b")
    assert {file["name"]: file["sha256"] for file in told["files"]} == hashes(tmp_path / "b")
    assert hashes(tmp_path / "b").keys() == FILES and told["title"] == "Brixton after dark"


def test_an_earlier_edition_is_replaced_and_nothing_else(run: Run, tmp_path: Path) -> None:
    """A folder with an edition takes a new one; a folder with somebody's files is left alone."""
    run("--out", tmp_path / "a")
    (theirs := tmp_path / "theirs").mkdir()
    (theirs / "notes.txt").write_text("mine")
    again, refused = run("--out", tmp_path / "a", "--audience", "public"), run("--out", theirs)

    assert (again.exit_code, refused.exit_code) == (0, 1), again.output
    assert hashes(tmp_path / "a").keys() == FILES - {"stops.csv"}
    assert "other files" in refused.stderr and list(theirs.iterdir()) == [theirs / "notes.txt"]


def test_a_failure_leaves_no_folder(run: Run, tmp_path: Path) -> None:
    """An unknown programme, or a title too long: exit code 1, a sentence, and nothing in the folder's place."""
    unknown = run("--programme", "00000000-0000-4000-8000-000000000000", "--out", tmp_path / "a")
    long = run("--title", "x" * 201, "--out", tmp_path / "a")

    assert (unknown.exit_code, long.exit_code) == (1, 1)
    assert "no such programme" in unknown.stderr and "title" in long.stderr
    assert not (tmp_path / "a").exists() and not list(tmp_path.glob(".a-*"))


def test_a_folder_that_cannot_be_written_is_a_sentence(run: Run, tmp_path: Path) -> None:
    """A file in the way of the folder's parent ends with exit code 1, not with a trace."""
    (tmp_path / "file").write_text("in the way")
    blocked = run("--out", tmp_path / "file" / "a")

    assert blocked.exit_code == 1 and "Failed" in blocked.stderr


def test_wrong_words_are_wrong_usage(run: Run, tmp_path: Path) -> None:
    """Exit code 2 for an audience that there is not, and for a folder that was not named."""
    assert run("--audience", "press", "--out", tmp_path / "a").exit_code == 2
    assert run().exit_code == 2


def test_an_exported_folder_verifies_until_a_file_is_changed(run: Run, tmp_path: Path) -> None:
    """`verify-edition` makes every file again without a database; a change is named, with exit code 1."""
    run("--out", tmp_path / "a")
    sound = CliRunner().invoke(main, ["verify-edition", str(tmp_path / "a"), "--json"])
    (tmp_path / "a" / "stops.csv").write_bytes(b"changed")
    changed = CliRunner().invoke(main, ["verify-edition", str(tmp_path / "a")])

    assert sound.exit_code == 0 and json.loads(sound.stdout)["verified"], sound.output
    assert changed.exit_code == 1 and "stops.csv beside it: not the file in the bundle" in changed.stderr
