"""A patient with a pump as a Gymnasium environment: the controller sees what a device could, and asks for a dose rate.

    import gymnasium, baclosim.control
    env = gymnasium.make("baclosim/Pump-v0", patient=patient, dose="150 ug/day")

Research and education, not a medical device: no controller made here may be connected to a patient.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from ..effects.rescue import tier
from ..errors import InputError, Problem, Problems
from ..patient import Patient, Patients, virtual_patients
from ..pump.system import PumpSystem, read_pump
from ..therapy.intrathecal.program import DAY, number
from ..trajectory import Trajectory
from ..units import read
from .limits import Limits, published_limits
from .plant import Plant
from .reward import FELT, Reward
from .safety import SafetyLayer
from .sensing import Reading, Sensor

Observation = dict[str, Any]
"""Name -> array of single precision."""
PUMP: Mapping[str, Any] = {
    "device": "synchromed-ii-40",
    "concentration": "500 ug/mL",
    "catheter": {"length": "66 cm", "tip": "T10"},
    "refill": "24 h after low reservoir",
}
"""The pump unless another is given; treatment starts with this concentration (titrate.start-concentration.boster-2016).
"""
REMEMBERED = 24  # past dose rates that an observation holds
LIKELY = 0.5
STEP = 0.25  # h between two evaluations of the body
MOST_PATIENTS = 1 << 30


class PumpEnv(gym.Env[Observation, NDArray[np.float32]]):
    """One episode is one patient on one pump.

    patient   who; the typical adult when left out
    pump      table as [therapy.pump] of a scenario holds, without `program`; what is left out is as in PUMP. Faults
              come at hours of the episode: {"faults": [{"at": "3 days", "kind": "motor stall"}]}
    dose      on which the patient has been for `before` when the episode begins
    interval  between two actions; duration: of the episode
    reward    what is asked for;  sensor: how well the patient is seen
    limits    made stricter than published, such as {"maximum": 600}; the safety layer cannot be switched off
    differs   whether each episode draws another virtual patient, pump and sensor, or all are typical
    clock     hour of the day at which the episode begins

    Action, shape (1,): the dose rate asked for, as a share of the highest allowed (`rate_of`, `action_of`).
    Observations: see `observation_space`; `info` names what the safety layer changed, the parts of the reward, and
    under "hidden" the truth that no controller may use.
    Raises InputError listing everything that is wrong.
    """

    metadata = {"render_modes": ["ansi"], "render_fps": 1}  # noqa: RUF012 the name and kind that Gymnasium asks for

    def __init__(
        self,
        patient: Patient | None = None,
        pump: Mapping[str, Any] | None = None,
        dose: str = "100 ug/day",
        *,
        before: str | float = "90 days",
        interval: str | float = "1 h",
        duration: str | float = "14 days",
        reward: Reward | None = None,
        sensor: Sensor | None = None,
        limits: Mapping[str, float] | None = None,
        differs: bool = True,
        clock: float = 8.0,
        render_mode: str | None = None,
    ) -> None:
        self.patient, self.differs, self.clock, self.render_mode = patient or Patient(), differs, clock, render_mode
        self.reward, self.sensor = reward or Reward(), sensor or Sensor()
        self.limits = published_limits(self.patient.covariates).tightened(dict(limits or {}))
        self.system = _system(pump or {}, dose)
        self.before, self.interval, self.duration = _times(before, interval, duration)
        self.dose_rate = self.system.program.entries[0].mode.daily_dose / DAY
        _check_start(self.dose_rate, self.limits, self.system)
        self.highest = self._guarded().fastest
        self.action_space = spaces.Box(0.0, 1.0, (1,), np.float32)
        self.observation_space = _observation_space(self.duration)
        self._plant: Plant | None = None

    # --- Gymnasium --------------------------------------------------------------------------------------

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Begin an episode; the same seed gives the same patient, pump, sensor and noise."""
        super().reset(seed=seed)
        drawn, pump_seed = (int(self.np_random.integers(MOST_PATIENTS)) for _ in range(2))
        group = virtual_patients(1, self.patient, drawn) if self.differs else Patients.of(self.patient)
        self._bias = self.sensor.bias_of(self.np_random) if self.differs else 0.0
        self._safety = self._guarded()
        self._plant = Plant(
            group, self.system, self.duration,
            before=self.before, step=STEP, quantities=FELT, seed=pump_seed if self.differs else None,
        )  # fmt: skip
        self._rates = deque([self.dose_rate] * REMEMBERED, maxlen=REMEMBERED)
        self._reading, self._age, self._said = Reading(0.0, 0.0), self.duration, ""
        self._sense(self._plant.begins)
        return self._observation(), {"hidden": dict(self._plant.begins)}

    def step(self, action: NDArray[np.float32]) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Ask for a dose rate, and live with what the safety layer makes of it for one interval."""
        plant = self._running()
        before = self._safety.rate
        vetted = self._safety.vet(self.rate_of(action), plant.time, self._age)
        truth = plant.run(vetted.rate, min(self.interval, self.duration - plant.time))
        self._rates.append(vetted.rate)
        self._sense(truth)
        ended = _in_danger(truth)
        parts = self.reward.parts(truth, self.interval, (vetted.rate - before) / self.highest, ended)
        done = plant.time >= self.duration - 1e-9
        info = {"rate": vetted.rate, "safety": vetted.reasons, "reward_parts": parts, "hidden": truth}
        self._said = _line(plant.time, vetted.rate, self._reading, vetted.reasons)
        return self._observation(), sum(parts.values()), ended, done and not ended, info

    def render(self) -> str | None:  # type: ignore[override]
        """One line about the last step, in mode "ansi"."""
        return self._said if self.render_mode == "ansi" else None

    # --- for controllers and for those who look at the result -----------------------------------------

    def rate_of(self, action: NDArray[np.float32]) -> float:
        """The dose rate [ug/h] that an action asks for; raises InputError for another shape than (1,)."""
        asked = np.asarray(action, dtype=float)
        if asked.shape != (1,):
            raise InputError(Problem("action", f"shape {asked.shape}", "an array of shape (1,)"))
        return float(asked[0]) * self.highest

    def action_of(self, rate: float) -> NDArray[np.float32]:
        """The action that asks for a dose rate [ug/h]."""
        return np.array([rate / self.highest], dtype=np.float32)

    def course(self) -> Trajectory:
        """What happened to the patient since the episode began, hidden truth included."""
        plant = self._running()
        if not plant.marched:
            raise InputError(Problem("course", None, "at least one step"))
        return plant.course()

    # --- inside -----------------------------------------------------------------------------------------

    def _running(self) -> Plant:
        if self._plant is None:
            raise InputError(Problem("episode", None, "a call of reset() first"))
        return self._plant

    def _guarded(self) -> SafetyLayer:
        program = self.system.program
        return SafetyLayer(self.limits, self.system.device, program.concentration, self.dose_rate)

    def _clock(self, time: float) -> float:
        return (self.clock + time) % DAY

    def _sense(self, truth: Mapping[str, float]) -> None:
        """Take in the reading that arrives now, or grow older without one."""
        time = self._running().time
        reading = self.sensor.read(truth, time, self._clock(time), self._bias, self.np_random)
        self._age = 0.0 if reading else min(self._age + self.interval, self.duration)
        self._reading = reading or self._reading

    def _observation(self) -> Observation:
        plant = self._running()
        pump, angle = plant.agenda.pump, 2.0 * np.pi * self._clock(plant.time) / DAY
        seen = {
            "tone": [self._reading.tone],
            "activity": [self._reading.activity],
            "reading_age": [self._age],
            "clock": [np.sin(angle), np.cos(angle)],
            "reservoir": [pump.estimated_volume / self.system.device.reservoir_volume],
            "alarm": [float(bool(pump.alarms.sounding))],
            "rates": np.array(self._rates) / self.highest,
        }
        spaces_of = self.observation_space.spaces  # type: ignore[attr-defined]
        return {
            name: np.clip(np.asarray(value, np.float32), spaces_of[name].low, spaces_of[name].high)
            for name, value in seen.items()
        }


def _observation_space(duration: float) -> spaces.Dict:
    """What a device and a sensor could know.

    tone, activity  the last reading that arrived;  reading_age: hours since
    clock           sine and cosine of the time of day
    reservoir       share of the reservoir that the pump believes is left;  alarm: whether one sounds
    rates           dose rates of the last steps, latest last, as shares of the highest allowed
    """
    ends = {"tone": (0, 1, 1), "activity": (0, 1, 1), "reading_age": (0, duration, 1), "clock": (-1, 1, 2)}
    ends |= {"reservoir": (0, 1, 1), "alarm": (0, 1, 1), "rates": (0, 1, REMEMBERED)}
    return spaces.Dict({name: spaces.Box(low, high, (n,), np.float32) for name, (low, high, n) in ends.items()})


def _system(pump: Mapping[str, Any], dose: str) -> PumpSystem:
    """The pump on its first program; raises InputError for one that cannot be steered or changes its drug."""
    if "program" in pump:
        raise InputError(Problem("pump.program", pump["program"], "no program: the controller is what programs it"))
    table = {**PUMP, **pump, "program": [{"at": "0 h", "mode": "simple continuous", "dose": dose}]}
    system = read_pump(table)
    problems = Problems()
    if not system.device.is_programmable:
        problems.add("pump.device", system.device.name, "a pump that can be programmed")
    for visit in system.program.refill.visits:
        if visit.concentration is not None:
            problems.add("pump.refills", str(visit), "refills of the same concentration")
    problems.raise_as(InputError)
    return system


def _times(*given: str | float) -> tuple[float, float, float]:
    """Earlier treatment, interval and duration [h]; raises InputError when they do not fit each other."""
    names, problems = ("before", "interval", "duration"), Problems()
    hours = [read(value, "time", where=name, default_unit="hour") for name, value in zip(names, given, strict=True)]
    before, interval, duration = hours
    for name, value, unit in (("before", before, STEP), ("interval", interval, STEP), ("duration", duration, interval)):
        if not value >= STEP or abs(value / unit - round(value / unit)) > 1e-9:
            allowed = "a whole number of intervals" if name == "duration" else "a whole number of quarters of an hour"
            problems.add(name, f"{number(value)} h", allowed)
    problems.raise_as(InputError)
    return before, interval, duration


def _check_start(rate: float, limits: Limits, system: PumpSystem) -> None:
    """Raise InputError for a dose that the limits would not allow."""
    if rate * DAY > limits.maximum * (1.0 + 1e-9):
        allowed = f"at most {number(limits.maximum)} ug/day, the daily maximum of the safety layer"
        raise InputError(Problem("dose", f"{number(rate * DAY)} ug/day", allowed))


def _in_danger(truth: Mapping[str, float]) -> bool:
    """Whether the patient is likely comatose, or in severe withdrawal: the episode ends."""
    return truth["coma"] >= LIKELY or str(tier(truth["withdrawal"])) == "severe"


def _line(time: float, rate: float, reading: Reading, reasons: tuple[str, ...]) -> str:
    why = f" ({'; '.join(reasons)})" if reasons else ""
    return f"{time:7.2f} h  tone {reading.tone:.2f}  activity {reading.activity:.2f}  {rate * DAY:.1f} ug/day{why}"
