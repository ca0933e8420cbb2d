"""A plan as JSON: the shape of what the planning commands print with `--json` and write as plan.json."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import asdict
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..errors import InputError, Problem
from ..mistaken import PLAN, looks_like
from ..parameters import parameters
from .goals import Verdict
from .plan import Band, Check, Comparison, Kind, Odds, Plan, Step
from .safety import DISCLAIMER, Emergency


class Record(BaseModel):
    """A part of the result; every key is always there."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TakeRecord(Record):
    """What is taken at one time of a day."""

    at: str = Field(description="time of day, such as 08:00, or in words")
    what: str
    amount_ug: float


class StepRecord(Record):
    """A stretch of the plan in which nothing changes."""

    first_day: int = Field(description="day 1 is the first of the plan")
    last_day: int | None = Field(description="null for what goes on")
    start_h: float
    end_h: float | None
    date: dt.date | None = Field(description="of the first day, when it is known when the plan begins")
    says: str = Field(description="what is given, in the dosing language where it can be simulated")
    daily_dose_ug: float | None
    route: str
    takes: list[TakeRecord]
    do: str = Field(description="what else happens at its start: a visit, a check, a decision")


class BandRecord(Record):
    """A number with a range."""

    value: float
    low: float
    high: float


class OddsRecord(Record):
    """One thing that is predicted."""

    says: str
    unit: str
    patients: BandRecord = Field(
        description="median of the virtual patients, 5 and 95 % of them; of a share of patients, its 95 % interval"
    )
    typical: BandRecord | None = Field(description="the typical patient and its 95 % interval")


class GoalRecord(Record):
    """A goal or limit and how it fares."""

    says: str
    quantity: str
    side: Literal["below", "above"]
    level: float
    when: str
    wanted_share: float
    attained_share: float
    reachable_level: float = Field(description="the level that the wanted share of the patients keeps")
    is_met: bool


class ComparisonRecord(Record):
    """Ways that were weighed against each other on the same virtual patients."""

    caption: str
    columns: list[str]
    rows: list[list[str | float | None]]
    notes: list[str]


class CheckRecord(Record):
    """If this is seen, do that."""

    when: str
    do: str
    then: str
    facts: list[str]


class EmergencyRecord(Record):
    """Signs that call for emergency care, and what to do at once."""

    kind: str
    when: str
    signs: list[str]
    act: list[str]
    facts: list[str]


class WarningRecord(Record):
    """Something that the reader must know."""

    about: str
    says: str
    evidence: list[str]


class WeakParameterRecord(Record):
    """A parameter that rests on an assumption or on memory."""

    name: str
    grade: Literal["assumed", "recalled"]
    says: str


class PlanRecord(Record):
    """A plan that baclosim computed."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="baclosim plan")

    format: Literal[1] = Field(default=1, description="rises when a key changes its meaning")
    version: str = Field(description="of baclosim")
    kind: Kind
    title: str
    patient: str
    before: str = Field(description="what is given now, and since when")
    begins: dt.date | None
    emergencies: list[EmergencyRecord]
    warnings: list[WarningRecord]
    steps: list[StepRecord]
    odds: list[OddsRecord]
    goals: list[GoalRecord]
    comparisons: list[ComparisonRecord]
    checks: list[CheckRecord]
    reasons: list[str]
    patients: int = Field(description="virtual patients behind the odds")
    known: str = Field(
        description="what the estimate rests on whose versions the patients are; empty for people like this one"
    )
    draws: int = Field(description="draws of the typical patient behind the intervals of `typical`")
    seed: int
    weak_parameters: list[WeakParameterRecord]
    facts: list[str] = Field(description="ids of the evidence that the plan rests on")
    files: list[str] = Field(description="what was written")
    disclaimer: str


def record(plan: Plan, files: tuple[str, ...] = ()) -> PlanRecord:
    """The plan in its published shape; numbers with six significant digits."""
    from importlib.metadata import version

    return PlanRecord(
        version=version("baclosim"),
        kind=plan.kind,
        title=plan.title,
        patient=plan.patient,
        before=plan.before,
        begins=plan.begins,
        emergencies=[emergency_record(one) for one in plan.emergencies],
        warnings=[WarningRecord(about=w.about, says=w.says, evidence=list(w.evidence)) for w in plan.warnings],
        steps=[step_record(plan, step) for step in plan.steps],
        odds=[odds_record(odds) for odds in plan.odds],
        goals=[goal_record(verdict) for verdict in plan.verdicts],
        comparisons=[comparison_record(one) for one in plan.comparisons],
        checks=[check_record(check) for check in plan.checks],
        reasons=list(plan.reasons),
        patients=plan.patients,
        known=plan.known,
        draws=plan.draws,
        seed=plan.seed,
        weak_parameters=weak_records(plan.parameters),
        facts=facts_behind(plan),
        files=list(files),
        disclaimer=DISCLAIMER,
    )


def step_record(plan: Plan, step: Step) -> StepRecord:
    """One step, with its date when that is known."""
    return StepRecord(
        first_day=step.first_day,
        last_day=step.last_day,
        start_h=rounded(step.start),
        end_h=None if math.isinf(step.end) else rounded(step.end),
        date=plan.date_of(step.start),
        says=step.says,
        daily_dose_ug=None if step.daily_dose is None else rounded(step.daily_dose),
        route=step.route,
        takes=[TakeRecord(at=t.at, what=t.what, amount_ug=rounded(t.amount)) for t in step.takes],
        do=step.do,
    )


def odds_record(odds: Odds) -> OddsRecord:
    """One prediction with both of its ranges."""
    typical = band_record(odds.typical) if odds.typical else None
    return OddsRecord(says=odds.says, unit=odds.unit, patients=band_record(odds.patients), typical=typical)


def band_record(band: Band) -> BandRecord:
    """A number with its range."""
    return BandRecord(**{name: rounded(value) for name, value in asdict(band).items()})


def goal_record(verdict: Verdict) -> GoalRecord:
    """A goal and how it fares."""
    goal = verdict.goal
    return GoalRecord(
        says=str(goal),
        quantity=goal.condition.quantity,
        side=goal.condition.side,
        level=rounded(goal.condition.level),
        when=goal.when,
        wanted_share=rounded(goal.share),
        attained_share=rounded(verdict.attained),
        reachable_level=rounded(verdict.reachable),
        is_met=verdict.is_met,
    )


def comparison_record(one: Comparison) -> ComparisonRecord:
    """A table of words and numbers."""
    rows = [[rounded(cell) if isinstance(cell, float) else cell for cell in row] for row in one.rows]
    return ComparisonRecord(caption=one.caption, columns=list(one.columns), rows=rows, notes=list(one.notes))


def check_record(check: Check) -> CheckRecord:
    """A rule of what to do."""
    return CheckRecord(when=check.when, do=check.do, then=check.then, facts=list(check.facts))


def emergency_record(one: Emergency) -> EmergencyRecord:
    """Signs and what to do."""
    return EmergencyRecord(
        kind=one.kind, when=one.when, signs=list(one.signs), act=list(one.act), facts=list(one.facts)
    )


def weak_records(names: tuple[str, ...]) -> list[WeakParameterRecord]:
    """Those of these parameters that are assumed or recalled."""
    table = parameters()
    return [
        WeakParameterRecord(name=p.name, grade="recalled" if p.grade == "recalled" else "assumed", says=p.says)
        for p in (table[name] for name in names)
        if p.is_weak
    ]


def facts_behind(plan: Plan) -> list[str]:
    """Facts that the plan cites, and those behind the parameters of its predictions, each once."""
    table = parameters()
    behind = (fact for name in plan.parameters for fact in table[name].facts)
    return list(dict.fromkeys((*plan.cited(), *behind)))


def rounded(value: float) -> float:
    """Six significant digits, and 0 for what only rounding leaves."""
    return float(f"{value:.6g}") if abs(value) > 1e-12 else 0.0


def read_record(content: str | bytes, where: str, more: str = "") -> PlanRecord:
    """The plan in JSON that a planning command wrote; raises InputError for anything else, with `more` to say of it."""
    try:
        return PlanRecord.model_validate_json(content)
    except ValidationError as error:
        faults = error.errors(include_url=False)
    text = content if isinstance(content, str) else content.decode("utf-8", "replace")
    lacking = [dotted(fault["loc"]) for fault in faults if fault["type"] == "missing"]
    wrong = [dotted(fault["loc"]) for fault in faults if fault["type"] != "missing" and fault["loc"]]
    hint = (
        f"It lacks {', '.join(lacking[:3])}. " if lacking else f"Wrong in it: {', '.join(wrong[:3])}. " if wrong else ""
    )
    hint += "Was it made by another version?" if hint else looks_like(text, PLAN) or "It is no JSON, or cut off."
    hint += f" {more}" if more else ""
    allowed = "a plan as JSON, as `baclosim taper --json` prints it and plan.json holds it"
    raise InputError(Problem(where, None, allowed, hint))


def dotted(path: tuple[int | str, ...]) -> str:
    """A place in JSON as people write it; entries of lists count from 1."""
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")
