"""What a run returns: quantities over time for each patient, labelled, with units and the evidence behind them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .cautions import Caution
from .parameters import Parameter, parameters
from .quantities import Quantity, known

if TYPE_CHECKING:
    import polars
    import xarray

Array = NDArray[np.float64]
TOGETHER = 16  # patients whose courses a cache holds


@dataclass(frozen=True)
class Trajectory:
    """Quantities of n patients at t times.

    time            (t,) h since the start
    values          name -> (n, t) in the quantity's unit
    therapy         what was prescribed, as one sentence
    parameters_used names of the parameters that the run depended on
    cautions        what the reader must know: out of the range of the evidence, assumptions, notes
    decisions       what each policy of the therapy decided at its visits (simulate/decisions.py); none without one
    final           opaque state to resume from (see `simulate`)
    digests         what was made of the courses of some patients after the other in place of `values` (see `simulate`)
    """

    time: Array
    values: Mapping[str, Array]
    therapy: str = ""
    parameters_used: tuple[str, ...] = ()
    cautions: tuple[Caution, ...] = ()
    decisions: tuple[Any, ...] = field(default=(), repr=False)
    final: Any = field(default=None, repr=False)
    digests: tuple[Any, ...] = field(default=(), repr=False)

    @property
    def patients(self) -> int:
        """Number of patients n."""
        return next(iter(self.values.values())).shape[0]

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """What was recorded."""
        return _quantities(tuple(self.values))

    def __getitem__(self, name: str) -> Array:
        """One quantity, (n, t); raises KeyError naming what was recorded."""
        try:
            return self.values[name]
        except KeyError:
            raise KeyError(f"{name!r} was not recorded; this run holds {', '.join(self.values)}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def __contains__(self, name: object) -> bool:
        return name in self.values

    def digested(self, digest: Callable[[Array], Callable[[Array], Any]]) -> Trajectory:
        """The run with what a digest makes of the records of each 16 patients in place of values (see `march`)."""
        make, last = digest(self.time), self.patients - 1
        some = (np.minimum(np.arange(i, i + TOGETHER), last) for i in range(0, last + 1, TOGETHER))
        blocks = (np.stack([values[rows].T for values in self.values.values()]) for rows in some)
        return replace(self, values={}, digests=tuple(make(np.ascontiguousarray(records)) for records in blocks))

    def unit(self, name: str) -> str:
        """Unit of a recorded quantity."""
        self[name]
        return known(name).unit

    def quantile(self, name: str, *levels: float) -> Array:
        """Quantiles over the patients, (levels, t)."""
        return np.quantile(self[name], levels, axis=0)

    def at(self, name: str, hour: float) -> Array:
        """One quantity of every patient at a time, linear between the recorded times; (n,)."""
        if not self.time[0] <= hour <= self.time[-1]:
            raise ValueError(f"{hour:g} h lies outside the run, {self.time[0]:g} to {self.time[-1]:g} h")
        right = int(np.clip(np.searchsorted(self.time, hour), 1, len(self.time) - 1))
        share = (hour - self.time[right - 1]) / (self.time[right] - self.time[right - 1])
        return (1 - share) * self[name][:, right - 1] + share * self[name][:, right]

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters that the run depended on, each with value, interval, grade and facts."""
        table = parameters()
        return tuple(table[name] for name in self.parameters_used)

    def facts(self) -> tuple[str, ...]:
        """Ids of the facts that the run rests on, in order of first use."""
        return tuple(dict.fromkeys(fact for p in self.parameters for fact in p.facts))

    def weak_parameters(self) -> tuple[Parameter, ...]:
        """The assumed and recalled parameters that the run leans on."""
        return tuple(p for p in self.parameters if p.is_weak)

    def to_xarray(self) -> xarray.Dataset:
        """As an xarray Dataset with dimensions patient and time, units as attributes."""
        import xarray

        return xarray.Dataset(
            {
                name: (("patient", "time"), array, {"units": known(name).unit, "long_name": known(name).label})
                for name, array in self.values.items()
            },
            coords={
                "patient": np.arange(self.patients),
                "time": ("time", self.time, {"units": "h", "long_name": "time since the start"}),
            },
            attrs={"therapy": self.therapy, "facts": ", ".join(self.facts())},
        )

    def to_polars(self) -> polars.DataFrame:
        """As a long table: one row per patient and time, one column per quantity, units in the column names."""
        import polars

        n, t = self.patients, len(self.time)
        columns: dict[str, Any] = {"patient": np.repeat(np.arange(n), t), "time_h": np.tile(self.time, n)}
        columns |= {column_name(name): array.ravel() for name, array in self.values.items()}
        return polars.DataFrame(columns)

    def to_parquet(self, path: str | Path) -> Path:
        """Write the long table to a Parquet file, whole or not at all; returns the path."""
        target = Path(path)
        part = target.with_name(target.name + ".part")
        self.to_polars().write_parquet(part)
        part.replace(target)
        return target

    def plot(self, *names: str) -> Any:
        """Draw the named quantities (by default the main ones) with the bands of the patients; a Matplotlib figure."""
        from .figures import draw_course

        return draw_course(self, names)

    def __repr__(self) -> str:
        return "\n".join(_card(self))


@functools.lru_cache(maxsize=64)
def _quantities(names: tuple[str, ...]) -> tuple[Quantity, ...]:
    return tuple(known(name) for name in names)


def column_name(name: str) -> str:
    """A quantity as a table column: the unit is a suffix, left out when there is none."""
    unit = known(name).unit
    return name if unit == "dimensionless" else f"{name}_{unit.replace('/', '_per_')}"


def _card(course: Trajectory) -> Iterator[str]:
    who = "1 patient" if course.patients == 1 else f"{course.patients} patients"
    yield f"Trajectory of {who} over {course.time[-1] - course.time[0]:g} h ({len(course.time)} times)"
    if course.therapy:
        yield f"  therapy   {course.therapy}"
    shown = course.quantities[:12]
    width = max((len(quantity.name) for quantity in shown), default=0)
    for quantity in shown:
        array = course[quantity.name]
        unit = "" if quantity.unit == "dimensionless" else f" {quantity.unit}"
        values = f"median at end {np.median(array[:, -1]):.3g}{unit}, peak {array.max():.3g}{unit}"
        yield f"  {quantity.name:<{width}} {values}"
    if len(course.values) > 12:
        yield f"  … and {len(course.values) - 12} more quantities"
    weak = course.weak_parameters()
    grades = f"{len(weak)} of {len(course.parameters_used)} parameters assumed or recalled"
    yield f"  rests on {len(course.facts())} facts; {grades}"
    for caution in course.cautions:
        yield f"  caution   {caution}"
