"""Pumps as data: what each model holds, how fast it can run, what it computes and what a magnet does to it."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import Literal

from ..errors import Problem, TherapyError, nearest
from ..parameters import Parameter, parameters
from ..streams import BLOCK, stream

Magnet = Literal["stalls", "empties", "valve shuts", "nothing"]


@dataclass(frozen=True)
class Device:
    """One model of pump.

    reservoir_volume   what an emptied reservoir takes [mL]
    residual_volume    what can be neither delivered nor withdrawn [mL]; it mixes with the next fill
    tubing_volume      reservoir to catheter connector [mL]
    flow_minimum, flow_maximum, minimum_rate   programmable flows and the idling flow [mL/h]
    flow_ratio         true over programmed flow: the typical pump; `flow_spread` is its SD, `flow_within` its limits
    low_reservoir      computed volume at which the alarm starts [mL]
    fixed_flow         factory flow [mL/h] of a pump that cannot be programmed, else None
    magnet             what an MRI scanner does to it
    parameters         names of the parameters behind these numbers
    """

    name: str
    says: str
    reservoir_volume: float
    residual_volume: float
    tubing_volume: float
    flow_minimum: float
    flow_maximum: float
    minimum_rate: float
    flow_ratio: float
    flow_spread: float
    flow_within: tuple[float, float]
    low_reservoir: float
    fixed_flow: float | None
    magnet: Magnet
    parameters: tuple[str, ...]

    @property
    def is_programmable(self) -> bool:
        """Whether it has a computer, a battery and alarms."""
        return self.fixed_flow is None

    @property
    def weak(self) -> tuple[Parameter, ...]:
        """Its numbers that nobody could verify: recalled or assumed."""
        known = parameters()
        return tuple(known[name] for name in self.parameters if known[name].is_weak)


# Device: what it is, the names its parameters begin with (reservoir first, the rest second), what a magnet does.
_MODELS: dict[str, tuple[str, str, str, Magnet]] = {
    "synchromed-ii-20": ("SynchroMed-II-like, 20 mL, peristaltic", "synchromed_ii_20", "synchromed_ii", "stalls"),
    "synchromed-ii-40": ("SynchroMed-II-like, 40 mL, peristaltic", "synchromed_ii_40", "synchromed_ii", "stalls"),
    "prometra-20": ("Prometra-like, 20 mL, valve-gated, first version", "prometra", "prometra", "empties"),
    "prometra-ii-20": ("Prometra-II-like, 20 mL, with flow-activated valve", "prometra", "prometra", "valve shuts"),
    "constant-flow-20": ("gas-driven, 20 mL, one factory flow", "gas_pump", "gas_pump", "nothing"),
}
DEVICES = tuple(_MODELS)


@functools.cache
def device(name: str) -> Device:
    """The device of that name; raises TherapyError naming the nearest when there is none."""
    wanted = name.strip().lower()
    if wanted not in _MODELS:
        raise TherapyError(Problem("device", name, f"one of {', '.join(DEVICES)}", nearest(wanted, DEVICES)))
    says, size, make, magnet = _MODELS[wanted]
    used: list[str] = []

    def value(parameter: str) -> float:
        used.append(parameter)
        return parameters()[parameter].value

    gas = make == "gas_pump"
    fixed = value("gas_pump_flow_rate") if gas else None
    ratio = parameters()[f"{make}_flow_ratio"]
    return Device(
        name=wanted,
        says=says,
        reservoir_volume=value(f"{size}_reservoir_volume"),
        residual_volume=value(f"{make}_residual_volume"),
        tubing_volume=value(f"{make}_tubing_volume"),
        flow_minimum=fixed if fixed is not None else value(f"{make}_flow_minimum"),
        flow_maximum=fixed if fixed is not None else value(f"{make}_flow_maximum"),
        minimum_rate=fixed if fixed is not None else value("synchromed_ii_minimum_rate"),
        flow_ratio=value(f"{make}_flow_ratio"),
        flow_spread=ratio.spread,
        flow_within=ratio.within,
        low_reservoir=0.0 if gas else value(f"{make}_low_reservoir_volume"),
        fixed_flow=fixed,
        magnet=magnet,
        parameters=tuple(used),
    )


def with_factory_flow(model: Device, flow: float) -> Device:
    """The same gas-driven pump made for another flow [mL/h]; raises TherapyError for a programmable pump."""
    if model.is_programmable:
        raise TherapyError(
            Problem("flow", flow, "no factory flow: a programmable pump takes its flow from the program")
        )
    return replace(model, fixed_flow=flow, flow_minimum=flow, flow_maximum=flow, minimum_rate=flow)


def drawn_flow_ratio(model: Device, seed: int, patient: int) -> float:
    """True over programmed flow of one patient's pump: normal about the typical pump, inside the maker's limits."""
    low, high = model.flow_within
    draw = _flow_draws(seed, patient // BLOCK)[patient % BLOCK]
    return min(max(model.flow_ratio + model.flow_spread * draw, low), high)


@functools.lru_cache(maxsize=64)
def _flow_draws(seed: int, block: int) -> list[float]:
    return stream(seed, "pump flow ratio", block).standard_normal(BLOCK).tolist()
