"""Every error that baclosim raises on purpose.

BaclosimError                 could not finish (exit code 4)
├── InputError                something given is wrong; lists every problem at once (exit code 2)
│   ├── EvidenceError         a fact, series or parameter file is not valid
│   ├── UnitError             a quantity's text or unit cannot be read
│   ├── PatientError          a covariate is impossible
│   ├── TherapyError          a regimen or a pump program cannot be understood or followed
│   ├── RecordError           a dose record is wrong or not supported; names the row
│   └── ScenarioError         a scenario file is wrong
├── PlanError                 no plan satisfies the limits (exit code 3)
└── NumericalError            a result is not finite; names the patient and the quantity (exit code 4)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where, what was given, what is allowed, and the likely slip."""

    where: str
    given: object
    allowed: str
    hint: str = ""

    def __str__(self) -> str:
        hint = f" {self.hint}" if self.hint else ""
        wrong = "missing" if self.given is None else f"{shortened(self.given)} is not allowed"
        return f"{self.where}: {wrong}; expected {self.allowed}.{hint}"


def shortened(given: object, limit: int = 80) -> str:
    """The value as a person typed it, cut when it is long."""
    text = "nothing" if given is None else repr(given)
    return text if len(text) <= limit else text[: limit - 1] + "…"


MOST_SHOWN = 200  # problems written out in one message; `problems` of the error holds them all


class BaclosimError(Exception):
    """Root of all deliberate errors."""

    exit_code = 4


class InputError(BaclosimError):
    """Something given is wrong. Carries every problem found, not only the first."""

    exit_code = 2

    def __init__(self, problems: Iterable[Problem] | Problem | str, title: str = "") -> None:
        if isinstance(problems, str):
            self.problems: tuple[Problem, ...] = ()
            super().__init__(problems)
            return
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        if len(self.problems) == 1 and not title:
            super().__init__(str(self.problems[0]))
            return
        head = title or f"{len(self.problems)} problems were found"
        listed = "".join(f"\n  {i}. {p}" for i, p in enumerate(self.problems[:MOST_SHOWN], 1))
        more = len(self.problems) - MOST_SHOWN
        super().__init__(f"{head}:{listed}" + (f"\n  and {more:,} more" if more > 0 else ""))


class EvidenceError(InputError):
    """A fact, series or parameter file is not valid."""


class UnitError(InputError):
    """A quantity's text or unit cannot be read."""


class PatientError(InputError):
    """A covariate is impossible."""


class TherapyError(InputError):
    """A regimen or a pump program cannot be understood or followed."""


class RecordError(InputError):
    """A dose record is wrong or not supported."""


class ScenarioError(InputError):
    """A scenario file is wrong."""


class PlanError(BaclosimError):
    """No plan satisfies the limits."""

    exit_code = 3


class NumericalError(BaclosimError):
    """A result is not finite."""


@dataclass
class Problems:
    """Collects problems so that one message can list them all."""

    found: list[Problem] = field(default_factory=list)

    def add(self, where: str, given: object, allowed: str, hint: str = "") -> None:
        """Note one problem and go on looking."""
        self.found.append(Problem(where, given, allowed, hint))

    def absorb(self, error: InputError, prefix: str = "") -> None:
        """Take over the problems of an error caught while reading a part."""
        inner = error.problems or (Problem("", "", str(error)),)
        for problem in inner:
            where = ".".join(part for part in (prefix, problem.where) if part)
            self.found.append(Problem(where, problem.given, problem.allowed, problem.hint))

    def attempt(self, read: Callable[[], T], otherwise: T) -> T:
        """What is read, or a stand-in with its problems noted."""
        try:
            return read()
        except InputError as error:
            self.absorb(error)
            return otherwise

    def raise_as(self, kind: type[InputError], title: str = "") -> None:
        """Raise one error holding every problem, if there is any."""
        if self.found:
            raise kind(self.found, title)


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint that names the known word that begins so, the closest, or one that holds this word; else nothing."""
    import difflib

    lowered = [name.lower() for name in known]
    close = [name for name in lowered if len(word) > 3 and name.startswith(word.lower())]
    close += difflib.get_close_matches(word.lower(), lowered, n=1, cutoff=0.6)
    close += [name for name in lowered if len(word) > 3 and word.lower() in name]
    return f"Did you mean {close[0]!r}?" if close else ""
