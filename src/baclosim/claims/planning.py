"""H. Plans: a taper for one patient with its odds, written for people, and what it never does."""

from __future__ import annotations

import datetime as dt
import functools
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from ..evidence.library import library
from ..plan.plan import Plan
from ..plan.record import record
from ..plan.safety import DISCLAIMER, EMERGENCIES, NEVER_ALONE
from ..plan.tables import calendar_entries
from ..plan.tapering.bounds import bounds
from ..plan.tapering.taper import plan_taper
from ..plan.tapering.wish import Wish
from ..plan.treatment import read_treatment
from .clinic import ADULT, Clinic
from .findings import Finding, Spread, Table, at_least, at_most, measured, told

NOW = "20 mg four times daily"
SINCE = 12.0 * 730.5  # h
RULES = "taper.rules.machine-readable"
FIRST = dt.date(2026, 1, 5)


@functools.cache
def planned(patients: int, seed: int) -> Plan:
    """A taper from 80 mg/day after a year."""
    now = read_treatment(NOW, SINCE, ADULT.covariates.weight)
    return plan_taper(Wish(ADULT, now, patients=patients, seed=seed, begins=FIRST))


def taper_plan(clinic: Clinic) -> Iterator[Finding]:
    """A plan in whole tablets with severity and interval, calendar and sheet, against the published rules."""
    plan = planned(clinic.n, clinic.seed)
    clinic.rests |= set(plan.parameters)
    yield told("the plan", f"{plan.title}: {'; '.join(step.says for step in plan.steps)}", [RULES])
    odd = sum(take.amount % 5000.0 != 0.0 for step in plan.steps for take in step.takes)
    yield measured("doses that whole tablets of 10 and 5 mg do not make", float(odd), "", at_most(0.0))
    severity = plan.odds[0]
    people = Spread(severity.patients.value, severity.patients.low, severity.patients.high)
    yield measured("worst severity, virtual patients", people, "", at_least(0.0), facts=plan.facts)
    assert severity.typical is not None
    width = severity.typical.high - severity.typical.low
    yield measured("width of the 95 % interval of the typical patient's severity", width, "", at_least(1e-4))
    verdict = plan.verdicts[0]
    yield measured(f"share in whom {verdict.goal.condition} holds", verdict.attained, "", at_least(verdict.goal.share))
    yield from against_rules(plan)
    with tempfile.TemporaryDirectory() as folder:
        from ..report import write_plan

        names = {path.name: path.stat().st_size for path in write_plan(plan, Path(folder))}
    yield measured("size of the sheet to print", float(names["sheet.html"]), "bytes", at_least(1000.0))
    entries = len(list(calendar_entries(plan)))
    yield measured(
        "entries of the calendar less steps of the plan", float(entries - len(plan.steps)), "", at_least(0.0)
    )


def against_rules(plan: Plan) -> Iterator[Finding]:
    """The table of the published rules on the same patients; the plan ends no later than any that keeps its bounds."""
    table = plan.comparisons[0]
    ours, *others = table.rows
    least = bounds(ADULT.covariates.weight).least
    kept = [row[1] for row in others if row[-1] == "kept" and isinstance(row[1], float) and row[1] >= least]
    assert isinstance(ours[1], float)
    quickest = min((days for days in kept if isinstance(days, float)), default=float("inf"))
    shown = Table(table.columns, table.rows)
    yield measured("published rules compared", float(len(others)), "", at_least(4.0), facts=[RULES], table=shown)
    yield measured("days of this plan beyond the quickest rule that keeps its limits", ours[1] - quickest, "days",
                   at_most(0.0), facts=[RULES])  # fmt: skip


def unsupervised(clinic: Clinic) -> Iterator[Finding]:
    """What every result and every plan says first, and that no plan stops all at once."""
    boxed = "withdrawal.boxed-warning.fda-2002"
    yield told("every result and report", DISCLAIMER, [boxed], needs=("never be stopped abruptly", "prescriber"))
    warning = library().fact(boxed)
    yield told("the signs that call for emergency care", warning.statement, [warning.id],
               needs=("fever", "altered mental"))  # fmt: skip
    yield told("every plan", NEVER_ALONE.says, NEVER_ALONE.evidence, needs=("never be stopped abruptly", "fatal"))
    for one in EMERGENCIES.values():
        needs = ("emergency number",) if one.kind == "overdose" else ("fever", "confusion", "emergency number")
        yield told(f"plans, {one.kind}", str(one), one.facts, needs=needs)
    plan = planned(clinic.n, clinic.seed)
    said = record(plan)
    first = f"{said.warnings[0].says} {'; '.join(said.emergencies[0].signs)}"
    yield told("first in the JSON of a plan", first, [boxed], needs=("never be stopped abruptly", "fever", "confusion"))
    most = bounds(ADULT.covariates.weight)
    doses = [80_000.0, *(step.daily_dose or 0.0 for step in plan.steps)]
    drops = [(a - b) / max(most.share * a, most.mass) for a, b in pairwise(doses)]
    yield measured("largest step of a plan, beside what published rules allow", max(drops), "", at_most(1.0 + 1e-9),
                   facts=[RULES])  # fmt: skip
    yield measured("days of a plan", plan.ends / 24.0, "days", at_least(float(most.least)), facts=[RULES])
