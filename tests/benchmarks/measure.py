"""How the benchmarks measure and print: rates, percentiles, CPU of a process tree, peak memory, ratios."""

import os
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Measured:
    """One line of the report; times in seconds, memory in megabytes."""

    name: str
    times_s: list[float]
    wall_s: float
    cpu_s: float
    peak_mb: float
    raw_rate: float

    @property
    def rate(self) -> float:
        """Operations a second."""
        return len(self.times_s) / self.wall_s

    def row(self) -> list[str]:
        """The line as it is printed."""
        ordered = sorted(self.times_s)
        p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
        return [
            self.name,
            f"{self.rate:,.1f}/s",
            f"{1000 * median(ordered):,.2f}",
            f"{1000 * p99:,.2f}",
            f"{1000 * self.cpu_s / len(ordered):,.2f}",
            f"{self.peak_mb:,.0f}",
            f"{self.rate / self.raw_rate:.2g} of {self.raw_rate:,.1f}/s",
        ]


def print_report(measured: list[Measured], notes: list[str]) -> None:
    """The table, and what must be read beside it."""
    columns = ("what", "rate", "p50 ms", "p99 ms", "CPU ms each", "peak MB", "ratio to the raw limit")
    table = Table(*columns, title="Benchmarks: two cores shared by client, server and database")
    for line in measured:
        table.add_row(*line.row())
    console = Console(width=150)
    console.print(table)
    for note in notes:
        console.print(f"  {note}")


def timed(work: Callable[[], object], times: int) -> tuple[list[float], float, float]:
    """Run `work` so many times: each duration, the whole wall time, the whole CPU time of this process."""
    durations, wall, cpu = [], time.perf_counter(), time.process_time()
    for _ in range(times):
        began = time.perf_counter()
        work()
        durations.append(time.perf_counter() - began)
    return durations, time.perf_counter() - wall, time.process_time() - cpu


def process_tree(pid: int) -> list[int]:
    """A process and all its descendants."""
    found, children = [pid], {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (stat := _stat(int(entry.name))):
            children.setdefault(int(stat[1]), []).append(int(entry.name))
    for parent in found:
        found.extend(children.get(parent, []))
    return found


def cpu_of(pid: int) -> float:
    """CPU seconds that the process tree has used so far, children that have ended included."""
    return sum(sum(map(int, stat[11:15])) / TICKS_PER_S for p in process_tree(pid) if (stat := _stat(p)))


def peak_mb_of(pid: int) -> float:
    """The sum of the peak resident memory of each process in the tree."""
    return sum(_peak_kb(p) for p in process_tree(pid)) / 1024


def own_peak_mb() -> float:
    """This process's peak resident memory."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _stat(pid: int) -> list[str] | None:
    """/proc/<pid>/stat after the command's name: state, parent, ... utime, stime, cutime, cstime from index 11."""
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rsplit(") ", 1)[1].split()
    except OSError:
        return None


def _peak_kb(pid: int) -> int:
    try:
        lines = (Path("/proc") / str(pid) / "status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)
