"""A network of equations: small functions wired together by the names of their arguments.

A quantity is a function whose name is the quantity and whose arguments are the names of what it needs: drives from
the body, states, parameters, or other quantities. A state is a name, a starting value and a function that gives its
rate of change. The network orders the equations, finds what is missing, and can be evaluated in plain Python; the
compiled kernel is written from the same network.
"""

from __future__ import annotations

import functools
import graphlib
import inspect
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Equation = Callable[..., Any]


@dataclass(frozen=True)
class State:
    """Something that changes over time: its name, its rate of change [1/h] and its value before any drug."""

    name: str
    rate: Equation
    start: float = 0.0


@dataclass(frozen=True)
class Part:
    """One effect: the quantities it defines and the states it keeps."""

    quantities: tuple[Equation, ...]
    states: tuple[State, ...] = ()


class Network:
    """Equations in an order in which they can be evaluated.

    drives      names of the body's outputs that the equations use, first the `rate_drives` that move the states
    states      the states of all parts
    quantities  name -> equation, each after those that it needs
    parts       names of the quantities of each part that has any
    parameters  every other name that some equation asks for
    """

    def __init__(self, parts: Iterable[Part], drives: Iterable[str]) -> None:
        parts = tuple(parts)
        self.parts: tuple[tuple[str, ...], ...] = tuple(
            tuple(e.__name__ for e in part.quantities) for part in parts if part.quantities
        )
        self.states: tuple[State, ...] = tuple(s for part in parts for s in part.states)
        defined = {equation.__name__: equation for part in parts for equation in part.quantities}
        needs = {name: [n for n in needed(equation) if n in defined] for name, equation in defined.items()}
        self.quantities: dict[str, Equation] = {
            name: defined[name] for name in graphlib.TopologicalSorter(needs).static_order()
        }
        state_names = {s.name for s in self.states}
        asked = [n for e in (*self.quantities.values(), *(s.rate for s in self.states)) for n in needed(e)]
        outside = dict.fromkeys(n for n in asked if n not in defined and n not in state_names)
        possible = tuple(drives)
        used = tuple(n for n in possible if n in outside)
        driving = {n for q in self.rate_quantities for n in needed(self.quantities[q])}
        driving |= {n for s in self.states for n in needed(s.rate)}
        self.rate_drives: int = sum(n in driving for n in used)
        self.drives: tuple[str, ...] = tuple(sorted(used, key=lambda n: n not in driving))
        self.parameters: tuple[str, ...] = tuple(n for n in outside if n not in possible)

    @functools.cached_property
    def modules(self) -> tuple[str, ...]:
        """Names of the modules that hold the equations."""
        equations = (*self.quantities.values(), *(s.rate for s in self.states))
        return tuple(dict.fromkeys(e.__module__ for e in equations))

    @functools.cached_property
    def rate_quantities(self) -> tuple[str, ...]:
        """Quantities that some state's rate needs, directly or not, in order."""
        return self.closure(n for s in self.states for n in needed(s.rate))

    def closure(self, names: Iterable[str]) -> tuple[str, ...]:
        """The named quantities and all that they need, in order of evaluation."""
        wanted, queue = set(), [n for n in names if n in self.quantities]
        while queue:
            name = queue.pop()
            if name not in wanted:
                wanted.add(name)
                queue += [n for n in needed(self.quantities[name]) if n in self.quantities]
        return tuple(name for name in self.quantities if name in wanted)

    def drives_for(self, record: Collection[str]) -> tuple[str, ...]:
        """The drives that move the states, and those that the parts with a recorded quantity need beside them."""
        told = self.closure(q for part in self.parts if not set(part).isdisjoint(record) for q in part)
        used = {n for q in told for n in needed(self.quantities[q])}
        return tuple(d for i, d in enumerate(self.drives) if i < self.rate_drives or d in used)

    def evaluate(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Every quantity from drives, states and parameters, in plain Python."""
        known = dict(values)
        for name, equation in self.quantities.items():
            known[name] = equation(**{n: known[n] for n in needed(equation)})
        return {name: known[name] for name in self.quantities}

    def rates(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Rate of change of every state [1/h], in plain Python."""
        known = {**values, **self.evaluate(values)}
        return {s.name: s.rate(**{n: known[n] for n in needed(s.rate)}) for s in self.states}


@functools.lru_cache(maxsize=4096)
def needed(equation: Equation) -> tuple[str, ...]:
    """Names of an equation's arguments."""
    return tuple(inspect.signature(equation).parameters)
