"""What the model makes of a calculation: numbers with the uncertainty of the typical value and the spread of people."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..patient import Patient, Patients, typical_draws, virtual_patients
from ..patient.speech import patient_sentence
from ..units import read
from .calculation import Calculation
from .lactation import ACCEPTED_SHARE, PRINTED, RATIO, infant_dose, milk

if TYPE_CHECKING:
    from ..parameters import Parameter
    from ..trajectory import Trajectory

Array = NDArray[np.float64]
PEOPLE = 96  # six blocks of lanes: virtual patients, and draws of the typical one
SEED = 1
SETTLED = "10 days"
WATCHED = 14.0  # days after a stop, or after an overdose
LIKELY = 0.5  # probability from which a sign counts as there
STEP = "1 h"  # of the effects in courses of days: signs begin at the same hour with a quarter of it


@dataclass(frozen=True)
class Figure:
    """One number of the model.

    typical, low, high  the typical patient with the 95 % interval of what the evidence leaves possible
    least, most         90 % of patients lie between; not-a-number where patients do not differ in it
    """

    what: str
    unit: str
    typical: float
    low: float
    high: float
    least: float = float("nan")
    most: float = float("nan")


@dataclass(frozen=True)
class Computed:
    """What the model says, of whom, and what that rests on."""

    quantity: str
    regimen: str
    patient: str
    figures: tuple[Figure, ...]
    notes: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()


def computed(asked: Calculation) -> Computed:
    """Run the model for a calculation. Raises InputError when dose or patient is impossible."""
    return _RUNS[asked.quantity](asked)


@dataclass(frozen=True)
class Runs:
    """One therapy given to the typical patient, to virtual patients, and to draws of the typical one.

    behind  the parameters on which what was recorded depends
    """

    typical: Trajectory
    people: Trajectory
    draws: Trajectory
    behind: tuple[Parameter, ...]

    def figure(self, what: str, unit: str, measure: Callable[[Trajectory], Array]) -> Figure:
        """A number (n,) that `measure` takes of each course; infinite where it never comes."""
        return figure(what, unit, *(measure(course) for course in (self.typical, self.people, self.draws)))


def figure(what: str, unit: str, typical: Array, people: Array, draws: Array) -> Figure:
    """A number of the typical patient, (1,), with its interval over draws and its spread over people, (n,) each."""
    low, high = np.quantile(draws, (0.025, 0.975), method="nearest").tolist()
    least, most = np.quantile(people, (0.05, 0.95), method="nearest").tolist()
    return Figure(what, unit, float(typical[0]), low, high, least, most)


def groups_of(like: Patient) -> tuple[Patients, Patients, Patients]:
    """The typical patient, virtual patients, and draws of the typical one."""
    return (
        Patients.of(like), virtual_patients(PEOPLE, like=like, seed=SEED), typical_draws(PEOPLE, like=like, seed=SEED)
    )  # fmt: skip


def simulated(
    asked: Calculation, therapy: str, until: str | float, *quantities: str, step: str = "15 min", since: float = 0.0
) -> Runs:
    """All three groups under a therapy, recorded from the hour `since` on."""
    from ..simulate import simulate

    def course(group: Patients) -> Trajectory:
        run = functools.partial(simulate, group, therapy, step=step, quantities=quantities)
        before = run(since, every=since).final if since else None
        return run(until, every=step, resume=before)

    groups = groups_of(Patient(**asked.patient))
    typical, people, draws = map(course, groups)
    return Runs(typical, people, draws, behind(typical, groups[0], therapy))


def behind(course: Trajectory, group: Patients, therapy: str) -> tuple[Parameter, ...]:
    """The parameters on which the recorded quantities of a course depend, read off the equations."""
    from ..leaning import model_of
    from ..simulate import body_for, doses_of, effects_for
    from ..therapy.language import parse

    doses = doses_of(parse(therapy), float(course.time[-1]), group, SEED)
    names = model_of(group, doses, body_for(doses), effects_for(tuple(course))).behind(*course)
    return tuple(parameter for parameter in course.parameters if parameter.name in names)


def result(
    asked: Calculation, runs: Runs, figures: tuple[Figure, ...], *notes: str, facts: tuple[str, ...] = ()
) -> Computed:
    """The figures with what they rest on."""
    course = runs.typical
    cautions = tuple(
        str(c) for c in dict.fromkeys(course.cautions) if "ashworth" in course or "Ashworth" not in c.about
    )
    return Computed(
        asked.quantity, course.therapy, patient_sentence(Patient(**asked.patient)), figures,
        (*(f"Assumed: {said}." for said in asked.assumed), *notes, *cautions),
        (*facts, *facts_of(runs.behind)), weak_of(runs.behind),
    )  # fmt: skip


def facts_of(rests: Sequence[Parameter]) -> tuple[str, ...]:
    """Ids of the facts behind parameters, each once."""
    return tuple(dict.fromkeys(fact for parameter in rests for fact in parameter.facts))


def weak_of(rests: Sequence[Parameter]) -> tuple[str, ...]:
    """Names of those that are assumed or recalled."""
    return tuple(parameter.name for parameter in rests if parameter.is_weak)


def percent(share: float) -> str:
    """A share as whole percent."""
    return f"{100.0 * share:.0f} %"


def last_day(name: str, measure: str = "average") -> Callable[[Trajectory], Array]:
    """Average, peak or trough of a quantity over the last day, (n,)."""
    taken = {"average": np.mean, "peak": np.max, "trough": np.min}[measure]
    return lambda course: np.asarray(taken(course[name][:, course.time > course.time[-1] - 24.0], axis=1))


def scaled(measure: Callable[[Trajectory], Array], factor: float) -> Callable[[Trajectory], Array]:
    """The measure in another unit."""
    return lambda course: factor * measure(course)


def _after_one(asked: Calculation) -> Computed:
    """Plasma after a single dose: its peak, when that comes, and the level at an hour that was named."""
    runs = simulated(asked, asked.regimen, "24 h", "plasma")
    figures = (
        runs.figure("plasma, peak", "ng/mL", lambda course: 1000.0 * course["plasma"].max(axis=1)),
        runs.figure("time of the peak", "h", lambda course: course.time[course["plasma"].argmax(axis=1)]),
    )
    if "after" in asked.numbers:
        hour = min(read(asked.numbers["after"], "time", where="time after the dose"), 24.0)
        at = runs.figure(f"plasma {hour:g} h after the dose", "ng/mL", lambda c: 1000.0 * c.at("plasma", hour))
        figures = (*figures, at)
    return result(asked, runs, figures)


def _level(name: str, label: str) -> Callable[[Calculation], Computed]:
    def run(asked: Calculation) -> Computed:
        if asked.regimen.endswith("once"):
            return _after_one(asked)
        runs = simulated(asked, asked.regimen, SETTLED, name)
        figures = tuple(
            runs.figure(f"{label}, {kind} of a day at steady state", "ng/mL", scaled(last_day(name, kind), 1000.0))
            for kind in ("average", "peak", "trough")
        )
        return result(asked, runs, figures)

    return run


def _infant(asked: Calculation) -> Computed:
    """Milk and the infant's dose from the mother's average plasma."""
    runs = simulated(asked, asked.regimen, SETTLED, "plasma")
    plasma = last_day("plasma")  # ug/mL, the same as mg/L
    figures = (
        runs.figure("mother's plasma, average of a day", "ng/mL", scaled(plasma, 1000.0)),
        runs.figure("milk, average of a day", "ug/L", lambda course: 1000.0 * milk(plasma(course))),
        runs.figure("infant's dose", "mg/kg/day", lambda course: infant_dose(milk(plasma(course)))),
    )
    note = f"Below {100 * ACCEPTED_SHARE:g} % of the mother's dose by weight nursing is conventionally accepted."
    return result(asked, runs, figures, note, facts=(RATIO, PRINTED))


def _withdrawal(asked: Calculation) -> Computed:
    """When first signs come after a stop, and how severe it gets."""
    from ..parameters import typical

    tiers = typical(("mild_withdrawal", "severe_withdrawal"))
    stop = 24.0 * asked.days
    until = stop + 24.0 * WATCHED
    therapy = f"{asked.regimen} for {asked.days:g} days, then stop"
    runs = simulated(asked, therapy, until, "withdrawal", "cord_deficit", step=STEP, since=stop)
    ever = float(np.isfinite(first_signs(runs.people, stop, tiers["mild_withdrawal"])).mean())
    severe = float((runs.people["withdrawal"].max(axis=1) >= tiers["severe_withdrawal"]).mean())
    figures = (
        runs.figure("first signs after the stop", "h", lambda c: first_signs(c, stop, tiers["mild_withdrawal"])),
        runs.figure("worst severity, 0 to 1", "", lambda c: c["withdrawal"].max(axis=1)),
    )
    notes = (
        f"{percent(ever)} of virtual patients show signs within {WATCHED:g} days; {percent(severe)} become severe.",
        "This is what the model says of an abrupt stop, never a reason to stop.",
    )
    return result(asked, runs, figures, *notes)


def first_signs(course: Trajectory, stop: float, mild: float) -> Array:
    """Hours from a stop to the first mild sign of cord or brain, infinite where there is none, (n,)."""
    there = np.maximum(course["withdrawal"], course["cord_deficit"]) >= mild
    return np.where(there.any(axis=1), course.time[there.argmax(axis=1)] - stop, np.inf)


def _depressed(name: str) -> Callable[[Calculation], Computed]:
    def hours(course: Trajectory) -> Array:
        return (course[name] >= LIKELY).sum(axis=1).astype(float)

    def run(asked: Calculation) -> Computed:
        from ..outcome.summary import EXCESS

        runs = simulated(asked, asked.regimen, 24.0 * WATCHED, name, step=STEP)
        ever = float((runs.people[name].max(axis=1) >= LIKELY).mean())
        figures = (
            runs.figure(f"hours in which {name} is likely", "h", hours),
            runs.figure(f"highest probability of {name}", "", lambda c: c[name].max(axis=1)),
        )
        note = f"{name.capitalize()} is likely at some time in {percent(ever)} of virtual patients."
        return result(asked, runs, figures, note, str(EXCESS), facts=EXCESS.evidence)

    return run


def _drowsy(asked: Calculation) -> Computed:
    """Probability of drowsiness on the tenth day."""
    runs = simulated(asked, asked.regimen, SETTLED, "drowsiness")
    return result(
        asked, runs, (runs.figure("probability of drowsiness, average of the tenth day", "", last_day("drowsiness")),)
    )


def _tone(asked: Calculation) -> Computed:
    """The Ashworth score on the tenth day."""
    runs = simulated(asked, asked.regimen, SETTLED, "ashworth")
    before = f"Before treatment it is {runs.typical['ashworth'][0, 0]:.2g} in the typical patient."
    return result(
        asked, runs, (runs.figure("Ashworth score, average of the tenth day", "", last_day("ashworth")),), before
    )


def _half_life(asked: Calculation) -> Computed:
    """The terminal half-life in blood of a patient."""
    from ..body.summary import Blood
    from ..parameters import parameters

    like = Patient(**asked.patient)
    values = [np.asarray(Blood.of(group.parameters).half_life) for group in groups_of(like)]
    names = Patients.of(like).behind(Blood.__dataclass_fields__)
    rests = [parameters()[name] for name in names]
    return Computed(
        asked.quantity, "", patient_sentence(like), (figure("terminal half-life in blood", "h", *values),),
        tuple(str(caution) for caution in like.cautions),
        facts_of(rests), weak_of(rests),
    )  # fmt: skip


def _refill(asked: Calculation) -> Computed:
    """How long a reservoir lasts, by the pump's arithmetic; the interval is that of the flow error."""
    from ..pump.arithmetic import refill_dates
    from ..pump.device import device

    given = asked.numbers
    volume = read(given["volume"], "volume", where="volume") if "volume" in given else None
    model = device("synchromed-ii-20" if volume is not None and volume <= 20.0 else "synchromed-ii-40")
    concentration = read(given["concentration"], "concentration", where="concentration")
    dates = refill_dates(model, concentration, 24.0 * read(given["dose"], "dose rate", where="dose"), volume=volume)
    days = [hours / 24.0 for hours in (dates.empty, dates.empty_earliest, dates.empty_latest)]
    alarm = dates.alarm / 24.0
    figures = (
        Figure("until the usable drug is spent", "days", *days),
        Figure("until the low-reservoir alarm", "days", alarm, alarm, alarm),
    )
    facts = ("refill.interval-formula.derived", "pump.flow-accuracy-spec.medtronic-2014")
    return Computed(
        asked.quantity, f"{given['dose']} at {given['concentration']}", model.name, figures, dates.warnings, facts
    )


_RUNS: dict[str, Callable[[Any], Computed]] = {
    "plasma level": _level("plasma", "plasma"),
    "spinal fluid level": _level("csf_lumbar", "lumbar spinal fluid"),
    "infant dose": _infant,
    "onset of withdrawal": _withdrawal,
    "time in coma": _depressed("coma"),
    "ventilation": _depressed("ventilation"),
    "drowsiness": _drowsy,
    "tone": _tone,
    "half-life": _half_life,
    "refill interval": _refill,
}
