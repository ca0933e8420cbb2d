"""Equations as NONMEM and mrgsolve write them, from SymPy expressions."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from sympy.printing.c import C99CodePrinter
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.str import StrPrinter

from ...plan.safety import DISCLAIMER
from ..provenance import LICENCE

if TYPE_CHECKING:
    from ...scenario import Scenario

WIDTH = 78  # columns of a comment


class Abbreviated(StrPrinter):
    """NONMEM's abbreviated code: capitals, ** for powers, every constant a real number but in a whole exponent."""

    def _print_Integer(self, expr: Any) -> str:
        return f"{int(expr)}.0"

    def _print_Float(self, expr: Any) -> str:
        return repr(float(expr))

    def _print_Rational(self, expr: Any) -> str:
        return f"({expr.p}.0/{expr.q}.0)"

    def _print_Pow(self, expr: Any, rational: bool = False) -> str:
        base, exponent = expr.as_base_exp()
        if exponent == -1:
            return f"1.0/{self.parenthesize(base, PRECEDENCE['Pow'])}"
        shown = str(int(exponent)) if exponent.is_Integer else self._print(exponent)
        closed = exponent.is_Integer or exponent.is_Float or exponent.is_Symbol
        bare = closed and not exponent.is_negative
        return f"{self.parenthesize(base, PRECEDENCE['Pow'])}**{shown if bare else f'({shown})'}"

    def _print_Function(self, expr: Any) -> str:
        return f"{expr.func.__name__.upper()}({', '.join(map(self._print, expr.args))})"

    _print_exp = _print_log = _print_Function


class Compiled(C99CodePrinter):
    """C++ with constants as short as they are exact."""

    def _print_Float(self, flt: Any) -> str:
        return repr(float(flt))


def abbreviated(expression: Any) -> str:
    """An expression in NONMEM's abbreviated code.

    >>> import sympy
    >>> a, b = sympy.symbols("A B")
    >>> abbreviated(a * b**0.75 / (1 + b**10))
    'A*B**0.75/(B**10 + 1.0)'
    """
    return Abbreviated().doprint(expression)


def compiled(expression: Any) -> str:
    """An expression in C++, as mrgsolve compiles it.

    >>> import sympy
    >>> a, b = sympy.symbols("A B")
    >>> compiled(a * b**0.75 / (1 + b**10))
    'A*pow(B, 0.75)/(pow(B, 10) + 1)'
    """
    return str(Compiled().doprint(expression))


def heading(scenario: Scenario, notes: Iterable[str], mark: str) -> Iterator[str]:
    """What a model text says of itself, as comments."""
    yield from remark(f"Baclofen by mouth, written by baclosim {version('baclosim')} from {scenario.name}.", mark)
    yield from remark(f"Therapy: {scenario.therapy}", mark)
    yield from remark("Units: AMT mg, DV mg/L (= ug/mL), TIME h, volumes L, flows L/h.", mark)
    for note in notes:
        yield from remark(f"Note: {note}.", mark)
    yield from remark(DISCLAIMER, mark)
    yield from remark(LICENCE, mark)


def remark(text: str, mark: str) -> list[str]:
    """A comment over as many lines as it needs, each after its mark."""
    return textwrap.wrap(ascii_only(text), WIDTH, initial_indent=f"{mark} ", subsequent_indent=f"{mark}   ")


def ascii_only(text: str) -> str:
    """Text for programs that read nothing else."""
    swapped = {"–": "-", "−": "-", "×": "x", "µ": "u", "“": '"', "”": '"', "’": "'", "·": "-", "²": "2", "≥": ">="}
    return "".join(swapped.get(c, c) for c in text).encode("ascii", "replace").decode()
