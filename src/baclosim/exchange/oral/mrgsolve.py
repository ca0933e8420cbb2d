"""The oral model as mrgsolve reads it: the same numbers, laws, structure and records as for NONMEM."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ..parcel import File, Parcel
from .dataset import records, told
from .dialect import ascii_only, compiled, heading, remark
from .structure import COVARIATES, RATIOS, Number, covariates_of, facts, laws, numbers, places, with_residual

if TYPE_CHECKING:
    from ...scenario import Scenario

USE = (
    'mod <- mrgsolve::mread("{stem}.cpp"); data <- read.csv("{stem}.csv")',
    'out <- mrgsolve::mrgsim_d(mrgsolve::zero_re(mod), data, carry_out = "EVID,DV") # the typical patient',
)


def mrgsolve(scenario: Scenario) -> Parcel:
    """Model text and data file; raises ScenarioError for a scenario that such a model cannot follow."""
    data, stem = records(scenario), Path(scenario.name).stem
    notes = told(scenario, data)
    text = model(scenario, stem, notes)
    return Parcel(
        "mrgsolve",
        scenario.name,
        (
            File(f"{stem}.cpp", "model text: the oral model with sources", text.encode("ascii")),
            File(f"{stem}.csv", "records: doses, and plasma of the typical patient as DV", data.write_csv().encode()),
        ),
        notes,
        facts(),
    )


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
        yield f"double P_{number.symbol} = {individual(number)};"
    for symbol, law in laws().items():
        yield f"double {symbol} = {compiled(law)};"
    yield "double CL = CLR + CLNR;\ndouble KA = P_KA;\ndouble FORAL = P_FORAL;"
    yield "F_GUT = FORAL;\nALAG_GUT = P_ALAG;"


def individual(number: Number) -> str:
    """A person's value of a number: typical value and deviate on the parameter's own scale."""
    typical = f"TV{number.symbol}"
    if number.symbol not in places():
        return typical
    eta = f"ETA({places()[number.symbol]})"
    if number.parameter.distribution == "logit":
        return f"1.0/(1.0 + (1.0/{typical} - 1.0)*exp(-{eta}))"
    return f"{typical}*exp({eta})"
