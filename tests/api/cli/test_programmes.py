"""`night-safety programmes` and `tokens`, as a person and as a script use them."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner, Result

from api.cli import main
from api.sessions.tokens import whose
from audits.errors import NoSuchProgramme
from audits.queries import OPERATOR, Caller, ProgrammeFacts, programme
from migrations.database import open_database
from migrations.sealing import hash_token
from tests.audits.builders import BRIXTON, TOWPATH

Run = Callable[..., Result]
OTHER_LEAD = Caller(id="another", lead=True)


@pytest.fixture
def run(database_url: str, tmp_path: Path) -> Run:
    """`night-safety` with those words, on a fresh database."""
    environment = {"NIGHT_SAFETY_DATABASE_URL": database_url, "NIGHT_SAFETY_DATA_DIR": str(tmp_path)}
    return lambda *words: CliRunner().invoke(main, [*map(str, words)], env=environment)


@pytest.fixture
def area(tmp_path: Path) -> Path:
    """A file as a GIS exports it: one feature in a collection, with a byte order mark."""
    feature = {"type": "Feature", "properties": {"name": "Brixton"}, "geometry": BRIXTON}
    return written(tmp_path, {"type": "FeatureCollection", "features": [feature]})


def written(folder: Path, geojson: Any) -> Path:
    """That GeoJSON in a file."""
    file = folder / f"{uuid4().hex}.geojson"
    file.write_text(json.dumps(geojson), encoding="utf-8-sig")
    return file


def facts(database_url: str, programme_id: str, caller: Caller = OPERATOR) -> ProgrammeFacts:
    """The programme as it is stored."""

    async def ask() -> ProgrammeFacts:
        async with open_database(database_url):
            return await programme(UUID(programme_id), caller=caller)

    return asyncio.run(ask())


def test_a_programme_is_created_from_a_file(run: Run, area: Path, database_url: str) -> None:
    """Its id is the last word; every lead may lead it, and any night may be walked."""
    done = run("programmes", "create", "--name", "Brixton after dark", "--area", area)
    made = facts(database_url, done.stdout.split()[-1], OTHER_LEAD)

    assert done.exit_code == 0, done.output
    assert (made.name, made.opens_on.year, made.closes_on.year, made.instrument_version) == (
        "Brixton after dark",
        2018,
        2099,
        1,
    )


def test_everything_can_be_said(run: Run, tmp_path: Path, database_url: str) -> None:
    """A line with its width, dates, the leading authority and the lead who alone leads it; in JSON."""
    words = [
        "programmes",
        "create",
        "--name",
        "Towpath",
        "--area",
        written(tmp_path, TOWPATH),
        "--width-m",
        30,
        "--json",
    ]
    dates = ["--opens-on", "2026-10-01", "--closes-on", "2026-12-31", "--lead-body", "E09000012"]
    lead = json.loads(run("tokens", "create", "--role", "lead", "--name", "Ama", "--json").stdout)
    told = json.loads(run(*words, *dates, "--lead", "Ama").stdout)

    assert (told["name"], told["opens_on"], told["lead_body"]) == ("Towpath", "2026-10-01", "E09000012")
    assert facts(database_url, told["id"], Caller(id=lead["id"], lead=True)).width_m == 30
    with pytest.raises(NoSuchProgramme):
        facts(database_url, told["id"], OTHER_LEAD)


@pytest.mark.parametrize(
    ("geojson", "words"),
    [
        (TOWPATH, "width_m"),
        ({"type": "FeatureCollection", "features": []}, "one feature"),
        ({"type": "Feature", "geometry": None}, "area"),
        ([1, 2], "GeoJSON"),
        ({"type": "Point", "coordinates": [0, 51]}, "area"),
    ],
)
def test_a_bad_area_fails_with_a_sentence(run: Run, tmp_path: Path, geojson: Any, words: str) -> None:
    """Exit code 1, on standard error, and nothing made."""
    failed = run("programmes", "create", "--name", "x", "--area", written(tmp_path, geojson))

    assert failed.exit_code == 1 and words in failed.stderr and failed.stdout == ""
    assert json.loads(run("programmes", "list", "--json").stdout) == {"programmes": []}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--area", "absent.geojson", "--name", "x"], 2),
        (["--name", "x"], 2),
        (["--name", "x", "--opens-on", "soon"], 2),
        (["--name", "", "--area", None], 1),
        (["--name", "x", "--area", None, "--lead", "Nobody"], 1),
        (["--name", "x", "--area", None, "--instrument", "99"], 1),
    ],
)
def test_wrong_usage_and_failure_are_told_apart(run: Run, area: Path, words: list[str | None], code: int) -> None:
    """2 before anything was tried, 1 when the work failed."""
    failed = run("programmes", "create", *(area if word is None else word for word in words))

    assert failed.exit_code == code, failed.output
    assert failed.stderr


def test_a_file_that_is_no_json_fails_with_a_sentence(run: Run, tmp_path: Path) -> None:
    """A shapefile, say."""
    (tmp_path / "area.geojson").write_bytes(b"\x00\x00\x27\x0a\xff\xfe")
    failed = run("programmes", "create", "--name", "x", "--area", tmp_path / "area.geojson")

    assert failed.exit_code == 1 and "is not JSON" in failed.stderr


def test_programmes_are_listed_and_closed(run: Run, area: Path) -> None:
    """For people as a table, for scripts as JSON."""
    made = run("programmes", "create", "--name", "[red]Brixton", "--area", area).stdout.split()[-1]
    closed = run("programmes", "close", made)
    (listed,) = json.loads(run("programmes", "list", "--json").stdout)["programmes"]

    assert closed.exit_code == 0 and closed.stdout.split()[-1] == made
    assert (listed["id"], listed["state"]) == (made, "closed")
    assert "[red]Brixton" in run("programmes", "list").stdout
    assert run("programmes", "close", uuid4()).exit_code == 1


def test_a_token_is_shown_once(run: Run, database_url: str) -> None:
    """As the last word; no list shows it again."""
    token = run("tokens", "create", "--role", "analyst", "--name", "GLA regeneration").stdout.split()[-1]

    async def ask() -> Any:
        async with open_database(database_url):
            return await whose(hash_token(token))

    assert asyncio.run(ask()).role == "analyst"
    assert token not in run("tokens", "list").stdout + run("tokens", "list", "--json").stdout
    assert "GLA regeneration" in run("tokens", "list").stdout


def test_a_token_is_revoked_by_name(run: Run) -> None:
    """Twice is a failure with a sentence: it is not in use any more."""
    run("tokens", "create", "--role", "lead", "--name", "Ama")
    first, second = run("tokens", "revoke", "Ama"), run("tokens", "revoke", "Ama")
    (listed,) = json.loads(run("tokens", "list", "--json").stdout)["tokens"]

    assert (first.exit_code, second.exit_code) == (0, 1)
    assert listed["revoked_at"] and "No token in use" in second.stderr


@pytest.mark.parametrize("words", [["--role", "auditor", "--name", "x"], ["--role", "lead"], ["--name", "x"]])
def test_a_token_needs_a_role_and_a_name(run: Run, words: list[str]) -> None:
    """Auditors join by invitation instead."""
    assert run("tokens", "create", *words).exit_code == 2
