"""The result of `baclosim fit --json`: its published shape."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from ..cautions import Caution
from ..patient.one import Patient
from ..trajectory import Trajectory
from .forecasting import Forecast
from .individual import LEVELS, Individual
from .population import Population
from .sampling import NextLevel, next_level
from .table import observation_rows, parameter_rows

DISCLAIMER = (
    "Research and education software, not a medical device. Baclofen must never be stopped abruptly "
    "or changed without the prescriber."
)


class Record(BaseModel):
    """A part of the result; every key is always there."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CautionRecord(Record):
    """Something that the reader must know."""

    about: str
    says: str
    evidence: list[str]


class EstimateRecord(Record):
    """One parameter of one person, as that of a 70 kg adult before covariates act."""

    parameter: str
    unit: str
    grade: str
    prior_low: float = Field(description="5 % of people like this one lie below")
    prior_median: float
    prior_high: float
    best: float = Field(description="in the most probable person")
    posterior_low: float
    posterior_median: float
    posterior_high: float
    shrinkage: float = Field(description="posterior over prior variance: 1 where the data say nothing")


class ObservationRecord(Record):
    """One observation and what the model says of it; intervals and predictions are on the latent scale."""

    row: int = Field(description="of the data file, counted from 1")
    time_h: float
    kind: str
    value: float | None = Field(description="null where only an interval is known")
    interval_low: float | None = Field(description="null where it is open")
    interval_high: float | None
    best: float
    posterior_low: float
    posterior_median: float
    posterior_high: float
    expected_low: float = Field(description="5 % of people like this one would have read lower, before the estimate")
    expected_median: float
    expected_high: float
    distance_sd: float = Field(description="of the datum from what was expected")
    p: float = Field(description="two-sided prior predictive p-value")


class CurveRecord(Record):
    """One quantity over time: 5, 50 and 95 % of the versions of the person."""

    quantity: str
    unit: str
    low: list[float]
    median: list[float]
    high: list[float]


class CourseRecord(Record):
    """One course of the forecast."""

    therapy: str
    time_h: list[float]
    curves: list[CurveRecord]


class ForecastRecord(Record):
    """What comes next."""

    now_h: float = Field(description="end of the data")
    changed_h: float | None = Field(description="when the change begins")
    unchanged: CourseRecord
    change: CourseRecord | None


class LevelRecord(Record):
    """When a level would tell most."""

    time_h: float
    variance_left: float = Field(description="share of the variance of the day's mean level left once it is known")
    low: float = Field(description="5 % of the versions of the person would read lower [ug/mL], scatter included")
    high: float


class PersonRecord(Record):
    """One person."""

    id: str
    therapy: str
    rests_on: str = Field(description="the observations behind the estimate, in words")
    given: dict[str, Any] = Field(description="what was said of the patient; the rest was filled in")
    patient: dict[str, Any]
    observations: list[ObservationRecord]
    parameters: list[EstimateRecord]
    objective: float = Field(description="-log(likelihood x prior) of the most probable person")
    observed_curvature: bool = Field(description="whether its covariance is from the observed Hessian")
    draws: int
    effective_draws: float
    log_evidence: float
    p_overall: float = Field(description="prior predictive p-value of all data together")
    next_level: LevelRecord | None = Field(description="when a level would tell most; null where none tells much")
    forecast: ForecastRecord | None
    versions: str = Field(description="file with equally likely versions, for --estimate; empty when none was written")
    cautions: list[CautionRecord]


class TypicalRecord(Record):
    """One parameter of a population."""

    parameter: str
    unit: str
    value: float
    low: float
    high: float
    published: float
    spread: float = Field(description="SD between people over the published one")
    spread_low: float
    spread_high: float
    shrinkage: float


class PopulationRecord(Record):
    """What many persons' data say of people."""

    parameters: list[TypicalRecord]
    scatter: float = Field(description="factor on the published scatter of levels")
    log_likelihood: float


class FitRecord(Record):
    """What `baclosim fit` found."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="baclosim fit")

    format: int = Field(default=1, description="rises when a key changes its meaning")
    version: str = Field(description="of baclosim")
    data: str
    seed: int
    persons: list[PersonRecord]
    population: PopulationRecord | None
    files: list[str]
    disclaimer: str


def record(
    data: str,
    found: Sequence[tuple[Individual, Forecast | None]],
    population: Population | None,
    seed: int,
    files: Sequence[str] = (),
    versions: Sequence[str] = (),
) -> FitRecord:
    """The result in its published shape; `versions` names each person's file of versions, where one was written."""
    from importlib.metadata import version

    return FitRecord(
        version=version("baclosim"),
        data=data,
        seed=seed,
        persons=[
            person_record(individual, ahead, file)
            for (individual, ahead), file in zip(found, versions or [""] * len(found), strict=True)
        ],
        population=population_record(population) if population else None,
        files=list(files),
        disclaimer=DISCLAIMER,
    )


def person_record(individual: Individual, ahead: Forecast | None, versions: str = "") -> PersonRecord:
    """One person with the forecast and the file that holds equally likely versions."""
    person, draws = individual.person, individual.draws
    return PersonRecord(
        id=person.name,
        therapy=str(person.therapy),
        rests_on=individual.rests_on,
        given=given_fields(person.patient),
        patient=patient_fields(person.patient),
        observations=[ObservationRecord(**row) for row in observation_rows(individual)],
        parameters=[EstimateRecord(**row) for row in parameter_rows(individual)],
        objective=individual.best.objective,
        observed_curvature=individual.best.observed,
        draws=draws.n,
        effective_draws=draws.effective,
        log_evidence=draws.evidence,
        p_overall=individual.conflict.overall,
        next_level=level_record(next_level(ahead)) if ahead else None,
        forecast=forecast_record(ahead) if ahead else None,
        versions=versions,
        cautions=[caution_record(c) for c in all_cautions(individual, ahead)],
    )


def all_cautions(individual: Individual, ahead: Forecast | None) -> tuple[Caution, ...]:
    """Those of the estimate and of the forecast, each once."""
    return tuple(dict.fromkeys((*individual.cautions, *(ahead.cautions if ahead else ()))))


def given_fields(patient: Patient) -> dict[str, Any]:
    """What was said of the patient, as `Patient` takes it."""
    said = {field.name: getattr(patient, field.name) for field in dataclasses.fields(patient) if field.init}
    return {name: value for name, value in said.items() if value is not None}


def level_record(found: NextLevel | None) -> LevelRecord | None:
    """The level that would tell most, with six significant digits."""
    if found is None:
        return None
    left, low, high = (float(f"{x:.6g}") for x in (found.left, found.low, found.high))
    return LevelRecord(time_h=found.at, variance_left=left, low=low, high=high)


def patient_fields(patient: Patient) -> dict[str, Any]:
    """The covariates with what was filled in, as plain values."""
    known = patient.covariates
    names = ("age", "sex", "weight", "height", "creatinine_clearance", "condition", "ashworth", "spasms")
    return {name: getattr(known, name) for name in names}


def forecast_record(found: Forecast) -> ForecastRecord:
    """Both courses."""
    change = course_record(found.change) if found.change else None
    return ForecastRecord(
        now_h=found.now, changed_h=found.changed, unchanged=course_record(found.unchanged), change=change
    )


def course_record(course: Trajectory) -> CourseRecord:
    """One course with six significant digits."""
    curves = []
    for name in course:
        low, middle, high = (numbers(values) for values in course.quantile(name, *LEVELS))
        curves.append(CurveRecord(quantity=name, unit=course.unit(name), low=low, median=middle, high=high))
    return CourseRecord(therapy=course.therapy, time_h=numbers(course.time), curves=curves)


def population_record(found: Population) -> PopulationRecord:
    """The population."""
    rows = [
        TypicalRecord(
            parameter=t.parameter.name,
            unit=t.parameter.unit,
            value=t.value,
            low=t.interval[0],
            high=t.interval[1],
            published=t.published,
            spread=t.spread,
            spread_low=t.spread_interval[0],
            spread_high=t.spread_interval[1],
            shrinkage=t.shrinkage,
        )
        for t in found.typical
    ]
    return PopulationRecord(parameters=rows, scatter=found.scatter, log_likelihood=found.log_likelihood)


def caution_record(caution: Caution) -> CautionRecord:
    """One caution."""
    return CautionRecord(about=caution.about, says=caution.says, evidence=list(caution.evidence))


def numbers(values: Any) -> list[float]:
    """An array as numbers of six significant digits."""
    return [float(f"{value:.6g}") for value in values.tolist()]
