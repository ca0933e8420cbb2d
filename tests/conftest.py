"""Settings of all tests: Hypothesis without deadlines (machines differ), the same examples on every run."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("baclosim", deadline=None, derandomize=True)
settings.load_profile("baclosim")

pytest_plugins = ("browser",)
