"""What a row of an event table may say: one rule per line, each naming the rows that break it."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...errors import Problems
from .clock import ORDERS

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

RESERVED = ("ID", "TIME", "AMT", "CMT", "EVID", "RATE", "II", "ADDL", "SS", "MDV", "DV")
ENTRY = {"F": 1.0, "ALAG": 0.0, "D": np.nan, "R": np.nan}  # parameters of a compartment's doses, and their defaults
LISTED = 20  # rows named per rule; the rest are counted


@dataclass(frozen=True)
class Names:
    """The words that a table for one model may use."""

    compartments: tuple[str, ...]
    model_parameters: tuple[str, ...]
    aliases: dict[str, str]

    @functools.cached_property
    def entry_parameters(self) -> tuple[str, ...]:
        """F1, ALAG1, D1, R1, F2 ... for every compartment."""
        return tuple(f"{kind}{c}" for c in range(1, len(self.compartments) + 1) for kind in ENTRY)

    @functools.cached_property
    def known(self) -> tuple[str, ...]:
        """Every column name understood."""
        return (*RESERVED, *self.model_parameters, *self.entry_parameters)

    def standard(self, name: str) -> str:
        """The standard spelling: `time` is TIME, `alag1` is ALAG1, an alias is the parameter's own name."""
        name = name.strip()
        if name in self.model_parameters:
            return name
        if name in self.aliases:
            return self.aliases[name]
        return name.upper() if name.upper() in (*self.known, *ORDERS) else name


def flag(
    problems: Problems, wrong: Mask, given: Array, column: str, allowed: str, hint: str = "", what: str = "row"
) -> None:
    """Note every row where `wrong`, the first few by name."""
    if not wrong.any():
        return
    rows = np.flatnonzero(wrong)
    for row in rows[:LISTED]:
        value = given[row]
        shown = (
            None if np.isnan(value) else int(value) if value == np.round(value) and abs(value) < 1e15 else float(value)
        )
        problems.add(f"{what} {row + 1}, {column}", shown, allowed, hint)
    if len(rows) > LISTED:
        problems.add(f"column {column}", f"{len(rows) - LISTED} more {what}s", allowed, hint)


def is_code(values: Array, most: int) -> Mask:
    """Which values are whole numbers from 0 to `most`."""
    return (values >= 0.0) & (values <= most) & (values == np.floor(values))


def check_times(columns: Mapping[str, Array], starts: Integers, problems: Problems) -> None:
    """Times are finite and never step back, except at a reset."""
    time, event = columns["TIME"], columns["EVID"]
    flag(problems, ~np.isfinite(time), time, "TIME", "a finite number")
    back = np.zeros(len(time), dtype=bool)
    back[1:] = time[1:] < time[:-1]
    back[starts[:-1]] = False
    back &= (event != 3.0) & (event != 4.0)
    flag(problems, back, time, "TIME", "a time no earlier than the row before", "Only EVID 3 and 4 may step back.")


def check_events(columns: Mapping[str, Array], problems: Problems) -> None:
    """The rules of dose, observation, other and reset records."""
    event, amount, rate = columns["EVID"], columns["AMT"], columns["RATE"]
    interval, additional, steady = columns["II"], columns["ADDL"], columns["SS"]
    flag(problems, ~is_code(event, 4), event, "EVID", "0, 1, 2, 3 or 4")
    flag(problems, ~is_code(columns["MDV"], 1), columns["MDV"], "MDV", "0 or 1")
    flag(problems, ~is_code(steady, 2), steady, "SS", "0, 1 or 2", "SS 3 is not supported.")
    for name in ("AMT", "II"):
        flag(problems, ~(columns[name] >= 0.0) | np.isinf(columns[name]), columns[name], name, "a finite number from 0")
    flag(
        problems,
        ~((rate >= 0.0) | (rate == -1.0) | (rate == -2.0)) | np.isinf(rate),
        rate,
        "RATE",
        "0 or more, -1 or -2",
    )
    negative = additional < 0.0
    whole = "a whole number from 0"
    flag(problems, negative, additional, "ADDL", whole, "Steady state by a negative ADDL is not supported.")
    flag(problems, ~negative & ~(additional == np.floor(additional)), additional, "ADDL", whole)
    dose = (event == 1.0) | (event == 4.0)
    for name in ("AMT", "RATE", "II", "ADDL", "SS"):
        flag(problems, ~dose & (columns[name] != 0.0), columns[name], name, "0 where EVID is 0, 2 or 3")
    check_doses(dose, amount, rate, interval, additional, steady, problems)


def check_doses(
    dose: Mask, amount: Array, rate: Array, interval: Array, additional: Array, steady: Array, problems: Problems
) -> None:
    """The rules that join the items of one dose record."""
    forever = dose & (amount == 0.0) & (steady != 0.0) & ((rate > 0.0) | (rate == -1.0))
    finite = dose & ~forever
    flag(problems, finite & (amount == 0.0), amount, "AMT", "more than 0 in a dose record (0 only with SS and a RATE)")
    flag(problems, forever & (interval != 0.0), interval, "II", "0 for a constant infusion at steady state")
    flag(problems, forever & (additional != 0.0), additional, "ADDL", "0 for a constant infusion at steady state")
    flag(problems, finite & (steady != 0.0) & (interval == 0.0), interval, "II", "more than 0 where SS is 1 or 2")
    flag(
        problems,
        finite & (steady == 0.0) & (additional > 0.0) & (interval == 0.0),
        interval,
        "II",
        "more than 0 with ADDL",
    )
    idle = finite & (steady == 0.0) & (additional == 0.0) & (interval > 0.0)
    flag(problems, idle, interval, "II", "0 without ADDL or SS", "Did you leave out ADDL?")


def check_value(
    name: str, value: Array, names: Names, above_zero: set[str], problems: Problems, what: str = "row"
) -> None:
    """One parameter, a value per row or per patient: finite, F and lag not negative, rates and durations above 0."""
    finite = np.isfinite(value)
    flag(problems, ~finite, value, name, f"a finite number on every {what}", what=what)
    entry = name.rstrip("0123456789") if name in names.entry_parameters else ""
    if name in above_zero or entry in ("D", "R"):
        flag(problems, finite & (value <= 0.0), value, name, "more than 0", what=what)
    if entry in ("F", "ALAG"):
        flag(problems, finite & (value < 0.0), value, name, "0 or more", what=what)


def check_parameters(
    values: Mapping[str, Array], columns: Mapping[str, Array], names: Names, above_zero: set[str], problems: Problems
) -> None:
    """Every parameter is in its range; a modelled rate or duration is there where a record asks for it."""
    for name, value in values.items():
        check_value(name, value, names, above_zero, problems)
    for code, kind in ((-1.0, "R"), (-2.0, "D")):
        coded = columns["RATE"] == code
        for c in range(len(names.compartments) if coded.any() else 0):
            asked = coded & (columns["CMT"] == c)
            if f"{kind}{c + 1}" not in values:
                flag(problems, asked, columns["RATE"], "RATE", f"another RATE, or a parameter {kind}{c + 1}")
