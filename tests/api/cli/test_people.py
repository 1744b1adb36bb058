"""`night-safety people`: the first administrator begins at the command line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import main

Run = Callable[..., Result]
ANN = ("people", "create", "--email", "ann@staff.example", "--name", "Ann")


@pytest.fixture
def run(database_url: str, tmp_path: Path) -> Run:
    """`night-safety` with those words, on a fresh database."""
    environment = {"NIGHT_SAFETY_DATABASE_URL": database_url, "NIGHT_SAFETY_DATA_DIR": str(tmp_path)}
    return lambda *words: CliRunner().invoke(main, [*map(str, words)], env=environment)


def test_the_first_administrator_is_told_what_to_do_next(run: Run) -> None:
    """Where to sign in, and as whom."""
    added = run(*ANN, "--role", "administrator")

    assert added.exit_code == 0, added.output
    assert "/sign-in" in added.output
    assert "ann@staff.example" in added.output


def test_a_script_reads_who_is_staff(run: Run) -> None:
    """With every role that was given."""
    added = json.loads(run(*ANN, "--role", "lead", "--role", "analyst", "--role", "lead", "--json").output)
    listed = json.loads(run("people", "list", "--json").output)["people"]

    assert [(person["id"], person["roles"]) for person in listed] == [(added["id"], ["analyst", "lead"])]
    assert listed[0]["second_factor"] is False


def test_an_address_is_one_person(run: Run) -> None:
    """Also in capitals."""
    run(*ANN, "--role", "lead")
    again = run("people", "create", "--email", "ANN@staff.example", "--name", "Another", "--role", "analyst")

    assert again.exit_code == 1
    assert "has this address already" in again.stderr


@pytest.mark.parametrize("email", ["", "ann", "ann@@staff.example", "a\nb@staff.example"])
def test_nobody_is_added_without_an_address(run: Run, email: str) -> None:
    """Nothing could ever be sent to her."""
    answer = run("people", "create", "--email", email, "--name", "Ann", "--role", "lead")

    assert answer.exit_code == 1
    assert json.loads(run("people", "list", "--json").output)["people"] == []


def test_a_lost_phone_is_helped_by_address_only_for_staff(run: Run) -> None:
    """A stranger's address helps nobody."""
    run(*ANN, "--role", "lead")

    assert run("people", "reset-second-factor", "Ann@Staff.Example").exit_code == 0
    assert run("people", "reset-second-factor", "bob@staff.example").exit_code == 1


def test_the_doctor_misses_an_administrator(run: Run) -> None:
    """And says how to make one."""

    def found() -> str:
        findings = json.loads(run("doctor", "--json").output.splitlines()[0])["findings"]
        return str(next(finding["words"] for finding in findings if finding["what"] == "people"))

    before = found()
    run(*ANN, "--role", "administrator")

    assert "people create --role administrator" in before
    assert "people create" not in found()
