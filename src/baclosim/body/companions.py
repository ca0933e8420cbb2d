"""Companions in the body: other drugs that sedate, each a depot and what is absorbed of it, in usual doses.

A companion's amounts are counted in its usual doses, so that different drugs add up to one load. Elimination is first
order for all of them (alcohol's is not: at ordinary amounts a half-life is near enough).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..drugs.companions import COMPANIONS, LOADS, Companion
from .transfers import Body, Concentration, Entry, Transfer, constant


def companions(names: Iterable[str] = ()) -> Body:
    """The named companions' compartments and every load [usual doses]; without names the loads are zero."""
    drugs = [COMPANIONS[name] for name in sorted(set(names))]
    loads = Body(concentrations=tuple(_load(load, drugs) for load in LOADS))
    return sum((_kinetics(drug) for drug in drugs), start=loads)


def with_companions(body: Body, names: Iterable[str]) -> Body:
    """A body whose loads were zero, with the named companions in it."""
    without = replace(body, concentrations=tuple(c for c in body.concentrations if c.name not in LOADS))
    return without + companions(names)


def _load(load: str, drugs: list[Companion]) -> Concentration:
    return Concentration(load, tuple(drug.name for drug in drugs if drug.load == load), constant(1.0))


def _kinetics(drug: Companion) -> Body:
    depot, gone = f"{drug.name} depot", f"{drug.name} gone"
    return Body(
        transfers=(
            Transfer(depot, drug.name, constant(drug.onset_rate)),
            Transfer(drug.name, gone, constant(drug.elimination_rate)),
        ),
        entries=(Entry(drug.name, depot, constant(1.0)),),
    )
