"""Where to walk next: coverage is what holds evidence back, so which cell would one more walk do most for?"""

from dataclasses import dataclass

import numpy as np

from geo.grid import Cells
from geo.hotspots import Findings
from geo.method.contrasts import visited_cells
from geo.method.significance import BoolArray
from geo.method.verdicts import LEAST_PEOPLE, LEAST_WALKS, LEAST_WALKS_OF_A_GROUP_FACTOR, Counts

LEAST_NIGHTS = 2


@dataclass(frozen=True)
class NextWalks:
    """Cells to pass on another night, those that do most first: each with how many cells would become testable."""

    cells: Cells
    gains: Counts


def walk_next(findings: Findings, *, group: int, is_personal: bool = True, at_most: int = 20) -> NextWalks:
    """The visited cells where one more walk, of `group` women on another night, makes most cells testable.

    Stops in a cell count for the supports of the cell and its six neighbours. It is an upper bound: who has been there
    before is not somebody new, and a support with over a third of its programme's scores stays untestable.
    """
    visited = visited_cells(findings.grid, findings.grid.centres(findings.cells))
    becomes = ~findings.verdicts.testable & _one_walk_short(findings, group, is_personal)
    gains = visited.around(becomes.astype(np.int64)).sum(axis=1)
    order = np.argsort(-gains, kind="stable")
    best = order[gains[order] > 0][:at_most]
    return NextWalks(Cells(findings.cells.q[best], findings.cells.r[best]), gains[best])


def _one_walk_short(findings: Findings, group: int, is_personal: bool) -> BoolArray:
    facts = findings.facts
    walks = facts.walks + 1 >= (LEAST_WALKS if is_personal else LEAST_WALKS_OF_A_GROUP_FACTOR)
    people = np.maximum(facts.people, group) >= LEAST_PEOPLE
    short: BoolArray = walks & (facts.nights + 1 >= LEAST_NIGHTS) & (people if is_personal else True)
    return short
