"""The proof of the method: many worlds, every method, and what each gets wrong and finds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace

from geo.trials.changes import trial
from geo.trials.rivals import METHODS
from geo.trials.worlds import LONDON, PILOT, Outcome, World, outcome, world

# What is planted where something is: one disc in a pilot's half square kilometre, two in each of London's programmes.
PLANTED_PILOT, PLANTED_LONDON = replace(PILOT, discs=1), replace(LONDON, discs=2)
FIRST_SEED = 2_000  # apart from the seeds of the tests, so that nothing here was seen while the method was made

Progress = Callable[[int], None]


@dataclass(frozen=True, kw_only=True)
class Trials:
    """How many worlds of each kind."""

    null_pilots: int = 200
    null_londons: int = 12
    planted_pilots: int = 100
    planted_londons: int = 10
    changes: int = 10

    @property
    def total(self) -> int:
        """All worlds; group factors are judged in the same worlds as personal ones."""
        return sum(getattr(self, each.name) for each in fields(self))

    @classmethod
    def short(cls) -> "Trials":
        """A minute's worth, for a first look."""
        return cls(null_pilots=40, null_londons=1, planted_pilots=20, planted_londons=1, changes=2)


@dataclass(frozen=True, kw_only=True)
class Record:
    """One method in all worlds of one kind, for one factor; counts of cells, summed, unless said otherwise.

    worlds, worlds_flagged: how many worlds, and those with any flag. The rest are the sums of `worlds.Outcome`.
    """

    kind: str
    factor: str
    method: str
    worlds: int
    worlds_flagged: int
    visited: int
    testable: int
    flagged: int
    wrong: int
    worse: int
    worse_flagged: int
    discs: int
    discs_testable: int
    discs_found: int


@dataclass(frozen=True, kw_only=True)
class ChangeRecord:
    """Before and after where nothing was done: the mean over worlds of each way's effect, in scores, and claims."""

    worlds: int
    naive: float
    full: float
    split: float
    claimed: int


@dataclass(frozen=True)
class Proof:
    """Everything that was tried."""

    records: list[Record]
    changes: ChangeRecord


def prove(trials: Trials, *, first_seed: int = FIRST_SEED, told: Progress = lambda _: None) -> Proof:
    """Try every method in so many worlds; `told` hears after each world how many are done."""
    done = _counting(told)
    kinds = {
        "null pilot": (PILOT, trials.null_pilots),
        "null London": (LONDON, trials.null_londons),
        "planted pilot": (PLANTED_PILOT, trials.planted_pilots),
        "planted London": (PLANTED_LONDON, trials.planted_londons),
    }
    records = []
    for kind, (plan, number) in kinds.items():
        seen = [_outcomes(world(plan, first_seed + seed)) for seed in done(number)]
        records += [_record(kind, *key, [each[key] for each in seen]) for key in (seen[0] if seen else ())]
    return Proof(records, _changes(first_seed, done(trials.changes)))


def _counting(told: Progress) -> Callable[[int], Iterator[int]]:
    """Seeds from 0, telling after each how many worlds of all kinds are done."""
    done = 0

    def counted(number: int) -> Iterator[int]:
        nonlocal done
        for seed in range(number):
            yield seed
            done += 1
            told(done)

    return counted


def _outcomes(made: World) -> dict[tuple[str, str], Outcome]:
    """What every method calls in one world, by factor and method; the feeling is given alone, lighting by groups."""
    answers = {"feeling": made.personal, "lighting": made.group}
    return {
        (factor, method): outcome(each, made.discs, judge(each.scores))
        for factor, each in answers.items()
        for method, judge in METHODS.items()
    }


def _record(kind: str, factor: str, method: str, seen: list[Outcome]) -> Record:
    sums = {each.name: sum(getattr(one, each.name) for one in seen) for each in fields(Outcome)}
    flagged = sum(one.flagged > 0 for one in seen)
    return Record(kind=kind, factor=factor, method=method, worlds=len(seen), worlds_flagged=flagged, **sums)


def _changes(first_seed: int, seeds: Iterator[int]) -> ChangeRecord:
    tried = [trial(PLANTED_LONDON, first_seed + seed) for seed in seeds]
    both = [(each.change.full, each.change.split) for each in tried]
    known = [(full.estimate, split.estimate) for full, split in both if full is not None and split is not None]
    return ChangeRecord(
        worlds=len(tried),
        naive=_mean([each.naive for each in tried]),
        full=_mean([full for full, _ in known]),
        split=_mean([split for _, split in known]),
        claimed=sum(each.change.claimed for each in tried),
    )


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else float("nan")
