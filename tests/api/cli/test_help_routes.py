"""`night-safety help-routes`, as an operator types it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli.main import main

ENVIRONMENT = "NIGHT_SAFETY_DATABASE_URL", "NIGHT_SAFETY_DATA_DIR"


@pytest.mark.only_on("sqlite")
def test_what_is_shown_can_be_edited_and_published(database_url: str, tmp_path: Path) -> None:
    """And what cannot be dialled is named, with nothing changed."""

    def run(*words: str) -> Result:
        environment = dict(zip(ENVIRONMENT, (database_url, str(tmp_path)), strict=True))
        return CliRunner(env=environment).invoke(main, ["help-routes", *words])

    file = tmp_path / "routes.json"
    shown = json.loads(run("show", "--json").stdout)
    file.write_text(json.dumps({"dated": "2027-01-02", "routes": shown["routes"][:2]}))
    published = run("publish", str(file))
    shown["routes"][1]["contact"] = "ring me"
    file.write_text(json.dumps(shown))
    refused = run("publish", str(file))
    after = run("show")

    assert published.stdout == "Published version 2027-1: 2 routes.\n"
    assert refused.exit_code == 1 and "routes[1].contact: Write a telephone number." in refused.stderr
    assert "Version 2027-1, right as of 02 January 2027." in after.stdout and "999" in after.stdout
