"""The published taper rules, read from their fact and put into rungs that this patient can take.

Rules give targets, not tablets: of every target the lowest rung that is not below it is taken. "Even" rules go down
every day. Source: taper.rules.machine-readable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from ...evidence.library import library
from .search import Path, Rungs, merged

SERIES = "taper.rules.machine-readable"
MOST_DAYS = 730
MG = 1000.0  # ug
INFANT, ADULT = 1.0, 18.0  # years


@dataclass(frozen=True)
class Rule:
    """A published rule put into rungs.

    name        as in the fact, with the variant where it leaves a range
    says        in a sentence
    applies_to  whom its source speaks of
    facts       ids of its sources
    path        days and rungs
    """

    name: str
    says: str
    applies_to: str
    facts: tuple[str, ...]
    path: Path

    @property
    def days(self) -> int:
        """How long it takes until nothing is given."""
        return self.path[-1][0]

    @property
    def is_published(self) -> bool:
        """Whether somebody advises it."""
        return bool(self.name)


def published(rungs: Rungs, is_pump: bool = False, age: float = 40.0) -> tuple[Rule, ...]:
    """Every rule of a route that gives a schedule for people of this age [years], each variant once.

    Rules for the newborn are for the first year of life; those in mg, for heavy drinkers, are not for children.
    """
    found: dict[Path, Rule] = {}
    for row in rows():
        name, who, fact = (str(row[key]) for key in ("rule_id", "applies_to", "source_id"))
        if row["route"] == ("intrathecal" if is_pump else "oral") and speaks_of(who, age):
            for says, path in variants(row, rungs):
                twin = found.get(path)
                found[path] = (
                    replace(twin, name=f"{twin.name}, {name}", facts=(*twin.facts, fact))
                    if twin
                    else Rule(name, says, who, (fact,), path)
                )
    return tuple(found.values())


def speaks_of(who: str, age: float) -> bool:
    """Whether a rule for these people may be run on somebody of this age [years] who is weaned off altogether."""
    if who.startswith("intrathecal therapy running"):
        return False
    return (
        who.startswith("neonate") or who == "any"
        if age < INFANT
        else not who.startswith("neonate") and (age >= ADULT or "alcohol" not in who)
    )


def at_once(last: int) -> Rule:
    """No rule: everything stopped at once, which is what the others are there to avoid."""
    return Rule("", "stopped at once: a danger", "nobody", ("withdrawal.boxed-warning.fda-2002",), ((0, last),))


def rows() -> Iterator[dict[str, object]]:
    """The rows of the fact by column."""
    series = library().table(SERIES)
    for row in series.rows:
        yield dict(zip(series.columns, row, strict=True))


def variants(row: dict[str, object], rungs: Rungs) -> Iterator[tuple[str, Path]]:
    """What a rule says in words, and its path, for each end of the ranges it gives."""
    start = sum(rungs[0])
    kind, gap = row["step_kind"], number(row["interval_day"])
    if kind == "even":
        for days in ends(row, "total_day_min", "total_day_max"):
            yield f"evenly over {days:g} days", even(rungs, round(days))
    elif kind == "absolute":
        for step in ends(row, "step_low", "step_high"):
            targets = downwards(start, lambda dose, step=step: dose - step * MG)
            yield f"{step:g} mg/day less every {gap:g} days", along(rungs, targets, round(gap))
    elif str(kind).startswith("lengthen interval"):
        yield "one dose a day fewer every 3 days", along(rungs, [0.75 * start, 0.5 * start, 0.25 * start], round(gap))
    elif kind == "relative" and row["route"] == "intrathecal":
        low, high, days = (number(row[key]) for key in ("step_low", "step_high", "total_day_max"))
        path = along(rungs, [start * (1.0 - low), start * (1.0 - low) * (1.0 - high)], round(gap))
        says = f"{100.0 * low:g} %, then {100.0 * high:g} % less, off on day {days:g}"
        yield says, (*path[:-1], (round(days), path[-1][1]))
    elif kind == "relative":
        for share in ends(row, "step_low", "step_high"):
            targets = downwards(start, lambda dose, share=share: dose * (1.0 - share))
            yield f"{100.0 * share:g} % less every {gap:g} days", along(rungs, targets, round(gap))


def number(cell: object) -> float:
    """A cell as a number, not-a-number where the source gives none."""
    return float(cell) if isinstance(cell, int | float) else float("nan")


def ends(row: dict[str, object], low: str, high: str) -> list[float]:
    """The ends of a range, one where they are equal or only one is given."""
    return sorted({x for x in (number(row[low]), number(row[high])) if x == x})


def downwards(start: float, lower: Callable[[float], float]) -> Iterator[float]:
    """Targets [ug/day] from the first step on, down to what is next to nothing."""
    dose = start
    while dose > 0.5 * MG:
        dose = max(0.0, lower(dose))
        yield dose


def even(rungs: Rungs, days: int) -> Path:
    """Down by the same amount every day, from the first day on, to nothing on the last."""
    start = sum(rungs[0])
    return along(rungs, [start * (1.0 - (day + 1) / (days + 1)) for day in range(days)] + [0.0], 1)


def along(rungs: Rungs, targets: Iterable[float], gap: int) -> Path:
    """A path on the lowest rungs that are not below these targets [ug/day], one every `gap` days.

    Where a target rounds to the rung before it, that rung is left all the same once the target has been below it for
    a whole step, so that halving comes to an end.
    """
    steps: list[tuple[int, int]] = []
    last = len(rungs) - 1
    for i, target in enumerate(targets):
        rung = max(j for j, doses in enumerate(rungs) if sum(doses) >= target - 1e-6)
        stuck = bool(steps) and rung == steps[-1][1] and rung == last - 1
        steps.append((i * gap, last if stuck or target <= 0.0 else rung))
        if steps[-1][1] == last:
            return merged(steps)
    return merged([*steps, (len(steps) * gap, last)])
