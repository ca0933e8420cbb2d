"""A case from options as they are typed, on top of another case or of none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from ..errors import InputError, Problem, Problems, nearest
from .case import STATUSES, Case, Drug, Status
from .medicines import medicine
from .reading import Reading, attempt, joined, note_sign, note_value, onset_of
from .text.history import told
from .text.language import heard


def case_from_options(
    base: Reading | None = None,
    *,
    text: str = "",
    present: Sequence[str] = (),
    absent: Sequence[str] = (),
    values: Sequence[str] = (),
    drugs: Sequence[str] = (),
    pump: str = "",
    onset: str = "",
) -> Reading:
    """A case from what was typed, on top of another. Raises InputError with every mistake.

    values  such as "temperature 39.5 C"; drugs: such as "sertraline started 2 days ago"; pump: a state, or words
    """
    problems, signs, measured = Problems(), {}, {}
    started = base or Reading(Case())
    listened = attempt(problems, heard, text, "--text") if text else started.heard
    case = merged(started.case, listened.case()) if text and listened else started.case
    for given in present:
        note_sign(signs, given, True, "--finding", problems)
    for given in absent:
        note_sign(signs, given, False, "--absent", problems)
    for given in values:
        note_typed_value(measured, given, problems)
    typed = [drug for given in drugs for drug in (attempt(problems, typed_drug, given) or ())]
    case = joined(case, signs, measured, typed)
    if pump:
        case = replace(case, **(attempt(problems, typed_pump, pump) or {}))
    if onset:
        case = replace(case, onset=attempt(problems, onset_of, onset))
    problems.raise_as(InputError)
    return Reading(case, listened)


def merged(first: Case, second: Case) -> Case:
    """Two tellings of one case; the second counts more."""
    case = joined(first, {**second.findings, **second.circumstances}, second.values, second.drugs)
    chosen = {name: value for name in ("pump", "pump_ago", "onset", "signs_for") if (value := getattr(second, name))}
    return replace(case, **chosen, patient={**first.patient, **second.patient})


def note_typed_value(measured: dict[str, float], given: str, problems: Problems) -> None:
    """A value typed as "temperature 39.5 C"."""
    match = re.match(r"^\s*([a-z_ ]+?)\s*[:=]?\s*([-+]?\d.*)$", given, re.IGNORECASE)
    if match:
        note_value(measured, match[1], match[2], "--value", problems)
    else:
        problems.add("--value", given, "a name with a number and its unit, such as 'temperature 39.5 C'")


def typed_drug(given: str) -> tuple[Drug, ...]:
    """Drugs typed as "sertraline started 2 days ago". Raises InputError when no drug is named."""
    found = told(given[:500])
    if not found.drugs:
        word = (re.findall(r"[A-Za-z][\w'-]+", given) or [given])[0]
        return (Drug(medicine(word, "--drug")),)
    return found.drugs


def typed_pump(given: str) -> dict[str, Any]:
    """The state of the pump typed as one of its words or told in others. Raises InputError."""
    found = told(f"pump {given}" if "pump" not in given.lower() else given)
    status = given.strip().lower() if given.strip().lower() in STATUSES else found.pump
    if not status:
        raise InputError(Problem("--pump", given, f"one of {', '.join(STATUSES)}", nearest(given, STATUSES)))
    return {"pump": cast(Status, status), "pump_ago": found.pump_ago}


def refuse_empty(reading: Reading) -> None:
    """Raise InputError when nothing at all was told that could be used."""
    case = reading.case
    if not (case.findings or case.values or case.drugs or case.circumstances or case.pump):
        given = " / ".join(reading.heard.left[:2]) if reading.heard else None
        allowed = "findings, values or drugs, such as 'fever 39.5 C, no clonus, baclofen stopped 2 days ago'"
        hint = "; ".join(reading.heard.unclear[:3]) if reading.heard else ""
        raise InputError(Problem("case", given or None, allowed, hint or "Nothing in it was understood."))
