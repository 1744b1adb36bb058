"""The app's rules, which are JavaScript, run by node's own test runner: one test here for each file of theirs."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

RULES = sorted((Path(__file__).parent / "rules").glob("*.test.mjs"))
# Where a machine has no npm, `make assets` brings node into the environment.
NODE = shutil.which("node", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))


@pytest.mark.skipif(NODE is None, reason="node is not here: run `make assets`.")
@pytest.mark.parametrize("file", RULES, ids=lambda file: file.name.removesuffix(".test.mjs"))
def test_a_rule_of_the_app_holds(file: Path) -> None:
    """Every test of the file passes, and there are some."""
    done = subprocess.run([str(NODE), "--test", str(file)], capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 0, done.stdout
    assert "\n# fail 0" in done.stdout and "\n# pass 0" not in done.stdout, done.stdout
