"""Results as other programs read them: NetCDF for labelled arrays, Parquet for long tables; units inside both.

NetCDF holds the groups `patients` (the virtual ones), `typical` and `uncertainty` (draws of the typical patient), each
with dimensions patient and time. Parquet is one table of the virtual patients with units in the names of columns. The
manifest is in the attributes of the one and the metadata of the other.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..errors import BaclosimError
from .parcel import File, Parcel
from .provenance import estimated_manifest, manifest, packed

if TYPE_CHECKING:
    import xarray

    from ..individualise import Individual
    from ..outcome import Outcome
    from ..trajectory import Trajectory

UDUNITS = {"dimensionless": "1", "h": "hour", "delta_degC": "K", "U/L": "16.67e-9 kat L-1"}
"""Units that UDUNITS, which CF prescribes, writes in another way; an enzyme unit is 1 umol a minute."""
GROUPS = {
    "patients": "virtual patients: the spread between people",
    "typical": "the typical patient",
    "uncertainty": "draws of the typical patient: how uncertain the typical values are",
}


def netcdf(outcome: Outcome) -> Parcel:
    """A run as one NetCDF-4 file; raises BaclosimError where the extra `exchange` is not installed."""
    courses = {name: getattr(outcome, name) for name in GROUPS}
    name = f"{stem(outcome)}.nc"
    held = File(name, "curves of the virtual patients, the typical one and its draws", netcdf_bytes(outcome, courses))
    return Parcel("netcdf", outcome.scenario.name, (held,), told(outcome), outcome.patients.facts())


def parquet(outcome: Outcome) -> Parcel:
    """A run as one Parquet file: a row for each virtual patient and time."""
    content = packed(outcome.patients.to_polars(), manifest(outcome.patients, outcome.scenario))
    held = File(
        f"{stem(outcome)}.parquet", "curves of the virtual patients, one row for each patient and time", content
    )
    return Parcel("parquet", outcome.scenario.name, (held,), told(outcome), outcome.patients.facts())


def posterior(individual: Individual, draws: int = 1000) -> Parcel:
    """An estimate as one NetCDF-4 file whose groups ArviZ reads: posterior, prior, what was observed, how likely."""
    from ..individualise.groups import tree

    name = individual.person.name or "person"
    made = tree(individual, draws)
    made.attrs |= attributes(estimated_manifest(individual))
    holds = f"{draws} equally likely draws of who {name} may be, for ArviZ"
    notes = tuple(str(caution) for caution in individual.cautions)
    facts = tuple(dict.fromkeys(fact for e in individual.estimates for fact in e.parameter.facts))
    return Parcel("posterior", name, (File(f"{plain(name)}-posterior.nc", holds, written(made)),), notes, facts)


def plain(name: str) -> str:
    """A name that may stand in that of a file."""
    return "".join(c if c.isalnum() or c in "-_" else "-" for c in name)


def stem(outcome: Outcome) -> str:
    """What the names of the files begin with."""
    from pathlib import Path

    return Path(outcome.scenario.name).stem


def told(outcome: Outcome) -> tuple[str, ...]:
    """The cautions of a run as sentences."""
    return tuple(str(caution) for caution in outcome.cautions)


def netcdf_bytes(outcome: Outcome, courses: Mapping[str, Trajectory]) -> bytes:
    """Courses as groups of a NetCDF-4 file with the manifest as its attributes."""
    import xarray

    root = xarray.Dataset(attrs=attributes(manifest(outcome.patients, outcome.scenario)))
    groups = {name: labelled(course).assign_attrs(comment=GROUPS[name]) for name, course in courses.items()}
    tree = xarray.DataTree.from_dict({"/": root, **groups})
    return written(tree)


def written(tree: xarray.DataTree) -> bytes:
    """A tree of datasets as the bytes of a NetCDF-4 file."""
    for library in ("h5netcdf", "h5py"):
        if importlib.util.find_spec(library) is None:
            raise BaclosimError(f"NetCDF needs {library}: pip install 'baclosim[exchange]'")
    return bytes(tree.to_netcdf(engine="h5netcdf", encoding=compressed(tree)))


def compressed(tree: xarray.DataTree) -> dict[str, dict[str, dict[str, object]]]:
    """Lossless compression for every array; nothing is missing, so nothing stands for it."""
    kept = {"zlib": True, "complevel": 1, "shuffle": True, "_FillValue": None}
    return {node.path: {str(name): dict(kept) for name in node.data_vars} for node in tree.subtree if node.data_vars}


def labelled(course: Trajectory) -> xarray.Dataset:
    """A course with units as UDUNITS writes them."""
    made = course.to_xarray()
    for variable in made.variables.values():
        if unit := variable.attrs.get("units"):
            variable.attrs["units"] = UDUNITS.get(unit, unit)
    made.attrs = {}
    return made


def attributes(known: Mapping[str, str]) -> dict[str, str]:
    """A manifest as the attributes of a NetCDF file, those that CF names under their names there."""
    cf = {
        "Conventions": "CF-1.11",
        "title": known.get("title", known["therapy"]),
        "source": f"baclosim {known['version']}",
        "references": known["facts"],
        "comment": known["disclaimer"],
    }
    return cf | {f"baclosim.{key}": value for key, value in known.items()}
