"""Whatever the documented interface allows to be asked, nothing answers with a server error."""

import subprocess
import sys
from pathlib import Path

import pytest

from api.roles import ROUTES, Role
from tests.journeys.conftest import Pilot, bearer

EXAMPLES = 12
SCHEMATHESIS = str(Path(sys.executable).with_name("schemathesis"))
ASKING = (Role.PUBLIC, Role.AUDITOR, Role.ADMINISTRATOR)
UNDOCUMENTED = {"GET /api/openapi.json"}


def opened_by(role: Role) -> list[str]:
    """The operations that open to `role` and to nobody before it in ASKING; all others refuse it, by `test_roles`."""
    first = {route: next((one for one in ASKING if one in who), None) for route, who in ROUTES.items()}
    return [route for route, one in first.items() if one == role and " /api/" in route and route not in UNDOCUMENTED]


def headers_of(role: Role, pilot: Pilot) -> dict[str, str]:
    """How a caller of that role is known."""
    if role == Role.AUDITOR:
        return pilot.auditors[0]
    return (
        bearer(pilot.server.last_word("tokens", "create", "--role", role, "--name", role))
        if role == Role.ADMINISTRATOR
        else {}
    )


@pytest.mark.parametrize("role", ASKING)
def test_no_documented_request_ends_in_a_server_error(pilot: Pilot, role: Role) -> None:
    """Generated requests for every operation, by the caller to whom it opens first."""
    words = [SCHEMATHESIS, "run", f"{pilot.server.address}/api/openapi.json", "--checks", "not_a_server_error"]
    words += ["--max-examples", str(EXAMPLES), "--seed", "1", "--no-color", "--suppress-health-check", "all"]
    words += [part for name, value in headers_of(role, pilot).items() for part in ("-H", f"{name}: {value}")]
    words += [part for operation in opened_by(role) for part in ("--include-name", operation)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=300, cwd=pilot.server.data_dir)

    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-500:]
    assert f"Selected: {len(opened_by(role))}/" in done.stdout, done.stdout[:1000]
    assert '"status": 500' not in pilot.server.log()
