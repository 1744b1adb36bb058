"""`night-safety import`, as an operator types it."""

import json
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result

from api.cli.arriving.imports import import_
from api.cli.programmes import programmes
from tests.audits.arriving.test_in_bulk import line
from tests.audits.builders import BRIXTON
from tests.geo.places.files import geojson, naptan, square, venues

LAMBETH = ({"gss": "E09000022", "name": "Lambeth"}, square(-0.2, 51.4, 0.1))
Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str, tmp_path: Path) -> Run:
    """Run `night-safety import ...` on a fresh database."""
    environment = {"NIGHT_SAFETY_DATABASE_URL": database_url, "NIGHT_SAFETY_DATA_DIR": str(tmp_path)}
    return lambda *words: CliRunner(env=environment).invoke(import_, [str(word) for word in words])


@pytest.fixture
def boroughs(tmp_path: Path) -> Path:
    """A file with one borough."""
    path = tmp_path / "boroughs.geojson"
    path.write_bytes(geojson(LAMBETH).getvalue())
    return path


@pytest.fixture
def hubs(tmp_path: Path) -> Path:
    """A NaPTAN file with a station in Lambeth, one outside London, a platform and one that is closed."""
    path = tmp_path / "940Stops.csv"
    stops = (
        {"Longitude": "-0.15", "Latitude": "51.45"},
        {"ATCOCode": "9400ZZXXFAR", "Longitude": "-0.6", "Latitude": "51.5"},
        {"ATCOCode": "9400ZZLUBXN1", "StopType": "PLT"},
        {"ATCOCode": "9400ZZLUOLD", "Status": "inactive"},
    )
    path.write_bytes(naptan(*stops).getvalue())
    return path


def test_a_second_import_says_that_nothing_changed(run: Run, boroughs: Path) -> None:
    first, second = run("boroughs", boroughs), run("boroughs", boroughs)

    assert (first.exit_code, first.stdout) == (0, "boroughs.geojson: 1 new, 0 changed, 0 unchanged.\n")
    assert (second.exit_code, second.stdout) == (0, "boroughs.geojson: 0 new, 0 changed, 1 unchanged.\n")


def test_what_was_skipped_is_told_with_the_reason_and_the_row(run: Run, boroughs: Path, hubs: Path) -> None:
    run("boroughs", boroughs)
    told = run("hubs", hubs)

    assert "2 new, 0 changed, 0 unchanged" in told.stdout
    assert "skipped: not active (inactive)" in told.stdout
    assert "outside London" in told.stdout


def test_a_script_reads_the_summary_as_json(run: Run, boroughs: Path, hubs: Path) -> None:
    run("boroughs", boroughs)
    summary = json.loads(run("hubs", hubs, "--json").stdout)

    assert (summary["new"], summary["boroughs_assigned"], summary["without_borough"]) == (2, 1, 1)
    assert {(skipped["count"], tuple(skipped["first_rows"])) for skipped in summary["skipped"]} == {
        (1, (4,)),
        (1, (5,)),
    }


def test_what_venues_are_is_told_by_the_files_name_or_the_operator(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(venues({}).getvalue())

    assert json.loads(run("venues", path, "--category", "pub", "--json").stdout)["new"] == 1
    assert json.loads(run("venues", path, "--category", "pub", "--json").stdout)["unchanged"] == 1
    assert json.loads(run("venues", path, "--json").stdout)["new"] == 1


def test_the_source_can_be_named(run: Run, boroughs: Path) -> None:
    run("boroughs", boroughs)
    renamed = run("boroughs", boroughs, "--source", "Ordnance Survey")

    assert "0 new, 1 changed" in renamed.stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("boroughs", "nowhere.geojson"), "There is no file nowhere.geojson."),
        (("boroughs", "."), "is a folder"),
        (("wards", __file__), "This is not a GeoJSON file of London wards"),
        (("hubs", __file__), "This is not a NaPTAN file"),
    ],
)
def test_a_file_that_cannot_be_imported_fails_with_a_sentence(run: Run, words: tuple[str, ...], sentence: str) -> None:
    failed = run(*words)

    assert (failed.exit_code, failed.stdout) == (1, "")
    assert sentence in failed.stderr
    assert "Traceback" not in failed.stderr


@pytest.mark.parametrize(
    "words", [("boroughs",), ("palaces", "x"), ("hubs", "x", "--speed"), ("venues", "x", "--category", "?")]
)
def test_wrong_usage_has_its_own_exit_code(run: Run, words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2


def test_a_database_that_was_never_made_is_a_sentence(tmp_path: Path, boroughs: Path) -> None:
    environment = {"NIGHT_SAFETY_DATA_DIR": str(tmp_path / "none")}
    failed = CliRunner(env=environment).invoke(import_, ["boroughs", str(boroughs)])

    assert failed.exit_code == 1
    assert "night-safety db upgrade" in failed.stderr


@pytest.fixture
def programme(database_url: str, tmp_path: Path) -> str:
    """A programme to import walks into, made as an operator makes it."""
    area = tmp_path / "area.geojson"
    area.write_text(json.dumps(BRIXTON))
    environment = {"NIGHT_SAFETY_DATABASE_URL": database_url, "NIGHT_SAFETY_DATA_DIR": str(tmp_path)}
    words = ["create", "--name", "Old audits", "--area", str(area), "--opens-on", "2026-10-01"]
    made = CliRunner(env=environment).invoke(programmes, words)
    assert made.exit_code == 0, made.output
    return made.stdout.split()[-1]


def test_walks_come_in_and_what_was_not_taken_is_named(run: Run, programme: str, tmp_path: Path) -> None:
    """Blank lines count as lines and are passed over; a bad line fails the command and keeps no other out."""
    file = tmp_path / "old.jsonl"
    file.write_text("\n".join([json.dumps(line()), "", "{", json.dumps(line()), ""]))
    told = run("walks", file, "--programme", programme, "--json")
    facts = json.loads(told.stdout)

    assert told.exit_code == 1
    assert (facts["new"], facts["stops"], facts["responses"]) == (2, 4, 8)
    assert [each["line"] for each in facts["refused"]] == [3]
    assert "1 of the file's lines were not taken" in told.stderr


def test_walks_again_find_everything_there(run: Run, programme: str, tmp_path: Path) -> None:
    """A file that was imported may be imported again."""
    file = tmp_path / "old.jsonl"
    file.write_text(json.dumps(line()) + "\n")
    first, again = (run("walks", file, "--programme", programme) for _ in range(2))

    assert first.stdout.startswith("old.jsonl: 1 new walks with 2 stops (0 in quarantine)")
    assert (again.exit_code, "1 there already" in again.stdout) == (0, True)


def test_walks_for_no_programme_are_refused(run: Run, tmp_path: Path) -> None:
    """Before a line is read."""
    file = tmp_path / "old.jsonl"
    file.write_text(json.dumps(line()))
    told = run("walks", file, "--programme", str(uuid4()))

    assert told.exit_code == 1
    assert "programme" in told.stderr


def test_a_file_that_is_no_saved_copy_is_refused(run: Run, tmp_path: Path) -> None:
    """With a sentence and exit code 1; so is one that is not there."""
    (tmp_path / "copy.json").write_text("{}")
    told, absent = run("walk-file", tmp_path / "copy.json"), run("walk-file", tmp_path / "nothing.json")

    assert (told.exit_code, absent.exit_code) == (1, 1)
    assert "no copy saved by the app" in told.stderr
    assert "There is no file" in absent.stderr
