"""The oral model as a modeller sees it: numbers with spread and source, covariate laws, a two-compartment structure.

From here NONMEM and mrgsolve text are written, each in its own grammar. The laws are traced with SymPy from the same
functions that the simulator calls (patient/scaling.py), so that no equation is written twice. Amounts are mg, volumes
L, flows L/h, concentrations mg/L, which is the same number as ug/mL.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ...body.transfers import evaluate
from ...errors import BaclosimError
from ...parameters import Parameter, parameters
from ...patient.scaling import ADULT_WEIGHT, FADES_AT, LAWS

if TYPE_CHECKING:
    import sympy

    from ...patient import Patient

THOUSANDTH = {"mL": "L", "mL/h": "L/h"}  # internal units that modellers count in thousands
COVARIATES = {
    "WT": ("weight", "kg", "body weight"),
    "CRCL": ("creatinine_clearance", "mL/min", "creatinine clearance, the person's own"),
    "AGE": ("age", "years", "age"),
}
SYMBOLS = {
    "renal_per_creatinine": "RENAL",
    "nonrenal_clearance": "CLNR",
    "central_volume": "V2",
    "exchange": "Q",
    "peripheral_volume": "V3",
    "absorption_rate": "KA",
    "bioavailability": "FORAL",
    "absorption_lag": "ALAG",
    "child_clearance_ratio": "KIDCL",
    "child_volume_ratio": "KIDV",
    "child_exchange_ratio": "KIDQ",
}
"""Parameter -> its symbol in the text, in the order of the THETAs."""
PERSONAL = {"renal_clearance": "CLR", "nonrenal_clearance": "CLNR", "central_volume": "V2", "exchange": "Q",
            "peripheral_volume": "V3"}  # fmt: skip
"""Laws that make a person's value of the adult's, and its symbol."""
RATIOS = {"WTREL": ("WT", ADULT_WEIGHT), "AGEREL": ("AGE", FADES_AT)}
"""Covariates over what they are in the laws, by their own symbol."""
RESIDUAL = ("plasma_residual", "level_error")


@dataclass(frozen=True)
class Number:
    """One number of the exported model.

    symbol      in equations: KA; its typical value is TVKA, its deviate ETA_KA
    value, low, high  typical value and hard limits in `unit`
    variance    of the deviate between people on the parameter's own scale; 0 where people are not known to differ
    """

    symbol: str
    parameter: Parameter
    value: float
    low: float
    high: float
    unit: str
    variance: float

    @property
    def source(self) -> str:
        """Grade and facts, in one line."""
        return f"{self.parameter.grade}; {', '.join(self.parameter.facts) or 'no fact'}"

    @property
    def says(self) -> str:
        """What it is, in one sentence."""
        return self.parameter.says.split(". ")[0].split("; ")[0].rstrip(".")

    @property
    def spread(self) -> str:
        """How people differ, in words."""
        kind = "SD on the logit scale" if self.parameter.distribution == "logit" else "coefficient of variation"
        return f"{kind} {self.parameter.spread:g}"


@functools.cache
def numbers() -> tuple[Number, ...]:
    """Every number of the oral model, in the order of SYMBOLS."""
    table = parameters()
    return tuple(number(table[name], symbol) for name, symbol in SYMBOLS.items())


@functools.cache
def places() -> dict[str, int]:
    """The numbers in which people differ, by symbol, and the place of each one's deviate, from 1."""
    varying = (n for n in numbers() if n.variance > 0.0)
    return {n.symbol: place for place, n in enumerate(varying, 1)}


def individual(number: Number, typical: str, exp: str) -> str:
    """A person's value of a number: typical value and deviate on the parameter's own scale; `exp` as it is spelt."""
    if number.symbol not in places():
        return typical
    eta = f"ETA({places()[number.symbol]})"
    if number.parameter.distribution == "logit":
        return f"1.0/(1.0 + (1.0/{typical} - 1.0)*{exp}(-{eta}))"
    return f"{typical}*{exp}({eta})"


def number(parameter: Parameter, symbol: str) -> Number:
    """A parameter in a modeller's units, with the variance of its deviate."""
    unit = THOUSANDTH.get(parameter.unit)
    scale = 1e-3 if unit else 1.0
    low, high = parameter.within
    spread = parameter.spread
    variance = math.log1p(spread**2) if parameter.distribution == "lognormal" else spread**2
    return Number(
        symbol, parameter, tidy(parameter.value * scale), tidy(low * scale), tidy(high * scale),
        unit or parameter.unit.replace("dimensionless", ""), tidy(variance),
    )  # fmt: skip


def tidy(value: float) -> float:
    """A number without what only rounding left in its last digits."""
    return float(f"{value:.12g}")


def covariates_of(patient: Patient) -> dict[str, float]:
    """The covariates of a patient by their symbols."""
    return {symbol: float(getattr(patient.covariates, name)) for symbol, (name, _, _) in COVARIATES.items()}


def laws() -> dict[str, sympy.Expr]:
    """Each personal value by its symbol, as an expression of numbers and covariates in a modeller's units.

    Raises BaclosimError where the extra `exchange` is not installed.
    """
    try:
        import sympy
    except ImportError:
        raise BaclosimError("writing a model needs SymPy: pip install 'baclosim[exchange]'") from None
    table = parameters()
    inputs: dict[str, Any] = {
        "weight": sympy.Symbol("WTREL") * ADULT_WEIGHT,
        "age": sympy.Symbol("AGEREL") * FADES_AT,
        "creatinine_clearance": sympy.Symbol("CRCL"),
    }
    for name, symbol in SYMBOLS.items():
        inputs[name] = sympy.Symbol(f"P_{symbol}") * (1000 if table[name].unit in THOUSANDTH else 1)
    return {symbol: plain(evaluate(LAWS[name], inputs) / 1000) for name, symbol in PERSONAL.items()}


def plain(expression: Any) -> Any:
    """The same with whole numbers in place of 1.0 and 10.0."""
    import sympy

    whole = {f: sympy.Integer(int(f)) for f in expression.atoms(sympy.Float) if float(f).is_integer()}
    return expression.xreplace(whole)


def with_residual() -> tuple[Number, ...]:
    """The scatter of levels about the model: a share, and what stays near nothing [mg/L]."""
    table = parameters()
    found = (number(table[name], symbol) for name, symbol in zip(RESIDUAL, ("PROP", "ADD"), strict=True))
    return tuple(replace(n, unit="mg/L") if n.unit == "ug/mL" else n for n in found)


def facts() -> tuple[str, ...]:
    """Ids of the facts behind the numbers of the oral model, each once."""
    behind = (fact for number in (*numbers(), *with_residual()) for fact in number.parameter.facts)
    return tuple(dict.fromkeys(behind))
