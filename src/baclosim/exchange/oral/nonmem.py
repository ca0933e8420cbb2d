"""The oral model as a NONMEM control stream, with the records of a scenario beside it.

ADVAN4 TRANS4: gut, blood, tissue. The simulator's blood also trades a little with spinal fluid, so that its plasma
differs slightly; how much is measured for each scenario and told in the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from .dataset import with_records
from .dialect import abbreviated, ascii_only, heading, remark
from .structure import COVARIATES, RATIOS, Number, covariates_of, individual, laws, numbers, places, with_residual

if TYPE_CHECKING:
    from ...scenario import Scenario
    from ..parcel import Parcel

TABLED = "ID TIME EVID AMT DV PRED IPRED CL V2 Q V3 KA FORAL"


def nonmem(scenario: Scenario) -> Parcel:
    """Control stream and data file; raises ScenarioError for a scenario that such a model cannot follow."""
    return with_records("nonmem", "ctl", "control stream: the oral model with sources", scenario, control)


def control(scenario: Scenario, stem: str, notes: tuple[str, ...]) -> str:
    """The control stream."""
    lines = [
        f"$PROBLEM {ascii_only(scenario.title)[:60]}",
        *heading(scenario, notes, ";"),
        "$INPUT ID TIME EVID AMT RATE CMT MDV DV WT CRCL AGE",
        f"$DATA {stem}.csv IGNORE=@",
        "$SUBROUTINES ADVAN4 TRANS4",
        "$PK",
        *pk_lines(scenario),
        "$ERROR",
        f"  IPRED = F\n  W = SQRT((THETA({len(numbers()) + 1})*IPRED)**2 + THETA({len(numbers()) + 2})**2)",
        "  Y = IPRED + W*EPS(1)",
        *theta_lines(),
        *omega_lines(),
        "$SIGMA 1 FIX ; EPS(1), scaled by W",
        "$ESTIMATION METHOD=1 INTERACTION MAXEVAL=0 NOABORT ; MAXEVAL=9999 to estimate",
        f"$TABLE {TABLED} NOPRINT ONEHEADER FILE={stem}.tab",
    ]
    return "\n".join(lines) + "\n"


def pk_lines(scenario: Scenario) -> Iterator[str]:
    """$PK: covariates, each number with its deviate, a person's values by the laws, what ADVAN4 asks for."""
    for symbol, (_, unit, what) in COVARIATES.items():
        yield f"; {symbol}: {what} [{unit}], here {covariates_of(scenario.patient)[symbol]:g}"
    for symbol, (covariate, usual) in RATIOS.items():
        yield f"  {symbol} = {covariate}/{usual!r}"
    for place, number in enumerate(numbers(), 1):
        yield f"  P_{number.symbol} = {individual(number, f'THETA({place})', 'EXP')}"
    for symbol, law in laws().items():
        yield f"  {symbol} = {abbreviated(law)}"
    yield "  CL = CLR + CLNR"
    yield "  KA = P_KA\n  FORAL = P_FORAL\n  F1 = FORAL\n  ALAG1 = P_ALAG\n  S2 = V2"


def theta_lines() -> Iterator[str]:
    """$THETA: limits and typical value of each number, its unit and its sources; what nobody varied is fixed."""
    for place, number in enumerate((*numbers(), *with_residual()), 1):
        is_fixed = number.symbol.startswith("KID")
        yield f"$THETA {f'{number.value!r} FIX' if is_fixed else limits(number)} ; {place}. TV{number.symbol}"
        yield from remark(f"[{number.unit or '1'}] {number.says}. {number.source}.", ";  ")


def limits(number: Number) -> str:
    """A THETA between its hard limits."""
    high = f", {number.high!r}" if np.isfinite(number.high) else ""
    return f"({number.low!r}, {number.value!r}{high})"


def omega_lines() -> Iterator[str]:
    """$OMEGA: variance of each deviate between people."""
    for number in numbers():
        if place := places().get(number.symbol):
            yield f"$OMEGA {number.variance!r} ; {place} {number.symbol}, {number.spread}"
