"""Processes beside this one, forked from one that has loaded all that they need, which takes a second."""

from __future__ import annotations

import multiprocessing
import os
from typing import Any

IS_FORKED = os.name == "posix"
READY = "baclosim.cohort.ready"


def context() -> Any:
    """The context in which workers are started."""
    found = multiprocessing.get_context("forkserver" if IS_FORKED else "spawn")
    if IS_FORKED:
        found.set_forkserver_preload([READY])
    return found


def begin() -> None:
    """Let the process from which workers are forked load what they need, while this one reads and checks a study."""
    context()
    if IS_FORKED:
        from multiprocessing import forkserver

        forkserver.ensure_running()
