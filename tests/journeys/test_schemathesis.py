"""Whatever the documented interface allows to be asked, nothing answers with a server error."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.journeys.conftest import Pilot

EXAMPLES = 12
SCHEMATHESIS = str(Path(sys.executable).with_name("schemathesis"))


@pytest.mark.parametrize("role", ["public", "auditor", "administrator"])
def test_no_documented_request_ends_in_a_server_error(pilot: Pilot, role: str) -> None:
    """Generated requests for every operation, as a stranger, as an auditor and as an administrator."""
    headers = {
        "public": {},
        "auditor": pilot.auditors[0],
        "administrator": {
            "Authorization": "Bearer "
            + pilot.server.last_word("tokens", "create", "--role", "administrator", "--name", "Admin")
        },
    }[role]
    words = [SCHEMATHESIS, "run", f"{pilot.server.address}/api/openapi.json", "--checks", "not_a_server_error"]
    words += ["--max-examples", str(EXAMPLES), "--seed", "1", "--no-color", "--suppress-health-check", "all"]
    words += [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    done = subprocess.run(words, capture_output=True, text=True, timeout=300, cwd=pilot.server.data_dir)

    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-500:]
    assert '"status": 500' not in pilot.server.log()
