"""How to begin and raise baclofen: checked against the patient first, then tried on patients like this one.

titrate(request)
  findings()        what speaks against it; a refusal ends here
  oral_arms() ...   the published ways to raise the dose
  follow()          each tried on the same virtual patients, by the policies of `simulate`
  chosen()          the published way, or the best that keeps every goal and limit
-> Plan
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...cautions import Caution
from ...errors import InputError, PatientError, Problem, Problems
from ...patient import Patient
from ...therapy.conditions import level_in_words
from ..goals import Verdict, no_plan
from ..plan import Comparison, Plan
from .aims import Aim, read_aim
from .prescribing import Finding, Route, check_despite, check_drugs, findings, known_history, known_route, refuse
from .titration import Tried, best

DRAWS = 100
SIGNS = ("drowsiness", "weakness")


@dataclass(frozen=True)
class Request:
    """What is asked for.

    drugs, history  what else is taken, and what is known: checked before any dose
    despite         refusals that are overruled
    walks           whether weak legs or worse walking would be a loss, which decides by pump
    optimise        take the best way within the published limits instead of the published one
    """

    patient: Patient
    route: Route
    aim: Aim
    drugs: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    despite: tuple[str, ...] = ()
    walks: bool = False
    optimise: bool = False
    patients: int = 300
    seed: int = 1
    begins: dt.date | None = None


def request_for(
    patient: Patient, route: str, goal: str | None = None, limits: Sequence[str] = (), drugs: Sequence[str] = (),
    history: Sequence[str] = (), **others: Any,
) -> Request:  # fmt: skip
    """The request that these words state; raises InputError listing everything that cannot be read.

    route    "oral" or "pump"
    goal     of one patient: "ashworth below 2", "tone down by 1", perhaps "in 60 % of patients"; limits: across all
    others   the other fields of a Request
    """
    problems = Problems()
    aim, by = read_aim(goal, limits, problems), known_route(route, problems)
    names = tuple(name for word in history if (name := known_history(word, problems)))
    check_drugs(drugs, problems)
    check_despite(others.get("despite", ()), problems)
    problems.raise_as(InputError)
    return Request(patient, by, aim, tuple(drugs), names, **others)


def titrate(request: Request) -> Plan:
    """The plan of a titration.

    Raises InputError for what is not known, PlanError where baclofen is refused or no way keeps the goals and limits,
    the nearest then named.
    """
    found = findings(request.patient, request.route, request.drugs, request.history)
    refuse(found, request.despite)
    check_spasticity(request.patient)
    if request.route == "mouth":
        from .titrate_tablets import by_mouth

        return by_mouth(request, found)
    from .titrate_pump import by_pump

    return by_pump(request, found)


def check_spasticity(patient: Patient) -> None:
    """Raise PatientError for somebody who has no tone to lower."""
    known = patient.covariates
    if known.origin == "none" and (known.ashworth is None or known.ashworth <= 1.0):
        allowed = "a condition with spasticity, or an Ashworth score above 1, because tone decides the dose"
        raise PatientError(Problem("patient.condition", known.condition, allowed))


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
