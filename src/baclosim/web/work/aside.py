"""What may take a minute (tables of studies, claims, published cases), on threads of its own: no curve waits for it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import ParamSpec, TypeVar

from .jobs import Full

AT_ONCE, WAITING = 2, 8  # requests of the interface: computed at once, and those that may wait for them

P = ParamSpec("P")
T = TypeVar("T")

_room = BoundedSemaphore(AT_ONCE + WAITING)


@functools.cache
def aside() -> ThreadPoolExecutor:
    """The threads."""
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="aside")


def in_turn(work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """The result of work on one of these threads; raises Full when as many wait as may."""
    if not _room.acquire(blocking=False):
        raise Full(f"{AT_ONCE + WAITING} questions are not answered yet; ask again in a moment")
    try:
        return aside().submit(work, *arguments, **named).result()
    finally:
        _room.release()
