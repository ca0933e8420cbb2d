"""Every benchmark in turn: peers side by side in one run, results checked equal first, raw figures under results/."""

from __future__ import annotations

import platform
import runpy
import sys
from pathlib import Path

HERE = Path(__file__).parent
BENCHES = ("oral_population", "pump_year", "effects_cost", "cohort", "commands", "individual", "workbench")


def processor() -> str:
    """What the machine calls its processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def main() -> None:
    """Run the benchmarks named on the command line, or all."""
    print(f"{processor()}, Python {platform.python_version()}, {platform.system()}\n")
    for name in sys.argv[1:] or BENCHES:
        print(f"== {name}")
        runpy.run_path(str(HERE / f"{name}.py"), run_name="__main__")
        print()


if __name__ == "__main__":
    main()
