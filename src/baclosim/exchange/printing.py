"""The notation of print: traces as SymPy expressions, and those as LaTeX with the names that the code uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sympy

from ..engine.vocabulary import sympy_meanings
from ..patient.scaling import ADULT_CREATININE_CLEARANCE, ADULT_HEIGHT, ADULT_WEIGHT, FADES_AT
from .tracing import NAMED

LONG = 40  # symbols; a formula of more is printed with what it uses twice set apart


class Inside(sympy.Symbol):
    """A symbol for a number that an equation branches on: one that lies inside its range, at neither end."""

    def __gt__(self, other: Any) -> bool:
        return True

    def __lt__(self, other: Any) -> bool:
        return True


def exact(number: float) -> Any:
    """A number of an equation: whole ones whole, others with the digits that they are written with."""
    return sympy.Integer(int(number)) if float(number).is_integer() else sympy.Float(repr(number))


def measured(value: float, unit: str) -> Any:
    """A constant with a unit, printed as such: 1.1 cm, 70/min."""
    return sympy.Symbol(f"{value:g}{unit[1:]}" if unit.startswith("1/") else f"{value:g} {unit}", positive=True)


@dataclass(frozen=True)
class SympyNotation:
    """Traces as SymPy expressions; constants of nature and those with a unit keep their names."""

    meanings: Mapping[str, Callable[..., Any]] = field(default_factory=sympy_meanings)
    number: Callable[[float], Any] | None = exact
    constants: Mapping[str, Any] = field(
        default_factory=lambda: {
            **{name: measured(value, unit) for name, (value, unit, _) in NAMED.items()},
            "ADULT_WEIGHT": measured(ADULT_WEIGHT, "kg"),
            "ADULT_HEIGHT": measured(ADULT_HEIGHT, "cm"),
            "ADULT_CREATININE_CLEARANCE": measured(ADULT_CREATININE_CLEARANCE, "mL/min"),
            "FADES_AT": measured(FADES_AT, "years"),
            "E": sympy.E,
            "LOGISTIC_WIDTH": sympy.pi / sympy.sqrt(3),
        }
    )
    nests: bool = True

    def symbol(self, name: str) -> Any:
        """A parameter, a state or another quantity."""
        return sympy.Symbol(name, positive=True)

    def call(self, name: str, given: tuple[Any, ...]) -> Any:
        """A function of the model applied to what is given."""
        return sympy.Function(name)(*given)

    def is_term(self, value: Any) -> bool:
        """Whether a function can be applied to it."""
        return isinstance(value, (int, float, sympy.Expr))

    def defines(self, name: str, body: Any) -> bool:
        """Whether a function may be defined so: always."""
        return True


def words(name: str) -> str:
    """A name of the code as text of a formula."""
    return rf"\text{{{name.replace('_', ' ')}}}"


def latex(expression: Any) -> str:
    """An expression as LaTeX, names as words."""
    expression = sympy.sympify(expression)
    names = {symbol: words(symbol.name) for symbol in expression.free_symbols}
    for called in expression.atoms(sympy.core.function.AppliedUndef):
        names[called.func] = words(called.func.__name__)
    return _functions(sympy.latex(expression, symbol_names=names, mul_symbol="dot", fold_short_frac=False), expression)


def _functions(text: str, expression: Any) -> str:
    """Functions of the model by their names as words, which SymPy prints as operators with lower indices."""
    for called in {f.func.__name__ for f in expression.atoms(sympy.core.function.AppliedUndef)}:
        printed = sympy.latex(sympy.Function(called)(sympy.Symbol("x"))).split(r"{\left(")[0]
        text = text.replace(printed, words(called))
    return text


def lines(left: str, expression: Any) -> list[str]:
    """The formulas that say `left` equals an expression: one, or more where parts of a long one have letters."""
    expression = sympy.sympify(expression)
    if sympy.count_ops(expression) <= LONG:
        return [f"{left} = {latex(expression)}"]
    shared, (rest,) = sympy.cse(expression, symbols=sympy.numbered_symbols("x", start=1, positive=True), order="none")
    names = {symbol: f"x_{{{symbol.name[1:]}}}" for symbol, _ in shared}
    formulas = [(f"x_{{{symbol.name[1:]}}}", part) for symbol, part in shared] + [(left, rest)]
    return [f"{side} = {_lettered(part, names)}" for side, part in formulas]


def _lettered(expression: Any, names: Mapping[Any, str]) -> str:
    text = latex(expression)
    for symbol, letter in names.items():
        text = text.replace(words(symbol.name), letter)
    return text
