"""`python -m tests.benchmarks.convergence`: 300 runs of 30 steps of phones that sync badly; none may diverge."""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from migrations.runner import upgrade
from tests.convergence.service import Killable
from tests.convergence.test_convergence import tried


def main() -> None:
    """Try them on a fresh database, new ones each time; ends with an error at the first that diverges."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=300)
    options.add_argument("--steps", type=int, default=30)
    options.add_argument("--database", help="An empty database's address; by default SQLite in a temporary folder.")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = chosen.database or f"sqlite:///{folder}/converging.sqlite3"
        asyncio.run(upgrade(url))
        server = Killable(url, Path(folder))
        began = time.perf_counter()
        tried(server, runs=chosen.runs, steps=chosen.steps, anew=True)
        server.end()
    print(f"{chosen.runs} runs of {chosen.steps} steps, no divergence, {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
