"""What is asked of a planner in words, read for whoever asks: the command line, the interface, the page."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from ..errors import InputError, Problems, nearest
from ..units import read

NAMED_GAPS = {
    "week": (7,), "weekly": (7,), "once a week": (7,), "twice a week": (3, 4), "twice weekly": (3, 4), "day": (1,),
    "other day": (2,), "second day": (2,), "fortnight": (14,), "month": (28,),
}  # fmt: skip
WEEK = 168.0  # h
T = TypeVar("T")


class Reading:
    """Reads what is asked of a plan, collecting every problem; `done` raises them all.

    named  how a key is called where it was asked, such as "--since" on the command line
    """

    def __init__(self, named: Callable[[str], str] = str) -> None:
        self.named = named
        self.problems = Problems()

    def attempt(self, reading: Callable[[], T], otherwise: Any) -> T | Any:
        """What is read, or a stand-in with its problems noted."""
        return self.problems.attempt(reading, otherwise)

    def refuse(self, key: str, given: object, allowed: str, hint: str = "") -> None:
        """Note what is wrong with what was given for a key."""
        self.problems.add(self.named(key), given, allowed, hint)

    def hours(self, key: str, given: str | None) -> float:
        """A time above zero [h], such as "8 months"; of a wrong one a week stands in, which no later check refuses."""
        where = self.named(key)
        hours = 0.0 if given is None else self.attempt(lambda: float(read(given, "time", where=where)), WEEK)
        if not 0.0 < hours < math.inf:
            self.refuse(key, given, "a time above zero, such as '8 months'")
            return WEEK
        return hours

    def part(self, key: str, given: str) -> float:
        """A share above 0 and below 1: "95 %" or "0.95"."""
        share = self.attempt(lambda: float(read(given.replace("%", " %"), "fraction", where=self.named(key))), 0.5)
        if not 0.0 < share < 1.0:
            hint = f"Did you mean '{share:g} %'?" if 1.0 < share < 100.0 and "%" not in given else ""
            self.refuse(key, given, "a share above 0 and below 100 %, such as '95 %'", hint)
            return 0.5
        return share

    def one_of(self, key: str, given: str, allowed: Sequence[str]) -> str:
        """One of these words."""
        word = given.strip().lower()
        if word not in allowed:
            self.refuse(key, given, f"one of {', '.join(allowed)}", nearest(word, allowed))
            return allowed[0]
        return word

    def gaps(self, key: str, given: str | None) -> tuple[tuple[int, ...], ...]:
        """Days between steps: "week", "3 days", "twice a week"; none when not given."""
        if given is None:
            return ()
        word = " ".join(given.lower().removeprefix("every ").split())
        if word in NAMED_GAPS:
            return (NAMED_GAPS[word],)
        found = re.fullmatch(r"(\d+) ?(days?|weeks?)?", word)
        days = int(found[1]) * (7 if (found[2] or "").startswith("week") else 1) if found else 0
        if not 1 <= days <= 56:
            self.refuse(key, given, "step days such as 'week', '3 days' or 'twice a week', up to 8 weeks")
            return ()
        return ((days,),)

    def done(self) -> None:
        """Raise InputError listing every problem, if there is any."""
        self.problems.raise_as(InputError)
