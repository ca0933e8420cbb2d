"""A run as one table in the manner of NONMEM: ID TIME EVID AMT RATE CMT ROUTE DV MDV, and every quantity beside them.

One subject for each virtual patient, ID from 1. Dose records (EVID 1) hold AMT in mg and say the way in CMT (1 gut,
2 blood, others after them) and ROUTE; records in between (EVID 0) hold plasma as DV in ug/mL, which is mg/L, and the
quantities under names with units. TIME is h of the run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..patient import virtual_patients
from ..simulate.parts import known_of
from ..therapy.doses import CHANNELS, ROUTES, told_apart
from ..trajectory import column_name
from .parcel import File, Parcel
from .provenance import manifest, packed
from .results import stem, told

if TYPE_CHECKING:
    import polars

    from ..outcome import Outcome
    from ..scenario import Scenario

FIRST = ("ID", "TIME", "EVID", "AMT", "RATE", "CMT", "ROUTE", "DV", "MDV")
PLACES = {"mouth": 1, "vein": 2, "skin": 3, "subcutaneous": 4, "catheter": 5, "lumbar puncture": 6}
GUIDED = "doses that a policy decides at visits are not among the records"
BESIDE = "other drugs are not among the records"


def nonmem_table(outcome: Outcome) -> Parcel:
    """The virtual patients of a run as CSV and Parquet."""
    scenario = outcome.scenario
    frame = joined(seen(outcome), given(scenario))
    known = manifest(outcome.patients, scenario)
    name, holds = f"{stem(outcome)}-table", "doses and curves of the virtual patients, in the manner of NONMEM"
    files = (
        File(f"{name}.csv", holds, frame.write_csv().encode()),
        File(f"{name}.parquet", f"{holds}, manifest inside", packed(frame, known)),
    )
    missing = ((GUIDED,) if scenario.therapy.guided else ()) + ((BESIDE,) if scenario.therapy.beside else ())
    return Parcel("table", scenario.name, files, (*missing, *told(outcome)), outcome.patients.facts())


def seen(outcome: Outcome) -> polars.DataFrame:
    """A record for each patient and recorded time."""
    import polars

    course = outcome.patients
    n, t = course.patients, len(course.time)
    columns = {"ID": np.repeat(np.arange(1, n + 1), t), "TIME": np.tile(course.time, n), "DV": course["plasma"].ravel()}
    columns |= {column_name(name): course[name].ravel() for name in course}
    whole = {"EVID": 0, "MDV": 0, "CMT": PLACES["vein"]}
    return polars.DataFrame(columns).with_columns(
        AMT=polars.lit(0.0), RATE=polars.lit(0.0), **{k: polars.lit(v, polars.Int64) for k, v in whole.items()}
    )


def given(scenario: Scenario) -> polars.DataFrame:
    """A record for each dose of each patient within the run."""
    import polars

    therapy, n = scenario.therapy, scenario.patients
    group = virtual_patients(n, like=scenario.patient, seed=scenario.seed)
    until = scenario.before + scenario.duration
    doses = told_apart(therapy.steady(until, patients=n, seed=scenario.seed, **known_of(group)), n)
    time = doses.time - scenario.before
    kept = (time >= 0.0) & (time <= scenario.duration) & (doses.channel < len(ROUTES))
    mg, lasting = doses.amount[kept] / 1000.0, doses.duration[kept]
    ways = [CHANNELS[c] for c in doses.channel[kept]]
    whole = {"CMT": [PLACES[way] for way in ways], "EVID": np.ones(len(mg)), "MDV": np.ones(len(mg))}
    return polars.DataFrame(
        {
            "ID": doses.patient[kept] + 1 if doses.patient is not None else np.empty(0, dtype=np.int64),
            "TIME": time[kept],
            "AMT": mg,
            "RATE": np.where(lasting > 0.0, mg / np.where(lasting > 0.0, lasting, 1.0), 0.0),
            "ROUTE": polars.Series(ways, dtype=polars.String),
            **{name: np.asarray(values, dtype=np.int64) for name, values in whole.items()},
        }
    )


def joined(seen: polars.DataFrame, given: polars.DataFrame) -> polars.DataFrame:
    """All records by patient and time, doses before what is seen at the same time."""
    import polars

    both = polars.concat((given, seen), how="diagonal").sort("ID", "TIME", maintain_order=True)
    return both.select(*FIRST, *(name for name in seen.columns if name not in FIRST))
