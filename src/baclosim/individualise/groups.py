"""An individual as labelled groups that ArviZ reads: posterior, prior, observed data, predictions, log-likelihood.

ArviZ is not needed to make them: `arviz.from_dict` takes the dict of datasets, and its InferenceData or DataTree the
tree. Draws have equal weight (resampled); the weighted ones are in the Parquet file that `baclosim fit --out` writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..parameters import parameters
from ..patient.spread import at_deviate, deviates
from ..streams import stream
from .individual import Individual
from .likelihood import log_likelihood, readings

if TYPE_CHECKING:
    import xarray

Array = NDArray[np.float64]


def groups(individual: Individual, draws: int = 1000) -> dict[str, xarray.Dataset]:
    """Datasets by group, with dimensions chain (1), draw and observation."""
    target, posterior = individual.target, individual.draws
    picked = posterior.chosen(draws, individual.seed)
    value = posterior.latent[picked]
    noise = stream(individual.seed, "individualise/predictive", 0).standard_normal(value.shape)
    before = deviates(target.names, draws, individual.seed, first=60_000_000)
    seen = {"low": target.data.low, "high": target.data.high}
    return {
        "posterior": of_parameters({name: posterior.z[picked, i] for i, name in enumerate(target.names)}),
        "prior": of_parameters(before),
        "posterior_predictive": of_observations({"reading": readings(target.data, value, noise)}, individual),
        "log_likelihood": of_observations({"reading": log_likelihood(target.data, value)}, individual),
        "observed_data": of_observations(seen, individual),
    }


def tree(individual: Individual, draws: int = 1000) -> xarray.DataTree:
    """The same as one xarray DataTree."""
    import xarray

    return xarray.DataTree.from_dict(dict(groups(individual, draws)))


def of_parameters(z: dict[str, Array]) -> xarray.Dataset:
    """Parameters in their units from deviates (n,), as (chain, draw)."""
    import xarray

    table = parameters()
    columns = {
        name: (("chain", "draw"), at_deviate(table[name], values)[None], {"units": table[name].unit})
        for name, values in z.items()
    }
    return xarray.Dataset(columns)


def of_observations(values: dict[str, Array], individual: Individual) -> xarray.Dataset:
    """Arrays (m,) or (n, m) on the latent scale, with time and kind of each observation as coordinates."""
    import xarray

    observations = individual.person.observations
    coordinates: Any = {
        "observation": np.arange(len(observations)),
        "time": ("observation", [o.time for o in observations], {"units": "h"}),
        "kind": ("observation", [o.kind.name for o in observations]),
    }
    columns = {
        name: (("observation",), array) if array.ndim == 1 else (("chain", "draw", "observation"), array[None])
        for name, array in values.items()
    }
    return xarray.Dataset(columns, coordinates)
