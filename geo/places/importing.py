"""Bringing a publisher's file into the register of places: all of it or nothing, and twice is once."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
import numpy as np
import shapely

from geo.places.entries import Entry, Kind, Skipped
from geo.places.errors import NothingToImport
from geo.places.queries import borough_map, folded
from geo.spatial_index import index_shapes
from migrations.database import execute_many, fetch_tuples, transaction

Progress = Callable[[int, int], None]

BATCH = 1_000  # rows between two steps of the progress bar
STATEMENT_TIMEOUT_S = 120.0  # the first statement may wait for another import to end
ROWS_SHOWN = 3

ASSIGNABLE = (Kind.WARD, Kind.TOWN_CENTRE, Kind.HUB, Kind.VENUE)

# One statement for what is new and for what has changed, so that two imports at once cannot collide.
UPSERT = """
INSERT INTO place (kind, key, name, folded, borough, borough_stated, category, address, postcode, source,
                   fingerprint, imported_at, shape)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (kind, key) DO UPDATE SET
    name = excluded.name, folded = excluded.folded, borough = excluded.borough,
    borough_stated = excluded.borough_stated, category = excluded.category, address = excluded.address,
    postcode = excluded.postcode, source = excluded.source, fingerprint = excluded.fingerprint,
    imported_at = excluded.imported_at, shape = excluded.shape
"""


@dataclass(frozen=True, kw_only=True)
class SkippedRows:
    """Rows left out for one reason: how many, and the first of them."""

    why: str
    count: int
    first_rows: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.count:,} rows: {self.why}" if self.count > 1 else f"row {self.first_rows[0]}: {self.why}"


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What an import did.

    `missing` counts places of the same sources that this file no longer has: they are kept. `boroughs_assigned`
    counts places whose borough was worked out anew, of any kind. `without_borough` counts those of this file that
    no borough holds (outside London, or no boroughs imported yet).
    """

    kind: Kind
    new: int
    changed: int
    unchanged: int
    missing: int
    boroughs_assigned: int
    without_borough: int
    skipped: tuple[SkippedRows, ...]

    def __str__(self) -> str:
        return f"{self.new} new, {self.changed} changed, {self.unchanged} unchanged"


@dataclass(frozen=True)
class _Known:
    """What the register has of one place."""

    source: str
    fingerprint: str


@dataclass(frozen=True)
class _Printed:
    """An entry with its fingerprint."""

    entry: Entry
    fingerprint: str


def _silent(done: int, total: int) -> None:
    """Nobody is watching."""


async def import_places(found: Iterable[Entry | Skipped], *, now: datetime, on_progress: Progress = _silent) -> Summary:
    """Import what a reader gives, entries of one kind, in one transaction; the file is read to its end before.

    `on_progress` is told rows done and rows in all. Raises NothingToImport when no row can be used, and whatever the
    reader raises; then nothing has changed.
    """
    entries, skipped = _sorted_out(found)
    # A file whose every row is unusable is the wrong file, or a broken one: silence would look like success.
    if not entries:
        raise NothingToImport(_reasons(skipped))
    kind = entries[0].kind
    async with transaction(timeout_s=STATEMENT_TIMEOUT_S):
        known = await _known(kind)
        fresh = [one for one in _printed(entries) if _is_fresh(one, known)]
        await _write(fresh, now, lambda done: on_progress(len(entries) - len(fresh) + done, len(entries)))
        assigned = await _assign_boroughs(kind) if fresh else 0
        without = await _without_borough(kind, {entry.key for entry in entries})
    new = sum(one.entry.key not in known for one in fresh)
    return Summary(
        kind=kind,
        new=new,
        changed=len(fresh) - new,
        unchanged=len(entries) - len(fresh),
        missing=_missing(entries, known),
        boroughs_assigned=assigned,
        without_borough=without,
        skipped=_reasons(skipped),
    )


def _sorted_out(found: Iterable[Entry | Skipped]) -> tuple[list[Entry], list[Skipped]]:
    """Entries, the first of each key, and what was skipped."""
    entries: dict[str, Entry] = {}
    skipped: list[Skipped] = []
    for one in found:
        if isinstance(one, Skipped):
            skipped.append(one)
        elif one.key in entries:
            skipped.append(Skipped(one.row, "a code that an earlier row has"))
        else:
            entries[one.key] = one
    return list(entries.values()), skipped


def _reasons(skipped: Iterable[Skipped]) -> tuple[SkippedRows, ...]:
    """By reason, the most frequent first."""
    rows: dict[str, list[int]] = defaultdict(list)
    for one in skipped:
        rows[one.why].append(one.row)
    summed = (
        SkippedRows(why=why, count=len(numbers), first_rows=tuple(sorted(numbers)[:ROWS_SHOWN]))
        for why, numbers in rows.items()
    )
    return tuple(sorted(summed, key=lambda reason: (-reason.count, reason.why)))


def _printed(entries: Sequence[Entry]) -> list[_Printed]:
    shapes = shapely.to_wkb(np.array([entry.shape for entry in entries], dtype=object), byte_order=1)
    return [_Printed(entry, _fingerprint(entry, wkb)) for entry, wkb in zip(entries, shapes, strict=True)]


# Of what the file says, not of the row that is kept: a borough that was computed must not look like a change.
def _fingerprint(entry: Entry, wkb: bytes) -> str:
    said = (entry.name, entry.borough, entry.category, entry.address, entry.postcode, entry.source, wkb)
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()


def _is_fresh(one: _Printed, known: dict[str, _Known]) -> bool:
    before = known.get(one.entry.key)
    return before is None or before.fingerprint != one.fingerprint


def _missing(entries: Iterable[Entry], known: dict[str, _Known]) -> int:
    keys, sources = {entry.key for entry in entries}, {entry.source for entry in entries}
    return sum(key not in keys and before.source in sources for key, before in known.items())


async def _known(kind: Kind) -> dict[str, _Known]:
    rows = await fetch_tuples("SELECT key, source, fingerprint FROM place WHERE kind = $1", kind.value)
    return {key: _Known(source, fingerprint) for key, source, fingerprint in rows}


async def _write(fresh: Sequence[_Printed], now: datetime, done: Callable[[int], None]) -> None:
    # In the order of their keys, so that two imports at once wait for each other and never for ever.
    ordered = sorted(fresh, key=lambda one: one.entry.key)
    for start in range(0, len(ordered), BATCH):
        await execute_many(UPSERT, (_row(one, now) for one in ordered[start : start + BATCH]))
        done(min(start + BATCH, len(ordered)))
    await _index(ordered)
    done(len(ordered))


def _row(one: _Printed, now: datetime) -> tuple[object, ...]:
    entry = one.entry
    return (
        entry.kind.value,
        entry.key,
        entry.name,
        folded(entry.name),
        entry.borough,
        entry.borough is not None,
        entry.category,
        entry.address,
        entry.postcode,
        entry.source,
        one.fingerprint,
        now,
        entry.shape,
    )


# The upsert gives no numbers back in bulk, and SQLite's index of shapes is kept by number.
async def _index(written: Sequence[_Printed]) -> None:
    if not written:
        return
    rows = await fetch_tuples("SELECT key, number FROM place WHERE kind = $1", written[0].entry.kind.value)
    numbers = dict(rows)
    await index_shapes(
        "place", "shape", [numbers[one.entry.key] for one in written], [one.entry.shape for one in written]
    )


async def _assign_boroughs(kind: Kind) -> int:
    """Work out the borough of every place whose source states none; after boundaries were imported, of all kinds.

    An area belongs where a point on it is: town centres cross boundaries. Says how many places changed.
    """
    # New boundaries may move any place, so whichever of the two is imported last, the answer is the same.
    kinds = (kind,) if kind in ASSIGNABLE else ASSIGNABLE
    unstated = [row for each in kinds for row in await _unstated(each)]
    if not unstated:
        return 0
    on_them = shapely.point_on_surface(np.array([shape for _, _, shape in unstated], dtype=object))
    boroughs = (await borough_map()).boroughs_of(shapely.get_x(on_them), shapely.get_y(on_them))
    moved = [
        (borough, number) for (number, before, _), borough in zip(unstated, boroughs, strict=True) if borough != before
    ]
    await execute_many("UPDATE place SET borough = $1 WHERE number = $2", moved)
    return len(moved)


async def _unstated(kind: Kind) -> list[tuple[int, str | None, shapely.Geometry]]:
    return await fetch_tuples(
        "SELECT number, borough, shape FROM place WHERE kind = $1 AND NOT borough_stated", kind.value
    )


async def _without_borough(kind: Kind, keys: set[str]) -> int:
    rows = await fetch_tuples("SELECT key FROM place WHERE kind = $1 AND borough IS NULL", kind.value)
    return sum(key in keys for (key,) in rows) if kind in ASSIGNABLE else 0
