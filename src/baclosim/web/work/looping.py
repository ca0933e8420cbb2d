"""A pump that controllers steer, beside the programmed dose on the same patient: asked for, run as a job, summed up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from ...plan.asked import Reading
from ...scenario.tables import PatientTable
from .jobs import Job, Progress
from .planning import patient_of

if TYPE_CHECKING:
    from ...control import Controller, Episode, PumpEnv

DAY = 24.0
LONGEST, LONGEST_BEFORE, OFTENEST = 90.0 * DAY, 730.0 * DAY, 1.0  # h
HELD, PROTOCOL, PROPORTIONAL = "as programmed", "published protocol", "proportional"
COLUMNS = (
    "dose", "at the end, ug/day", "Ashworth, last week", "time above the target", "drowsiness, mean",
    "withdrawal, worst", "safety stepped in",
)  # fmt: skip


class LoopWanted(BaseModel):
    """A pump in a closed loop, in words."""

    model_config = ConfigDict(extra="forbid", strict=True)

    patient: PatientTable = PatientTable.model_construct()
    pump: dict[str, Any] = Field({}, description="as [therapy.pump] of a scenario, without `program`")
    dose: str = Field("100 ug/day", max_length=100, description="on which the patient has been")
    before: str = Field("90 days", max_length=100)
    duration: str = Field("28 days", max_length=100)
    interval: str = Field("2 h", max_length=100, description="between two actions")
    target: str = Field("2", max_length=20, description="Ashworth score that is aimed at")
    gain: str = Field("0.1", max_length=20, description="of the proportional controller, for each step")
    differs: bool = Field(False, description="another virtual patient, pump and sensor instead of typical ones")
    seed: int = Field(1, ge=0, lt=2**31)

    def job(self) -> Job[LoopDone]:
        """The job of this loop; raises InputError with everything that cannot be read, or is too much."""
        read = Reading()
        who = patient_of(read, self.patient)
        before, hours, interval = (read.hours(key, getattr(self, key)) for key in ("before", "duration", "interval"))
        if before > LONGEST_BEFORE:
            read.refuse("before", self.before, "at most 730 days: adaptation has long come to rest by then")
        if hours > LONGEST or interval < OFTENEST:
            read.refuse("duration", f"{self.duration}, every {self.interval}", "at most 90 days, at least 1 h apart")
        target, gain = number(read, "target", self.target, 1.0, 5.0), number(read, "gain", self.gain, 0.0, 1.0)
        times = {"before": before, "duration": hours, "interval": interval}
        env = read.attempt(lambda: self.environment(who, target, times), None)
        read.done()
        assert env is not None
        ways = controllers(env, (target - 1.0) / 4.0, gain)
        return Job("loop", lambda told: run(env, ways, target, self.seed, told), len(ways) * round(hours), "hours")

    def environment(self, who: Any, target: float, times: Mapping[str, Any]) -> PumpEnv:
        """The patient on the pump; raises InputError."""
        from ...control import PumpEnv, Reward

        reward = Reward(target=target)
        return PumpEnv(who, self.pump, self.dose, reward=reward, differs=self.differs, **times)


@dataclass(frozen=True, eq=False)
class LoopDone:
    """What came of each way to steer: name -> episode; the h between actions and the Ashworth score aimed at."""

    episodes: Mapping[str, Episode]
    interval: float
    target: float

    def rows(self) -> Iterator[tuple[str, ...]]:
        """One row for each way, under COLUMNS."""
        from ...figures.display import readable

        for name, episode in self.episodes.items():
            course = episode.course
            tone, late = course["ashworth"][0], course.time > course.time[-1] - 7.0 * DAY
            yield (
                name,
                readable(float(episode.rates[-1] * DAY)),
                f"{tone[late].mean():.2f}",
                f"{100.0 * (tone > self.target).mean():.0f} %",
                f"{100.0 * course['drowsiness'][0].mean():.0f} %",
                f"{readable(100.0 * float(course['withdrawal'][0].max()), 2)} %",
                f"{episode.held_back} times" + (", ended in danger" if episode.ended_in_danger else ""),
            )


def controllers(env: PumpEnv, target: float, gain: float) -> dict[str, Controller]:
    """The ways to steer, the programmed dose first; `target` as the sensor reads it, 0 to 1."""
    from ...control import Proportional, PublishedProtocol, Unchanged

    per_day = max(1, round(DAY / env.interval))
    return {
        HELD: Unchanged(),
        PROTOCOL: PublishedProtocol.of(env.limits, target, per_day),
        PROPORTIONAL: Proportional(target, gain),
    }


def run(env: PumpEnv, ways: Mapping[str, Controller], target: float, seed: int, told: Progress) -> LoopDone:
    """Every way on the same patient, pump and noise."""
    from ...control import rollout

    found: dict[str, Episode] = {}
    each = round(env.duration)
    for name, controller in ways.items():
        found[name] = rollout(env, controller, seed, ticking(told, len(found) * each, len(ways) * each))
    return LoopDone(found, env.interval, target)


def ticking(told: Progress, before: int, of: int) -> Callable[[float], None]:
    """Told the hours of one episode, tells those of all."""
    return lambda hours: told(before + round(hours), of)


def number(read: Reading, key: str, given: str, least: float, most: float) -> float:
    """A number between two others; of a wrong one the least stands in, which no later check refuses."""
    from ...units import read as quantity

    found = read.attempt(lambda: float(quantity(given, "fraction", where=key)), least)
    if not least <= found <= most:
        read.refuse(key, given, f"{least:g} to {most:g}")
        return least
    return found


def steps(episode: Episode, interval: float) -> tuple[np.ndarray, np.ndarray]:
    """Time [h] and dose [ug/day] of an episode, each dose told where it begins, the last also where it ends."""
    times = np.append(np.arange(len(episode.rates)) * interval, episode.course.time[-1])
    return times, np.append(episode.rates, episode.rates[-1:]) * DAY
