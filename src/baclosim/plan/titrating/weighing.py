"""Ways to raise the dose weighed against each other on the same patients."""

from __future__ import annotations

from collections.abc import Sequence

from ...cautions import Caution
from ...therapy.conditions import level_in_words
from ..goals import Verdict, no_plan
from ..plan import Comparison
from .aims import Aim
from .prescribing import Finding
from .request import Request
from .titration import Tried, best


def chosen(arms: Sequence[Tried], aim: Aim, optimise: bool) -> tuple[Tried, tuple[Verdict, ...]]:
    """The published way, which is the first, or the best one, among those that keep every goal; and how these fare.

    Raises PlanError with what binds and what comes nearest when none keeps them all.
    """
    verdicts = {id(arm): aim.judge(arm) for arm in arms}
    keeping = [arm for arm in arms if all(verdict.is_met for verdict in verdicts[id(arm)])]
    if not keeping:
        nearest = max(arms, key=lambda arm: min(verdict.margin for verdict in verdicts[id(arm)]))
        raise no_plan("titration", verdicts[id(nearest)], instead=[*_nearest(nearest, verdicts[id(nearest)])])
    taken = best(keeping) if optimise else keeping[0]
    return taken, verdicts[id(taken)]


def _nearest(arm: Tried, verdicts: Sequence[Verdict]) -> list[str]:
    """What the way that comes nearest does keep: the shares at the levels asked for, and the levels at the shares."""
    shares = " and ".join(f"{v.goal.condition} in {100 * v.attained:.3g} %" for v in verdicts)
    levels = " and ".join(
        f"{v.goal.condition.quantity.replace('_', ' ')} {v.goal.condition.side} "
        f"{level_in_words(v.goal.condition.quantity, v.reachable)} in {100 * v.goal.share:.3g} %"
        for v in verdicts
    )
    return [f"{arm.arm.name}: {shares}", f"{arm.arm.name}: {levels}"]


def compared(arms: Sequence[Tried], taken: Tried) -> Comparison:
    """All ways side by side on the same patients, the one that is taken first."""
    ordered = [taken, *(arm for arm in arms if arm is not taken)]
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


def warnings_of(found: Sequence[Finding], request: Request, tried: Tried) -> tuple[Caution, ...]:
    """What the check found, and what a run of this patient warns of; each once."""
    about = {finding.about.lower() for finding in found}
    course = (caution for caution in tried.course.cautions if not about & set(caution.says.lower().split(":")))
    return tuple(dict.fromkeys((*(finding.caution for finding in found), *course)))
