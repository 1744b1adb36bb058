"""Two editions beside each other, by what each of them has published: nothing is computed anew."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

Known = Literal["new", "gone", "still", "turned"]
FLAGGED = ("hotspot", "works_well")
Cell = tuple[str, str]  # factor, and the cell's name


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One cell on one factor that was flagged in one of two editions; a class is None where it was not visited."""

    factor: str
    cell: str
    known: Known
    before: str | None
    after: str | None
    estimate_before: float | None
    estimate_after: float | None


def compared(before: bytes, after: bytes) -> list[Compared]:
    """What changed between the hotspots.geojson of an earlier and a later edition, what is new first.

    Both have passed disclosure; a difference between them is no effect of anything, and pages must say so.

    >>> one = b'{"features": [{"id": "h50:1:2", "properties": {"factor": "feeling", "class": "hotspot"}}]}'
    >>> [each.known for each in compared(b'{"features": []}', one)], [each.known for each in compared(one, one)]
    (['new'], ['still'])
    """
    earlier, later = _cells(before), _cells(after)
    rows = [_compared(key, earlier, later) for key in sorted(earlier.keys() | later.keys())]
    order = ("new", "turned", "gone", "still")
    return sorted((row for row in rows if row), key=lambda row: (order.index(row.known), row.factor, row.cell))


def _cells(content: bytes) -> dict[Cell, dict[str, Any]]:
    features: Iterable[dict[str, Any]] = msgspec.json.decode(content)["features"]
    return {(one["properties"]["factor"], str(one["id"])): one["properties"] for one in features}


def _compared(
    key: Cell, earlier: Mapping[Cell, dict[str, Any]], later: Mapping[Cell, dict[str, Any]]
) -> Compared | None:
    was, now = earlier.get(key, {}), later.get(key, {})
    before, after = was.get("class"), now.get("class")
    if before not in FLAGGED and after not in FLAGGED:
        return None
    return Compared(
        factor=key[0],
        cell=key[1],
        known=_known(before, after),
        before=before,
        after=after,
        estimate_before=was.get("estimate"),
        estimate_after=now.get("estimate"),
    )


def _known(before: str | None, after: str | None) -> Known:
    if before not in FLAGGED:
        return "new"
    if after not in FLAGGED:
        return "gone"
    return "still" if before == after else "turned"
