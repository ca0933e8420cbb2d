"""What every benchmark shares: repeats timed, results checked equal first, one table, raw repeats as CSV, the machine.

Processor seconds count, those of all threads together: on a busy machine they stay comparable where wall time does not.
"""

from __future__ import annotations

import csv
import importlib.util
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Timing:
    """Repeats of one piece of work by one contestant.

    work, who   what is done, and by whom
    units       of work in one repeat: records, patient-years, runs
    cpu, wall   processor and wall seconds of each repeat
    difference  largest from the reference, over its peak
    """

    work: str
    who: str
    units: float
    cpu: tuple[float, ...]
    wall: tuple[float, ...]
    difference: float = 0.0

    @property
    def best(self) -> float:
        """Least processor seconds per unit of work."""
        return min(self.cpu) / self.units

    @property
    def spread(self) -> float:
        """Median over least."""
        return statistics.median(self.cpu) / min(self.cpu)

    def rows(self) -> Iterable[dict[str, Any]]:
        """One row of raw figures for each repeat."""
        for repeat, (cpu, wall) in enumerate(zip(self.cpu, self.wall, strict=True), start=1):
            yield {
                "work": self.work, "who": self.who, "units": self.units, "repeat": repeat,
                "processor_s": cpu, "wall_s": wall, "difference": self.difference,
            }  # fmt: skip


def timed(
    work: str, who: str, units: float, run: Callable[[], object], repeats: int, difference: float = 0.0
) -> Timing:
    """Time `repeats` runs after one that is not counted, which compiles."""
    run()
    seconds = [seconds_of(run) for _ in range(repeats)]
    cpu, wall = zip(*seconds, strict=True)
    return Timing(work, who, units, cpu, wall, difference)


def seconds_of(run: Callable[[], object]) -> tuple[float, float]:
    """Processor and wall seconds of one call."""
    processor, clock = time.process_time(), time.perf_counter()
    run()
    return time.process_time() - processor, time.perf_counter() - clock


def equal(who: str, found: np.ndarray, reference: np.ndarray, allowed: float) -> float:
    """The largest difference over the reference's peak; a result that differs by more is not timed but ends the run."""
    difference = float(np.abs(found - reference).max() / np.abs(reference).max())
    if not difference <= allowed:
        raise SystemExit(f"{who} differs by {difference:.1e} of the peak, {allowed:.0e} allowed: no fair comparison")
    return difference


def has(package: str) -> bool:
    """Whether a contestant is installed; says so when it is not."""
    found = importlib.util.find_spec(package) is not None
    if not found:
        print(f"{package} is not installed and left out")
    return found


def show(timings: Iterable[Timing], unit: str, scale: float) -> None:
    """One table for each kind of work, times per unit of work, ratios to the first; `scale` turns seconds to it."""
    groups: dict[str, list[Timing]] = {}
    for timing in timings:
        groups.setdefault(timing.work, []).append(timing)
    for work, rows in groups.items():
        print(f"\n{work}")
        print(f"{'':<54}{unit:>16}{'median/min':>12}{'ratio':>10}{'difference':>12}")
        for t in rows:
            ratio = t.best / rows[0].best
            print(f"{t.who:<54}{scale * t.best:>16.4g}{t.spread:>12.2f}{ratio:>10.3g}{t.difference:>12.1e}")


def keep(name: str, rows: Iterable[Mapping[str, Any]]) -> Path:
    """Write raw figures to results/NAME.csv below a line of comment that describes the machine."""
    listed = list(rows)
    path = RESULTS / f"{name}.csv"
    RESULTS.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(f"# {machine()}\n")
        writer = csv.DictWriter(file, list(dict.fromkeys(key for row in listed for key in row)), lineterminator="\n")
        writer.writeheader()
        writer.writerows(listed)
    return path


def keep_timings(name: str, timings: Iterable[Timing]) -> Path:
    """`keep`, one row for each repeat."""
    return keep(name, (row for timing in timings for row in timing.rows()))


def machine() -> str:
    """Processor, cores, load, versions and date."""
    versions = ", ".join(f"{package} {version(package)}" for package in ("numpy", "scipy", "numba"))
    load = ", ".join(f"{share:.1f}" for share in os.getloadavg())
    day = time.strftime("%Y-%m-%d")
    python = f"{platform.system()}, Python {platform.python_version()}"
    return f"{processor()}, {os.cpu_count()} cores, load {load}; {python}, {versions}; {day}"


def version(package: str) -> str:
    """The installed version of a package."""
    from importlib.metadata import version as installed

    return installed(package)


def processor() -> str:
    """What the machine calls its processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
