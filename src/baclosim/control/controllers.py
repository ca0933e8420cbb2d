"""Controllers to compare others with; they see only observations, and pass through the safety layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..trajectory import Trajectory
from .environment import Observation, PumpEnv
from .limits import Limits

Action = NDArray[np.float32]


class Controller(Protocol):
    """From what is observed to what is asked for."""

    def reset(self) -> None:
        """Forget the episode before."""
        ...

    def __call__(self, observation: Observation) -> Action:
        """The action, (1,)."""
        ...


class Unchanged:
    """The programmed dose goes on, whatever is observed: what others are compared with."""

    def reset(self) -> None:
        """There is nothing to forget."""

    def __call__(self, observation: Observation) -> Action:
        """The present rate."""
        return observation["rates"][-1:]


@dataclass
class PublishedProtocol:
    """One change a day at most, by the middle of the published step, as a clinic on daily rounds would make it.

    A day's tone above `target` raises the dose; a day drowsier than the first lowers it. Steps are those of
    titrate.daily-increment.label-us and titrate.decrease-for-side-effects.recalled; the response to each is judged
    for a day (titrate.assessment-interval.boster-2016).

    rise, fall  shares of the dose
    per_day     steps of control in a day
    drowsier    how far the activity while awake may fall below that of the first day
    """

    target: float
    rise: float
    fall: float
    per_day: int = 24
    drowsier: float = 0.1
    _day: list[tuple[float, float]] = field(default_factory=list, repr=False)
    _first: float | None = field(default=None, repr=False)

    @classmethod
    def of(cls, limits: Limits, target: float = 0.25, per_day: int = 24) -> PublishedProtocol:
        """The protocol by half of the largest steps that the limits allow."""
        return cls(target, limits.rise / 2.0, limits.fall / 2.0, per_day)

    def reset(self) -> None:
        """Forget the days before."""
        self._day, self._first = [], None

    def __call__(self, observation: Observation) -> Action:
        """The present rate, but for one change at the end of each day."""
        now = observation["rates"][-1:]
        if observation["reading_age"][0] == 0.0:
            self._day.append((float(observation["tone"][0]), float(observation["activity"][0])))
        if len(self._day) < self.per_day:
            return now
        tones, active = np.array(self._day).T
        awake = float(np.sort(active)[-self.per_day // 2 :].mean())
        self._day, self._first = [], awake if self._first is None else self._first
        if awake < self._first - self.drowsier:
            return now * np.float32(1.0 - self.fall)
        return now * np.float32(1.0 + self.rise) if tones.mean() > self.target else now


@dataclass
class Proportional:
    """At every step the rate moves by a share of itself that is proportional to how far the tone is off its target.

    gain       share per unit of tone and step
    smoothing  weight of the latest reading in the running mean of the tone
    """

    target: float = 0.25
    gain: float = 0.05
    smoothing: float = 0.1
    _mean: float | None = field(default=None, repr=False)

    def reset(self) -> None:
        """Forget the running mean."""
        self._mean = None

    def __call__(self, observation: Observation) -> Action:
        """The present rate, moved by the error of the smoothed tone."""
        tone = float(observation["tone"][0])
        self._mean = tone if self._mean is None else self._mean + self.smoothing * (tone - self._mean)
        return observation["rates"][-1:] * np.float32(1.0 + self.gain * (self._mean - self.target))


@dataclass(frozen=True)
class Episode:
    """One episode: the patient's course, the reward in all, and how often the safety layer stepped in."""

    course: Trajectory
    reward: float
    rates: NDArray[np.float64]
    held_back: int
    ended_in_danger: bool


def rollout(
    env: PumpEnv, controller: Controller, seed: int | None = None, told: Callable[[float], None] = lambda hours: None
) -> Episode:  # fmt: skip
    """Let a controller run a pump for one episode. `rates` (steps,) is what ran [ug/h]; `told` the hours done."""
    controller.reset()
    observation, _ = env.reset(seed=seed)
    total, rates, held_back, ended, done = 0.0, [], 0, False, False
    while not (ended or done):
        observation, reward, ended, done, info = env.step(controller(observation))
        total += reward
        rates.append(info["rate"])
        held_back += bool(info["safety"])
        told(len(rates) * env.interval)
    return Episode(env.course(), total, np.array(rates), held_back, ended)
