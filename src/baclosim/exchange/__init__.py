"""Fitting in: what other programs read, and what they wrote.

parcel, record       what an export is: files, made in memory and written all or none, and its description as JSON
provenance           the manifest that every result carries along: version, scenario, seed, facts, grades, cautions
results, records     a run as NetCDF or Parquet, units and manifest inside; as a table in the manner of NONMEM
following            a NONMEM-style data set, with what is predicted at every record
oral                 the oral model as NONMEM and mrgsolve text, a scenario as their records
sbml, combine        the whole model as SBML, with SED-ML in a COMBINE archive
equations            every equation in print; tracing, printing, numbers: how it and SBML are made from the code
dates                plans and scenarios as calendars
fhir                 a hospital's bundle in; scenarios, plans and results out

Names are loaded when first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .dates import dates_of_plan as dates_of_plan
    from .dates import dates_of_scenario as dates_of_scenario
    from .following import predictions as predictions
    from .oral.mrgsolve import mrgsolve as mrgsolve
    from .oral.nonmem import nonmem as nonmem
    from .parcel import File as File
    from .parcel import Parcel as Parcel
    from .provenance import manifest as manifest
    from .records import nonmem_table as nonmem_table
    from .results import netcdf as netcdf
    from .results import parquet as parquet
    from .results import posterior as posterior

_HOME = {
    "File": "parcel",
    "Parcel": "parcel",
    "dates_of_plan": "dates",
    "dates_of_scenario": "dates",
    "manifest": "provenance",
    "mrgsolve": "oral.mrgsolve",
    "netcdf": "results",
    "nonmem": "oral.nonmem",
    "nonmem_table": "records",
    "parquet": "results",
    "posterior": "results",
    "predictions": "following",
}

__all__ = [
    "File",
    "Parcel",
    "dates_of_plan",
    "dates_of_scenario",
    "manifest",
    "mrgsolve",
    "netcdf",
    "nonmem",
    "nonmem_table",
    "parquet",
    "posterior",
    "predictions",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)


def __dir__() -> list[str]:
    return __all__
