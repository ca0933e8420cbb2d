"""Recorded doses as a scenario: each route a regimen in plain words that gives the very doses, the rest of the table
accounted for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError, Problem
from ..individualise import Person, read_persons
from ..therapy.amounts import Mass
from ..therapy.doses import CHANNELS, Doses
from ..therapy.language import parse
from ..therapy.regimen import Regimen
from ..therapy.steps import Dosing, For, Intake, Nothing, Route, Step
from ..therapy.timing import Every, Once

Array = NDArray[np.float64]
KEYS: dict[str, tuple[str, Route]] = {
    "mouth": ("oral", "mouth"), "vein": ("intravenous", "vein"), "lumbar puncture": ("intrathecal", "intrathecal"),
}  # fmt: skip
MOST_STEPS = 60  # of one regimen; more is no sentence that anybody reads
SLACK = 1e-6  # h
MEASURED = {"age": "years", "weight": "kg", "height": "cm", "creatinine_clearance": "mL/min"}


@dataclass(frozen=True)
class Told:
    """One subject of a table as the tables of a scenario, with what was used, assumed and left."""

    raw: dict[str, Any]
    subjects: tuple[str, ...]
    subject: str
    used: tuple[str, ...]
    notes: tuple[str, ...]
    left: tuple[str, ...]


def scenario_of_records(content: bytes, name: str, *, subject: str = "", unit: str = "mg") -> Told:
    """One subject of a NONMEM-style table, the first unless another is named.

    unit  of bare amounts

    Raises InputError with every fault of the table, by row, for a subject who is not in it, and for doses that no
    regimen in words can give.
    """
    persons = {person.name: person for person in read_persons(content, units={"dose": unit}, observed=False)}
    if subject and subject not in persons:
        raise InputError(Problem("subject", subject, f"one of {', '.join(list(persons)[:20])}"))
    person = persons[subject] if subject else next(iter(persons.values()))
    given: Doses = person.therapy.given
    therapy, start = regimens(given)
    last = max(*(person.times or (0.0,)), float(given.time.max()) + person.therapy.gap)
    simulate: dict[str, Any] = {"duration": hours_in_words(last)}
    if start < 0.0:
        simulate["before"] = hours_in_words(-start)
    title = f"{name}, subject {person.name}" if person.name else name
    raw = {"title": title, "patient": covariates(person), "therapy": therapy, "simulate": simulate}
    used = (*(f"{key}: {says}" for key, says in therapy.items()), *(f"{k}: {v}" for k, v in raw["patient"].items()))
    return Told(raw, tuple(persons), person.name, used, tuple(notes(start, unit)), tuple(left(persons, person)))


def notes(start: float, unit: str) -> Iterator[str]:
    """What was assumed."""
    yield f"Amounts without a unit are {unit}."
    yield "After the last recorded dose nothing is given."
    if start < 0.0:
        yield "A steady state (SS) is reached by earlier doses, which the time before hour 0 holds."


def left(persons: dict[str, Person], person: Person) -> Iterator[str]:
    """What is not shown."""
    others = len(persons) - 1
    if others:
        yield f"{others} other subject{'s' * (others != 1)}: one is simulated at a time."
    yield "Observed values (DV): the Fit tab, or `baclosim fit`, estimates a person from them."


def covariates(person: Person) -> dict[str, str]:
    """What is known of a person as the table of a scenario, nothing that was assumed."""
    who = person.patient.covariates
    known = {n: f"{getattr(who, n):.6g} {unit}" for n, unit in MEASURED.items() if n not in who.assumed}
    return known | ({"sex": who.sex} if who.sex and "sex" not in who.assumed else {})


def regimens(given: Doses) -> tuple[dict[str, str], float]:
    """Each route as a sentence, all beginning at the same hour [h], which is 0 or earlier; raises InputError."""
    start = min(0.0, float(given.time.min()))
    found = {}
    for channel in np.unique(given.channel):
        way = CHANNELS[channel]
        if way not in KEYS:
            allowed = "doses by mouth, into a vein or by lumbar puncture"
            raise InputError(Problem("doses", f"by {way}", allowed, "The Pump tab has pumps."))
        key, route = KEYS[way]
        own = given.channel == channel
        order = np.argsort(given.time[own], kind="stable")
        time, amount, over = (x[own][order] for x in (given.time - start, given.amount, given.duration))
        found[key] = sentence(time, amount, over, route)
    return found, start


def sentence(time: Array, amount: Array, over: Array, route: Route) -> str:
    """Doses of one route at times from 0 [h] in words; raises InputError unless the words give these very doses."""
    if np.any(np.diff(time) < SLACK):
        raise InputError(Problem("doses", "two doses at one time", "one dose at a time of each route: add them up"))
    found = tuple(steps(time, amount, over, route))
    if len(found) > MOST_STEPS:
        hint = "Simulate the table itself: `baclosim export predictions`."
        raise InputError(Problem("doses", f"{len(found)} different steps", f"at most {MOST_STEPS} of one route", hint))
    words = str(Regimen(found))
    again = parse(words).doses(float(time[-1]) + SLACK)
    same = len(again) == len(time) and all(
        np.allclose(one, other, rtol=1e-6, atol=1e-6)
        for one, other in ((again.time, time), (again.amount, amount), (again.duration, over))
    )
    if not same:
        raise InputError(Problem("doses", words, "amounts and times that plain words can say exactly"))
    return words


def steps(time: Array, amount: Array, over: Array, route: Route) -> Iterator[Step]:
    """The steps that give these doses: runs of equal doses at equal intervals, single doses, pauses."""
    if time[0] > SLACK:
        yield Nothing(For(float(time[0])))
    first = 0
    while first < len(time):
        last = run(time, amount, over, first)
        due = float(time[last + 1]) if last + 1 < len(time) else None
        if last == first:
            yield Dosing((intake(amount[first], over[first], route, None),))
            end = float(time[first])
        else:
            gap = tidy(float(time[first + 1] - time[first]))
            end = float(time[last]) + gap
            if due is not None and due < end - SLACK:  # the next comes early: the last dose of the run stands alone
                last, due = last - 1, float(time[last])
                end = float(time[last]) + gap
            yield Dosing((intake(amount[first], over[first], route, gap),), For(tidy(end - float(time[first]))))
        if due is None:
            yield Nothing()
        elif due > end + SLACK:
            yield Nothing(For(tidy(due - end)))
        first = last + 1


def run(time: Array, amount: Array, over: Array, first: int) -> int:
    """The last of the doses from `first` on that are alike and evenly spaced; `first` itself for fewer than three."""
    last = first
    while last + 1 < len(time) and amount[last + 1] == amount[first] and over[last + 1] == over[first]:
        if last > first and abs((time[last + 1] - time[last]) - (time[first + 1] - time[first])) > SLACK:
            break
        last += 1
    return last if last - first >= 2 else first


def intake(amount: float, over: float, route: Route, gap: float | None) -> Intake:
    """One dose, or the same every `gap` hours."""
    return Intake(Mass(float(amount)), Once() if gap is None else Every(gap), route, over=float(over))


def tidy(hours: float) -> float:
    """A length in whole seconds where the table gives such."""
    seconds = round(hours * 3600.0)
    return seconds / 3600.0 if abs(hours * 3600.0 - seconds) < 1e-4 else hours


def hours_in_words(hours: float) -> str:
    """A length of time as a scenario says it, whole days where it is such."""
    days = hours / 24.0
    return f"{days:.12g} days" if days >= 2.0 and days == round(days) else f"{hours:.12g} h"
