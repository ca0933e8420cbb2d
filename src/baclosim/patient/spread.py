"""How parameters differ: between people by their spread, and by what the evidence leaves possible of a typical value.

A value drawn outside a parameter's hard limits is moved to the limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from ..parameters import Parameter, calibrated_values, parameters
from ..streams import normal, per_patient

Array = NDArray[np.float64]
Table = Mapping[str, Parameter]


def varying(table: Table) -> tuple[str, ...]:
    """The parameters in which people differ."""
    return tuple(name for name, p in table.items() if p.spread > 0.0 and p.distribution != "fixed")


def deviates(names: Iterable[str], n: int, seed: int, first: int = 0) -> dict[str, Array]:
    """How many between-patient SDs each of n virtual patients lies from the typical, name -> (n,)."""
    return {name: per_patient(seed, f"between patients/{name}", first, n, normal) for name in names}


def at_deviate(parameter: Parameter, z: Array) -> Array:
    """The parameter of people who lie `z` between-patient SDs from the typical, same shape."""
    return _placed(parameter, z * _spread(parameter))


def _spread(parameter: Parameter) -> float:
    """SD between patients on the parameter's own scale."""
    is_log = parameter.distribution == "lognormal"
    return float(np.sqrt(np.log1p(parameter.spread**2))) if is_log else parameter.spread


def typical_deviate(parameter: Parameter) -> float:
    """How uncertain the typical value is, as an SD in between-patient SDs; a little where it is thought known."""
    low, high = parameter.interval
    return max(_uncertainty(parameter) / _spread(parameter), 1e-3) if low < high else 1e-3


def typical_values(n: int, seed: int = 0, table: Table | None = None) -> dict[str, Array]:
    """The draws behind `typical_draws`, before covariates act: name -> (n,)."""
    chosen = parameters() if table is None else table
    joint = _joint(chosen, n, seed)
    return {name: _about_typical(p, joint.get(name), n, seed) for name, p in chosen.items()}


def between(parameter: Parameter, n: int, seed: int, first: int) -> Array:
    """One parameter of n people, patients `first` to `first + n`, (n,)."""
    if parameter.spread == 0.0 or parameter.distribution == "fixed":
        return np.full(n, parameter.value)
    return at_deviate(parameter, deviates([parameter.name], n, seed, first)[parameter.name])


def _about_typical(parameter: Parameter, z: Array | None, n: int, seed: int) -> Array:
    """One parameter's typical value under n draws, (n,)."""
    low, high = parameter.interval
    if low == high or parameter.distribution == "fixed":
        return np.full(n, parameter.value)
    if z is None:
        z = per_patient(seed, f"typical/{parameter.name}", 0, n, normal)
    return _placed(parameter, z * _uncertainty(parameter))


def _uncertainty(parameter: Parameter) -> float:
    """SD of the typical value on the parameter's scale, from its 95 % interval."""
    low, high = parameter.interval
    if parameter.distribution == "normal":
        return (high - low) / 3.92
    value = parameter.value
    if parameter.distribution == "logit":
        low, value, high = (x / (1.0 - min(x, 1.0 - 1e-9)) for x in (low, value, high))
    if low <= 0.0:
        return float(np.log(high / value)) / 1.96
    return float(np.log(high / low)) / 3.92


def _placed(parameter: Parameter, shift: Array) -> Array:
    """The typical value moved by `shift` on the parameter's scale, kept within its hard limits."""
    value = parameter.value
    if parameter.distribution == "normal":
        moved = value + shift
    elif parameter.distribution == "logit":
        moved = 1.0 / (1.0 + (1.0 / value - 1.0) * np.exp(-shift))
    else:
        moved = value * np.exp(shift)
    return np.clip(moved, *parameter.within)


def _joint(chosen: Table, n: int, seed: int) -> dict[str, Array]:
    """Correlated standard normal draws of the parameters that a calibration fitted together; name -> (n,)."""
    stored = {name: entry["correlation"] for name, entry in calibrated_values().items() if "correlation" in entry}
    found: dict[str, Array] = {}
    for script in dict.fromkeys(chosen[name].script for name in stored if name in chosen):
        names = [name for name in stored if name in chosen and chosen[name].script == script]
        matrix = np.array([[stored[a].get(b, float(a == b)) for b in names] for a in names])
        factor = np.linalg.cholesky(matrix + ROUNDING * np.eye(len(names)))
        z = np.stack([per_patient(seed, f"typical/{name}", 0, n, normal) for name in names])
        found |= dict(zip(names, factor @ z, strict=True))
    return found


ROUNDING = 1e-4
"""Added to the diagonal of a stored correlation, which is rounded to four digits and could lose its definiteness."""
