"""From a case to probabilities: prior, exposures, onset and findings, joined by Bayes' rule for every draw at once.

Findings of one group share a latent liability, so that the third sign of the same storm says less than the first. Each
finding has exactly its published frequency; within a state, liabilities of a group correlate. What is unknown is
integrated out, which in this model is to leave it out: it is never taken for absent.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..case import Case, Exposed, exposures
from .likelihood import Array, method, rules, states, syndromes, tables
from .timing import log_onset

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(13)
WEIGHTS = WEIGHTS / WEIGHTS.sum()
LEAST = 1e-300
SPECIFIC_TONE = ("lead_pipe_rigidity", "spasticity_increase")


@dataclass(frozen=True)
class Evidence:
    """What is known of a case, ready to be weighed.

    findings   name -> whether; exposures: name -> what is known of it
    onset      log-likelihood of the onset (draws + 1, states), None when not told
    simulated  syndrome -> factor on its prior, from the simulator
    """

    findings: Mapping[str, bool]
    exposures: Mapping[str, Exposed]
    onset: Array | None = None
    simulated: Mapping[str, float] | None = None

    def without(self, name: str) -> Evidence:
        """The same with one piece not known."""
        return Evidence(
            {k: v for k, v in self.findings.items() if k != name},
            {k: v for k, v in self.exposures.items() if k != name},
            None if name == "onset" else self.onset,
            None if name == "simulated" else self.simulated,
        )

    def with_finding(self, name: str, there: bool) -> Evidence:
        """The same with one finding more."""
        return Evidence({**self.findings, name: there}, self.exposures, self.onset, self.simulated)

    @property
    def pieces(self) -> tuple[str, ...]:
        """Name of everything that is weighed."""
        extra = [name for name in ("onset", "simulated") if getattr(self, name) is not None]
        return (*self.exposures, *self.findings, *extra)


def evidence_of(case: Case, simulated: Mapping[str, float] | None = None) -> Evidence:
    """What of a case can be weighed: the findings and exposures that the tables hold."""
    known = exposures(case)
    return Evidence(
        weighed_findings(case.known()),
        {name: known[name] for name in tables().exposure if name in known},
        log_onset(case, known),
        simulated or None,
    )


def weighed_findings(known: Mapping[str, bool]) -> dict[str, bool]:
    """The findings that the tables hold; one that another already settles is left out."""
    found = {name: there for name, there in known.items() if name in tables().finding}
    if any(name in found for name in SPECIFIC_TONE):
        found.pop("rigidity", None)
    return {name: there for name, there in found.items() if not settled(name, there, known)}


def settled(name: str, there: bool, known: Mapping[str, bool]) -> bool:
    """Whether a finding could not be otherwise, given the one that it depends on."""
    on = rules()["given"].get(name)
    if on is None or there:
        return False
    rival = on.startswith("not ")
    return known.get(on.removeprefix("not ")) is rival


# --- likelihoods -----------------------------------------------------------------------------------------------


def log_posterior(evidence: Evidence, rows: slice = slice(None)) -> Array:
    """Log of prior times likelihood, (draws, states), not normalised."""
    total = np.log(tables().prior[rows])
    if evidence.simulated:
        total = total + log_simulated(evidence.simulated)
    for name, exposed in evidence.exposures.items():
        p = tables().exposure[name][rows]
        total = total + np.log(p if exposed.there else 1.0 - p)
    if evidence.onset is not None:
        total = total + evidence.onset[rows]
    for members in grouped(evidence.findings).values():
        total = total + log_group(members, evidence.findings, rows)
    return total


def log_simulated(factors: Mapping[str, float]) -> Array:
    """Log of the factor on each state's prior, (states,)."""
    return np.array([sum(np.log(factors.get(code, 1.0)) for code in state) for state in states()])


@functools.cache
def membership() -> dict[str, tuple[str, float]]:
    """Group and sign of the loading of every finding that is in one."""
    return {
        member.removeprefix("-"): (group, -1.0 if member.startswith("-") else 1.0)
        for group, members in rules()["group"].items()
        for member in members
    }


def grouped(names: Mapping[str, bool]) -> dict[str, list[str]]:
    """Known findings by group; one that is in none is a group of its own."""
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(membership().get(name, (name, 1.0))[0], []).append(name)
    return found


def log_group(members: list[str], known: Mapping[str, bool], rows: slice) -> Array:
    """Log-likelihood of the findings of one group, (draws, states): the latent liability is integrated out."""
    chances = [conditional(name, known, rows) for name in members]
    if len(members) == 1:
        p = chances[0]
        return np.log(p if known[members[0]] else 1.0 - p)
    from scipy.special import ndtr, ndtri

    rho = tables().correlation[rows][:, None]
    product = np.ones((len(NODES), *chances[0].shape))
    for name, p in zip(members, chances, strict=True):
        loading = membership()[name][1] * np.sqrt(rho)
        side = 1.0 if known[name] else -1.0
        product *= ndtr(side * (ndtri(p) + loading * NODES[:, None, None]) / np.sqrt(1.0 - rho))
    return np.log(np.maximum(np.tensordot(WEIGHTS, product, 1), LEAST))


def conditional(name: str, known: Mapping[str, bool], rows: slice) -> Array:
    """Probability of a finding, given what is known of the one that it depends on, (draws, states)."""
    p = tables().finding[name][rows]
    on = rules()["given"].get(name)
    if on is None:
        return p
    parent, rival = on.removeprefix("not "), on.startswith("not ")
    state = known.get(parent)
    if state is None or (rival and state):
        return p
    floor = method("floor")
    share = 1.0 - tables().finding[parent][rows] if rival else tables().finding[parent][rows]
    return np.clip(p / share, floor, 1.0 - floor)


# --- probabilities -----------------------------------------------------------------------------------------------


def normalised(log: Array) -> Array:
    """Probabilities out of unnormalised logarithms, over the last axis."""
    whole = np.exp(log - log.max(axis=-1, keepdims=True))
    return whole / whole.sum(axis=-1, keepdims=True)


@functools.cache
def _containing() -> Array:
    order = [*syndromes(), "other"]
    return np.array([[float(code in state) for code in order] for state in states()])


def by_syndrome(probabilities: Array) -> Array:
    """Probability that each syndrome is there, alone or with another, (..., syndromes and none of these)."""
    return probabilities @ _containing()
