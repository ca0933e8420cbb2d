"""Which assumption carries which conclusion: Sobol indices of main outputs, written to docs/sensitivity.md.

What varies is the typical value of each parameter within what the evidence leaves possible. Parameters fitted together
are correlated and form one group; every other parameter stands alone. Nothing here changes a parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import sobol_indices

from baclosim import Patient, Trajectory, simulate
from baclosim.claims.credibility import behind
from baclosim.figures.display import readable
from baclosim.parameters import calibrated_values, parameters
from baclosim.patient import Patients, typical_values

Array = NDArray[np.float64]

ADULT = Patient(age=45, weight=70, creatinine_clearance=110, condition="spinal cord injury", ashworth=3.5, spasms=2)
DRAWS = 256
LEAST = 0.05  # total index from which a group is listed
PAGE = Path(__file__).parents[1] / "docs" / "sensitivity.md"
YEAR = 365 * 24.0


@dataclass(frozen=True)
class Question:
    """One output: what it is called, how it comes about, and how it is read off a course, (n,)."""

    says: str
    unit: str
    quantity: str
    way: tuple[str, ...]
    therapy: str
    until: float
    read: Callable[[Trajectory], Array]
    before: float = 0.0


def last_day(course: Trajectory, name: str) -> Array:
    """Average over the last 24 h."""
    return course[name][:, course.time > course.time[-1] - 24.0].mean(axis=1)


def hours_until(course: Trajectory, name: str, level: float) -> Array:
    """Hours until a level is reached, the end of the run where it is not."""
    reached = course[name] >= level
    return np.where(reached.any(axis=1), course.time[np.argmax(reached, axis=1)], course.time[-1])


TABLETS, PUMP = ("mouth",), ("catheter",)
QUESTIONS = (
    Question("Lumbar CSF at 400 ug/day by pump, steady", "ng/mL", "csf_lumbar", PUMP,
             "400 ug/day intrathecally", 240.0, lambda c: 1e3 * last_day(c, "csf_lumbar")),
    Question("Plasma at 60 mg/day by mouth, average", "ng/mL", "plasma", TABLETS,
             "20 mg every 8 h", 168.0, lambda c: 1e3 * last_day(c, "plasma")),
    Question("Fall of the Ashworth score at 60 mg/day by mouth", "points", "ashworth", TABLETS,
             "20 mg every 8 h", 240.0, lambda c: 3.5 - last_day(c, "ashworth")),
    Question("Fall of the Ashworth score at 100 ug/day by pump", "points", "ashworth", PUMP,
             "100 ug/day intrathecally", 240.0, lambda c: 3.5 - last_day(c, "ashworth")),
    Question("Probability of drowsiness at 60 mg/day by mouth", "%", "drowsiness", TABLETS,
             "20 mg every 8 h", 240.0, lambda c: 100 * last_day(c, "drowsiness")),
    Question("Withdrawal at its worst, 80 mg/day for a year, then nothing", "%", "withdrawal", TABLETS,
             "20 mg every 6 h for 365 days, then stop", 168.0, lambda c: 100 * c["withdrawal"].max(axis=1), YEAR),
    Question("Hours from the break of a catheter at 520 ug/day to a cord deficit of 5 %", "h", "cord_deficit",
             PUMP, "520 ug/day intrathecally for 365 days, then stop", 168.0,
             lambda c: hours_until(c, "cord_deficit", 0.05), YEAR),
    Question("Probability of coma after 800 mg at once, highest", "%", "coma", ("mouth", "clump"),
             "800 mg once", 48.0, lambda c: 100 * c["coma"].max(axis=1)),
    Question("Hours with coma likelier than not after 800 mg", "h", "coma", ("mouth", "clump"),
             "800 mg once", 240.0, lambda c: (c["coma"] >= 0.5).sum(axis=1).astype(float)),
)  # fmt: skip


@dataclass(frozen=True)
class Index:
    """First-order and total index of one group of parameters, with the 95 % interval of the total one."""

    group: tuple[str, ...]
    first: float
    total: float
    low: float
    high: float


def groups_of(names: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Parameters that a script fitted together in one group, all others alone."""
    stored = calibrated_values()
    found: dict[str, list[str]] = {}
    for name in names:
        together = "correlation" in stored.get(name, {})
        found.setdefault(f"script {parameters()[name].script}" if together else name, []).append(name)
    return tuple(tuple(group) for group in found.values())


def uncertain(question: Question) -> tuple[str, ...]:
    """Names of the parameters behind an output whose typical value is not certain."""
    known = behind(question.quantity, question.way)
    return tuple(p.name for p in known if p.interval[0] < p.interval[1] and p.distribution != "fixed")


def indices(
    groups: Sequence[tuple[str, ...]],
    answer: Callable[[dict[str, Array]], Array],
    one: dict[str, Array],
    other: dict[str, Array],
) -> tuple[Index, ...]:
    """Sobol indices of `answer`, (n,) from values name -> (n,), for groups of inputs from two independent draws."""
    ends = {
        "f_A": answer(one)[None],
        "f_B": answer(other)[None],
        "f_AB": np.stack([answer({**one, **{name: other[name] for name in group}})[None] for group in groups]),
    }
    first, total = orders(ends)
    low, high = interval(ends)
    rows = zip(groups, first.tolist(), total.tolist(), low.tolist(), high.tolist(), strict=True)
    return tuple(sorted((Index(*row) for row in rows), key=lambda index: -index.total))


def orders(ends: dict[str, Array]) -> tuple[Array, Array]:
    """First-order and total index of every group, (groups,), from answers in the form of scipy.stats.sobol_indices."""
    found = sobol_indices(func=ends, n=ends["f_A"].shape[-1])
    return np.ravel(found.first_order), np.ravel(found.total_order)


def interval(ends: dict[str, Array], resamples: int = 200) -> tuple[Array, Array]:
    """95 % interval of the total indices, from draws taken again with replacement; the same on every run."""
    rng = np.random.default_rng(1)
    n = ends["f_A"].shape[-1]
    again = (rng.integers(0, n, n) for _ in range(resamples))
    totals = np.stack([orders({key: value[..., rows] for key, value in ends.items()})[1] for rows in again])
    low, high = np.quantile(totals, (0.025, 0.975), axis=0)
    return low, high


def answer_of(question: Question) -> Callable[[dict[str, Array]], Array]:
    """The run behind a question as a function of parameter values."""

    def answer(values: dict[str, Array]) -> Array:
        patients = Patients.with_values(ADULT, values)
        return question.read(
            simulate(
                patients, question.therapy, question.until, quantities=(question.quantity,), before=question.before
            )
        )

    return answer


def study(question: Question, draws: int = DRAWS) -> tuple[Array, tuple[Index, ...]]:
    """The answers under one set of draws, (draws,), and the indices of every group, the largest first."""
    one, other = typical_values(draws, seed=11), typical_values(draws, seed=12)
    certain = {name: np.full(draws, p.value) for name, p in parameters().items()}
    names = uncertain(question)
    one, other = (certain | {name: drawn[name] for name in names} for drawn in (one, other))
    return answer_of(question)(one), indices(groups_of(names), answer_of(question), one, other)


HEAD = f"""# Which assumption carries which conclusion

Written by `python calibration/sensitivity.py`. Each typical value is varied within what the evidence leaves possible
({DRAWS} draws), for an adult of 70 kg with spinal cord injury. **Total** is the share of the variance of an output that
would remain were only this parameter unknown, interactions included, with the 95 % interval of its estimate; **first**
is the share that would vanish were it known exactly. Groups below {LEAST:g} are left out. Parameters that were fitted
together are one group. This is about what is known, not about how patients differ. Indices are of the numbers within
their intervals: they cannot tell whether the equations are right.
"""


def page(questions: Sequence[Question] = QUESTIONS, draws: int = DRAWS) -> Iterator[str]:
    """The lines of the page."""
    yield HEAD
    for question in questions:
        values, found = study(question, draws)
        low, middle, high = (readable(x) for x in np.quantile(values, (0.025, 0.5, 0.975)).tolist())
        yield f"## {question.says}\n\n{middle} {question.unit}, uncertain from {low} to {high}.\n"
        yield "| parameter | grade | first | total |\n| --- | --- | --- | --- |"
        yield from (line(index) for index in found if index.total >= LEAST)
        yield ""
        print(question.says, f"{middle} ({low} to {high})", *(line(i) for i in found[:3]), sep="\n  ", flush=True)


def line(index: Index) -> str:
    """One row of a table."""
    known = [parameters()[name] for name in index.group]
    words = ", ".join(f"`{name}`" for name in index.group)
    grades = ", ".join(dict.fromkeys(p.grade for p in known))
    return f"| {words} | {grades} | {index.first:.2f} | {index.total:.2f} ({index.low:.2f} to {index.high:.2f}) |"


if __name__ == "__main__":
    PAGE.write_text("\n".join(page()), encoding="utf-8")
