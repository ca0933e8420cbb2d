"""The result of a run as JSON: the shape of what `baclosim run --json` prints and `run.json` holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from ..patient.speech import patient_sentence
from ..plan.safety import DISCLAIMER
from ..quantities import known
from .summary import LEAST, RESIDUE, Measure, Row, main_quantities, without_residue

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..pump.deliver import Delivery
    from .running import Outcome
    from .visits import VisitRow


class Record(BaseModel):
    """A part of the result; every key is always there."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SummaryRecord(Record):
    """One measure of one main quantity."""

    quantity: str
    label: str
    unit: str
    measure: Measure = Field(
        description="peak, trough and average are of the last day; highest and lowest are of the whole run"
    )
    median: float = Field(description="of the virtual patients")
    low: float = Field(description="5 % of the virtual patients lie below")
    high: float = Field(description="5 % of the virtual patients lie above")
    mean: float = Field(description="of the virtual patients; of a probability, the share of such people who show it")
    typical: float = Field(description="of the typical patient")
    typical_low: float = Field(description="lower end of the 95 % interval of the typical patient")
    typical_high: float = Field(description="upper end of the 95 % interval of the typical patient")


class CurveRecord(Record):
    """One main quantity over time; each list has one number for each time in `time_h`."""

    quantity: str
    label: str
    unit: str
    median: list[float]
    low: list[float]
    high: list[float]
    typical: list[float]
    typical_low: list[float]
    typical_high: list[float]


class CautionRecord(Record):
    """Something that the reader must know."""

    about: str
    says: str
    evidence: list[str]


class WeakRecord(Record):
    """A parameter that rests on an assumption or on memory."""

    name: str
    grade: Literal["assumed", "recalled"]
    says: str


class EventRecord(Record):
    """One line of a pump's log."""

    time_h: float
    kind: str
    priority: Literal["critical", "non-critical", "information"]
    source: Literal["device", "person", "truth"] = Field(description="who knows of it")
    text: str


class PumpRecord(Record):
    """What the typical pump gave."""

    pump: str = Field(description="the pump and its program in words")
    programmed_ug: float
    delivered_ug: float = Field(description="into the canal")
    lost_ug: float = Field(description="outside the canal")
    usable_mL: float = Field(description="left in the reservoir at the end")
    log: list[EventRecord]


class VisitRecord(Record):
    """One visit: what was seen and done for the typical patient, and across the virtual patients."""

    time_h: float
    seen: str
    outcome: str = Field(description="kept, raised, lowered, held, stopped, at the limit or finished")
    reason: str = Field(description="the condition that decided, if one did")
    dose: float = Field(description="of the typical patient after the visit")
    shares: dict[str, float] = Field(description="share of the virtual patients with each outcome")
    median: float = Field(description="dose of the virtual patients after the visit")
    low: float = Field(description="5 % of them get less")
    high: float = Field(description="5 % of them get more")


class PolicyRecord(Record):
    """What one policy came to."""

    policy: str
    unit: str = Field(description="of the doses")
    visits: list[VisitRecord]


class RunRecord(Record):
    """What a run of baclosim found."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="baclosim run")

    format: Literal[1] = Field(default=1, description="rises when a key changes its meaning")
    version: str = Field(description="of baclosim")
    scenario: str = Field(description="file or example that was run")
    title: str
    patient: str
    therapy: str
    duration_h: float
    patients: int = Field(description="virtual patients behind median, low and high")
    draws: int = Field(description="draws of the typical patient behind typical_low and typical_high")
    seed: int
    summary: list[SummaryRecord]
    time_h: list[float]
    curves: list[CurveRecord]
    policies: list[PolicyRecord]
    pump: PumpRecord | None
    cautions: list[CautionRecord]
    weak_parameters: list[WeakRecord]
    facts: list[str] = Field(description="ids of the evidence that the run rests on")
    files: list[str] = Field(description="what was written")
    disclaimer: str


def record(outcome: Outcome, files: tuple[str, ...] = ()) -> RunRecord:
    """The result in its published shape; numbers with six significant digits."""
    from importlib.metadata import version

    scenario, course = outcome.scenario, outcome.patients
    return RunRecord(
        version=version("baclosim"),
        scenario=scenario.name,
        title=scenario.title,
        patient=patient_sentence(scenario.patient),
        therapy=str(scenario.therapy),
        duration_h=scenario.duration,
        patients=course.patients,
        draws=outcome.uncertainty.patients,
        seed=scenario.seed,
        summary=[summary_record(row) for row in outcome.summary],
        time_h=numbers(course.time),
        curves=[curve_record(outcome, name) for name in main_quantities(course)],
        policies=policy_records(outcome),
        pump=pump_record(str(scenario.therapy.pump), outcome.delivery) if outcome.delivery else None,
        cautions=[CautionRecord(about=c.about, says=c.says, evidence=list(c.evidence)) for c in outcome.cautions],
        weak_parameters=[weak_record(p.name, p.grade, p.says) for p in course.weak_parameters()],
        facts=list(course.facts()),
        files=list(files),
        disclaimer=DISCLAIMER,
    )


def summary_record(row: Row) -> SummaryRecord:
    """One row of the summary."""
    keys = ("median", "low", "high", "mean", "typical", "typical_low", "typical_high")
    values = {key: rounded(getattr(row, key)) for key in keys}
    return SummaryRecord(quantity=row.quantity, label=row.label, unit=row.unit, measure=row.measure, **values)


def curve_record(outcome: Outcome, name: str) -> CurveRecord:
    """The curve of one quantity with both of its bands."""
    found = {key: numbers(values) for key, values in curves(outcome, name).items()}
    return CurveRecord(quantity=name, label=known(name).label, unit=known(name).unit, **found)


def curves(outcome: Outcome, name: str) -> dict[str, NDArray[np.float64]]:
    """Median and bands of one quantity over time, each (t,), without what rounding left over."""
    low, median, high = outcome.band(name)
    below, above = outcome.interval(name)
    typical = outcome.typical[name][0]
    values = np.stack([median, low, high, typical, below, above])
    cleaned = without_residue(values, float(np.abs(values).max()))
    return dict(zip(("median", "low", "high", "typical", "typical_low", "typical_high"), cleaned, strict=True))


def policy_records(outcome: Outcome) -> list[PolicyRecord]:
    """Every policy with its visits."""
    return [
        PolicyRecord(policy=log.policy, unit=log.unit, visits=[visit_record(row) for row in rows])
        for log, rows in zip(outcome.typical.decisions, outcome.visits, strict=True)
    ]


def visit_record(row: VisitRow) -> VisitRecord:
    """One visit."""
    doses = {key: rounded(getattr(row, key)) for key in ("dose", "median", "low", "high")}
    shares = {name: rounded(share) for name, share in row.shares.items()}
    return VisitRecord(time_h=row.time, seen=row.seen, outcome=row.outcome, reason=row.reason, shares=shares, **doses)


def pump_record(sentence: str, delivery: Delivery) -> PumpRecord:
    """What one pump gave, with its log."""
    return PumpRecord(
        pump=sentence,
        programmed_ug=rounded(delivery.programmed),
        delivered_ug=rounded(delivery.balance.delivered),
        lost_ug=rounded(delivery.balance.lost, RESIDUE * delivery.programmed),
        usable_mL=rounded(delivery.pump.true_volume - delivery.pump.device.residual_volume),
        log=[
            EventRecord(time_h=rounded(e.time), kind=e.kind, priority=e.priority, source=e.source, text=e.text)
            for e in delivery.log
        ],
    )


def weak_record(name: str, grade: str, says: str) -> WeakRecord:
    """A parameter that is assumed or recalled."""
    return WeakRecord(name=name, grade="recalled" if grade == "recalled" else "assumed", says=says)


def rounded(value: float, least: float = 0.0) -> float:
    """Six significant digits; 0 for what is no more than `least`, and for what only rounding leaves."""
    return float(f"{value:.6g}") if abs(value) > max(least, LEAST) else 0.0


def numbers(values: NDArray[np.float64]) -> list[float]:
    """An array as plain numbers of six significant digits, each exactly as `rounded` gives it.

    A number of six digits is a whole number times an exact power of ten, so one operation rounds it rightly. Where it
    is not plain which whole number that is, `rounded` decides.
    """
    size: NDArray[np.float64] = np.abs(values)
    kept = size > LEAST
    decimals = np.clip(SIX - 1.0 - np.floor(np.log10(np.where(kept, size, 1.0))), -EXACT, EXACT)
    scale = 10.0 ** np.abs(decimals)
    scaled = np.where(decimals >= 0.0, values * scale, values / scale)
    whole = np.rint(scaled)
    found = np.where(kept, np.where(decimals >= 0.0, whole / scale, whole * scale), 0.0)
    is_tie = np.abs(np.abs(scaled - whole) - 0.5) < 1e-6
    is_plain = (np.abs(whole) >= 10.0 ** (SIX - 1)) & (np.abs(whole) < 10.0**SIX) & ~is_tie
    for i in np.flatnonzero(kept & ~is_plain):
        found[i] = rounded(float(values[i]))
    return found.tolist()


SIX = 6  # significant digits
EXACT = 22  # the greatest power of ten that a double holds exactly
