"""What a linear compartment model is: compartments, a rate matrix, outputs; two oral models by name."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..engine import oral
from ..engine.modes import Modes
from ..errors import Problem, Problems, RecordError

Array = NDArray[np.float64]
Weight = float | Callable[..., Any]


@dataclass(frozen=True)
class LinearModel:
    """A linear compartment model dx/dt = A x + doses.

    rate_matrix   A (s, s) per unit of time, column = source, row = target; or a function of named parameters giving it
    compartments  names of the s compartments, in the order of CMT 1, 2 ...
    outputs       name -> {compartment: weight}; a weight is a number or a function of named parameters
    default_dose  compartment of doses whose CMT is 0, missing or absent
    above_zero    parameters that must be positive
    aliases       other names under which a parameter may be given
    modes         closed-form modes: parameters (n,) each -> Modes; only speeds up `population`
    """

    rate_matrix: ArrayLike | Callable[..., Any]
    compartments: Sequence[str]
    outputs: Mapping[str, Mapping[str, Weight]] = field(default_factory=dict)
    default_dose: str = ""
    above_zero: Sequence[str] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    modes: Callable[[Mapping[str, Array]], Modes] | None = None

    def __post_init__(self) -> None:
        problems = Problems()
        check_model(self, problems)
        problems.raise_as(RecordError)

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters that the rate matrix and the outputs ask for."""
        functions = (self.rate_matrix, *(w for weights in self.outputs.values() for w in weights.values()))
        return tuple(dict.fromkeys(name for f in functions for name in arguments(f)))

    @property
    def dose_index(self) -> int:
        """Index of the default compartment for doses."""
        return list(self.compartments).index(self.default_dose) if self.default_dose else 0


def one_compartment_oral() -> LinearModel:
    """Gut and one compartment; parameters CL, V, KA; output `concentration` = central / V."""
    return LinearModel(
        rate_matrix=oral.one_compartment_rates,
        compartments=("gut", "central"),
        outputs={"concentration": {"central": lambda V: 1.0 / V}},
        above_zero=("CL", "V", "KA"),
        modes=oral.one_compartment_modes,
    )


def two_compartment_oral() -> LinearModel:
    """Gut, central and peripheral; parameters CL, V2 (or V), Q, V3, KA; output `concentration` = central / V2."""
    return LinearModel(
        rate_matrix=oral.two_compartment_rates,
        compartments=("gut", "central", "peripheral"),
        outputs={"concentration": {"central": lambda V2: 1.0 / V2}},
        above_zero=("CL", "V2", "Q", "V3", "KA"),
        aliases={"V": "V2"},
        modes=oral.two_compartment_modes,
    )


def arguments(function: Any) -> tuple[str, ...]:
    """Names of the parameters a function asks for; none for a number or a matrix."""
    return signature_names(function) if callable(function) else ()


@functools.lru_cache(maxsize=1024)
def signature_names(function: Callable[..., Any]) -> tuple[str, ...]:
    """Names of a function's parameters, looked up once."""
    return tuple(inspect.signature(function).parameters)


def check_model(model: LinearModel, problems: Problems) -> None:
    """Names must be distinct and known; a numeric rate matrix must be square and finite."""
    s, known = len(model.compartments), ", ".join(model.compartments)
    if not s or len(set(model.compartments)) != s:
        problems.add("compartments", list(model.compartments), "at least one name, each different")
    if model.default_dose and model.default_dose not in model.compartments:
        problems.add("default_dose", model.default_dose, f"one of {known}")
    for output, weights in model.outputs.items():
        if output in (*model.compartments, "ID", "TIME", "EVID", "DV", "MDV"):
            problems.add(f"output {output}", output, "a name of its own")
        for name in weights:
            if name not in model.compartments:
                problems.add(f"output {output}", name, f"one of {known}")
    if not callable(model.rate_matrix):
        matrix = np.asarray(model.rate_matrix, dtype=float)
        if matrix.shape != (s, s) or not np.isfinite(matrix).all():
            problems.add("rate_matrix", matrix.tolist(), f"{s} rows of {s} finite numbers")


def evaluated(function: Any, parameters: Mapping[str, Any]) -> Any:
    """A weight or a matrix: itself, or the function called with the parameters it asks for."""
    return function(**{name: parameters[name] for name in arguments(function)}) if callable(function) else function


def matrices_of(model: LinearModel, parameters: Mapping[str, Array], sets: int) -> Array:
    """The rate matrix (p, s, s) of every parameter set; RecordError where it is not square and finite."""
    s = len(model.compartments)
    if not callable(model.rate_matrix):
        return np.broadcast_to(np.asarray(model.rate_matrix, dtype=float), (sets, s, s)).copy()
    matrices = np.empty((sets, s, s))
    for i in range(sets):
        chosen = {name: float(value[i]) for name, value in parameters.items()}
        try:
            matrix = np.asarray(evaluated(model.rate_matrix, chosen), dtype=float)
        except ZeroDivisionError:
            matrix = np.full((s, s), np.inf)
        if matrix.shape != (s, s) or not np.isfinite(matrix).all():
            raise RecordError(Problem("rate_matrix", chosen, f"parameters that give {s} rows of {s} finite numbers"))
        matrices[i] = matrix
    return matrices
