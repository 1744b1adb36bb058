"""The wordings of the charter that were published: 2018's, and those that the scheme desk published after it."""

from typing import Any

import msgspec

from charter.pledges import VERSIONS, CharterVersion, Pledge
from migrations.database import fetch, fetch_one

COLUMNS = "version, pledges, changes, published_at"


async def wordings() -> dict[str, CharterVersion]:
    """Every wording by its version, the oldest first; the last one is signed now. One query."""
    # Read from the table each time: several processes answer, and none may show what another has replaced.
    rows = await fetch(f"select {COLUMNS} from charter_wording order by number")  # noqa: S608 (ours)
    return {**VERSIONS, **{row["version"]: _wording(row) for row in rows}}


async def current_wording() -> CharterVersion:
    """The wording that is signed now. One query."""
    row = await fetch_one(f"select {COLUMNS} from charter_wording order by number desc limit 1")  # noqa: S608 (ours)
    return _wording(row) if row else list(VERSIONS.values())[-1]


async def pledges_of(version: str) -> tuple[Pledge, ...]:
    """The pledges of a published version; none for a version that was never published."""
    if version in VERSIONS:
        return VERSIONS[version].pledges
    row = await fetch_one(f"select {COLUMNS} from charter_wording where version = $1", version)  # noqa: S608 (ours)
    return _wording(row).pledges if row else ()


def _wording(row: dict[str, Any]) -> CharterVersion:
    return CharterVersion(
        version=row["version"],
        pledges=msgspec.json.decode(row["pledges"], type=tuple[Pledge, ...]),
        changes=row["changes"],
        published_at=row["published_at"],
    )
