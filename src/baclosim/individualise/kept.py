"""An individual estimate kept on disk: versions of the person, for whatever takes patients later.

`baclosim fit --out` writes them as a table of deviates, one row for each equally likely version, beside fit.json, which
says who the person is. What reads them back needs neither the data nor the fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ..cautions import Caution
from ..errors import InputError, Problem
from ..parameters import parameters
from ..patient import Patient, Patients
from ..patient.many import patients_at
from ..patient.spread import varying
from .individual import Individual

VERSIONS = 1000
MOST = 100_000  # versions that are read
FILE = "versions.parquet"


@dataclass(frozen=True, eq=False)
class Kept:
    """An estimate as it was written: who, what they took, versions, what it rests on, what to be careful about."""

    name: str
    patient: Patient
    therapy: str
    versions: Patients
    rests_on: str
    cautions: tuple[Caution, ...]


def versions_frame(individual: Individual) -> pl.DataFrame:
    """One row for each equally likely version, one column for each parameter in which people differ.

    The numbers are deviates: how many between-patient SDs a version lies from the typical person.
    """
    return pl.DataFrame(individual.draws.versions(VERSIONS, individual.seed))


def read_estimate(path: str | Path, where: str = "--estimate") -> Kept:
    """An estimate that `baclosim fit --out` wrote.

    path  its folder, its fit.json where that holds one person, or one person's versions.parquet
    Raises InputError for anything else, and for an estimate of a model with other parameters.
    """
    from .record import FitRecord, PersonRecord

    told, file = _files(Path(path), where)
    try:
        record = FitRecord.model_validate_json(told.read_bytes())
    except (OSError, ValueError):
        raise InputError(Problem(where, str(path), "a folder that `baclosim fit --out` wrote")) from None
    person: PersonRecord = _person(record.persons, file, told, where)
    frame = _table(told.with_name(person.versions), where)
    group = patients_at({name: frame[name].to_numpy() for name in frame.columns}, len(frame), Patient(**person.given))
    cautions = tuple(Caution(c.about, c.says, tuple(c.evidence)) for c in person.cautions)
    return Kept(person.id, group.like, person.therapy, group, person.rests_on, cautions)


def _files(given: Path, where: str) -> tuple[Path, str | None]:
    """The record of an estimate, and the name of one person's versions where that was given."""
    if given.is_dir():
        return given / "fit.json", None
    if given.name.endswith(FILE):
        return given.with_name("fit.json"), given.name
    if given.suffix == ".json":
        return given, None
    raise InputError(Problem(where, str(given), "a folder that `baclosim fit --out` wrote"))


def _person(persons, file: str | None, told: Path, where: str):
    """The person who is meant; raises InputError where there are several and none is named."""
    meant = [person for person in persons if person.versions and file in (None, person.versions)]
    if len(meant) == 1:
        return meant[0]
    each = ", ".join(str(told.with_name(person.versions)) for person in persons if person.versions)
    raise InputError(Problem(where, str(told.parent), f"one person's estimate: {each or 'none was written there'}"))


def _table(file: Path, where: str) -> pl.DataFrame:
    """The versions; raises InputError where they are not those of this model."""
    try:
        held = pl.read_parquet_schema(file)
        if held != dict.fromkeys(held, pl.Float64) or set(held) != set(varying(parameters())):
            hint = "Run `baclosim fit` again."
            raise InputError(Problem(where, str(file), "an estimate of this version's parameters", hint))
        return pl.scan_parquet(file).head(MOST).collect()
    except (OSError, pl.exceptions.PolarsError):
        raise InputError(Problem(where, str(file), "a table of versions that can be read")) from None
