"""Ways to raise the dose weighed against each other on the same patients."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ...cautions import Caution
from ...therapy.language.conditions import level_in_words
from ..goals import Verdict, no_plan
from ..plan import Chart, Comparison
from .aims import Aim
from .optimising import Open, searched
from .prescribing import Finding
from .request import Request
from .titration import DAY, Arm, Tried

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ...figures.titrations import Rising


OPTIMISED = (
    "Searched: how often, by how much and how far the dose is raised, within what the protocol allows, for the fewest "
    "mean days to the goal. A sign may stop at most 5 in 100 patients more than on the published way (assumed)."
)


@dataclass(frozen=True, eq=False)
class Weighed:
    """The published ways, tried on the same patients; the one that is taken, and how the goals fare on it."""

    arms: list[Tried]
    taken: Tried
    verdicts: tuple[Verdict, ...]


def weighed(arms: Iterable[Arm], left: Open, follow: Callable[[Arm], Tried], request: Request) -> Weighed:
    """The published ways tried and, where the best is wanted, what the protocol leaves `left` searched.

    Raises PlanError with what binds and what comes nearest when no way keeps every goal and limit.
    """
    tried = [follow(arm) for arm in arms]
    best = sought(left, follow, request.aim) if request.optimise else None
    return Weighed(tried, *chosen(tried, request.aim, best))


def sought(left: Open, follow: Callable[[Arm], Tried], aim: Aim) -> Tried:
    """The best way that a protocol leaves open, the goals and limits across the patients kept."""
    return searched(left, follow, lambda tried: all(verdict.is_met for verdict in aim.judge(tried)))


def chosen(arms: Sequence[Tried], aim: Aim, better: Tried | None = None) -> tuple[Tried, tuple[Verdict, ...]]:
    """The first way that keeps every goal, one that was sought before the published ones; and how the goals fare.

    Raises PlanError with what binds and what comes nearest when none keeps them all.
    """
    arms = [*([better] if better else []), *arms]
    verdicts = {id(arm): aim.judge(arm) for arm in arms}
    keeping = [arm for arm in arms if all(verdict.is_met for verdict in verdicts[id(arm)])]
    if not keeping:
        nearest = max(arms, key=lambda arm: min(verdict.margin for verdict in verdicts[id(arm)]))
        raise no_plan("titration", verdicts[id(nearest)], instead=[*_nearest(nearest, verdicts[id(nearest)])])
    return keeping[0], verdicts[id(keeping[0])]


def _nearest(arm: Tried, verdicts: Sequence[Verdict]) -> list[str]:
    """What the way that comes nearest does keep: the shares at the levels asked for, and the levels at the shares."""
    shares = " and ".join(f"{v.goal.condition} in {100 * v.attained:.3g} %" for v in verdicts)
    levels = " and ".join(
        f"{v.goal.condition.quantity.replace('_', ' ')} {v.goal.condition.side} "
        f"{level_in_words(v.goal.condition.quantity, v.reachable)} in {100 * v.goal.share:.3g} %"
        for v in verdicts
    )
    return [f"{arm.arm.name}: {shares}", f"{arm.arm.name}: {levels}"]


def in_order(arms: Sequence[Tried], taken: Tried) -> list[Tried]:
    """Every way once, the one that is taken first."""
    return [taken, *(one for one in arms if one is not taken and one.arm.name != taken.arm.name)]


def compared(arms: Sequence[Tried], taken: Tried) -> Comparison:
    """All ways side by side on the same patients, the one that is taken first."""
    ordered = in_order(arms, taken)
    rows = tuple(
        (
            one.arm.name,
            100.0 * float(one.holds.mean()),
            100.0 * float(one.reached.mean()),
            100.0 * float(one.intolerant.mean()),
            100.0 * float(one.short.mean()),
            one.median_days(),
            one.enough_days(),
        )
        for one in ordered
    )
    columns = ("way", "at the goal at the end, %", "seen at it, %", "stopped by a sign, %", "short of it, %",
               "half seen, day", "95 % seen, day")  # fmt: skip
    assumed = tuple(dict.fromkeys(f"Assumed: {one.arm.assumed}." for one in ordered if one.arm.assumed))
    return Comparison("Ways to raise the dose, on the same patients", columns, rows, assumed)


def chart(arms: Sequence[Tried], taken: Tried) -> Chart:
    """Doses of the way that is taken, and how soon each way brings how many to the goal."""
    ordered = in_order(arms, taken)
    caption = (
        "Above: daily dose of the virtual patients on the first way, each raised, held or lowered at the visits. "
        "Below: how many have been seen at the goal, on each way."
    )
    alt = "Daily dose over time, and share of the patients seen at the goal over time, one line for each way."
    return Chart("titration", caption, alt, partial(_draw, ordered))


def _draw(ordered: Sequence[Tried], width: float) -> Figure:
    from ...figures.titrations import titrations_figure

    return titrations_figure([_curves(one) for one in ordered], ordered[0].log.unit.removesuffix(" a day"), width)


def _curves(one: Tried) -> Rising:
    """One way as curves."""
    from ...figures.titrations import Rising

    doses = np.quantile(one.log.dose, (0.05, 0.5, 0.95), axis=0)
    days = np.concatenate(([0.0], one.log.time / DAY, [one.course.time[-1] / DAY]))
    arrived = np.sort(one.to_goal[one.reached]) / DAY
    return Rising(one.arm.name, days, np.hstack((doses, doses[:, -1:])), arrived, len(one.to_goal))


def warnings_of(found: Sequence[Finding], request: Request, tried: Tried) -> tuple[Caution, ...]:
    """What the check found, and what a run of this patient warns of; each once."""
    about = {finding.about.lower() for finding in found}
    course = (caution for caution in tried.course.cautions if not about & set(caution.says.lower().split(":")))
    return tuple(dict.fromkeys((*(finding.caution for finding in found), *course)))
