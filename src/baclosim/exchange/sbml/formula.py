"""The notation of SBML: formulas as text that libSBML turns into MathML, every number with its unit.

A number written in an equation has no unit; the few that have one carry a name (`NAMED`) and become parameters.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...engine.vocabulary import TINY
from ..tracing import NAMED


@dataclass(frozen=True, eq=False)
class Formula:
    """A formula that grows by arithmetic; a sum with 0 and a product with 1 or 0 are done at once."""

    text: str

    def __str__(self) -> str:
        return self.text

    def __add__(self, other: Formula | float) -> Formula:
        return self if _is(other, 0.0) else Formula(f"({self} + {written(other)})")

    def __radd__(self, other: float) -> Formula:
        return self if _is(other, 0.0) else Formula(f"({written(other)} + {self})")

    def __sub__(self, other: Formula | float) -> Formula:
        return self if _is(other, 0.0) else Formula(f"({self} - {written(other)})")

    def __rsub__(self, other: float) -> Formula:
        return Formula(f"({written(other)} - {self})")

    def __mul__(self, other: Formula | float) -> Formula | float:
        return _product(self, other, f"({self} * {written(other)})")

    def __rmul__(self, other: float) -> Formula | float:
        return _product(self, other, f"({written(other)} * {self})")

    def __truediv__(self, other: Formula | float) -> Formula:
        return self if _is(other, 1.0) else Formula(f"({self} / {written(other)})")

    def __rtruediv__(self, other: float) -> Formula | float:
        return 0.0 if _is(other, 0.0) else Formula(f"({written(other)} / {self})")

    def __pow__(self, exponent: Formula | float) -> Formula:
        return Formula(f"sqrt({self})" if _is(exponent, 0.5) else f"({self} ^ {written(exponent)})")

    def __rpow__(self, base: float) -> Formula:
        return Formula(f"exp({self})" if base == math.e else f"({written(base)} ^ {self})")

    def __neg__(self) -> Formula:
        return Formula(f"(-{self})")


def _is(value: Any, number: float) -> bool:
    return isinstance(value, (int, float)) and value == number


def _product(formula: Formula, factor: Formula | float, text: str) -> Formula | float:
    if _is(factor, 0.0):
        return 0.0
    return formula if _is(factor, 1.0) else Formula(text)


def written(value: Formula | float) -> str:
    """A formula or a number as text."""
    if isinstance(value, Formula):
        return value.text
    number = repr(int(value)) if float(value).is_integer() and abs(value) < 1e6 else repr(float(value))
    return f"{number} dimensionless" if value >= 0.0 else f"(-{number[1:]} dimensionless)"


def _word(name: str) -> Callable[..., Formula]:
    return lambda *given: Formula(f"{name}({', '.join(map(written, given))})")


@dataclass(frozen=True)
class Word:
    """A word of the vocabulary as a function of SBML: its name there, its arguments, and what it computes."""

    id: str
    arguments: tuple[str, ...]
    body: str


WORDS: dict[str, Word] = {
    "hill": Word(
        "hill",
        ("concentration", "half_effective", "slope"),
        "max(concentration / half_effective, 0 dimensionless) ^ slope"
        " / (1 dimensionless + max(concentration / half_effective, 0 dimensionless) ^ slope)",
    ),
    "logistic": Word("logistic", ("x",), "1 dimensionless / (1 dimensionless + exp(-x))"),
    "positive": Word("positive", ("x",), "max(x, 0 dimensionless)"),
    "select": Word("select", ("condition", "above", "below"), "piecewise(above, condition > 0 dimensionless, below)"),
    "power": Word("power_of_positive", ("x", "exponent"), "max(x, 0 dimensionless) ^ exponent"),
    "log": Word("log_of_positive", ("x",), f"ln(x + {TINY} dimensionless)"),
}
"""They bear what rounding does in a solver (a logarithm of 0, a power of a little below 0) as those of the code do.
Only `select` has pieces: a solver stops at each border to look for it."""

WRITTEN_OUT = frozenset({"saturable", "reuptake"})
"""Functions that stand where libSBML finds no units of a call: in what another is handed."""


@dataclass(frozen=True)
class SbmlNotation:
    """Traces as text for libSBML.

    keeps   whether functions stay functions. libSBML derives no units through a call within a call, nor through one
            that is handed a number with a unit of its own, so lengths and volumes of the canal are written out
    called  the functions called so far
    """

    keeps: bool = True
    meanings: Mapping[str, Callable[..., Any]] = field(
        default_factory=lambda: {
            **{name: _word(word.id) for name, word in WORDS.items()},
            "exp": _word("exp"),
            "root": _word("sqrt"),
        }
    )
    number: Callable[[float], Any] | None = None
    constants: Mapping[str, Any] = field(default_factory=lambda: {name: Formula(name.lower()) for name in NAMED})
    called: set[str] = field(default_factory=set)
    nests: bool = False

    def symbol(self, name: str) -> Formula:
        """A parameter, a state or another quantity."""
        return Formula(name)

    def call(self, name: str, given: tuple[Formula | float, ...]) -> Formula:
        """A function of the model applied to what is given."""
        self.called.add(name)
        return Formula(f"{name}({', '.join(map(written, given))})")

    def is_term(self, value: Any) -> bool:
        """Whether a function can be applied to it: no call of another, through which libSBML finds no units."""
        return self.keeps and (
            isinstance(value, (int, float)) or (isinstance(value, Formula) and not self._calls(value))
        )

    def defines(self, name: str, body: Any) -> bool:
        """Whether a function may be defined so: by its arguments alone, as it sees no parameters, calling no other."""
        named = any(constant.lower() in str(body) for constant in NAMED)
        return name not in WRITTEN_OUT and not named and not self._calls(body)

    def _calls(self, formula: Formula) -> bool:
        return any(f"{name}(" in formula.text for name in self.called)
