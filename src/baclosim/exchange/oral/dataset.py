"""A scenario as NONMEM-style records: every dose of the typical patient, and the plasma level at every recorded time.

AMT is mg and DV is mg/L, the same number as ug/mL. TIME counts from the start of the therapy, so that it is never
negative. DV is what baclosim simulates, so that a model written beside the records can be checked against it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...errors import Problems, ScenarioError
from ...linear import solve, two_compartment_oral
from ...patient import Patients
from ...simulate import simulate
from ...simulate.parts import doses_of
from ...therapy.doses import CHANNELS, ROUTES, Doses
from ..parcel import File, Parcel
from .structure import covariates_of, facts, numbers, with_residual

if TYPE_CHECKING:
    import polars

    from ...scenario import Scenario

Array = NDArray[np.float64]

COMPARTMENTS = {"mouth": 1, "vein": 2}  # of the oral two-compartment model: gut, blood
NUMERIC = ("ID", "TIME", "EVID", "AMT", "RATE", "CMT", "MDV", "DV", "WT", "CRCL", "AGE")


def with_records(
    kind: str, suffix: str, says: str, scenario: Scenario, model: Callable[[Scenario, str, tuple[str, ...]], str]
) -> Parcel:
    """A model's text, of the scenario, the files' stem and notes, with the records beside it; raises as `records`."""
    data, stem = records(scenario), Path(scenario.name).stem
    notes = told(scenario, data)
    text = File(f"{stem}.{suffix}", says, model(scenario, stem, notes).encode("ascii"))
    beside = File(f"{stem}.csv", "records: doses, and plasma of the typical patient as DV", data.write_csv().encode())
    return Parcel(kind, scenario.name, (text, beside), notes, facts())


def records(scenario: Scenario) -> polars.DataFrame:
    """Dose and observation records of the typical patient, sorted by time, with the columns of NUMERIC.

    Raises ScenarioError listing all that such records, or a two-compartment model, cannot say.
    """
    import polars

    check(scenario)
    typical, patient = scenario.therapy.typical(), scenario.patient
    given = doses_of(typical, scenario.before + scenario.duration, Patients.of(patient), scenario.seed)
    doses = of_baclofen(given)
    check_doses(doses, scenario)
    course = simulate(
        patient, typical, scenario.duration, every=scenario.every, before=scenario.before, quantities=("plasma",),
        seed=scenario.seed,
    )  # fmt: skip
    seen = rows(course.time + scenario.before, 0.0, 0.0, 2, 0).with_columns(DV=polars.Series(course["plasma"][0]))
    seen = seen.with_columns(MDV=(polars.col("DV") <= 0.0).cast(polars.Int64))
    both = polars.concat((dose_rows(doses), seen)).sort("TIME", maintain_order=True)
    own = {name: polars.lit(value) for name, value in covariates_of(patient).items()}
    return both.with_columns(ID=polars.lit(1), **own).select(NUMERIC)


def rows(time: Array, amount: ArrayLike, rate: ArrayLike, place: ArrayLike, event: int) -> polars.DataFrame:
    """Records of one kind (r,), without a level."""
    import polars

    whole = {"CMT": np.broadcast_to(place, time.shape), "EVID": np.full(len(time), event)}
    real = {"TIME": time, "AMT": np.broadcast_to(amount, time.shape), "RATE": np.broadcast_to(rate, time.shape)}
    found = polars.DataFrame({**real, **{name: values.astype(np.int64) for name, values in whole.items()}})
    return found.with_columns(MDV=polars.lit(event, polars.Int64), DV=polars.lit(0.0))


def dose_rows(doses: Doses) -> polars.DataFrame:
    """One record for each dose."""
    mg = doses.amount / 1000.0
    lasting = doses.duration > 0.0
    rate = np.where(lasting, mg / np.where(lasting, doses.duration, 1.0), 0.0)
    return rows(doses.time, mg, rate, np.array([COMPARTMENTS[CHANNELS[c]] for c in doses.channel]), 1)


def of_baclofen(doses: Doses) -> Doses:
    """The doses without those of other drugs, which leave the levels of baclofen alone."""
    own = doses.channel < len(ROUTES)
    return Doses(doses.time[own], doses.channel[own], doses.amount[own], doses.duration[own])


def check(scenario: Scenario) -> None:
    """Raise ScenarioError for whatever changes blood in a way that a two-compartment model does not know."""
    problems = Problems()
    therapy, patient = scenario.therapy, scenario.patient
    allowed = "what is taken by mouth or given into a vein"
    if therapy.enters_canal:
        problems.add("therapy", str(therapy), allowed, "For the spinal canal export SBML, which holds the whole body.")
    if therapy.guided:
        problems.add("therapy", "a policy that changes doses at visits", "doses that are known beforehand")
    for what, given in (("charcoal", therapy.charcoal), ("removed", therapy.removed)):
        if given:
            problems.add(f"therapy.{what}", str(given[0]), f"{allowed}, and nothing that takes it away")
    for what, given in (("kidney", patient.kidney_changes), ("dialysis", patient.dialysis_sessions)):
        if given:
            problems.add(f"patient.{what}", getattr(patient, what), "kidneys that stay the same")
    problems.raise_as(ScenarioError, f"{scenario.name} cannot be written as records of a two-compartment model")


def check_doses(doses: Doses, scenario: Scenario) -> None:
    """Raise ScenarioError for doses by another way, and where there are none."""
    problems = Problems()
    used = {CHANNELS[c] for c in np.unique(doses.channel)}
    if "clump" in used:
        hint = "The gut holds back part of so much; the SBML export knows that."
        problems.add("therapy", "an overdose", "doses that are taken up as they are swallowed", hint)
    for other in sorted(used - {"clump", *COMPARTMENTS}):
        problems.add("therapy", other, f"only {' and '.join(COMPARTMENTS)}")
    if not len(doses):
        problems.add("therapy", str(scenario.therapy), "at least one dose")
    problems.raise_as(ScenarioError, f"{scenario.name} cannot be written as records of a two-compartment model")


def left_out(scenario: Scenario) -> tuple[str, ...]:
    """What of a scenario the records do not hold, one sentence each."""
    beside = [f"not in the model: {other}" for other in scenario.therapy.beside]
    lead = [f"TIME {scenario.before:g} is hour 0 of the scenario"] if scenario.before else []
    return (*beside, *lead)


def told(scenario: Scenario, data: polars.DataFrame) -> tuple[str, ...]:
    """What a reader of the model must know."""
    gap, all_numbers = difference(scenario, data), (*numbers(), *with_residual())
    return (
        f"plasma of this model differs from the simulator's by at most {gap:.2g} of its peak here, as spinal fluid is "
        "left out",
        "hard limits of a person's values are those of the THETAs, not of the ETAs",
        *left_out(scenario),
        *(f"{n.parameter.name.replace('_', ' ')} is {n.parameter.grade}" for n in all_numbers if n.parameter.is_weak),
    )


def difference(scenario: Scenario, data: polars.DataFrame) -> float:
    """The largest difference between the two-compartment model and DV, over the highest DV."""
    values = scenario.patient.parameters()
    own = {
        "CL": values["renal_clearance"] + values["nonrenal_clearance"], "V2": values["central_volume"],
        "Q": values["exchange"], "V3": values["peripheral_volume"],
    }  # fmt: skip
    given = {name: value / 1000.0 for name, value in own.items()} | {"KA": values["absorption_rate"]}
    given |= {"F1": values["bioavailability"], "ALAG1": values["absorption_lag"]}
    table = data.drop("WT", "CRCL", "AGE")
    seen = data["EVID"].to_numpy() == 0
    predicted = solve(two_compartment_oral(), table, given)["concentration"].to_numpy()[seen]
    observed = data["DV"].to_numpy()[seen]
    return float(np.abs(predicted - observed).max() / max(observed.max(), 1e-300))
