"""What the pump of a scenario has come to at a moment of its run: the case that a rescue begins with."""

from __future__ import annotations

from dataclasses import dataclass

from ..patient import Patient
from ..plan.asked import Reading
from ..plan.rescuing.delivered import last_dose
from ..therapy.alongside import Alongside
from ..therapy.intrathecal.program import number
from .checking import Scenario


@dataclass(frozen=True)
class Case:
    """Who was given what, for how long [h]; of a scenario what was delivered, hours without drug, and other drugs."""

    treatment: str
    since: float
    patient: Patient
    off: float = 0.0
    delivered: str | None = None
    beside: tuple[Alongside, ...] = ()


def case_at(study: Scenario, at: float, read: Reading, patient: Patient | None = None) -> Case:
    """The case that the pump of a scenario has come to at a time of its run [h]; what speaks against it is noted.

    patient  who is meant, in place of the scenario's own
    """
    pump, who = study.therapy.pump, patient or study.patient
    if pump is None:
        read.problems.add("scenario", study.name, "a scenario with a table [therapy.pump], or a treatment in words")
        return Case(study.name, at, who)
    if study.therapy.regimens:
        given = "; ".join(map(str, study.therapy.regimens))
        hint = "Leave the tablets out: the plan follows what the pump gave, and they cover a part of it."
        read.problems.add("therapy", given, "a pump alone", hint)
    last = last_dose(pump.delivery(at, study.seed))
    if last.delivered <= 0.0 or last.programmed <= 0.0:
        read.refuse("at", f"{number(at)} h", "a time at which the pump is programmed and has given drug")
    elif last.off < 1.0 and not last.fell_short:
        read.refuse("at", f"{number(at)} h", "a time at which the pump fails: here it gives what it should")
    given = f"{number(round(last.delivered, 1))} ug/day intrathecally" if last.fell_short else None
    programmed = f"{number(last.programmed)} ug/day intrathecally"
    off = max(round(last.off, 2), 1.0)
    return Case(programmed, study.before + at - last.off, who, off, given, study.therapy.beside)
