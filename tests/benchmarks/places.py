"""`python -m tests.benchmarks.places`: London's published stops, pubs and wards, each brought in by its command."""

import tempfile
from pathlib import Path

from tests.benchmarks.evidence import NIGHT_SAFETY, run
from tests.conftest import SHARED

PUBLISHED = (
    ("hubs", "transport/naptan/910Stops.csv"),
    ("venues", "venues/gla_pubs_2020.csv"),
    ("wards", "boundaries/london_wards_2018.geojson"),
)


def main() -> None:
    """Print the seconds of each command on SQLite, start and all."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.sqlite3"
        run(url, Path(folder), NIGHT_SAFETY, "db", "upgrade")
        for kind, path in PUBLISHED:
            ran = run(url, Path(folder), NIGHT_SAFETY, "import", kind, str(SHARED / path), "--json")
            print(f"{kind}: {ran.seconds:.1f} s, {ran.peak_mb:.0f} MB")


if __name__ == "__main__":
    main()
