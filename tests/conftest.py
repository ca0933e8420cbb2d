"""Settings of all tests: Hypothesis without deadlines (machines differ), the same examples on every run."""

from __future__ import annotations

import platform
import sys

from hypothesis import settings

settings.register_profile("baclosim", deadline=None, derandomize=True)
settings.load_profile("baclosim")

pytest_plugins = ("browser",)

# Our SBML is run by libroadrunner, which has no wheel for Linux on Arm.
collect_ignore_glob = ["test_sbml*"] if sys.platform == "linux" and platform.machine() != "x86_64" else []
