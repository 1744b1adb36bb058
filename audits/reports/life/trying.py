"""An edition tried beforehand: what would be in it, and what would be held back and why. Nothing is written."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from audits.queries import Caller
from audits.reports.beside import not_counted
from audits.reports.contents import Contents
from audits.reports.editions import NewEdition, Press, contents_of, what_it_takes

STATES = {
    "incomplete": "not all sent yet",
    "quarantined": "in quarantine",
    "rejected": "rejected",
    "received": "not reviewed yet",
}


@dataclass(frozen=True, kw_only=True)
class OfFactor:
    """How many cells of one factor would stand in which class; `suppressed` ones say nothing but that."""

    factor: str
    cells: int
    flagged: int
    not_enough: int
    suppressed: int


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What an edition would say and what it would hold back; `contents` as they would be frozen now."""

    contents: Contents
    by_factor: tuple[OfFactor, ...]
    walks_left_out: tuple[tuple[str, int], ...]


async def try_edition(new: NewEdition, press: Press, *, by: Caller, now: datetime) -> Tried:
    """Compute an edition without keeping it. Raises EditionNotAcceptable or NoSuchProgramme."""
    takes = await what_it_takes(new, press, by=by, now=now)
    contents = await contents_of(new.order, takes, press)
    states = await not_counted(takes.scope)
    left_out = [
        (STATES[state], states[state]) for state in STATES if states.get(state) and state not in takes.scope.states
    ]
    return Tried(contents=contents, by_factor=_by_factor(contents), walks_left_out=tuple(left_out))


def _by_factor(contents: Contents) -> tuple[OfFactor, ...]:
    counts: dict[str, Counter[str]] = {}
    for finding in contents.findings:
        counts.setdefault(finding.factor, Counter())[finding.kind] += 1
    return tuple(
        OfFactor(
            factor=factor,
            cells=kinds.total(),
            flagged=kinds["hotspot"] + kinds["works_well"],
            not_enough=kinds["not_enough_evidence"],
            suppressed=kinds["suppressed"],
        )
        for factor, kinds in counts.items()
    )
