"""Every benchmark in turn: others side by side in one run, results checked equal first, raw figures under results/.

python bench/run.py [--full] [NAME ...]
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

from measuring import machine

HERE = Path(__file__).parent
BENCHES = ("oral_population", "pump_year", "effects_cost", "cohort", "commands", "plans", "individual", "workbench")


def main() -> None:
    """Run the benchmarks named on the command line, or all; --full is for cohorts."""
    named = [word for word in sys.argv[1:] if not word.startswith("--")]
    flags = [word for word in sys.argv[1:] if word.startswith("--")]
    print(machine())
    for name in named or BENCHES:
        print(f"\n== {name}", flush=True)
        sys.argv = [name, *(flags if name == "cohort" else ())]
        runpy.run_path(str(HERE / f"{name}.py"), run_name="__main__")


if __name__ == "__main__":
    main()
