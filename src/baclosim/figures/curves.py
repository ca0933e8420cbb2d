"""From arrays of patients to what a panel shows: medians, bands, and views that a page can resolve. No drawing here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from .daily import daily_mean
from .display import axis_title, display
from .style import colour_of

Array = NDArray[np.float64]

POINTS = 280  # times per curve: about one for every third pixel of the widest figure
CYCLES = 40  # more swings than this across one panel are drawn as their 24 h mean
SPREAD = (0.05, 0.25, 0.5, 0.75, 0.95)
KNOWN = (0.025, 0.975)


class Course(Protocol):
    """What a figure needs of a trajectory; array axes (patient, time)."""

    @property
    def time(self) -> Array:
        """Hours since the start, shape (t,)."""
        ...

    @property
    def quantities(self) -> Sequence[Any]:
        """What was recorded: name, label, unit, kind, limits."""
        ...

    def __getitem__(self, name: str) -> Array:
        """One quantity, shape (n, t)."""
        ...


@dataclass(frozen=True)
class Curve:
    """One quantity over time, in the unit shown. `half` and `most` hold 50 and 90 % of the patients (2, t);
    `known` is the 95 % interval of the typical patient (2, t); each is None where there is nothing to show.
    `unit` is that shown, empty for a score."""

    name: str
    label: str
    colour: str
    time: Array
    median: Array
    half: Array | None = None
    most: Array | None = None
    known: Array | None = None
    unit: str = ""


@dataclass(frozen=True)
class Reference:
    """A range to compare with, in the unit shown, and what it is."""

    low: float
    high: float
    label: str


@dataclass(frozen=True)
class Tiers:
    """Levels to compare with, in the unit shown, each with its name, rising."""

    levels: tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class Panel:
    """One pair of axes: `title` holds the unit; `limits` are in it; `is_mean` says that curves are 24 h means."""

    title: str
    curves: tuple[Curve, ...]
    limits: tuple[float, float]
    is_mean: bool = False
    log: bool = False
    reference: Reference | Tiers | None = None


# What is shown when nobody asks for anything else: one row is one panel; dangers only where they are felt.
MAIN = (
    ("plasma",),
    ("csf_lumbar", "csf_cervical", "csf_cisternal"),
    ("ashworth",),
    ("drowsiness",),
    ("withdrawal",),
    ("brain_deficit", "cord_deficit"),
    ("withdrawal_rigidity", "withdrawal_hallucinations", "withdrawal_fever", "withdrawal_seizures"),
    ("encephalopathy", "coma", "ventilation"),
    ("respiratory_drive",),
    ("syndrome_signs", "syndrome_moderate", "syndrome_severe"),
    ("reuptake_block", "mao_block"),
    ("raphe_firing",),
    ("extracellular_serotonin",),
    ("serotonin_index",),
)


def swings(values: Array, least: float = 0.08) -> float:
    """How often a curve (t,) rises and falls by more than the share `least` of its range."""
    steps = np.diff(values)
    steps = steps[steps != 0]
    turns = np.flatnonzero(np.diff(np.sign(steps)))
    if len(turns) < 2:
        return 0.0
    extremes = np.cumsum(steps)[turns]
    return float(np.sum(np.abs(np.diff(extremes)) > least * np.ptp(values))) / 2


def thinned(time: Array, values: Array, points: int = POINTS) -> tuple[Array, Array]:
    """At most about `points` of the times (t,), and those columns of values (n, t); first and last are kept."""
    if len(time) <= points:
        return time, values
    keep = np.unique(np.linspace(0, len(time) - 1, points).round().astype(int))
    return time[keep], values.T[keep].T


def bands(values: Array, levels: Sequence[float]) -> Array:
    """Quantiles over the patients of values (n, t), shape (levels, t); one sort serves all levels."""
    ordered = np.sort(np.ascontiguousarray(values.T), axis=1)
    place = np.asarray(levels) * (ordered.shape[1] - 1)
    low = np.floor(place).astype(int)
    high = np.minimum(low + 1, ordered.shape[1] - 1)
    share = place - low
    return (ordered[:, low] * (1 - share) + ordered[:, high] * share).T


def is_dense(values: Array) -> bool:
    """Whether values (n, t) swing too often for one panel to show."""
    return swings(np.mean(values[:64], axis=0)) > CYCLES


def curve(course: Course, name: str, known: Course | None = None, *, mean: bool = False) -> Curve:
    """The curve of one quantity with all bands that the data allow, in the unit shown."""
    quantity = next(q for q in course.quantities if q.name == name)
    shown = display(quantity.unit, quantity.kind, float(np.max(course[name])))
    time, values = _view(course, name, mean)
    spread = bands(values, SPREAD) * shown.factor
    many = len(values) > 1
    return Curve(
        name=name,
        label=quantity.label,
        colour=colour_of(name, quantity.kind),
        time=time,
        median=spread[2],
        half=spread[[1, 3]] if many else None,
        most=spread[[0, 4]] if many else None,
        known=_known(known, name, mean, time, shown.factor),
        unit=shown.unit,
    )


def _view(course: Course, name: str, mean: bool) -> tuple[Array, Array]:
    if mean:
        at = np.linspace(course.time[0], course.time[-1], min(POINTS, len(course.time)))
        return at, daily_mean(course.time, course[name], at)
    return thinned(course.time, course[name])


def _known(course: Course | None, name: str, mean: bool, time: Array, scale: float) -> Array | None:
    if course is None or name not in {q.name for q in course.quantities} or len(course[name]) < 2:
        return None
    seen, values = _view(course, name, mean)
    interval = bands(values, KNOWN) * scale
    return np.stack([np.interp(time, seen, edge) for edge in interval])


def panel(
    course: Course, names: Sequence[str], known: Course | None = None, reference: Reference | Tiers | None = None,
    *, log: bool | None = None, mean: bool = False,
) -> Panel:  # fmt: skip
    """One panel of one or more quantities of the same unit.

    log   None chooses a logarithmic axis when the curves of several places lie far apart
    mean  draw the 24 h mean of each patient
    """
    kinds = {q.name: q for q in course.quantities}
    curves = tuple(curve(course, name, known, mean=mean) for name in names)
    if len(curves) > 1:  # only one band can be read where curves lie close together
        curves = tuple(replace(c, half=None, known=None) for c in curves)
    first = kinds[names[0]]
    shown = display(first.unit, first.kind, float(np.max(course[names[0]])))
    limits = (first.limits[0] * shown.factor, first.limits[1] * shown.factor)
    title = axis_title(shared_label([c.label for c in curves]), shown.unit, limits)
    return Panel(title, curves, limits, mean, _is_log(first.kind, curves) if log is None else log, reference)


def shared_label(labels: Sequence[str]) -> str:
    """One name for several labels: the words that all end on or begin with, or all of them.

    >>> shared_label(["Lumbar CSF", "Cervical CSF"]), shared_label(["Plasma"])
    ('CSF', 'Plasma')
    >>> shared_label(["Probability of coma", "Probability of fever"])
    'Probability of coma and fever'
    >>> shared_label(["Probability of fever, withdrawal", "Probability of seizures, withdrawal"])
    'Probability of fever and seizures, withdrawal'
    """
    heads, tail = without_tail(labels)
    if tail:
        return f"{shared_label(heads)}, {tail}"
    words = [label.split() for label in labels]
    ending = _alike([w[::-1] for w in words])
    if len(labels) > 1 and ending:
        end = " ".join(words[0][-ending:])
        return end[0].upper() + end[1:]
    same = min(_alike(words), len(words[0]) - 1)
    *others, last = [labels[0], *(" ".join(w[same:]) for w in words[1:])]
    return f"{', '.join(others)} and {last}" if others else last


def own_word(labels: Sequence[str]) -> list[str]:
    """One word of each label for the margin beside the curves: the last, or the first where all end alike.

    >>> own_word(["Lumbar CSF", "Cervical CSF"]), own_word(["Probability of coma", "Probability of a fever"])
    (['lumbar', 'cervical'], ['coma', 'fever'])
    """
    words = [label.lower().split() for label in without_tail(labels)[0]]
    return [w[0 if len({w[-1] for w in words}) == 1 else -1] for w in words]


def without_tail(labels: Sequence[str]) -> tuple[list[str], str]:
    """The labels without what all of them say after a comma, and that; nothing is taken from a single label.

    >>> without_tail(["Fever, withdrawal", "Seizures, withdrawal"]), without_tail(["Fever, withdrawal"])
    ((['Fever', 'Seizures'], 'withdrawal'), (['Fever, withdrawal'], ''))
    """
    parts = [label.partition(", ") for label in labels]
    tails = {tail for _, _, tail in parts}
    if len(labels) < 2 or len(tails) > 1 or tails == {""}:
        return list(labels), ""
    return [head for head, _, _ in parts], tails.pop()


def _alike(words: Sequence[Sequence[str]]) -> int:
    """How many words all labels begin with."""
    return next((i for i, some in enumerate(zip(*words, strict=False)) if len(set(some)) > 1), len(words[0]))


def _is_log(kind: str, curves: Sequence[Curve]) -> bool:
    return kind == "concentration" and spans_decades(curves)


def spans_decades(curves: Iterable[Curve]) -> bool:
    """Whether the peaks of the curves lie more than a factor of eight apart."""
    peaks = [float(np.max(c.median)) for c in curves if np.max(c.median) > 0]
    return len(peaks) > 1 and max(peaks) > 8 * min(peaks)


def panels(
    course: Course, names: Sequence[str] = (), known: Course | None = None,
    references: Mapping[str, Reference | Tiers] | None = None,
) -> tuple[Panel, ...]:  # fmt: skip
    """The panels of a figure: one for each name, or the main ones that the course holds.

    All show 24 h means when one of them swings too often to be seen.
    """
    felt = _felt(course)
    rows = [(name,) for name in names] or [tuple(n for n in row if n in felt) for row in MAIN]
    rows = [row for row in rows if row] or [(q.name,) for q in course.quantities[:5]]
    mean = any(is_dense(course[row[0]]) for row in rows)
    given = references or {}
    return tuple(panel(course, _distinct(course, row), known, given.get(row[0]), mean=mean) for row in rows)


def _felt(course: Course) -> set[str]:
    """The quantities that leave their rest noticeably in one patient of twenty at least."""
    each = [course[quantity.name] for quantity in course.quantities]
    low = bands(np.stack([values.min(axis=1) for values in each], axis=1), SPREAD[:1])[0]
    high = bands(np.stack([values.max(axis=1) for values in each], axis=1), SPREAD[-1:])[0]
    extremes = zip(course.quantities, low.tolist(), high.tolist(), strict=True)
    return {quantity.name for quantity, least, most in extremes if quantity.is_felt(least, most)}


def _distinct(course: Course, names: Sequence[str]) -> tuple[str, ...]:
    """The first name and, of concentrations, those whose peak lies more than a quarter away from it."""
    if any(q.kind != "concentration" for q in course.quantities if q.name in names):
        return tuple(names)
    first = float(np.max(np.mean(course[names[0]], axis=0)))
    peaks = {name: float(np.max(np.mean(course[name], axis=0))) for name in names[1:]}
    return (names[0], *(name for name, peak in peaks.items() if abs(peak - first) > 0.25 * first))


@dataclass(frozen=True)
class Window:
    """A stretch of a course at its full resolution."""

    time: Array
    values: Mapping[str, Array]
    quantities: Sequence[Any]

    def __getitem__(self, name: str) -> Array:
        """One quantity, shape (n, t)."""
        return self.values[name]


def window(course: Course, names: Iterable[str], start: float, end: float) -> Window:
    """The named quantities of a course from `start` to `end` [h]."""
    inside = slice(int(np.searchsorted(course.time, start)), int(np.searchsorted(course.time, end, side="right")))
    chosen = set(names)
    quantities = [q for q in course.quantities if q.name in chosen]
    return Window(course.time[inside], {q.name: course[q.name][:, inside] for q in quantities}, quantities)
