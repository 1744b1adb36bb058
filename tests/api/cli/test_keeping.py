"""`night-safety backup`, `verify-backup`, `restore`, `erase`, `erasures` and `retention`, as an operator types them."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli.main import main
from migrations.database import open_database
from tests.audits.builders import an_auditor

Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str, tmp_path: Path) -> Run:
    """Run `night-safety ...` on a fresh database."""
    environment = {"NIGHT_SAFETY_DATABASE_URL": database_url, "NIGHT_SAFETY_DATA_DIR": str(tmp_path / "data")}
    return lambda *words: CliRunner(env=environment).invoke(main, [str(word) for word in words])


@pytest.fixture
def auditor_id(database_url: str) -> str:
    """An auditor with a phone."""

    async def made() -> str:
        async with open_database(database_url):
            return (await an_auditor()).id

    return asyncio.run(made())


@pytest.mark.only_on("sqlite")
def test_a_backup_comes_back_without_whom_was_erased_since(run: Run, auditor_id: str, tmp_path: Path) -> None:
    """Every command says what it did, and what to do next."""
    made = json.loads(run("backup", "--to", tmp_path / "backups", "--json").stdout)
    erased = run("erase", auditor_id, "--yes")
    whole = run("verify-backup", made["folder"])
    restored = run("restore", made["folder"], "--yes", "--json")
    again = run("erase", auditor_id, "--yes")

    assert (erased.exit_code, whole.exit_code) == (0, 0)
    assert "1 phones" in erased.stdout and "Receipt" in erased.stdout
    assert json.loads(restored.stdout)["erased_again"] == 1
    assert (again.exit_code, "no such auditor" in again.stderr) == (1, True)


@pytest.mark.only_on("sqlite")
def test_a_backup_does_not_come_back_while_nobody_can_say_who_was_erased(
    run: Run, auditor_id: str, database_url: str, tmp_path: Path
) -> None:
    """A list that was kept apart says it; or the operator does."""
    made = json.loads(run("backup", "--to", tmp_path / "backups", "--json").stdout)
    run("erase", auditor_id, "--yes")
    (tmp_path / "erasures.json").write_text(run("erasures", "--json").stdout)
    Path(database_url.removeprefix("sqlite:///")).write_bytes(b"no database any more")
    refused = run("restore", made["folder"], "--yes")
    restored = run("restore", made["folder"], "--erasures", tmp_path / "erasures.json", "--json")

    assert refused.exit_code == 1 and "would bring them back" in refused.stderr
    assert json.loads(restored.stdout)["erased_again"] == 1


def test_a_dry_run_erases_nobody(run: Run, auditor_id: str) -> None:
    """It says the same as the erasure that follows; without --yes that asks first."""
    asked = json.loads(run("erase", auditor_id, "--dry-run", "--json").stdout)
    hesitant = run("erase", auditor_id)
    done = json.loads(run("erase", auditor_id, "--yes", "--json").stdout)

    assert (asked["dry_run"], done["dry_run"], asked["erased"]) == (True, False, done["erased"])
    assert hesitant.exit_code == 1 and "Go on?" in hesitant.stderr


def test_retention_says_what_it_would_do_and_did(run: Run, auditor_id: str) -> None:
    """With the days since when things are of no use."""
    dry, done = run("retention", "--dry-run"), run("retention", "--json")

    assert dry.stdout.startswith("This would let go of the phones of 0 auditors")
    assert json.loads(done.stdout)["contacts"] == 0
