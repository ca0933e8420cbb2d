"""What a person waits for: start-up, import, a run with and without its report, each as a whole process."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measuring import Timing, keep_timings

BACLOSIM = str(Path(sys.executable).parent / "baclosim")
REPEATS = 5


def commands(folder: str) -> dict[str, tuple[list[str], float]]:
    """Name -> command, and the target [s of wall time on a quiet machine]."""
    run = [BACLOSIM, "run", "oral-titration-ms", "--quiet"]
    return {
        "baclosim --help": ([BACLOSIM, "--help"], 0.25),
        "python -c 'import baclosim'": ([sys.executable, "-c", "import baclosim"], 0.15),
        "baclosim run EXAMPLE --json": ([*run, "--json"], 1.6),
        "baclosim run EXAMPLE, figure and report": ([*run, "--out", folder], 2.5),
        "baclosim ask, computed answer": ([BACLOSIM, "ask", "What is the peak in blood after 20 mg by mouth?"], 1.0),
    }


def seconds(command: list[str]) -> tuple[float, float]:
    """Processor and wall time of one process, its output thrown away."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    before, began = os.times(), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    wall, after = time.perf_counter() - began, os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return spent, wall


def main() -> None:
    """Measure with a warm cache, print, write."""
    timings = []
    print(f"{'command':<42} {'wall: min':>10} {'median':>7} {'max':>7} {'target':>7} {'processor: min':>15}")
    with tempfile.TemporaryDirectory() as folder:
        for name, (command, target) in commands(f"{folder}/out").items():
            seconds(command)
            cpu, wall = zip(*(seconds(command) for _ in range(REPEATS)), strict=True)
            timings.append(Timing("a command", name, 1, cpu, wall))
            times = f"{min(wall):>10.2f} {statistics.median(wall):>7.2f} {max(wall):>7.2f} {target:>7.2f}"
            print(f"{name:<42} {times} {min(cpu):>15.2f}")
    keep_timings("commands", timings)


if __name__ == "__main__":
    main()
