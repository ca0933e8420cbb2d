"""Tracing: an equation of the model is called with symbols for its arguments, and tells what it computes.

What a trace is made of (text for SBML, SymPy for print) is its notation's business. The small functions that equations
call stay functions, with definitions of their own, so that what comes out is built as the code is. Only those that
branch on a number, are handed whole tables, or use more than their arguments are written out where they are called.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..body.spine import REFERENCE_DISPLACEMENT, REFERENCE_HEART_RATE
from ..body.transfers import Value, arguments
from ..effects.synapse import VESICLE_LEAK
from ..engine.vocabulary import rebind

NAMED: dict[str, tuple[float, str, str]] = {
    "REFERENCE_DISPLACEMENT": (REFERENCE_DISPLACEMENT, "cm", "Stroke displacement at which the dispersion holds."),
    "REFERENCE_HEART_RATE": (REFERENCE_HEART_RATE, "1/min", "Heart rate at which the typical dispersion holds."),
    "VESICLE_LEAK": (VESICLE_LEAK, "1/h", "From vesicles to cytosol, in the published model of the synapse."),
}
"""Constants of the equations that have a unit: value, unit, what they are."""


class Notation(Protocol):
    """How a trace is written down."""

    @property
    def meanings(self) -> Mapping[str, Callable[..., Any]]:
        """The words of the vocabulary."""
        ...

    @property
    def number(self) -> Callable[[float], Any] | None:
        """What a constant of an equation becomes, or None to leave it a float."""
        ...

    @property
    def constants(self) -> Mapping[str, Any]:
        """What constants with a name become."""
        ...

    @property
    def nests(self) -> bool:
        """Whether a function may call another."""
        ...

    def symbol(self, name: str) -> Any:
        """A parameter, a state or another quantity."""
        ...

    def call(self, name: str, given: tuple[Any, ...]) -> Any:
        """A function of the model applied to what is given."""
        ...

    def is_term(self, value: Any) -> bool:
        """Whether a function can be applied to it."""
        ...

    def defines(self, name: str, body: Any) -> bool:
        """Whether a function may be defined by what it computes; some notations allow nothing but its arguments."""
        ...


@dataclass(frozen=True)
class Function:
    """A small function that equations share: the names of its arguments, what it computes, and in words."""

    name: str
    arguments: tuple[str, ...]
    body: Any
    says: str


@dataclass
class Tracing:
    """A notation, and the functions that traced equations have called so far, each after those that it calls."""

    notation: Notation
    functions: dict[str, Function] = field(default_factory=dict)
    _inline: set[str] = field(default_factory=set)
    _defining: bool = False

    def of(self, equation: Callable[..., Any]) -> Any:
        """What an equation computes, of symbols named as its arguments; what `partial` has bound stays as it is."""
        if isinstance(equation, Value):
            return self.notation.symbol(equation.name)
        inner = equation.func if isinstance(equation, functools.partial) else equation
        bound = equation.keywords if isinstance(equation, functools.partial) else {}
        return self.applied(inner, {**{name: self.notation.symbol(name) for name in arguments(equation)}, **bound})

    def applied(self, equation: Callable[..., Any], given: Mapping[str, Any]) -> Any:
        """What an equation computes of these terms."""
        return self._rebound(equation)(**given)

    def _rebound(self, equation: Callable[..., Any]) -> Callable[..., Any]:
        n = self.notation
        called = rebind(equation, n.meanings, lambda f: _Called(self, f), n.number, n.constants)
        assert isinstance(called, _Called)
        return called.equation

    def call(self, equation: Callable[..., Any], given: Mapping[str, Any]) -> Any:
        """A function called by an equation: kept as a function if it can be, else written out."""
        name = equation.__name__
        if not self._nests() and all(map(self.notation.is_term, given.values())) and self._keeps(name, equation):
            return self.notation.call(name, tuple(given.values()))
        return equation(**given)

    def _nests(self) -> bool:
        """Whether a call stands in the definition of a function, in a notation where none calls another."""
        return self._defining and not self.notation.nests

    def _keeps(self, name: str, equation: Callable[..., Any]) -> bool:
        if name in self.functions or name in self._inline:
            return name in self.functions
        names = tuple(inspect.signature(equation).parameters)
        self._defining = True
        body = _attempted(equation, {argument: self.notation.symbol(argument) for argument in names})
        self._defining = False
        if body is None or not self.notation.defines(name, body):
            self._inline.add(name)
            return False
        self.functions[name] = Function(name, names, body, first_line(equation))
        return True


def _attempted(equation: Callable[..., Any], symbols: Mapping[str, Any]) -> Any:
    """What a function computes of symbols, or None when it branches on a number, which a symbol is not."""
    try:
        return equation(**symbols)
    except TypeError:
        return None


@dataclass(frozen=True)
class _Called:
    """Stands where an equation calls another one."""

    tracing: Tracing
    equation: Callable[..., Any]

    def __call__(self, *given: Any, **named: Any) -> Any:
        bound = inspect.signature(self.equation).bind(*given, **named)
        return self.tracing.call(self.equation, bound.arguments)


def first_line(equation: Callable[..., Any]) -> str:
    """What an equation says of itself."""
    inner = equation.func if isinstance(equation, functools.partial) else equation
    return (inspect.getdoc(inner) or "").split("\n\n")[0].replace("\n", " ")
