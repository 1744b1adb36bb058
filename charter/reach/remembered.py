"""Figures that take a while to make, kept while nothing that they are made of has changed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from migrations.database import fetch_tuples, snapshot

T = TypeVar("T")
Stamp = tuple[tuple[Any, ...], ...]

# Every change of the register leaves an event, a new row, or a new import. Ids are random, so that no other database
# has the same last ones. Each statement reads one row by its key, but the last, which reads the places' dates.
STAMPED = (
    "select id from signatory order by number limit 1",
    "select number, subject_id from charter_event order by number desc limit 1",
    "select id from signatory order by number desc limit 1",
    "select id from premises order by number desc limit 1",
    "select kind, count(*), max(imported_at) from place where kind in ('borough', 'town_centre', 'venue', 'outline') "
    "group by kind order by kind",
)
LARGE_PREMISES = 5_000  # with more, figures take longer to make than a reader should wait every time
MAY_LAG = timedelta(minutes=1)
# PostgreSQL may show an event before one of a lower number: what was missed so is seen after this.
FORGOTTEN_AFTER = timedelta(minutes=5)


async def stamp() -> Stamp:
    """What changes when the register or the places do; its first part tells which database it is of."""
    async with snapshot():
        return tuple([tuple(await fetch_tuples(statement)) for statement in STAMPED])


@dataclass(frozen=True)
class _Kept(Generic[T]):
    stamp: Stamp
    made_at: datetime
    figures: T
    large: bool

    def serves(self, stamp: Stamp, now: datetime) -> bool:
        age = now - self.made_at
        if not timedelta(0) <= age < FORGOTTEN_AFTER:
            return False
        return self.stamp == stamp or (self.large and self.stamp[0] == stamp[0] and age < MAY_LAG)


class Remembered(Generic[T]):
    """The last figures made by `make`, which is asked again when they changed.

    Of a small register they are never stale; of a large one at most MAY_LAG old, as `large` tells.
    """

    def __init__(self, make: Callable[[datetime], Awaitable[T]], *, large: Callable[[T], bool]) -> None:
        self._make, self._large = make, large
        self._kept: _Kept[T] | None = None
        self._making = False

    async def get(self, *, now: datetime) -> T:
        """The figures; made anew where they have to be."""
        # Read before the figures are made: what changes in between is seen the next time.
        found = await stamp()
        kept = self._kept
        if kept is not None and (kept.serves(found, now) or self._someone_makes(kept, found)):
            return kept.figures
        return await self._made(found, now)

    async def refresh(self, *, now: datetime) -> bool:
        """Make the figures anew if anything changed, so that no reader waits for it; whether they were."""
        found = await stamp()
        if self._kept is not None and self._kept.stamp == found:
            return False
        await self._made(found, now)
        return True

    async def _made(self, found: Stamp, now: datetime) -> T:
        self._making = True
        try:
            figures = await self._make(now)
        finally:
            self._making = False
        self._kept = _Kept(found, now, figures, self._large(figures))
        return figures

    def _someone_makes(self, kept: _Kept[T], found: Stamp) -> bool:
        """Whether newer ones are under way, and the old are good enough meanwhile: of a large register, of this one."""
        return self._making and kept.large and kept.stamp[0] == found[0]
