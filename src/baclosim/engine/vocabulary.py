"""The few words in which every equation is written, with their plain Python meaning.

Equations use arithmetic and these words only, so that one function can be called by Python, compiled by Numba and
traced by SymPy. `rebind` gives a function other meanings of the words: the compiler takes them from `vectormath`,
the printed equations and the SBML export from SymPy. `if`, `max` and comparisons stay out of equations: `select` and
`positive` say the same thing in every meaning.
"""

from __future__ import annotations

import math
import types
from collections.abc import Callable, Mapping
from typing import Any

TINY = 1e-300


def exp(x: float) -> float:
    """e to the power x; 0 and a very large number beyond the range of doubles."""
    return math.exp(min(max(x, -708.0), 708.0))


def log(x: float) -> float:
    """Natural logarithm; of zero and below, that of the smallest number used."""
    return math.log(max(x, TINY))


def positive(x: float) -> float:
    """x where it is positive, otherwise 0."""
    return max(x, 0.0)


def select(condition: float, above: float, below: float) -> float:
    """`above` where `condition` is greater than 0, otherwise `below`."""
    return above if condition > 0.0 else below


def power(x: float, exponent: float) -> float:
    """x to a real power, x not negative; 0 stays 0 for a positive exponent."""
    return exp(exponent * log(x))


def root(x: float) -> float:
    """Square root of x; of zero and below, that of the smallest number used. Far cheaper than a power of a half."""
    return math.sqrt(max(x, TINY))


def hill(concentration: float, half_effective: float, slope: float) -> float:
    """C^n / (C^n + K^n), between 0 and 1; 0 without drug."""
    return 1.0 / (1.0 + exp(slope * (log(half_effective) - log(concentration))))


def logistic(x: float) -> float:
    """The probability whose logit is x."""
    return 1.0 / (1.0 + exp(-x))


PYTHON: dict[str, Callable[..., Any]] = {
    word.__name__: word for word in (exp, log, positive, select, power, root, hill, logistic)
}


def numpy_meanings() -> dict[str, Callable[..., Any]]:
    """The words for arrays of any shape, for courses that are computed without an engine."""
    import numpy as np

    def array_exp(x: Any) -> Any:
        return np.exp(np.clip(x, -708.0, 708.0))

    def array_log(x: Any) -> Any:
        return np.log(np.maximum(x, TINY))

    return {
        "exp": array_exp,
        "log": array_log,
        "positive": lambda x: np.maximum(x, 0.0),
        "select": lambda condition, above, below: np.where(np.greater(condition, 0.0), above, below),
        "power": lambda x, exponent: array_exp(exponent * array_log(x)),
        "root": lambda x: np.sqrt(np.maximum(x, TINY)),
        "hill": lambda c, half, slope: 1.0 / (1.0 + array_exp(slope * (array_log(half) - array_log(c)))),
        "logistic": lambda x: 1.0 / (1.0 + array_exp(-x)),
    }


def sympy_meanings() -> dict[str, Callable[..., Any]]:
    """The words as SymPy expressions, for printing and export."""
    import sympy

    def sympy_hill(concentration: Any, half_effective: Any, slope: Any) -> Any:
        return concentration**slope / (concentration**slope + half_effective**slope)

    return {
        "exp": sympy.exp,
        "log": sympy.log,
        "positive": lambda x: sympy.Max(x, 0),
        "select": lambda condition, above, below: sympy.Piecewise((above, condition > 0), (below, True)),
        "power": lambda x, exponent: x**exponent,
        "root": sympy.sqrt,
        "hill": sympy_hill,
        "logistic": lambda x: 1 / (1 + sympy.exp(-x)),
    }


def rebind(
    equation: Callable[..., Any],
    meanings: Mapping[str, Callable[..., Any]],
    wrap: Callable[[Callable[..., Any]], Callable[..., Any]] = lambda function: function,
    number: Callable[[float], Any] | None = None,
    constants: Mapping[str, Any] | None = None,
) -> Callable[..., Any]:
    """The same equation with other meanings of the words it uses.

    Other equations that it calls are rebound too; `wrap` is applied to each rebound function (for example a compiler),
    `number` to every constant (for example to make it single); `constants` stand in for those that have these names.
    """
    if not isinstance(equation, types.FunctionType):
        raise TypeError(f"{equation!r} is no plain function, so its words cannot be rebound")
    names = {}
    for name in equation.__code__.co_names:
        value = equation.__globals__.get(name)
        if PYTHON.get(name) is value and value is not None:
            names[name] = meanings[name]
        elif isinstance(value, types.FunctionType) and value.__module__.startswith("baclosim"):
            names[name] = rebind(value, meanings, wrap, number, constants)
        elif constants and name in constants:
            names[name] = constants[name]
        elif number and isinstance(value, (int, float)):
            names[name] = number(value)
    code = equation.__code__
    if number:
        code = code.replace(co_consts=tuple(number(c) if isinstance(c, (int, float)) else c for c in code.co_consts))
    function = types.FunctionType(code, {**equation.__globals__, **names}, equation.__name__, equation.__defaults__)
    function.__module__ = equation.__module__
    function.__qualname__ = equation.__qualname__
    return wrap(function)
