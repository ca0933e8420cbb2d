"""Runs that nobody waits for any more end soon: whoever began them says so, however deep below the march is.

What the check raises ends everything up to where it was set.

with asking(check):
    plan_taper(wish)  # every march in here calls check() before some blocks of patients, and when it sets out
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Check = Callable[[], None]
"""Raises when what is computed is no longer wanted."""


def always() -> None:
    """Everything is wanted."""


_check: ContextVar[Check] = ContextVar("check", default=always)


@contextmanager
def asking(check: Check) -> Iterator[None]:
    """Let every march that is begun in here, in this thread, ask now and then whether it is still wanted."""
    before = _check.set(check)
    try:
        yield
    finally:
        _check.reset(before)


def asked() -> Check:
    """What a march that begins now is to ask."""
    return _check.get()
