"""What may set a parameter: facts and series of the evidence; one that is held out for checks ends the script."""

from __future__ import annotations

from typing import Any

from baclosim.evidence.library import library
from baclosim.evidence.records import Fact, Series


def usable(name: str) -> Any:
    """A fact or series."""
    found = library().get(name)
    if found.use == "check":
        raise SystemExit(f"{name} is held out for checks and may not set a parameter")
    return found


def fact(name: str) -> Fact:
    """A fact."""
    usable(name)
    return library().fact(name)


def table(name: str) -> Series:
    """A series."""
    usable(name)
    return library().table(name)


def number(name: str) -> float:
    """Value of a single-valued fact."""
    value = fact(name).value
    assert isinstance(value, float), f"{name} has several values"
    return value
