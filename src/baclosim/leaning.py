"""Which results lean on which parameters, read off the equations themselves."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .body.transfers import Body, Transfer
    from .engine.network import Network
    from .patient import Patients
    from .therapy.doses import Doses

_LAGS = {"mouth": ("absorption_lag",)}  # channel -> parameters that act when a dose is taken, before any equation
LITTLE = 0.01  # what flows back from a place that at most holds this share of what feeds it is neglected


@dataclass(frozen=True)
class Model:
    """The equations behind a run, as far as doses reached.

    body, effects  what was simulated
    channels       those that doses went into
    values         typical parameters of the patient, by name
    empty          compartments known to have held nothing
    """

    body: Body
    effects: Network
    channels: frozenset[str]
    values: Mapping[str, float]
    empty: frozenset[str] = frozenset()

    @functools.cached_property
    def flows(self) -> tuple[Transfer, ...]:
        """Transfers between compartments that drug reached."""
        reached = self.reached()
        return tuple(t for t in self.body.transfers if t.source in reached and t.target not in self.empty)

    def reached(self, around: str = "") -> frozenset[str]:
        """Compartments that drug reaches from where it is given, without passing through `around`."""
        found: set[str] = set()
        queue = [e.target for e in self.body.entries if e.channel in self.channels]
        while queue:
            name = queue.pop()
            if name not in found and name != around and name not in self.empty:
                found.add(name)
                queue += self.targets.get(name, ())
        return frozenset(found)

    @functools.cached_property
    def targets(self) -> Mapping[str, tuple[str, ...]]:
        """Compartment -> where drug goes from it."""
        sources = {t.source for t in self.body.transfers}
        return {s: tuple(t.target for t in self.body.transfers if t.source == s) for s in sources}

    @functools.cached_property
    def rates(self) -> Mapping[Transfer, float]:
        """Rate constant [1/h] of each flow at the typical parameters."""
        from .body.transfers import evaluate

        return {flow: float(evaluate(flow.rate, self.values)) for flow in self.flows}

    @functools.cached_property
    def trifles_back(self) -> frozenset[Transfer]:
        """Flows that only bring back to their target a trifle of what came from there."""
        return frozenset(flow for flow in self.flows if self._returns_little(flow))

    @functools.cached_property
    def trifles_away(self) -> frozenset[Transfer]:
        """Flows that take from their source no more than such a trifle."""
        there = {(flow.target, flow.source) for flow in self.trifles_back}
        return frozenset(flow for flow in self.flows if (flow.source, flow.target) in there)

    def _returns_little(self, flow: Transfer) -> bool:
        if flow.source in self.reached(around=flow.target):
            return False
        out = sum(rate for f, rate in self.rates.items() if f.source == flow.source)
        back = sum(rate for f, rate in self.rates.items() if (f.source, f.target) == (flow.target, flow.source))
        return back < LITTLE * out

    def behind(self, *quantities: str) -> frozenset[str]:
        """Every name that these quantities need, directly or not: sites, compartments and parameters among them."""
        seen: set[str] = set()
        queue = list(quantities)
        while queue:
            name = queue.pop()
            if name not in seen:
                seen.add(name)
                queue += self.needs(name)
        return frozenset(seen)

    def needs(self, name: str) -> Iterator[str]:
        """What a name needs directly."""
        from .engine.network import needed

        if name in self.effects.quantities:
            yield from needed(self.effects.quantities[name])
        yield from (n for state in self.effects.states if state.name == name for n in needed(state.rate))
        yield from self._needs_in_body(name)

    def _needs_in_body(self, name: str) -> Iterator[str]:
        from .body.transfers import arguments

        for site in self.body.sites:
            if site.name == name:
                yield from (*arguments(site.rate), *site.inputs)
                yield from (p for weight in site.inputs.values() for p in arguments(weight))
        for concentration in self.body.concentrations:
            if concentration.name == name:
                yield from (*concentration.compartments, *arguments(concentration.volume))
        for entry in self.body.entries:
            if entry.target == name and entry.channel in self.channels:
                yield from (*arguments(entry.share), *_LAGS.get(entry.channel, ()))
        for flow in self.flows:
            if flow.source == name and flow not in self.trifles_away:
                yield from arguments(flow.rate)
            elif flow.target == name and flow not in self.trifles_back:
                yield from (flow.source, *arguments(flow.rate))


def channels_of(doses: Doses) -> frozenset[str]:
    """Names of the channels that doses went into."""
    from .therapy.doses import CHANNELS

    used: Iterable[int] = np.unique(doses.channel).tolist()
    return frozenset(CHANNELS[i] for i in used)


def model_of(group: Patients, doses: Doses, body: Body, effects: Network) -> Model:
    """The equations behind a run of these patients under these doses."""
    values = {name: float(array[0]) for name, array in group.parameters.items()}
    empty = frozenset() if group.like.dialysis_sessions else frozenset({"dialysate"})
    return Model(body, effects, channels_of(doses), values, empty)
