"""A small body and small effects with known numbers, for testing the engine apart from baclofen."""

from __future__ import annotations

import numpy as np

from baclosim.body.transfers import Body, Concentration, Entry, Site, Transfer, assemble, constant
from baclosim.engine.network import Network, Part, State
from baclosim.engine.vocabulary import hill, positive

BODY = Body(
    transfers=(
        Transfer("gut", "blood", constant(1.5)),
        Transfer("blood", "tissue", constant(0.4)),
        Transfer("tissue", "blood", constant(0.25)),
        Transfer("blood", "urine", lambda clearance: clearance / 30_000.0),
    ),
    entries=(Entry("mouth", "gut", constant(1.0)), Entry("vein", "blood", constant(1.0))),
    concentrations=(Concentration("plasma", "blood", constant(30_000.0)),),
    sites=(
        Site("brain_fast", constant(0.7), {"plasma": constant(1.0)}),
        Site("brain_slow", constant(0.05), {"plasma": constant(1.0)}),
    ),
)


def response(brain_fast, half_effective, tolerance):
    return hill(brain_fast, half_effective * tolerance, 1.7)


def deficit(adaptation, response):
    return positive(adaptation - response)


def tolerance_rate(tolerance, response):
    return 0.05 * (1.0 + 2.0 * response - tolerance)


def adaptation_rate(adaptation, response):
    return (response - adaptation) / 30.0


EFFECTS = Network(
    (
        Part((response,), (State("tolerance", tolerance_rate, 1.0),)),
        Part((deficit,), (State("adaptation", adaptation_rate),)),
    ),
    drives=("brain_fast", "brain_slow"),
)


def parameters(n: int, seed: int = 0) -> dict[str, np.ndarray]:
    """Patients that differ in clearance and sensitivity."""
    rng = np.random.default_rng(seed)
    return {
        "clearance": 8000.0 * np.exp(0.3 * rng.standard_normal(n)),
        "half_effective": 0.15 * np.exp(0.3 * rng.standard_normal(n)),
    }


def system(values):
    """The linear system of these patients."""
    return assemble(BODY, values)
