"""Processes beside this one, forked from one that has loaded all that they need, which takes a second."""

from __future__ import annotations

import multiprocessing
import os
import signal
from typing import Any

IS_FORKED = os.name == "posix"
READY = "baclosim.cohort.ready"


def context() -> Any:
    """The context in which workers are started."""
    begin()
    return multiprocessing.get_context("forkserver" if IS_FORKED else "spawn")


def begin() -> None:
    """Let the process from which workers are forked load what they need, while this one reads and checks a study.

    It is born deaf to Ctrl-C, which is for this process; workers hear it again (`follow_parent`).
    """
    if not IS_FORKED:
        return
    from multiprocessing import forkserver, resource_tracker

    resource_tracker.ensure_running()  # which would let the next process hear again
    multiprocessing.set_forkserver_preload([READY])
    heard = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, heard)
