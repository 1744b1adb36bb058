"""`night-safety verify-trail`, as an operator types it."""

import asyncio
import json
from pathlib import Path
from uuid import uuid4

from click.testing import CliRunner, Result

from api.cli.main import main
from api.settings import secret_key
from audits.events import TRAIL, note_event
from charter import events as register
from migrations.database import execute, open_database, transaction
from migrations.sealing import Seal
from migrations.trail.linking import link_events
from tests.audits.builders import NOW
from tests.people import settings_for


def test_the_trail_is_verified_by_command(database_url: str, tmp_path: Path) -> None:
    """It prints the head that it takes the next time; a change ends it with 1, and a head that is none with 2."""
    settings = settings_for(tmp_path, database_url)
    environment = {"NIGHT_SAFETY_DATABASE_URL": database_url, "NIGHT_SAFETY_DATA_DIR": str(settings.data_dir)}

    def run(*words: str) -> Result:
        return CliRunner(env=environment).invoke(main, ["verify-trail", *words])

    async def do(*statements: str) -> None:
        async with open_database(database_url):
            async with transaction():
                await note_event("accepted", of="walk", id=uuid4(), by="lead", at=NOW)
                await register.note_event("suspended", of="signatory", id=uuid4(), by="desk", at=NOW)
                for statement in statements:
                    await execute(statement)
            for trail in (TRAIL, register.TRAIL):
                await link_events(trail, seal=Seal(secret_key(settings)), now=NOW)

    asyncio.run(do())
    first = json.loads(run("--json").stdout)
    asyncio.run(do())
    again = run("--expect", first["head"], "--expect-register", first["register"]["head"])
    swapped = run("--expect", first["register"]["head"])
    asyncio.run(do("update audit_event set actor = 'nobody' where number = 1"))
    changed, wrong = run(), run("--expect", "yesterday")
    asyncio.run(do("update charter_event set detail = '{}' where number = 2"))
    both = run()

    assert first["verified"] and first["links"] == 1 and again.exit_code == 0
    assert again.stdout.count("2 links verified") == 2 and again.stdout.count("head 2:") == 2
    assert "not the one that was written down" in swapped.stderr
    assert "register" not in changed.stderr and "The trail of the register does not verify" in both.stderr
    assert changed.exit_code == 1 and "says something else" in changed.stderr
    assert run("--json").exit_code == 1 and wrong.exit_code == 2
