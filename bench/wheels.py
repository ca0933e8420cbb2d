"""Where the pinned packages can be installed without building any: `pip install uv`, then `python bench/wheels.py`.

Asks the package index, by way of uv, for wheels of the core and of every extra with the pins of `constraints.txt`: once
for each Python among the classifiers and each processor of `MACHINES`, under Linux. Nothing is installed.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
MACHINES = ("x86_64", "aarch64")
LIBC = "manylinux_2_28"  # the oldest Linux that all pins run on: Debian 12 and newer
NONE_FOR = re.compile(r"Because (\S+==\S+) has no")
PYTHON = re.compile(r"Programming Language :: Python :: (3\.\d+)")


def project() -> dict:
    """What `pyproject.toml` says of the project."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def resolved(python: str, machine: str, extra: str) -> str:
    """The number of packages that would be installed, or the first pin that has no wheel there.

    Raises:
        OSError: the index could not be asked, for instance without a network.
    """
    where = ["--python-version", python, "--python-platform", f"{machine}-{LIBC}", "--python", sys.executable]
    wanted = ["--constraints", "constraints.txt", *(["--extra", extra] if extra else []), "pyproject.toml"]
    said = subprocess.run(
        [
            "uv",
            "pip",
            "compile",
            "--no-config",
            "--no-header",
            "--no-annotate",
            "--only-binary",
            ":all:",
            *where,
            *wanted,
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    if said.returncode == 0:
        return f"{said.stdout.count('==')} packages"
    if without := NONE_FOR.search(said.stderr):
        return f"no wheel of {without[1]}"
    raise OSError(said.stderr)


def main() -> None:
    """Print a line for each processor and Python."""
    stated = project()
    pythons = PYTHON.findall("\n".join(stated["classifiers"]))
    for machine in MACHINES:
        for python in pythons:
            for extra in ("", *stated["optional-dependencies"]):
                print(f"{machine}, Python {python}, {extra or 'core'}: {resolved(python, machine, extra)}", flush=True)


if __name__ == "__main__":
    main()
