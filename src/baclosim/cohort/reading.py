"""From a study file, or the name of a bundled study, to a study; every mistake is named at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

from ..errors import InputError, Problem, Problems, ScenarioError, nearest
from ..quantities import QUANTITIES
from ..scenario import checking
from ..scenario.prescribed import Therapy, prescribed
from ..scenario.reading import Source, parsed, source
from ..scenario.shape import shaped_as
from ..units import read
from .reported import read_reported
from .study import Arm, Endpoint, Intolerance, Study
from .tables import ArmTable, EndpointTable, LeavingTable, StudyTable

USUAL = ("plasma", "csf_lumbar", "ashworth", "spasm_score", "drowsiness", "withdrawal")
WITH_LEVEL = ("time above", "time below", "first above", "first below")
AT_A_TIME = ("value", "change")
UNKEPT = ("profile", "amount", "state")
"""Kinds of quantity that not every patient's body can tell."""


def studies() -> dict[str, str]:
    """The bundled studies: name -> text of the file."""
    folder = resources.files("baclosim") / "studies"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return {file.name.removesuffix(".toml"): file.read_text(encoding="utf-8") for file in files}


def load_study(path_or_name: str | Path, *, patients: int | None = None, seed: int | None = None) -> Study:
    """Read a study file, "-", or a bundled study by name; raises ScenarioError with every mistake.

    patients, seed  in place of what the file says
    """
    return checked(_source(path_or_name), patients, seed)


def study_of(text: str, name: str = "study", *, patients: int | None = None, seed: int | None = None) -> Study:
    """Read a study from text; raises ScenarioError with every mistake."""
    return checked(parsed(name, text), patients, seed)


def _source(given: str | Path) -> Source:
    bundled, name = studies(), str(given)
    if name in bundled:
        return parsed(name, bundled[name])
    if name != "-" and not Path(name).exists():
        hint = f"{nearest(Path(name).stem, bundled)} `baclosim cohort studies` lists all {len(bundled)}.".lstrip()
        raise ScenarioError(Problem("file", name, "a study file or the name of a bundled study", hint))
    return source(given)


def checked(found: Source, patients: int | None, seed: int | None) -> Study:
    """Judge a parsed study; raises ScenarioError with every mistake."""
    problems = Problems()
    tables, dropped = shaped_as(StudyTable, found, problems)
    study = _study(tables, dropped, problems, found)
    if patients is not None and patients < 1:
        problems.add("--patients", patients, "one patient or more")
    checking.located_again(problems, found)
    count = len(problems.found)
    problems.raise_as(ScenarioError, f"{found.name}: {count} problem{'s' * (count != 1)}")
    assert study is not None
    given = {"patients": patients, "seed": seed}
    return replace(study, **{key: value for key, value in given.items() if value is not None})


def _study(tables: StudyTable, dropped: set[str], problems: Problems, found: Source) -> Study | None:
    """The study; None when anything is at fault."""
    patient = checking.patient_of(tables.patient, problems)
    duration = checking.duration_of(tables.simulate, dropped, problems)
    arms = tuple(_arms(tables, dropped, problems))
    design = tables.design
    every = checking.every_of(tables.simulate, duration, problems)
    result: dict[str, Any] = {
        "endpoints": tuple(_endpoints(tables.endpoint, duration, problems)),
        "record": _record(design.record, tables, problems),
        "visits": tuple(_visits(tables, duration, every, problems)),
        "day_to_day": _day_to_day(design.day_to_day, arms, problems),
        "reported": tuple(read_reported(tables, problems)),
        "intolerance": _intolerance(design.drop_out, bool(design.visits), problems),
    }
    if problems.found or patient is None:
        return None
    return Study(
        title=tables.title or Path(found.name).stem, patient=patient, arms=arms, duration=duration, every=every,
        start=checking.start_of(tables.simulate, problems), patients=tables.simulate.patients,
        seed=tables.simulate.seed, draws=design.draws, is_randomised=design.arms == "randomised",
        are_drawn=design.covariates == "drawn", courses=design.courses, name=found.name, text=found.text, **result,
    )  # fmt: skip


def _arms(tables: StudyTable, dropped: set[str], problems: Problems) -> Iterator[Arm]:
    """The arms one by one; faults go to `problems` under their number."""
    if not tables.arm and "arm" not in dropped:
        problems.add("arm", None, "at least one table [[arm]] with a name and a therapy")
    names: set[str] = set()
    for number, table in enumerate(tables.arm, 1):
        where = f"arm[{number}]"
        if not table.name.strip() or table.name in names:
            problems.add(f"{where}.name", table.name or None, "a name of its own for each arm")
        names.add(table.name)
        arm = _arm(table, tables, where, dropped, problems)
        if arm:
            yield arm


def _arm(table: ArmTable, tables: StudyTable, where: str, dropped: set[str], problems: Problems) -> Arm | None:
    own = Problems()
    start = checking.start_of(tables.simulate, own)
    before = checking.before_of(tables.simulate, own)
    inner = {key.removeprefix(f"{where}.") for key in dropped}
    therapy = prescribed(table.therapy, start, before, inner, own)
    share = _number(table.share, f"{where}.share", "a share above zero, so that the arm has patients", problems)
    out = tables.design.drop_out.share if table.drop_out is None else table.drop_out
    at = f"{where}.drop_out" if table.drop_out is not None else "design.drop_out.share"
    leaving = _number(out, at, "a share from 0 to below 1", problems, most=1.0, zero=True)
    for problem in own.found:
        outside = problem.where.startswith("simulate")
        problems.found.append(problem if outside else replace(problem, where=f"{where}.{problem.where}"))
    return Arm(table.name, share, leaving, therapy, before + therapy.lead) if isinstance(therapy, Therapy) else None


def _number(
    given: Any, where: str, allowed: str, problems: Problems, most: float = float("inf"), zero: bool = False
) -> float:
    """A number above zero (or zero) and below `most`; a percentage counts as a share. 0 when it is at fault."""
    try:
        value = read(given, "fraction", where=where, default_unit="")
    except InputError as error:
        problems.absorb(error)
        return 0.0
    if not 0.0 <= value < most or (value == 0.0 and not zero):
        problems.add(where, given, allowed)
    return value


def _day_to_day(given: Any, arms: tuple[Arm, ...], problems: Problems) -> float:
    """The variation from day to day; a policy decides on what it sees, so doses are not known beforehand."""
    value = _number(given, "design.day_to_day", "0 to below 2, such as 0.2", problems, most=2.0, zero=True)
    for number, arm in enumerate(arms, 1):
        if value > 0.0 and arm.therapy.guided:
            problems.add(f"arm[{number}].therapy", str(arm.therapy), "no policy together with design.day_to_day")
    return value


def _record(given: list[str] | None, tables: StudyTable, problems: Problems) -> tuple[str, ...]:
    """Quantities to keep."""
    if given is None:
        pumps = any(arm.therapy.pump or arm.therapy.intrathecal for arm in tables.arm)
        return USUAL if pumps else tuple(name for name in USUAL if name != "csf_lumbar")
    if not given:
        problems.add("design.record", given, "at least one quantity")
    for i, name in enumerate(given, 1):
        _check_quantity(name, f"design.record[{i}]", problems)
    return tuple(dict.fromkeys(given))


def _check_quantity(name: str, where: str, problems: Problems) -> bool:
    kept = [q.name for q in QUANTITIES.values() if q.kind not in UNKEPT]
    if name not in kept:
        problems.add(where, name or None, "a quantity that every run can tell, such as 'plasma'", nearest(name, kept))
    return name in kept


def _endpoints(given: list[EndpointTable], duration: float, problems: Problems) -> Iterator[Endpoint]:
    names: set[str] = set()
    for number, table in enumerate(given, 1):
        where, before = f"endpoint[{number}]", len(problems.found)
        if not table.name.strip() or table.name in names:
            problems.add(f"{where}.name", table.name or None, "a name of its own for each endpoint")
        names.add(table.name)
        _check_quantity(table.quantity, f"{where}.quantity", problems)
        made = _endpoint(table, where, duration, problems)
        if made and len(problems.found) == before:
            yield made


def _endpoint(table: EndpointTable, where: str, duration: float, problems: Problems) -> Endpoint | None:
    if table.measure is None:
        problems.add(f"{where}.measure", None, "what of the quantity, such as 'highest' or 'first above'")
        return None
    for key, needed in (("level", table.measure in WITH_LEVEL), ("at", table.measure in AT_A_TIME)):
        given = getattr(table, key)
        if needed and given is None:
            problems.add(f"{where}.{key}", None, f"a {'number' if key == 'level' else 'time'} for {table.measure!r}")
        if not needed and given is not None:
            problems.add(f"{where}.{key}", given, f"nothing, for {table.measure!r} has none")
    kind = QUANTITIES[table.quantity].kind if table.quantity in QUANTITIES else ""
    if table.measure == "reported" and kind != "probability":
        problems.add(f"{where}.measure", table.measure, "a quantity that is a probability, such as 'drowsiness'")
    level = None if table.level is None else _level(table.level, table.quantity, f"{where}.level", problems)
    times = {key: _time(getattr(table, key), f"{where}.{key}", duration, problems) for key in ("at", "start", "end")}
    start, end = times["start"] or 0.0, duration if times["end"] is None else times["end"]
    if start >= end:
        problems.add(f"{where}.end", table.end, f"a time after {start:g} h")
    return Endpoint(table.name, table.quantity, table.measure, level, times["at"], start, end)


def _level(given: Any, quantity: str, where: str, problems: Problems) -> float | None:
    """A level in the unit of its quantity; concentrations may carry a unit."""
    is_concentration = quantity in QUANTITIES and QUANTITIES[quantity].unit == "ug/mL"
    kind, unit = ("concentration", "ug/mL") if is_concentration else ("fraction", "")
    try:
        return read(given, kind, where=where, default_unit=unit)
    except InputError as error:
        problems.absorb(error)
        return None


def _time(given: Any, where: str, duration: float, problems: Problems) -> float | None:
    """A time [h] within the run; None when it is not given or at fault."""
    hours = None if given is None else checking.time_of(given, where, problems)
    if hours is not None and not 0.0 <= hours <= duration:
        problems.add(where, given, f"a time of the run, 0 to {duration:g} h")
    return hours


def _visits(tables: StudyTable, duration: float, every: float, problems: Problems) -> Iterator[float]:
    last = -1.0
    for number, given in enumerate(tables.design.visits, 1):
        where = f"design.visits[{number}]"
        hours = _time(given, where, duration, problems)
        if hours is None:
            continue
        if hours <= last:
            problems.add(where, given, "a time after the visit before it")
        if abs(hours / every - round(hours / every)) > 1e-9:
            problems.add(where, given, f"a time at which something is recorded, every {every:g} h")
        last = hours
        yield hours


def _intolerance(table: LeavingTable, has_visits: bool, problems: Problems) -> Intolerance | None:
    if table.quantity is None and table.above is None:
        return None
    if table.quantity is None or table.above is None:
        missing = "quantity" if table.quantity is None else "above"
        problems.add(f"design.drop_out.{missing}", None, "`quantity` and `above` together")
        return None
    if not has_visits:
        problems.add("design.visits", None, "visits, at which patients who fare badly can leave")
    if not _check_quantity(table.quantity, "design.drop_out.quantity", problems):
        return None
    level = _level(table.above, table.quantity, "design.drop_out.above", problems)
    return None if level is None else Intolerance(table.quantity, level)
