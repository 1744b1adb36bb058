"""Coverage: on how many walks each cell of an area, or each planned stop, was stopped at; and where never."""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar
from uuid import UUID

Kind = Literal["never", "once", "more"]
Cell = tuple[int, int]
Where = TypeVar("Where", bound=Hashable)

ORDER: Sequence[Kind] = ("never", "once", "more")


@dataclass(frozen=True)
class Visit:
    """A stop of a walk: in which cell (None where it lost its place), at which planned stop, and after dark or not."""

    walk: int
    dark: bool
    cell: Cell | None
    planned: UUID | None = None


@dataclass(frozen=True)
class Walked:
    """On how many walks something was stopped at."""

    dark: int = 0
    light: int = 0

    @property
    def walks(self) -> int:
        """Both legs together."""
        return self.dark + self.light

    @property
    def kind(self) -> Kind:
        """What a map shows of it."""
        return ORDER[min(self.walks, 2)]


NEVER = Walked()


def of_cells(visits: Iterable[Visit]) -> dict[Cell, Walked]:
    """The visited cells; several stops of one walk in a cell are one visit of it."""
    return _counted((visit.cell, visit) for visit in visits if visit.cell is not None)


def of_planned(visits: Iterable[Visit]) -> dict[UUID, Walked]:
    """The planned stops that were made."""
    return _counted((visit.planned, visit) for visit in visits if visit.planned is not None)


def kinds(wanted: Iterable[Where], walked: dict[Where, Walked]) -> dict[Kind, int]:
    """How many of `wanted` were never walked, on one walk, and on more; all three are always there."""
    counted = Counter(walked.get(one, NEVER).kind for one in set(wanted))
    return {kind: counted[kind] for kind in ORDER}


def _counted(found: Iterable[tuple[Where, Visit]]) -> dict[Where, Walked]:
    once = {(where, visit.walk, visit.dark) for where, visit in found}
    dark = Counter(where for where, _, is_dark in once if is_dark)
    light = Counter(where for where, _, is_dark in once if not is_dark)
    return {where: Walked(dark[where], light[where]) for where in {*dark, *light}}
