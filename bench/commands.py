"""What a person waits for: start-up, import, a run with and without its report, each as a whole process."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
BACLOSIM = str(Path(sys.executable).parent / "baclosim")
REPEATS = 5


def commands(folder: str) -> dict[str, tuple[list[str], float]]:
    """Name -> command, and the target [s]."""
    run = [BACLOSIM, "run", "oral-titration-ms", "--quiet"]
    return {
        "baclosim --help": ([BACLOSIM, "--help"], 0.25),
        "python -c 'import baclosim'": ([sys.executable, "-c", "import baclosim"], 0.15),
        "baclosim run EXAMPLE --json": ([*run, "--json"], 1.6),
        "baclosim run EXAMPLE, figure and report": ([*run, "--out", folder], 2.5),
    }


def seconds(command: list[str]) -> float:
    """Wall time of one process, its output thrown away."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    begin = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - begin


def main() -> None:
    """Measure with a warm cache, print, write."""
    raw = {}
    print(f"{'command':<44} {'min s':>7} {'median':>7} {'max':>7} {'target':>7}")
    with tempfile.TemporaryDirectory() as folder:
        for name, (command, target) in commands(f"{folder}/out").items():
            seconds(command)
            times = [seconds(command) for _ in range(REPEATS)]
            raw[name] = {"seconds": times, "target": target}
            print(f"{name:<44} {min(times):>7.2f} {statistics.median(times):>7.2f} {max(times):>7.2f} {target:>7.2f}")
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "commands.json").write_text(json.dumps(raw, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
