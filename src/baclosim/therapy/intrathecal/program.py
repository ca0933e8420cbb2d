"""What a pump is told to do, as data: modes, program entries, refill plan. `pump` carries it out.

Inside, a dose rate is ug/h and a time h; hour 0 of the simulation has a clock time and perhaps a date, because a
flex program speaks of clock times and weekdays. Every object prints back as the sentence a nurse would say.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

DAY, WEEK = 24.0, 168.0
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
EVERY_DAY = tuple(range(7))
RefillPolicy = Literal["at low reservoir", "before low reservoir", "every", "never"]


def number(value: float) -> str:
    """A number as people write it: six significant digits at most, no exponent for everyday sizes."""
    return f"{value:.6g}" if abs(value) < 1e6 else f"{value:,.0f}"


def per_day(rate: float) -> str:
    """A dose rate [ug/h] as text in ug/day."""
    return f"{number(rate * DAY)} ug/day"


def clock(hours: float) -> str:
    """Hours after midnight as clock time; 24 prints as 24:00."""
    minutes = round(hours * 60.0)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def span(hours: float) -> str:
    """A time span [h] in the largest unit that keeps it plain."""
    if hours >= 48.0:
        return f"{number(hours / DAY)} days"
    return f"{number(hours)} h" if hours >= 2.0 or hours == 0.0 else f"{number(hours * 60.0)} min"


def days_text(weekdays: Sequence[int]) -> str:
    """Weekdays (0 = Monday) as text, a run of three or more as a range; empty for every day."""
    if tuple(weekdays) == EVERY_DAY:
        return ""
    names, run = [], []
    for day in (*sorted(weekdays), 99):
        if run and day != run[-1] + 1:
            names += [f"{WEEKDAYS[run[0]]}-{WEEKDAYS[run[-1]]}"] if len(run) > 2 else [WEEKDAYS[d] for d in run]
            run = []
        run.append(day)
    return ",".join(names) + " "


@dataclass(frozen=True)
class SimpleContinuous:
    """One rate, day and night. `dose_rate` [ug/h]."""

    dose_rate: float

    @property
    def daily_dose(self) -> float:
        """Programmed dose [ug/day]."""
        return self.dose_rate * DAY

    def __str__(self) -> str:
        return f"simple continuous {per_day(self.dose_rate)}"


@dataclass(frozen=True)
class FlexStep:
    """One part of the day: from `start` to `end` [h after midnight; past midnight when end <= start] at `dose_rate`.

    A step that passes midnight belongs to the weekday on which it starts.
    """

    start: float
    end: float
    dose_rate: float
    weekdays: tuple[int, ...] = EVERY_DAY

    @property
    def hours(self) -> float:
        """Length [h]."""
        return self.end - self.start if self.end > self.start else self.end + DAY - self.start

    def __str__(self) -> str:
        return f"{days_text(self.weekdays)}{clock(self.start)}-{clock(self.end)} {number(self.dose_rate)} ug/h"


@dataclass(frozen=True)
class Flex:
    """Rates by clock time and weekday; the steps cover the week without gap or overlap."""

    steps: tuple[FlexStep, ...]

    @property
    def daily_dose(self) -> float:
        """Programmed dose, mean over the week [ug/day]."""
        return sum(step.hours * step.dose_rate * len(step.weekdays) for step in self.steps) / 7.0

    @functools.cached_property
    def _text(self) -> str:
        return f"flex {', '.join(map(str, self.steps))} ({number(self.daily_dose)} ug/day)"

    def __str__(self) -> str:
        return self._text  # every pump of a cohort writes it into its log


@dataclass(frozen=True)
class SingleBolus:
    """`dose` [ug] over `duration` [h], then back to what ran before, or `stopped`."""

    dose: float
    duration: float
    then: Literal["resume", "stopped"] = "resume"
    purpose: str = "single bolus"

    @property
    def daily_dose(self) -> float:
        """Nothing a day: it happens once."""
        return 0.0

    def __str__(self) -> str:
        after = "the pump stopped" if self.then == "stopped" else "the program before it"
        return f"{self.purpose} {number(self.dose)} ug over {span(self.duration)}, then {after}"


@dataclass(frozen=True)
class PrimingBolus:
    """Fill the catheter with drug at the fastest flow; `volume` [mL], or None for the implanted catheter's volume."""

    volume: float | None = None

    @property
    def daily_dose(self) -> float:
        """Nothing a day: it happens once."""
        return 0.0

    def __str__(self) -> str:
        amount = "the catheter volume" if self.volume is None else f"{number(self.volume)} mL"
        return f"priming bolus of {amount}, then the program before it"


@dataclass(frozen=True)
class PeriodicBolus:
    """`dose` [ug] over `duration` [h], once `every` [h], the first after `first` [h], over a `background` [ug/h]."""

    dose: float
    duration: float
    every: float
    background: float = 0.0
    first: float = 0.0

    @property
    def daily_dose(self) -> float:
        """Programmed dose [ug/day]."""
        return self.dose * DAY / self.every + self.background * DAY

    def __str__(self) -> str:
        over = f" over a background of {per_day(self.background)}" if self.background else ""
        return f"periodic bolus {number(self.dose)} ug over {span(self.duration)} every {span(self.every)}{over}"


@dataclass(frozen=True)
class PatientBolus:
    """Boluses the patient asks for, within a lock-out and a limit in any 24 h, over a `background` rate [ug/h].

    lockout   shortest time between two starts [h]
    per_day   most boluses in any 24 h
    pressed   when the patient presses: clock times [h after midnight], a mean number a day, or "always"
    """

    dose: float
    duration: float
    lockout: float
    per_day: int
    background: float
    pressed: tuple[float, ...] | float | Literal["always"] = "always"

    @property
    def daily_dose(self) -> float:
        """Largest dose that the limits allow [ug/day]."""
        return self.dose * min(self.per_day, DAY / self.lockout) + self.background * DAY

    def __str__(self) -> str:
        when = self.pressed
        if isinstance(when, tuple):
            pressed = "asked for at " + ", ".join(clock(t) for t in when)
        else:
            pressed = (
                "asked for whenever allowed" if when == "always" else f"asked for {number(float(when))} times a day"
            )
        return (
            f"patient bolus {number(self.dose)} ug over {span(self.duration)}, lock-out {span(self.lockout)}, "
            f"at most {self.per_day} a day, {pressed}, over a background of {per_day(self.background)}"
        )


@dataclass(frozen=True)
class MinimumRate:
    """The slowest flow that keeps the mechanism moving; no useful dose."""

    @property
    def daily_dose(self) -> float:
        """Taken as nothing [ug/day]; the few micrograms depend on the concentration."""
        return 0.0

    def __str__(self) -> str:
        return "minimum rate"


@dataclass(frozen=True)
class Stopped:
    """No flow at all."""

    @property
    def daily_dose(self) -> float:
        """Nothing [ug/day]."""
        return 0.0

    def __str__(self) -> str:
        return "stopped"


Mode = SimpleContinuous | Flex | SingleBolus | PrimingBolus | PeriodicBolus | PatientBolus | MinimumRate | Stopped


def scaled(mode: Mode, level: float) -> Mode:
    """The same mode with every dose times `level`; stopped at nothing. Boluses that happen once stay as they are."""
    if level <= 0.0:
        return Stopped()
    match mode:
        case SimpleContinuous(rate):
            return SimpleContinuous(rate * level)
        case Flex(steps):
            return Flex(tuple(replace(step, dose_rate=step.dose_rate * level) for step in steps))
        case PeriodicBolus() | PatientBolus():
            return replace(mode, dose=mode.dose * level, background=mode.background * level)
        case _:
            return mode


@dataclass(frozen=True)
class ProgramEntry:
    """From `at` [h] on the pump follows `mode`. `deliberate` lifts the guard against a tenfold slip."""

    at: float
    mode: Mode
    deliberate: bool = False

    def __str__(self) -> str:
        return f"from {span(self.at)} {self.mode}"


@dataclass(frozen=True)
class RefillVisit:
    """A planned refill at `at` [h]; None keeps the concentration [ug/mL] or fills the reservoir [mL]."""

    at: float
    concentration: float | None = None
    volume: float | None = None
    bridge: bool = True

    def __str__(self) -> str:
        volume = "full" if self.volume is None else f"with {number(self.volume)} mL"
        drug = "" if self.concentration is None else f" of {number(self.concentration)} ug/mL"
        bridge = " and a bridge bolus" if self.concentration is not None and self.bridge else ""
        return f"refilled {volume}{drug}{bridge} at {span(self.at)}"


@dataclass(frozen=True)
class RefillPlan:
    """When the reservoir is filled again: by policy, and at planned visits besides.

    policy   "at low reservoir": `hours` after the alarm; "before low reservoir": `hours` before its computed date;
             "every": each `hours`; "never"
    """

    policy: RefillPolicy = "at low reservoir"
    hours: float = 0.0
    visits: tuple[RefillVisit, ...] = ()

    def __str__(self) -> str:
        if self.policy == "every":
            words = f"every {span(self.hours)}"
        elif self.policy == "before low reservoir":
            words = f"{span(self.hours)} before the low-reservoir date"
        else:
            words = self.policy + (f" + {span(self.hours)}" if self.policy == "at low reservoir" and self.hours else "")
        return "; ".join([f"refill {words}", *map(str, self.visits)])


@dataclass(frozen=True)
class Program:
    """All that is prescribed for one pump.

    entries        in order of time, the first at or before hour 0
    concentration  of the drug in the reservoir at hour 0 [ug/mL], as entered in the programmer
    volume         in the reservoir at hour 0 [mL], None = full
    low_reservoir  alarm setting [mL], None = the device's default
    primed         whether catheter and pump tubing are full of drug at hour 0; a fresh catheter is not
    start_clock    clock time of hour 0 [h after midnight], None when unknown
    start_date     date of hour 0, None when unknown
    """

    entries: tuple[ProgramEntry, ...]
    concentration: float
    refill: RefillPlan = field(default_factory=RefillPlan)
    volume: float | None = None
    low_reservoir: float | None = None
    primed: bool = True
    start_clock: float | None = None
    start_date: dt.date | None = None

    def __str__(self) -> str:
        entries = "; ".join(map(str, self.entries))
        return f"pump filled with {number(self.concentration)} ug/mL; {entries}; {self.refill}"
