"""A NONMEM-style data set followed by the simulator: what it predicts at every record of every subject.

The columns of the file come back as they were, TIME in hours, and after them one column for each quantity with its
unit in its name; rows keep their order, so that the table joins the file row by row. A record at the very time of an
injection tells the level after it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..cautions import Caution
from ..errors import Problems
from ..individualise import Person, read_persons
from ..individualise.prediction import Predictor, predictor_of
from ..individualise.rows import read_sheet
from ..parameters import parameters
from ..patient import Patient, Patients
from ..simulate.parts import chosen_quantities, effects_for, recordable
from ..therapy.records.datafile import Layout
from ..trajectory import Trajectory, column_name
from .parcel import File, Parcel
from .provenance import manifest, packed

if TYPE_CHECKING:
    import polars

CODES = ("ID", "EVID", "MDV", "CMT", "ADDL", "SS", "BLQ")
FOLLOWED = ("plasma", "ashworth", "spasm_score", "drowsiness")


def predictions(
    data: str | Path | bytes,
    *,
    name: str = "",
    patient: Patient | None = None,
    therapy: Any = None,
    quantities: Sequence[str] = FOLLOWED,
    start: dt.datetime | None = None,
    units: Mapping[str, str] | None = None,
    columns: str = "",
    ignore: str = "",
) -> Parcel:
    """A table of predictions for the typical person with each subject's covariates, as CSV and Parquet.

    data        path of the file, or what it holds, with its `name`
    quantities  names of what is predicted
    Other arguments as for `read_persons`. Raises RecordError with every fault of the file, by row, and InputError for
    a quantity that cannot be told.
    """
    given: dict[str, Any] = {"start": start, "columns": columns, "ignore": ignore}
    persons = read_persons(data, patient=patient, therapy=therapy, units=units, observed=False, **given)
    predictors = [predictor_of(p.patient, p.therapy, tuple(quantities), np.unique(p.times), p.before) for p in persons]
    for predictor in predictors:
        chosen_quantities(quantities, recordable(predictor.body, effects_for(quantities)))
    found = [at_records(person, predictor) for person, predictor in zip(persons, predictors, strict=True)]
    sheet = read_sheet(data, Problems(), Layout(columns, ignore), start, observed=False)
    frame = table_of(sheet.table.columns, np.concatenate(found), quantities)
    return parcel_of(name or str(data), frame, persons, predictors)


def at_records(person: Person, predictor: Predictor) -> np.ndarray:
    """Predictions (r, q) at the records of one person."""
    values = predictor(Patients.of(person.patient))[0]
    return values[:, np.searchsorted(predictor.times, person.times)].T


def table_of(columns: Mapping[str, Any], values: np.ndarray, quantities: Sequence[str]) -> polars.DataFrame:
    """The columns of the file, each (r,), and the predictions (r, q) under names with units."""
    import polars

    kept = {name: column(name, cells) for name, cells in columns.items()}
    told = {column_name(name): values[:, i] for i, name in enumerate(quantities)}
    return polars.DataFrame(kept | told).with_columns(polars.col(polars.Float64).fill_nan(None))


def column(name: str, cells: Any) -> polars.Series:
    """A column as it was in the file; the codes of NONMEM, and IDs that are numbers, are whole numbers."""
    import polars

    made = polars.Series(cells.tolist(), strict=False)
    is_code = name in CODES and made.dtype == polars.Float64
    return made.fill_nan(None).cast(polars.Int64) if is_code else made


def parcel_of(
    source: str, frame: polars.DataFrame, persons: Sequence[Person], predictors: Sequence[Predictor]
) -> Parcel:
    """The table as CSV, and as Parquet with the manifest of the predictions."""
    names = {name for p in predictors for name in p.typical.behind({*p.body.parameter_names, *p.effects.parameters})}
    used = tuple(name for name in parameters() if name in names | {"absorption_lag"})
    cautions = tuple(dict.fromkeys(caution for person in persons for caution in person.patient.cautions))
    quantities = predictors[0].quantities
    known = manifest(Trajectory(np.zeros(1), dict.fromkeys(quantities, np.zeros((1, 1))), source, used, cautions))
    stem = f"{Path(source).stem}-predictions"
    holds = f"the records of {len(persons)} subject{'s' * (len(persons) != 1)} with predictions"
    files = (
        File(f"{stem}.csv", holds, frame.write_csv().encode()),
        File(f"{stem}.parquet", f"{holds}, manifest inside", packed(frame, known)),
    )
    facts = tuple(dict.fromkeys(fact for name in used for fact in parameters()[name].facts))
    return Parcel("predictions", source, files, tuple(told(caution, persons) for caution in cautions), facts)


def told(caution: Caution, persons: Sequence[Person]) -> str:
    """A caution as a sentence, with the subjects it is about where these are not all."""
    about = [person.name for person in persons if caution in person.patient.cautions]
    return str(caution) if len(about) == len(persons) else f"{caution} (ID {', '.join(about)})"
