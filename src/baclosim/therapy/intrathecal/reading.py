"""From the tables of a scenario to a `Program`, refusing every slip at once: wrong unit, tenfold dose, gap, overlap."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ... import moments
from ...errors import Problems, TherapyError, UnitError, nearest
from ...parameters import typical
from ...units import read
from .checks import check_clock, check_dose, check_order, check_steps_of_dose, check_week, unit_slip
from .program import (
    DAY,
    EVERY_DAY,
    WEEKDAYS,
    Flex,
    FlexStep,
    MinimumRate,
    Mode,
    PatientBolus,
    PeriodicBolus,
    PrimingBolus,
    Program,
    ProgramEntry,
    RefillPlan,
    RefillVisit,
    SimpleContinuous,
    SingleBolus,
    Stopped,
    number,
)

Table = Mapping[str, Any]
_STEP = re.compile(r"^\s*([A-Za-z,\- ]*?)\s*(\d{1,2}:\d{2})\s*(?:-|–|to)\s*(\d{1,2}:\d{2})\s+(.+?)\s*$")
_AROUND_ALARM = re.compile(r"^(.*?)\s*(after|before) low reservoir$")
# mode: keys it needs, keys it may have besides
MODES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "simple continuous": (("dose",), ()),
    "flex": (("steps",), ()),
    "single bolus": (("dose", "duration"), ("then",)),
    "priming bolus": ((), ("volume",)),
    "periodic bolus": (("dose", "duration", "every"), ("background", "first")),
    "patient bolus": (("dose", "duration", "lock_out", "per_day"), ("background", "pressed")),
    "minimum rate": ((), ()),
    "stopped": ((), ()),
}


def read_program(table: Table, *, start: object = None) -> Program:
    """Read `concentration`, `program`, `refill`, `refills`, `volume`, `low_reservoir`, `primed` of a pump's table.

    `start` is the date and clock time of hour 0, or only one of them, as text or as a `datetime` object.
    Raises TherapyError listing every problem: unknown mode or key, unit, dose magnitude, gaps and overlaps of flex
    steps, clock times without a start.
    """
    problems = Problems()
    start_clock, start_date = read_start(start, problems)
    program = Program(
        entries=read_entries(table.get("program"), problems),
        concentration=read_concentration(table.get("concentration"), "concentration", problems),
        refill=read_refill(table.get("refill", "at low reservoir"), table.get("refills", ()), problems),
        volume=optional(table, "volume", "volume", "", problems),
        low_reservoir=optional(table, "low_reservoir", "volume", "", problems),
        primed=bool(table.get("primed", True)),
        start_clock=start_clock,
        start_date=start_date,
    )
    check_order(program.entries, problems)
    check_steps_of_dose(program.entries, problems)
    check_clock(program, problems)
    problems.raise_as(TherapyError)
    return program


def read_start(start: object, problems: Problems) -> tuple[float | None, dt.date | None]:
    """Clock time [h after midnight] and date of hour 0; None for what was not given."""
    if isinstance(start, str):
        try:
            start = dt.time.fromisoformat(start) if ":" in start[:3] else moments.moment(start)
        except ValueError:
            problems.add("start", start, "a date and clock time, such as '2026-01-05 08:00'")
            return None, None
    if isinstance(start, dt.datetime):
        return _hours(start.time()), start.date()
    if isinstance(start, dt.time):
        return _hours(start), None
    return None, start if isinstance(start, dt.date) else None


def _hours(time: dt.time) -> float:
    return time.hour + time.minute / 60.0 + time.second / 3600.0


def quantity(given: object, kind: str, where: str, problems: Problems) -> float:
    """A quantity in its internal unit, not negative; a problem and 0 when it cannot be read."""
    try:
        value = read(given, kind, where=where)
    except UnitError as error:
        problems.absorb(error)
        return 0.0
    if value < 0.0:
        problems.add(where, given, f"a {kind} that is not negative")
        return 0.0
    return value


def optional(table: Table, key: str, kind: str, prefix: str, problems: Problems) -> float | None:
    """The quantity under a key, or None when the key is absent."""
    return quantity(table[key], kind, prefix + key, problems) if table.get(key) is not None else None


def read_concentration(given: object, where: str, problems: Problems) -> float:
    """Concentration in the reservoir [ug/mL] inside the range of solutions that exist."""
    value = quantity(given, "concentration", where, problems)
    limits = typical(("pump_concentration_lowest", "pump_concentration_highest"))
    low, high = limits["pump_concentration_lowest"], limits["pump_concentration_highest"]
    if value and not low <= value <= high:
        allowed = f"{number(low)} to {number(high)} ug/mL, usually 500, 1000 or 2000 ug/mL"
        problems.add(where, given, allowed, unit_slip(given, value, low, high, "ug/mL"))
        return min(max(value, low), high)
    return value or 500.0


def read_entries(given: object, problems: Problems) -> tuple[ProgramEntry, ...]:
    """All entries that could be read."""
    if not given:
        problems.add("program", given, "a list of tables, such as [{ at = '0 h', mode = 'stopped' }]")
    entries = (read_entry(table, where, problems) for where, table in tables(given, "program", problems))
    return tuple(entry for entry in entries if entry)


def tables(given: object, where: str, problems: Problems) -> list[tuple[str, Table]]:
    """The tables of a list with the name of each, "faults[1]"; notes whatever is none. Nothing given, no tables."""
    if given is None:
        return []
    if isinstance(given, str) or not isinstance(given, Sequence):
        problems.add(where, given, "a list of tables in square brackets")
        return []
    for i, entry in enumerate(given, 1):
        if not isinstance(entry, Mapping):
            problems.add(f"{where}[{i}]", entry, "a table in curly brackets")
    return [(f"{where}[{i}]", entry) for i, entry in enumerate(given, 1) if isinstance(entry, Mapping)]


def read_entry(table: Table, where: str, problems: Problems) -> ProgramEntry | None:
    """One entry, or None (with its problems noted) when its mode or its keys are wrong."""
    name = str(table.get("mode", "")).strip().lower()
    if name not in MODES:
        problems.add(f"{where}.mode", table.get("mode"), f"one of {', '.join(MODES)}", nearest(name, MODES))
        return None
    needed, possible = MODES[name]
    known = {"at", "mode", "deliberate", *needed, *possible}
    for key in [k for k in table if k not in known]:
        problems.add(f"{where}.{key}", table[key], f"only {', '.join(sorted(known))} with {name}", nearest(key, known))
    missing = [key for key in needed if table.get(key) is None]
    for key in missing:
        problems.add(f"{where}.{key}", None, f"this key to be present with {name}")
    at = quantity(table.get("at", "0 h"), "time", f"{where}.at", problems)
    if missing:
        return None
    before = len(problems.found)
    deliberate = table.get("deliberate") is True
    mode = _READERS[name](table, f"{where}.", problems)
    if len(problems.found) == before:
        check_dose(mode, table.get("dose"), where, deliberate, problems)
    return ProgramEntry(at, mode, deliberate)


def _simple(table: Table, prefix: str, problems: Problems) -> Mode:
    return SimpleContinuous(quantity(table["dose"], "dose rate", prefix + "dose", problems))


def _flex(table: Table, prefix: str, problems: Problems) -> Mode:
    given = table["steps"]
    if isinstance(given, str) or not isinstance(given, Sequence) or not given:
        problems.add(prefix + "steps", given, "a list of steps, such as ['06:00-10:00 20 ug/h', '10:00-06:00 12 ug/h']")
        return Flex(())
    steps = tuple(read_step(text, f"{prefix}steps[{i}]", problems) for i, text in enumerate(given, 1))
    good = tuple(step for step in steps if step)
    if len(good) == len(steps):
        check_week(good, prefix + "steps", problems)
    return Flex(good)


def _single(table: Table, prefix: str, problems: Problems) -> Mode:
    then = table.get("then", "resume")
    if then not in ("resume", "stopped"):
        problems.add(prefix + "then", then, "'resume' or 'stopped'", nearest(str(then), ("resume", "stopped")))
    return SingleBolus(*_bolus(table, prefix, problems), then="stopped" if then == "stopped" else "resume")


def _priming(table: Table, prefix: str, problems: Problems) -> Mode:
    return PrimingBolus(optional(table, "volume", "volume", prefix, problems))


def _periodic(table: Table, prefix: str, problems: Problems) -> Mode:
    dose, duration = _bolus(table, prefix, problems)
    every = quantity(table["every"], "time", prefix + "every", problems)
    if every < duration or every <= 0.0:
        problems.add(prefix + "every", table["every"], f"at least the duration, {table['duration']}")
    background = optional(table, "background", "dose rate", prefix, problems) or 0.0
    return PeriodicBolus(
        dose, duration, every or DAY, background, optional(table, "first", "time", prefix, problems) or 0.0
    )


def _patient(table: Table, prefix: str, problems: Problems) -> Mode:
    dose, duration = _bolus(table, prefix, problems)
    lockout = quantity(table["lock_out"], "time", prefix + "lock_out", problems)
    if lockout < duration or lockout <= 0.0:
        problems.add(prefix + "lock_out", table["lock_out"], f"at least the duration, {table['duration']}")
    limit = table["per_day"]
    if not isinstance(limit, int) or isinstance(limit, bool) or not 1 <= limit <= 96:
        problems.add(prefix + "per_day", limit, "a whole number of boluses in 24 h, 1 to 96")
        limit = 1
    background = optional(table, "background", "dose rate", prefix, problems) or 0.0
    pressed = read_pressed(table.get("pressed", "always"), prefix + "pressed", problems)
    return PatientBolus(dose, duration, lockout or DAY, limit, background, pressed)


def read_pressed(given: object, where: str, problems: Problems) -> Any:
    """When the patient presses: clock times [h after midnight], a mean number a day, or "always"."""
    if given == "always":
        return "always"
    if isinstance(given, (int, float)) and not isinstance(given, bool) and 0.0 <= given <= 1000.0:
        return float(given)
    if isinstance(given, Sequence) and not isinstance(given, str):
        times = [read_clock(str(text)) for text in given]
        if None not in times:
            return tuple(sorted(t for t in times if t is not None))
    problems.add(where, given, "clock times such as ['10:00', '16:00'], a number of times a day, or 'always'")
    return "always"


def _bolus(table: Table, prefix: str, problems: Problems) -> tuple[float, float]:
    dose = quantity(table["dose"], "mass", prefix + "dose", problems)
    duration = quantity(table["duration"], "time", prefix + "duration", problems)
    if duration <= 0.0:
        problems.add(prefix + "duration", table["duration"], "more than nothing, such as '10 min'")
    return dose, duration or 1.0


_READERS: dict[str, Callable[[Table, str, Problems], Mode]] = {
    "simple continuous": _simple,
    "flex": _flex,
    "single bolus": _single,
    "priming bolus": _priming,
    "periodic bolus": _periodic,
    "patient bolus": _patient,
    "minimum rate": lambda *_: MinimumRate(),
    "stopped": lambda *_: Stopped(),
}


def read_clock(text: str) -> float | None:
    """Clock time "06:30" as hours after midnight; None when it is none; 24:00 is allowed."""
    match = re.fullmatch(r"\s*(\d{1,2}):(\d{2})\s*", text)
    if not match or int(match[2]) > 59:
        return None
    hours = int(match[1]) + int(match[2]) / 60.0
    return hours if hours <= DAY else None


def read_step(text: object, where: str, problems: Problems) -> FlexStep | None:
    """One flex step, "Mon-Fri 06:00-10:00 20 ug/h"; None with its problem noted when it cannot be read."""
    match = _STEP.match(str(text))
    start, end = (read_clock(match[2]), read_clock(match[3])) if match else (None, None)
    weekdays = read_weekdays(match[1]) if match else None
    if match is None or start is None or end is None or weekdays is None or start == DAY:
        problems.add(where, text, "days, clock times and a rate, such as 'Mon-Fri 06:00-10:00 20 ug/h'")
        return None
    before = len(problems.found)
    rate = quantity(match[4], "dose rate", where, problems)
    return FlexStep(start, end, rate, weekdays) if len(problems.found) == before else None


def read_weekdays(text: str) -> tuple[int, ...] | None:
    """Weekdays (0 = Monday) named in "Mon-Fri" or "Sat,Sun"; every day for empty text; None when not readable."""
    if not text.strip():
        return EVERY_DAY
    found: set[int] = set()
    for part in text.replace(" ", "").split(","):
        ends = [next((i for i, d in enumerate(WEEKDAYS) if e[:3].capitalize() == d), None) for e in part.split("-")]
        if None in ends or len(ends) > 2:
            return None
        first, last = ends[0] or 0, ends[-1] or 0
        found |= {(first + i) % 7 for i in range((last - first) % 7 + 1)}
    return tuple(sorted(found))


def read_refill(policy: object, visits: object, problems: Problems) -> RefillPlan:
    """The policy in words ("at low reservoir", "4 days before low reservoir", "every 90 days", "never") and visits."""
    planned = tuple(read_visit(table, where, problems) for where, table in tables(visits, "refills", problems))
    words = " ".join(str(policy).lower().split())
    around = _AROUND_ALARM.match(words)
    if words in ("never", "at low reservoir"):
        return RefillPlan("never" if words == "never" else "at low reservoir", 0.0, planned)
    if words == "before low reservoir":
        return RefillPlan("before low reservoir", typical(("refill_margin",))["refill_margin"], planned)
    if around:
        hours = quantity(around[1], "time", "refill", problems)
        return RefillPlan("before low reservoir" if around[2] == "before" else "at low reservoir", hours, planned)
    if words.startswith("every "):
        hours = quantity(words.removeprefix("every "), "time", "refill", problems)
        if hours < DAY:
            problems.add("refill", policy, "at least a day between refills", "Did you mean days?")
        return RefillPlan("every", max(hours, DAY), planned)
    known = ("at low reservoir", "4 days before low reservoir", "2 days after low reservoir", "every 90 days", "never")
    problems.add("refill", policy, f"one of {', '.join(known)}", nearest(words, known))
    return RefillPlan("never", 0.0, planned)


def read_visit(table: Table, where: str, problems: Problems) -> RefillVisit:
    """One planned refill: `at`, and perhaps `concentration`, `volume`, `bridge`."""
    known = ("at", "concentration", "volume", "bridge")
    for key in [k for k in table if k not in known]:
        problems.add(f"{where}.{key}", table[key], f"one of {', '.join(known)}", nearest(key, known))
    given = table.get("concentration")
    return RefillVisit(
        at=quantity(table.get("at"), "time", f"{where}.at", problems),
        concentration=None if given is None else read_concentration(given, f"{where}.concentration", problems),
        volume=optional(table, "volume", "volume", f"{where}.", problems),
        bridge=table.get("bridge", True) is not False,
    )
