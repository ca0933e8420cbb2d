"""An individual in words: what was observed, expected and is believed, each in the unit in which people speak of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import ndtr

from ..figures.display import Display, alike, display, readable
from ..quantities import known
from .individual import LEVELS, Estimate, Individual
from .observations import Observation
from .population import Population


def value_words(observation: Observation) -> str:
    """What was written down."""
    o = observation
    if o.kind.scale == "yes or no":
        return "yes" if o.value else "no"
    scale = display(known(o.kind.quantity).unit, known(o.kind.quantity).kind)
    unit = scale.unit if o.kind.scale == "level" else "an hour" if o.kind.scale == "count" else ""
    factor = scale.factor if o.kind.scale == "level" else 1.0
    if o.value is not None:
        return f"{readable(o.value * factor)} {unit}".strip()
    return (
        f"below {readable(o.below * factor)} {unit}" if o.below else f"above {readable((o.above or 0) * factor)} {unit}"
    )


def estimate_words(estimate: Estimate) -> tuple[str, ...]:
    """Six cells: parameter, unit, people like this one, this person, most probable, what is left of the spread."""
    scale = scale_of(estimate)
    before, after = (
        ranged(middle * scale.factor, low * scale.factor, high * scale.factor)
        for low, middle, high in (estimate.prior, estimate.posterior)
    )
    best = alike(*(x * scale.factor for x in (estimate.best, *estimate.posterior)))[0]
    left = f"{100.0 * estimate.shrinkage:.0f} %"
    return estimate.parameter.name.replace("_", " "), scale.unit, before, after, best, left


def scale_of(estimate: Estimate) -> Display:
    """The unit of a parameter as it reads best: litres for what is thousands of millilitres."""
    unit = estimate.parameter.unit
    if unit.startswith("mL") and estimate.posterior[1] >= 1000.0:
        return Display(1e-3, unit[1:])
    return Display(1.0, "" if unit == "dimensionless" else unit)


def ranged(middle: float, low: float, high: float, decimals: int = 6) -> str:
    """A median with its 90 %, all with the same decimals.

    >>> ranged(116.3, 88.44, 155.2)
    '116 (88 to 155)'
    """
    median, least, most = alike(middle, low, high, decimals=decimals)
    return f"{median} ({least} to {most})"


def observation_words(individual: Individual) -> list[tuple[tuple[str, str], ...]]:
    """For each observation four cells (text, note): observed, expected, this person, distance."""
    conflict = individual.conflict
    believed = individual.draws.quantile(individual.draws.latent, *LEVELS)
    rows = []
    for i, o in enumerate(individual.person.observations):
        expected = (conflict.low[i], conflict.median[i], conflict.high[i])
        when = f"at {readable(o.time)} h" + (f", row {o.row}" if o.row else "")
        is_symptom = o.kind.scale == "yes or no"
        share = f"{100.0 * conflict.positive[i]:.0f} % say yes"
        distance = f"{conflict.distance[i]:+.1f}" if abs(conflict.distance[i]) >= 0.05 else "0"
        rows.append(
            (
                (f"{o.kind.name} {value_words(o)}", when),
                (share if is_symptom else band_words(o, expected), ""),
                (band_words(o, believed[:, i]), ""),
                (distance.replace("-", "−"), ""),
            )
        )
    return rows


POPULATION = ("of all persons", "unit", "typical value", "published", "spread over published")


def population_words(people: Population) -> list[tuple[str, ...]]:
    """For each parameter the cells under POPULATION: typical value and spread with 95 % intervals."""
    return [
        (
            t.parameter.name.replace("_", " "),
            t.parameter.unit.replace("dimensionless", ""),
            f"{readable(t.value)} ({readable(t.interval[0])}–{readable(t.interval[1])})",
            readable(t.published),
            f"{t.spread:.2f} ({t.spread_interval[0]:.2f}–{t.spread_interval[1]:.2f})",
        )
        for t in people.typical
    ]


def scatter_words(people: Population) -> str:
    """How levels scatter beside what is published."""
    return f"Levels scatter {people.scatter:.2f} times as much as published."


def band_words(observation: Observation, band: Any) -> str:
    """5, 50 and 95 % of a latent value, as a probability where a symptom was asked for."""
    kind = observation.kind
    if kind.scale == "yes or no":
        band, scale, decimals = ndtr(np.asarray(band) / kind.additive), Display(100.0, "%"), 0
    elif kind.scale == "level":
        scale, decimals = display(known(kind.quantity).unit, known(kind.quantity).kind), 6
    else:
        scale, decimals = Display(1.0, ""), 1 if known(kind.quantity).kind == "score" else 2
    low, middle, high = (max(float(x), 0.0) * scale.factor for x in band)
    return f"{ranged(middle, low, high, decimals)} {scale.unit}".strip()
