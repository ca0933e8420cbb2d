"""Carrying out a program: from a mode and the clock to the volume flow that the pump is commanded to give.

A command is a list of times and dose rates, constant between them; divided by the concentration entered in the
programmer it is a flow. `Flow` answers the two questions of the event loop exactly: how much until then, and when
has so much been given.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..streams import BLOCK, stream
from ..therapy.intrathecal.program import (
    DAY,
    EVERY_DAY,
    WEEK,
    Flex,
    MinimumRate,
    Mode,
    PatientBolus,
    PeriodicBolus,
    Program,
    SimpleContinuous,
    SingleBolus,
)
from .device import Device

Array = NDArray[np.float64]
Command = tuple[Array, Array]  # start of each piece [h], its dose rate [ug/h]
CHUNK = 32  # presses of the patient's button drawn at a time


@dataclass(frozen=True)
class Clock:
    """Clock time [h after midnight] and weekday (0 = Monday) of hour 0."""

    hour: float = 0.0
    weekday: int = 0

    @classmethod
    def of(cls, program: Program) -> Clock:
        """The clock of a program; midnight on a Monday when it is unknown, which then matters to nothing."""
        return cls(program.start_clock or 0.0, program.start_date.weekday() if program.start_date else 0)

    def of_day(self, time: float) -> float:
        """Clock time [h after midnight] at a time of the simulation."""
        return (self.hour + time) % DAY


@dataclass
class Running:
    """A mode being carried out `since` [h] until `ends` [h]; then `resume` takes over."""

    mode: Mode
    since: float
    clock: Clock
    seed: int = 0
    patient: int = 0
    ends: float = math.inf
    resume: Running | None = None
    requests: list[tuple[float, bool, str]] = field(default_factory=list)
    granted: list[float] = field(default_factory=list)
    asked_until: float = -math.inf
    _pending: list[float] = field(default_factory=list)

    def command(self, start: float, end: float) -> Command:
        """Dose rates over [start, end]."""
        mode = self.mode
        if isinstance(mode, SimpleContinuous):
            return np.array([start]), np.array([mode.dose_rate])
        if isinstance(mode, Flex):
            return flex(mode, self.clock, start, end)
        if isinstance(mode, SingleBolus):
            return pulses(np.array([self.since]), mode.duration, mode.dose / mode.duration, 0.0, start, end)
        if isinstance(mode, PeriodicBolus):
            first = self.since + mode.first
            k = np.arange(
                max(0, math.floor((start - first) / mode.every) - 1), math.ceil((end - first) / mode.every) + 1
            )
            return pulses(
                np.asarray(first + k * mode.every, dtype=np.float64),
                mode.duration,
                mode.dose / mode.duration,
                mode.background,
                start,
                end,
            )
        if isinstance(mode, PatientBolus):
            self.asked(end)
            return pulses(np.array(self.granted), mode.duration, mode.dose / mode.duration, mode.background, start, end)
        return np.array([start]), np.zeros(1)

    def asked(self, until: float) -> list[tuple[float, bool, str]]:
        """Every press of the patient's button up to a time: when [h], whether granted, and if not why."""
        mode = self.mode
        if isinstance(mode, PatientBolus) and until > self.asked_until:
            self._ask(mode, until)
            self.asked_until = until
        return self.requests

    def _ask(self, mode: PatientBolus, until: float) -> None:
        if mode.pressed == "always":
            while (time := self._allowed_again(mode)) <= until:
                self._answer(time, "")
            return
        for time in self._presses(mode, until):
            locked_out = bool(self.granted) and time < self.granted[-1] + mode.lockout
            why = "" if time >= self._allowed_again(mode) else "lock-out" if locked_out else "daily limit"
            self._answer(time, why)

    def _answer(self, time: float, refused: str) -> None:
        self.requests.append((time, not refused, refused))
        if not refused:
            self.granted.append(time)

    def _allowed_again(self, mode: PatientBolus) -> float:
        """Earliest time [h] at which the next bolus may start."""
        given = self.granted
        lockout = given[-1] + mode.lockout if given else self.since
        limit = given[-mode.per_day] + DAY if len(given) >= mode.per_day else self.since
        return max(lockout, limit)

    def _presses(self, mode: PatientBolus, until: float) -> list[float]:
        start = max(self.asked_until, self.since)
        if isinstance(mode.pressed, tuple):
            days = range(math.floor((start + self.clock.hour) / DAY), math.ceil((until + self.clock.hour) / DAY) + 1)
            times = [day * DAY + hour - self.clock.hour for day in days for hour in mode.pressed]
            return [t for t in times if t <= until and (t > start or t == self.since > self.asked_until)]
        rate = float(mode.pressed) / DAY  # type: ignore[arg-type]
        return self._random_presses(rate, until)

    def _random_presses(self, rate: float, until: float) -> list[float]:
        """Presses at random with a mean `rate` [1/h], the same however the time is cut."""
        if rate <= 0.0:
            return []
        made: Any = self._pending
        while not made or made[-1] <= until:
            gaps = _gaps(self.seed, len(made) // CHUNK, self.patient // BLOCK)[:, self.patient % BLOCK] / rate
            made.extend(((made[-1] if made else self.since) + np.cumsum(gaps)).tolist())
        return [time for time in made if max(self.asked_until, self.since) < time <= until]


@functools.lru_cache(maxsize=64)
def _gaps(seed: int, chunk: int, block: int) -> Array:
    """Standard exponential gaps between presses, (CHUNK, 256)."""
    return stream(seed, f"patient bolus {chunk}", block).standard_exponential((CHUNK, BLOCK))


@functools.lru_cache(maxsize=256)
def pattern(mode: Flex) -> tuple[float, Array, Array]:
    """A flex program as one period: its length [h], start of each piece within it [h], dose rates [ug/h]."""
    daily = all(step.weekdays == EVERY_DAY for step in mode.steps)
    days = (0,) if daily else EVERY_DAY
    pieces = sorted((day * DAY + s.start, s.dose_rate) for s in mode.steps for day in days if day in s.weekdays)
    return DAY if daily else WEEK, np.array([p[0] for p in pieces]), np.array([p[1] for p in pieces])


def flex(mode: Flex, clock: Clock, start: float, end: float) -> Command:
    """Dose rates of a flex program over [start, end]."""
    period, starts, rates = pattern(mode)
    zero = -clock.hour - (clock.weekday * DAY if period == WEEK else 0.0)  # a time at which a period began
    first = math.floor((start - zero) / period) - 1
    periods = zero + period * np.arange(first, math.ceil((end - zero) / period))
    times = (periods[:, None] + starts).ravel()
    all_rates = np.broadcast_to(rates, (len(periods), len(rates))).ravel()
    i = int(np.searchsorted(times, start, side="right")) - 1
    j = int(np.searchsorted(times, end, side="left"))
    times = times[i:j].copy()
    times[0] = start
    return times, all_rates[i:j].copy()


def pulses(starts: Array, duration: float, height: float, background: float, start: float, end: float) -> Command:
    """Boluses of one shape over a background, as dose rates over [start, end]; `starts` [h] do not overlap."""
    starts = starts[(starts + duration > start) & (starts < end)]
    times = np.column_stack((starts, starts + duration)).ravel()
    rates = np.tile((background + height, background), len(starts))
    inside = (times > start) & (times < end)
    begun = bool(len(starts)) and starts[0] <= start
    first = background + height if begun else background
    return np.concatenate(([start], times[inside])), np.concatenate(([first], rates[inside]))


class Flow:
    """Commanded volume flow, constant between knots: `times` (k+1,) [h], `flows` (k,) [mL/h], `volumes` (k+1,) [mL]."""

    __slots__ = ("end", "flows", "times", "volumes")

    def __init__(self, starts: Array, flows: Array, end: float) -> None:
        self.times = np.append(starts, end)
        self.flows = flows
        self.volumes = np.concatenate(([0.0], np.cumsum(flows * (self.times[1:] - self.times[:-1]))))
        self.end = end

    def at(self, time: float) -> float:
        """Volume commanded from the first knot to `time` [mL]."""
        i = self._piece(time)
        return float(self.volumes[i] + self.flows[i] * (time - self.times[i]))

    def _piece(self, time: float) -> int:
        if len(self.flows) == 1:
            return 0
        return min(max(int(self.times.searchsorted(time, side="right")) - 1, 0), len(self.flows) - 1)

    def when(self, start: float, volume: float) -> float:
        """Earliest time by which `volume` [mL] has been commanded since `start`; infinite when not before the end."""
        if len(self.flows) == 1:
            flow = float(self.flows[0])
            return start + volume / flow if flow > 0.0 else (start if volume <= 0.0 else math.inf)
        wanted = self.at(start) + volume
        if wanted > self.volumes[-1]:
            return math.inf
        i = int(self.volumes.searchsorted(wanted, side="left")) - 1
        return max(start, float(self.times[i] + (wanted - self.volumes[i]) / self.flows[i])) if i >= 0 else start

    def between(self, start: float, end: float) -> tuple[Array, Array]:
        """Knots over [start, end] (m+1,) [h] and the volume commanded by each since `start` (m+1,) [mL]."""
        if len(self.flows) == 1:
            return np.array([start, end]), np.array([0.0, float(self.flows[0]) * (end - start)])
        i, j = self._piece(start), int(self.times.searchsorted(end, side="left"))
        knots = self.times[i : j + 1].copy()
        knots[0], knots[-1] = start, end
        return knots, np.concatenate(([0.0], np.cumsum(self.flows[i:j] * (knots[1:] - knots[:-1]))))


def commanded(running: Running, device: Device, entered: float, is_on: bool, start: float, end: float) -> Flow:
    """The flow a device gives on a command from `start` to `end` [h], with the concentration [ug/mL] entered in it."""
    if device.fixed_flow is not None:
        return Flow(np.array([start]), np.array([device.fixed_flow]), end)
    if not is_on:
        return Flow(np.array([start]), np.zeros(1), end)
    if isinstance(running.mode, MinimumRate):
        return Flow(np.array([start]), np.array([device.minimum_rate]), end)
    if isinstance(running.mode, Flex):
        return _flexed(running.mode, running.clock, entered, device.flow_maximum, start, end)
    starts, rates = running.command(start, end)
    return Flow(starts, np.minimum(rates / entered, device.flow_maximum), end)


@functools.lru_cache(maxsize=256)
def _flexed(mode: Flex, clock: Clock, entered: float, most: float, start: float, end: float) -> Flow:
    """The flow of a flex program, at most so many mL/h; all pumps of a cohort begin with the same."""
    starts, rates = flex(mode, clock, start, end)
    return Flow(starts, np.minimum(rates / entered, most), end)
