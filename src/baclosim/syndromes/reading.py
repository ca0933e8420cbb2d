"""A case from a file, an example, options or plain text; every mistake is named at once."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ..errors import InputError, Problem, Problems, nearest
from ..mistaken import CASE, SCENARIO, STUDY, allowed_shape, looks_like, slip_in_words
from ..units import read
from .case import Case, Drug, Onset
from .measured import read_value
from .medicines import medicine
from .tables import CaseTable, DrugTable, PatientTable, PumpTable
from .text.language import Heard, heard
from .vignettes import NOT_SIGNS, vignettes
from .vocabulary import circumstances, finding_named, value_named, value_names

LARGEST = 1_000_000  # bytes
STATES = {"present": True, "yes": True, "true": True, "absent": False, "no": False, "false": False}
UNKNOWN = ("unknown", "?", "not known", "not tested", "")
PATIENT = {"age": (0.0, 120.0, "years"), "weight": (0.4, 400.0, "kg"), "creatinine_clearance": (0.0, 300.0, "mL/min")}
_TABLES = {"drugs": DrugTable, "pump": PumpTable, "patient": PatientTable}


@dataclass(frozen=True)
class Reading:
    """A case with what its text told: understood, unclear and left over, each in words."""

    case: Case
    heard: Heard | None = None


def examples() -> dict[str, str]:
    """The bundled cases: name -> title. All are published or teaching cases of the evidence."""
    return {name: vignette.case.title for name, vignette in vignettes().items()}


def load_case(given: str | Path) -> Reading:
    """Read a case file, a bundled example by name, or "-" for standard input. Raises InputError with every mistake."""
    name = str(given)
    if name in vignettes():
        return Reading(vignettes()[name].case)
    if name == "-":
        return loads_case(decoded(sys.stdin.buffer.read(LARGEST + 1), "standard input"), "standard input")
    try:
        if not Path(name).is_file():
            kind = "a case file or an example" if not Path(name).exists() else "an ordinary file"
            raise InputError(
                Problem("case", name, f"{kind} (`baclosim assess --examples` lists some)", nearest(name, vignettes()))
            )
        with Path(name).open("rb") as file:
            content = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise InputError(Problem("case", name, "a file that can be read", f"({error})")) from None
    return loads_case(decoded(content, name), name)


def decoded(content: bytes, name: str) -> str:
    """The bytes of a file as text. Raises InputError when too large, empty or no text."""
    if len(content) > LARGEST:
        raise InputError(Problem("case", name, f"at most {LARGEST // 1_000_000} MB"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(Problem("case", name, "text in UTF-8")) from None
    if "\0" in text or not text.strip():
        raise InputError(
            Problem("case", name, "a case in TOML", "It is empty." if not text.strip() else "It is no text.")
        )
    return text


def loads_case(text: str, name: str = "case") -> Reading:
    """Read a case from TOML text. Raises InputError with every mistake."""
    try:
        raw = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        hint = looks_like(text, SCENARIO, STUDY, CASE) or slip_in_words(error)
        raise InputError(Problem(name, text.strip()[:60], "TOML", hint)) from None
    problems = Problems()
    table = shaped(raw, problems)
    reading = case_of(table, problems)
    problems.raise_as(InputError, f"{name}: {len(problems.found)} problem{'s' * (len(problems.found) != 1)}")
    return reading


def shaped(raw: dict[str, Any], problems: Problems) -> CaseTable:
    """The tables without their faulty entries, which go to `problems`."""
    try:
        return CaseTable.model_validate(raw)
    except ValidationError as error:
        faults = error.errors(include_url=False)
    for fault in faults:
        path = fault["loc"]
        if fault["type"] != "extra_forbidden" and path[-1] in ("str", "float", "int", "bool"):
            path = path[:-1]  # which of several types was tried; an unknown key may have such a name as well
        note_fault(path, fault["type"], fault["input"], allowed_shape(fault), problems)
    broken = {str(fault["loc"][0]) for fault in faults}
    return CaseTable.model_validate({key: value for key, value in raw.items() if key not in broken})


def note_fault(path: Sequence[str | int], kind: str, given: object, allowed: str, problems: Problems) -> None:
    """One finding of pydantic in the words of the file; each place is named once."""
    where = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")
    if any(problem.where == where for problem in problems.found):
        return
    if kind != "extra_forbidden":
        problems.add(where, given, allowed)
        return
    keys = list((_TABLES.get(str(path[0]), CaseTable) if len(path) > 1 else CaseTable).model_fields)
    problems.add(
        where.rpartition(".")[0] or "case", path[-1], f"one of {', '.join(keys)}", nearest(str(path[-1]), keys)
    )


# --- from tables to a case -----------------------------------------------------------------------------------------


def case_of(table: CaseTable, problems: Problems) -> Reading:
    """The case that checked tables tell; what is wrong goes to `problems`."""
    table = spread_out(table, problems)
    listened = attempt(problems, heard, table.text) if table.text.strip() else None
    base = listened.case(table.title) if listened else Case(table.title)
    signs: dict[str, bool] = {}
    measured: dict[str, float] = {}
    for place, name in enumerate(table.present, 1):
        note_sign(signs, name, True, f"present[{place}]", problems)
    for place, name in enumerate(table.absent, 1):
        note_sign(signs, name, False, f"absent[{place}]", problems)
    for name, state in {**table.findings, **table.exposures}.items():
        note_state(signs, measured, name, state, problems)
    for name, given in table.values.items():
        note_value(measured, name, given, f"values.{name}", problems)
    drugs = [attempt(problems, drug_of, entry, f"drugs[{i}]") for i, entry in enumerate(table.drugs, 1)]
    onset = attempt(problems, onset_of, table.onset) if table.onset is not None else base.onset
    case = replace(
        joined(base, signs, measured, [drug for drug in drugs if drug]),
        onset=onset,
        signs_for=hours(table.signs_for, "signs_for", problems) if table.signs_for is not None else base.signs_for,
        complete=table.all_drugs_listed or base.complete,
        patient={**base.patient, **patient_of(table.patient, problems)},
    )
    if table.pump:
        ago = hours(table.pump.ago, "pump.ago", problems) if table.pump.ago is not None else None
        case = replace(case, pump=table.pump.status, pump_ago=ago)
    return Reading(case, listened)


def spread_out(table: CaseTable, problems: Problems) -> CaseTable:
    """The evidence's own names for what is no finding, such as exposure and onset_h, moved to where they belong."""
    own = {name: value for name, value in table.findings.items() if name in NOT_SIGNS}
    for name in ("diagnosis", "hunter_literal"):
        if name in own:
            problems.add(f"findings.{name}", own[name], "what was found, not what it was judged to be")
    told = [table.text, *(str(own[name]) for name in ("exposure", "pupils") if name in own)]
    patient = table.patient.model_copy()
    patient.age = f"{own['age_y']} years" if "age_y" in own and patient.age is None else patient.age
    onset = f"{own['onset_h']} h" if "onset_h" in own and table.onset is None else table.onset
    findings = {name: state for name, state in table.findings.items() if name not in own}
    text = ". ".join(part for part in told if part.strip())
    return table.model_copy(update={"findings": findings, "text": text, "onset": onset, "patient": patient})


def joined(base: Case, signs: Mapping[str, bool], measured: Mapping[str, float], drugs: Iterable[Drug]) -> Case:
    """A case with more told; what is told in so many words counts more than what was read in a text."""
    by_name = {drug.name + drug.route: drug for drug in (*base.drugs, *drugs)}
    return replace(
        base,
        findings={**base.findings, **{n: s for n, s in signs.items() if n not in circumstances()}},
        values={**base.values, **measured},
        drugs=tuple(by_name.values()),
        circumstances={**base.circumstances, **{n: s for n, s in signs.items() if n in circumstances()}},
    )


def attempt(problems: Problems, act: Any, *given: Any) -> Any:
    """What a function returns, or None with its problems noted."""
    return problems.attempt(lambda: act(*given), None)


def note_sign(signs: dict[str, bool], given: object, there: bool, where: str, problems: Problems) -> None:
    """Take over a finding; one told both ways is a problem."""
    name = attempt(problems, finding_named, given, where)
    if name and signs.get(name, there) != there:
        problems.add(where, given, "a finding that is either present or absent", "It is told both ways.")
    elif name:
        signs[name] = there


def note_state(
    signs: dict[str, bool], measured: dict[str, float], name: str, state: object, problems: Problems
) -> None:
    """Take over a finding with its state, or a value with its number."""
    where = f"findings.{name}"
    key = str(state).strip().lower()
    if name.lower() in value_names():
        note_value(measured, name, state, where, problems)
    elif key in STATES:
        note_sign(signs, name, STATES[key], where, problems)
    elif key in UNKNOWN:
        attempt(problems, finding_named, name, where)
    else:
        attempt(problems, finding_named, name, where)
        problems.add(where, state, "present, absent or unknown", nearest(key, STATES))


def note_value(measured: dict[str, float], name: str, given: object, where: str, problems: Problems) -> None:
    """Take over a value."""
    known = attempt(problems, value_named, name, where)
    number = attempt(problems, read_value, known, given, where) if known else None
    if number is not None:
        measured[known] = number


def drug_of(entry: DrugTable, where: str) -> Drug:
    """A drug of the history. Raises InputError with every mistake in it."""
    problems = Problems()
    name = attempt(problems, medicine, entry.name, f"{where}.name")
    ago = None if entry.ago is None else hours(entry.ago, f"{where}.ago", problems)
    since = None if entry.since is None else hours(entry.since, f"{where}.since", problems)
    if name == "baclofen" and entry.dose:
        check_dose(entry, where, problems)
    problems.raise_as(InputError)
    return Drug(name, entry.change, ago, entry.dose or "", since, entry.route or "")


def check_dose(entry: DrugTable, where: str, problems: Problems) -> None:
    """A dose of baclofen must be readable, as it is simulated, and of the right size for its route."""
    kind = "mass" if entry.change == "overdose" else "dose rate"
    amount = attempt(problems, partial(read, entry.dose, kind, where=f"{where}.dose"))
    if amount is None:
        return
    per_day = amount * 24.0 if kind == "dose rate" else 0.0
    if entry.route == "intrathecal" and per_day > 10_000.0:
        problems.add(f"{where}.dose", entry.dose, "at most 10 mg/day intrathecally", "Did you mean ug/day?")
    if entry.route == "oral" and per_day > 1_000_000.0:
        problems.add(f"{where}.dose", entry.dose, "at most 1 g/day by mouth", "Was it an overdose?")


def patient_of(table: PatientTable, problems: Problems) -> dict[str, float]:
    """What is told of the patient, in the units of PATIENT."""
    found: dict[str, float] = {}
    for name, (least, most, unit) in PATIENT.items():
        given, kind = getattr(table, name), "clearance" if name == "creatinine_clearance" else name
        number = None if given is None else attempt(problems, partial(read, given, kind, where=f"patient.{name}"))
        if number is not None and least <= number <= most:
            found[name] = number
        elif number is not None:
            problems.add(f"patient.{name}", given, f"{least:g} to {most:g} {unit}")
    return found


def hours(given: object, where: str, problems: Problems) -> float | None:
    """A length of time [h]; one that is negative or longer than a life is a problem."""
    found = attempt(problems, partial(read, given, "time", where=where))
    if found is not None and not 0.0 <= found <= 100.0 * 8766.0:
        problems.add(where, given, "a time of at most 100 years, not negative")
        return None
    return found


_BETWEEN = re.compile(r"^(.+?) ?(?:-|–|to|and) ?(.+)$")
_WITHIN = re.compile(r"^(?:within|under|less than|<|at most|up to) ?(.+)$", re.IGNORECASE)


def onset_of(given: str) -> Onset:
    """An onset: "24 h", "within 24 h" or "6 to 12 h". Raises InputError."""
    problems, given = Problems(), " ".join(given.split())
    if match := _WITHIN.match(given):
        low, high = 0.0, hours(match[1], "onset", problems)
    elif (match := _BETWEEN.match(given)) and re.search(r"\d", match[1]) and re.search(r"\d", match[2]):
        unit = re.sub(r"[\d.,\s]", "", match[2])
        first = match[1] if re.search(r"[a-z]", match[1], re.IGNORECASE) else f"{match[1]} {unit}"
        low, high = hours(first, "onset", problems), hours(match[2], "onset", problems)
    else:
        low = high = hours(given, "onset", problems)
    if low is not None and high is not None and (high <= 0.0 or low > high):
        problems.add("onset", given, "a time above zero, such as '24 h', 'within 24 h' or '6 to 12 h'")
    problems.raise_as(InputError)
    return Onset(low or 0.0, high or 0.0)
