"""How likely each finding and each exposure is under each syndrome: the evidence's matrix as distributions.

A published fraction is a Beta distribution of its count, a word one of the range that the evidence proposes for it.
The last axis of every array is the state: the 13 syndromes, none of these, and the mixed states. The first axis is
the draw; draw 0 is the central value.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...evidence.library import library
from ...streams import stream

Array = NDArray[np.float64]

MATRIX = "differential.matrix.composite"
WORDS = "differential.mapping.words-to-probability"
CODES = "differential.vocabulary.syndromes"
BY_ROUTE = "withdrawal.exposed-population-us.schrogie"
OTHER = "other"
DRAWS = 400
MIDDLE = 0.5  # quantile of a row: the middle syndrome stands for those who have none of these


@dataclass(frozen=True)
class Chance:
    """A probability with its uncertainty: a Beta distribution, and whether it is published, a word, or assumed here."""

    a: float
    b: float
    grade: str

    @property
    def mean(self) -> float:
        """Expected value."""
        return self.a / (self.a + self.b)


@functools.cache
def rules() -> dict[str, Any]:
    """What likelihoods.toml holds."""
    file = resources.files("baclosim") / "syndromes" / "weighing" / "likelihoods.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def method(name: str) -> Any:
    """One number of the method."""
    return rules()["method"][name]


@functools.cache
def syndromes() -> dict[str, str]:
    """The syndromes of the evidence, code and meaning, without "none of these"."""
    return {str(code): str(meaning) for code, meaning in library().table(CODES).rows if code != OTHER}


@functools.cache
def states() -> tuple[tuple[str, ...], ...]:
    """What can be the case: one syndrome, none of them, or two at once."""
    pairs = (tuple(entry["of"]) for entry in rules()["mixed"])
    return (*((code,) for code in syndromes()), (OTHER,), *pairs)


# --- single probabilities ------------------------------------------------------------------------------------------


def of_range(mean: float, low: float, high: float, grade: str) -> Chance:
    """The Beta distribution with this mean whose standard deviation fits a 95 % range."""
    deviation = (high - low) / 3.92
    weight = mean * (1.0 - mean) / deviation**2 - 1.0
    return Chance(mean * weight, (1.0 - mean) * weight, grade)


def of_count(fraction: float, n: float, grade: str) -> Chance:
    """The Beta distribution about a published fraction of n people, of whom at most `trust` count."""
    weight = min(n, method("trust")) + 1.0
    return Chance(fraction * weight, (1.0 - fraction) * weight, grade)


@functools.cache
def words() -> dict[str, tuple[float, float, float]]:
    """What the evidence's words mean: probability, low, high."""
    return {str(word): (float(p), float(low), float(high)) for word, p, low, high in library().table(WORDS).rows}  # type: ignore[arg-type]


def chance(cell: object, code: str, grade: str) -> Chance:
    """A cell of a table, a fraction or a word, as a distribution."""
    if str(cell) in words():
        return of_range(*words()[str(cell)], grade)
    source = rules()["counts"].get(code)
    n = library().table(source).n if source else None
    return of_count(float(str(cell)), n or method("trust"), "published")


@functools.cache
def matrix() -> dict[str, dict[str, str]]:
    """The evidence's matrix: row -> syndrome -> cell."""
    table = library().table(MATRIX)
    return {str(row[0]): dict(zip(table.columns[1:], map(str, row[1:]), strict=True)) for row in table.rows}


@functools.cache
def finding_chances() -> dict[str, dict[str, Chance]]:
    """Finding -> syndrome -> probability that it is there."""
    found = {
        name: {code: chance(matrix()[row][code], code, "word of the evidence") for code in syndromes()}
        for name, row in rules()["row"].items()
    }
    extra = {
        name: {code: chance(entry.get(code, entry["else"]), code, "assumed") for code in syndromes()}
        for name, entry in rules()["extra"].items()
    }
    return found | extra


@functools.cache
def exposure_chances() -> dict[str, dict[str, Chance]]:
    """Exposure -> syndrome -> probability that there was one."""
    return {name: dict(_exposure(entry)) for name, entry in rules()["exposure"].items()}


def _exposure(entry: Mapping[str, Any]) -> Iterator[tuple[str, Chance]]:
    stated = entry.get("words", {})
    for code in syndromes():
        if code == entry.get("defines"):
            mean, low, high = method("definition")
            yield code, of_range(mean, low, high, "by definition")
        elif code in entry.get("except", {}) or "row" not in entry:
            cell = entry.get("except", {}).get(code) or stated.get(code, stated.get("else"))
            yield code, chance(cell, code, "assumed")
        else:
            yield code, chance(matrix()[entry["row"]][code], code, "word of the evidence")


@functools.cache
def share_by_mouth() -> float:
    """Share of baclofen interruptions that concern tablets: hospital stays at risk, by route."""
    by_group = {str(group): float(str(at_risk)) for group, _, at_risk in library().table(BY_ROUTE).rows}
    mouth = sum(value for group, value in by_group.items() if group.startswith("oral"))
    return mouth / sum(by_group.values())


# --- arrays over draws and states ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tables:
    """Everything drawn.

    finding, exposure  name -> (draws + 1, states)
    prior              (draws + 1, states), summing to 1
    correlation        (draws + 1,) of findings of one group
    shift              (draws + 1, states) of the logarithm of the median of an onset window
    """

    finding: Mapping[str, Array]
    exposure: Mapping[str, Array]
    prior: Array
    correlation: Array
    shift: Array


@functools.cache
def tables(draws: int = DRAWS, seed: int = 0) -> Tables:
    """All probabilities, drawn once: the first of every array is central."""
    found = {name: _drawn(name, row, draws, seed) for name, row in finding_chances().items()}
    found["rigidity"] = 1.0 - (1.0 - found["lead_pipe_rigidity"]) * (1.0 - found["spasticity_increase"])
    exposed = {name: _drawn(name, row, draws, seed) for name, row in exposure_chances().items()}
    exposed["baclofen_lowered"] = _route_untold(exposed)
    return Tables(
        {name: with_mixed(with_other(row, name, draws, seed)) for name, row in found.items()},
        {name: with_mixed(with_middle(row)) for name, row in exposed.items()},
        priors(draws, seed),
        correlations(draws, seed),
        method("window_sd") * centred("onset", draws, len(states()), seed),
    )


def _drawn(name: str, row: Mapping[str, Chance], draws: int, seed: int) -> Array:
    """One row of a table, (draws + 1, syndromes)."""
    random = stream(seed, f"syndromes/{name}", 0)
    a, b = np.array([c.a for c in row.values()]), np.array([c.b for c in row.values()])
    return np.concatenate([(a / (a + b))[None], random.beta(a, b, (draws, len(row)))])


def _route_untold(exposed: Mapping[str, Array]) -> Array:
    """Baclofen stopped or lowered, nobody said by which route: each route as often as interruptions of it are."""
    mouth = list(syndromes()).index("oral_baclofen_withdrawal")
    spine = list(syndromes()).index("itb_withdrawal")
    row = np.maximum(exposed["itb_interrupted"], exposed["oral_baclofen_lowered"])
    row[:, mouth] = exposed["oral_baclofen_lowered"][:, mouth] * share_by_mouth()
    row[:, spine] = exposed["itb_interrupted"][:, spine] * (1.0 - share_by_mouth())
    return row


def with_other(row: Array, name: str, draws: int, seed: int) -> Array:
    """With "none of these": about the mean of the syndromes, and very uncertain."""
    mean = np.clip(row[0].mean(), 0.01, 0.99)
    people = method("other")
    drawn = stream(seed, f"syndromes/other/{name}", 0).beta(mean * people, (1.0 - mean) * people, draws)
    return np.concatenate([row, np.concatenate([[mean], drawn])[:, None]], axis=1)


def with_middle(row: Array) -> Array:
    """With "none of these": exposed as often as the middle syndrome."""
    return np.concatenate([row, np.quantile(row, MIDDLE, axis=1)[:, None]], axis=1)


def with_mixed(row: Array) -> Array:
    """With the mixed states: there when either brings it; kept off 0 and 1."""
    order = [*syndromes(), OTHER]
    pairs = [[order.index(code) for code in state] for state in states() if len(state) == 2]
    mixed = np.stack([1.0 - (1.0 - row[:, a]) * (1.0 - row[:, b]) for a, b in pairs], axis=1)
    floor = method("floor")
    return np.clip(np.concatenate([row, mixed], axis=1), floor, 1.0 - floor)


def priors(draws: int, seed: int) -> Array:
    """All syndromes alike before anything is known, each uncertain by a factor; a mixed state a share of its first."""
    single = np.exp(np.log(method("prior_factor")) / 1.96 * centred("prior", draws, len(syndromes()) + 1, seed))
    order = list(syndromes())
    mixed = [single[:, order.index(entry["of"][0])] * entry["share"] for entry in rules()["mixed"]]
    whole = np.concatenate([single, np.stack(mixed, axis=1)], axis=1)
    return whole / whole.sum(axis=1, keepdims=True)


def correlations(draws: int, seed: int) -> Array:
    """Of findings of one group, on the scale of a normal liability, (draws + 1,)."""
    low, high = method("correlation")
    drawn = stream(seed, "syndromes/correlation", 0).uniform(low, high, draws)
    return np.concatenate([[(low + high) / 2.0], drawn])


def centred(name: str, draws: int, width: int, seed: int) -> Array:
    """Standard normal draws under a row of zeros, (draws + 1, width)."""
    drawn = stream(seed, f"syndromes/{name}", 0).standard_normal((draws, width))
    return np.concatenate([np.zeros((1, width)), drawn])
