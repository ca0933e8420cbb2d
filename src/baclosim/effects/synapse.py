"""The serotonin synapse: one varicosity after the published model, as small equations, and its full solution.

The equations serve twice. `serotonin.py` joins them into a quasi-steady state, which every run with serotonin uses;
here they make up the whole stiff system, solved only in tests and for figures of minutes. Concentrations are umol/L,
time is hours, constants are those of `serotonin.model.rate-constants.best-2020`.

What the evidence does not hold, the full model does not have: tryptophan and its cofactor stay at their published
steady state, because the constants of their exchange with blood are not known here, and uptake into glia is left out
(0.4 umol/L/h at most, against 125 of reuptake).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine.vocabulary import positive

Array = NDArray[np.float64]

CONSTANTS = "serotonin.model.rate-constants.best-2020"
STEADY = "serotonin.model.state-steady.best-2020"
VESICLE_LEAK = 1.0
"""Vesicles to cytosol [1/h]: the published `Vmax*c/(Km+c) - v` leaves this constant of one per hour unwritten."""
STATES = ("htp", "cytosol", "vesicles", "outside", "metabolite", "receptor", "g_protein", "regulator")
"""5-HTP, serotonin in cytosol, vesicles and outside, 5-HIAA [umol/L]; bound autoreceptor, active G, its regulator."""


def saturable(amount, most, half):
    """Michaelis and Menten's rate."""
    return most * amount / (half + amount)


def reuptake(outside, reuptake_block, most, half):
    """Uptake by the transporter [umol/L/h] while a competitor holds a share of it, below 1."""
    return saturable(outside, most, half / (1.0 - reuptake_block))


def removal(outside, reuptake_block, most, half, loss_rate):
    """Everything that leaves the outside [umol/L/h]: reuptake, and loss in proportion."""
    return reuptake(outside, reuptake_block, most, half) + loss_rate * outside


def autoinhibition(g_protein, g_protein_basal, gain):
    """What the autoreceptor leaves of release or synthesis, 1 at its basal activity."""
    return positive(1.0 - gain * (g_protein - g_protein_basal))


def hydroxylation(tryptophan, cofactor, most, half_tryptophan, half_cofactor, excess_tryptophan):
    """Making of 5-HTP [umol/L/h], slowed by too much tryptophan."""
    bound = tryptophan / (half_tryptophan + tryptophan + tryptophan * tryptophan / excess_tryptophan)
    return saturable(cofactor, most * bound, half_cofactor)


@dataclass(frozen=True)
class Constants:
    """Constants of the full model: umol/L, umol/L/h, 1/h, and the units of the model for the G protein's chain."""

    made: float
    release: float
    release_gain: float
    synthesis_gain: float
    g_protein_basal: float
    reuptake_km: float
    reuptake_vmax: float
    vesicle_km: float
    vesicle_vmax: float
    catabolism_km: float
    catabolism_vmax: float
    decarboxylation_km: float
    decarboxylation_vmax: float
    loss_rate: float
    leak_rate: float
    metabolite_rate: float
    binding: float
    unbinding: float
    g_activation: float
    g_reversal: float
    regulator_activation: float
    regulator_decay: float
    total: float


def full_rates(
    state: Mapping[str, Any], k: Constants, firing: float = 1.0, reuptake_block: float = 0.0, mao_block: float = 0.0
) -> dict[str, Any]:
    """Rate of change of every one of STATES [per h]; firing 1 at rest, the blocks shares from 0 to below 1."""
    htp, cytosol, vesicles, outside = (state[name] for name in STATES[:4])
    receptor, g_protein, regulator = (state[name] for name in STATES[5:])
    made = k.made * autoinhibition(g_protein, k.g_protein_basal, k.synthesis_gain)
    turned = saturable(htp, k.decarboxylation_vmax, k.decarboxylation_km)
    taken = reuptake(outside, reuptake_block, k.reuptake_vmax, k.reuptake_km)
    stored = saturable(cytosol, k.vesicle_vmax, k.vesicle_km) - VESICLE_LEAK * vesicles
    broken = (1.0 - mao_block) * saturable(cytosol, k.catabolism_vmax, k.catabolism_km)
    leaked = k.leak_rate * cytosol
    released = k.release * firing * vesicles * autoinhibition(g_protein, k.g_protein_basal, k.release_gain)
    return {
        "htp": made - turned,
        "cytosol": turned + taken - stored - broken - leaked,
        "vesicles": stored - released,
        "outside": released + leaked - taken - k.loss_rate * outside,
        "metabolite": broken - k.metabolite_rate * state["metabolite"],
        "receptor": k.binding * outside * (k.total - receptor) - k.unbinding * receptor,
        "g_protein": k.g_activation * receptor**2 * (k.total - g_protein) - k.g_reversal * regulator * g_protein,
        "regulator": k.regulator_activation * g_protein**2 * (k.total - regulator) - k.regulator_decay * regulator,
    }


@functools.cache
def constants() -> Constants:
    """The published constants, from the evidence; the making of 5-HTP and the release that hold its steady state."""
    from ..evidence.library import library

    table = {(str(row[0]), str(row[2])): float(str(row[3])) for row in library().table(CONSTANTS).rows}
    steady = {str(row[1]): float(str(row[2])) for row in library().table(STEADY).rows}
    by_letter = {name: value for (_, name), value in table.items()}
    enzyme = "tryptophan hydroxylase"
    made = hydroxylation(
        steady["trp"],
        steady["bh4"],
        table[enzyme, "Vmax"],
        table[enzyme, "Km tryptophan"],
        table[enzyme, "Km BH4"],
        table[enzyme, "Ki tryptophan"],
    )
    transporter = table["SERT reuptake", "Vmax"], table["SERT reuptake", "Km"]
    leaving = removal(steady["eht"], 0.0, *transporter, by_letter["a21"]) - by_letter["a15"] * steady["cht"]
    return Constants(
        made=made,
        release=leaving / steady["vht"],
        release_gain=_gains()[0],
        synthesis_gain=_gains()[1],
        g_protein_basal=steady["gstar"],
        reuptake_km=transporter[1],
        reuptake_vmax=transporter[0],
        vesicle_km=table["vesicular transport", "Km"],
        vesicle_vmax=table["vesicular transport", "Vmax"],
        catabolism_km=table["MAO/ALDH catabolism (cytosol and glia)", "Km"],
        catabolism_vmax=table["MAO/ALDH catabolism", "Vmax"],
        decarboxylation_km=table["AADC", "Km"],
        decarboxylation_vmax=table["AADC", "Vmax"],
        loss_rate=by_letter["a21"],
        leak_rate=by_letter["a15"],
        metabolite_rate=by_letter["a17"],
        binding=by_letter["a13"],
        unbinding=by_letter["a14"],
        g_activation=by_letter["a9"],
        g_reversal=by_letter["a10"],
        regulator_activation=by_letter["a11"],
        regulator_decay=by_letter["a12"],
        total=by_letter["each"],
    )


def _gains() -> tuple[float, float]:
    from ..parameters import parameters

    known = parameters()
    return known["release_gain"].value, known["synthesis_gain"].value


def published_state() -> dict[str, float]:
    """The published steady state of STATES."""
    from ..evidence.library import library

    steady = {str(row[1]): float(str(row[2])) for row in library().table(STEADY).rows}
    symbols = ("htp", "cht", "vht", "eht", "hia", "bound", "gstar", "tstar")
    return {name: steady[symbol] for name, symbol in zip(STATES, symbols, strict=True)}


def solve_full(
    times: Array,
    firing: Callable[[float], float] = lambda hours: 1.0,
    *,
    reuptake_block: float = 0.0,
    mao_block: float = 0.0,
    start: Mapping[str, float] | None = None,
) -> dict[str, Array]:
    """The full model at `times` [h], from rest or from `start`; name -> (t,). `firing` takes hours, 1 is basal."""
    from scipy.integrate import solve_ivp

    k, begin = constants(), start or rest()

    def slope(hours: float, y: Array) -> Array:
        rates = full_rates(dict(zip(STATES, y, strict=True)), k, firing(hours), reuptake_block, mao_block)
        return np.array([rates[name] for name in STATES])

    first = np.array([begin[name] for name in STATES])
    solution = solve_ivp(slope, (times[0], times[-1]), first, "LSODA", times, rtol=1e-8, atol=1e-10)
    return dict(zip(STATES, solution.y, strict=True))


@functools.cache
def rest() -> dict[str, float]:
    """The full model's own steady state without drug, which is the published one to half a per cent."""
    days = solve_full(np.array([0.0, 2000.0]), start=published_state())
    return {name: float(course[-1]) for name, course in days.items()}
