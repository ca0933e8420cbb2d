"""A plan written by hand, for tests of how plans are shown and kept."""

import datetime as dt

from baclosim.cautions import Caution
from baclosim.plan.goals import Verdict, read_goal
from baclosim.plan.plan import Band, Check, Comparison, Odds, Plan, Step, Take
from baclosim.plan.safety import WITHDRAWAL


def step(first: int, last: float, morning: float, evening: float, do: str = "") -> Step:
    takes = (Take("08:00", f"{morning:g} tablets of 10 mg", morning * 1e4), Take("20:00", f"{evening:g} mg", evening))
    start, end = (first - 1) * 24.0, last * 24.0
    return Step(start, end, f"{morning:g} and {evening:g}", morning * 1e4 + evening, takes=takes, do=do)


SMALL_PLAN = Plan(
    kind="taper",
    title="Taper of 20 mg a day & more, over 8 days",
    patient="woman of 43 years, 68 kg, multiple sclerosis",
    before="10 mg twice daily, for 8 months",
    steps=(
        step(1, 4, 1.0, 5.0),
        step(5, 8, 0.5, 0.0, do="visit: rate tone <now>"),
        Step(192.0, float("inf"), "no baclofen", 0.0),
    ),
    emergencies=(WITHDRAWAL,),
    odds=(
        Odds("worst severity of withdrawal", "dimensionless", Band(0.1, 0.02, 0.25), Band(0.11, 0.08, 0.2)),
        Odds("patients who reach moderate", "share", Band(0.03, 0.01, 0.06)),
    ),
    verdicts=(Verdict(read_goal("no moderate withdrawal"), 0.97, 0.28),),
    comparisons=(Comparison("Against rules", ("way", "days"), (("this plan", 8.0), ("other", None)), ("a note",)),),
    checks=(
        Check("itching", "go back one step", "and wait a week", ("withdrawal.severity-tiers.greenberg-handbook",)),
    ),
    reasons=("the shortest that works",),
    warnings=(Caution("kidneys", "outside the evidence"),),
    facts=("taper.oral.uk-csm",),
    parameters=("withdrawal_gain", "mild_withdrawal"),
    patients=100,
    draws=50,
    begins=dt.date(2026, 11, 30),
)
