"""The oral model as mrgsolve reads it: the same numbers, laws, structure and records as for NONMEM."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .dataset import with_records
from .dialect import ascii_only, compiled, heading, remark
from .structure import COVARIATES, RATIOS, Number, covariates_of, individual, laws, numbers, places, with_residual

if TYPE_CHECKING:
    from ...scenario import Scenario
    from ..parcel import Parcel

USE = (
    'mod <- mrgsolve::mread("{stem}.cpp"); data <- read.csv("{stem}.csv")',
    'out <- mrgsolve::mrgsim_d(mrgsolve::zero_re(mod), data, carry_out = "EVID,DV") # the typical patient',
)


def mrgsolve(scenario: Scenario) -> Parcel:
    """Model text and data file; raises ScenarioError for a scenario that such a model cannot follow."""
    return with_records("mrgsolve", "cpp", "model text: the oral model with sources", scenario, model)


def model(scenario: Scenario, stem: str, notes: tuple[str, ...]) -> str:
    """The model text, block by block."""
    lines = [
        "$PROB",
        f"# {ascii_only(scenario.title)}",
        "",
        "$GLOBAL",
        *heading(scenario, notes, "//"),
        *(f"// {line.format(stem=stem)}" for line in USE),
        *(line for number in (*numbers(), *with_residual()) for line in sourced(number)),
        "",
        "$PARAM @annotated",
        *parameter_lines(scenario),
        "",
        "$CMT @annotated",
        "GUT : gut (mg)\nCENT : blood (mg)\nPERIPH : tissue (mg)",
        "",
        "$PKMODEL ncmt = 2, depot = TRUE",
        "",
        "$MAIN",
        *main_lines(),
        "",
        "$OMEGA @annotated",
        *(f"ETA_{n.symbol} : {n.variance!r} : {n.spread}" for n in numbers() if n.symbol in places()),
        "",
        "$SIGMA @annotated",
        "EPS_1 : 1 : scaled by W",
        "",
        "$TABLE",
        "capture IPRED = CENT/V2;",
        "double W = sqrt(pow(TVPROP*IPRED, 2) + pow(TVADD, 2));",
        "capture Y = IPRED + W*EPS(1);",
        "",
        "$CAPTURE CL V2 Q V3 KA FORAL",
    ]
    return "\n".join(lines) + "\n"


def sourced(number: Number) -> list[str]:
    """Where a number comes from, as comments."""
    return remark(f"TV{number.symbol}: {number.says}. {number.source}.", "//")


def parameter_lines(scenario: Scenario) -> Iterator[str]:
    """$PARAM: typical values, then the covariates of the patient, which a data set may replace."""
    for number in (*numbers(), *with_residual()):
        yield f"TV{number.symbol} : {number.value!r} : {annotation(number)}"
    own = covariates_of(scenario.patient)
    for symbol, (_, unit, what) in COVARIATES.items():
        yield f"{symbol} : {own[symbol]!r} : {what} ({unit})"


def annotation(number: Number) -> str:
    """A number in words that the annotation of a block takes: no colon, the unit in brackets at the end."""
    return f"{ascii_only(number.parameter.name.replace('_', ' '))} ({number.unit or '1'})"


def main_lines() -> Iterator[str]:
    """$MAIN: each number with its deviate, a person's values by the laws, what $PKMODEL asks for."""
    for symbol, (covariate, usual) in RATIOS.items():
        yield f"double {symbol} = {covariate}/{usual!r};"
    for number in numbers():
        yield f"double P_{number.symbol} = {individual(number, f'TV{number.symbol}', 'exp')};"
    for symbol, law in laws().items():
        yield f"double {symbol} = {compiled(law)};"
    yield "double CL = CLR + CLNR;\ndouble KA = P_KA;\ndouble FORAL = P_FORAL;"
    yield "F_GUT = FORAL;\nALAG_GUT = P_ALAG;"
