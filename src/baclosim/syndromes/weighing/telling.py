"""What speaks for and against a syndrome, and what to look for next: both in bits.

A piece of evidence speaks for a syndrome by how much the log-odds would fall if it were not known. The next finding is
the one whose answer, before it is known, is expected to take away most of the uncertainty about the state.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from ..case import Case
from ..vocabulary import findings
from .classifier import Evidence, by_syndrome, log_posterior, normalised, weighed_findings
from .likelihood import Array, exposure_chances, rules, syndromes, tables

CENTRAL = slice(0, 1)
VAGUE = ("rigidity",)  # its kinds are asked for instead
FELT = 0.4  # bits; less is not worth a word


@dataclass(frozen=True)
class Reason:
    """One piece of evidence: its name, in words, and by how many bits it raises the log-odds of a syndrome."""

    name: str
    says: str
    bits: float


@dataclass(frozen=True)
class Question:
    """Something not yet known.

    how       ask, examine, measure or test
    bits      of uncertainty that knowing it is expected to take away
    chance    probability that it is there
    if_there, if_not  probability of the leading syndromes then
    """

    name: str
    says: str
    how: str
    bits: float
    chance: float
    if_there: Mapping[str, float]
    if_not: Mapping[str, float]


# --- reasons ---------------------------------------------------------------------------------------------------


def reasons(evidence: Evidence, code: str) -> tuple[Reason, ...]:
    """What speaks for (positive) and against (negative) a syndrome, the weightiest first."""
    place = [*syndromes(), "other"].index(code)
    whole = log_odds(evidence, place)
    found = [
        Reason(name, worded(name, evidence), whole - log_odds(evidence.without(name), place))
        for name in evidence.pieces
    ]
    return tuple(sorted((r for r in found if abs(r.bits) >= FELT), key=lambda r: -abs(r.bits)))


def log_odds(evidence: Evidence, place: int) -> float:
    """Central log-odds of a syndrome [bits]."""
    p = by_syndrome(normalised(log_posterior(evidence, CENTRAL)))[0, place]
    p = min(max(float(p), 1e-12), 1.0 - 1e-12)
    return float(np.log2(p / (1.0 - p)))


def worded(name: str, evidence: Evidence) -> str:
    """A piece of evidence in words."""
    if name == "onset":
        return "time of onset"
    if name == "simulated":
        return "simulated course of baclofen"
    if name in evidence.exposures:
        exposed = evidence.exposures[name]
        detail = f" ({exposed.to})" if exposed.to else ""
        return f"{'' if exposed.there else 'not: '}{exposure_label(name)}{detail}"
    return f"{'' if evidence.findings[name] else 'no '}{label(name)}"


def exposure_label(name: str) -> str:
    """An exposure in words."""
    return "baclofen stopped or lowered" if name == "baclofen_lowered" else rules()["exposure"][name]["label"]


def label(name: str) -> str:
    """A finding in words."""
    return findings()[name].label if name in findings() else name.replace("_", " ")


# --- what to look for ------------------------------------------------------------------------------------------


def questions(case: Case, evidence: Evidence, leaders: tuple[str, ...]) -> tuple[Question, ...]:
    """Everything that could be asked, examined or tested next, the most telling first."""
    before = normalised(log_posterior(evidence, CENTRAL))[0]
    asked = [_finding_question(name, evidence, before, leaders) for name in unknown_findings(case, evidence)]
    asked += [_exposure_question(name, before, leaders) for name in unknown_exposures(evidence)]
    return tuple(sorted(asked, key=lambda q: -q.bits))


def unknown_findings(case: Case, evidence: Evidence) -> Iterator[str]:
    """Findings that the tables hold and that nothing known settles."""
    known = case.known()
    for name in tables().finding:
        if name in known or name in evidence.findings or name not in findings() or name in VAGUE:
            continue
        if name in weighed_findings({**known, name: False}) and consistent(name, known):
            yield name


def consistent(name: str, known: Mapping[str, bool]) -> bool:
    """Whether a finding can be there at all, given its rival."""
    on = rules()["given"].get(name, "")
    return known.get(on.removeprefix("not ")) is not (on.startswith("not ")) if on else True


def unknown_exposures(evidence: Evidence) -> Iterator[str]:
    """Exposures that nobody has spoken of."""
    told = set(evidence.exposures)
    if "baclofen_lowered" in told:
        told |= {"itb_interrupted", "oral_baclofen_lowered"}
    yield from (name for name in exposure_chances() if name not in told)


def _finding_question(name: str, evidence: Evidence, before: Array, leaders: tuple[str, ...]) -> Question:
    there, absent = (log_posterior(evidence.with_finding(name, x), CENTRAL)[0] for x in (True, False))
    highest = max(there.max(), absent.max())
    mass = np.exp(there - highest).sum(), np.exp(absent - highest).sum()
    chance = float(mass[0] / (mass[0] + mass[1]))
    return _question(
        name, label(name), findings()[name].how, chance, normalised(there), normalised(absent), before, leaders
    )


def _exposure_question(name: str, before: Array, leaders: tuple[str, ...]) -> Question:
    p = tables().exposure[name][0]
    chance = float(before @ p)
    there, absent = before * p / chance, before * (1.0 - p) / (1.0 - chance)
    return _question(name, exposure_label(name), "ask", chance, there, absent, before, leaders)


def _question(
    name: str, says: str, how: str, chance: float, there: Array, absent: Array, before: Array, leaders: tuple[str, ...]
) -> Question:
    bits = entropy(before) - chance * entropy(there) - (1.0 - chance) * entropy(absent)
    return Question(name, says, how, bits, chance, _of(leaders, there), _of(leaders, absent))


def entropy(probabilities: Array) -> float:
    """Uncertainty of a distribution [bits]."""
    p = probabilities[probabilities > 0.0]
    return float(-(p * np.log2(p)).sum())


def _of(leaders: tuple[str, ...], probabilities: Array) -> dict[str, float]:
    order = [*syndromes(), "other"]
    marginal = by_syndrome(probabilities)
    return {code: float(marginal[order.index(code)]) for code in leaders}
