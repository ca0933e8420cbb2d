"""The account of a bundle: what was used and what was not, each with the resource and why. Nothing goes unsaid."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ...errors import InputError, Problem, Problems


@dataclass(frozen=True)
class Line:
    """One line of the account: a resource, and what became of it or of a part of it."""

    resource: str
    says: str


@dataclass
class Account:
    """What was used, what was left and why, what was assumed, and what is wrong, while a bundle is read."""

    used: list[Line] = field(default_factory=list)
    left: list[Line] = field(default_factory=list)
    notes: list[Line] = field(default_factory=list)
    problems: Problems = field(default_factory=Problems)

    def use(self, resource: str, says: str) -> None:
        """Something of a resource entered the scenario."""
        self.used.append(Line(resource, says))

    def leave(self, resource: str, why: str) -> None:
        """Something of a resource did not enter the scenario."""
        self.left.append(Line(resource, why))

    def note(self, resource: str, says: str) -> None:
        """Something was read in one of several possible ways, or made simpler."""
        self.notes.append(Line(resource, says))

    def refuse(self, where: str, given: object, allowed: str, hint: str = "") -> None:
        """Something is wrong."""
        self.problems.add(where, given, allowed, hint)

    def absorb(self, error: InputError, where: str) -> None:
        """Take over the problems of a part, all of them found at one place of the bundle."""
        for problem in error.problems or (Problem("", "", str(error)),):
            inner = f" ({problem.where})" if problem.where else ""
            self.problems.add(f"{where}{inner}", problem.given, problem.allowed, problem.hint)

    def spoken_of(self) -> set[str]:
        """The resources of which something has been said."""
        lines = (line.resource for line in (*self.used, *self.left, *self.notes))
        return {*lines, *(problem.where.split(".")[0].split(" ")[0] for problem in self.problems.found)}


def shortly(value: Any) -> str:
    """A number as people write it, without a trailing .0.

    >>> shortly(68.0), shortly(0.9)
    ('68', '0.9')
    """
    return f"{value:.12g}" if isinstance(value, int | float) else str(value)
