"""Companions in the body: other drugs, each a depot and what is absorbed of it, counted in loads.

A load of 1 is the highest level of a drug's usual regimen at its steady state (drugs/companions.py), so different
drugs add up. Elimination is first order for all of them (alcohol's is not: at ordinary amounts a half-life is near
enough). A drug whose level falls in two phases has a compartment for each; so has a metabolite that acts as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..drugs.companions import COMPANIONS, LOADS, Companion
from .transfers import Body, Concentration, Entry, Transfer, constant


def companions(names: Iterable[str] = ()) -> Body:
    """The named companions' compartments and every load; without names the loads are zero."""
    drugs = [COMPANIONS[name] for name in sorted(set(names))]
    loads = Body(concentrations=tuple(_load(load, drugs) for load in LOADS))
    return sum((_kinetics(drug) for drug in drugs), start=loads)


def with_companions(body: Body, names: Iterable[str]) -> Body:
    """A body whose loads were zero, with the named companions in it."""
    without = replace(body, concentrations=tuple(c for c in body.concentrations if c.name not in LOADS))
    return without + companions(names)


def _load(load: str, drugs: list[Companion]) -> Concentration:
    held = (name for drug in drugs if load in drug.loads for name in _phases(drug))
    return Concentration(load, tuple(held), constant(1.0))


def _phases(drug: Companion) -> dict[str, tuple[float, float]]:
    """Compartment -> share and rate [1/h] of each phase in which the level falls; of a metabolite, the last."""
    names = (f"{drug.name} metabolite", drug.name) if drug.metabolite_share else (drug.name, f"{drug.name} early")
    return dict(zip(names, drug.phases, strict=False))


def _kinetics(drug: Companion) -> Body:
    depot, gone = f"{drug.name} depot", f"{drug.name} gone"
    phases = _phases(drug)
    into, made = {name: share for name, (share, _) in phases.items()}, ()
    lost = {name: rate for name, (_, rate) in phases.items()}
    if drug.metabolite_share:
        metabolite, parent = phases
        formed = drug.metabolite_made(lost[metabolite])
        into, made = {parent: 1.0}, (Transfer(parent, metabolite, constant(formed)),)
        lost[parent] -= formed
    absorbed = (Transfer(depot, name, constant(share * drug.onset_rate)) for name, share in into.items())
    leaving = (Transfer(name, gone, constant(rate)) for name, rate in lost.items())
    return Body(transfers=(*absorbed, *made, *leaving), entries=(Entry(drug.name, depot, constant(1.0)),))
