"""Whether a device can carry out a program: flows, boluses, volumes; each refusal names the nearest that would do."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ..errors import Problems
from ..therapy.intrathecal.program import (
    DAY,
    Flex,
    Mode,
    PatientBolus,
    PeriodicBolus,
    Program,
    SimpleContinuous,
    SingleBolus,
    number,
    span,
)
from .device import Device
from .log import millilitres

NEAR = 1e-9  # relative: a flow this close to a limit is on it


def check(program: Program, device: Device, problems: Problems) -> None:
    """Note everything in a program that the device cannot do."""
    check_volumes(program, device, problems)
    for i, (mode, concentrations) in enumerate(in_force(program), 1):
        for concentration in concentrations:
            check_mode(mode, concentration, device, f"program[{i}]", problems)


def check_mode(mode: Mode, concentration: float, device: Device, where: str, problems: Problems) -> None:
    """Note what the device cannot do of one mode at one concentration [ug/mL]."""
    check_one = check_flows if device.is_programmable else check_factory_flow
    check_one(mode, concentration, device, where, problems)


def in_force(program: Program) -> Iterator[tuple[Mode, tuple[float, ...]]]:
    """Each entry's mode with the concentrations [ug/mL] under which it runs."""
    changes = sorted((v.at, v.concentration) for v in program.refill.visits if v.concentration is not None)
    entries = program.entries
    for entry, after in zip(entries, (*entries[1:], None), strict=True):
        end = after.at if after else math.inf
        before = [c for at, c in changes if at <= entry.at]
        during = [c for at, c in changes if entry.at < at < end]
        yield entry.mode, tuple(dict.fromkeys([before[-1] if before else program.concentration, *during]))


def check_volumes(program: Program, device: Device, problems: Problems) -> None:
    """Fills within the reservoir, the alarm setting below the fill."""
    most = device.reservoir_volume
    fills = [("volume", program.volume)]
    fills += [(f"refills[{i}].volume", visit.volume) for i, visit in enumerate(program.refill.visits, 1)]
    for where, volume in fills:
        if volume is not None and not 0.0 <= volume <= most * (1.0 + NEAR):
            problems.add(where, millilitres(volume), f"at most {millilitres(most)}, what the {device.name} takes")
    if program.low_reservoir is not None and program.low_reservoir >= most:
        allowed = f"less than the reservoir, {millilitres(most)}; usually {millilitres(device.low_reservoir)}"
        problems.add("low_reservoir", millilitres(program.low_reservoir), allowed)


def lasting_rates(mode: Mode) -> tuple[float, ...]:
    """Dose rates [ug/h] that a mode keeps up; a rate of 0 is none."""
    if isinstance(mode, SimpleContinuous):
        rates = (mode.dose_rate,)
    elif isinstance(mode, Flex):
        rates = tuple(step.dose_rate for step in mode.steps)
    else:
        rates = (mode.background,) if isinstance(mode, (PeriodicBolus, PatientBolus)) else ()
    return tuple(dict.fromkeys(rate for rate in rates if rate > 0.0))


def check_flows(mode: Mode, concentration: float, device: Device, where: str, problems: Problems) -> None:
    """Flow of every rate and bolus between the slowest and the fastest the device can give."""
    low, high = device.flow_minimum, device.flow_maximum
    for rate in lasting_rates(mode):
        flow = rate / concentration
        if low * (1.0 - NEAR) <= flow <= high * (1.0 + NEAR):
            continue
        limit, least = (low, "at least") if flow < low else (high, "at most")
        allowed = (
            f"{least} {flow_text(limit)}, which at {number(concentration)} ug/mL is {dose_text(limit * concentration)}"
        )
        remedy = _weaker(rate / low) if flow < low else f"Or use at least {rate / high:.4g} ug/mL."
        problems.add(where, f"{dose_text(rate)} = {flow_text(flow)}", allowed, remedy)
    if isinstance(mode, (SingleBolus, PeriodicBolus, PatientBolus)):
        volume, background = mode.dose / concentration, getattr(mode, "background", 0.0) / concentration
        if volume > mode.duration * (high - background) * (1.0 + NEAR):
            allowed = f"at most {flow_text(high)}"
            nearest = f"Give it over at least {span(volume / (high - background))}." if high > background else ""
            given = f"{number(mode.dose)} ug over {span(mode.duration)} = {flow_text(volume / mode.duration)}"
            problems.add(where, given, allowed, nearest)


def _weaker(concentration: float) -> str:
    return f"Or use at most {concentration:.4g} ug/mL, or mode = 'minimum rate'."


def check_factory_flow(mode: Mode, concentration: float, device: Device, where: str, problems: Problems) -> None:
    """A gas-driven pump gives concentration times factory flow and nothing else."""
    flow = device.flow_minimum
    gives = flow * concentration
    if not isinstance(mode, SimpleContinuous):
        allowed = f"simple continuous {dose_text(gives)}: a gas-driven pump cannot be programmed"
        problems.add(where, str(mode), allowed)
    elif abs(mode.dose_rate - gives) > 0.01 * gives:
        allowed = f"{dose_text(gives)}, which is {number(concentration)} ug/mL at {flow_text(flow)}"
        problems.add(where, dose_text(mode.dose_rate), allowed, f"Or fill with {mode.dose_rate / flow:.4g} ug/mL.")


def dose_text(rate: float) -> str:
    """A dose rate [ug/h] as text in ug/day."""
    return f"{rate * DAY:.4g} ug/day"


def flow_text(flow: float) -> str:
    """A flow [mL/h] as text in mL/day."""
    return f"{flow * DAY:.4g} mL/day"
