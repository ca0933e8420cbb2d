"""The alphabet of the body: transfers between compartments, entries of doses, concentrations, effect sites.

A body is a list of these. Each rate is a small scalar function whose argument names are parameter names;
the same function serves NumPy (the engine), SymPy (the printed equations) and the SBML export. Since a
transfer takes from one compartment exactly what it gives to another, mass is conserved by construction.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Rate = Callable[..., Any]  # named parameters -> a number, an array over patients, or a SymPy expression


@dataclass(frozen=True)
class Transfer:
    """First-order flow from one compartment to another; `rate` gives its constant [1/h]."""

    source: str
    target: str
    rate: Rate


@dataclass(frozen=True)
class Entry:
    """The share of a dose in `channel` that appears in `target`; shares of one channel add up to 1."""

    channel: str
    target: str
    share: Rate


@dataclass(frozen=True)
class Concentration:
    """A reported concentration [ug/mL]: the amount in one or several compartments over their volume [mL]."""

    name: str
    compartment: str | tuple[str, ...]
    volume: Rate

    @property
    def compartments(self) -> tuple[str, ...]:
        """The compartments whose amounts are added up."""
        return (self.compartment,) if isinstance(self.compartment, str) else self.compartment


@dataclass(frozen=True)
class Site:
    """An effect site: d(site)/dt = rate (sum of weight x concentration - site). It holds no drug."""

    name: str
    rate: Rate
    inputs: Mapping[str, Rate]


@dataclass(frozen=True)
class Body:
    """A whole body as data; `+` joins parts (blood, skin, spine) into one."""

    transfers: tuple[Transfer, ...] = ()
    entries: tuple[Entry, ...] = ()
    concentrations: tuple[Concentration, ...] = ()
    sites: tuple[Site, ...] = ()

    def __add__(self, other: Body) -> Body:
        return Body(
            self.transfers + other.transfers,
            self.entries + other.entries,
            self.concentrations + other.concentrations,
            self.sites + other.sites,
        )

    @functools.cached_property
    def compartments(self) -> tuple[str, ...]:
        """Every compartment that holds drug, in order of first mention."""
        ends = (name for t in self.transfers for name in (t.source, t.target))
        return tuple(dict.fromkeys((*ends, *(e.target for e in self.entries))))

    @functools.cached_property
    def channels(self) -> tuple[str, ...]:
        """Every channel by which a dose can enter."""
        return tuple(dict.fromkeys(e.channel for e in self.entries))

    @functools.cached_property
    def parameter_names(self) -> frozenset[str]:
        """Every parameter that some rate, share, volume or weight asks for."""
        functions: Iterable[Rate] = (
            *(t.rate for t in self.transfers),
            *(e.share for e in self.entries),
            *(c.volume for c in self.concentrations),
            *(s.rate for s in self.sites),
            *(w for s in self.sites for w in s.inputs.values()),
        )
        return frozenset(name for f in functions for name in arguments(f))


@dataclass(frozen=True)
class LinearSystem:
    """dx/dt = A x + B u for n patients at once; reported quantities are C x.

    states    (s,) names: compartments [ug], then effect sites [ug/mL]
    channels  (k,) names of the inputs
    A         (n, s, s) 1/h
    B         (n, s, k) share of each channel that enters each state
    outputs   (q,) names of the reported quantities: concentrations, sites
    C         (n, q, s)
    """

    states: tuple[str, ...]
    channels: tuple[str, ...]
    A: Array
    B: Array
    outputs: tuple[str, ...]
    C: Array
    compartments: tuple[str, ...] = field(default=())

    @property
    def patients(self) -> int:
        """Number of patients n."""
        return self.A.shape[0]

    def first(self, n: int) -> LinearSystem:
        """The systems of the first n patients; the arrays are views."""
        return replace(self, A=self.A[:n], B=self.B[:n], C=self.C[:n])


@functools.lru_cache(maxsize=1024)
def arguments(rate: Rate) -> tuple[str, ...]:
    """Names of the parameters that a rate function still needs (those bound by `partial` are left out)."""
    bound = rate.keywords if isinstance(rate, functools.partial) else {}
    return tuple(name for name in inspect.signature(rate).parameters if name not in bound)


def evaluate(rate: Rate, parameters: Mapping[str, Any]) -> Any:
    """Call a rate function with the parameters that its argument names ask for."""
    return rate(**{name: parameters[name] for name in arguments(rate)})


def constant(value: float) -> Rate:
    """A rate function that needs no parameter."""
    return functools.partial(_given, value=value)


def _given(value: float) -> float:
    return value


@dataclass(frozen=True)
class Value:
    """A rate function that is simply the parameter of that name."""

    name: str

    def __call__(self, **parameters: Any) -> Any:
        """The value among the parameters given."""
        return parameters[self.name]

    @property
    def __signature__(self) -> inspect.Signature:
        return inspect.Signature([inspect.Parameter(self.name, inspect.Parameter.KEYWORD_ONLY)])


def assemble(body: Body, parameters: Mapping[str, Array]) -> LinearSystem:
    """Turn a body and the parameters of n patients, each (n,), into one linear system per patient.

    In memory patients lie side by side, as they are reckoned with here; the arrays are views with patients first.
    """
    n = len(next(iter(parameters.values())))
    states = body.compartments + tuple(site.name for site in body.sites)
    at = {name: i for i, name in enumerate(states)}
    A = np.zeros((len(states), len(states), n))
    for t in body.transfers:
        k = evaluate(t.rate, parameters)
        A[at[t.source], at[t.source]] -= k
        A[at[t.target], at[t.source]] += k
    per_amount = {
        c.name: ([at[name] for name in c.compartments], 1.0 / evaluate(c.volume, parameters))
        for c in body.concentrations
    }
    for site in body.sites:
        k = evaluate(site.rate, parameters)
        A[at[site.name], at[site.name]] -= k
        for name, weight in site.inputs.items():
            columns, scale = per_amount[name]
            for column in columns:
                A[at[site.name], column] += k * evaluate(weight, parameters) * scale
    return LinearSystem(
        states=states,
        channels=body.channels,
        A=A.transpose(2, 0, 1),
        B=_inputs(body, parameters, at, n),
        outputs=(*per_amount, *(site.name for site in body.sites)),
        C=_outputs(body, per_amount, at, n),
        compartments=body.compartments,
    )


def _inputs(body: Body, parameters: Mapping[str, Array], at: Mapping[str, int], n: int) -> Array:
    B = np.zeros((len(at), len(body.channels), n))
    for e in body.entries:
        B[at[e.target], body.channels.index(e.channel)] += evaluate(e.share, parameters)
    return B.transpose(2, 0, 1)


def _outputs(body: Body, per_amount: Mapping[str, tuple[list[int], Array]], at: Mapping[str, int], n: int) -> Array:
    C = np.zeros((len(per_amount) + len(body.sites), len(at), n))
    for row, (columns, scale) in enumerate(per_amount.values()):
        for column in columns:
            C[row, column] = scale
    for row, site in enumerate(body.sites, start=len(per_amount)):
        C[row, at[site.name]] = 1.0
    return C.transpose(2, 0, 1)
